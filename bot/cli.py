"""The command line: reads arguments, prints what went wrong, and returns the exit code.

What the commands do stands in the rooms; here is only how a shell calls them.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

import rules
from bot.app import Role, Wiring, built, drift, migrate
from bot.chat.console.prompt import PipePrompt, Prompt
from bot.commands.command import Commands
from bot.config import Settings
from bot.errors import ConfigError, WatchfloorError
from bot.feeds_cli import feeds
from bot.grep import grep
from bot.pipeline import keep_in_step
from bot.redaction import start_logging
from bot.shell import (
    WRONG,
    AsJson,
    Config,
    Yes,
    carry_out,
    finish,
    query_fault,
    say_wrong,
    settings_of,
)
from bot.upkeep_cli import upkeep


class OnOff(StrEnum):
    """What a switch of the command line takes."""

    ON = "on"
    OFF = "off"


app = typer.Typer(
    help="Alerts for geopolitical monitoring, in Slack, Discord and the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(feeds, name="feeds")
app.add_typer(upkeep)


def main() -> None:
    """Run the command line. Foreseen failures end with a sentence, never with a traceback."""
    try:
        app()
    except ConfigError as error:
        say_wrong(str(error))
        sys.exit(WRONG)
    except WatchfloorError as error:
        say_wrong(str(error))
        sys.exit(1)


def _shown_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"watchfloor {version('watchfloor')}\n")
        raise typer.Exit


@app.callback()
def _top(
    _version: Annotated[
        bool, typer.Option("--version", callback=_shown_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    config: Config,
    roles: Annotated[
        str, typer.Option(help="Which parts of the work to do: poll,process,deliver,chat.")
    ] = "poll,process,deliver,chat",
) -> None:
    """Run the bot until SIGTERM or Ctrl-C."""
    settings = settings_of(config)
    start_logging(settings)
    finish(_run(settings, _roles(roles)))


def _roles(text: str) -> frozenset[Role]:
    try:
        return frozenset(Role(name.strip()) for name in text.split(","))
    except ValueError:
        known = ",".join(Role)
        raise typer.BadParameter(
            f"'{text}': the roles are {known}.", param_hint="--roles"
        ) from None


async def _run(settings: Settings, roles: frozenset[Role]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stop)
    wiring = Wiring(prompt=_prompt, left=stop.set)
    async with built(settings, wiring, to_work=True) as bot:
        if Role.PROCESS in roles:
            # Else the first article would wait until all watchlists are read.
            await keep_in_step(bot.flow, wiring.clock())
        # What was built lives as long as the process: looking through it for garbage, again and
        # again, was the longest that the event loop ever waited.
        gc.collect()
        gc.freeze()
        async with bot.working(roles):
            await stop.wait()
    return 0


def _stop(stop: asyncio.Event) -> None:
    """The first signal stops cleanly, the second at once."""
    if stop.is_set():
        os._exit(1)
    stop.set()


def _prompt(commands: Commands) -> Prompt | None:
    if sys.stdin.isatty() and sys.stdout.isatty():
        from bot.chat.console.terminal import TerminalPrompt  # late: see there

        return TerminalPrompt(commands.table)
    return None if sys.stdin.closed else PipePrompt()


@app.command()
def demo(
    scenario: Annotated[
        str, typer.Option(help="A scenario of seeds/ by its name, or a folder of .txt articles.")
    ] = "north-korea-kursk",
    watch: Annotated[
        list[str] | None, typer.Option(help="A query to watch for, instead of the scenario's.")
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=1.0, help="Scenario seconds per second.")
    ] = None,
    stories: Annotated[
        OnOff, typer.Option(help="One card per event, or one for each article.")
    ] = OnOff.ON,
    as_json: AsJson = False,
) -> None:
    """Play a scenario of articles through the whole bot: no token, no server, no network."""
    from bot import demo as stage  # late: it brings a web server along, which nothing else needs

    for query in watch or ():
        _query(query)
    found = stage.watching(stage.find_scenario(scenario, datetime.now(UTC)), watch or ())
    stay = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    told = stories is OnOff.ON
    finish(stage.demo(found, speed=speed, stories=told, as_json=as_json, stay=stay))


@app.command()
def match(
    query: str,
    files: Annotated[list[str], typer.Argument(help=".txt, .jsonl, or - for standard input")],
    as_json: AsJson = False,
    first_line_title: Annotated[
        bool, typer.Option("--first-line-title", help="A text's first line is its title.")
    ] = False,
) -> None:
    """Grep for news: what matches, and where. Exit 0 matched, 1 not, 2 the query is wrong."""
    parsed = _query(query)
    raise typer.Exit(grep(parsed, query, files, as_json=as_json, first_line_title=first_line_title))


@app.command()
def command(
    line: Annotated[str, typer.Argument(help='The command, such as "/watch list".')],
    config: Config,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Carry out one chat command. Exit 2 if it is wrong, 3 if it waits for a confirmation."""
    read = partial(Commands.read, line=line)
    finish(carry_out(settings_of(config), read, yes=yes, as_json=as_json))


@app.command("check-config")
def check_config(config: Config) -> None:
    """Say every mistake in the configuration at once; list what chat changed since."""
    settings = settings_of(config)
    sys.stdout.write(f"{config} has no mistakes.\n")
    url = settings.database.url
    if url.startswith("sqlite") and not Path(url.partition(":///")[2]).exists():
        return  # nothing was applied yet, and a check should not make a database
    for said in asyncio.run(drift(settings)):
        sys.stdout.write(f"{said}\n")


@app.command("migrate")
def migrate_(config: Config) -> None:
    """Bring the database's schema up to date; `run` does so too."""
    asyncio.run(migrate(settings_of(config)))
    sys.stdout.write("The database is up to date.\n")


def _query(text: str) -> rules.Query:
    try:
        return rules.parse(text)
    except rules.QueryError as error:
        say_wrong(query_fault(error))
        raise typer.Exit(WRONG) from None
