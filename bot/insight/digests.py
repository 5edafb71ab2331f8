"""Turns what waits for a channel into one digest, when that is due.

The store does so in one step: a crash leaves either all of it waiting or the digest in the outbox.
When a digest is due was decided when the alerts were.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from bot.alerts.compose import each_once
from bot.errors import StoreError
from bot.insight.brief import SHOWN, Brief, Page, of_card, of_row, ranked, stories, written
from bot.message import AlertCard, Answer, Extract, Update
from bot.model import Act, DeliveryId, Platform
from bot.store.deliveries import Delivery
from bot.store.digests import Queue
from bot.store.store import Store
from bot.stories.corroboration import corroboration

log = logging.getLogger(__name__)

LEFT_OUT = "/intel brief shows the last 24 hours."
MADE_AT_ONCE = 20  # channels
READ_AT_ONCE = 100  # messages, or stories; between these the others have their turn
PUT_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a card's story: how many independent sources it has, and who watches it."""

    sources: int
    watch: str


@dataclass(slots=True)
class Told:
    """What waits of one story: its newest message, how many there are, and who watches it."""

    newest: AlertCard | Update
    news: int = 0
    watch: str = ""


@dataclass(slots=True)
class Gathered:
    """What a digest says of all that waits for it: of each story, by its card, only the newest.

    So it stays small however much waits.
    """

    ids: list[DeliveryId] = field(default_factory=list)
    stories: dict[str, Told] = field(default_factory=dict)
    rows: list[Brief] = field(default_factory=list)

    def add(self, one: Delivery) -> None:
        """Take a message in; those before it are older."""
        self.ids.append(one.id)
        if isinstance(one.message, Answer):
            listed = (row for row in one.message.blocks if isinstance(row, Extract))
            self.rows += [of_row(row, "", one.created_at) for row in listed]
            return
        card = one.dedup_key if one.act is Act.POST else one.card
        told = self.stories.setdefault(card, Told(one.message))
        told.newest = one.message
        told.news += 1
        if isinstance(one.message, AlertCard):
            told.watch = one.message.watch


async def send_due_digests(store: Store, now: datetime, platforms: Collection[Platform]) -> int:
    """Queue the digests that are due on these platforms; return how many those are.

    One that cannot be made is told in the log, and waits for an hour. Raises StoreError.
    """
    made = 0
    for queue in await store.digests.due(now, platforms, MADE_AT_ONCE):
        try:
            made += await _send(store, queue, now)
        except StoreError:
            raise
        except Exception:
            log.exception("the digest for %s could not be made", queue[1])
            await store.digests.put_off(queue, now, now + PUT_OFF)
    return made


async def _send(store: Store, queue: Queue, now: datetime) -> bool:
    gathered = Gathered()
    after = None
    while some := await store.digests.waiting(queue, now, after, READ_AT_ONCE):
        for one in some:
            gathered.add(one)
        after = some[-1].id
    if after is None:
        return False
    known = await _known(store, queue, gathered)
    return await store.digests.send(queue, gathered.ids, digest(gathered, known), now)


async def _known(store: Store, queue: Queue, gathered: Gathered) -> Mapping[str, Known]:
    workspace, destination = queue
    rulings = await store.rulings.of({workspace})
    found: dict[str, Known] = {}
    keys = iter(gathered.stories)
    while some := tuple(islice(keys, READ_AT_ONCE)):
        cards = await store.digests.stories(workspace, destination, some)
        wanted = {(workspace, story) for story, _ in cards.values()}
        reports = await store.stories.reports(wanted, rulings)
        found |= {
            key: Known(corroboration(reports[workspace, story]).independent, watch)
            for key, (story, watch) in cards.items()
            if reports[workspace, story]
        }
    return found


def digest(gathered: Gathered, known: Mapping[str, Known]) -> Answer:
    """One message for all that waited; `known` are the stories by their cards."""
    briefs = [*_briefs(gathered, known), *gathered.rows]
    watches = each_once(one.watch for one in ranked(briefs)[:SHOWN] if one.watch)
    title = f"Digest: {stories(len(briefs))}" + (f" for {watches}" if watches else "")
    return written(briefs, Page(title, LEFT_OUT))


def _briefs(gathered: Gathered, known: Mapping[str, Known]) -> Iterator[Brief]:
    for card, told in gathered.stories.items():
        about = known.get(card) or Known(1, told.watch)
        yield of_card(told.newest, about.watch, sources=about.sources, news=told.news)
