"""The shortcut reads an item as feedparser does, or leaves it to feedparser."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds import shortcut
from bot.feeds.clipping import clip
from bot.feeds.cut import Cut
from bot.feeds.entries import read_entry, within
from bot.feeds.reading import read
from bot.model import Entry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/feed"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:own="urn:example:own"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:a="http://www.w3.org/2005/Atom"'
    ' xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd" xml:lang="en_GB"'
)
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}>'
RSS = f'<rss version="2.0" {SPACES}>'
RDF = (
    f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {SPACES}'
    ' xmlns="http://purl.org/rss/1.0/">'
)

COMMON = (
    "<title>Talks in Kursk</title>",
    "<title></title>",
    "<title>Rock &amp; roll &lt;b&gt;now&lt;/b&gt;</title>",
    '<title type="html">&lt;i&gt;Talks&lt;/i&gt; &amp;amp; more</title>',
    "<title><![CDATA[Z\u00c3\u00bcrich <b>x</b> \u0093quoted\u0094]]></title>",
    "<link>/a?b=1&amp;amp;c=2&amp;d;e</link>",
    '<link href="http://example.org/x" rel="alternate" type="text/html"/>',
    '<link href="http://example.org/self" rel="self"/>',
    '<link rel="enclosure" href="http://example.org/a.mp3" type="audio/mpeg"/>',
    '<a:link href="http://example.org/atom"/>',
    "<link> http:////example.org/odd </link>",
    "<summary>In short &amp;lt;b&amp;gt;</summary>",
    '<summary type="html">&lt;p&gt;In short&lt;/p&gt;</summary>',
    "<description>&lt;p&gt;A text&lt;/p&gt;</description>",
    '<description xml:lang="de" type="text">plain &lt;b&gt;x&lt;/b&gt;</description>',
    "<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded>",
    '<content type="html" xml:base="http://example.org/b/">&lt;p&gt;All of it&lt;/p&gt;</content>',
    "<content>plain</content>",
    "<dc:date>2026-02-28T10:00:00Z</dc:date>",
    "<updated>2026-02-28T11:00:00Z</updated>",
    "<published>2026-02-28</published>",
    "<pubDate>Sat, 28 Feb 2026 09:00:00 GMT</pubDate>",
    "<pubDate>yesterday</pubDate>",
    "<author>a@example.org (An Author)</author>",
    "<author> <name>An Author</name> <email>a@example.org</email><uri>x</uri> </author>",
    '<author><name>An Author</name><own:image src="x"/></author>',
    '<author>text<own:image src="x">y</own:image></author>',
    "<author>text <uri>x</uri> more</author>",
    "<dc:creator>A \u00e9 Writer</dc:creator>",
    "<category>one</category>",
    '<category domain="d">two</category>',
    '<category term="three" label="Three"/>',
    '<category term="four" scheme="s">five</category>',
    "<category></category>",
    "<dc:subject>six</dc:subject>",
    "<guid>http://example.org/guid</guid>",
    '<guid isPermaLink="false">tag:x</guid>',
    "<guid>relative</guid>",
    "<id>tag:example.org,2026:1</id>",
    '<source url="http://elsewhere.example/">Elsewhere</source>',
    "<source>Elsewhere</source>",
    "<comments>http://example.org/c</comments>",
    "<slash:comments>3</slash:comments>",
    "<own:thing a='1'>text<own:inner>more</own:inner></own:thing>",
    "<plain xmlns='urn:example:plain'>text</plain>",
    '<enclosure url="http://example.org/a.mp3" length="1" type="audio/mpeg"/>',
    '<media:thumbnail url="http://example.org/t.png"/>',
    "<media:title>A picture</media:title>",
    "<media:description>Of something</media:description>",
    "<media:group><media:title>In a group</media:title><media:content url='x'/>"
    "<media:description>Of &lt;b&gt;a&lt;/b&gt; group</media:description></media:group>",
    "<media:content url='x'><media:title type='plain'>t</media:title></media:content>",
    "stray text",
    "<!-- a comment -->",
)
STRANGE = (
    "<itunes:summary>Said aloud</itunes:summary>",
    "<dc:title>Another title</dc:title>",
    "<dc:description>Another text</dc:description>",
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content>',
    '<content type="application/octet-stream">aGFsbG8=</content>',
    '<content mode="base64" type="text/html">aGFsbG8=</content>',
    '<content src="http://example.org/elsewhere" type="text/html"/>',
    '<title xml:base="http://example.org/" lang="fr">Titre</title>',
    '<link xml:base="http://example.org/deep/">x</link>',
    "<title>mixed <b>markup</b></title>",
    "<title xmlns='urn:example:plain'>text</title>",
    "<image><title>A picture</title><link>http://example.org/i</link></image>",
    "<source><title>Atom's</title><id>x</id></source>",
    "<own:thing><title>within</title></own:thing>",
    "<title_detail>x</title_detail>",
    "<body>x</body>",
    "<created>2026-02-28T11:00:00Z</created>",
)


def document(root: str, items: Sequence[str]) -> bytes:
    kind = "entry" if root is ATOM else "item"
    written = "".join(f"<{kind}>{item}</{kind}>" for item in items)
    name = root[1:].split()[0]
    head = "<title>Of the feed</title>"
    inside = {
        ATOM: f"{head}{written}",
        RSS: f"<channel>{head}<link>http://example.org/</link>{written}</channel>",
        RDF: f"<channel>{head}</channel>{written}",
    }[root]
    return f"{root}{inside}</{name}>".encode()


def in_both_ways(root: str, items: Sequence[str]) -> list[tuple[Entry | None, Entry | None]]:
    """What the shortcut and feedparser say of the items that the shortcut reads."""
    body = document(root, items)
    whole = read(body, url=URL, kind="application/xml; charset=utf-8", now=NOW)
    cut = clip(body)
    assert cut, "these documents are plainly cut"
    if Cut(cut, (), URL, "", NOW).leaks_base:
        return []  # such a feed is left to feedparser
    pieces = [body[start:end].decode() for start, end in cut.items]
    atom = whole.manner.startswith("atom")  # so does RDF that declares Atom's namespace first
    read_ones = [shortcut.read(cut.root.decode(), one, atom=atom) for one in pieces]
    around = within(
        [one.raw if one else {} for one in read_ones],
        feed_title=whole.around.feed_title,
        base=whole.around.base,
        language=whole.around.language,
        now=NOW,
    )
    around = replace(around, shared=whole.around.shared)
    return [
        (read_entry(one.raw, draft, around), wanted)
        for one, draft, wanted in zip(read_ones, around.drafts, whole.entries, strict=True)
        if one and draft
    ]


@pytest.mark.parametrize("root", [RSS, ATOM, RDF])
@pytest.mark.parametrize("piece", COMMON)
def test_each_common_element_reads_as_feedparser_reads_it(root: str, piece: str) -> None:
    plain = "<title>A title of some length</title><guid>http://example.org/1</guid>"
    for item in (
        piece,
        f"{plain}{piece}",
        f"{piece}{plain}",
        f"{piece}<description>d</description>",
    ):
        for ours, theirs in in_both_ways(root, [item]):
            assert ours == theirs


@settings(max_examples=400)
@given(
    st.sampled_from([RSS, ATOM, RDF]),
    st.lists(
        st.lists(st.sampled_from([*COMMON, *STRANGE]), min_size=1, max_size=9).map("".join),
        min_size=1,
        max_size=4,
    ),
)
def test_whatever_an_item_is_made_of_the_two_agree(root: str, items: list[str]) -> None:
    for ours, theirs in in_both_ways(root, items):
        assert ours == theirs


@pytest.mark.parametrize(
    "items",
    [
        ["<title>One</title><source>Elsewhere</source><media:title>Two</media:title>"],
        ['<content xml:base="http://example.org/b/">x</content>', "<link>/a</link>"],
        ["<content:encoded>x</content:encoded><media:description>y</media:description>"],
    ],
)
def test_what_random_items_once_brought_to_light(items: list[str]) -> None:
    for root in (RSS, ATOM, RDF):
        for ours, theirs in in_both_ways(root, items):
            assert ours == theirs


@pytest.mark.parametrize("root", [RSS, ATOM])
def test_items_as_news_feeds_write_them_are_read(root: str) -> None:
    item = (
        "<title>Talks in Kursk</title><link>http://example.org/1</link><guid>1000</guid>"
        "<pubDate>Sat, 28 Feb 2026 09:00:00 GMT</pubDate><category>one</category>"
        "<dc:creator>An Author</dc:creator><description>&lt;p&gt;x&lt;/p&gt;</description>"
        "<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded>"
    )
    assert len(in_both_ways(root, [item, item])) == 2


@pytest.mark.parametrize("piece", STRANGE[:8])
def test_what_only_feedparser_knows_is_left_to_it(piece: str) -> None:
    for whole in (piece, f"<title>A title</title>{piece}"):
        read_one = shortcut.read(RSS, f"<item>{whole}</item>", atom=False)
        assert read_one is None or "lang" in piece


@pytest.mark.parametrize(
    "item",
    [
        "<item><title>a</title><title>b</title></item>",
        "<item><title>open</item>",
        "<item><title>&nbsp;</title></item>",
        "<item><unknown:title>x</unknown:title></item>",
        '<item xml:lang="fr"><title>a</title></item>',
        f"<item><author>{'a' * 600}</author></item>",
    ],
)
def test_what_is_twice_or_broken_or_too_long_is_left_to_feedparser(item: str) -> None:
    assert shortcut.read(RSS, item, atom=False) is None


def test_a_shape_tells_what_steers_how_an_item_is_read() -> None:
    def shape(item: str) -> str:
        found = shortcut.read(RSS, f"<item>{item}</item>", atom=False)
        assert found, item
        return found.shape

    plain = "<title>a</title><category>x</category>"
    assert shape(plain) == shape("<title>b</title><category>x</category><category>y</category>")
    for other in (
        "<category>x</category><title>a</title>",
        "<title type='html'>a</title><category>x</category>",
        "<title>&lt;b&gt;a&lt;/b&gt;</title><category>x</category>",
        "<title>a</title><category domain='d'>x</category>",
        "<title>a</title><category>x</category><guid>z</guid>",
    ):
        assert shape(other) != shape(plain)
