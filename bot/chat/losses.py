"""Channels that we lose and find again: what waits for them stops or goes on, and people are told.

Who posts notices that a channel is gone is the chats' and the outbox loop's affair.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.chat.adapter import ChatAdapter
from bot.commands.desk import quoted
from bot.commands.sight import Sight
from bot.errors import SendError
from bot.message import Answer, Bullets, Paragraph, Tone, plain
from bot.model import Destination, Platform, Watchlist, WorkspaceId
from bot.store.places import LostPlace
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

    async def lose(
        self, destination: Destination, why: str, now: datetime, *, for_good: bool = False
    ) -> None:
        """Nothing goes there any more; those who run the bot and the watchlists' makers hear of it.

        A channel that was lost before is told of once, and again when it is gone `for_good`.
        """
        if await self.store.places.lose(destination, why, now, for_good=for_good) is None:
            return
        log.warning("%s is lost: %s", destination, why)
        lost = await self.store.places.lost_at(destination)
        if is_person(destination) or lost is None:
            return
        affected = await self.store.watchlists.alerting_to(destination)
        await self._notice_loss(lost, affected, now)
        for (workspace, person), theirs in _by_maker(affected).items():
            await self._tell(workspace, person, lost, theirs, now)

    async def find(self, destination: Destination, now: datetime) -> None:
        """The channel takes messages; if it was lost, what it missed lately goes out."""
        lost = await self.store.places.lost_at(destination)
        if not await self.store.places.find_again(destination, now):
            return
        log.info("%s is back.", destination)
        if not is_person(destination) and lost is not None:
            said = ("What it missed in the last 24 hours is on its way.",)
            called = await self._called(replace(lost, for_good=False))
            await self._notice(destination, f"{called} is back", said, now)

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

    async def _notice_loss(
        self, lost: LostPlace, affected: Sequence[Watchlist], now: datetime
    ) -> None:
        """Of watchlists that are not seen where those who run the bot read, only how many."""
        home = await self.store.workspaces.home()
        sight = Sight(frozenset({self.notices}), await self.store.places.open_to(home.id))
        seen = [
            each.name
            for each in affected
            if each.workspace == home.id and sight.shows(each.destinations)
        ]
        many = "1 watchlist alerts" if len(affected) == 1 else f"{len(affected)} watchlists alert"
        names = f": {', '.join(seen)}" if seen else ""
        said = f"{lost.why} {many} there{names}."
        state = "gone" if lost.for_good else "lost"
        title = f"{await self._called(lost)} is {state}"
        await self._notice(lost.destination, title, (said, *_remedy(lost, affected, seen)), now)

    async def _called(self, lost: LostPlace) -> str:
        """A channel for those who run the bot; without its name where that is not theirs to see."""
        home = await self.store.workspaces.home()
        sight = Sight(frozenset({self.notices}), await self.store.places.open_to(home.id))
        ours = await self._belongs_to(home.id, lost.destination)
        known = lost if ours and sight.sees(lost.destination) else replace(lost, name="")
        return _called(known, self.notices.platform)

    async def _belongs_to(self, workspace: WorkspaceId, place: Destination) -> bool:
        team = await self.store.places.owner(place)
        seat = None if team is None else await self.store.workspaces.seat(place.platform, team)
        return seat is not None and seat.id == workspace

    async def _notice(
        self, about: Destination, title: str, said: Sequence[str], now: datetime
    ) -> None:
        if about == self.notices:
            return
        home = await self.store.workspaces.home()
        blocks = tuple(Paragraph(plain(each)) for each in said)
        message = Answer(title, blocks, tone=Tone.WARNING)
        key = f"place:{about}:{title}:{now:%Y%m%dT%H%M%S}"
        await self.store.outbox.post(home.id, self.notices, message, key, now)

    async def _tell(
        self,
        workspace: WorkspaceId,
        person: Destination,
        lost: LostPlace,
        watchlists: Sequence[Watchlist],
        now: datetime,
    ) -> None:
        """Tell somebody that their watchlists cannot be heard."""
        names = [each.name for each in watchlists]
        message = Answer(
            f"Your alerts no longer reach {_called(lost, person.platform)}",
            (
                Paragraph(plain(lost.why)),
                Bullets(tuple(plain(f"watchlist {each}") for each in names)),
                *(Paragraph(plain(each)) for each in _remedy(lost, watchlists, names)),
            ),
            tone=Tone.WARNING,
        )
        if (team := await self.store.places.owner(lost.destination)) is not None:
            await self.store.places.note_owner(person, team)
        key = f"place:{lost.destination}:{now:%Y%m%dT%H%M%S}"
        await self.store.outbox.post(workspace, person, message, key, now)


def is_person(destination: Destination) -> bool:
    """Whether this is somebody's own conversation with the bot and no channel."""
    return destination.address[:1] in {"U", "W", "@"}


def _called(lost: LostPlace, reader: Platform) -> str:
    """A channel as its readers know it: where it still is, their own chat shows its name."""
    if lost.destination.platform is reader and not lost.for_good:
        return str(lost.destination)
    return lost.called


def _remedy(
    lost: LostPlace, affected: Sequence[Watchlist], names: Sequence[str]
) -> tuple[str, ...]:
    """What is to be done, and what becomes of what the channel misses meanwhile."""
    if not affected:
        return ()
    edit = f"/watch edit {quoted(names[0]) if names else 'NAME'} --channel …"
    if lost.for_good:
        whom = "it" if len(affected) == 1 else "each"
        return (
            f"Give {whom} another channel: {edit}",
            "What it misses until then goes there, if it is not older than 24 hours.",
        )
    return (
        "What it misses in the next 24 hours is sent when it is back.",
        f"To send it elsewhere: {edit}",
    )


def _by_maker(
    watchlists: Iterable[Watchlist],
) -> Mapping[tuple[WorkspaceId, Destination], Sequence[Watchlist]]:
    """Watchlists by their workspace and maker; those of the configuration have nobody."""
    found: dict[tuple[WorkspaceId, Destination], list[Watchlist]] = {}
    for each in watchlists:
        if made := _MAKER.search(each.created_by):
            platform = Platform(made[1])
            name = made[2] if platform is Platform.SLACK else f"@{made[2]}"
            found.setdefault((each.workspace, Destination(platform, name)), []).append(each)
    return found
