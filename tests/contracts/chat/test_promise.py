"""What every chat platform promises to the rest of the house, held against all of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.adapter import Health
from bot.errors import SendError, SendKind
from bot.message import AlertCard, Answer, Bullets, Button, Code, Literal, Paragraph, Quote, plain
from bot.model import Published, Severity

SEEN = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
CARD = AlertCard(
    headline=Quote("Tanker seized in the Strait of Hormuz", ((27, 33),)),
    url="https://news.example.org/a?b=1",
    severity=Severity.CRITICAL,
    source="Example Wire",
    published=Published(SEEN - timedelta(hours=2)),
    first_seen=SEEN,
    watch="hormuz",
    sentences=(
        Quote("A tanker was seized on Monday.", ((2, 8),)),
        Quote("Nobody was hurt <3 & all is *well*, said @everyone."),
    ),
    left_out=("drone",),
    why=(Literal("matched "), Literal("Hormuz", bold=True), Literal(" · in title")),
    buttons=(
        Button("Open", "alert:open", url="https://news.example.org/a?b=1"),
        Button("Why?", "alert:why", "1"),
    ),
)


async def test_it_is_ready_once_it_is_connected(seat):
    assert seat.adapter.readiness.health is Health.READY


async def test_a_card_shows_headline_source_sentences_link_and_why(seat):
    await seat.adapter.send(seat.here, CARD, "1")
    seen = seat.channel()
    for part in (
        "Tanker seized in the Strait of",
        "Example Wire",
        "hormuz",
        "was seized on Monday.",
        "https://news.example.org/a?b=1",
        "Hormuz",
        "drone",
        "🔴",
    ):
        assert part in seen.replace("*", ""), part


async def test_article_text_is_shown_as_it_is_and_means_nothing(seat):
    await seat.adapter.send(seat.here, CARD, "1")
    assert "Nobody was hurt <3 & all is *well*, said @everyone." in seat.channel()


async def test_a_receipt_names_the_place_and_the_message(seat):
    receipt = await seat.adapter.send(seat.here, CARD, "1")
    assert receipt.destination == seat.here
    assert receipt.message_id


async def look_up(seat, key: str):
    """What a platform says of a key; AMBIGUOUS where it keeps no record."""
    try:
        return await seat.adapter.find(seat.here, key, datetime.now(UTC) - timedelta(minutes=5))
    except SendError as error:
        return error.kind


async def test_what_was_sent_is_found_again_by_its_key_or_the_platform_says_it_cannot_tell(seat):
    receipt = await seat.adapter.send(seat.here, CARD, "1")
    assert await look_up(seat, "1") in (receipt, SendKind.AMBIGUOUS)


async def test_what_was_never_sent_is_not_found(seat):
    await seat.adapter.send(seat.here, CARD, "1")
    assert await look_up(seat, "2") in (None, SendKind.AMBIGUOUS)


async def test_an_edited_card_shows_the_new_state(seat):
    receipt = await seat.adapter.send(seat.here, CARD, "1")
    await seat.adapter.edit(receipt, replace(CARD, headline=Quote("Tanker released")))
    assert "Tanker released" in seat.channel()


async def test_an_answer_shows_its_title_paragraphs_code_and_bullets(seat):
    answer = Answer(
        "The feed “Example” is down",
        (
            Paragraph(plain("It answers 404.")),
            Code("North Korea AND\n            ^^^"),
            Bullets((plain("first"), plain("second"))),
        ),
    )
    await seat.adapter.send(seat.here, answer, "1")
    seen = seat.channel()
    for part in ("The feed “Example” is down", "It answers 404.", "^^^", "first", "second"):
        assert part in seen, part


async def test_a_place_that_is_not_there_is_blocked_at_once(seat):
    if seat.nowhere is None:
        assert seat.here.address == ""  # the console has no other places
        return
    with pytest.raises(SendError) as failed:
        await seat.adapter.send(seat.nowhere, CARD, "1")
    assert failed.value.kind is SendKind.BLOCKED


async def test_a_monstrous_card_is_taken(seat):
    monster = replace(
        CARD,
        headline=Quote("A" * 10_000),
        sentences=tuple(Quote("𝕳̷̛e̶llo \u202e " * 500) for _ in range(3)),
        watch="w" * 500,
        source="s" * 2_000,
    )
    await seat.adapter.send(seat.here, monster, "1")
    assert "\u202e" not in seat.channel()


async def test_a_typed_command_is_answered(seat):
    assert "No watchlists yet" in await seat.type("watch list")


async def test_a_wrong_query_is_answered_with_a_caret(seat):
    seen = await seat.type("watch add x Iran AND OR Iraq")
    assert "^" in seen


async def test_a_watchlist_is_previewed_saved_and_listed(seat):
    assert "Iran AND Hormuz" in await seat.type("watch add hormuz Iran AND Hormuz")
    assert "Saved" in await seat.press("Save")
    assert "hormuz" in await seat.type("watch list")


async def test_a_cancelled_preview_leaves_nothing(seat):
    await seat.type("watch add hormuz Iran AND Hormuz")
    assert "Nothing was changed" in await seat.press("Cancel")
    assert "No watchlists yet" in await seat.type("watch list")


async def test_without_a_query_the_platform_asks_for_it(seat):
    await seat.type("watch add")
    seen = await seat.fill_in({"Name": "hormuz", "Query": "Iran AND Hormuz"})
    assert "hormuz" in seen
    assert "Saved" in await seat.press("Save")


async def test_why_explains_itself_or_says_that_it_is_not_known(seat):
    await seat.adapter.send(seat.here, CARD, "1")
    assert "not known here" in await seat.press_on_card("Why?")


async def test_help_names_the_commands(seat):
    assert "/watch add" in await seat.type("intel help")


async def test_it_knows_whose_a_channel_is(seat):
    assert await seat.adapter.owner(seat.here)


async def test_it_knows_that_everybody_may_see_a_channel_and_what_it_is_called(seat):
    room = await seat.adapter.room(seat.here)
    assert not room.private
    assert bool(room.name) == bool(seat.here.address)  # the console has no name


async def test_a_channel_that_is_not_there_is_nobodys(seat):
    if seat.nowhere is None:
        assert seat.here.address == ""  # the console has no other places
        return
    with pytest.raises(SendError) as failed:
        await seat.adapter.owner(seat.nowhere)
    assert failed.value.kind is SendKind.BLOCKED
