"""Which messages wait for a digest or for quiet hours to end, and until when. Pure.

A channel's hours decide for each watchlist; of several that ask for a message the quickest has its
way. What a digest says is told elsewhere.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.alerts.verdicts import Judged
from bot.model import Act, Destination, Watchlist, WatchlistId
from bot.stories.hours import Hours, due

Held = Mapping[tuple[Destination, str], datetime]


def waits(
    judged: Judged,
    watching: Callable[[WatchlistId], Watchlist | None],
    hours: Mapping[Destination, Hours],
    now: datetime,
) -> Held:
    """Until when messages wait, by destination and key; those that go at once are not in it.

    An update that no watchlist asked for waits as its story's watchlists do. An edit never waits:
    it makes no noise.
    """
    of_story = {(one.destination, one.key): one.watchlists for one in judged.standings}
    held: dict[tuple[Destination, str], datetime] = {}
    for sending in judged.sendings:
        if sending.act is Act.EDIT:
            continue
        place = sending.place[1]
        asking = sending.because or of_story.get((place, sending.card), ())
        known = [each for each in map(watching, asking) if each is not None]
        times = [due(now, hours[place], each.cadence, each.severity) for each in known]
        if times and None not in times:
            held[place, sending.key] = min(time for time in times if time is not None)
    return held
