"""What is cut out of a document, and which documents are left whole."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.clipping import clip, is_light

RSS = (
    b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>P</title>\n'
    b'<item a="x>y"><title>a</title></item>\n<item><title>b</title></item><ttl>5</ttl>'
    b"<item><title>c</title></item></channel></rss>"
)


def test_items_are_found_in_their_order() -> None:
    found = clip(RSS)
    assert found is not None
    assert [RSS[start:end] for start, end in found.items] == [
        b'<item a="x>y"><title>a</title></item>',
        b"<item><title>b</title></item>",
        b"<item><title>c</title></item>",
    ]
    assert len(set(found.digests)) == 3
    assert found.root == b'<rss version="2.0">'


def test_what_stands_around_the_items_stays() -> None:
    found = clip(RSS)
    assert found is not None
    assert found.only({1}) == (
        b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>P</title>\n'
        b"\n<item><title>b</title></item><ttl>5</ttl></channel></rss>"
    )
    assert found.only({0, 1, 2}) == RSS


@pytest.mark.parametrize(
    "text",
    [
        "<![CDATA[ <item> </item> ]]>",
        "<!-- </item> <item> -->",
        "<?php <item> ?>",
        "&lt;/item&gt;",
        "<items/><itemise></itemise><media:item></media:item>",
    ],
)
def test_what_only_looks_like_an_item_is_none(text: str) -> None:
    body = f"<feed><entry><x>{text}</x></entry>{text}</feed>".encode()
    found = clip(body)
    assert found is not None
    assert len(found.items) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no feed at all",
        b"<rss><channel><title>none</title></channel></rss>",
        b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><item>&a;</item></rss>',
        b"<rss><item><item>nested</item></item></rss>",
        b"<rss><item>never closed</rss>",
        b"<rss></item></rss>",
        b"<rss><item/></rss>",
        b"<rss><item></entry></rss>",
        b"<rss><item><![CDATA[open</item></rss>",
        b"<rss><item><!-- open</item></rss>",
        b'<rss><item a="open></item></rss>',
        "<rss><item></item></rss>".encode("utf-16"),
    ],
)
def test_what_is_not_plainly_cut_stays_whole(body: bytes) -> None:
    assert clip(body) is None


@pytest.mark.parametrize("part", [b"<![CDATA[", b"<!--", b"<?", b'<item a="', b"<item ", b"<"])
def test_no_junk_takes_long(part: bytes) -> None:
    before = time.process_time()
    assert clip(b"<rss>" + part * (2_000_000 // len(part))) is None
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    "part", [b"<item>x</item>", b"<!---->", b"<![CDATA[x]]>", b"<item '", b"<"]
)
def test_what_is_light_is_cut_in_no_time(part: bytes) -> None:
    body = b"<rss>" + part * min(20_000 // part.count(b"<") - 1, 2**20 // len(part) - 1)
    assert is_light(body)
    assert not is_light(body * 60)
    before = time.process_time()
    clip(body)
    assert time.process_time() - before < 0.2


@given(st.binary(max_size=200), st.sets(st.integers(0, 3)))
def test_whatever_the_bytes_nothing_is_invented(junk: bytes, chosen: set[int]) -> None:
    for body in (junk, RSS[:60] + junk + RSS[60:]):
        if found := clip(body):
            kept = found.only(chosen)
            assert len(kept) <= len(body)
            assert found.only(range(len(found.items))) == body
