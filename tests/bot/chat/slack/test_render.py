"""Whatever stands in an article, Slack takes the message, and nothing in it pings or lies."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.chat.slack.render import action_of, render
from bot.message import (
    AlertCard,
    Answer,
    Bullets,
    Button,
    ChangedFigure,
    Code,
    Extract,
    Line,
    Link,
    Literal,
    Message,
    Paragraph,
    Quote,
    Style,
    Table,
    Tone,
    Update,
    When,
    plain,
)
from bot.model import Published, Severity
from tests.servers.slack_limits import ALL_TEXT, UPDATE_TEXT, all_text, message_faults
from tests.servers.slack_world import Team

THOROUGH = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
AT = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
HOSTILE = (
    "<!channel> <!here|x> <!subteam^S1> <@U1> @channel #alerts",
    "<http://evil.test|bank.com> [bank](http://evil.test)",
    "https://bank.com log in",
    "&lt;!channel&gt; & < > &amp;",
    "*bold* _italic_ ~gone~ `code` ```fence``` > quote",
    ":skull: :+1::skin-tone-5:",
    "a\u202eb\u2066c\u200bd\ufeffe\u00adf",
    "Z" + "\u0301" * 200,
    "👨\u200d👩\u200d👧 🇺🇦 👍🏽",
    "مقتل ثلاثة في غزة \u061c שלום",
    "line\nbreak\r\n\u2028and\ttab\x00\x1b[31m",
    "\ud800 lone",
    "",
    " ",
)
ENDLESS = ("x" * 10_000, "&" * 10_000, "word " * 2_000, "\u0301" * 10_000, "🇺🇦" * 5_000)
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80))
instants = st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
urls = st.one_of(
    st.none(),
    hostile,
    hostile.map("https://ex.test/".__add__),
    st.sampled_from(["javascript:alert(1)", "http://127.0.0.1/", "https://u:p@ex.test/"]),
)
quotes = st.builds(
    Quote,
    hostile,
    st.lists(st.tuples(st.integers(-5, 400), st.integers(-5, 400)), max_size=3).map(tuple),
)
pieces = st.one_of(
    st.builds(Literal, hostile, st.booleans(), st.booleans()),
    st.builds(Link, hostile, urls.map(lambda url: url or "")),
    st.builds(When, instants, st.booleans()),
)
lines = st.lists(pieces, max_size=4).map(tuple)
published = st.one_of(st.none(), st.builds(Published, instants, st.booleans()))
buttons = st.lists(
    st.builds(
        Button,
        hostile,
        st.sampled_from(["alert:why", "draft:save", "watch:show"]),
        st.text("0123456789abc", max_size=60),
        urls,
        st.sampled_from(Style),
    ),
    max_size=40,
).map(tuple)
cards = st.builds(
    AlertCard,
    headline=quotes,
    url=urls,
    severity=st.sampled_from(Severity),
    source=hostile,
    published=published,
    first_seen=instants,
    watch=hostile,
    sentences=st.lists(quotes, max_size=5).map(tuple),
    left_out=st.lists(hostile, max_size=5).map(tuple),
    why=lines,
    buttons=buttons,
    corroboration=lines,
    note=lines,
)
updates = st.builds(
    Update,
    headline=quotes,
    url=urls,
    source=hostile,
    published=published,
    first_seen=instants,
    figures=st.lists(st.builds(ChangedFigure, hostile, hostile, hostile, quotes), max_size=9).map(
        tuple
    ),
    sentences=st.lists(quotes, max_size=9).map(tuple),
    why=lines,
    buttons=buttons,
)
blocks = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Code, hostile),
    st.builds(Bullets, st.lists(lines, max_size=6).map(tuple)),
    st.builds(
        Table,
        st.lists(hostile, max_size=4).map(tuple),
        st.lists(st.lists(lines, max_size=4).map(tuple), max_size=6).map(tuple),
    ),
    st.builds(Extract, quotes, urls, hostile, published, st.lists(quotes, max_size=3).map(tuple)),
)
answers = st.builds(
    Answer,
    hostile,
    st.lists(blocks, max_size=8).map(tuple),
    buttons,
    st.sampled_from(Tone),
)
LYING = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e"
    "\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def elements(node: Any, kind: str) -> list[dict[str, Any]]:
    """Every element of a kind in a payload, wherever it stands."""
    if isinstance(node, list):
        return [found for each in node for found in elements(each, kind)]
    if not isinstance(node, dict):
        return []
    inside = [found for each in node.values() for found in elements(each, kind)]
    return [node, *inside] if node.get("type") == kind else inside


def shown(message: Message) -> str:
    """All that people read of a message, as one text."""
    payload = render(message)
    texts = [payload.text]
    texts += [
        found["text"] for kind in ("text", "link") for found in elements(payload.blocks, kind)
    ]
    texts += [found["text"] for found in elements(payload.blocks, "plain_text")]
    texts += [found["text"] for found in elements(payload.blocks, "mrkdwn")]
    return "\n".join(texts)


def judge(message: Message) -> None:
    payload = render(message)
    assert message_faults(payload.blocks) == []
    assert all_text(payload.text, payload.blocks) <= ALL_TEXT
    assert 0 < len(payload.text) <= UPDATE_TEXT
    json.dumps(payload.blocks).encode("utf-8")
    team = Team()
    team.keep("C1", payload.text, payload.blocks)
    assert team.mentions() == []
    assert not LYING.search(shown(message))
    for link in (*elements(payload.blocks, "link"), *elements(payload.blocks, "button")):
        if "url" in link:
            assert re.match(r"https?://[a-z0-9.-]+(:\d+)?([/?#]|$)", link["url"])
            assert "127.0.0.1" not in link["url"]
    for small in elements(payload.blocks, "mrkdwn"):
        unexplained = re.sub(r"<(!date\^\d+\^[^|>]*|https?://[^|<>]*)\|[^<>]*>", "", small["text"])
        assert not set("<>") & set(unexplained)
        assert small["verbatim"] is True


@THOROUGH
@given(cards)
def test_any_card_is_within_every_limit_and_does_no_harm(card: AlertCard) -> None:
    judge(card)


@THOROUGH
@given(updates)
def test_any_update_is_within_every_limit_and_does_no_harm(update: Update) -> None:
    judge(update)


@THOROUGH
@given(answers)
def test_any_answer_is_within_every_limit_and_does_no_harm(answer: Answer) -> None:
    judge(answer)


@pytest.mark.parametrize("text", HOSTILE + ENDLESS, ids=lambda text: ascii(text[:12]))
def test_a_card_of_nothing_but_hostile_text_does_no_harm(text: str) -> None:
    quote = Quote(text, ((0, 5),))
    line: Line = (Literal(text, bold=True), Literal(text, code=True), Link(text, text))
    judge(
        AlertCard(
            quote,
            f"https://ex.test/{text}",
            Severity.CRITICAL,
            text,
            Published(AT),
            AT,
            text,
            (quote,) * 3,
            (text,) * 3,
            line,
            (Button(text, "alert:why", "1"),) * 30,
        )
    )


@pytest.mark.parametrize("text", HOSTILE + ENDLESS, ids=lambda text: ascii(text[:12]))
def test_an_answer_of_nothing_but_hostile_text_does_no_harm(text: str) -> None:
    quote = Quote(text, ((0, 5),))
    line: Line = (Literal(text, bold=True), Literal(text, code=True), Link(text, text))
    part = (
        Paragraph(line),
        Code(text),
        Bullets((line,) * 3),
        Table((text,) * 3, ((line,) * 3,) * 3),
        Extract(quote, f"https://ex.test/{text}", text, Published(AT), (quote,) * 2),
    )
    judge(Answer(text, part * 12, (Button(text, "a:b", "1"),) * 30, Tone.FAULT))


def test_an_answer_that_is_far_too_large_says_that_it_was_cut() -> None:
    rows = tuple(plain(f"row {number}") for number in range(50))
    answer = Answer("All", (Bullets(rows),) * 80, (Button("Next", "page:next"),) * 60)
    judge(answer)
    assert "more did not fit here" in shown(answer)


def card(**changes: Any) -> AlertCard:
    parts: dict[str, Any] = {
        "headline": Quote("Missiles hit Kharkiv", ((13, 20),)),
        "url": "https://www.reuters.com/a",
        "severity": Severity.ROUTINE,
        "source": "Reuters",
        "published": Published(AT),
        "first_seen": AT,
        "watch": "ukraine",
        "sentences": (Quote("It hit Kharkiv.", ((7, 14),)),),
        "left_out": (),
        "why": (Literal("matched "), Literal("Kharkiv", bold=True)),
    }
    return AlertCard(**{**parts, **changes})


def small_print(message: Message) -> list[str]:
    context = elements(render(message).blocks, "context")
    return [" ".join(element["text"] for element in each["elements"]) for each in context]


def test_a_headline_is_the_link() -> None:
    (link,) = elements(render(card()).blocks, "link")
    assert (link["text"], link["url"]) == ("Missiles hit Kharkiv", "https://www.reuters.com/a")


@pytest.mark.parametrize("headline", ["Log in at bank.com", "https://bank.com/"])
def test_a_headline_that_names_another_host_is_no_link(headline: str) -> None:
    payload = render(card(headline=Quote(headline)))
    assert elements(payload.blocks, "link") == []
    assert headline in shown(card(headline=Quote(headline)))


def test_a_host_that_the_source_s_name_does_not_tell_is_shown() -> None:
    assert small_print(card())[0].startswith("Reuters · reuters.com · <!date^")
    assert small_print(card(source="reuters.com"))[0].startswith("reuters.com · <!date^")


def test_a_day_stays_the_day_that_the_source_gave() -> None:
    midnight = datetime(2025, 5, 4, tzinfo=UTC)
    shown_day = card(published=Published(midnight, day_only=True))
    assert "· 4 May 2025 ·" in small_print(shown_day)[0]
    assert elements(render(shown_day).blocks, "date") == []


def test_without_a_date_it_says_when_it_was_first_seen() -> None:
    assert "first seen <!date^" in small_print(card(published=None))[0]


def test_terms_without_a_quoted_sentence_are_named() -> None:
    assert small_print(card(left_out=("Seoul", "drones")))[1].endswith("not quoted: Seoul, drones")


def test_small_print_cannot_be_styled_from_outside() -> None:
    styled = card(watch="*a* _b_ ~c~ `d` :skull:", why=(Literal("*x*"), Literal("y", bold=True)))
    first, second = small_print(styled)
    assert first.endswith("watch *∗a∗ ˍbˍ ∼c∼ ˋdˋ ∶skull:*")
    assert second == "∗x∗*y*"


def test_every_button_has_an_id_of_its_own_that_tells_its_action() -> None:
    answer = Answer("x", (), tuple(Button("Show", "watch:show", str(n)) for n in range(3)))
    ids = [button["action_id"] for button in elements(render(answer).blocks, "button")]
    assert ids == ["watch:show", "watch:show#2", "watch:show#3"]
    assert {action_of(each) for each in ids} == {"watch:show"}


def test_a_button_whose_address_is_unsafe_is_left_out() -> None:
    pressed = card(buttons=(Button("Open", "alert:open", url="javascript:alert(1)"),))
    assert elements(render(pressed).blocks, "button") == []


def test_a_destination_in_an_answer_shows_as_the_channel() -> None:
    line: Line = (Literal("slack:C2"), Literal("slack:C0123ABC, console", code=True))
    payload = render(Answer("Saved for slack:C0123ABC.", (Paragraph((*line, Literal("."))),)))
    assert payload.text == "Saved for <#C0123ABC>."
    assert [found["channel_id"] for found in elements(payload.blocks, "channel")] == [
        "C0123ABC",
        "C0123ABC",
    ]


def test_a_table_s_row_is_a_line_and_an_empty_cell_shows() -> None:
    table = Table(("name", "tags", "state"), ((plain("BBC"), (), plain("ok")),))
    said = "".join(
        found["text"] for found in elements(render(Answer("x", (table,))).blocks, "text")
    )
    assert said == "xname · tags · stateBBC · – · ok"


@pytest.mark.parametrize(
    ("link", "drawn"),
    [
        (Link("Open it", "https://ex.test/a"), ["Open it -> https://ex.test/a"]),
        (Link("Open it", "javascript:alert(1)"), ["Open it"]),
        (Link("bank.com", "https://ex.test/a"), ["bank.com ", "ex.test -> https://ex.test/a"]),
        (Link("", "https://ex.test/a"), ["link -> https://ex.test/a"]),
    ],
    ids=["safe", "unsafe", "lying", "empty"],
)
def test_a_link_leads_where_it_says_or_says_where_it_leads(link: Link, drawn: list[str]) -> None:
    blocks = render(Answer("x", (Paragraph((link,)),))).blocks
    (part,) = blocks[1]["elements"]
    assert [
        f"{each['text']} -> {each['url']}" if "url" in each else each["text"]
        for each in part["elements"]
    ] == drawn


def test_small_print_may_hold_a_link_and_a_time() -> None:
    why: Line = (Link("a|b", "https://ex.test/?a=1&b=2"), When(AT, day_only=True), When(AT))
    assert small_print(card(why=why))[1] == (
        "<https://ex.test/?a=1&amp;b=2|a|b>22 Nov 2026"
        "<!date^1795357860^{date_short_pretty} {time}|22 Nov 2026 14:31 UTC>"
    )


def test_a_host_on_the_allow_list_may_be_linked_to() -> None:
    local = card(url="http://127.0.0.1:8080/a")
    assert elements(render(local).blocks, "link") == []
    assert len(elements(render(local, frozenset({"127.0.0.1:8080"})).blocks, "link")) == 1


def test_a_card_may_have_neither_sentences_nor_reasons_nor_buttons() -> None:
    bare = render(card(sentences=(), why=(), headline=Quote(" ")))
    assert [block["type"] for block in bare.blocks] == ["rich_text", "context"]
    assert bare.text.startswith("ukraine: (no headline) (Reuters,")


def test_code_keeps_its_line_breaks_so_that_a_caret_stands_where_it_should() -> None:
    said = "North Korea AND\n               ^"
    (part,) = elements(render(Answer("x", (Code(said),))).blocks, "rich_text_preformatted")
    assert part["elements"][0]["text"] == said


def test_tone_is_one_sign() -> None:
    titles = [shown(Answer("Done", tone=tone)).split("\n")[0] for tone in Tone]
    assert titles == ["Done", "✅ Done", "⚠️ Done", "⛔ Done"]
