"""`watchfloor feeds`: the feeds to begin with, lists from files, and whether each feed is sound.

Only here a file is read or written: in chat a list is pasted.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from bot.app import Wiring, built, scouting
from bot.chat.hygiene import one_line
from bot.commands.invocation import Invocation
from bot.config import Settings, defaults
from bot.feeds.opml import LONGEST, Listed, read_opml, write_opml
from bot.feeds.starter import EVERYWHERE, regions, starter_of
from bot.feeds.verify import Checked, Verdict, verify
from bot.message import Answer, Code
from bot.model import Actor, Platform
from bot.shell import WRONG, AsJson, Config, Yes, carry_out, finish, say_wrong, settings_of

COLOUR = {
    Verdict.SOUND: "green",
    Verdict.STALE: "yellow",
    Verdict.UNDATED: "yellow",
    Verdict.EMPTY: "yellow",
    Verdict.NO_FEED: "red",
    Verdict.BLOCKED: "red",
    Verdict.DEAD: "red",
}

feeds = typer.Typer(help="Feeds to begin with, lists of feeds, and their health.")
OptionalConfig = Annotated[
    Path | None, typer.Option("--config", help="The configuration; then what is read is asked.")
]


@feeds.command("verify")
def verify_(
    file: Annotated[str, typer.Argument(help="An OPML list to ask instead; - is input.")] = "",
    config: OptionalConfig = None,
    region: Annotated[str, typer.Option(help="Ask the starter feeds of one region.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask feeds, all at once, whether they are sound: by default the starter feeds. Exit 1 if not.

    A feed is dead, blocked, no feed, empty, undated (half of its items or more), stale (nothing
    new for 60 days) or sound.
    """
    settings = settings_of(config) if config else defaults()
    finish(_verify(settings, file, region, stored=config is not None, as_json=as_json))


async def _verify(
    settings: Settings, file: str, region: str, *, stored: bool, as_json: bool
) -> int:
    wiring = Wiring()
    if file:
        wanted = _from_file(file)
    elif stored and not region:
        wanted = await _read_here(settings)
    else:
        wanted = _starter(region or EVERYWHERE)
    now = wiring.clock()
    checked: list[Checked] = []
    bar = Progress(
        TextColumn("asking {task.total:.0f} feeds"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty() or not wanted,
        transient=True,
    )
    async with scouting(settings, wiring.clock) as scout:
        with bar:
            task = bar.add_task("", total=len(wanted))
            async for each in verify(wanted, scout, now):
                checked.append(each)
                bar.advance(task)
                if as_json:
                    sys.stdout.write(json.dumps(_row(each), ensure_ascii=False) + "\n")
    if not as_json:
        _tell(checked)
    return 0 if all(each.verdict is Verdict.SOUND for each in checked) else 1


async def _read_here(settings: Settings) -> Sequence[Listed]:
    async with built(settings, Wiring()) as bot:
        subscriptions = await bot.store.feeds.of(bot.home.id)
    return [Listed(each.url, each.name, each.tags) for each in subscriptions if not each.paused_at]


def _starter(region: str) -> Sequence[Listed]:
    found = [feed.listed() for feed in starter_of(region)]
    if not found:
        raise typer.BadParameter(
            f"'{region}': the regions are {', '.join(regions())}.", param_hint="region"
        )
    return found


def _row(checked: Checked) -> dict[str, object]:
    newest: datetime | None = checked.newest
    return {
        "name": checked.feed.name,
        "url": checked.feed.url,
        "verdict": str(checked.verdict),
        "detail": checked.detail,
        "items": checked.items,
        "newest": newest.isoformat() if newest else None,
    }


def _tell(checked: Iterable[Checked]) -> None:
    """The sick ones last, where the eye rests, and a sum."""
    order = list(Verdict)
    ordered = sorted(checked, key=lambda one: (order.index(one.verdict), one.feed.name.casefold()))
    console = Console(highlight=False, soft_wrap=True)
    for each in ordered:
        line = Text(f"{each.verdict:<8} ", style=COLOUR[each.verdict])
        line.append(one_line(each.feed.name), style="bold")
        line.append(f"  {one_line(each.detail)}", style="default")
        if each.verdict is not Verdict.SOUND:
            line.append(f"  {one_line(each.feed.url)}", style="dim")
        console.print(line)
    if len(ordered) > 1 and all(each.verdict is Verdict.DEAD for each in ordered):
        console.print("Not one of them answered: look at this machine's own connection first.")
    counts = {verdict: sum(one.verdict is verdict for one in ordered) for verdict in order}
    bad = ", ".join(f"{n} {verdict}" for verdict, n in counts.items() if n and verdict != "sound")
    console.print(
        f"{counts[Verdict.SOUND]} of {len(ordered)} feeds are sound" + (f"; {bad}." if bad else ".")
    )


@feeds.command()
def starter(
    config: Config,
    region: Annotated[str, typer.Argument(help="A region or place; without one, all.")] = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """The feeds that we propose to begin with; with a region and --yes they are subscribed to."""
    settings = settings_of(config)
    values = {"region": region}
    finish(carry_out(settings, lambda _: ("feeds starter", values), yes=yes, as_json=as_json))


@feeds.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="An OPML file; - is standard input.")],
    config: Config,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Subscribe to the feeds of an OPML file. Exit 3 if it waits for a confirmation."""
    settings = settings_of(config)
    # Written anew, so that the file's charset and everything odd in it stays behind.
    text = write_opml(_from_file(file), title=Path(file).name, at=Wiring().clock())
    values = {"opml": text}
    finish(carry_out(settings, lambda _: ("feeds import", values), yes=yes, as_json=as_json))


@feeds.command()
def export(
    config: Config,
    only: Annotated[str, typer.Option(help="A word of their name, address or tags.")] = "",
) -> None:
    """Write the feeds that are read as OPML to standard output."""
    finish(_export(settings_of(config), only))


async def _export(settings: Settings, only: str) -> int:
    async with built(settings, Wiring()) as bot:
        actor = Actor(Platform.CONSOLE, "local", "you", manager=True)
        values = {"filter": only}
        asked = Invocation("feeds export", values, actor, bot.home.id, bot.wiring.clock())
        reply = await bot.commands.answer(asked)
    blocks = reply.message.blocks if isinstance(reply.message, Answer) else ()
    texts = [block.text for block in blocks if isinstance(block, Code)]
    if not texts or not texts[0].startswith("<?xml"):
        say_wrong(reply.message.title)
        return WRONG
    sys.stdout.write(texts[0])
    return 0


def _from_file(name: str) -> Sequence[Listed]:
    """The feeds of an OPML file. Raises ParseError, and typer's own error for a file unreadable."""
    try:
        if name == "-":
            return read_opml(sys.stdin.buffer.read(LONGEST + 1))
        with Path(name).open("rb") as file:
            return read_opml(file.read(LONGEST + 1))
    except OSError as error:
        raise typer.BadParameter(
            f"{name} cannot be read: {error.strerror or error}.", param_hint="file"
        ) from None
