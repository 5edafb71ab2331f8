"""Tells what a story kept back because it had spoken enough, as soon as its hour is over.

    tell_kept_back   what is kept -> may it speak? does anybody still ask? -> one commit each

It chooses no sentence: that was done when the article came.
"""

from datetime import datetime

from bot.alerts.living import speak_again
from bot.alerts.mute import Mutes
from bot.alerts.verdicts import Judged, Sending
from bot.facts import held_of
from bot.model import Act
from bot.pipeline import Flow, keep_in_step
from bot.store.deliveries import NewDelivery
from bot.stories.standing import KeptBack, Standing


async def tell_kept_back(flow: Flow, now: datetime) -> int:
    """Tell what waits for its story to speak again and may go out now; how many are settled so.

    What nobody asks for any more, or what was muted meanwhile, is dropped.
    """
    per_hour, settled = flow.terms.updates_per_hour, 0
    for standing in await flow.store.kept_updates.all():
        followed = speak_again(standing, per_hour=per_hour, now=now)
        if followed is None or standing.kept_back is None:
            continue
        delivery = await _delivery(flow, standing, standing.kept_back, now)
        settled += await flow.store.kept_updates.end(standing, followed.standing, delivery, now)
    return settled


async def _delivery(
    flow: Flow, standing: Standing, kept: KeptBack, now: datetime
) -> NewDelivery | None:
    """What goes out; None where it is not asked for, or is muted."""
    await keep_in_step(flow, now)
    watching = filter(None, map(flow.rulebook.watching, kept.watchlists))
    asking = tuple(each.id for each in watching if standing.destination in each.destinations)
    articles = await flow.store.articles.several(standing.workspace, [kept.article])
    mutes = Mutes(await flow.store.mutes.holding(now, standing.workspace))
    if not asking or any(mutes.over(standing.place, standing.story, each) for each in articles):
        return None
    sending = Sending(
        standing.place, kept.article, asking, kept.key, kept.update, Act.REPLY, standing.key
    )
    judged = Judged({}, (sending,), (standing,))
    held = await held_of(flow.store, flow.rulebook, judged, now)
    return NewDelivery(
        standing.workspace,
        None,
        standing.destination,
        kept.key,
        kept.update,
        Act.REPLY,
        standing.key,
        held.get((standing.destination, kept.key)),
    )
