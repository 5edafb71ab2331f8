"""What was done in a channel is told of where that channel is seen."""

from datetime import timedelta

from bot.model import Destination
from bot.store.mutes import By
from bot.stories.handled import Muted

HERE, THERE = Destination.parse("slack:C1"), Destination.parse("slack:C2")
ANN = By("ann", "ann (slack:U1)")


async def test_a_mute_is_noted_with_its_channel_and_left_out_where_that_is_not_seen(
    store, home, now
):
    for place in (HERE, THERE):
        until = now + timedelta(hours=1)
        await store.mutes.mute(home.id, place, Muted.TERM, "Kursk", until=until, by=ANN, at=now)
    await store.lists.put(home.id, "gulf", "Oman", by="ann", at=now)

    async def told(places) -> list[Destination | None]:
        changes, total = await store.audit.part(home.id, (), places, first=0, most=9)
        assert total == len(changes)
        return [each.place for each in changes]

    assert await told(None) == [None, THERE, HERE]
    assert await told([HERE]) == [None, HERE]
    assert await told([]) == [None]
