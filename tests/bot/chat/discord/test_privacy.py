"""Whether everybody in a server may see a channel."""

import pytest

from bot.chat.adapter import Room
from bot.chat.discord.privacy import ADMINISTRATOR, VIEW_CHANNEL, is_private

GUILD = "100"


def guild(permissions: int):
    return {"id": GUILD, "roles": [{"id": GUILD, "permissions": str(permissions)}]}


def channel(*, allow: int = 0, deny: int = 0, who: str = GUILD, kind: int = 0):
    rule = {"id": who, "type": 0, "allow": str(allow), "deny": str(deny)}
    return {"type": kind, "permission_overwrites": [rule]}


@pytest.mark.parametrize(
    ("about", "everyone", "private"),
    [
        (channel(), VIEW_CHANNEL, False),
        (channel(deny=VIEW_CHANNEL), VIEW_CHANNEL, True),
        (channel(), 0, True),
        (channel(allow=VIEW_CHANNEL), 0, False),
        (channel(deny=VIEW_CHANNEL, who="7"), VIEW_CHANNEL, False),
        (channel(allow=VIEW_CHANNEL, who="7"), 0, True),
        (channel(deny=VIEW_CHANNEL), ADMINISTRATOR, False),
        (channel(kind=12), VIEW_CHANNEL, True),
        ({"type": 0}, VIEW_CHANNEL, False),
    ],
)
def test_a_channel_is_private_if_everyone_cannot_view_it(about, everyone, private):
    assert is_private(about, guild(everyone)) == private


async def test_it_is_asked_of_discord_and_a_thread_is_as_its_channel(server, make, place, card):
    adapter = make()
    assert not (await adapter.room(place(server.alerts))).private
    room = server.add_channel("room", private=True)
    assert await adapter.room(place(room)) == Room(private=True, name="room")
    first = await adapter.send(place(room), card, "1")
    await adapter.send(place(room), card, "2", first)
    (thread,) = server.guild.threads
    assert (await adapter.room(place(thread))).private
