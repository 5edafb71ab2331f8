"""What Discord tells of channels and servers is passed on, and nothing is carried out twice."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SendError, SendKind
from bot.model import Destination, Platform


async def test_a_deleted_channel_is_told_of(bot, server, diary):
    await server.delete_channel(server.general)
    await server.until(lambda: diary.heard)
    assert diary.heard == [("gone", f"discord:{server.general.id}", "The channel was deleted.")]


async def test_a_server_that_sends_the_bot_away_and_one_that_lets_it_in_are_told_of(
    bot, server, diary
):
    guild = server.guild
    await server.send_away(guild)
    await server.until(lambda: diary.heard)
    await server.invite(guild)
    await server.until(lambda: len(diary.heard) == 2)
    assert [heard[:2] for heard in diary.heard] == [
        ("team lost", str(guild.id)),
        ("team", str(guild.id)),
    ]


async def test_changed_rights_are_looked_at(bot, server, diary):
    await server.gateway.dispatch("CHANNEL_UPDATE", server.alerts.wire())
    await server.until(lambda: diary.heard)
    assert diary.heard == [("team", str(server.guild.id), "")]


@pytest.mark.parametrize("between", ["at once", "after a resume", "in a new session"])
async def test_what_is_asked_once_is_carried_out_once_however_often_it_is_told(
    bot, server, notebook, between
):
    await server.slash(server.ann, server.alerts, "watch list")
    told = server.gateway.last("INTERACTION_CREATE")
    if between == "after a resume":
        server.gateway.cut_sockets()
        await server.until(lambda: server.gateway.resumed)
    if between == "in a new session":
        await server.gateway.invalidate()
        await server.until(lambda: server.gateway.identified == 2)
    await server.gateway.dispatch("INTERACTION_CREATE", told)
    await server.slash(server.ann, server.alerts, "watch list")
    assert len(notebook.asked) == 2


async def test_somebody_is_written_to_in_their_own_conversation_with_the_bot(server, make, card):
    person = Destination(Platform.DISCORD, f"@{server.ann.id}")
    adapter = make()
    receipt = await adapter.send(person, card, "1")
    await adapter.send(person, card, "1")
    (posted,) = server.rest.conversations[str(server.ann.id)].messages
    assert receipt.message_id == str(posted.id)
    assert server.count("POST", "/users/@me/channels") == 1
    assert await adapter.find(person, "1", datetime.now(UTC) - timedelta(minutes=1)) is not None


async def test_somebody_who_is_nobody_is_blocked(server, make, card):
    with pytest.raises(SendError) as caught:
        await make().send(Destination(Platform.DISCORD, "@nobody"), card, "1")
    assert caught.value.kind is SendKind.BLOCKED
