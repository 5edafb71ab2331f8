"""Stories in the store: one filer at a time, others read along, and nobody sees another's feeds."""

import asyncio
import zlib
from array import array
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.message import AlertCard, Literal, Quote
from bot.model import (
    Article,
    ArticleId,
    ArticleState,
    Destination,
    Published,
    Severity,
    StoryId,
    WatchlistId,
    WorkspaceId,
)
from bot.store.retention import Keep, purge
from bot.store.schema import deliveries
from bot.store.settling import Settlement
from bot.store.store import Store
from bot.store.stories import Filings
from bot.store.story_schema import standings
from bot.stories.ledger import Ledger
from bot.stories.newsroom import Filed, Newsroom
from bot.stories.novelty import Thread
from bot.stories.rulings import Ruling, Rulings
from bot.stories.standing import Standing

TEXT = (
    "Seoul's spy agency said that 3,000 North Korean soldiers were deployed to the Kursk region in"
    " western Russia, where they wear Russian uniforms and carry Russian weapons."
)


async def keep_in_step(store: Store, newsroom: Newsroom, now) -> None:
    news = await store.stories.since(newsroom.stamp, now)
    newsroom.take_over(news.states, news.texts, news.stamp)


async def commit(
    store: Store,
    newsroom: Newsroom,
    articles: Sequence[Article],
    now,
    told: Sequence[Standing] = (),
    pairs: Mapping[ArticleId, Set[int]] | None = None,
) -> list[Filed]:
    """File articles as the pipeline does; nothing if others came first."""
    filed = [newsroom.file(newsroom.look(one), one.first_seen_at) for one in articles]
    settlements = [Settlement(one.id, (), ()) for one in articles]
    filings = Filings(newsroom.stamp or 0, filed, told, pairs=pairs or {})
    if await store.articles.settle_together(settlements, now, filings):
        newsroom.stamp = filings.after + 1
        return filed
    newsroom.take_back(filed)
    return []


async def test_what_one_worker_files_another_goes_on_from(store, home, hand, now):
    one, other = Newsroom(), Newsroom()
    first = await hand.article(home, "1", title="North Korean soldiers in Kursk", body=TEXT)
    second = await hand.article(home, "2", title="Pyongyang's men in Russia", body=TEXT)
    await keep_in_step(store, one, now)
    (founded,) = await commit(store, one, [first], now)
    await keep_in_step(store, other, now)
    (joined,) = await commit(store, other, [second], now)
    assert founded.story == joined.story
    assert [copy.article for copy in joined.copies] == [first.id]
    assert joined.before == founded.state


async def test_who_did_not_read_along_files_nothing_and_settles_nothing(store, home, hand, now):
    one, late = Newsroom(), Newsroom()
    first = await hand.article(home, "1", title="A", body=TEXT)
    second = await hand.article(home, "2", title="B", body=TEXT)
    await keep_in_step(store, one, now)
    await keep_in_step(store, late, now)
    assert await commit(store, one, [first], now)
    assert await commit(store, late, [second], now) == []
    assert await store.stories.filed([first.id, second.id]) == {first.id: first.id}
    held = await store.articles.get(home.id, second.id)
    assert held.state is ArticleState.NEW
    await keep_in_step(store, late, now)
    assert await commit(store, late, [second], now)


async def test_of_many_who_file_at_once_one_comes_first_and_all_end_alike(store, home, hand, now):
    articles = [
        await hand.article(home, f"{number}", title=f"Report {number}", body=TEXT)
        for number in range(6)
    ]
    newsrooms = [Newsroom() for _ in articles]

    async def work(newsroom: Newsroom, article: Article) -> int:
        tries = 0
        while True:
            tries += 1
            await keep_in_step(store, newsroom, now)
            if await commit(store, newsroom, [article], now):
                return tries

    await asyncio.gather(*map(work, newsrooms, articles))
    filed = await store.stories.filed([article.id for article in articles])
    assert len(filed) == 6
    assert len(set(filed.values())) == 1
    assert await store.stories.stamp() == 6
    for newsroom in newsrooms:
        await keep_in_step(store, newsroom, now)
    states = (await store.stories.since(None, now)).states
    assert [state.articles for state in states] == [6]


async def test_what_is_over_is_not_read_again(store, home, hand, now):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    first = await hand.article(home, "1", title="A", body=TEXT)
    await commit(store, newsroom, [first], now)
    later = await store.stories.since(None, now + timedelta(days=20))
    assert (len(later.states), later.texts) == (1, ())
    assert (await store.stories.since(None, now + timedelta(days=60))).states == ()


async def test_a_workspace_sees_the_reports_of_its_own_feeds_alone(store, home, other, hand, now):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    ours = await hand.article(home, "1", title="A", body=TEXT)
    theirs = await hand.article(other, "2", title="B", body=TEXT)
    filed = await commit(store, newsroom, [ours, theirs], now)
    story = filed[0].story
    assert filed[1].story == story
    reports = await store.stories.reports([(home.id, story), (other.id, story)], {})
    assert [each.article for each in reports[home.id, story]] == [ours.id]
    assert [each.article for each in reports[other.id, story]] == [theirs.id]
    assert [m.article.id for m in await store.telling.members(home.id, story, None)] == [ours.id]
    assert await store.telling.of_link(home.id, theirs.url) is None
    assert await store.telling.of_link(other.id, theirs.url) == (theirs.id, story)


async def test_reports_of_many_stories_come_together_and_follow_what_people_ruled(
    store, home, other, hand, now, asked
):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    first = await hand.article(home, "1", title="North Korean soldiers in Kursk", body=TEXT)
    copied = await hand.article(home, "2", title="Pyongyang's men in Russia", body=TEXT)
    apart = await hand.article(home, "3", title="A tanker was seized off Denmark", body="")
    filed = await commit(store, newsroom, [first, copied, apart], now)
    one, two = filed[0].story, filed[2].story
    assert one != two
    asked.clear()
    reports = await store.stories.reports([(home.id, one), (home.id, two), (other.id, two)], {})
    assert [each.article for each in reports[home.id, one]] == [copied.id, first.id]
    assert [each.article for each in reports[home.id, two]] == [apart.id]
    assert reports[other.id, two] == ()
    assert len([said for said, _ in asked if "placements" in said]) == 2  # one of each workspace

    made = StoryId(-1)
    ruled = {home.id: Rulings([Ruling(made, "ann", now, articles=(copied.id,))])}
    reports = await store.stories.reports([(home.id, one), (home.id, made)], ruled)
    assert [each.article for each in reports[home.id, one]] == [first.id]
    assert [each.article for each in reports[home.id, made]] == [copied.id]


def told_at(workspace: WorkspaceId, article: Article, thread: Thread, now) -> Standing:
    """What a place of a workspace was told of the story that an article founded."""
    return Standing(
        workspace=workspace,
        destination=Destination.parse("slack:C1"),
        story=StoryId(article.id),
        key="story:1:1",
        card=AlertCard(
            headline=Quote("A"),
            url=None,
            severity=Severity.NOTABLE,
            source="The Paper",
            published=Published(now),
            first_seen=now,
            watch="kursk",
            sentences=(Quote(TEXT[:40], ((0, 5),)),),
            left_out=(),
            why=(),
        ),
        severity=Severity.NOTABLE,
        watchlists=(WatchlistId(3),),
        ledger=Ledger(),
        thread=thread,
        spoken=(now,),
        changed_at=now,
    )


KNOWN = Thread(frozenset({1, 2**63 + 5}), frozenset({2**64 - 1}), 2, (ArticleId(7), ArticleId(4)))


async def test_a_standing_comes_back_as_it_was_kept_and_is_its_places_alone(
    store, home, other, hand, now
):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    article = await hand.article(home, "1", title="A", body=TEXT)
    standing = told_at(home.id, article, KNOWN, now)
    assert await commit(store, newsroom, [article], now, [standing])
    assert await store.stories.standings({standing.story}) == (standing,)
    assert await store.telling.told_of(home.id, standing.story) == (standing,)
    assert await store.telling.told_of(other.id, standing.story) == ()
    (newest,) = await store.telling.newest(home.id, 10)
    assert (newest.story, newest.articles) == (standing.story, 1)


async def test_what_an_article_says_is_kept_with_its_place_in_a_story_and_goes_with_it(
    store, home, hand, now
):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    seen = await hand.article(home, "1", title="A", body=TEXT, url=None)
    unseen = await hand.article(home, "2", title="B", body=TEXT, url=None)
    pairs = {seen.id: frozenset({3, 2**64 - 1})}
    await commit(store, newsroom, [seen, unseen], now, pairs=pairs)
    both = [seen.id, unseen.id]
    assert await store.stories.pairs(both) == pairs
    assert await store.stories.pairs([]) == {}
    long = timedelta(days=90)
    gone = await purge(store.database, Keep(long, long, long), now + 2 * long)
    assert (gone["articles"], gone["stories"]) == (2, 1)
    assert await store.stories.pairs(both) == {}


@pytest.mark.parametrize("deed", ["rules", "takes a ruling back", "has cards drawn anew"])
async def test_what_is_judged_while_a_person_is_judged_again(store, home, hand, now, deed):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    first = await hand.article(home, "1", title="A", body=TEXT)
    await commit(store, newsroom, [first], now, [told_at(home.id, first, KNOWN, now)])
    into, story = StoryId(-7), StoryId(first.id)
    number, _ = await store.rulings.rule(home.id, Ruling(into, "ann", now), "said")
    await keep_in_step(store, newsroom, now)
    (as_read,) = await store.stories.standings({story})
    match deed:
        case "rules":
            ruling = Ruling(into, "ann", now, gone=story)
            await store.rulings.rule(home.id, ruling, "said")
            kept = replace(as_read, story=into)
        case "takes a ruling back":
            await store.rulings.undo(home.id, number, by="ann", at=now)
            kept = as_read
        case _:
            note = (Literal("ann was here"),)
            await store.stories.redraw(
                home.id, story, lambda card, _: replace(card, note=note), now
            )
            kept = replace(as_read, card=replace(as_read.card, note=note))
    second = await hand.article(home, "2", title="B", body=TEXT)
    judged = replace(as_read, spoken=(now, now))
    assert await commit(store, newsroom, [second], now, [judged]) == []
    assert await store.stories.standings({story, into}) == (kept,)
    await keep_in_step(store, newsroom, now)
    assert await commit(store, newsroom, [second], now, [replace(kept, spoken=(now, now))])
    assert await store.stories.standings({story, into}) == (replace(kept, spoken=(now, now)),)


async def test_cards_go_on_with_the_story_that_takes_theirs_in_where_it_has_none_of_its_own(
    store, home, other, hand, now
):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    first = await hand.article(home, "1", title="A", body=TEXT)
    gone, into = told_at(home.id, first, KNOWN, now), StoryId(-7)
    elsewhere = replace(gone, destination=Destination.parse("slack:C2"), key="story:1:2")
    theirs = replace(elsewhere, workspace=other.id)
    its_own = replace(gone, story=into, key="story:7:1")
    await commit(store, newsroom, [first], now, [gone, elsewhere, theirs, its_own])
    await store.rulings.rule(home.id, Ruling(into, "ann", now, gone=gone.story), "said")
    told = {
        (one.workspace, one.key, one.story)
        for one in await store.stories.standings({gone.story, into})
    }
    assert told == {
        (home.id, gone.key, gone.story),
        (home.id, its_own.key, into),
        (home.id, elsewhere.key, into),
        (other.id, theirs.key, gone.story),
    }


async def test_cards_that_are_drawn_anew_count_the_reports_that_their_workspace_sees_by_then(
    store, home, other, hand, now, asked
):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    ours = await hand.article(home, "1", title="A", body=TEXT)
    moved = await hand.article(home, "2", title="B", body=TEXT)
    theirs = await hand.article(other, "3", title="C", body=TEXT)
    story = StoryId(ours.id)
    told = told_at(home.id, ours, KNOWN, now), told_at(other.id, ours, KNOWN, now)
    await commit(store, newsroom, [ours, moved, theirs], now, told)
    await store.rulings.rule(home.id, Ruling(StoryId(-7), "ann", now, articles=(moved.id,)), "said")
    seen = []

    def counted(card, reports):
        seen.append([report.article for report in reports])
        return replace(card, note=(Literal(f"{len(reports)}"),))

    await store.stories.redraw(home.id, story, counted, now)
    await store.stories.redraw(home.id, story, counted, now)  # it reads so already
    assert seen == [[ours.id], [ours.id]]
    notes = {one.workspace: one.card.note for one in await store.stories.standings({story})}
    assert notes == {home.id: (Literal("1"),), other.id: ()}
    async with store.database.reading() as connection:
        (edit,) = (await connection.execute(select(deliveries))).all()
    assert (edit.workspace_id, edit.act, edit.card_key) == (home.id, "edit", "story:1:1")


async def test_pairs_that_are_as_they_were_read_are_not_written_again(
    store, home, hand, now, asked
):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    first = await hand.article(home, "1", title="A", body=TEXT)
    second = await hand.article(home, "2", title="B", body=TEXT)
    third = await hand.article(home, "3", title="C", body=TEXT)
    await commit(store, newsroom, [first], now, [told_at(home.id, first, KNOWN, now)])
    (read,) = await store.stories.standings({StoryId(first.id)})
    later = replace(
        read,
        key="story:1:2",
        thread=replace(read.thread, saw=(second.id, *read.thread.saw)),
        changed_at=now + timedelta(hours=1),
    )
    asked.clear()
    await commit(store, newsroom, [second], now, [later])
    written = [statement.lower() for statement, _ in asked if "standings" in statement]
    assert [statement.split()[0] for statement in written] == ["update"]
    assert not any("told" in statement or "seen" in statement for statement in written)
    assert await store.stories.standings({later.story}) == (later,)

    told = replace(later, thread=replace(later.thread, told=frozenset({1, 2, 3}), length=3))
    await commit(store, newsroom, [third], now, [told])
    assert await store.stories.standings({told.story}) == (told,)


async def test_a_place_that_an_older_version_told_still_knows_what_it_saw(store, home, hand, now):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    article = await hand.article(home, "1", title="A", body=TEXT)
    standing = told_at(home.id, article, replace(KNOWN, saw=()), now)
    await commit(store, newsroom, [article], now, [standing])

    async def as_it_was(connection):
        """The row as the older version would have inserted it: it does not name what is new."""
        older = [column for column in standings.c if column.name != "saw"]
        (row,) = (await connection.execute(select(*older))).mappings().all()
        await connection.execute(standings.delete())
        await connection.execute(standings.insert().values(**row))

    await store.database.write(as_it_was)
    assert await store.stories.standings({standing.story}) == (standing,)


async def test_what_an_older_version_kept_of_a_text_is_read_as_ever(store, home, hand, now):
    newsroom = Newsroom()
    await keep_in_step(store, newsroom, now)
    article = await hand.article(home, "1", title="A", body=TEXT)
    (filed,) = await commit(store, newsroom, [article], now)
    compressed = zlib.compress(array("Q", sorted(filed.print.marks)).tobytes(), 1)

    async def as_it_was(connection):
        statement = text("UPDATE placements SET marks = :marks")
        await connection.execute(statement, {"marks": compressed})

    await store.database.write(as_it_was)

    news = await store.stories.since(None, now)
    assert [print_.marks for _, _, print_, _ in news.texts] == [filed.print.marks]
    assert filed.print.marks
