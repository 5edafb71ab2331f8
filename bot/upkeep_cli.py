"""`watchfloor backup | restore | export | purge | doctor`: an installation is looked after.

What each of them does stands in the store and in the room for upkeep.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.config import Settings
from bot.shell import AsJson, Config, Yes, finish, say_wrong, settings_of
from bot.upkeep import doctor as examining
from bot.upkeep.doctor import Finding, Verdict
from bot.upkeep.export import export_home
from bot.upkeep.keeping import back_up, delete_old, restore

COLOUR = {Verdict.WELL: "green", Verdict.LOOK: "yellow", Verdict.BROKEN: "red"}

upkeep = typer.Typer()


@upkeep.command("backup")
def backup_(file: Path, config: Config) -> None:
    """Copy the SQLite database, also while the bot runs; the copy is whole or not there."""
    size = back_up(settings_of(config).database.url, file)
    sys.stdout.write(f"{file} holds the whole database, {size:,} bytes, and was looked through.\n")


@upkeep.command("restore")
def restore_(file: Path, config: Config, yes: Yes = False) -> None:
    """Put a backup in the database's place. The bot must be stopped; nothing old is sent again."""
    settings = settings_of(config)
    if not yes:
        say_wrong(
            f"This puts {file} in the place of the database, which is kept beside it. Run it again"
            " with --yes to do so."
        )
        raise typer.Exit(3)
    old = restore(settings.database.url, file, datetime.now(UTC))
    kept = f" What was there is now {old}." if old else ""
    sys.stdout.write(
        f"{file} is restored.{kept} What it had waiting is not sent, and what stands in the feeds"
        " at their next poll is stored without alerts.\n"
    )


@upkeep.command("export")
def export_(config: Config) -> None:
    """Print feeds, lists, watchlists, changes and alerts as JSON, without secrets."""
    document = asyncio.run(export_home(settings_of(config)))
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


@upkeep.command("purge")
def purge_(config: Config) -> None:
    r"""Delete what is older than \[retention] keeps; the running bot does so by itself."""
    gone = asyncio.run(delete_old(settings_of(config), datetime.now(UTC)))
    said = ", ".join(f"{number:,} {kind}" for kind, number in gone.items())
    sys.stdout.write(f"Deleted: {said}.\n")


@upkeep.command()
def doctor(config: Config, as_json: AsJson = False) -> None:
    """Look at the whole installation and change nothing. Exit 1 if something is broken."""
    finish(_doctor(settings_of(config), as_json=as_json))


async def _doctor(settings: Settings, *, as_json: bool) -> int:
    findings = await examining.examine(settings, datetime.now(UTC))
    if as_json:
        for each in findings:
            row = {"part": each.part, "verdict": each.verdict.value, "said": each.said}
            sys.stdout.write(f"{json.dumps(row, ensure_ascii=False)}\n")
    else:
        _show(findings)
    return 1 if any(each.verdict is Verdict.BROKEN for each in findings) else 0


def _show(findings: tuple[Finding, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    for head in ("part", "", "what"):
        table.add_column(head, overflow="fold")
    for each in findings:
        verdict = f"[{COLOUR[each.verdict]}]{each.verdict}[/]"
        table.add_row(each.part, verdict, each.said.replace("[", r"\["))
    Console(highlight=False, soft_wrap=not sys.stdout.isatty()).print(table)
