"""A living story in Slack: how cards say who carries them, and what a reply in the thread shows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.slack.render import render
from bot.message import AlertCard, Button, ChangedFigure, Literal, Message, Quote, Update, When
from bot.model import Published, Severity
from tests.servers.slack_limits import ALL_TEXT, all_text, message_faults
from tests.servers.slack_screen import message_lines
from tests.servers.slack_world import Team

AT = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
TROOPS = Quote("Around 10,000 troops are there, Seoul says.", ((0, 13),))
CARD = AlertCard(
    headline=Quote("North Korea sends troops"),
    url="https://www.reuters.com/a",
    severity=Severity.NOTABLE,
    source="Reuters",
    published=Published(AT),
    first_seen=AT,
    watch="kursk",
    sentences=(Quote("They are in Kursk."),),
    left_out=(),
    why=(Literal("matched Kursk"),),
    buttons=(Button("Why?", "alert:why", "7"),),
    corroboration=(Literal("3 independent sources (Reuters; AP; TASS) · first seen "), When(AT)),
)
UPDATE = Update(
    headline=Quote("Seoul counts 10,000"),
    url="https://yna.example/b",
    source="Yonhap",
    published=Published(AT),
    first_seen=AT,
    figures=(ChangedFigure("troops", "3,000", "around 10,000", TROOPS),),
    sentences=(Quote("More are on their way."),),
    why=(Literal("matched North Korea"),),
    buttons=(Button("Why?", "alert:why", "8"),),
)


def lines(message: Message) -> list[str]:
    """What a person sees below the sender's name."""
    payload = render(message)
    assert message_faults(payload.blocks) == []
    team = Team()
    return message_lines(team, team.keep("C1", payload.text, payload.blocks))[1:]


def test_who_else_carries_the_story_stands_under_why_it_matched() -> None:
    assert lines(CARD) == [
        "  🟠 North Korea sends troops -> https://www.reuters.com/a",
        "  Reuters · reuters.com · 22 Nov 2026 14:31 · watch *kursk*",
        "  They are in Kursk.",
        "  matched Kursk",
        "  3 independent sources (Reuters; AP; TASS) · first seen 22 Nov 2026 14:31",
        "  [Why?]",
    ]


def test_a_card_with_a_note_shrinks_to_headline_note_and_buttons() -> None:
    assert lines(replace(CARD, note=(Literal("Muted by ann until 18:00."),))) == [
        "  🟠 North Korea sends troops -> https://www.reuters.com/a",
        "  Muted by ann until 18:00.",
        "  [Why?]",
    ]


def test_an_update_says_first_what_changed_then_what_is_new_then_who_says_so() -> None:
    assert lines(UPDATE) == [
        "  *troops: 3,000 → around 10,000*",
        "  ▎ *Around 10,000* troops are there, Seoul says.",
        "  ▎ More are on their way.",
        "  Seoul counts 10,000 -> https://yna.example/b",
        "  Yonhap · yna.example · 22 Nov 2026 14:31",
        "  matched North Korea",
        "  [Why?]",
    ]


def test_two_figures_of_one_sentence_share_its_quotation() -> None:
    dead = ChangedFigure("dead", "", "40", replace(TROOPS, highlights=((32, 37),)))
    shown = lines(replace(UPDATE, figures=(*UPDATE.figures, dead), sentences=(TROOPS,)))
    assert shown[:3] == [
        "  *troops: 3,000 → around 10,000*",
        "  *dead: 40*",
        "  ▎ *Around 10,000* troops are there, *Seoul* says.",
    ]
    assert shown[3].startswith("  Seoul counts")


def test_a_headline_that_is_quoted_is_not_said_twice_and_the_host_is_the_link() -> None:
    quoted = Quote("Seoul counts 10,000 in all, it says.")
    shown = lines(replace(UPDATE, figures=(), sentences=(quoted,)))
    assert shown[:2] == [
        "  ▎ Seoul counts 10,000 in all, it says.",
        "  Yonhap · yna.example · 22 Nov 2026 14:31 · yna.example -> https://yna.example/b",
    ]


def test_an_update_of_nothing_but_a_headline_shows_that() -> None:
    assert lines(replace(UPDATE, figures=(), sentences=()))[0].startswith("  Seoul counts 10,000")


def test_the_notification_of_an_update_says_what_changed() -> None:
    assert render(UPDATE).text == "troops: 3,000 → around 10,000 · Seoul counts 10,000 (Yonhap)"


@pytest.mark.parametrize("long", ["x" * 20_000, "& <!channel> " * 2_000], ids=["long", "hostile"])
def test_more_than_fits_is_cut_and_counted(long: str) -> None:
    quote = Quote(long, ((0, 5),))
    many: Any = [replace(quote, text=f"{number} {long}") for number in range(12)]
    figures = tuple(ChangedFigure(long, long, long, each) for each in many)
    payload = render(replace(UPDATE, figures=figures, source=long, headline=quote))
    assert message_faults(payload.blocks) == []
    assert all_text(payload.text, payload.blocks) <= ALL_TEXT
    assert "10 more did not fit here" in str(payload.blocks)
    assert "<!channel>" not in payload.text
