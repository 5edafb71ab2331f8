"""The command line: reads arguments, prints what went wrong, and returns the exit code.

What the commands do stands in the rooms; here is only how a shell calls them.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console

import rules
from bot.app import Role, Wiring, built, drift, migrate
from bot.chat.console.prompt import PipePrompt, Prompt, TerminalPrompt
from bot.chat.console.render import draw
from bot.commands.command import Commands
from bot.commands.desk import refusal
from bot.commands.invocation import Invocation, Reply
from bot.config import Settings, load
from bot.demo import demo as play
from bot.demo import find_scenario, watching
from bot.errors import CommandError, ConfigError, WatchfloorError
from bot.grep import grep
from bot.message import Answer, Button, Form, Style, Tone
from bot.model import Actor, Destination, Platform

WRONG, NOT_CONFIRMED = 2, 3

app = typer.Typer(
    help="Alerts for geopolitical monitoring, in Slack, Discord and the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


def main() -> None:
    """Run the command line. Foreseen failures end with a sentence, never with a traceback."""
    try:
        app()
    except ConfigError as error:
        _say_wrong(str(error))
        sys.exit(WRONG)
    except WatchfloorError as error:
        _say_wrong(str(error))
        sys.exit(1)


def _say_wrong(text: str) -> None:
    sys.stderr.write(f"{text}\n")


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
    settings = _settings(config)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("bot").setLevel(logging.INFO)
    _finish(_run(settings, _roles(roles)))


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
    async with built(settings, wiring) as bot, bot.working(roles):
        await stop.wait()
    return 0


def _stop(stop: asyncio.Event) -> None:
    """The first signal stops cleanly, the second at once."""
    if stop.is_set():
        os._exit(1)
    stop.set()


def _prompt(commands: Commands) -> Prompt | None:
    if sys.stdin.isatty() and sys.stdout.isatty():
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
    as_json: AsJson = False,
) -> None:
    """Play a scenario of articles through the whole bot: no token, no server, no network."""
    for query in watch or ():
        _query(query)
    found = watching(find_scenario(scenario, datetime.now(UTC)), watch or ())
    stay = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _finish(play(found, speed=speed, as_json=as_json, stay=stay))


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
    raise typer.Exit(grep(parsed, files, as_json=as_json, first_line_title=first_line_title))


@app.command()
def command(
    line: Annotated[str, typer.Argument(help='The command, such as "/watch list".')],
    config: Config,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm what would be asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Carry out one chat command. Exit 2 if it is wrong, 3 if it waits for a confirmation."""
    _finish(_command(_settings(config), line, yes=yes, as_json=as_json))


async def _command(settings: Settings, line: str, *, yes: bool, as_json: bool) -> int:
    async with built(settings, Wiring()) as bot:
        try:
            name, values = bot.commands.read(line)
        except CommandError as error:
            _print(refusal(error), as_json=as_json)
            return WRONG
        actor = Actor(Platform.CONSOLE, "local", "you", manager=True)
        here = Destination(Platform.CONSOLE)
        now = bot.wiring.clock()
        reply = await bot.commands.answer(Invocation(name, values, actor, bot.home.id, now, here))
        to_confirm = _to_confirm(reply)
        code = _concluded(reply, as_json=as_json)
        if not to_confirm:
            return code
        if not yes:
            _say_wrong("Nothing was changed yet. Run it again with --yes to confirm.")
            return NOT_CONFIRMED
        button = to_confirm[0]
        press = Invocation(button.action, {"value": button.value}, actor, bot.home.id, now, here)
        return _concluded(await bot.commands.answer(press), as_json=as_json)


def _to_confirm(reply: Reply) -> list[Button]:
    if isinstance(reply.message, Form):
        return []
    return [button for button in reply.message.buttons if button.style is not Style.PLAIN]


def _concluded(reply: Reply, *, as_json: bool) -> int:
    """Print a reply and say how the command ended, as an exit code."""
    if isinstance(reply.message, Form):
        _say_wrong(f"This needs more. Write it in one line: {reply.message.usage}")
        return WRONG
    _print(reply.message, as_json=as_json)
    return WRONG if reply.message.tone is Tone.FAULT else 0


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        row = TypeAdapter(Answer).dump_python(answer, mode="json")
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(draw(answer, boxed=False))


@app.command("check-config")
def check_config(config: Config) -> None:
    """Say every mistake in the configuration at once; list what chat changed since."""
    settings = _settings(config)
    sys.stdout.write(f"{config} has no mistakes.\n")
    url = settings.database.url
    if url.startswith("sqlite") and not Path(url.partition(":///")[2]).exists():
        return  # nothing was applied yet, and a check should not make a database
    for said in asyncio.run(drift(settings)):
        sys.stdout.write(f"{said}\n")


@app.command("migrate")
def migrate_(config: Config) -> None:
    """Bring the database's schema up to date; `run` does so too."""
    asyncio.run(migrate(_settings(config)))
    sys.stdout.write("The database is up to date.\n")


def _settings(config: Path) -> Settings:
    return load(config, os.environ, check_query=_check_query)


def _check_query(text: str, lists: Mapping[str, str]) -> None:
    try:
        rules.parse(text, lists=lists)
    except rules.QueryError as error:
        raise ValueError(_fault(error)) from error


def _query(text: str) -> rules.Query:
    try:
        return rules.parse(text)
    except rules.QueryError as error:
        _say_wrong(_fault(error))
        raise typer.Exit(WRONG) from None


def _fault(error: rules.QueryError) -> str:
    repair = f"\nDid you mean: {error.suggestion}" if error.suggestion else ""
    return f"{error.caret()}\n{error.message}{repair}"


def _finish(work: Coroutine[Any, Any, int]) -> None:
    raise typer.Exit(asyncio.run(work))
