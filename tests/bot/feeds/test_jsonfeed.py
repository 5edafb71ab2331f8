"""JSON Feed is read as any other feed is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import ParseError
from bot.feeds.parse import read_feed
from bot.feeds.wire import ParsedFeed
from bot.model import Published

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
URL = "https://example.org/feeds/feed.json"


def read(*items: Any, **head: Any) -> ParsedFeed:
    given = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Paper",
        "home_page_url": "https://example.org/",
        "items": items,
    }
    body = json.dumps(given | head).encode()
    return read_feed(body, url=URL, content_type="application/feed+json", now=NOW)


def test_an_item_gives_all_it_has() -> None:
    feed = read(
        {
            "id": "https://example.org/1",
            "url": "/1?utm_source=feed",
            "title": "Troops & trains",
            "content_html": "<p>One.</p><p>Two.</p>",
            "content_text": "shorter",
            "summary": "short",
            "date_published": "2024-10-31T10:30:00+02:00",
            "date_modified": "2024-10-31T12:00:00Z",
            "authors": [{"name": "Ann Lee"}, {"name": "Bo Li"}, {"url": "nameless"}],
            "tags": ["War", "Asia"],
            "language": "de",
        }
    )
    (entry,) = feed.entries
    assert (feed.title, entry.title, entry.body) == ("The Paper", "Troops & trains", "One.\n\nTwo.")
    assert (entry.url, entry.language, entry.source) == ("https://example.org/1", "de", "The Paper")
    assert entry.published == Published(datetime(2024, 10, 31, 8, 30, tzinfo=UTC))
    assert (entry.author, entry.tags) == ("Ann Lee, Bo Li", ("War", "Asia"))


def test_plain_text_is_not_taken_for_markup() -> None:
    (entry,) = read({"id": "1000", "content_text": "5 < 6 and <b>7</b>"}).entries
    assert entry.body == "5 < 6 and <b>7</b>"


def test_version_one_and_its_one_author_are_read() -> None:
    item = {"id": "1000", "title": "T", "author": {"name": "Ann"}, "summary": "S"}
    (entry,) = read(item, version="https://jsonfeed.org/version/1").entries
    assert (entry.author, entry.body) == ("Ann", "S")


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2024-10-31", Published(datetime(2024, 10, 31, tzinfo=UTC), day_only=True)),
        ("2024-10-31T10:30:00", Published(datetime(2024, 10, 31, 10, 30, tzinfo=UTC))),
        ("2031-10-31T10:30:00Z", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (17, None),
    ],
)
def test_dates_are_read_as_far_as_they_say_something(date: object, published: object) -> None:
    (entry,) = read({"id": "1000", "title": "T", "date_published": date}).entries
    assert entry.published == published


def test_items_that_are_no_items_disturb_no_others() -> None:
    sick: list[Any] = [
        None,
        7,
        [],
        "text",
        {},
        {"id": {}, "title": ["a"], "url": 7, "tags": {}, "authors": 1},
    ]
    feed = read(*sick, {"id": 12345, "title": "Sound"})
    assert [entry.title for entry in feed.entries] == ["Sound"]


@pytest.mark.parametrize("items", [None, {}, "text", 7])
def test_a_feed_without_a_list_of_items_is_empty(items: object) -> None:
    assert read(items=items).entries == ()


@pytest.mark.parametrize(
    "body", [b'{"version": 1}', b"{", b'{"a":' * 100_000, b'{"version": "x"}', b'{"n": 1e999}']
)
def test_other_json_is_no_feed(body: bytes) -> None:
    with pytest.raises(ParseError, match="JSON"):
        read_feed(body, url=URL, content_type="application/json", now=NOW)
