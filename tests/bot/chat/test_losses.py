"""Lost channels: stopped at once, told to those concerned, looked at now and then, found again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.losses import Losses
from bot.errors import SendError, SendKind
from bot.message import Answer, Block, Bullets, Literal, Paragraph
from bot.model import Destination, Platform, Severity, WorkspaceId
from bot.store.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Destination(Platform.SLACK, "C1")
CONSOLE = Destination(Platform.CONSOLE)


class Chat:
    """A chat in which a channel can be looked up once it is back."""

    def __init__(self) -> None:
        self.back = False
        self.asked = 0

    async def owner(self, destination: Destination) -> str:
        self.asked += 1
        if not self.back:
            raise SendError(SendKind.BLOCKED, "gone")
        return "T1"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def losses(store: Store) -> Losses:
    return Losses(store, CONSOLE)


async def watch(
    store: Store,
    name: str,
    by: str,
    *destinations: Destination,
    workspace: WorkspaceId | None = None,
) -> None:
    home = await store.workspaces.home()
    await store.watchlists.add(
        workspace or home.id,
        name,
        name,
        severity=Severity.NOTABLE,
        destinations=destinations or (HERE,),
        by=by,
        at=NOW,
    )


async def words(store: Store) -> dict[str, str]:
    """All that waits, in one line each, by destination."""
    claimed = await store.outbox.claim(
        NOW + timedelta(days=9), platforms=tuple(Platform), limit=99, lease=timedelta(seconds=1)
    )
    return {
        str(each.destination): " | ".join(
            [each.message.title, *(line for block in each.message.blocks for line in _lines(block))]
        )
        for each in claimed
        if isinstance(each.message, Answer)
    }


def _lines(block: Block) -> list[str]:
    assert isinstance(block, Bullets | Paragraph)
    lines = block.lines if isinstance(block, Bullets) else (block.line,)
    pieces = [[each.text for each in line if isinstance(each, Literal)] for line in lines]
    return ["".join(each) for each in pieces]


async def waiting(store: Store) -> dict[str, str]:
    """The titles that wait, by destination."""
    claimed = await store.outbox.claim(
        NOW + timedelta(days=9), platforms=tuple(Platform), limit=99, lease=timedelta(seconds=1)
    )
    return {
        str(each.destination): each.message.title
        for each in claimed
        if isinstance(each.message, Answer)
    }


async def test_those_who_run_the_bot_and_the_makers_of_its_watchlists_are_told_once(store, losses):
    await watch(store, "kursk", "ann (slack:U7)")
    await watch(store, "hormuz", "ann (slack:U7)")
    await watch(store, "taiwan", "bob (discord:55)")
    await watch(store, "declared", "configuration")
    await watch(store, "elsewhere", "eve (slack:U9)", Destination(Platform.SLACK, "C2"))
    await losses.lose(HERE, "It is archived.", NOW)
    await losses.lose(HERE, "It is archived.", NOW + timedelta(hours=1))
    assert await waiting(store) == {
        "console": "slack:C1 is lost",
        "slack:U7": "Your alerts no longer reach slack:C1",
        "discord:@55": "Your alerts no longer reach slack:C1",
    }


async def test_a_deleted_channel_is_named_with_its_watchlists_and_the_way_to_another(store, losses):
    await watch(store, "kursk", "ann (slack:U7)")
    home = await store.workspaces.home()
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    await store.places.note_owner(HERE, "T1")
    await store.places.note_privacy(HERE, private=False, at=NOW, name="news")
    await losses.lose(HERE, "The channel was deleted.", NOW, for_good=True)
    said = await words(store)
    assert said["console"] == (
        "#news on Slack is gone | The channel was deleted. 1 watchlist alerts there: kursk. | Give"
        " it another channel: /watch edit kursk --channel … | What it misses until then goes"
        " there, if it is not older than 24 hours."
    )
    assert said["slack:U7"].startswith("Your alerts no longer reach #news on Slack")
    assert "/watch edit kursk --channel" in said["slack:U7"]


async def test_those_who_run_the_bot_learn_of_others_how_many_watchlists_are_concerned(
    store, losses
):
    other = await store.workspaces.found("another team")
    await store.workspaces.take_seat(other.id, Platform.SLACK, "T2")
    await store.places.note_owner(HERE, "T2")
    await store.places.note_privacy(HERE, private=False, at=NOW, name="secret-plans")
    await watch(store, "their secret", "eve (slack:U9)", workspace=other.id)
    await losses.lose(HERE, "The channel was deleted.", NOW, for_good=True)
    said = await words(store)
    assert "secret" not in said["console"]
    assert "slack:C1 is gone" in said["console"]
    assert "1 watchlist alerts there." in said["console"]
    assert "their secret" in said["slack:U9"]


async def test_a_notice_in_a_channel_names_nothing_that_a_private_channel_watches(store):
    home = await store.workspaces.home()
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    await store.places.note_owner(HERE, "T1")
    await store.places.note_privacy(HERE, private=True, at=NOW, name="board")
    await watch(store, "merger", "configuration")
    await Losses(store, Destination(Platform.SLACK, "C9")).lose(HERE, "Gone.", NOW, for_good=True)
    said = (await words(store))["slack:C9"]
    assert "board" not in said
    assert "merger" not in said
    assert "1 watchlist alerts there." in said


async def test_the_maker_is_reached_through_the_team_of_the_lost_channel(store, losses):
    await watch(store, "kursk", "ann (slack:U7)")
    await store.places.note_owner(HERE, "T9")
    await losses.lose(HERE, "It is archived.", NOW)
    assert await store.places.owner(Destination(Platform.SLACK, "U7")) == "T9"


async def test_somebody_who_cannot_be_written_to_causes_no_further_notice(store, losses):
    await losses.lose(Destination(Platform.SLACK, "U7"), "messages_tab_disabled", NOW)
    assert await waiting(store) == {}


async def test_the_place_of_notices_does_not_hear_of_its_own_loss(store):
    await Losses(store, HERE).lose(HERE, "It is archived.", NOW)
    assert await waiting(store) == {}


async def test_a_channel_that_is_back_is_noticed_within_the_hour_and_asked_once(store, losses):
    chat = Chat()
    await losses.lose(HERE, "It is archived.", NOW)
    later = NOW + timedelta(hours=1)
    assert await losses.look({Platform.SLACK: chat}, NOW + timedelta(minutes=59)) == 0
    assert chat.asked == 0
    assert await losses.look({Platform.SLACK: chat}, later) == 0
    assert await losses.look({Platform.SLACK: chat}, later) == 0
    assert chat.asked == 1
    chat.back = True
    assert await losses.look({Platform.SLACK: chat}, later + timedelta(hours=1)) == 1
    assert await store.places.lost() == ()
    assert "slack:C1 is back" in (await waiting(store)).values()


async def test_a_channel_that_was_never_lost_is_no_news(store, losses):
    await losses.find(HERE, NOW)
    assert await waiting(store) == {}


async def test_a_team_that_removes_the_bot_loses_its_channels_and_no_others(store, losses):
    for name, team in (("C1", "T1"), ("C2", "T2")):
        await store.places.note_owner(Destination(Platform.SLACK, name), team)
    await losses.lose_team(Platform.SLACK, "T1", "The app was removed.", NOW)
    assert [lost.destination for lost in await store.places.lost()] == [HERE]


async def test_a_team_that_lets_the_bot_in_again_is_served_with_the_next_look(store, losses):
    chat = Chat()
    chat.back = True
    await store.places.note_owner(HERE, "T1")
    await losses.lose_team(Platform.SLACK, "T1", "The app was removed.", NOW)
    await losses.find_team(Platform.SLACK, "T1")
    assert await losses.look({Platform.SLACK: chat}, NOW) == 1
    assert await store.places.lost() == ()


async def test_a_channel_that_is_back_is_called_as_it_was_when_it_was_lost(store, losses):
    home = await store.workspaces.home()
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    await store.places.note_owner(HERE, "T1")
    await store.places.note_privacy(HERE, private=False, at=NOW, name="news")
    await losses.lose(HERE, "It is archived.", NOW)
    await losses.find(HERE, NOW)
    assert "#news on Slack is back" in (await words(store))["console"]
