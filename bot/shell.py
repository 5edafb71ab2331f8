"""What the commands of the shell share: settings from a file, an answer printed, an exit code.

It names no command; what a chat command does stands in the command layer.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.text import Text

import rules
from bot.app import Wiring, built
from bot.chat.console.files import named
from bot.chat.console.pictures import said, save
from bot.chat.console.render import draw
from bot.commands.command import Commands
from bot.commands.desk import refusal
from bot.commands.invocation import Invocation, Reply
from bot.config import Settings, load
from bot.errors import CommandError
from bot.message import Answer, Button, File, Form, Picture, Style, Tone
from bot.model import Actor, Destination, Platform

WRONG, NOT_CONFIRMED = 2, 3

Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Yes = Annotated[bool, typer.Option("--yes", help="Confirm what would be asked.")]


def say_wrong(text: str) -> None:
    """Write to standard error."""
    sys.stderr.write(f"{text}\n")


def settings_of(config: Path) -> Settings:
    """The settings of a file and the environment. Raises ConfigError with every mistake."""
    return load(config, os.environ, check_query=_check_query)


def _check_query(text: str, lists: Mapping[str, str]) -> None:
    try:
        rules.parse(text, lists=lists)
    except rules.QueryError as error:
        raise ValueError(query_fault(error)) from error


def query_fault(error: rules.QueryError) -> str:
    """What is wrong with a query, with the caret under it and the repair."""
    return "\n".join(filter(None, (error.caret(), error.message, error.remedy)))


def finish(work: Coroutine[Any, Any, int]) -> None:
    """Run the work of a command and leave with its exit code."""
    raise typer.Exit(asyncio.run(work))


async def carry_out(
    settings: Settings,
    read: Callable[[Commands], tuple[str, dict[str, str]]],
    *,
    yes: bool,
    as_json: bool,
) -> int:
    """Carry out one command of the chats as the person at this machine; its exit code.

    `read` gives the command's name and values, or raises CommandError. With `yes` what a preview
    offers is confirmed at once.
    """
    async with built(settings, Wiring()) as bot:
        try:
            name, values = read(bot.commands)
        except CommandError as error:
            _print(refusal(error), bot.wiring.clock(), as_json=as_json)
            return WRONG
        actor = Actor(Platform.CONSOLE, "local", "you", manager=True)
        here = Destination(Platform.CONSOLE)
        now = bot.wiring.clock()
        file = named(bot.commands.table, name, values)
        asked = Invocation(name, values, actor, bot.home.id, now, here, file=file)
        reply = await bot.commands.answer(asked)
        to_confirm = _to_confirm(reply)
        code = _concluded(reply, now, as_json=as_json)
        if not to_confirm:
            return code
        if not yes:
            say_wrong("Nothing was changed yet. Run it again with --yes to confirm.")
            return NOT_CONFIRMED
        button = to_confirm[0]
        press = Invocation(button.action, {"value": button.value}, actor, bot.home.id, now, here)
        return _concluded(await bot.commands.answer(press), now, as_json=as_json)


def _to_confirm(reply: Reply) -> list[Button]:
    if isinstance(reply.message, Form):
        return []
    return [button for button in reply.message.buttons if button.style is not Style.PLAIN]


def _concluded(reply: Reply, now: datetime, *, as_json: bool) -> int:
    """Print a reply and say how the command ended, as an exit code."""
    if isinstance(reply.message, Form):
        say_wrong(f"This needs more. Write it in one line: {reply.message.usage}")
        return WRONG
    _print(reply.message, now, as_json=as_json)
    return WRONG if reply.message.tone is Tone.FAULT else 0


def _print(answer: Answer, now: datetime, *, as_json: bool) -> None:
    """Print an answer; of a picture or a file, which are saved, the path."""
    if as_json:
        bare = replace(answer, picture=None, file=None)
        row = TypeAdapter(Answer).dump_python(bare, mode="json")
        row["picture"] = _path(answer.picture, now)
        row["file"] = _path(answer.file, now)
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(draw(answer, boxed=False))
    for line in said(answer, now):
        console.print(Text(line), soft_wrap=True)


def _path(enclosed: Picture | File | None, now: datetime) -> str | None:
    if enclosed is None:
        return None
    try:
        return str(save(enclosed, now))
    except OSError as error:
        say_wrong(f"{enclosed.name} could not be written: {error.strerror or error}")
        return None
