"""A living story on a terminal: replies name their card, edits are one line, and only if seen."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat.console.adapter import REMEMBERED, ConsoleAdapter
from bot.message import AlertCard, Answer, Button, ChangedFigure, Literal, Quote, Update
from bot.model import Destination, Platform, Published, Receipt, Severity, WorkspaceId

AT = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
HERE = Destination(Platform.CONSOLE)
CARD = AlertCard(
    headline=Quote("Soldiers sent to Kursk"),
    url="https://news.example.org/a",
    severity=Severity.NOTABLE,
    source="Example Wire",
    published=Published(AT),
    first_seen=AT,
    watch="kursk",
    sentences=(Quote("They arrived on Monday."),),
    left_out=(),
    why=(Literal("matched Kursk"),),
    corroboration=(Literal("1 source so far (Example Wire)"),),
)
UPDATE = Update(
    headline=Quote("Seoul counts them"),
    url="https://other.example.net/b",
    source="Other Agency",
    published=Published(AT),
    first_seen=AT,
    figures=(ChangedFigure("troops", "3,000", "around 10,000", Quote("Around 10,000 came.")),),
    sentences=(Quote("More are\x1b[2J on their way."),),
    why=(Literal("matched Kursk"),),
)
THREE = replace(CARD, corroboration=(Literal("3 independent sources"),))


class Screen:
    """What the terminal shows since one last looked."""

    def __init__(self):
        self.out = io.StringIO()
        self.adapter = ConsoleAdapter(
            commands=None,  # type: ignore[arg-type] # nobody types here, so they are never asked
            workspace=WorkspaceId(1),
            clock=lambda: AT,
            out=self.out,
        )

    def news(self):
        shown = self.out.getvalue()
        self.out.seek(0)
        self.out.truncate()
        return shown


@pytest.fixture
def screen():
    return Screen()


async def test_a_reply_is_indented_under_a_line_that_names_its_card(screen):
    card = await screen.adapter.send(HERE, CARD, "1")
    screen.news()
    await screen.adapter.send(HERE, UPDATE, "2", card)
    assert screen.news().splitlines() == [
        "↳ more on kursk: Soldiers sent to Kursk",
        "  troops: 3,000 → around 10,000",
        "  │ Around 10,000 came.",
        "  │ More are[2J on their way.",
        "  Seoul counts them",
        "  Other Agency · 22 Nov 2026 14:31 UTC",
        "  matched Kursk",
        "  https://other.example.net/b",
        "",
    ]


async def test_after_a_restart_a_reply_says_that_its_card_was_earlier(screen):
    await screen.adapter.send(HERE, UPDATE, "2", Receipt(HERE, "1"))
    assert screen.news().splitlines()[0] == "↳ more on an earlier alert"


async def test_who_carries_a_story_stands_under_why_it_matched(screen):
    await screen.adapter.send(HERE, CARD, "1")
    lines = [line.strip() for line in screen.news().splitlines()]
    assert lines[lines.index("matched Kursk") + 1] == "1 source so far (Example Wire)"


async def test_an_edit_is_one_line_that_says_what_is_new(screen):
    card = await screen.adapter.send(HERE, CARD, "1")
    screen.news()
    await screen.adapter.edit(card, THREE)
    named = "kursk: Soldiers sent to Kursk"
    assert screen.news() == f"▸ updated: 3 independent sources · {named}\n"
    await screen.adapter.edit(card, replace(THREE, severity=Severity.CRITICAL))
    assert screen.news() == f"▸ updated: now 🔴 critical · {named}\n"
    await screen.adapter.edit(
        card, replace(THREE, severity=Severity.CRITICAL, note=(Literal("Muted."),))
    )
    assert screen.news() == f"▸ updated: Muted. · {named}\n"


async def test_an_edit_that_nobody_could_see_prints_nothing(screen):
    card = await screen.adapter.send(HERE, CARD, "1")
    screen.news()
    await screen.adapter.edit(card, CARD)
    await screen.adapter.edit(card, replace(CARD, buttons=(Button("Why?", "alert:why", "1"),)))
    assert screen.news() == ""


async def test_after_a_restart_an_edit_says_who_carries_the_story_now(screen):
    await screen.adapter.edit(Receipt(HERE, "1"), THREE)
    assert screen.news().startswith("▸ updated: 3 independent sources · kursk")


async def test_what_is_no_card_is_printed_whole(screen):
    await screen.adapter.edit(Receipt(HERE, "1"), Answer("The list is empty now"))
    assert screen.news() == "The list is empty now\n"


async def test_a_card_with_a_note_shrinks_to_its_headline_and_the_note(screen):
    await screen.adapter.send(HERE, replace(CARD, note=(Literal("Muted by ann."),)), "1")
    assert [line.strip() for line in screen.news().splitlines()] == [
        "🟠 kursk",
        "Soldiers sent to Kursk",
        "Muted by ann.",
        "",
    ]


async def test_only_the_latest_cards_are_remembered(screen):
    for number in range(REMEMBERED + 1):
        await screen.adapter.send(HERE, CARD, str(number))
    screen.news()
    await screen.adapter.send(HERE, UPDATE, "a", Receipt(HERE, "0"))
    await screen.adapter.send(HERE, UPDATE, "b", Receipt(HERE, "1"))
    heads = [line for line in screen.news().splitlines() if line.startswith("↳")]
    assert heads == ["↳ more on an earlier alert", "↳ more on kursk: Soldiers sent to Kursk"]
