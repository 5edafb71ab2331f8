"""`python -m tests.crashes`: a drill on a database of its own, with a table and an exit code."""

import asyncio
import json
import random
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.crashes.books import Books
from tests.crashes.drill import Drill, workers
from tests.crashes.plan import plan
from tests.crashes.report import Report, Row, share
from tests.crashes.world import Place, world
from tests.servers.postgres import running


class Kind(StrEnum):
    """Where the program keeps everything."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


def main(
    kills: Annotated[int, typer.Option(min=1, help="How many blows in all.")] = 100,
    database: Annotated[Kind, typer.Option(help="Where everything is kept.")] = Kind.SQLITE,
    number: Annotated[
        int, typer.Option("--workers", min=1, help="Processes; several need postgres.")
    ] = 1,
    seed: Annotated[int | None, typer.Option(help="To strike the same again.")] = None,
    lease: Annotated[float, typer.Option(help="Seconds of a lease.")] = 3.0,
    as_json: Annotated[bool, typer.Option("--json", help="Rows as JSON, one per line.")] = False,
) -> None:
    """Kill the real program at chosen moments and at random; print what arrived."""
    if database is Kind.SQLITE and number > 1:
        raise typer.BadParameter("SQLite has one process; use --database postgres.")
    chosen = random.randrange(10**6) if seed is None else seed
    folder = Path(mkdtemp(prefix="watchfloor-crash-"))
    say = Console(stderr=True, highlight=False)
    say.print(f"Seed {chosen}, {kills} kills, {database}, {number} workers. Logs: {folder}")
    with where(database, folder) as url:
        report = asyncio.run(
            carry_out(url, folder, chosen, kills, number, lease, lambda line: say.print(line))
        )
    if as_json:
        for row in report.rows():
            sys.stdout.write(f"{json.dumps(row_as_json(row))}\n")
    else:
        show(report, Console(highlight=False, width=None if sys.stdout.isatty() else 132))
    broken = report.verdict()
    for each in broken:
        say.print(f"BROKEN: {each}", style="red", markup=False)
    raise typer.Exit(1 if broken else 0)


async def carry_out(
    url: str,
    folder: Path,
    seed: int,
    kills: int,
    number: int,
    lease: float,
    say: Callable[[str], None],
) -> Report:
    """A drill of so many kills in a world of its own."""
    async with world(seed) as around:
        config = around.configure(folder / "config.toml", url, lease)
        staff = workers(folder, config, around.environment, number)
        drill = Drill(around, staff, Books(url), lease, say)
        return await drill.carry_out(plan(seed, kills, number))


@contextmanager
def where(database: Kind, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if database is Kind.SQLITE:
        yield f"sqlite:///{folder}/watchfloor.db"
        return
    with running() as server:
        yield server.create(f"crash_{uuid.uuid4().hex}")


def row_as_json(row: Row) -> dict[str, object]:
    """A row for programs."""
    return {
        "moment": row.moment,
        "kills": row.kills,
        "due": row.due,
        "arrived": row.arrived,
        "repeated": {place.value: count for place, count in row.repeated.items()},
    }


def show(report: Report, console: Console) -> None:
    """Print the table, and how long things took."""
    table = Table("struck", "kills", "due", "arrived", *(f"repeated in {place}" for place in Place))
    for row in report.rows():
        repeats = (str(row.repeated.get(place, 0)) for place in Place)
        table.add_row(row.moment, str(row.kills), str(row.due), str(row.arrived), *repeats)
    console.print(table)
    delays, fetches = report.delays(), report.first_fetches()
    console.print(
        f"{report.kills} kills in {report.seconds:.0f} s;"
        f" {report.announced} times a delivery was said to perhaps arrive twice."
    )
    if delays:
        console.print(
            f"Delayed alerts, from the restart on: half within {share(delays, 0.5):.1f} s,"
            f" 95 % within {share(delays, 0.95):.1f} s, all within {delays[-1]:.1f} s."
        )
    if fetches:
        console.print(f"From a restart to the first fetch: at most {fetches[-1]:.1f} s.")
    codes = ", ".join(f"{code} after {seconds:.1f} s" for code, seconds in report.exits)
    console.print(f"SIGTERM: exit {codes}.")


if __name__ == "__main__":
    typer.run(main)
