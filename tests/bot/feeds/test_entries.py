"""What is read out of a document: text, titles, dates, names, links, identities."""

import contextlib
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import pytest

from bot.errors import ParseError
from bot.feeds.entries import LONGEST_BODY, LONGEST_TITLE
from bot.feeds.identity import identity_of, names_of
from bot.feeds.parse import read_feed
from bot.feeds.reading import MOST_ENTRIES
from bot.feeds.wire import ParsedFeed
from bot.model import Entry, Published

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
URL = "https://example.org/news/feed.xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
)


def read(body: str | bytes, content_type: str = "application/rss+xml") -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return read_feed(data, url=URL, content_type=content_type, now=NOW)


def rss(*items: str, channel: str = "<title>The Paper</title>") -> ParsedFeed:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return read(f'<rss version="2.0" {NAMESPACES}><channel>{channel}{inner}</channel></rss>')


def atom(*entries: str, head: str = "<title>The Paper</title>", attributes: str = "") -> ParsedFeed:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return read(f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}{inner}</feed>')


def only(feed: ParsedFeed) -> Entry:
    (entry,) = feed.entries
    return entry


def test_an_item_gives_all_it_has() -> None:
    entry = only(
        rss(
            "<title>Troops &amp;amp; trains</title><link>https://example.org/1?utm_source=x</link>"
            "<guid>abc</guid><description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>"
            "<pubDate>Thu, 31 Oct 2024 10:30:00 +0200</pubDate><author>Ann Lee</author>"
            "<category>War</category><category>Asia</category>",
            channel="<title>The Paper</title><language>en-gb</language>",
        )
    )
    names = names_of("abc", "https://example.org/1", "Troops & trains", "")
    assert entry == Entry(
        identity=identity_of("abc"),
        title="Troops & trains",
        body="One.\n\nTwo.",
        url="https://example.org/1",
        source="The Paper",
        source_url=None,
        language="en-gb",
        published=Published(datetime(2024, 10, 31, 8, 30, tzinfo=UTC)),
        author="Ann Lee",
        tags=("War", "Asia"),
        names=names.certain,
        title_name=names.title,
    )


def test_rss_atom_and_rdf_are_all_feeds() -> None:
    rdf = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://example.org/">'
        "<title>The Paper</title></channel><item rdf:about='https://example.org/1'>"
        "<title>One</title><link>https://example.org/1</link></item></rdf:RDF>"
    )
    for feed in (
        rdf,
        rss("<title>One</title><link>https://example.org/1</link>"),
        atom('<title>One</title><link href="https://example.org/1"/><id>x</id>'),
    ):
        assert feed.title == "The Paper"
        assert (only(feed).title, only(feed).url) == ("One", "https://example.org/1")


# Text


def test_content_goes_before_summary() -> None:
    both = "<description>short</description><content:encoded>the whole text</content:encoded>"
    assert only(rss(both)).body == "the whole text"
    assert only(rss("<description>short</description><content:encoded/>")).body == "short"
    entry = "<title>x</title><summary>short</summary><content type='html'>whole</content>"
    assert only(atom(entry)).body == "whole"


def test_plain_atom_text_keeps_its_lines_and_angle_brackets() -> None:
    entry = only(atom("<title>x</title><content type='text'>5 &lt; 6\n  and so on</content>"))
    assert entry.body == "5 < 6\n  and so on"


def test_xhtml_content_is_read() -> None:
    content = (
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p>'
        "<p>Two <b>three</b>.</p></div></content>"
    )
    assert only(atom(f"<title>x</title>{content}")).body == "One.\n\nTwo three."


def test_content_that_is_no_text_is_left_alone() -> None:
    entry = only(atom("<title>x</title><content type='audio/mpeg'>aGVsbG8=</content>"))
    assert entry.body == ""


def test_text_is_cut_at_its_limit() -> None:
    entry = only(rss(f"<title>{'t' * 5000}</title><description>{'b' * 400_000}</description>"))
    assert (len(entry.title), len(entry.body)) == (LONGEST_TITLE, LONGEST_BODY)


def test_an_item_without_a_title_is_legal() -> None:
    assert only(rss("<description>text</description>")).title == ""


def test_a_title_with_markup_is_one_line_of_text() -> None:
    title = escape("<b>North</b>\n Korea&#8217;s <i>soldiers</i>")
    assert only(rss(f"<title>{title}</title>")).title == "North Korea’s soldiers"
    assert only(atom("<title type='text'>a &lt; b</title><id>x</id>")).title == "a < b"


# Dates


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("<dc:date>2024-10-31</dc:date>", Published(datetime(2024, 10, 31, tzinfo=UTC), True)),
        ("<pubDate>31 Oct 2024</pubDate>", Published(datetime(2024, 10, 31, tzinfo=UTC), True)),
        ("<dc:date>20241031</dc:date>", Published(datetime(2024, 10, 31, tzinfo=UTC), True)),
        (
            "<dc:date>2024-10-31T00:00:00Z</dc:date>",
            Published(datetime(2024, 10, 31, tzinfo=UTC)),
        ),
        (
            "<dc:date>2024-10-31T23:30:00-05:00</dc:date>",
            Published(datetime(2024, 11, 1, 4, 30, tzinfo=UTC)),
        ),
        (
            "<pubDate>Thu, 31 Oct 2024 10:30 GMT</pubDate>",
            Published(datetime(2024, 10, 31, 10, 30, tzinfo=UTC)),
        ),
        ("<dc:date>2024-10</dc:date>", None),
        ("<dc:date>2024</dc:date>", None),
        ("<pubDate>last Thursday</pubDate>", None),
        ("<pubDate>Thu, 31 Oct 9999999 10:30:00 GMT</pubDate>", None),
        ("<pubDate></pubDate>", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_far_as_it_says_something(date: str, published: Published | None) -> None:
    assert only(rss(f"<title>x</title>{date}")).published == published


def test_a_day_without_a_time_is_shown_as_a_day() -> None:
    published = only(rss("<title>x</title><dc:date>2024-10-31</dc:date>")).published
    assert str(published) == "31 Oct 2024"


def test_a_date_ahead_of_now_is_no_date() -> None:
    soon, later = NOW + timedelta(minutes=50), NOW + timedelta(minutes=70)
    feed = rss(
        *(f"<title>{at:%H%M}</title><dc:date>{at.isoformat()}</dc:date>" for at in (soon, later))
    )
    assert [entry.published for entry in feed.entries] == [Published(soon), None]


def test_published_goes_before_updated() -> None:
    entry = (
        "<title>x</title><updated>2024-10-31T00:00:00Z</updated>"
        "<published>2024-10-30T00:00:00Z</published>"
    )
    assert only(atom(entry)).published == Published(datetime(2024, 10, 30, tzinfo=UTC))


# Names and addresses


def test_the_publisher_is_the_items_source_before_the_feed() -> None:
    with_source = '<title>x</title><source url="https://other.example/feed">Other Paper</source>'
    entry = only(rss(with_source))
    assert (entry.source, entry.source_url) == ("Other Paper", "https://other.example/feed")
    bare = only(rss("<title>x</title><source>Other Paper</source>"))
    assert (bare.source, bare.source_url) == ("Other Paper", None)
    atom_entry = only(
        atom(
            "<title>x</title><source><title>Other Paper</title>"
            '<link href="https://other.example/"/></source>'
        )
    )
    assert (atom_entry.title, atom_entry.source, atom_entry.source_url) == (
        "x",
        "Other Paper",
        "https://other.example/",
    )
    assert only(rss("<title>x</title>", channel="")).source is None


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/1", "https://site.example/1"),
        ("1", "https://site.example/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://site.example/1?id=2&amp;fbclid=3#top", "https://site.example/1?id=2#top"),
    ],
)
def test_an_rss_link_is_resolved_against_the_site_and_cleaned(link: str, url: str | None) -> None:
    channel = "<title>The Paper</title><link>https://site.example/</link>"
    assert only(rss(f"<title>x</title><link>{link}</link>", channel=channel)).url == url


def test_an_atom_link_is_resolved_against_base_or_document() -> None:
    entry = '<title>x</title><link href="1"/><link rel="enclosure" href="/x.mp3"/>'
    assert only(atom(entry)).url == "https://example.org/news/1"
    based = atom(entry, attributes='xml:base="https://base.example/a/"')
    assert only(based).url == "https://base.example/a/1"


def test_a_guid_is_a_link_only_if_it_looks_like_one() -> None:
    linked = only(rss("<title>x</title><guid>https://example.org/1</guid>"))
    assert linked.url == "https://example.org/1"
    assert only(rss("<title>x</title><guid>12345</guid>")).url is None


# Identity


def identities(feed: ParsedFeed) -> list[str]:
    return [entry.identity for entry in feed.entries]


def test_identity_is_the_guid_then_the_link_then_title_and_date() -> None:
    feed = rss(
        "<title>a</title><guid isPermaLink='false'>g1</guid><link>https://example.org/1</link>",
        "<title>b</title><link>https://example.org/2?utm_source=rss</link>",
        "<title>c</title><pubDate>Thu, 31 Oct 2024 10:30:00 GMT</pubDate>",
    )
    assert identities(feed) == [
        identity_of("g1"),
        identity_of("https://example.org/2"),
        identity_of("c\nThu, 31 Oct 2024 10:30:00 GMT"),
    ]


def test_a_guid_or_link_that_stands_twice_names_nothing() -> None:
    same_guid = rss(
        "<title>a</title><guid isPermaLink='false'>g1</guid><link>https://example.org/1</link>",
        "<title>b</title><guid isPermaLink='false'>g1</guid><link>https://example.org/2</link>",
    )
    assert identities(same_guid) == [
        identity_of("https://example.org/1"),
        identity_of("https://example.org/2"),
    ]
    same_both = rss("<title>a</title><guid>g</guid>", "<title>b</title><guid>g</guid>")
    assert len(set(identities(same_both))) == 2


def test_the_same_entry_twice_is_one() -> None:
    assert len(rss("<title>a</title>", "<title>a</title>").entries) == 1


def test_tracking_does_not_change_an_identity() -> None:
    links = ["https://example.org/1", "https://example.org/1?utm_source=a&amp;fbclid=b"]
    feeds = [rss(f"<title>a</title><link>{link}</link>") for link in links]
    assert identities(feeds[0]) == identities(feeds[1])


# Whole documents


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty answer"),
        (b" \n ", "empty answer"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "a web page, not a feed"),
        (b"<!-- x --><html lang='en'><body>Hello</body></html>", "a web page, not a feed"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html/>', "a web page, not a feed"),
        (b'{"version": "https://example.org/version/1.1"}', "JSON"),
        (b"Just some words.", "not a feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a feed"),
        (b"<opml><body/></opml>", "not a feed"),
    ],
)
def test_what_is_no_feed_is_called_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(ParseError, match=says) as error:
        read(body)
    assert str(error.value).endswith(".")


def test_a_feed_without_entries_is_a_feed() -> None:
    assert rss() == ParsedFeed("The Paper", (), 0)


def test_a_sick_entry_is_skipped_and_counted_and_the_others_stay() -> None:
    feed = rss(
        "<title>a</title>", "", "<guid isPermaLink='false'>only a guid</guid>", "<title>b</title>"
    )
    assert [entry.title for entry in feed.entries] == ["a", "b"]
    assert feed.skipped == 2


@pytest.mark.parametrize("reference", ["&#xD83D;", "&#55357;", "&#x110000;", "&#99999999999;"])
def test_a_reference_to_no_character_costs_that_character_alone(reference: str) -> None:
    feed = rss(f"<title>a{reference}b &#8217;</title>", "<title>c</title>")
    assert [entry.title for entry in feed.entries] == ["a\ufffdb ’", "c"]


def test_control_characters_are_no_text() -> None:
    item = "<title>a\0b\x01c</title><description>d\0e\tf</description><category>g\x1f</category>"
    entry = only(rss(item))
    assert (entry.title, entry.body, entry.tags) == ("abc", "de f", ("g",))


def test_a_document_that_breaks_off_gives_what_it_has() -> None:
    feed = read(
        '<rss version="2.0"><channel><title>P</title><item><title>a</title></item><item><ti'
    )
    assert feed.entries[0].title == "a"


def test_the_newest_five_hundred_are_kept_in_their_order() -> None:
    days = [NOW - timedelta(days=at) for at in range(700)]
    items = [
        f"<title>{at}</title><dc:date>{day.isoformat()}</dc:date>" for at, day in enumerate(days)
    ]
    newest_first, oldest_first = rss(*items), rss(*reversed(items))
    titles = [str(at) for at in range(MOST_ENTRIES)]
    assert [entry.title for entry in newest_first.entries] == titles
    assert [entry.title for entry in oldest_first.entries] == titles[::-1]
    undated = rss(*(f"<title>{at}</title>" for at in range(700)))
    assert [entry.title for entry in undated.entries] == titles


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "", "text/xml"),
        ("utf-8", "", "application/xml; charset=iso-8859-1"),
        ("utf-8-sig", 'encoding="iso-8859-1"', "text/xml"),
        ("windows-1251", 'encoding="windows-1251"', "text/xml"),
        ("windows-1251", 'encoding="windows-1251"', "text/xml; charset=utf-8"),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("koi8-r", "", 'application/rss+xml; charset="koi8-r"'),
        ("utf-16", 'encoding="utf-16"', "text/xml; charset=utf-8"),
        ("utf-16", "", "application/rss+xml"),
    ],
)
def test_the_charset_is_found(encoding: str, declared: str, content_type: str) -> None:
    document = (
        f'<?xml version="1.0" {declared}?><rss version="2.0"><channel><title>Курск</title>'
        "<item><title>Северная Корея</title></item></channel></rss>"
    )
    feed = read(document.encode(encoding), content_type)
    assert (feed.title, only(feed).title) == ("Курск", "Северная Корея")


@pytest.mark.parametrize("codec", ["rot13", "base64", "undefined", "punycode", "no-such", "../x"])
def test_a_charset_that_is_none_does_no_harm(codec: str) -> None:
    document = f'<?xml version="1.0" encoding="{codec}"?><rss version="2.0"><channel>'
    document += "<title>P</title><item><title>a</title></item></channel></rss>"
    with contextlib.suppress(ParseError):
        assert only(read(document)).title == "a"


def test_entities_of_the_document_type_do_not_reach_files() -> None:
    document = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<rss version="2.0"><channel><title>P</title><item><title>a</title>'
        "<description>&x;</description></item></channel></rss>"
    )
    assert "root:" not in only(read(document)).body
