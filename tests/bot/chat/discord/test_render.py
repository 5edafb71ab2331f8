"""What Discord gets from our messages: within every limit, and nothing in it alive but our own."""

import re
import string
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.discord import markdown, render
from bot.chat.hygiene import clean, one_line
from bot.message import (
    AlertCard,
    Answer,
    Bullets,
    Button,
    Code,
    Extract,
    Field,
    FieldKind,
    Form,
    Link,
    Literal,
    Paragraph,
    Quote,
    Style,
    Table,
    Tone,
    When,
    plain,
)
from bot.model import Published, Severity
from tests.servers.discord_limits import check_message, check_modal
from tests.servers.discord_markdown import Run, alive, pings, read, seen

NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
OUR_LINKS = {"https://example.com/a", "https://example.com/b"}

HOSTILE = (
    "",
    " \n\t ",
    "@everyone @here <@1> <@&2> <#3> </watch add:4> <:x:5> <t:0:R>",
    "[bank.com](http://evil.example)",
    "[a](<http://evil.example>) https://evil.example/x <https://evil.example>",
    "\\[bank\\](http://evil.example) \\\\[x](http://evil.example)",
    "**bold** __under__ *it* _it_ ~~gone~~ ||spoiler|| `code` ```block```",
    "# Heading\n## Two\n-# small\n> quote\n>>> all\n- list\n1. first",
    "``` unclosed",
    "**",
    "\\",
    "a\\",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035aa\u0300\u0301\u0302\u0303",
    "👩‍👩‍👧‍👦🇺🇦🏳️‍🌈" * 400,
    "é" * 10_000,
    "*" * 10_000,
    "[" * 10_000,
    "1." * 5_000,
    "> " * 5_000,
    "word " * 2_000,
    "محادثات حول مضيق هرمز " * 400,
    "discord.gg/evil discord:123456789012345678",
)

# By number: the strategies are shown in reports, and 10,000 characters would be, too.
hostile = st.integers(0, len(HOSTILE) - 1).map(HOSTILE.__getitem__)
wild = st.one_of(
    hostile,
    st.text(max_size=300),
    st.text(alphabet="*_~|`<>[]()#@:/\\-+.1 \nhtpsevryonewcm", max_size=120),
    st.builds("".join, st.lists(hostile, max_size=3)),
)
addresses = st.one_of(
    st.sampled_from(
        [
            "https://example.com/a",
            "https://example.com/b",
            "https://example.com/a)b(c",
            "javascript:alert(1)",
            "https://user:pass@example.com/",
            "http://127.0.0.1/",
            "https://example.com/" + "x" * 3000,
            "https://example.com/" + "(" * 600,
        ]
    ),
    wild,
)
published = st.one_of(st.none(), st.builds(Published, st.just(NOW), st.booleans()))


@st.composite
def quotes(draw):
    text = draw(wild)
    edge = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(edge, edge), max_size=4))
    return Quote(text, tuple((min(span), max(span)) for span in spans))


pieces = st.one_of(
    st.builds(Literal, wild, st.booleans(), st.booleans()),
    st.builds(Link, wild, addresses),
    st.builds(When, st.just(NOW), st.booleans()),
)
lines = st.lists(pieces, max_size=4).map(tuple)
words = st.text(alphabet=string.ascii_lowercase + "-", min_size=1, max_size=12)
actions = st.builds("{}:{}".format, words, words)
buttons = st.lists(
    st.one_of(
        st.builds(Button, wild, actions, st.text(max_size=60), style=st.sampled_from(Style)),
        st.builds(Button, wild, actions, url=addresses),
    ),
    max_size=30,
).map(tuple)
cards = st.builds(
    AlertCard,
    headline=quotes(),
    url=st.one_of(st.none(), addresses),
    severity=st.sampled_from(Severity),
    source=wild,
    published=published,
    first_seen=st.just(NOW),
    watch=wild,
    sentences=st.lists(quotes(), max_size=4).map(tuple),
    left_out=st.lists(wild, max_size=3).map(tuple),
    why=lines,
    buttons=buttons,
)
blocks = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Code, wild),
    st.builds(Bullets, st.lists(lines, max_size=4).map(tuple)),
    st.builds(
        Table, st.just(("a", "b")), st.lists(st.tuples(lines, lines), max_size=12).map(tuple)
    ),
    st.builds(
        Extract,
        headline=quotes(),
        url=st.one_of(st.none(), addresses),
        source=wild,
        published=published,
        sentences=st.lists(quotes(), max_size=3).map(tuple),
    ),
)
answers = st.builds(
    Answer,
    title=wild,
    blocks=st.lists(blocks, max_size=6).map(tuple),
    buttons=buttons,
    tone=st.sampled_from(Tone),
)
messages = st.one_of(cards, answers)
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def without_accents(text):
    return "".join(char for char in text if unicodedata.category(char)[0] != "M")


def texts(payload):
    """Every text of a payload that Discord reads as markdown."""
    embed = payload["embeds"][0]
    return [embed[part] for part in ("title", "description") if part in embed]


@often
@given(messages, st.sampled_from(["", "delivery 1"]))
def test_every_message_is_taken_by_discord(message, key):
    check_message(render.message(message, mark=render.mark_of(key) if key else ""))


@often
@given(messages)
def test_nothing_pings(message):
    payload = render.message(message)

    assert pings(payload) == []
    assert payload["allowed_mentions"] == {"parse": []}
    assert not any(
        run.styles & {"mention", "emoji"} for text in texts(payload) for run in read(text)
    )


@often
@given(messages)
def test_no_link_is_alive_but_safe_ones_of_ours(message):
    payload = render.message(message)
    links = [run.url for text in texts(payload) for run in read(text) if run.url]
    links += [payload["embeds"][0].get("url", "https://example.com/a")]

    assert all(re.match(r"https?://(example\.com|xn--|[\w.-]+\.[\w-]+)", url) for url in links)
    assert not any("evil.example" in url for url in links)


@often
@given(messages)
def test_every_message_is_found_again_by_its_mark_and_by_no_other(message):
    mark = render.mark_of("delivery 1")
    payload = render.message(message, mark=mark)

    assert render.is_marked(payload, mark)
    assert not render.is_marked(payload, render.mark_of("delivery 2"))


@often
@given(wild)
def test_escaped_text_shows_as_itself_and_nothing_in_it_lives(text):
    shown = markdown.escape(clean(text))

    assert alive(shown) == []
    assert {style for run in read(shown) for style in run.styles} == set()
    assert seen(shown) == clean(text)


@often
@given(wild, st.integers(1, 400))
def test_fitted_text_is_never_too_long_and_never_ends_inside_an_escape(text, limit):
    shown = markdown.fitted(one_line(text), limit)

    assert len(shown) <= limit
    assert alive(shown) == []
    assert one_line(text).startswith(seen(shown).removesuffix("…").rstrip())


@often
@given(quotes())
def test_a_quotation_shows_the_words_of_its_source(quote):
    shown = markdown.quoted(quote, 5000)
    styles = {style for run in read(shown) for style in run.styles}

    assert styles <= {"bold"}
    # Where a highlight parts a letter from its accents, one accent more may stay.
    assert without_accents(one_line(quote.text)).startswith(
        without_accents(seen(shown)).removesuffix("…").rstrip()
    )


@often
@given(lines, st.integers(20, 2000))
def test_a_line_is_never_too_long(line, limit):
    assert len(markdown.line(line, limit)) <= limit


@often
@given(wild, addresses)
def test_a_masked_link_never_names_a_host_that_it_does_not_lead_to(text, url):
    for run in read(markdown.link(text, url, 2000)):
        if run.url is not None:
            assert "bank.com" not in run.text


@often
@given(wild, st.integers(10, 400))
def test_a_code_block_holds_everything_inside_it(text, limit):
    shown = markdown.code_block(text, limit)

    assert len(shown) <= limit
    assert all(run.styles == {"block"} for run in read(shown) if run.text)


@often
@given(actions, st.text(max_size=60), st.sampled_from(["", "abcdefgh", "-_-_-_-_"]))
def test_what_a_button_means_comes_back_as_it_was(action, value, mark):
    assert render.read_custom_id(render.custom_id(action, value, mark)) == (action, value)


@often
@given(
    st.builds(
        Form,
        title=wild,
        action=actions,
        fields=st.lists(
            st.builds(
                Field,
                key=words,
                label=wild,
                kind=st.sampled_from(FieldKind),
                value=wild,
                hint=wild,
                choices=st.lists(
                    st.tuples(words, wild), max_size=30, unique_by=lambda choice: choice[0]
                ).map(tuple),
                required=st.booleans(),
                longest=st.integers(1, 20_000),
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda each: each.key,
        ).map(tuple),
        value=st.text(max_size=60),
    )
)
def test_every_form_is_taken_by_discord(form):
    check_modal(render.modal(form))


def test_a_form_with_six_questions_is_our_mistake():
    form = Form("Six", "watch:form", tuple(Field(str(n), str(n)) for n in range(6)))

    with pytest.raises(ValueError, match="6 questions"):
        render.modal(form)


def test_a_button_that_means_too_much_is_our_mistake():
    with pytest.raises(ValueError, match="100"):
        render.custom_id("watch:form", "x" * 100)


def test_bold_words_that_touch_become_one():
    line = (Literal("North ", bold=True), Literal("Korea", bold=True), Literal(" said"))

    assert markdown.line(line, 100) == "**North Korea** said"


def test_a_headline_that_names_another_host_is_no_link(card):
    lying = replace(card, headline=Quote("Visit bank.com now"))

    embed = render.message(lying)["embeds"][0]

    assert "url" not in embed
    assert embed["footer"]["text"] == "Reuters · example.com"


def test_the_publisher_and_the_host_are_named_once_when_they_are_the_same(card):
    embed = render.message(replace(card, source="example.com"))["embeds"][0]

    assert embed["footer"]["text"] == "example.com"


def test_a_source_that_gives_only_a_day_shows_no_hour(card):
    embed = render.message(replace(card, published=Published(NOW, day_only=True)))["embeds"][0]

    assert "timestamp" not in embed
    assert embed["footer"]["text"] == "Reuters · example.com · 22 Nov 2026"


def test_a_source_that_gives_no_date_shows_when_we_saw_it(card):
    embed = render.message(replace(card, published=None))["embeds"][0]

    assert "timestamp" not in embed
    assert embed["description"].endswith(f"-# first seen <t:{int(NOW.timestamp())}:f>")


def test_an_answer_too_long_for_one_message_says_how_much_is_missing():
    answer = Answer("Long", (Bullets(tuple(plain("x" * 300) for _ in range(40))),))

    description = render.message(answer)["embeds"][0]["description"]

    assert re.search(r"… and \d+ lines more$", description)
    assert seen(description).count("\n") + int(re.findall(r"(\d+) lines", description)[0]) == 40


def test_a_title_longer_than_a_title_may_be_is_shown_below():
    embed = render.message(Answer("word " * 80))["embeds"][0]

    assert "title" not in embed
    assert embed["description"] == ("word " * 80).strip()


def test_a_table_is_a_list_of_rows():
    table = Table(("name", "query"), (((Literal("kursk", bold=True),), plain("Kursk AND Sudzha")),))

    assert render.message(Answer("1 watchlist", (table,)))["embeds"][0]["description"] == (
        "- **kursk** · Kursk AND Sudzha"
    )


def test_a_look_up_shows_headline_source_day_and_quotation():
    extract = Extract(
        Quote("Troops reach Kursk"),
        "https://example.com/b",
        "Reuters",
        Published(NOW),
        (Quote("They came by train.", ((10, 18),)),),
    )

    [head, quotation] = render.message(Answer("1 hit", (extract,)))["embeds"][0][
        "description"
    ].split("\n")

    assert read(head)[0] == Run(
        "Troops reach Kursk", frozenset({"list", "link"}), "https://example.com/b"
    )
    assert seen(head).endswith("Reuters · 22 Nov 2026 14:31 UTC")
    assert quotation == "> They came **by train**."


def test_the_same_button_twice_is_shown_once():
    twice = (Button("Save", "draft:save", "1"), Button("Save", "draft:save", "1"))

    assert len(render.button_rows(twice)[0]["components"]) == 1


def test_a_nonce_fits_and_differs_by_key_and_by_words(card):
    payload, other = render.message(card), render.message(replace(card, watch="Renamed"))
    nonces = [
        render.nonce_of("delivery 1", payload),
        render.nonce_of("delivery 2", payload),
        render.nonce_of("delivery 1", other),
    ]

    assert len(set(nonces)) == 3
    assert all(len(nonce) <= 25 for nonce in nonces)
    assert render.nonce_of("delivery 1", render.message(card)) == nonces[0]
