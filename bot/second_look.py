"""The second look at an article: at its page, where its feed shows part of what is watched for.

    look_again   weigh what was judged by its feed's text -> its page is wanted, or it may rest
                 match what was read -> settle it as what a poll brought is settled
    read_pages   claim -> site's leave, fetch, extract -> record

The first look never waits for it: title and summary are judged and told at once. Between any two of
these steps a crash loses nothing; one between fetch and record repeats that one fetch.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts.matching import Matched
from bot.alerts.weighing import Weighed, weigh, worth_reading
from bot.feeds.pagereader import PageReader
from bot.feeds.wanted import PageState, WantedPage
from bot.model import FullText
from bot.pipeline import PROCESSED_AT_ONCE, Flow, keep_in_step, settle
from bot.store.pages import Awaiting

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 8
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=5)  # a batch may wait for pauses that one site wishes between its pages
NO_NEWS_AFTER = timedelta(hours=6)
SAME_PAGE_FOR = timedelta(days=1)
OUTRANKED = "Rarer ones came first until it was no news any more."


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a second look takes. `usual` is what holds for feeds of which nobody chose otherwise.

    `per_hour` is how many pages may be asked for of each feed within an hour.
    """

    flow: Flow
    reader: PageReader
    usual: FullText
    per_hour: int


async def look_again(second: SecondLook, now: datetime) -> int:
    """Weigh or match the articles whose first look is over, oldest first; how many that were."""
    flow = second.flow
    awaiting = await flow.store.pages.awaiting(PROCESSED_AT_ONCE)
    if not awaiting:
        return 0
    await keep_in_step(flow, now)
    open_ = [one for one in awaiting if _open(one, flow.terms.age_limit)]
    weighed = await asyncio.to_thread(_weigh_all, second, open_)
    wanted = {one.article.id: one.rank for one in weighed if one.rank is not None}
    await flow.store.pages.want(wanted, now)
    matching = await _new_matches(flow, weighed)
    busy = wanted.keys() | {one.article.id for one in matching}
    await flow.store.pages.finish([o.article for o in awaiting if o.article.id not in busy])
    for feed in {one.article.feed for one in matching}:
        await settle(flow, [one for one in matching if one.article.feed == feed], now)
    return len(awaiting)


def _open(one: Awaiting, age_limit: timedelta) -> bool:
    """Whether more may come of an article's page."""
    return one.page is not PageState.REFUSED and worth_reading(one.article, age_limit)


def _weigh_all(second: SecondLook, awaiting: Sequence[Awaiting]) -> list[Weighed]:
    rulebook = second.flow.rulebook
    return [weigh(rulebook, one.article, one.readers, usual=second.usual) for one in awaiting]


async def _new_matches(flow: Flow, weighed: Sequence[Weighed]) -> list[Matched]:
    """What matches only with its page: a first decision stands."""
    found = [one for one in weighed if one.hits]
    decided = await flow.store.articles.decided([one.article.id for one in found])
    matching = []
    for one in found:
        before = decided.get(one.article.id, ())
        hits = tuple(hit for hit in one.hits if hit.watchlist.id not in before)
        if hits:
            matching.append(Matched(one.article, hits, readers=one.readers))
    return matching


async def read_pages(second: SecondLook, now: datetime) -> int:
    """Read the pages that are wanted most, as far as their feeds' budgets go; how many."""
    pages = second.flow.store.pages
    if not await pages.any_waits(now):
        return 0
    await pages.give_up(now - NO_NEWS_AFTER, OUTRANKED)
    claimed = await pages.claim(now, limit=PAGES_AT_ONCE, per_hour=second.per_hour, lease=LEASE)
    await asyncio.gather(*(_read(second, page, now) for page in claimed))
    return len(claimed)


async def _read(second: SecondLook, page: WantedPage, now: datetime) -> None:
    pages = second.flow.store.pages
    known = await pages.same_page(page, now - SAME_PAGE_FOR)
    if known is not None:
        await pages.read_already(page, known)
        return
    look = await second.reader.read(page.url, page.title, now)
    if look.text:
        await pages.read(page, look.text, look.addresses)
    elif look.again_after is not None and page.attempts < MOST_ATTEMPTS:
        await pages.postpone(page, now + look.again_after, look.reason)
    else:
        log.info("the page of article %s gives nothing: %s", page.article, look.reason)
        await pages.refused(page, look.reason)
