"""What Discord tells of channels and servers is passed on, and nothing is carried out twice."""

import pytest


async def test_a_deleted_channel_is_told_of(bot, server, diary):
    await server.delete_channel(server.general)
    await server.until(lambda: diary.heard)
    assert diary.heard == [("lost", f"discord:{server.general.id}", "The channel was deleted.")]


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
