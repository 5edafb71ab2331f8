"""A living story in Discord: how cards say who carries them, and what a reply shows."""

from dataclasses import replace

import pytest

from bot.chat.discord import render
from bot.message import Button, ChangedFigure, Literal, Quote, Update, When
from bot.model import Published
from tests.servers.discord_hostile import NOW
from tests.servers.discord_limits import check_message
from tests.servers.discord_markdown import pings
from tests.servers.discord_screen import message_lines
from tests.servers.discord_world import Channel, Guild, Posted, User

TROOPS = Quote("Around 10,000 troops are there, Seoul says.", ((0, 13),))
UPDATE = Update(
    headline=Quote("Seoul counts 10,000"),
    url="https://yna.example/b",
    source="Yonhap",
    published=Published(NOW),
    first_seen=NOW,
    figures=(ChangedFigure("troops", "3,000", "around 10,000", TROOPS),),
    sentences=(Quote("More are on their way."),),
    why=(Literal("matched North Korea"),),
    buttons=(Button("Why?", "alert:why", "8"),),
)
CLOCK = f"{NOW:%-d %b %Y %H:%M}"


def lines(message):
    """What a person sees below the sender's name."""
    payload = render.message(message)
    check_message(payload)
    posted = Posted(Channel("alerts", Guild("Newsroom")), User("Watchfloor"), payload)
    return [line.removeprefix("  ┃ ").removeprefix("  ") for line in message_lines(posted)[1:]]


def test_who_else_carries_the_story_stands_under_why_it_matched(card):
    sources = (Literal("3 independent sources (Reuters; AP; TASS) · first seen "), When(NOW))
    shown = lines(replace(card, corroboration=sources))
    why = shown.index("matched *taiwan* · in body")
    assert shown[why + 1] == (f"3 independent sources (Reuters; AP; TASS) · first seen {CLOCK}")


def test_a_card_with_a_note_shrinks_to_headline_note_and_buttons(card):
    assert lines(replace(card, note=(Literal("Muted by ann until 18:00."),))) == [
        "PLA announces live-fire zone off Pingtan  ->  https://example.com/a",
        "Muted by ann until 18:00.",
        "[ Open ↗ ]  [ Why? ]",
    ]


def test_an_update_says_first_what_changed_then_what_is_new_then_who_says_so():
    assert lines(UPDATE) == [
        "*troops: 3,000 → around 10,000*",
        "*Around 10,000* troops are there, Seoul says.",
        "More are on their way.",
        "Seoul counts 10,000 (https://yna.example/b)",
        "matched North Korea",
        f"Yonhap · yna.example • {CLOCK}",
        "[ Why? ]",
    ]


def test_two_figures_of_one_sentence_share_its_quotation():
    dead = ChangedFigure("dead", "", "40", replace(TROOPS, highlights=((32, 37),)))
    shown = lines(replace(UPDATE, figures=(*UPDATE.figures, dead), sentences=(TROOPS,)))
    assert shown[:3] == [
        "*troops: 3,000 → around 10,000*",
        "*dead: 40*",
        "*Around 10,000* troops are there, *Seoul* says.",
    ]


def test_a_headline_that_is_quoted_is_not_said_twice_and_the_source_is_the_link():
    shown = lines(replace(UPDATE, figures=(), sentences=(UPDATE.headline,)))
    assert shown[:2] == ["Seoul counts 10,000", "Yonhap (https://yna.example/b)"]


@pytest.mark.parametrize("long", ["*" * 20_000, "@everyone " * 2_000], ids=["escaped", "hostile"])
def test_more_than_fits_is_cut_and_counted(long, card):
    many = [Quote(f"{number} {long}", ((0, 5),)) for number in range(12)]
    figures = tuple(ChangedFigure(long, long, long, each) for each in many)
    update = replace(UPDATE, figures=figures, source=long, headline=many[0])
    payload = render.message(update, mark="12345678")
    check_message(payload)
    assert pings(payload) == []
    assert "more" in payload["embeds"][0]["description"].splitlines()[-1]


def test_a_card_that_is_far_too_large_is_taken(card):
    long = "*" * 20_000
    line = (Literal(long), Literal(long, bold=True))
    quotes = tuple(Quote(f"{number} {long}") for number in range(5))
    check_message(
        render.message(
            replace(
                card,
                headline=Quote(long),
                watch=long,
                source=long,
                published=None,
                sentences=quotes,
                left_out=(long, long),
                why=line,
                corroboration=line,
                buttons=(),
            ),
            mark="12345678",
        )
    )


def test_a_thread_is_named_after_the_card(card):
    named = render.thread_name(render.message(replace(card, headline=Quote("Ten *dead* [sic]"))))
    assert named == "Ten *dead* [sic]"
    endless = render.thread_name(render.message(replace(card, headline=Quote("many words " * 90))))
    assert 80 < len(endless) <= 100
    assert render.thread_name({"embeds": []}) == "Updates"
