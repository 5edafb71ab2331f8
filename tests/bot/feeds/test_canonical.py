"""Which addresses of a page are believed: what served it, and what it says of its own site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.canonical import HEAD, addresses, said_of_itself

SERVED = "https://www.paper.example/war/kursk"
OWN = "https://www.paper.example/war/kursk-troops"


def page(head: str, body: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('<link rel="canonical" href="/a">', "/a"),
        ("<LINK REL='Canonical nofollow' HREF=' /a '>", "/a"),
        ('<meta property="og:url" content="/b">', "/b"),
        ('<link rel="canonical" href="/a"><meta property="og:url" content="/b">', "/a"),
        ('<link rel="canonical" href=""><meta property="og:url" content="/b">', "/b"),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/a">', "/a"),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/b">', ""),
        ('<link rel="canonical" href="/x?a=1&amp;b=2">', "/x?a=1&b=2"),
        ('<link rel="alternate" href="/a">', ""),
        ("<link rel=canonical>", ""),
        ("""<script>'<link rel="canonical" href="/a">'</script>""", ""),
        ('<!-- <link rel="canonical" href="/a"> -->', ""),
        ("", ""),
    ],
)
def test_a_page_says_its_address_once_in_its_head(head, said):
    assert said_of_itself(page(head)) == said


def test_what_readers_wrote_into_the_body_is_not_believed():
    tag = '<link rel="canonical" href="/a">'
    assert said_of_itself(page("", tag)) == ""
    assert said_of_itself(f"<html><body>{tag}") == ""
    assert said_of_itself(page("<title>x</title>") + tag) == ""


@pytest.mark.parametrize(
    "broken", ["<![&<![CDATA[ ]]<![<", "<!ENTITY", "<?", "<a <a", "<link rel="]
)
def test_a_malformed_head_says_nothing_more(broken):
    tag = '<link rel="canonical" href="/a">'
    assert said_of_itself(f"<head>{tag}{broken}") == "/a"
    said_of_itself(f"<head>{broken}{tag}")


def test_a_head_without_end_is_read_as_far_as_heads_go():
    assert said_of_itself("<head>" + "x" * HEAD + '<link rel="canonical" href="/a">') == ""


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (OWN, (SERVED, OWN)),
        ("/war/kursk-troops", (SERVED, OWN)),
        ("", (SERVED,)),
        (SERVED, (SERVED,)),
        (f"{SERVED}?utm_source=rss", (SERVED,)),
        ("https://m.paper.example/k", (SERVED, "https://m.paper.example/k")),
        ("https://paper.example/k", (SERVED, "https://paper.example/k")),
        ("http://paper.example/k", (SERVED, "http://paper.example/k")),
        ("https://rival.example/k", (SERVED,)),
        ("//rival.example/k", (SERVED,)),
        ("https://blogs.paper.example/k", (SERVED,)),
        ("https://example/k", (SERVED,)),
        ("https://paper.example.rival.example/k", (SERVED,)),
        ("https://www.paper.example@rival.example/k", (SERVED,)),
        ("https://www.paper.example:8443/k", (SERVED,)),
        ("javascript:alert(1)", (SERVED,)),
        ("https://[", (SERVED,)),
        ("x" * 2_000, (SERVED,)),
    ],
)
def test_a_page_speaks_for_its_own_site_alone(said, believed):
    assert addresses(SERVED, said) == believed


def test_short_names_keep_what_looks_like_a_screen():
    assert addresses("https://www.m/k", "https://m/k") == ("https://www.m/k",)


@given(st.text(), st.text())
def test_whatever_a_page_holds_no_other_host_is_believed(text, said):
    said_of_itself(text)
    for each in addresses(SERVED, said):
        assert each.split("/")[2].endswith("paper.example")
