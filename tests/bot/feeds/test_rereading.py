"""A feed's next document: only what is new in it is read, and always as the whole would be."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ParseError
from bot.feeds.parse import read_feed
from bot.feeds.rereading import TRUSTED_FOR, read_again
from bot.feeds.shown import identities
from bot.feeds.wire import ParsedFeed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/feed"


def item(name: str, text: str = "words", *, guid: str | None = None) -> str:
    return (
        f"<item><title>A report of some length, {name}</title>"
        f"<link>https://example.org/{name}</link><guid>{guid or name}</guid>"
        f"<pubDate>Sun, 01 Mar 2026 10:{int(name):02}:00 GMT</pubDate>"
        f"<description>{text}</description></item>"
    )


def rss(*items: str, title: str = "P", head: str = "") -> bytes:
    inside = f"<title>{title}</title><link>https://example.org/</link>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'.encode()


def again(body: bytes, shown: bytes = b"", *, now: datetime = NOW, url: str = URL) -> ParsedFeed:
    return read_again(body, url=url, content_type="application/rss+xml", now=now, shown=shown)


def whole(body: bytes) -> ParsedFeed:
    return read_feed(body, url=URL, content_type="application/rss+xml", now=NOW)


FIRST = rss(*map(item, "1234567"))


def test_at_first_all_is_read() -> None:
    read = again(FIRST)
    assert read.entries == whole(FIRST).entries
    assert (read.unread, read.count) == (0, 7)
    assert list(identities(read.shown)) == [entry.identity for entry in read.entries]


def test_later_only_what_is_new_is_read_and_as_in_the_whole() -> None:
    second = rss(*map(item, "98"), *map(item, "123456"), head="<lastBuildDate>x</lastBuildDate>")
    read = again(second, again(FIRST).shown)
    assert read.entries == whole(second).entries[:2]
    assert (read.unread, read.count) == (6, 8)
    assert read.pace == whole(second).pace
    assert read.title == "P"
    third = again(second, read.shown)
    assert (third.entries, third.unread, third.shown) == ((), 8, read.shown)


def test_an_item_whose_bytes_changed_is_read() -> None:
    second = rss(item("1", "other words"), *map(item, "234567"))
    read = again(second, again(FIRST).shown)
    assert [entry.body for entry in read.entries] == ["other words"]


def test_an_item_that_left_is_new_when_it_returns() -> None:
    without = again(rss(*map(item, "123456")), again(FIRST).shown)
    assert [one.title[-1] for one in again(FIRST, without.shown).entries] == ["7"]


def test_names_that_an_unread_item_has_too_name_neither() -> None:
    second = rss(item("9", guid="3"), *map(item, "1234567"))
    read = again(second, again(FIRST).shown)
    assert read.entries == whole(second).entries[:1]
    assert read.entries[0].identity != whole(FIRST).entries[2].identity


def test_names_that_were_shared_before_stay_shared() -> None:
    every = [item(name, guid="same") for name in "123456"]
    second = rss(item("9", guid="same"), *every)
    read = again(second, again(rss(*every)).shown)
    assert (read.entries, read.unread) == (whole(second).entries[:1], 6)


def test_after_a_week_all_is_read_again() -> None:
    shown = again(FIRST).shown
    assert again(FIRST, shown, now=NOW + TRUSTED_FOR - timedelta(minutes=1)).unread == 7
    assert again(FIRST, shown, now=NOW + TRUSTED_FOR).unread == 0


def test_another_shape_or_place_is_read_in_full() -> None:
    shown = again(FIRST).shown
    other = FIRST.replace(b'<rss version="2.0">', b'<rss version="2.0" xml:base="http://x.org/">')
    assert again(other, shown).unread == 0
    assert again(FIRST, shown, url="https://example.com/feed").unread == 0
    assert again(FIRST, b"junk").unread == again(FIRST, shown[:-1]).unread == 0


def test_a_feed_of_which_parts_read_otherwise_is_always_read_in_full() -> None:
    # An undefined entity makes feedparser read the whole in its lenient way, the parts strictly.
    first = rss(*map(item, "12345"), item("6", "&nbsp;broken"))
    second = rss(item("9"), *map(item, "12345"), item("6", "&nbsp;broken"))
    read = again(second, again(first).shown)
    assert (read.unread, read.entries) == (0, whole(second).entries)
    assert again(second + b"<!-- 1 -->", read.shown).unread == 7, "nothing is new: nothing to read"


def test_a_document_whose_head_is_broken_is_read_loosely_in_parts_too() -> None:
    broken = "<description>&nbsp;broken</description>"
    first = rss(*map(item, "123456"), head=broken)
    second = rss(*map(item, "9123456"), head=broken)
    read = again(second, again(first).shown)
    assert (read.unread, read.entries) == (6, whole(second).entries[:1])


def test_an_item_that_breaks_the_document_has_it_read_in_full() -> None:
    shown = again(FIRST).shown
    second = rss(item("9", "&nbsp;broken"), *map(item, "123456"))
    assert again(second, shown).entries == whole(second).entries


def test_a_lone_item_proves_nothing_and_the_next_document_is_read_in_full() -> None:
    shown = again(rss(item("1"))).shown
    assert again(rss(item("1")) + b"\n", shown).unread == 1
    second = again(rss(*map(item, "21")), shown)
    assert second.unread == 0
    assert again(rss(*map(item, "321")), second.shown).unread == 2


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1251", "shift_jis", "utf-16"])
def test_every_encoding_reads_as_the_whole_does(charset: str) -> None:
    word = "Курск" if charset == "windows-1251" else "カタ" if charset == "shift_jis" else "Zürich"
    if charset == "utf-8":
        word += " Курск"
    first, second = (
        rss(*(item(name, f"{word} {name}") for name in names))
        .replace(b'version="1.0"', f'version="1.0" encoding="{charset}"'.encode(), 1)
        .decode()
        .encode(charset)
        for names in ("123456", "9123456")
    )
    read = again(second, again(first).shown)
    assert read.entries == whole(second).entries[: len(read.entries)]
    assert word in read.entries[0].body
    assert read.unread == (0 if charset in ("shift_jis", "utf-16") else 6)


def test_bytes_that_spoil_the_encoding_are_read_in_full() -> None:
    second = FIRST.replace(b"words", b"w\xf6rter", 1)
    assert again(second, again(FIRST).shown).entries == whole(second).entries


def test_what_is_no_feed_is_said_as_always() -> None:
    with pytest.raises(ParseError, match="web page"):
        again(b"<html></html>", again(FIRST).shown)
