"""No team sees or changes what is another's; and what a private channel watches is its own.

The play is rolled: `tests/tenants` says how, and shows how it is run for longer.
"""

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from bot.message import Answer, Code
from bot.model import Entry, WorkspaceId
from bot.store.drafts import Drafts
from bot.store.feeds import Feeds
from bot.store.lists import Lists
from bot.store.places import Places
from bot.store.troubles import Troubles
from bot.stories.handled import BOUND
from tests.newsdesk import RISEN, WIRE
from tests.tenants.play import play
from tests.tenants.watch import Leak, Watch
from tests.tenants.world import planted

DEEDS, SEED = 10_000, 20261122


@pytest.mark.timeout(900)
async def test_whatever_people_type_and_press_they_never_see_or_change_what_is_anothers(
    sqlite_url,
):
    tally = await play(sqlite_url, SEED, deeds=DEEDS)
    sys.stdout.write(f"{tally.total} deeds: {tally.deeds.most_common()}\n")
    assert tally.total >= DEEDS
    assert len(tally.deeds) > 30


async def test_one_seed_is_one_play(tmp_path):
    first, again = [
        await play(f"sqlite:///{tmp_path}/{name}.db", SEED, deeds=300) for name in ("one", "two")
    ]
    assert first.deeds == again.deeds


async def test_a_name_of_another_team_may_be_guessed_and_taken_and_shows_nothing_of_theirs(
    sqlite_url,
):
    async with planted(sqlite_url) as world:
        north, south, _ = world.teams
        watch, here = Watch(world), north.open_[0]
        for name in (*south.room_names, *south.names):
            asked = {"name": name, "query": "report"}
            watch.typed(north, asked, "ann")
            shown = await world.ask(north, "watch add", asked, here)
            watch.seen(north, here, shown, name)
            assert isinstance(shown.message, Answer)
            save = shown.message.buttons[0]
            await world.ask(north, save.action, {"value": save.value}, here)
            watch.changed(north, here, name)
        assert "south room" in repr(await world.ask(north, "watch list", {}, here))
        watch.close()


async def test_who_sent_a_team_away_is_named_to_it_and_to_nobody_who_did_not_sit_there(sqlite_url):
    async with planted(sqlite_url) as world:
        north, south, east = world.teams
        watch, who = Watch(world), "northpersonzq"

        async def say(team, name, **values):
            asker = who if team is north else "ann"
            watch.typed(team, values, asker)
            reply = await world.ask(team, name, values, team.open_[0], asker)
            assert isinstance(reply.message, Answer)
            watch.changed(team, team.open_[0], name)
            return reply.message

        async def agree(team, name, **values):
            asked = await say(team, name, **values)
            await say(team, "draft:save", value=asked.buttons[0].value)

        given = await say(north, "watchfloor link")
        (line,) = [each.text for each in given.blocks if isinstance(each, Code)]
        await agree(east, "watchfloor link", code=line.split()[-1])
        await agree(north, "watchfloor unlink", chat=f"slack:{east.number}")
        audit = await say(east, "watchfloor audit")
        assert who in repr(audit)
        watch.seen(east, east.open_[0], audit, "the audit of who was sent away")
        with pytest.raises(Leak):
            watch.seen(south, south.open_[0], audit, "the same, had it come to strangers")
        watch.close()


async def test_what_was_told_in_a_private_channel_alone_is_told_of_in_it_alone(sqlite_url):
    async with planted(sqlite_url) as world:
        team = world.teams[0]
        text = "A ferry called northinroomzq crossed the river at night, villagers said."
        ferry = Entry(
            "ferry", "The northinroomzq ferry crosses at night", text, "http://news.example/ferry"
        )
        await world.print_news(team.feed, [ferry])
        for asked in ("intel story", "intel brief"):
            assert "northinroomzq" in repr(await world.ask(team, asked, {}, team.room)), asked
            for place in (*team.open_, None):
                seen = repr(await world.ask(team, asked, {}, place))
                assert "northtextzq" in seen
                assert "northinroomzq" not in seen, asked
        # The articles of a story are everybody's; what was told of it, and when, is not.
        for number, text in enumerate((WIRE, RISEN)):
            link = f"http://news.example/kursk/{number}"
            title = f"North Korean troops in Kursk {number}"
            entry = Entry(f"kursk {number}", title, f"{text} northroomzq", link)
            await world.print_news(team.feed, [entry])
        its = {"story": link}
        assert "Figures" in repr(await world.ask(team, "intel story", its, team.room))
        assert "Figures" not in repr(await world.ask(team, "intel story", its, team.open_[0]))


async def test_why_names_the_watchlists_of_a_private_channel_in_it_alone(sqlite_url):
    async with planted(sqlite_url) as world:
        team = world.teams[0]
        asked = {"link": team.links[0]}
        assert "northhushzq" in repr(await world.ask(team, "intel why", asked, team.room))
        elsewhere = repr(await world.ask(team, "intel why", asked, team.open_[0]))
        assert "north watch" in elsewhere
        assert "northhushzq" not in elsewhere
        stranger = repr(await world.ask(world.teams[1], "intel why", asked, None))
        assert "north watch" not in stranger


async def test_a_number_of_a_private_channel_is_known_in_it_alone(sqlite_url):
    async with planted(sqlite_url) as world:
        team = world.teams[0]
        with closing(sqlite3.connect(world.database)) as database:
            card = (
                "select min(id) from deliveries"
                " where destination = ? and act = 'post' and state = 'sent'"
            )
            mute = "select min(id) from mutes where destination = ? and kind = 'term'"
            place = [str(team.room)]
            ((its_card,),) = database.execute(card, place).fetchall()
            ((its_mute,),) = database.execute(mute, place).fetchall()
        pressed = dict.fromkeys(sorted(BOUND), f"{its_card}")
        pressed |= {"vote:undo": f"{its_card}", "mute:for": f"{its_mute}:1h"}
        for action, value in {**pressed, "mute:undo": f"{its_mute}"}.items():
            for where in (*team.open_, None):
                refused = await world.ask(team, action, {"value": value}, where)
                assert "not known here" in repr(refused), action
            taken = await world.ask(team, action, {"value": value}, team.room)
            assert "not known here" not in repr(taken), action


class LooseFeeds(Feeds):
    """Shows the feeds of all workspaces."""

    async def of(self, workspace):
        return tuple(
            [one for each in map(WorkspaceId, range(1, 6)) for one in await Feeds.of(self, each)]
        )


class LooseDrafts(Drafts):
    """Forgets a draft for whoever knows its number."""

    async def drop(self, workspace, draft):
        for each in map(WorkspaceId, range(1, 6)):
            if await super().drop(each, draft):
                return True
        return False


class LooseLists(Lists):
    """Shows the lists of all workspaces."""

    async def of(self, workspace):
        return tuple(
            [one for each in map(WorkspaceId, range(1, 6)) for one in await Lists.of(self, each)]
        )


class LoosePlaces(Places):
    """Takes every channel of a team for an open one."""

    async def open_to(self, workspace):
        everywhere = await super().open_to(workspace)
        return everywhere | {
            replace(each, address=f"{each.address.rstrip('0123456789')}{room}")
            for each in everywhere
            for room in (3, 13, 23)
        }


class LooseTroubles(Troubles):
    """Knows of what did not arrive, whose ever it is."""

    async def of(self, workspace):
        return tuple(
            [one for each in map(WorkspaceId, range(1, 6)) for one in await Troubles.of(self, each)]
        )


LOOSE = {
    "feeds": LooseFeeds,
    "drafts": LooseDrafts,
    "lists": LooseLists,
    "places": LoosePlaces,
    "troubles": LooseTroubles,
}


@pytest.mark.timeout(200)
@pytest.mark.parametrize("part", LOOSE)
async def test_a_store_that_forgets_whose_things_are_is_noticed(sqlite_url, part):
    def loosened(store):
        return replace(store, **{part: LOOSE[part](store.database)})

    with pytest.raises(Leak):
        await play(sqlite_url, 1, deeds=10_000, changed=loosened)
