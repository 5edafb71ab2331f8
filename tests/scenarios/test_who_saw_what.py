"""What a place knows of a story is what it saw itself; and a further article costs it little."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from bot.config import WatchlistEntry
from bot.model import Destination, Platform, Severity, StoryId
from bot.stories.standing import Standing
from tests.newsdesk import Desk

MINUTE = timedelta(minutes=1)
ASIDE = (
    " Several North Korean officers were killed on Saturday when a ferry sank off Sevastopol, the"
    " coast guard of Odesa announced."
)
OPENING = (
    "Seoul's spy agency said on Friday that some 3,000 North Korean soldiers were deployed to the"
    " Kursk region in western Russia. The agency told lawmakers that the North Korean troops in"
    " Kursk wore Russian uniforms and carried Russian weapons. Kyiv condemned the deployment of"
    " North Korean soldiers to Kursk and asked its partners for long-range missiles."
)
LATER = (
    "North Korean soldiers have been seen near the front in Kursk, a Ukrainian brigade reported."
    " Ukrainian soldiers captured two of them at dawn on Saturday near the village of Plekhovo in"
    " Kursk, the brigade's commander said of the North Korean troops."
)
AGAIN = (
    "North Korean soldiers in the Kursk region of Russia were counted anew by Seoul's agency. It"
    " would not say in public how many North Korean soldiers it believes to be in Kursk by now, and"
    " the committee of the parliament in Seoul, which asked for that number, did not give one when"
    " its chairman came out after two hours to speak with the reporters who had waited there."
)
ELSEWHERE = Destination.parse("slack:C9")
HERE = WatchlistEntry(name="kursk", query="North Korea AND Kursk")


@pytest.fixture
def written():
    """How many bytes of what was written into the tables of stories, since it was emptied."""
    found: list[int] = []

    def listen(_connection, _cursor, statement, parameters, _context, many):
        if statement.split()[0].lower() not in ("insert", "update"):
            return
        if "standings" in statement or "placements" in statement:
            rows = parameters if many else [parameters]
            values = [
                each for row in rows for each in row if isinstance(each, str | bytes | memoryview)
            ]
            found.append(sum(map(len, values)))

    event.listen(Engine, "before_cursor_execute", listen)
    yield found
    event.remove(Engine, "before_cursor_execute", listen)


async def watch(desk: Desk, workspace, query: str, place: Destination, name: str = "kursk") -> None:
    await desk.stage.bot.store.watchlists.add(
        workspace.id,
        name,
        query,
        severity=Severity.NOTABLE,
        destinations=(place,),
        by="ann",
        at=desk.now,
    )


async def standings(desk: Desk) -> dict[str, Standing]:
    found = await desk.stage.bot.store.stories.standings(set(map(StoryId, range(1, 100))))
    return {str(one.destination): one for one in found}


async def replies(desk: Desk, place: Destination) -> list[str]:
    """What went into threads there, as it is kept."""
    statement = text("SELECT message FROM deliveries WHERE destination = :place AND act = 'reply'")
    async with desk.stage.bot.store.database.reading() as connection:
        return list((await connection.execute(statement, {"place": str(place)})).scalars())


async def test_a_place_that_came_later_hears_as_new_what_only_others_saw(open_desk):
    async with open_desk(HERE) as desk:
        home = desk.stage.bot.home
        await watch(desk, home, "North Korea AND (Plekhovo OR counted)", ELSEWHERE, "plekhovo")
        await desk.prints("alpha", "North Korean soldiers in Kursk, Seoul says", OPENING + ASIDE)
        assert set(await standings(desk)) == {"console"}
        await desk.prints("beta", "North Korean soldiers captured in Kursk, Kyiv says", LATER)
        found = await standings(desk)
        early, late = found["console"].thread.saw, found[str(ELSEWHERE)].thread.saw
        assert (len(early), len(late)) == (2, 1)
        assert early[:1] == late
        await desk.prints("gamma", "North Korean soldiers in Kursk counted", AGAIN + ASIDE)
        (heard,) = await replies(desk, ELSEWHERE)
        assert "ferry sank" in heard
        assert not any("ferry sank" in str(update) for update in desk.updates)


async def test_a_workspace_hears_as_new_what_only_the_feeds_of_others_said(open_desk):
    async with open_desk(HERE) as desk:
        store = desk.stage.bot.store
        other = await store.workspaces.found("another team")
        for feed in await store.feeds.of(desk.stage.bot.home.id):
            if "alpha" not in feed.url:
                await store.feeds.subscribe(other.id, feed.url, feed.name, by="ann", at=desk.now)
        await watch(desk, other, HERE.query, ELSEWHERE)
        await desk.prints("beta", "North Korean soldiers captured in Kursk, Kyiv says", LATER)
        await desk.prints("alpha", "North Korean soldiers in Kursk, Seoul says", OPENING + ASIDE)
        found = await standings(desk)
        ours, theirs = found["console"].thread.saw, found[str(ELSEWHERE)].thread.saw
        assert (len(ours), len(theirs)) == (2, 1)
        assert ours[1:] == theirs
        told = len(desk.updates)
        await desk.prints("gamma", "North Korean soldiers in Kursk counted", AGAIN + ASIDE)
        (heard,) = await replies(desk, ELSEWHERE)
        assert "ferry sank" in heard
        assert not any("ferry sank" in str(each) for each in desk.updates[told:])
        found = await standings(desk)
        assert found["console"].thread.saw[1:] == ours
        assert found[str(ELSEWHERE)].thread.saw[1:] == theirs


async def test_a_further_article_writes_no_more_the_longer_its_story_is(open_desk, written):
    places = [Destination(Platform.SLACK, f"C{number}") for number in range(50)]
    async with open_desk(HERE) as desk:
        for number, place in enumerate(places):
            await watch(desk, desk.stage.bot.home, HERE.query, place, f"k{number}")
        costs: list[int] = []
        for number in range(24):
            named = " ".join(
                f"{first}{last}{number}" for first in "abcdefgh" for last in "klmnopqr"
            )
            body = f"{OPENING} Reporters wrote of {named} as well."
            written.clear()
            await desk.prints("alpha", f"North Korean soldiers in Kursk: {number}", body, MINUTE)
            costs.append(sum(written))
        assert len(await standings(desk)) == 51
        early, late = sum(costs[6:12]), sum(costs[18:])
        assert early > 0
        # Each place remembers by number which articles it saw; that is all that grows. It keeps one
        # update for when it may speak again.
        assert late < 1.1 * early
        assert late / 6 < 51 * 3_500
