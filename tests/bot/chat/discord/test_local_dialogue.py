"""The local Discord's gateway and its rules for interactions: once, in time, in the right form."""

import asyncio
import json
import zlib
from typing import Any

import aiohttp
import pytest


def text_input(**parts):
    part = {"type": 4, "custom_id": "a", "style": 1, **parts}
    return {"type": 18, "label": "x", "component": part}


def modal(*parts, **whole):
    return {"title": "x", "custom_id": "a:b", "components": list(parts), **whole}


def inputs(count):
    return modal(*(text_input(custom_id=str(n)) for n in range(count)))


def radio(count, kind=21):
    listed = [{"label": str(n), "value": str(n)} for n in range(count)]
    part = {"type": kind, "custom_id": "a", "options": listed}
    return modal({"type": 18, "label": "x", "component": part})


MODAL_LIMITS = {
    "title": (45, lambda n: modal(text_input(), title="x" * n)),
    "custom_id": (100, lambda n: modal(text_input(), custom_id="x" * n)),
    "components": (5, inputs),
    "label": (45, lambda n: modal(text_input() | {"label": "x" * n})),
    "description": (100, lambda n: modal(text_input() | {"description": "x" * n})),
    "value": (4000, lambda n: modal(text_input(value="x" * n))),
    "max_length": (4000, lambda n: modal(text_input(max_length=n))),
    "placeholder": (100, lambda n: modal(text_input(placeholder="x" * n))),
    "radio options": (10, radio),
    "checkboxes": (10, lambda n: radio(n, 22)),
}


class Dialogue:
    """Asks as a person and answers by hand, to see what Discord takes."""

    def __init__(self, server, call, session):
        self.server, self.call, self.session = server, call, session
        self.asked: dict[str, Any] = {}

    async def ask(self):
        """Run a command; returns the task of the person, who waits."""
        person = asyncio.create_task(self.server.slash(self.server.bob, self.server.alerts, "ping"))
        self.asked = await self.session.event("INTERACTION_CREATE")
        return person

    async def respond(self, body):
        path = f"/interactions/{self.asked['id']}/{self.asked['token']}/callback"
        return await self.call("POST", path, body)

    @property
    def hook(self):
        return f"/webhooks/{self.server.bot.id}/{self.asked['token']}"


class Session:
    """A gateway client of a few lines."""

    def __init__(self, socket):
        self.socket = socket
        self.inflate = zlib.decompressobj()

    async def read(self):
        frame = await self.socket.receive(timeout=5)
        if frame.type is aiohttp.WSMsgType.BINARY:
            return json.loads(self.inflate.decompress(frame.data))
        return json.loads(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else frame

    async def send(self, code, data):
        await self.socket.send_json({"op": code, "d": data})

    async def event(self, name):
        while (message := await self.read())["t"] != name:
            pass
        return message["d"]


@pytest.fixture
async def connect(server):
    async with aiohttp.ClientSession() as client:

        async def connect(query=""):
            session = Session(await client.ws_connect(server.gateway_url + query))
            assert (await session.read())["op"] == 10
            return session

        yield connect


async def identify(server, session, **parts):
    await session.send(2, {"token": server.token, "intents": 1, **parts})


@pytest.fixture
async def dialogue(server, call, connect):
    session = await connect()
    await identify(server, session)
    await session.event("GUILD_CREATE")
    path = f"/applications/{server.bot.id}/commands"
    await call("PUT", path, [{"name": "ping", "description": "x", "type": 1}])
    return Dialogue(server, call, session)


@pytest.mark.parametrize("what", MODAL_LIMITS)
async def test_a_modal_at_the_limit_is_taken_and_one_over_it_refused(dialogue, what):
    limit, made = MODAL_LIMITS[what]
    person = await dialogue.ask()

    status, body = await dialogue.respond({"type": 9, "data": made(limit + 1)})
    assert (status, body["code"]) == (400, 50035)

    assert (await dialogue.respond({"type": 9, "data": made(limit)}))[0] == 204
    assert (await person).modal


async def test_twice_answered_is_refused(dialogue):
    person = await dialogue.ask()
    await dialogue.respond({"type": 4, "data": {"content": "pong"}})

    status, body = await dialogue.respond({"type": 4, "data": {"content": "pong"}})

    assert (status, body["code"]) == (400, 40060)
    assert (await person).message.text == "pong"


async def test_late_answered_is_refused(dialogue):
    dialogue.server.desk.patience = 0.1
    person = await dialogue.ask()
    await asyncio.sleep(0.15)

    status, body = await dialogue.respond({"type": 4, "data": {"content": "pong"}})

    assert (status, body["code"]) == (404, 10062)
    assert (await person).failed == "The application did not respond"


async def test_a_follow_up_before_the_answer_or_after_a_quarter_of_an_hour_is_refused(dialogue):
    person = await dialogue.ask()
    _, early = await dialogue.call("POST", dialogue.hook, {"content": "x"})
    await dialogue.respond({"type": 4, "data": {"content": "pong"}})
    await person
    assert (await dialogue.call("POST", dialogue.hook, {"content": "x"}))[0] == 200
    dialogue.server.desk.token_seconds = 0
    _, late = await dialogue.call("POST", dialogue.hook, {"content": "x"})

    assert (early["code"], late["code"]) == (10015, 50027)


async def test_a_private_deferral_keeps_the_answer_private(dialogue):
    person = await dialogue.ask()
    await dialogue.respond({"type": 5, "data": {"flags": 64}})
    await dialogue.call("PATCH", dialogue.hook + "/messages/@original", {"content": "pong"})

    assert (await person).message.only_for is dialogue.server.bob


async def test_a_command_cannot_be_answered_with_suggestions(dialogue):
    person = await dialogue.ask()

    _, body = await dialogue.respond({"type": 8, "data": {"choices": []}})

    assert body["code"] == 50035
    person.cancel()


@pytest.mark.parametrize("query", ["", "?v=10&encoding=json&compress=zlib-stream"])
async def test_the_gateway_speaks_with_and_without_compression(server, connect, query):
    session = await connect(query)
    await identify(server, session)

    assert (await session.event("READY"))["user"]["username"] == "Watchfloor"
    assert (await session.event("GUILD_CREATE"))["name"] == "Newsroom"
    await session.send(1, None)
    assert (await session.read())["op"] == 11


@pytest.mark.parametrize(
    ("code", "data", "closed"),
    [
        (2, {"token": "wrong", "intents": 1}, 4004),
        (2, {"token": "local-discord-token", "intents": 1 << 15}, 4014),
        (3, {}, 4003),
    ],
)
async def test_the_gateway_closes_with_the_code_that_says_why(connect, code, data, closed):
    session = await connect()
    await session.send(code, data)

    assert (await session.read()).data == closed


async def test_the_gateway_takes_120_sends_a_minute(server, connect):
    session = await connect()
    for _ in range(120):
        await session.send(1, None)
        assert (await session.read())["op"] == 11
    await session.send(1, None)

    assert (await session.read()).data == 4008


async def test_resuming_tells_what_was_missed(server, connect):
    first = await connect()
    await identify(server, first)
    ready = await first.event("READY")
    await first.socket.close()
    await server.until(lambda: not server.gateway.connected)
    await server.gateway.dispatch("TEST", {"said": "while away"})

    again = await connect()
    await again.send(6, {"token": server.token, "session_id": ready["session_id"], "seq": 2})

    assert (await again.event("TEST"))["said"] == "while away"
    assert await again.event("RESUMED") == {}


async def test_an_unknown_session_cannot_be_resumed(server, connect):
    session = await connect()
    await session.send(6, {"token": server.token, "session_id": "other", "seq": 2})

    assert await session.read() == {"op": 9, "d": False}
