"""Secrets are planted wherever there can be any; then all that comes out is looked through."""

import asyncio
import io
import logging
import os
import re
import sys
import zipfile
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.app import Wiring, built
from bot.commands.invocation import Invocation
from bot.config import load
from bot.message import Answer as Message
from bot.model import Actor, Destination, Platform
from bot.redaction import RedactingFormatter, secrets_of
from tests.crashes.books import Books
from tests.crashes.world import FEEDS, until, world
from tests.servers.feeds import Answer

ROOT = Path(__file__).parents[2]
FEED_KEY, PASSWORD = "k3y-of-the-feed-9911", "hunter2-of-the-feed"
DATABASE_PASSWORD, SIGNING = "pa55-of-the-database", "51gn1ng0123456789abcdef0123456789"
PING = "https://127.0.0.1:1/ping-0c0ffee0-uuid"
QUESTIONS = (
    "/feeds list",
    "/feeds show Keyed",
    "/feeds test Keyed",
    "/feeds export",
    "/intel sources",
    "/intel status",
    "/watchfloor status",
    "/watchfloor export",
    "/watch list",
    f"/feeds add http://ann:{PASSWORD}@127.0.0.1:1/feed",
    f"/feeds show http://127.0.0.1:1/feed?key={FEED_KEY}",
)


class Shell:
    """Runs the program and keeps all that it says."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        self.said: list[str] = []

    async def run(self, *arguments: str) -> None:
        process = await self.start(*arguments)
        self.said.append((await process.communicate())[0].decode())

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


async def baseline(books: Books) -> None:
    """Wait until the papers were read: what they print from then on is news."""
    read = "select count(last_success_at) from feeds"
    while (await books.ask(read) or [(0,)])[0] < (FEEDS,):  # noqa: ASYNC110 - nobody tells us
        await asyncio.sleep(0.2)


def kill(process: asyncio.subprocess.Process) -> None:
    """No program outlives its test."""
    with suppress(ProcessLookupError):
        process.kill()


async def asked(config: Path, environment: dict[str, str]) -> list[str]:
    """What the commands answer, as JSON with the files in it, and what is logged meanwhile."""
    settings = load(config, environment, check_query=lambda text, lists: None)
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(RedactingFormatter(settings.operations.log_format, secrets_of(settings)))
    logging.getLogger("bot").addHandler(handler)
    said = []
    async with built(settings, Wiring()) as bot:
        for question in QUESTIONS:
            name, values = bot.commands.read(question)
            ann = Actor(Platform.CONSOLE, "local", "you", manager=True)
            here = Destination(Platform.CONSOLE)
            now = bot.wiring.clock()
            reply = await bot.commands.answer(Invocation(name, values, ann, bot.home.id, now, here))
            assert isinstance(reply.message, Message)
            said.append(str(replace(reply.message, file=None)))
            if reply.message.file is not None:
                said[-1] += unpacked(reply.message.file.data)
    logging.getLogger("bot").removeHandler(handler)
    return [*said, log.getvalue()]


def unpacked(data: bytes) -> str:
    """What a zip holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "\n".join(file.read(name).decode() for name in file.namelist())


@pytest.mark.timeout(300)
async def test_no_secret_comes_out_of_logs_posts_answers_exports_metrics_or_errors(
    tmp_path, sqlite_url
):
    async with world(seed=5) as around, AsyncExitStack() as stack:
        config = around.configure(tmp_path / "config.toml", sqlite_url, lease_seconds=3)
        keyed = around.server.tell("/keyed", Answer(b"no", 403)) + f"?key={FEED_KEY}"
        port = 20_000 + os.getpid() % 20_000
        text = config.read_text("utf-8").replace('bind = ""', f'bind = "127.0.0.1:{port}"')
        text += f'[[feeds]]\nurl = "{keyed}"\nname = "Keyed"\ninterval_seconds = 1\n'
        config.write_text(text, "utf-8")
        environment = around.environment | {
            "SLACK_SIGNING_SECRET": SIGNING,
            "WATCHFLOOR_PING_URL": PING,
        }
        shell = Shell(tmp_path, environment)
        bot = await shell.start("run", "--config", str(config))
        stack.callback(kill, bot)
        await baseline(Books(sqlite_url))
        around.publish(3)
        assert await until(lambda: not around.missing(), 90)
        around.slack.tokens.bot_error = "invalid_auth"
        around.publish(3)
        page = ""
        async with aiohttp.ClientSession() as session:
            for path in ("healthz", "readyz", "metrics"):
                async with session.get(f"http://127.0.0.1:{port}/{path}") as answer:
                    page += await answer.text()
        bot.terminate()
        shell.said.append((await bot.communicate())[0].decode())
        for deed in ("doctor", "export"):
            await shell.run(deed, "--config", str(config))
        shell.said += await asked(config, environment)
        away = f"postgresql://bot:{DATABASE_PASSWORD}@127.0.0.1:1/news"
        config.write_text(re.sub('url = "sqlite[^"]*"', f'url = "{away}"', text), "utf-8")
        await shell.run("migrate", "--config", str(config))
        private = f'[[feeds]]\nurl = "http://ann:{PASSWORD}@example.org/feed"\nname = "Private"\n'
        config.write_text(text + private, "utf-8")
        await shell.run("check-config", "--config", str(config))
        posts = str([each.blocks for each in around.slack.team.messages])
        posts += str(
            [
                each.payload
                for channel in around.guild
                for each in around.discord.channel_messages(channel)
            ]
        )
    everything = "\n".join([*shell.said, page, posts])
    secrets = {
        **{name: value for name, value in environment.items() if "TOKEN" in name},
        "feed key": FEED_KEY,
        "password": PASSWORD,
        "database": DATABASE_PASSWORD,
        "signing": SIGNING,
        "ping": "0c0ffee0",
    }
    assert "Keyed" in everything
    assert "watchfloor_fetch_total" in everything
    assert len(shell.said) == len(QUESTIONS) + 6
    assert {
        name: line
        for name, value in secrets.items()
        for line in everything.splitlines()
        if value in line
    } == {}
