"""Reading an article's page: with the site's leave, politely, and unharmed by what it holds."""

import asyncio
import gzip
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.guard import Guard
from bot.feeds.pagereader import PageReader
from tests.servers.feeds import Answer, FeedServer, endless, hang, redirect, trickle
from tests.servers.pages import FILLER, article_page, html, long_read

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
TITLE = "North Korean troops reach the front"
NINTH = "They were seen in Kursk on Friday, two officials said."
ROBOTS = "User-agent: *\nDisallow: /private\n"


@pytest.fixture
async def reader(fetcher: Fetcher) -> AsyncIterator[PageReader]:
    async with PageReader(fetcher) as reader:
        yield reader


@pytest.fixture
async def hasty(server: FeedServer) -> AsyncIterator[PageReader]:
    limits = FetchLimits(connect=timedelta(seconds=0.3), total=timedelta(seconds=0.5))
    async with (
        Fetcher(Guard(frozenset({server.host})), user_agent="x", limits=limits) as fetcher,
        PageReader(fetcher, deadline=timedelta(seconds=2)) as reader,
    ):
        yield reader


def paths(server: FeedServer) -> list[str]:
    return [request.path for request in server.requests]


async def test_the_text_of_an_article_is_read_to_its_end(server, reader):
    look = await reader.read(server.tell("/a", long_read(TITLE, NINTH)), TITLE, NOW)
    assert (look.reason, look.again_after) == ("", None)
    assert NINTH in look.text.split("\n\n")
    assert "Home" not in look.text
    request = server.requests[-1]
    assert request.headers["accept"].startswith(b"text/html")
    assert not {"cookie", "referer"} & set(request.headers)


async def test_a_page_is_known_where_it_was_served_and_where_it_says_it_is(server, reader):
    tag = '<link rel="canonical" href="/war/troops">'
    server.tell("/war", html(article_page(TITLE, *FILLER, NINTH, head=tag)))
    look = await reader.read(server.tell("/click?to=1", redirect("/war")), TITLE, NOW)
    assert look.addresses == (server.url("/war"), server.url("/war/troops"))


async def test_a_page_that_names_another_sites_address_is_not_believed(server, reader):
    tag = '<link rel="canonical" href="https://www.paper.example/war/troops">'
    page = html(article_page(TITLE, *FILLER, NINTH, head=tag))
    look = await reader.read(server.tell("/war", page), TITLE, NOW)
    assert NINTH in look.text
    assert look.addresses == (server.url("/war"),)


async def test_a_site_is_asked_for_its_rules_once_a_day(server, reader):
    server.tell("/robots.txt", Answer(ROBOTS.encode()))
    url = server.tell("/a", long_read(TITLE, NINTH))
    await reader.read(url, TITLE, NOW)
    await reader.read(url, TITLE, NOW + timedelta(hours=23))
    assert paths(server) == ["/robots.txt", "/a", "/a"]
    await reader.read(url, TITLE, NOW + timedelta(hours=25))
    assert paths(server)[3:] == ["/robots.txt", "/a"]


async def test_a_page_that_the_site_keeps_from_robots_is_not_asked_for(server, reader):
    server.tell("/robots.txt", Answer(ROBOTS.encode()))
    look = await reader.read(server.tell("/private/a", long_read(TITLE, NINTH)), TITLE, NOW)
    assert look.text == ""
    assert look.again_after is None
    assert "robots.txt" in look.reason
    assert paths(server) == ["/robots.txt"]


async def test_a_redirect_into_what_is_kept_from_robots_is_not_followed(server, reader):
    server.tell("/robots.txt", Answer(ROBOTS.encode()))
    server.tell("/private/a", long_read(TITLE, NINTH))
    look = await reader.read(server.tell("/a", redirect("/private/a")), TITLE, NOW)
    assert look.text == ""
    assert paths(server) == ["/robots.txt", "/a"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_rules_allows_everything(server, reader, status):
    server.tell("/robots.txt", Answer(b"no", status))
    look = await reader.read(server.tell("/a", long_read(TITLE, NINTH)), TITLE, NOW)
    assert NINTH in look.text


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_site_that_cannot_say_its_rules_is_left_alone_for_an_hour(server, reader, status):
    server.tell("/robots.txt", Answer(b"no", status))
    url = server.tell("/a", long_read(TITLE, NINTH))
    look = await reader.read(url, TITLE, NOW)
    assert look.again_after == timedelta(hours=1)
    await reader.read(url, TITLE, NOW + timedelta(minutes=50))
    assert paths(server) == ["/robots.txt"]
    server.tell("/robots.txt", Answer(ROBOTS.encode()))
    assert NINTH in (await reader.read(url, TITLE, NOW + timedelta(minutes=70))).text


async def test_of_endless_rules_nothing_is_waited_for(server, hasty):
    server.tell("/robots.txt", endless(b"User-agent: *\nDisallow: /\n" * 1000))
    look = await hasty.read(server.tell("/a", long_read(TITLE, NINTH)), TITLE, NOW)
    assert look.text == ""
    assert "/a" not in paths(server)


async def test_rules_may_be_forwarded(server, reader):
    server.tell("/robots.txt", redirect("/rules"))
    server.tell("/rules", Answer(b"User-agent: Watchfloor\nDisallow: /"))
    look = await reader.read(server.tell("/a", long_read(TITLE, NINTH)), TITLE, NOW)
    assert "robots.txt" in look.reason


async def test_between_two_pages_a_site_has_a_pause_that_it_may_wish_longer(server, reader):
    server.tell("/robots.txt", Answer(b"User-agent: *\nCrawl-delay: 1.5\n"))
    urls = [server.tell(f"/{name}", long_read(TITLE, NINTH)) for name in "ab"]
    await asyncio.gather(*(reader.read(url, TITLE, NOW) for url in urls))
    first, second = server.times[-2:]
    assert second - first >= 1.4
    assert server.most_at_once == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
async def test_a_refusal_is_not_asked_again(server, reader, status):
    look = await reader.read(server.tell("/a", Answer(b"no", status)), TITLE, NOW)
    assert str(status) in look.reason
    assert look.again_after is None


async def test_a_fault_that_may_pass_is_tried_again_when_the_server_wishes(server, reader):
    answer = Answer(b"no", 503, headers={"Retry-After": "1800"})
    look = await reader.read(server.tell("/a", answer), TITLE, NOW)
    assert look.again_after == timedelta(minutes=30)


@pytest.mark.parametrize(
    "kind", [hang, endless(b"<p>word</p>" * 500), trickle(b"<html>" * 99, 0.05)]
)
async def test_a_page_that_never_ends_is_given_up(server, hasty, kind):
    server.tell("/robots.txt", Answer())
    began = time.monotonic()
    look = await hasty.read(server.tell("/a", kind), TITLE, NOW)
    assert look.text == ""
    assert look.reason.endswith(".")
    assert time.monotonic() - began < 5


async def test_a_compressed_bomb_is_given_up(server, reader):
    bomb = gzip.compress(b"<p>" + b"a" * (64 * 2**20), compresslevel=9)
    headers: dict[str, str | bytes] = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
    look = await reader.read(server.tell("/a", Answer(bomb, headers=headers)), TITLE, NOW)
    assert look.text == ""
    assert "MiB" in look.reason


ATTRIBUTES = b"<p " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">"
HOSTILE = {
    "quadratic attributes": b"<html><body>" + ATTRIBUTES,
    "deep nesting": b"<html><body>" + b"<div>" * 200_000,
    "deep emphasis": b"<html><body><article>" + b"<b><i>" * 50_000,
    "only openings": b"<html>" + b"<" * 3_000_000,
    "open comments": b"<html>" + b"<!--" * 500_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_page_ends_at_most_the_child_and_the_next_page_is_read(server, body, hasty):
    loop = asyncio.get_running_loop()
    worst, done = 0.0, False

    async def watch() -> None:
        nonlocal worst
        while not done:
            before = loop.time()
            await asyncio.sleep(0.01)
            worst = max(worst, loop.time() - before - 0.01)

    watching = asyncio.create_task(watch())
    server.tell("/robots.txt", Answer())
    look = await hasty.read(server.tell("/a", html(body)), TITLE, NOW)
    done = True
    await watching
    assert look.text == ""
    assert look.again_after is None
    assert worst < 1
    url = server.tell("/b", long_read(TITLE, NINTH))
    assert NINTH in (await hasty.read(url, TITLE, NOW)).text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "no web page"),
        (Answer(b"\x00\x01", headers={"Content-Type": "video/mp4"}), "no web page"),
        (html(article_page(TITLE, "Subscribe to read on.")), "next to no text"),
        (html(article_page("We value your privacy", *FILLER)), "does not speak of the article"),
        (redirect("/"), "front page"),
    ],
)
async def test_what_is_not_the_article_gains_nothing_and_says_why(server, reader, answer, reason):
    server.tell("/", html(article_page(TITLE, *FILLER)))
    look = await reader.read(server.tell("/a", answer), TITLE, NOW)
    assert look.text == ""
    assert reason in look.reason


async def test_a_page_of_a_private_address_is_not_asked_for(server, reader):
    for url in ("http://10.0.0.8/a", "file:///etc/passwd", "http://localhost/a"):
        look = await reader.read(url, TITLE, NOW)
        assert look.again_after is None
        assert "not fetched" in look.reason
    assert server.requests == []


async def test_no_process_is_left_behind(server, fetcher):
    async with PageReader(fetcher) as reader:
        await reader.read(server.tell("/a", long_read(TITLE, NINTH)), TITLE, NOW)
        pid = reader.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
