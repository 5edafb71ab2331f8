"""Mutes and votes in the store: one holds per target, each ends once, nobody reaches another's."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.message import AlertCard, Answer, Literal, Quote
from bot.model import (
    Act,
    Alert,
    AlertReason,
    Destination,
    Receipt,
    Severity,
    StoryId,
)
from bot.store.deliveries import NewDelivery
from bot.store.mutes import By
from bot.store.retention import Keep, purge
from bot.store.settling import Settlement
from bot.store.stories import Filings
from bot.store.votes import Tally
from bot.stories.handled import Muted, buttons
from bot.stories.ledger import Ledger
from bot.stories.newsroom import Newsroom
from bot.stories.novelty import Thread
from bot.stories.standing import Standing

ANN, BOB = By("ann", "ann (slack:U1)"), By("bob", "bob (slack:U2)")
HERE, THERE = Destination.parse("slack:C1"), Destination.parse("slack:C2")
HOUR = timedelta(hours=1)
KEY = "story:1:1"


@pytest.fixture
async def card(store, home, hand, now):
    """A card of a story that was sent, with its standing."""
    article = await hand.article(home, url=None)  # there is no page to wait for
    watchlist = await hand.watchlist(home)
    shown = AlertCard(
        headline=Quote("A title"),
        url="http://news.example/1",
        severity=Severity.NOTABLE,
        source="A",
        published=None,
        first_seen=now,
        watch="Kursk",
        sentences=(),
        left_out=(),
        why=(),
        buttons=buttons("http://news.example/1", story=True),
    )
    newsroom = Newsroom()
    news = await store.stories.since(None, now)
    newsroom.take_over(news.states, news.texts, news.stamp)
    filed = newsroom.file(newsroom.look(article), now)
    standing = Standing(
        home.id,
        HERE,
        filed.story,
        KEY,
        shown,
        Severity.NOTABLE,
        (watchlist.id,),
        Ledger(),
        Thread(),
        (),
        now,
    )
    sending = NewDelivery(home.id, 0, HERE, KEY, shown)
    alert = Alert(watchlist, article, AlertReason.MATCHED)
    settled = Settlement(article.id, [alert], [sending])
    filings = Filings(newsroom.stamp or 0, [filed], [standing])
    assert await store.articles.settle_together([settled], now, filings)
    (delivery,) = await hand.begin()
    await store.outbox.sent(delivery, Receipt(HERE, "1.1"), now)
    return await store.outbox.find_sent(home.id, delivery.id)


async def mute(store, card, now, by=ANN, until=HOUR):
    story = await store.mutes.story_of(card)
    ends = None if until is None else now + until
    return await store.mutes.mute(
        card.workspace, HERE, Muted.STORY, str(story), until=ends, by=by, at=now
    )


def said(card: AlertCard) -> str:
    return "".join(piece.text for piece in card.note if isinstance(piece, Literal))


async def standing_card(store, card) -> AlertCard:
    story = await store.mutes.story_of(card)
    (standing,) = await store.stories.standings({story})
    card_now: AlertCard = standing.card
    return card_now


async def test_a_mute_is_kept_as_it_was_made(store, card, now):
    made = await mute(store, card, now)
    assert await store.mutes.holding(now) == (made,)
    assert (made.kind, made.by, made.until) == (Muted.STORY, "ann", now + HOUR)
    assert await store.mutes.holding(now + HOUR) == ()
    assert await store.mutes.holding(now, card.workspace) == (made,)


async def test_who_mutes_again_gives_the_same_mute_another_end(store, card, now):
    first = await mute(store, card, now)
    second = await mute(store, card, now + HOUR / 2, BOB, None)
    assert (second.id, second.by, second.until) == (first.id, "bob", None)
    assert await store.mutes.holding(now) == (second,)


async def test_of_many_who_mute_at_once_one_mute_is_left(store, card, now):
    await asyncio.gather(*(mute(store, card, now, By(f"p{n}", f"p{n}")) for n in range(8)))
    assert len(await store.mutes.holding(now)) == 1


async def test_a_mute_folds_the_card_in_the_same_commit_and_queues_the_edit(store, card, hand, now):
    made = await mute(store, card, now)
    folded = await standing_card(store, card)
    assert folded.note == made.line
    (edit,) = await hand.begin()
    assert (edit.act, edit.card, edit.message) == (Act.EDIT, KEY, folded)
    await store.outbox.sent(edit, Receipt(HERE, "1.1"), now)
    await store.mutes.unmute(card.workspace, made.id, by=BOB, at=now)
    assert await standing_card(store, card) == card.message
    (edit,) = await hand.begin()
    assert edit.message == card.message


async def test_a_mute_ends_once_whoever_tries(store, card, now):
    made = await mute(store, card, now)
    tries = [store.mutes.unmute(card.workspace, made.id, by=BOB, at=now) for _ in range(6)]
    ended = await asyncio.gather(*tries)
    assert sum(each is not None for each in ended) == 1
    changes = await store.audit.of(card.workspace, 20)
    assert [each.action for each in changes if "mute" in each.action] == ["unmuted", "muted"]
    assert [each.detail for each in changes if each.action == "unmuted"] == [
        f"at {HERE}: story {made.target}, which ann had muted until"
        f" {made.until:%-d %b %Y %H:%M} UTC"
    ]


async def test_whose_time_is_up_wakes_once_and_the_card_is_whole(store, card, now):
    await mute(store, card, now)
    assert await store.mutes.wake(now + HOUR / 2) == 0
    assert (await standing_card(store, card)).note
    assert await store.mutes.wake(now + HOUR) == 1
    assert await standing_card(store, card) == card.message
    assert await store.mutes.wake(now + HOUR) == 0


async def test_an_update_that_is_queued_when_its_story_is_muted_goes_out_no_more(
    store, card, home, hand, now
):
    for key, act in (("update", Act.REPLY), ("other", Act.POST)):
        message = Answer(key)
        await store.outbox.post(home.id, HERE, message, key, now, act=act, card=KEY)
    await mute(store, card, now)
    assert [each.act for each in await hand.begin()] == [Act.POST, Act.EDIT]
    assert await store.outbox.troubled(home.id) == ()


async def test_a_mute_without_an_end_never_wakes(store, card, now):
    await mute(store, card, now, until=None)
    assert await store.mutes.wake(now + timedelta(days=4000)) == 0


async def test_who_judges_meanwhile_must_judge_again(store, card, home, hand, now):
    known = await store.stories.stamp()
    await mute(store, card, now)
    late = await hand.article(home, "2")
    settled = Settlement(late.id, (), ())
    assert not await store.articles.settle_together([settled], now, Filings(known, [], []))
    again = Filings(await store.stories.stamp(), [], [])
    assert await store.articles.settle_together([settled], now, again)


async def test_a_mute_of_another_place_touches_no_card_here(store, card, hand, now):
    story = str(await store.mutes.story_of(card))
    await store.mutes.mute(card.workspace, THERE, Muted.STORY, story, until=None, by=ANN, at=now)
    assert await standing_card(store, card) == card.message
    assert await hand.begin() == ()


async def test_nobody_ends_or_prolongs_a_mute_of_another_workspace(store, card, other, now):
    made = await mute(store, card, now)
    assert await store.mutes.unmute(other.id, made.id, by=BOB, at=now) is None
    assert await store.mutes.prolong(other.id, made.id, None, by=BOB, at=now) is None
    assert await store.mutes.holding(now) == (made,)
    assert await store.mutes.holding(now, other.id) == ()


async def test_a_vote_counts_once_per_person_and_folds_the_card(store, card, home, now):
    (watchlist,) = await store.watchlists.of(home.id)
    assert await store.votes.tally(watchlist) == Tally(1, 0)
    assert await store.votes.cast(card, by=ANN, at=now)
    assert not await store.votes.cast(card, by=ANN, at=now)
    assert await store.votes.cast(card, by=BOB, at=now)
    assert await store.votes.callers(home.id, card.decision) == ("ann", "bob")
    assert await store.votes.tally(watchlist) == Tally(1, 1)
    note = said(await standing_card(store, card))
    assert note == "ann and bob called it not relevant"


async def test_votes_are_taken_back_once_and_may_be_cast_again(store, card, home, now):
    await store.votes.cast(card, by=ANN, at=now)
    tries = [store.votes.take_back(card, by=BOB, at=now) for _ in range(4)]
    assert sum(await asyncio.gather(*tries)) == 1
    assert await store.votes.callers(home.id, card.decision) == ()
    assert await standing_card(store, card) == card.message
    assert await store.votes.cast(card, by=ANN, at=now)


async def test_a_vote_is_about_the_query_that_brought_the_card(store, card, home, now):
    (watchlist,) = await store.watchlists.of(home.id)
    await store.votes.cast(card, by=ANN, at=now)
    changed = await store.watchlists.revise(
        home.id, watchlist.id, query="North Korea AND Kursk AND troops", by="ann", at=now
    )
    assert await store.votes.tally(changed) == Tally(0, 0)
    louder = replace(watchlist, severity=Severity.CRITICAL)
    assert await store.votes.tally(louder) == Tally(1, 1)


async def test_both_a_mute_and_a_vote_stand_on_the_card_and_leave_it_one_by_one(store, card, now):
    made = await mute(store, card, now, until=None)
    await store.votes.cast(card, by=BOB, at=now)
    note = said(await standing_card(store, card))
    assert note == "muted by ann until the story ends · bob called it not relevant"
    await store.mutes.unmute(card.workspace, made.id, by=ANN, at=now)
    note = said(await standing_card(store, card))
    assert note == "bob called it not relevant"


async def test_what_no_decision_caused_is_nothing_to_vote_on(store, home, hand, now):
    await hand.post(home, "notice", message=Answer("A notice"))
    (delivery,) = await hand.begin()
    await store.outbox.sent(delivery, Receipt(HERE, "1"), now)
    assert not await store.votes.cast(delivery, by=ANN, at=now)
    assert await store.mutes.story_of(delivery) is None


async def test_a_vote_outlives_the_message_and_goes_with_its_article(store, card, home, now):
    (watchlist,) = await store.watchlists.of(home.id)
    await store.votes.cast(card, by=ANN, at=now)
    day, year = timedelta(days=1), timedelta(days=365)
    for edit in await store.outbox.claim(now, platforms=[HERE.platform], limit=9, lease=HOUR):
        await store.outbox.obsolete(edit, "gone")
    await purge(store.database, Keep(year, day, year), now + 2 * day)
    assert await store.outbox.find_sent(home.id, card.id) is None
    assert await store.votes.tally(watchlist) == Tally(1, 1)
    await purge(store.database, Keep(day, day, year), now + 2 * day)
    assert await store.votes.tally(watchlist) == Tally(0, 0)


async def test_a_story_of_a_card_is_told_though_the_story_moved_on_to_another(store, card, now):
    story = await store.mutes.story_of(card)
    assert story == StoryId(1)
    moved = replace(card, dedup_key="story:1:0")
    assert await store.mutes.story_of(moved) == story
