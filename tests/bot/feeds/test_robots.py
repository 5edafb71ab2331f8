"""robots.txt: what a site asks of robots, as RFC 9309 and the sites' own habits have it."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.robots import Robots, read_robots


def robots(text: str) -> Robots:
    return read_robots(text.encode(), "watchfloor")


def everybody(*lines: str) -> Robots:
    return robots("\n".join(["User-agent: *", *lines]))


# Patterns and paths of RFC 9309 (5.1, 5.2) and of the common notion of `*` and `$`.
@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/anything", True),
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.html", False),
        ("/fish*", "/fish/salmon", True),
        ("/fish/", "/fish", False),
        ("/fish/", "/fish/?id=1", True),
        ("/*.php", "/index.php?parameters", True),
        ("/*.php", "/", False),
        ("/*.php$", "/filename.php", True),
        ("/*.php$", "/filename.php?parameters", False),
        ("/*.php$", "/filename.php/", False),
        ("/fish*.php", "/fishheads/catfish.php?x", True),
        ("/fish*.php", "/Fish.PHP", False),
        ("/page$", "/page", True),
        ("/page$", "/pages", False),
        ("/*a*b$", "/xxaxxb", True),
        ("/*ab*ab$", "/ab", False),
        ("*.gif$", "/pictures/a.gif", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%e3%83%84", "/foo/bar/ツ", True),
        ("/a%2fb", "/a/b", False),
        ("/*?print=", "/news/1?print=1", True),
    ],
)
def test_a_pattern_fits_what_it_means(pattern, path, fits):
    assert everybody(f"Disallow: {pattern}").allows(path) is not fits


def test_the_longest_pattern_decides_whatever_the_order():
    lines = ("Disallow: /example/", "Allow: /example/page", "Disallow: /example/page/disallowed")
    for order in (lines, lines[::-1]):
        site = everybody(*order)
        assert not site.allows("/example/other")
        assert site.allows("/example/page/1")
        assert not site.allows("/example/page/disallowed.gif")


def test_where_both_are_as_long_we_may():
    assert everybody("Disallow: /page", "Allow: /page").allows("/page")


def test_our_own_group_counts_and_that_for_everybody_does_not():
    site = robots("User-agent: *\nDisallow: /\n\nUser-agent: WatchFloor/2.0\nDisallow: /private\n")
    assert site.allows("/news")
    assert not site.allows("/private/1")


def test_several_groups_for_us_count_together():
    site = robots(
        "User-agent: watchfloor\nDisallow: /a\nUser-agent: other\nDisallow: /\n"
        "User-agent: WATCHFLOOR\nDisallow: /b\n"
    )
    assert [site.allows(path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_one_group_may_name_several_robots():
    site = robots("User-agent: other\nUser-agent: watchfloor\nDisallow: /a\n\nDisallow: /b")
    assert [site.allows(path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_a_robot_whose_name_only_begins_like_ours_is_another():
    assert robots("User-agent: watchfloor-images\nDisallow: /").allows("/")
    assert robots("User-agent: watch\nDisallow: /").allows("/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User-agent: *\nDisallow:",
        "Disallow: /before-any-name",
        "<!doctype html><title>Not found</title>",
        "\x00\xff nonsense : : :",
        "User-agent: *\nDisallow: no-path",
    ],
)
def test_what_says_nothing_forbids_nothing(text):
    assert robots(text).allows("/before-any-name")


def test_a_byte_order_mark_comments_and_odd_line_ends_are_read_over():
    site = read_robots(
        b"\xef\xbb\xbfUser-agent: * # all\r\rDisallow : /a # why\r\nSitemap: https://x.org/s\r\n"
        b"Disallow: /b",
        "watchfloor",
    )
    assert [site.allows(path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_the_pause_that_a_site_wishes_is_read():
    assert everybody("Crawl-delay: 2.5").delay == timedelta(seconds=2.5)
    assert everybody("Crawl-delay: soon").delay == timedelta(0)


def test_only_the_first_half_mebibyte_is_read():
    padding = "# nothing\n" * 60_000
    assert robots(padding + "User-agent: *\nDisallow: /").allows("/")


@pytest.mark.parametrize("line", ["/" + "*a" * 900, "/" + "*" * 1900, "/" + "a" * 1900 + "*b$"])
def test_no_file_makes_the_answer_slow(line):
    site = everybody(*[f"Disallow: {line}"] * (500_000 // len(line)))
    began = time.process_time()
    site.allows("/" + "a" * 1900)
    assert time.process_time() - began < 1


@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_bytes_and_no_path_are_an_error(body, path):
    read_robots(b"User-agent: *\nDisallow: " + body, "watchfloor").allows(path)
