"""Several workers, each a process, on PostgreSQL: their and its processor's time, and its locks."""

import asyncio
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bot.store.store import Store
from tests.benchmarks.delivery.desk import furnish, make_due
from tests.benchmarks.polling.server import serving
from tests.servers.postgres import Postgres, running

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 600.0
STARTED_SECONDS, IDLE_SECONDS = 1.0, 0.3
"""What a start takes at least, and what an idle worker uses in `IDLE_FOR` seconds at most."""
IDLE_FOR = 3.0

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
_WAITED = re.compile(r"acquired \w+ on .* after ([\d.]+) ms")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Together:
    """Seconds of the processor for all articles, idle ticks included; `waits` are in milliseconds.

    One worker processes, the others stand by. `idle` is the share of a processor that all of them
    took while none had anything to do. A lock that was had within a millisecond was not waited for.
    """

    workers: int
    articles: int
    alerts: int
    wall: float
    bot: float
    database: float
    idle: float
    waits: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Articles per second of one processor, the database's included."""
        return self.articles / (self.bot + self.database)

    @property
    def last_wait(self) -> float:
        """99 of 100 waits for a lock were no longer."""
        return self.waits[int(len(self.waits) * 0.99)] if self.waits else 0.0


async def measure(
    documents: Sequence[bytes], number: int, asked: Sequence[str], workers: int
) -> Together:
    """All documents, which hold so many articles, once and with stories.

    Each worker polls and processes.
    """
    locks = {"log_lock_waits": "on", "deadlock_timeout": "1ms"}
    with (
        TemporaryDirectory() as folder,
        serving(documents) as port,
        running(fsync="on", full_page_writes="on", shared_buffers="256MB", **locks) as server,
    ):
        url = server.create("bench")
        store = await Store.open(url)
        await furnish(store, port, len(documents), asked)
        await make_due(store, NEVER)
        config = _configure(Path(folder), url, port)
        staff = [await _start(config) for _ in range(workers)]
        try:
            return await _watch(store, server, staff, number)
        finally:
            for each in staff:
                each.terminate()
            await asyncio.gather(*(each.wait() for each in staff))
            await store.close()


async def _watch(
    store: Store, server: Postgres, staff: Sequence[asyncio.subprocess.Process], number: int
) -> Together:
    idle = await _idle(staff)
    bot, database, began = _used(staff), _of_tree(_postmaster(server)), time.monotonic()
    seen = (server.folder / "log").stat().st_size
    # Not long ago: a worker that starts spreads what it missed over a quarter of an hour.
    await make_due(store, datetime.now(UTC))
    await _until(store, "select count(*) from articles where state = 'processed'", number)
    wall = time.monotonic() - began
    log = (server.folder / "log").read_bytes()[seen:].decode(errors="replace")
    return Together(
        workers=len(staff),
        articles=number,
        alerts=await _ask(store, "select count(*) from deliveries"),
        wall=wall,
        bot=_used(staff) - bot,
        database=_of_tree(_postmaster(server)) - database,
        idle=idle,
        waits=tuple(sorted(float(each) for each in _WAITED.findall(log))),
    )


def _configure(folder: Path, url: str, port: int) -> Path:
    file = folder / "config.toml"
    file.write_text(
        f'[database]\nurl = "{url}"\n[web]\nbind = ""\n[fetch]\nallow = ["127.0.0.1:{port}"]\n'
        '[full_text]\nread = "never"\n',
        "utf-8",
    )
    return file


async def _start(config: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config), "--roles", "poll,process"),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _ask(store: Store, question: str) -> int:
    async with store.database.reading() as connection:
        return int((await connection.execute(text(question))).scalar_one())


async def _until(store: Store, question: str, number: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while await _ask(store, question) < number:
        if time.monotonic() > end:
            raise RuntimeError(f"the workers did not come to their end: {question}")
        await asyncio.sleep(0.2)


async def _idle(staff: Sequence[asyncio.subprocess.Process]) -> float:
    """Wait until every worker is up and only ticks; the share of a processor that this takes."""
    before = 0.0
    while _used(staff) < STARTED_SECONDS * len(staff):  # noqa: ASYNC110 - it is not ours to tell
        await asyncio.sleep(0.5)
    while (now := _used(staff)) - before > IDLE_SECONDS * len(staff):
        before = now
        await asyncio.sleep(IDLE_FOR)
    return (now - before) / IDLE_FOR


def _used(staff: Sequence[asyncio.subprocess.Process]) -> float:
    return sum(_of_tree(each.pid) for each in staff)


def _postmaster(server: Postgres) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def _of_tree(root: int) -> float:
    """Seconds of a process, of its children that live, and of those that it has waited for."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            columns = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        parents.setdefault(int(columns[1]), []).append(int(folder.name))
        spent[int(folder.name)] = sum(map(int, columns[11:15])) / _TICKS
    total, todo = 0.0, [root]
    while todo:
        one = todo.pop()
        total += spent.get(one, 0.0)
        todo += parents.get(one, [])
    return total
