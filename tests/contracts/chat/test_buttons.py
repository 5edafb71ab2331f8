"""The buttons of an alert, pressed by a person in front of each platform."""

from datetime import timedelta

from bot.model import Entry, Severity
from tests.paperboy import NOW, bring, deliver

BODY = "North Korean soldiers arrived in Kursk on Monday, officials said in Seoul."


async def alerted(seat) -> None:
    """A card in the seat's channel, judged and told as every other."""
    store = seat.bot.store
    home = await store.workspaces.home()
    await store.watchlists.add(
        home.id,
        "kursk",
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=(seat.here,),
        by="ann",
        at=NOW,
    )
    await bring(seat, Entry("1", "Soldiers sent to Kursk", BODY, "https://news.example.org/a"))


async def test_mute_story_folds_the_card_and_offers_other_lengths_to_the_one_who_pressed(seat):
    await alerted(seat)
    asked = await seat.press_on_card("Mute story")
    assert "is muted here." in asked
    await deliver(seat)
    assert "muted by " in seat.channel()
    kept = await seat.bot.store.mutes.holding(NOW)
    assert [each.until for each in kept] == [NOW + timedelta(hours=24)]
    await seat.press("8 h")
    await deliver(seat)
    kept = await seat.bot.store.mutes.holding(NOW)
    assert [each.until for each in kept] == [NOW + timedelta(hours=8)]
    assert "muted by " in seat.channel()


async def test_undo_on_the_card_makes_it_whole(seat):
    await alerted(seat)
    await seat.press_on_card("Mute story")
    await deliver(seat)
    assert "Undone." in await seat.press_on_card("Undo")
    await deliver(seat)
    assert await seat.bot.store.mutes.holding(NOW) == ()
    if seat.nowhere is not None:  # what was printed on the console stays
        assert "muted by " not in seat.channel()
        assert BODY in seat.channel().replace("*", "")


async def test_not_relevant_folds_the_card_with_a_name_and_undo_unfolds_it(seat):
    await alerted(seat)
    assert "Noted: not relevant." in await seat.press_on_card("Not relevant")
    await deliver(seat)
    assert "called it not relevant" in seat.channel()
    assert "called not relevant" in await seat.type("watch show kursk")
    assert "Undone." in await seat.press_on_card("Undo")
    await deliver(seat)
    if seat.nowhere is not None:
        assert "called it not relevant" not in seat.channel()
        assert BODY in seat.channel().replace("*", "")


async def test_what_the_private_answer_offers_to_undo_is_undone(seat):
    await alerted(seat)
    await seat.press_on_card("Not relevant")
    assert "Taken back." in await seat.press("Undo")
    await seat.press_on_card("Mute story")
    assert "heard again" in await seat.press("Undo")
    assert await seat.bot.store.mutes.holding(NOW) == ()


async def test_mutes_are_made_shown_and_ended_by_typing(seat):
    await alerted(seat)
    assert "is muted here." in await seat.type("watch mute 1 --for 1h")
    await deliver(seat)
    assert "muted by " in seat.channel()
    assert "1 muted here" in await seat.type("watch mute")
    assert "heard again" in await seat.type("watch unmute 1")
