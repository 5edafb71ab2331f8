"""The parsing child: what it promises, and what is left of it when things go wrong."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ParseError
from bot.feeds.child import LENGTH, framed
from bot.feeds.parse import DEADLINE, Parser, read_feed
from bot.feeds.rereading import read_again
from bot.feeds.serving import MEMORY_BYTES
from bot.feeds.wire import ParsedFeed
from bot.model import Published

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
URL = "https://example.org/feed"
FEED = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>P</title>'
    "<item><title>a</title><dc:date>2024-10-31</dc:date><category>x</category>"
    "<description>some\ntext “quoted”</description></item></channel></rss>"
).encode()


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    async with Parser() as parser:
        yield parser


async def parse(parser: Parser, body: bytes, *, proven: bool = False) -> ParsedFeed:
    return await parser.parse(body, url=URL, content_type="text/xml", now=NOW, proven=proven)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


async def running(parser: Parser) -> int:
    """Warm the parser up, and name its child."""
    await parse(parser, FEED)
    (pid,) = parser.pids
    return pid


async def test_the_child_reads_what_the_function_reads(parser: Parser) -> None:
    here = read_feed(FEED, url=URL, content_type="text/xml", now=NOW)
    assert await parse(parser, FEED) == here
    assert here.entries[0].published == Published(datetime(2024, 10, 31, tzinfo=UTC), day_only=True)


async def test_what_is_no_feed_is_said_and_the_child_goes_on(parser: Parser) -> None:
    pid = await running(parser)
    for body, says in ((b"<html></html>", "web page"), (b"", "empty"), (b"\0\xff", "not a feed")):
        with pytest.raises(ParseError, match=says):
            await parse(parser, body)
    assert parser.pids == (pid,)


async def test_no_child_starts_before_it_is_needed_and_none_outlives_the_parser() -> None:
    async with Parser() as parser:
        assert parser.pids == ()
        pid = await running(parser)
        assert alive(pid)
    assert not alive(pid)


async def test_where_no_item_is_new_no_child_is_asked() -> None:
    place: dict[str, Any] = {"url": URL, "content_type": "text/xml", "now": NOW}
    shown = read_again(FEED, **place, shown=b"").shown
    async with Parser() as parser:
        known = await parser.parse(FEED + b"<!-- 2 -->", **place, shown=shown)
        assert (known.entries, known.unread, known.shown) == ((), 1, shown)
        assert parser.pids == ()
        heavy = FEED + b"<!-- 2 -->" * 30_000  # might take long here, so the child sees to it
        assert await parser.parse(heavy, **place, shown=shown) == known
        assert len(parser.pids) == 1


async def test_a_killed_child_is_replaced(parser: Parser) -> None:
    pid = await running(parser)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ParseError, match="did not survive"):
        await parse(parser, FEED)
    assert (await parse(parser, FEED)).title == "P"
    assert parser.pids != (pid,)


async def test_a_child_that_hangs_is_killed_at_the_deadline() -> None:
    async with Parser(deadline=timedelta(seconds=2)) as parser:
        pid = await running(parser)
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(ParseError, match="more than 2 seconds"):
            await parse(parser, FEED)
        assert time.monotonic() - began < 4
        assert not alive(pid)
        assert (await parse(parser, FEED)).title == "P"


async def test_a_cancelled_question_kills_the_child(parser: Parser) -> None:
    pid = await running(parser)
    os.kill(pid, signal.SIGSTOP)
    task = asyncio.create_task(parse(parser, FEED))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pid)
    assert (await parse(parser, FEED)).title == "P"


async def test_a_long_author_field_does_no_harm(parser: Parser) -> None:
    await running(parser)
    for author in ("a" * 2**15, "a@" * 2**14, "a." * 2**14, "a@b." * 2**13):
        item = f"<title>a</title><author>{author}</author>"
        body = f'<rss version="2.0"><channel><item>{item}</item></channel></rss>'
        began = time.monotonic()
        assert (await parse(parser, body.encode())).entries[0].title == "a"
        assert time.monotonic() - began < 2


async def test_the_child_lives_within_its_limits(parser: Parser) -> None:
    pid = await running(parser)
    assert resource.prlimit(pid, resource.RLIMIT_AS)[0] == MEMORY_BYTES
    assert resource.prlimit(pid, resource.RLIMIT_CPU)[0] <= DEADLINE.total_seconds() + 3
    await parse(parser, FEED)
    assert parser.pids == (pid,), "the limit on processor time is for each feed, not for all"


async def test_a_starved_child_ends_and_its_parent_goes_on(parser: Parser) -> None:
    pid = await running(parser)
    resource.prlimit(pid, resource.RLIMIT_AS, (50 * 2**20, MEMORY_BYTES))
    item = b"<item><title>a</title><description>" + b"b" * 1000 + b"</description></item>"
    body = b'<rss version="2.0"><channel>' + item * 9000 + b"</channel></rss>"
    with pytest.raises(ParseError, match="did not survive"):
        await parse(parser, body)
    assert not alive(pid)
    assert (await parse(parser, FEED)).title == "P"


async def test_a_child_out_of_processor_time_ends_without_its_parent(parser: Parser) -> None:
    pid = await running(parser)
    resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))
    items = b"<item><title>a</title><description>b</description></item>" * 20_000
    with pytest.raises(ParseError, match="did not survive"):
        await parse(parser, b'<rss version="2.0"><channel>' + items + b"</channel></rss>")
    assert not alive(pid)


async def test_an_entity_bomb_does_no_harm(parser: Parser) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]><rss version="2.0">'
        "<channel><title>P</title><item><title>a</title><description>&e11;</description></item>"
        "</channel></rss>"
    )
    began = time.monotonic()
    feed = await parse(parser, body.encode())
    assert len(feed.entries[0].body) < 1000
    assert time.monotonic() - began < DEADLINE.total_seconds()  # expat stops it, in a second or two


@pytest.mark.parametrize(
    "body",
    [
        b"<rss>" + b"<a>" * 100_000,
        b"<rss><channel><item><description>" + b"&lt;b&gt;" * 50_000,
        b"<rss><channel>" + b"<item>" * 20_000,
        b"<feed><entry><content type='xhtml'>" + b"<div>" * 30_000,
        b"<rss><channel><item><title>&#99999999999;</title></item></channel></rss",
        bytes(range(256)) * 2000,
    ],
    ids=["deep", "tags", "items", "divs", "reference", "bytes"],
)
async def test_hostile_bytes_end_within_the_deadline(body: bytes) -> None:
    async with Parser(deadline=timedelta(seconds=4)) as parser:
        began = time.monotonic()
        with contextlib.suppress(ParseError):
            await parse(parser, body)
        assert time.monotonic() - began < 6
        assert (await parse(parser, FEED)).title == "P"


async def test_slow_feeds_hold_up_each_other_and_none_that_proved_harmless() -> None:
    async with Parser(children=2, deadline=timedelta(seconds=5)) as parser:
        pid = await running(parser)
        os.kill(pid, signal.SIGSTOP)
        slow = [asyncio.create_task(parse(parser, FEED)) for _ in range(4)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        assert (await parse(parser, FEED, proven=True)).title == "P"
        assert time.monotonic() - began < 3
        assert not any(task.done() for task in slow)
        os.kill(pid, signal.SIGCONT)
        assert {feed.title for feed in await asyncio.gather(*slow)} == {"P"}


async def test_many_at_once_are_all_answered(parser: Parser) -> None:
    feeds = await asyncio.gather(*(parse(parser, FEED) for _ in range(20)))
    assert {feed.title for feed in feeds} == {"P"}
    assert len(parser.pids) <= 2


async def test_the_child_sees_no_secret_of_ours(
    parser: Parser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-planted")
    pid = await running(parser)
    assert "PYTHONPATH" in environment(pid)
    assert "planted" not in environment(pid)


def child() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.feeds.parse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_the_child_ends_when_its_parent_is_gone() -> None:
    with child() as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_the_child_ends_on_half_a_message() -> None:
    with child() as process:
        assert process.stdin is not None
        process.stdin.write(LENGTH.pack(1000) + b"{")
        process.stdin.close()
        assert process.wait(timeout=10) is not None


def test_the_child_answers_in_json_that_names_every_field() -> None:
    header = {"url": URL, "content_type": "text/xml", "now": NOW.isoformat()}
    with child() as process:
        out, _ = process.communicate(framed(json.dumps(header).encode()) + framed(FEED), timeout=10)
    (length,) = LENGTH.unpack(out[: LENGTH.size])
    answer = json.loads(out[LENGTH.size :])
    assert length == len(out) - LENGTH.size
    assert answer["entries"][0]["published"] == ["2024-10-31T00:00:00+00:00", True]


def test_the_child_imports_nothing_heavy() -> None:
    program = (
        "import sys, bot.feeds.parse;"
        "print([name for name in ('aiohttp', 'pydantic', 'sqlalchemy', 'yarl', 'rich', 'rules')"
        " if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert out.stdout.strip() == b"[]"
