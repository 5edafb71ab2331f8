"""New items are read in short only under a head that is known, and in a shape that was proven."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.feeds.briefly import proven
from bot.feeds.clipping import clip
from bot.feeds.cut import Cut
from bot.feeds.parse import Parser, read_feed
from bot.feeds.reading import read
from bot.feeds.rereading import read_again
from bot.feeds.shown import Brief, Shown
from bot.feeds.wire import ParsedFeed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACE: dict[str, Any] = {
    "url": "https://example.org/feed",
    "content_type": "application/rss+xml",
    "now": NOW,
}


def item(name: str, more: str = "") -> str:
    return (
        f"<item><title>A report of some length, {name}</title><link>/{name}</link>"
        f"<guid>https://example.org/{name}</guid><description>text {name}</description>"
        f"<pubDate>Sun, 01 Mar 2026 10:0{name}:00 GMT</pubDate>{more}</item>"
    )


def rss(*items: str, title: str = "P", head: str = "") -> bytes:
    inside = f"<title>{title}</title><link>https://example.org/</link>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'.encode()


FIRST = rss(*map(item, "1234"), head="<ttl>7</ttl><pubDate>Sun, 01 Mar 2026 10:00 GMT</pubDate>")


def kept_of(body: bytes) -> Shown:
    kept = Shown.unpacked(read_again(body, **PLACE, shown=b"").shown)
    assert kept
    return kept


def marked(body: bytes) -> bytes:
    """What is kept of a document, with a mark by which reading in short gives itself away."""
    kept = kept_of(body)
    assert kept.brief
    return replace(kept, brief=replace(kept.brief, title="in short")).packed()


def sources(read: ParsedFeed) -> set[str | None]:
    return {entry.source for entry in read.entries}


def test_what_is_new_is_read_in_short_and_as_in_the_whole() -> None:
    later = "<ttl>7</ttl><pubDate>Sun, 01 Mar 2026 11:00 GMT</pubDate><!-- written at 11 -->"
    second = rss(*map(item, "95"), *map(item, "1234"), head=later)
    assert sources(read_again(second, **PLACE, shown=marked(FIRST))) == {"in short"}
    read = read_again(second, **PLACE, shown=kept_of(FIRST).packed())
    whole = read_feed(second, **PLACE)
    assert read.entries == whole.entries[:2]
    assert (read.title, read.ttl, read.pace) == (whole.title, whole.ttl, whole.pace)
    assert (read.unread, read.count) == (4, 6)
    again = rss(*map(item, "8951234"), head=later)
    assert (
        read_again(again, **PLACE, shown=read.shown).entries
        == read_feed(again, **PLACE).entries[:1]
    )


def test_another_head_is_read_by_feedparser_and_then_known() -> None:
    second = rss(*map(item, "91234"), title="Q")
    read = read_again(second, **PLACE, shown=marked(FIRST))
    assert (sources(read), read.ttl) == ({"Q"}, None)
    third = rss(*map(item, "591234"), title="Q")
    kept = Shown.unpacked(read.shown)
    assert kept
    assert kept.brief
    assert kept.brief.title == "Q"
    assert (
        read_again(third, **PLACE, shown=read.shown).entries
        == read_feed(third, **PLACE).entries[:1]
    )


def test_another_shape_is_read_by_feedparser_and_then_proven() -> None:
    second = rss(item("9", "<category>x</category>"), *map(item, "1234"), head="<ttl>7</ttl>")
    read = read_again(second, **PLACE, shown=marked(FIRST))
    assert sources(read) == {"P"}
    third = rss(item("8", "<category>y</category>"), *map(item, "1234"), head="<ttl>7</ttl>")
    kept = Shown.unpacked(read.shown)
    assert kept
    assert kept.brief
    known = replace(kept, brief=replace(kept.brief, title="in short")).packed()
    assert sources(read_again(third, **PLACE, shown=known)) == {"in short"}


def test_an_item_that_only_feedparser_knows_is_left_to_it() -> None:
    odd = item("9", "<title>twice</title>")
    second = rss(odd, *map(item, "1234"), head="<ttl>7</ttl>")
    read = read_again(second, **PLACE, shown=marked(FIRST))
    assert (sources(read), read.unread) == ({"P"}, 4)
    assert read.entries == read_feed(second, **PLACE).entries[:1]


@pytest.mark.parametrize(
    "body",
    [
        rss(item("1")),
        rss(*(item(name, "<title>twice</title>") for name in "123")),
        FIRST.replace(b"<channel>", b'<channel xml:lang="de">'),
        FIRST.replace(b"<description>", b'<description xml:base="http://example.org/">', 1),
        FIRST.replace(b"<ttl>7</ttl>", b"<description>&nbsp;broken</description>"),
    ],
)
def test_where_too_little_is_proven_nothing_is_read_in_short(body: bytes) -> None:
    assert kept_of(body).brief is None


def test_one_difference_ends_it() -> None:
    places, kind = range(4), "application/xml"
    clipping = clip(FIRST)
    assert clipping
    cut = Cut(clipping, clipping.digests, PLACE["url"], kind, NOW)
    brief = proven(cut, places, cut.read(places, ()), None)
    assert brief
    other = FIRST.replace(b"text 3", b"text of another")
    reading = read(other, url=PLACE["url"], kind=kind, now=NOW)
    assert proven(cut, places, reading, None) is None
    assert proven(cut, places, reading, brief) is None
    assert proven(cut, [0], cut.read([0], ()), None) is None, "one item proves too little"
    assert proven(cut, [0], cut.read([0], ()), brief) == brief


def test_what_is_kept_for_it_survives_storage_and_junk_does_not() -> None:
    kept = kept_of(FIRST)
    assert Shown.unpacked(kept.packed()) == kept
    assert kept.brief
    assert Brief.unpacked(kept.brief.packed()) == kept.brief
    assert Shown.unpacked(kept.packed().replace(b'"P"', b"[P]")) is None


async def test_the_child_reads_the_part_and_its_parent_joins_it() -> None:
    second = rss(*map(item, "91234"), head="<ttl>7</ttl>")
    shown = kept_of(FIRST).packed()
    async with Parser() as parser:
        read = await parser.parse(second, **PLACE, shown=shown)
        assert read == read_again(second, **PLACE, shown=shown)
        spoilt = rss(item("9", "<x>&nbsp;</x>"), *map(item, "1234"), head="<ttl>7</ttl>")
        assert await parser.parse(spoilt, **PLACE, shown=shown) == read_again(
            spoilt, **PLACE, shown=shown
        ), "the part will not do, and all of it is read"
