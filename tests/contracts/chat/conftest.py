"""The same person in front of each platform: what they type, press and see."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import Bot, Wiring, built
from bot.chat.adapter import ChatAdapter, Health
from bot.chat.console.adapter import ConsoleAdapter
from bot.config import defaults
from bot.message import Form
from bot.model import Destination, Platform
from tests.seats import FarSeat, Seat
from tests.servers.discord import DiscordServer
from tests.servers.discord_faults import Fault as DiscordFault
from tests.servers.discord_people import Upload
from tests.servers.discord_screen import message_lines as discord_lines
from tests.servers.discord_world import Channel
from tests.servers.slack import SlackServer
from tests.servers.slack_faults import Fault as SlackFault
from tests.servers.slack_screen import message_lines as slack_lines
from tests.servers.slack_world import Message

NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)


class AtTheConsole:
    nowhere = None
    here = Destination(Platform.CONSOLE)

    def __init__(self, bot: Bot, screen: io.StringIO, typing: "Typist") -> None:
        adapter = bot.adapters[Platform.CONSOLE]
        assert isinstance(adapter, ConsoleAdapter)
        self.bot = bot
        self.adapter = adapter
        self._screen = screen
        self._typist = typing
        self._pending = ""

    def channel(self) -> str:
        return self._screen.getvalue()

    async def type(self, line: str) -> str:
        self._typist.answers = None
        before = len(self.channel())
        await self.adapter.take(f"/{line}")
        self._pending = line
        return self.channel()[before:]

    async def press(self, label: str) -> str:
        before = len(self.channel())
        self._typist.answers = None
        await self.adapter.take(label)
        self._pending = label
        return self.channel()[before:]

    async def press_on_card(self, label: str) -> str:
        before = len(self.channel())
        await self.adapter.take(f"{label} 1")
        return self.channel()[before:]

    async def fill_in(self, values: Mapping[str, str]) -> str:
        """The console asks field by field; a form that was left empty is asked for again."""
        self._typist.answers = values
        before = len(self.channel())
        await self.adapter.take(self._pending if self._pending == "Fix it" else f"/{self._pending}")
        return self.channel()[before:]

    async def point(self, action: str) -> str:
        return await self.press_on_card(action)

    async def send_file(self, line: str, name: str, data: bytes) -> str:
        await asyncio.to_thread(Path(name).write_bytes, data)
        flag = "--file " if line == "feeds import" else ""
        return await self.type(f"{line} {flag}{name}")

    def received(self) -> tuple[str, bytes]:
        paths = sorted(Path("files").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return paths[-1].name, paths[-1].read_bytes()


class Typist:
    """Types into the console's forms what the test gave, and leaves the rest as it stands."""

    def __init__(self) -> None:
        self.answers: Mapping[str, str] | None = None

    @contextmanager
    def session(self) -> Iterator[None]:
        yield

    async def read(self) -> str | None:
        return None

    async def fill_in(self, form: Form) -> dict[str, str] | None:
        if self.answers is None:
            return None
        return {field.key: self.answers.get(field.label, field.value) for field in form.fields}


class InSlack:
    def __init__(self, adapter: ChatAdapter, slack: SlackServer, bot: Bot) -> None:
        self.bot = bot
        self.adapter = adapter
        self._slack = slack
        self.here = Destination(Platform.SLACK, slack.alerts.id)
        self.nowhere = Destination(Platform.SLACK, "C0GONE")

    def channel(self) -> str:
        return self._slack.show(self._slack.alerts)

    def cards(self) -> list[str]:
        return [self._seen(each) for each in self._messages() if each.thread_ts is None]

    def replies(self) -> list[str]:
        return [self._seen(each) for each in self._messages() if each.thread_ts is not None]

    def delete_card(self) -> None:
        self._slack.team.delete(self._messages()[0])

    def lose_answer(self) -> None:
        self._slack.faults.lose_answer()

    def lose_answer_to_edit(self) -> None:
        self._slack.faults.lose_answer("chat.update")

    @property
    def there(self) -> Destination:
        return Destination(Platform.SLACK, self._slack.general.id)

    def seen_there(self) -> str:
        return self._slack.show(self._slack.general)

    def answer_nonsense(self, *, times: int, stored: bool = False) -> None:
        here = self.here.address
        nonsense = SlackFault("chat.postMessage", stored, 200, body={"ok": True}, channel=here)
        self._slack.faults.add(replace(nonsense, times=times))

    def answer_nonsense_when_asked(self, *, times: int) -> None:
        nonsense = SlackFault("conversations.history", status=200, body={"ok": True}, times=times)
        self._slack.faults.add(nonsense)

    def stay_silent(self) -> None:
        self._slack.faults.stay_silent()

    async def asked_to_post(self) -> None:
        await self._slack.until(lambda: self._slack.count("chat.postMessage"))

    def understand(self) -> None:
        self._slack.faults.clear()

    def _messages(self) -> list[Message]:
        return self._slack.channel_messages(self._slack.alerts)

    def _seen(self, message: Message) -> str:
        return "\n".join(slack_lines(self._slack.team, message))

    def _mine(self) -> str:
        return self._slack.show(self._slack.alerts, self._slack.ann)

    async def _changed(self, before: str) -> str:
        waits = "One moment"  # a form that is on its way
        await self._slack.until(lambda: self._mine() != before and waits not in self._mine())
        await asyncio.sleep(0.1)
        return self._mine()

    async def type(self, line: str) -> str:
        before = self._mine()
        family, _, rest = line.partition(" ")
        await self._slack.type_command(self._slack.ann, self._slack.alerts, f"/{family}", rest)
        return await self._changed(before)

    async def press(self, label: str) -> str:
        before = self._mine()
        shown = self._slack.ephemerals(self._slack.ann)[-1]
        await self._slack.click(self._slack.ann, shown, label)
        return await self._changed(before)

    async def press_on_card(self, label: str) -> str:
        before = self._mine()
        card = self._slack.channel_messages(self._slack.alerts)[-1]
        await self._slack.click(self._slack.ann, card, label)
        return await self._changed(before)

    async def fill_in(self, values: Mapping[str, str]) -> str:
        view = self._slack.open_modal(self._slack.ann)
        assert view is not None
        told = len(self._slack.ephemerals(self._slack.ann))
        if await self._slack.submit(view, values) is None:
            await self._slack.whispered(self._slack.ann, told + 1)
        return self._mine()

    async def point(self, action: str) -> str:
        before = self._mine()
        message = self._slack.channel_messages(self._slack.alerts)[-1]
        await self._slack.point(self._slack.ann, message, f"message:{action}")
        return await self._changed(before)

    async def send_file(self, line: str, name: str, data: bytes) -> str:
        number = self._slack.give(self._slack.ann, name, data)
        await self.type(line)
        return await self.fill_in({"File": number})

    def received(self) -> tuple[str, bytes]:
        file = list(self._slack.api.files.kept.values())[-1]
        return file.name, file.data


class InDiscord:
    def __init__(self, adapter: ChatAdapter, discord: DiscordServer, bot: Bot) -> None:
        self.bot = bot
        self.adapter = adapter
        self._discord = discord
        self._commands = bot.commands
        self._modal = None
        self.here = Destination(Platform.DISCORD, str(discord.alerts.id))
        self.nowhere = Destination(Platform.DISCORD, "1")

    def channel(self) -> str:
        return self._discord.show(self._discord.alerts)

    def cards(self) -> list[str]:
        return self._all_in(self._discord.alerts)

    def replies(self) -> list[str]:
        threads = self._discord.guild.threads
        return [shown for thread in threads for shown in self._all_in(thread)]

    def _all_in(self, channel: Channel) -> list[str]:
        messages = self._discord.channel_messages(channel)
        return ["\n".join(discord_lines(each)) for each in messages]

    def delete_card(self) -> None:
        self._discord.channel_messages(self._discord.alerts)[0].deleted = True

    def lose_answer(self) -> None:
        self._discord.faults.lose_answer()

    def lose_answer_to_edit(self) -> None:
        self._discord.faults.lose_answer(method="PATCH")

    @property
    def there(self) -> Destination:
        return Destination(Platform.DISCORD, str(self._discord.general.id))

    def seen_there(self) -> str:
        return self._discord.show(self._discord.general)

    def answer_nonsense(self, *, times: int, stored: bool = False) -> None:
        path = f"/channels/{self.here.address}/messages"
        page = "<html><body>Back soon</body></html>"
        nonsense = DiscordFault("POST", path, stored, 200, body=page)
        self._discord.faults.add(replace(nonsense, times=times))

    def answer_nonsense_when_asked(self, *, times: int) -> None:
        path = f"/channels/{self.here.address}"
        self._discord.faults.add(DiscordFault("GET", path, status=200, body="[1]", times=times))

    def stay_silent(self) -> None:
        self._discord.faults.stay_silent()

    async def asked_to_post(self) -> None:
        asked = ("POST", f"/channels/{self.here.address}/messages")
        await self._discord.until(lambda: asked in self._discord.rest.requests)

    def understand(self) -> None:
        self._discord.faults.clear()

    def _mine(self) -> str:
        return self._discord.show(self._discord.alerts, self._discord.ann)

    def _seen(self, shown) -> str:
        assert not shown.failed, shown.failed
        self._modal = shown.modal
        self._message = shown.message
        return self._mine()

    async def type(self, line: str) -> str:
        name, values = self._commands.read(line)
        shown = await self._discord.slash(self._discord.ann, self._discord.alerts, name, **values)
        return self._seen(shown)

    async def press(self, label: str) -> str:
        shown = await self._discord.click(
            self._discord.ann, self._discord.ephemerals(self._discord.ann)[-1], label
        )
        return self._seen(shown)

    async def press_on_card(self, label: str) -> str:
        card = self._discord.channel_messages(self._discord.alerts)[-1]
        return self._seen(await self._discord.click(self._discord.ann, card, label))

    async def fill_in(self, values: Mapping[str, str]) -> str:
        assert self._modal is not None
        return self._seen(await self._discord.submit(self._modal, values))

    async def point(self, action: str) -> str:
        message = self._discord.channel_messages(self._discord.alerts)[-1]
        label = {"why": "Why this alert?", "watch": "Make a watch from this"}[action]
        return self._seen(await self._discord.point(self._discord.ann, message, label))

    async def send_file(self, line: str, name: str, data: bytes) -> str:
        file = Upload(name, data)
        if line == "feeds import":  # without a file, it asks for one in a form
            await self.type(line)
            assert self._modal is not None
            return self._seen(await self._discord.submit(self._modal, {"File": file}))
        shown = await self._discord.slash(self._discord.ann, self._discord.alerts, line, file=file)
        return self._seen(shown)

    def received(self) -> tuple[str, bytes]:
        (found,) = self._discord.ephemerals(self._discord.ann)[-1].files.items()
        return found


@pytest.fixture(params=list(Platform), ids=str)
async def seat(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Seat]:
    """A whole bot on one platform, connected, with a manager called ann in front of it."""
    async with _seat(request.param, sqlite_url) as seat:
        yield seat


@pytest.fixture
async def other_seat(seat: Seat, tmp_path: Path) -> AsyncIterator[Seat]:
    """Somebody on another platform, whose bot knows nothing of the first one."""
    platforms = list(Platform)
    following = platforms.index(seat.here.platform) + 1
    url = f"sqlite:///{tmp_path}/another.db"
    async with _seat(platforms[following % len(platforms)], url) as other:
        yield other


@pytest.fixture(params=[Platform.SLACK, Platform.DISCORD], ids=str)
async def far_seat(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[FarSeat]:
    """The same on the platforms that keep messages: what was printed nobody can delete."""
    async with _seat(request.param, sqlite_url) as seat:
        assert isinstance(seat, InSlack | InDiscord)
        yield seat


@asynccontextmanager
async def _seat(platform: Platform, sqlite_url: str) -> AsyncIterator[Seat]:
    async with AsyncExitStack() as stack:
        screen, typist = io.StringIO(), Typist()
        settings = defaults(database={"url": sqlite_url}, web={"bind": ""})
        wiring = Wiring(clock=lambda: NOW, out=screen, prompt=lambda commands: typist)
        slack = await stack.enter_async_context(SlackServer())
        discord = await stack.enter_async_context(DiscordServer())
        if platform is Platform.SLACK:
            settings = settings.model_copy(update={"slack": _slack(settings, slack)})
        if platform is Platform.DISCORD:
            settings = settings.model_copy(update={"discord": _discord(settings, discord)})
        bot = await stack.enter_async_context(built(settings, wiring))
        adapter = bot.adapters[platform]
        running = asyncio.create_task(adapter.run())
        stack.push_async_callback(_cancelled, running)
        await slack.until(lambda: adapter.readiness.health is Health.READY)
        if platform is Platform.SLACK:
            yield InSlack(adapter, slack, bot)
        elif platform is Platform.DISCORD:
            yield InDiscord(adapter, discord, bot)
        else:
            yield AtTheConsole(bot, screen, typist)


def _slack(settings, slack: SlackServer):
    return settings.slack.model_copy(
        update={
            "enabled": True,
            "api_url": slack.api_url,
            "bot_token": SecretStr(slack.tokens.bot),
            "app_token": SecretStr(slack.tokens.app),
        }
    )


def _discord(settings, discord: DiscordServer):
    return settings.discord.model_copy(
        update={
            "enabled": True,
            "api_url": discord.api_url,
            "bot_token": SecretStr(discord.token),
        }
    )


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
