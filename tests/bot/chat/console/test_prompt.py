"""Lines that are typed at the console, one after the other."""

import asyncio
import io
from datetime import UTC, datetime

import pytest

from bot.chat.console.adapter import ConsoleAdapter
from bot.chat.console.prompt import PipePrompt
from bot.commands.command import Commands
from bot.commands.invocation import Invocation, Reply
from bot.message import Answer
from bot.model import WorkspaceId


class Clumsy(Commands):
    """Breaks on what is searched for, and answers all else."""

    def __init__(self) -> None:
        self.prefix = ""

    async def answer(self, invocation: Invocation) -> Reply:
        if invocation.name == "intel search":
            raise KeyError("nobody foresaw this")
        return Reply(Answer("All is well."))


async def test_a_mistake_of_ours_is_said_and_the_next_line_is_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    screen, left = io.StringIO(), asyncio.Event()
    typed = io.StringIO("/intel search Kursk\n/intel status\nexit\n")
    console = ConsoleAdapter(
        commands=Clumsy(),
        workspace=WorkspaceId(1),
        clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        out=screen,
        prompt=PipePrompt(typed),
        left=left.set,
    )
    running = asyncio.create_task(console.run())
    await asyncio.wait_for(left.wait(), 5)
    running.cancel()
    assert "went wrong on our side" in screen.getvalue()
    assert screen.getvalue().index("went wrong") < screen.getvalue().index("All is well.")
    assert "nobody foresaw this" in caplog.text
