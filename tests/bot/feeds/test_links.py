"""Which addresses are kept from a feed, and in which spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.links import clean_link

BASE = "https://example.org/news/feed.xml"


@pytest.mark.parametrize(
    ("link", "cleaned"),
    [
        ("https://Example.ORG/a?b=C", "https://example.org/a?b=C"),
        ("HTTP://example.org:80", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("/a", "https://example.org/a"),
        ("a.html", "https://example.org/news/a.html"),
        ("?id=3", "https://example.org/news/feed.xml?id=3"),
        ("//other.example/x", "https://other.example/x"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/a?utm_source=rss&id=1&UTM_Medium=x", "https://example.org/a?id=1"),
        ("https://example.org/a?fbclid=1&gclid=2&mc_eid=3&igshid=4", "https://example.org/a"),
        ("https://example.org/a?utm=1&gclidx=2", "https://example.org/a?utm=1&gclidx=2"),
        ("https://example.org/a?b=2&a=1&a=1", "https://example.org/a?b=2&a=1&a=1"),
        ("https://example.org/a#part", "https://example.org/a#part"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_a_link_gets_one_spelling(link: str, cleaned: str) -> None:
    assert clean_link(link, BASE) == cleaned


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://user:secret@example.org/",
        "https://",
        "https://example.org:99999/",
        "https://[::1/",
        "https://example.org/" + "a" * 1500,
        "",
        "   ",
    ],
)
def test_what_nobody_should_follow_is_dropped(link: str) -> None:
    assert clean_link(link, BASE) is None


@given(st.text(), st.sampled_from([BASE, ""]))
def test_a_cleaned_link_is_settled(link: str, base: str) -> None:
    cleaned = clean_link(link, base)
    if cleaned is not None:
        assert cleaned.startswith(("http://", "https://"))
        assert clean_link(cleaned) == cleaned
