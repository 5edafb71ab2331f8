"""Turns what waits for a channel into one digest, when that is due.

The store does so in one step: a crash leaves either all of it waiting or the digest in the outbox.
When a digest is due was decided when the alerts were.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.compose import each_once
from bot.insight.brief import SHOWN, Brief, Page, of_card, of_row, ranked, stories, written
from bot.message import AlertCard, Answer, Extract, Update
from bot.model import Act, Destination, Platform, WorkspaceId
from bot.store.deliveries import Delivery
from bot.store.store import Store
from bot.stories.corroboration import corroboration

LEFT_OUT = "/intel brief shows the last 24 hours."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a card's story: how many independent sources it has, and who watches it."""

    sources: int
    watch: str


async def send_due_digests(store: Store, now: datetime, platforms: Collection[Platform]) -> int:
    """Queue the digests that are due on these platforms; return how many those are."""
    made = 0
    for (workspace, destination), members in (await store.digests.due(now)).items():
        if destination.platform in platforms:
            known = await _known(store, workspace, destination, members)
            made += await store.digests.send(members, digest(members, known), now)
    return made


async def _known(
    store: Store, workspace: WorkspaceId, destination: Destination, members: Sequence[Delivery]
) -> Mapping[str, Known]:
    keys = {_card(one) for one in members}
    cards = await store.digests.stories(workspace, destination, keys)
    wanted = {(workspace, story) for story, _ in cards.values()}
    reports = await store.stories.reports(wanted, await store.rulings.of({workspace}))
    return {
        key: Known(corroboration(reports[workspace, story]).independent, watch)
        for key, (story, watch) in cards.items()
        if reports[workspace, story]
    }


def digest(members: Sequence[Delivery], known: Mapping[str, Known]) -> Answer:
    """One message for all that waited, oldest first; `known` are the stories by their cards."""
    by_card: dict[str, list[Delivery]] = defaultdict(list)
    for one in members:
        by_card[_card(one)].append(one)
    briefs = [brief for key, told in by_card.items() for brief in _briefs(told, known.get(key))]
    watches = each_once(one.watch for one in ranked(briefs)[:SHOWN] if one.watch)
    title = f"Digest: {stories(len(briefs))}" + (f" for {watches}" if watches else "")
    return written(briefs, Page(title, LEFT_OUT))


def _card(one: Delivery) -> str:
    return one.dedup_key if one.act is Act.POST else one.card


def _briefs(told: Sequence[Delivery], known: Known | None) -> Iterator[Brief]:
    """A story that was told once or more often, by its newest message; or the rows of a list."""
    spoken = [each.message for each in told if isinstance(each.message, AlertCard | Update)]
    watches = [each.watch for each in spoken if isinstance(each, AlertCard)]
    if spoken:
        known = known or Known(1, watches[-1] if watches else "")
        yield of_card(spoken[-1], known.watch, sources=known.sources, news=len(spoken))
    for each in told:
        if isinstance(each.message, Answer):
            for row in each.message.blocks:
                if isinstance(row, Extract):
                    yield of_row(row, "", each.created_at)
