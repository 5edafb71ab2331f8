"""Lists of feeds: what other readers write is understood, and nothing in a list can do harm."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.feeds.opml import DEEPEST, LONGEST, MOST_FEEDS, Listed, read_opml, write_opml
from bot.feeds.tags import tag_of, tags_of

AT = datetime(2026, 11, 22, tzinfo=UTC)
FOLDERS = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
  <head><title>Subscriptions of ann</title></head>
  <body>
    <outline text="Middle East" title="Middle East">
      <outline text="Iran">
        <outline type="rss" text="Mehr" title="Mehr News" xmlUrl="https://mehr.example/rss" htmlUrl="https://mehr.example"/>
      </outline>
      <outline type="rss" text="Enab" xmlUrl="https://enab.example/feed"/>
    </outline>
    <outline text="BBC" xmlUrl="https://bbc.example/rss" category="/World/UK,broadcaster"/>
    <outline text="An empty folder"/>
  </body>
</opml>"""


def test_folders_and_categories_become_tags():
    assert read_opml(FOLDERS) == (
        Listed("https://mehr.example/rss", "Mehr News", ("middle-east", "iran")),
        Listed("https://enab.example/feed", "Enab", ("middle-east",)),
        Listed("https://bbc.example/rss", "BBC", ("world", "uk", "broadcaster")),
    )


def test_bytes_are_read_in_the_charset_that_they_declare():
    text = (
        '<?xml version="1.0" encoding="windows-1251"?><opml><body>'
        '<outline text="Медуза" xmlUrl="https://meduza.example/rss"/></body></opml>'
    )

    assert read_opml(text.encode("windows-1251"))[0].name == "Медуза"
    assert read_opml(text)[0].name == "Медуза"


@pytest.mark.parametrize("attribute", ["xmlUrl", "xmlurl", "XMLURL"])
def test_other_spellings_of_the_address_count_too(attribute):
    text = f'<opml><body><outline {attribute}=" https://a.example/rss "/></body></opml>'

    assert read_opml(text) == (Listed("https://a.example/rss", "https://a.example/rss"),)


def test_an_address_that_stands_twice_is_one_feed():
    outline = '<outline text="{}" xmlUrl="https://a.example/rss"/>'
    text = f"<opml><body>{outline.format('A')}{outline.format('B')}</body></opml>"

    assert [feed.name for feed in read_opml(text)] == ["A"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "not well-formed"),
        ("BBC, NK News", "not well-formed"),
        ("<opml><body>", "not well-formed"),
        ("<opml>\ud800</opml>", "not well-formed"),
        ("<rss><channel/></rss>", "no OPML"),
        (
            '<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body>'
            '<outline text="&b;" xmlUrl="https://a.example/"/></body></opml>',
            "entities",
        ),
        (
            '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>'
            '<outline text="x" xmlUrl="https://a.example/"/>&x;</body></opml>',
            "entities",
        ),
        (
            '<!DOCTYPE o [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]><opml/>',
            "entities",
        ),
        ("<opml>" + "<outline>" * (DEEPEST + 1), "nested"),
        ("<opml>" + " " * LONGEST, "bigger"),
        (
            "<opml><body>"
            + "".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(MOST_FEEDS + 1))
            + "</body></opml>",
            f"more than {MOST_FEEDS}",
        ),
    ],
)
def test_what_is_no_list_or_means_harm_is_refused_with_a_reason(document, reason):
    with pytest.raises(ParseError, match=reason):
        read_opml(document)


def test_a_doctype_that_only_names_the_form_does_no_harm_and_is_never_fetched():
    text = '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/opml.dtd"><opml version="2.0"><body/></opml>'

    assert read_opml(text) == ()


@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_be_refused(text):
    with pytest.raises(ParseError):
        read_opml(f"<{text}")


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
feeds = st.builds(
    Listed,
    st.integers(0, 99).map(lambda number: f"https://a.example/{number}?a=1&b='\"<>"),
    words.map(lambda text: " ".join(text.split())).filter(bool),
    st.lists(words.map(tag_of).filter(bool).filter(lambda tag: "/" not in tag), max_size=4).map(
        lambda tags: tuple(dict.fromkeys(tags))
    ),
)


@given(st.lists(feeds, max_size=6, unique_by=lambda feed: feed.url))
def test_what_is_written_reads_back_as_it_was(listed):
    text = write_opml(listed, title="Watchfloor", at=AT)

    sayable = all(sign.isprintable() for feed in listed for sign in feed.name)
    if sayable:
        assert read_opml(text) == tuple(listed)
    assert [feed.url for feed in read_opml(text)] == [feed.url for feed in listed]


def test_what_is_written_is_opml_2_for_every_reader():
    text = write_opml([Listed("https://a.example/rss", "A\x00 & B", ("x", "y"))], title="T", at=AT)

    root = ElementTree.fromstring(text.encode())  # noqa: S314 -- our own
    (outline,) = root.iter("outline")
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert outline.attrib == {
        "type": "rss",
        "text": "A\ufffd & B",
        "title": "A\ufffd & B",
        "xmlUrl": "https://a.example/rss",
        "category": "x,y",
    }


def test_tags_are_one_word_each_and_each_once():
    assert tag_of("  Middle   East ") == "middle-east"
    assert tag_of("a,b\x00c") == "a-b-c"
    assert tag_of("   ") == ""
    assert tags_of("Korea, wire korea,,") == ("korea", "wire")
