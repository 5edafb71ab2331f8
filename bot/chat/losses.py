"""Channels that we lose and find again: what waits for them stops or goes on, and people are told.

Who posts notices that a channel is gone is the chats' and the outbox loop's affair.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.adapter import ChatAdapter
from bot.errors import SendError
from bot.message import Answer, Bullets, Paragraph, Tone, plain
from bot.model import Destination, Platform, Watchlist
from bot.store.store import Store

log = logging.getLogger(__name__)

LOOKED_AT_EVERY = timedelta(hours=1)
# Who made a watchlist, as `str(Actor)` writes it.
_MAKER = re.compile(r"\((slack|discord):(\w+)\)$")


@dataclass(frozen=True, slots=True)
class Losses:
    """What is done about lost channels. `notices` is where those who run the bot read."""

    store: Store
    notices: Destination

    async def lose(self, destination: Destination, why: str, now: datetime) -> None:
        """Nothing goes there any more; those who run the bot and the watchlists' makers hear of it.

        A channel that was lost before is told of once.
        """
        if await self.store.places.lose(destination, why, now) is None:
            return
        log.warning("%s is lost: %s", destination, why)
        if is_person(destination):
            return
        affected = await self.store.watchlists.alerting_to(destination)
        many = "1 watchlist alerts" if len(affected) == 1 else f"{len(affected)} watchlists alert"
        remedy = f"{many} there. What it misses in the next 24 hours is sent when it is back."
        await self._notice(destination, f"{destination} is lost", f"{why} {remedy}", now)
        for person, theirs in _by_maker(affected).items():
            await self._tell(person, destination, why, theirs, now)

    async def find(self, destination: Destination, now: datetime) -> None:
        """The channel takes messages; if it was lost, what it missed lately goes out."""
        if not await self.store.places.find_again(destination, now):
            return
        log.info("%s is back.", destination)
        if not is_person(destination):
            said = "What it missed in the last 24 hours is on its way."
            await self._notice(destination, f"{destination} is back", said, now)

    async def lose_team(self, platform: Platform, team: str, why: str, now: datetime) -> None:
        """A team or guild removed the bot: all its channels are lost, those of others go on."""
        log.warning("%s %s is lost: %s", platform, team, why)
        for place in await self.store.places.of_team(platform, team):
            await self.lose(place, why, now)

    async def find_team(self, platform: Platform, team: str) -> None:
        """A team or guild has the bot again, or its channels changed: look soon what is back."""
        await self.store.places.look_soon(platform, team)

    async def look(
        self,
        adapters: Mapping[Platform, ChatAdapter],
        now: datetime,
        every: timedelta = LOOKED_AT_EVERY,
    ) -> int:
        """Look whether lost channels are back, each at most once in `every`; how many are."""
        back = 0
        for platform, adapter in adapters.items():
            for lost in await self.store.places.to_look_at(platform, now - every, now):
                try:
                    await adapter.owner(lost.destination)
                except SendError:
                    continue
                await self.find(lost.destination, now)
                back += 1
        return back

    async def _notice(self, about: Destination, title: str, text: str, now: datetime) -> None:
        if about == self.notices:
            return
        home = await self.store.workspaces.home()
        message = Answer(title, (Paragraph(plain(text)),), tone=Tone.WARNING)
        key = f"place:{title}:{now:%Y%m%dT%H%M%S}"
        await self.store.outbox.post(home.id, self.notices, message, key, now)

    async def _tell(
        self,
        person: Destination,
        destination: Destination,
        why: str,
        watchlists: list[Watchlist],
        now: datetime,
    ) -> None:
        """Tell somebody that their watchlists cannot be heard."""
        message = Answer(
            f"Your alerts no longer reach {destination}",
            (
                Paragraph(plain(why)),
                Bullets(tuple(plain(f"watchlist {each.name}") for each in watchlists)),
                Paragraph(plain("/watch edit gives a watchlist another channel.")),
            ),
            tone=Tone.WARNING,
        )
        if (team := await self.store.places.owner(destination)) is not None:
            await self.store.places.note_owner(person, team)
        key = f"place:{destination}:{now:%Y%m%dT%H%M%S}"
        await self.store.outbox.post(watchlists[0].workspace, person, message, key, now)


def is_person(destination: Destination) -> bool:
    """Whether this is somebody's own conversation with the bot and no channel."""
    return destination.address[:1] in {"U", "W", "@"}


def _by_maker(watchlists: Iterable[Watchlist]) -> Mapping[Destination, list[Watchlist]]:
    """Watchlists by whoever made them; those of the configuration have nobody."""
    found: dict[Destination, list[Watchlist]] = {}
    for each in watchlists:
        if made := _MAKER.search(each.created_by):
            platform = Platform(made[1])
            name = made[2] if platform is Platform.SLACK else f"@{made[2]}"
            found.setdefault(Destination(platform, name), []).append(each)
    return found
