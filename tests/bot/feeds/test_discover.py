"""From what somebody typed to the feed behind it: a page's own links first, then usual places."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AddressRefused, FetchError, ParseError
from bot.feeds.discover import PROBES, Scout
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.feeds.pages import MOST_OFFERS, Offer, is_page, offers_of
from bot.feeds.parse import Parser
from tests.servers.feeds import Answer, FeedServer, LoopbackIsPublic, redirect

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE_URL = "https://news.example/world/"
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Example News</title>'
    b"<item><title>One</title><link>https://news.example/1</link></item></channel></rss>"
)
HTML: dict[str, str | bytes] = {"Content-Type": "text/html; charset=utf-8"}


def page(*links: str) -> bytes:
    return f"<!DOCTYPE html><html><head>{''.join(links)}</head><body></body></html>".encode()


def link(href: str, kind: str = "application/rss+xml", title: str = "News") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


@pytest.fixture
async def scout(server: FeedServer, fetcher: Fetcher) -> AsyncIterator[Scout]:
    async with Parser(children=1) as parser:
        yield Scout(Guard({server.host}), fetcher, parser, lambda: NOW)


async def test_a_feed_is_found_where_it_is(server, scout):
    url = server.tell("/rss.xml", Answer(RSS))

    seen = await scout.discover(url)

    assert (seen.found.url, seen.found.feed.title, seen.page) == (url, "Example News", None)
    assert len(server.requests) == 1


async def test_a_feed_that_moved_for_good_is_subscribed_to_where_it_is_now(server, scout):
    server.tell("/new", Answer(RSS))
    server.tell("/old", redirect("/new", 301))
    server.tell("/detour", redirect("/new", 302))

    assert (await scout.discover(server.url("/old"))).found.url == server.url("/new")
    assert (await scout.discover(server.url("/detour"))).found.url == server.url("/detour")


async def test_a_page_leads_to_the_feed_that_it_names_and_to_no_other_place(server, scout):
    server.tell("/feeds/all.rss", Answer(RSS))
    url = server.tell("/world/", Answer(page(link("../feeds/all.rss")), headers=HTML))

    seen = await scout.discover(url)

    assert (seen.found.url, seen.page) == (server.url("/feeds/all.rss"), url)
    assert [request.path for request in server.requests] == ["/world/", "/feeds/all.rss"]


async def test_of_several_the_first_that_can_be_read_is_taken_and_the_others_are_told(
    server, scout
):
    server.tell("/b", Answer(RSS))
    names = link("/gone", title="A") + link("/b", title="B") + link("/c", title="C")
    url = server.tell("/", Answer(page(names), headers=HTML))

    seen = await scout.discover(url)

    assert seen.found.url == server.url("/b")
    assert seen.others == (Offer(server.url("/gone"), "A"), Offer(server.url("/c"), "C"))


async def test_usual_places_are_tried_only_where_the_page_names_none(server, scout):
    server.tell("/rss.xml", Answer(RSS))
    url = server.tell("/", Answer(page("<title>News</title>"), headers=HTML))

    seen = await scout.discover(url)

    assert seen.found.url == server.url("/rss.xml")
    assert [request.path for request in server.requests] == ["/", "/feed", "/rss", "/rss.xml"]


async def test_a_page_that_names_broken_feeds_is_not_guessed_at(server, scout):
    server.tell("/rss", Answer(RSS))
    url = server.tell("/", Answer(page(link("/gone")), headers=HTML))

    with pytest.raises(ParseError, match=r"names a feed, but none could be read.*404"):
        await scout.discover(url)


async def test_a_page_without_any_feed_costs_a_handful_of_requests(server, scout):
    url = server.tell("/", Answer(page(), headers=HTML))

    with pytest.raises(ParseError, match="names no feed"):
        await scout.discover(url)

    assert len(server.requests) == 1 + PROBES


async def test_a_page_may_name_a_hundred_feeds_and_only_a_few_are_tried(server, scout):
    names = "".join(link(f"/{number}") for number in range(100))
    url = server.tell("/", Answer(page(names), headers=HTML))

    with pytest.raises(ParseError, match=f"names {MOST_OFFERS} feeds"):
        await scout.discover(url)

    assert len(server.requests) == 1 + PROBES


async def test_what_is_neither_page_nor_feed_is_said_to_be_so(server, scout):
    url = server.tell("/", Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}))

    with pytest.raises(ParseError, match="not a feed"):
        await scout.discover(url)
    assert len(server.requests) == 1


async def test_a_server_that_refuses_is_not_asked_at_other_places(server, scout):
    url = server.tell("/", Answer(status=403))

    with pytest.raises(FetchError, match="403") as refusal:
        await scout.discover(url)
    assert refusal.value.refused
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://news.example/feed", "http"),
        ("http://2130706433/feed", "odd spelling"),
        ("http://127.1/feed", "odd spelling"),
        ("http://0x7f.0.0.1/feed", "odd spelling"),
        ("http://①②⑦.⓪.⓪.①/feed", "odd spelling|not a name"),
        ("http://[::ffff:127.0.0.1]/feed", "hides an IPv4"),
        ("http://ann:secret@news.example/feed", "user name"),
        ("http://news.example:22/feed", "port is 22"),
        ("http://localhost/feed", "machine itself"),
        ("http://news.example/ feed", "blank"),
    ],
)
async def test_an_odd_address_is_refused_with_the_guards_reason_and_never_dialled(
    server, scout, url, reason
):
    with pytest.raises(AddressRefused, match=reason):
        await scout.discover(url)
    assert server.requests == []


async def test_a_page_cannot_send_us_into_the_house(server, scout):
    names = link("http://10.0.0.1/rss") + link("http://169.254.169.254/") + link("file:///etc/x")
    url = server.tell("/", Answer(page(names), headers=HTML))

    with pytest.raises(ParseError, match="none could be read"):
        await scout.discover(url)
    assert [request.path for request in server.requests] == ["/"]


async def test_a_public_page_cannot_lead_to_a_private_feed_that_the_owner_allowed(server):
    """The inner server is on the owner's list; the page that points to it is not."""

    class World(LoopbackIsPublic):
        """The wide world, and the owner's list beside it."""

        def __init__(self, inner: str) -> None:
            super().__init__({inner})

    async with FeedServer() as inner:
        private = inner.tell("/private", Answer(RSS))
        url = server.tell("/", Answer(page(link(private)), headers=HTML))
        guard = World(inner.host)
        async with Fetcher(guard, user_agent="t") as fetcher, Parser(children=1) as parser:
            with pytest.raises(ParseError):
                await Scout(guard, fetcher, parser, lambda: NOW).discover(url)
        assert inner.requests == []


def offers(html: str, url: str = PAGE_URL) -> list[str]:
    return [offer.url for offer in offers_of(html.encode(), "text/html", url)]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<link rel=alternate type=application/rss+xml href=/rss>", ["https://news.example/rss"]),
        (
            "<LINK TYPE='application/atom+xml' HREF='a.atom' REL='ALTERNATE'/>",
            [f"{PAGE_URL}a.atom"],
        ),
        (
            '<link rel="alternate home" type="application/rss+xml; a=b" href="//b.example/f">',
            ["https://b.example/f"],
        ),
        (
            '<link rel=alternate type="application/rdf+xml" href="/rdf" ',
            ["https://news.example/rdf"],
        ),
        ("<link rel=alternate type=application/feed+json href=/j>", ["https://news.example/j"]),
        (
            '<link rel="alternate" title="a > b" type="application/rss+xml" href="/x?a=1&amp;b=2">',
            ["https://news.example/x?a=1&b=2"],
        ),
        (
            '<base href="/de/"><link rel=alternate type=application/rss+xml href=rss>',
            ["https://news.example/de/rss"],
        ),
    ],
)
def test_a_named_feed_is_seen_however_the_tag_is_written(html, found):
    assert offers(html) == found


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/x">',
        '<link rel="alternate" hreflang="de" href="/de">',
        '<link rel="alternate" type="application/json" href="/wp-json">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/x"> -->',
        '<script>"<link rel=alternate type=application/rss+xml href=/x>"</script>',
        '<!-- never closed <link rel="alternate" type="application/rss+xml" href="/x">',
        '<linkage rel="alternate" type="application/rss+xml" href="/x">',
    ],
)
def test_what_only_looks_like_a_named_feed_is_none(html):
    assert offers(html) == []


def test_feeds_of_comments_come_last_and_each_address_once():
    html = link("/comments/feed/") + link("/feed/") + link("/feed/", title="Again")

    assert offers(html) == ["https://news.example/feed/", "https://news.example/comments/feed/"]


def test_titles_are_read_in_the_charset_of_the_page():
    body = page(link("/rss", title="Украина &amp; мир")).decode().encode("windows-1251")
    (offer,) = offers_of(body, "text/html; charset=windows-1251", PAGE_URL)

    assert offer.title == "Украина & мир"
    assert offers_of(body, "text/html; charset=no-such", PAGE_URL)[0].url == offer.url


def test_a_page_is_told_by_its_type_or_its_beginning():
    assert is_page(b"x", "TEXT/HTML; charset=utf-8")
    assert is_page(b"\xef\xbb\xbf\n<!DOCTYPE html>", "")
    assert is_page(b"<html lang=en>", "text/plain")
    assert not is_page(RSS, "application/rss+xml")


@given(st.text(alphabet="<>!-/ =\"'linkbasecrpt&;", max_size=400))
def test_no_page_is_too_odd_to_look_at(text):
    assert len(offers_of(text.encode(), "text/html", PAGE_URL)) <= MOST_OFFERS


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece",
    ["<!--", "<script>", "<link ", '<link a="', "<link a='b\" ", "<", "<link " + "a=b " * 40],
)
def test_a_page_that_is_built_to_be_slow_is_looked_at_quickly(piece):
    assert offers(piece * (2**20 // len(piece))) == []
