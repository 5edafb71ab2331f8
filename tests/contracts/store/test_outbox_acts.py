"""Replies and edits in the outbox: they name their card, and of waiting edits the newest counts."""

from datetime import timedelta

import pytest

from bot.message import AlertCard, Answer, Quote
from bot.model import Act, Alert, AlertReason, DeliveryState, Destination, Receipt, Severity
from bot.store.deliveries import NewDelivery

SLACK, ELSEWHERE = Destination.parse("slack:C1"), Destination.parse("slack:C2")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def edit(store, home, now):
    """Queue the state of a card under a key of its own."""

    async def queue(title: str, card: str = "card", to: Destination = SLACK, of=home) -> bool:
        key = f"{card} {title}"
        queued: bool = await store.outbox.post(
            of.id, to, Answer(title), key, now, act=Act.EDIT, card=card
        )
        return queued

    return queue


def titles(claimed):
    return [delivery.message.title for delivery in claimed]


async def test_a_delivery_says_what_it_does_and_to_which_card(store, home, hand, now):
    await hand.post(home, "card")
    await store.outbox.post(home.id, SLACK, Answer("more"), "more", now, act=Act.REPLY, card="card")

    card, reply = await hand.claim()

    assert (card.act, card.card) == (Act.POST, "")
    assert (reply.act, reply.card) == (Act.REPLY, "card")


async def test_a_delivery_may_be_settled_with_an_article_that_caused_no_decision(
    store, home, hand, now
):
    article = await hand.article(home)
    new = NewDelivery(home.id, None, SLACK, "edit", Answer("state"), act=Act.EDIT, card="card")

    assert await store.articles.settle(article.id, [], [new], now)

    (delivery,) = await hand.claim()
    assert (delivery.act, delivery.card, delivery.decision) == (Act.EDIT, "card", None)


async def test_a_decision_may_cause_a_post_a_reply_and_an_edit_at_once(store, home, hand, now):
    article, watchlist = await hand.article(home), await hand.watchlist(home)
    new = [
        NewDelivery(home.id, 0, SLACK, key, Answer(key), act=act, card="" if key == "a" else "a")
        for key, act in (("a", Act.POST), ("b", Act.REPLY), ("c", Act.EDIT))
    ]
    decision = Alert(watchlist, article, AlertReason.MATCHED)

    assert await store.articles.settle(article.id, [decision], new, now)

    claimed = await hand.claim()
    assert [each.act for each in claimed] == [Act.POST, Act.REPLY, Act.EDIT]
    assert len({each.decision for each in claimed} - {None}) == 1


async def test_of_the_edits_of_a_card_in_one_commit_the_newest_goes_where_the_first_stood(
    store, home, hand, now
):
    article = await hand.article(home)
    new = [
        NewDelivery(home.id, None, SLACK, f"{act} {title}", Answer(title), act=act, card=card)
        for title, act, card in (
            ("first state", Act.EDIT, "card"),
            ("said meanwhile", Act.REPLY, "card"),
            ("of another", Act.EDIT, "other"),
            ("second state", Act.EDIT, "card"),
        )
    ]

    assert await store.articles.settle(article.id, [], new, now)

    queued = await hand.claim()
    assert titles(queued) == ["second state", "said meanwhile", "of another"]


async def test_what_follows_a_card_that_is_held_in_the_same_commit_waits_with_it(
    store, home, hand, now
):
    article = await hand.article(home)
    later = now + 10 * MINUTE
    new = [
        NewDelivery(home.id, None, SLACK, "card", Answer("card"), held_until=later),
        NewDelivery(
            home.id, None, SLACK, "reply", Answer("reply"), Act.REPLY, "card", held_until=later
        ),
        NewDelivery(home.id, None, SLACK, "edit", Answer("state"), act=Act.EDIT, card="card"),
    ]

    assert await store.articles.settle(article.id, [], new, now)

    assert await hand.claim() == ()
    counts = await store.outbox.counts(home.id)
    assert counts[DeliveryState.HELD] == 2
    assert counts[DeliveryState.PENDING] == 0


async def test_a_commit_takes_as_many_statements_for_twenty_alerts_as_for_one(
    store, home, hand, asked, now
):
    first, second = await hand.article(home, "1"), await hand.article(home, "2")
    watchlist = await hand.watchlist(home)

    async def settle(article, alerts):
        asked.clear()
        new = [NewDelivery(home.id, 0, SLACK, f"{alerts} {i}", Answer("a")) for i in range(alerts)]
        assert await store.articles.settle(
            article.id, [Alert(watchlist, article, AlertReason.MATCHED)], new, now
        )
        return len(asked)

    assert await settle(first, 1) == await settle(second, 20) <= 4
    assert len(await hand.claim()) == 21


async def test_an_edit_takes_the_place_of_one_of_the_same_card_that_waits(hand, edit):
    assert await edit("2 sources")
    assert await edit("3 sources")
    assert await edit("4 sources")

    assert titles(await hand.claim()) == ["4 sources"]


async def test_edits_of_other_cards_and_at_other_destinations_are_left_alone(hand, edit):
    await edit("2 sources")
    await edit("3 sources", card="another card")
    await edit("4 sources", to=ELSEWHERE)

    assert titles(await hand.claim()) == ["2 sources", "3 sources", "4 sources"]


async def test_no_team_touches_an_edit_of_another_team(hand, edit, other):
    await edit("ours")
    await edit("theirs", of=other)

    assert titles(await hand.claim()) == ["ours", "theirs"]


async def test_an_edit_takes_no_place_of_a_post_or_a_reply(store, home, hand, edit, now):
    await hand.post(home, "card")
    await store.outbox.post(home.id, SLACK, Answer("more"), "m", now, act=Act.REPLY, card="card")
    await edit("2 sources")

    assert titles(await hand.claim()) == ["card", "more", "2 sources"]


async def test_an_edit_that_somebody_has_claimed_keeps_its_words(store, hand, edit, now):
    await edit("2 sources")
    (claimed,) = await hand.claim()
    await edit("3 sources")
    assert await store.outbox.begin(claimed, now, MINUTE)
    assert await store.outbox.sent(claimed, Receipt(SLACK, "1"), now)

    assert titles(await hand.claim()) == ["3 sources"]


async def test_an_edit_that_waits_for_its_next_attempt_is_renewed_and_waits_on(
    store, hand, edit, now
):
    await edit("2 sources")
    (claimed,) = await hand.begin()
    await store.outbox.again(claimed, now + MINUTE, "429", counts=False)
    await edit("3 sources")

    assert await hand.claim() == ()
    assert titles(await hand.claim(now + MINUTE)) == ["3 sources"]


async def test_of_two_edits_that_wait_the_later_one_is_renewed(store, hand, edit, now):
    await edit("2 sources")
    (first,) = await hand.begin()
    await edit("3 sources")
    await store.outbox.again(first, now, "429", counts=False)
    await edit("4 sources")

    assert titles(await hand.claim()) == ["2 sources", "4 sources"]


async def test_the_card_of_an_edit_is_found_once_it_is_posted_and_not_before(
    store, home, hand, edit, now
):
    await hand.post(home, "card")
    await edit("2 sources")
    card, change = await hand.begin()
    assert await store.outbox.card_of(change) is None

    receipt = Receipt(SLACK, "1700000000.000100")
    await store.outbox.sent(card, receipt, now)

    posted = await store.outbox.card_of(change)
    assert (posted.id, posted.receipt) == (card.id, receipt)


async def test_a_card_of_the_same_key_elsewhere_or_of_another_team_is_not_its_card(
    store, home, other, hand, edit, now
):
    await hand.post(home, "card", to="slack:C2")
    await hand.post(other, "card")
    await edit("2 sources")
    elsewhere, theirs, change = sorted(await hand.begin(), key=lambda each: each.id)
    await store.outbox.sent(elsewhere, Receipt(ELSEWHERE, "1"), now)
    await store.outbox.sent(theirs, Receipt(SLACK, "2"), now)

    assert await store.outbox.card_of(change) is None


async def test_a_card_that_never_went_out_is_not_found(store, home, hand, edit):
    await hand.post(home, "card")
    await edit("2 sources")
    card, change = await hand.begin()
    await store.outbox.dead(card, "invalid_blocks")

    assert await store.outbox.card_of(change) is None


async def test_a_message_of_its_own_has_no_card(store, home, hand):
    await hand.post(home, "card")
    (card,) = await hand.claim()
    assert await store.outbox.card_of(card) is None


async def test_an_edit_that_waits_holds_up_nothing_but_later_edits_of_its_card(
    store, home, hand, edit, now
):
    await edit("2 sources")
    (first,) = await hand.begin()
    await edit("3 sources")
    await edit("another card", card="another")
    await hand.post(home, "news")
    await store.outbox.again(first, now + MINUTE, "429", counts=False)

    assert titles(await hand.claim()) == ["another card", "news"]
    assert titles(await hand.claim(now + MINUTE)) == ["2 sources", "3 sources"]


async def test_an_edit_waits_for_what_is_older_and_no_edit(store, home, hand, edit, now):
    await hand.post(home, "card")
    (card,) = await hand.begin()
    await store.outbox.again(card, now + MINUTE, "429", counts=False)
    await edit("2 sources")

    assert await hand.claim() == ()


async def test_an_obsolete_edit_is_over_and_no_trouble(store, home, hand, edit):
    await edit("2 sources")
    (change,) = await hand.begin()

    assert await store.outbox.obsolete(change, "the card was deleted")

    assert await hand.claim() == ()
    assert await store.outbox.troubled(home.id) == ()
    assert await store.outbox.pending() == 0
    counts = await store.outbox.counts(home.id)
    assert {state for state, number in counts.items() if number} == {DeliveryState.OBSOLETE}


async def test_edits_and_replies_are_never_joined_into_a_list_of_new_cards(store, hand, home, now):
    message = AlertCard(
        Quote("Headline"), None, Severity.NOTABLE, "Wire", None, now, "Kursk", (), (), ()
    )
    for act in Act:
        card = "" if act is Act.POST else Act.POST.value
        await store.outbox.post(home.id, SLACK, message, act.value, now, act=act, card=card)
    card, *_ = await hand.claim()

    assert [each.act for each in await store.outbox.alerts_waiting(card)] == [Act.POST]
