"""Forums: every alert is a post of its own, and what follows goes into it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SendError, SendKind
from bot.message import Answer, Quote
from bot.model import Destination, Platform, Receipt


def ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=5)


async def test_an_alert_becomes_a_post_with_the_card_as_its_first_message(
    server, make, card, place
):
    forum = server.add_forum("stories")
    receipt = await make().send(place(forum), card, "delivery 1")
    (post,) = server.posts(forum)
    assert post.name == "PLA announces live-fire zone off Pingtan"
    (first,) = post.messages
    assert first.labels == ["Open", "Why?"]
    assert receipt == Receipt(Destination(Platform.DISCORD, str(post.id)), str(first.id))
    assert not first.pings


async def test_every_story_has_a_post_of_its_own(server, make, card, place):
    forum, adapter = server.add_forum("stories"), make()
    await adapter.send(place(forum), card, "1")
    await adapter.send(place(forum), replace(card, headline=Quote("Another")), "2")
    assert [post.name for post in server.posts(forum)] == [
        "PLA announces live-fire zone off Pingtan",
        "Another",
    ]
    # Once it is known what the channel is, no request is wasted on it.
    assert server.count("POST", f"/channels/{forum.id}/messages") == 1


async def test_what_follows_a_story_goes_into_its_post(server, make, card, place):
    forum, adapter = server.add_forum("stories"), make()
    receipt = await adapter.send(place(forum), card, "1")
    await adapter.send(place(forum), Answer("more"), "2", receipt)
    await adapter.edit(receipt, replace(card, headline=Quote("Changed")))
    (post,) = server.posts(forum)
    first, second = post.messages
    assert "Changed" in first.text
    assert "more" in second.text


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
async def test_a_lost_answer_is_looked_up_and_never_repeated(server, make, card, place, stored):
    forum, adapter = server.add_forum("stories"), make()
    (server.faults.lose_answer if stored else server.faults.break_before)(f"/{forum.id}/threads")
    with pytest.raises(SendError) as caught:
        await adapter.send(place(forum), card, "1")
    assert caught.value.kind is SendKind.AMBIGUOUS
    assert server.count("POST", f"/{forum.id}/threads") == 1
    found = await adapter.find(place(forum), "1", ago())
    assert (found is not None) is stored
    assert await adapter.find(place(forum), "2", ago()) is None


async def test_a_failure_of_discord_s_is_not_repeated_by_the_library(server, make, card, place):
    forum, adapter = server.add_forum("stories"), make()
    server.faults.fail(502, f"/{forum.id}/threads", stored=True)
    with pytest.raises(SendError) as caught:
        await adapter.send(place(forum), card, "1")
    assert caught.value.kind is SendKind.AMBIGUOUS
    assert len(server.posts(forum)) == 1
    found = await adapter.find(place(forum), "1", ago())
    assert found is not None
    assert found.message_id == str(server.posts(forum)[0].id)


async def test_a_limit_says_how_long_to_wait(server, make, card, place):
    forum, adapter = server.add_forum("stories"), make()
    server.faults.limit(7, f"/{forum.id}/threads")
    with pytest.raises(SendError) as caught:
        await adapter.send(place(forum), card, "1")
    assert caught.value.kind is SendKind.NOT_SENT
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_a_forum_that_wants_tags_is_blocked_with_the_remedy(server, make, card, place):
    forum = server.add_forum("stories")
    forum.wants_tags = True
    with pytest.raises(SendError, match="without one") as caught:
        await make().send(place(forum), card, "1")
    assert caught.value.kind is SendKind.BLOCKED


async def test_people_can_choose_a_forum(server, make, place):
    forum = server.add_forum("stories")
    assert await make().owner(place(forum)) == str(server.guild.id)
