"""What the commands work with, handed to each of them. It builds nothing and decides nothing."""

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.commands.allowance import Allowance
from bot.commands.invocation import Invocation
from bot.commands.sight import Sight
from bot.config import WhoManages
from bot.errors import CommandError
from bot.feeds.discover import Scout
from bot.insight.easel import Easel
from bot.message import Answer, Bullets, Code, Paragraph, Tone, plain
from bot.model import Actor, Destination, FullText, Platform, Watchlist, WorkspaceId
from bot.redaction import redacted
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class ChatHealth:
    """How one chat platform stands, in words."""

    platform: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, and the few things of the running bot that commands ask about.

    `scout` looks at feeds and stores nothing; it raises the feeds room's errors. `owner` says whose
    a channel is; it raises SendError where the platform does not show it to us. `easel` draws.
    `managers` is who may manage in each chat, as the configuration says.
    `feed_tests` says how often a workspace may have feeds asked at once.
    """

    store: Store
    scout: Scout
    owner: Callable[[Destination], Awaitable[WorkspaceId | None]]
    started_at: datetime
    version: str
    chats: Callable[[], tuple[ChatHealth, ...]] = field(default=tuple)
    managers: Mapping[Platform, WhoManages] = field(default_factory=dict)
    full_text: FullText = FullText.NEAR_MISS
    easel: Easel = field(default_factory=Easel)
    feed_tests: Allowance = field(default_factory=lambda: Allowance(5, timedelta(minutes=1)))

    async def sight(self, asked: Invocation) -> Sight:
        """What may be seen from where somebody asks."""
        return await self.sight_from(asked.workspace, asked.channel, asked.around)

    async def sight_from(self, workspace: WorkspaceId, *here: Destination | None) -> Sight:
        """What people of a workspace may see from these places."""
        return Sight(frozenset(here), await self.store.places.open_to(workspace))

    async def watchlists(self, asked: Invocation) -> tuple[Watchlist, ...]:
        """The watchlists that are seen from here, by name."""
        sight = await self.sight(asked)
        found = await self.store.watchlists.of(asked.workspace)
        return tuple(each for each in found if sight.shows(each.destinations))

    async def known(self, asked: Invocation, name: str) -> Watchlist | None:
        """The watchlist of that name, if it is seen from here."""
        found = await self.store.watchlists.find(asked.workspace, name)
        seen = found is not None and (await self.sight(asked)).shows(found.destinations)
        return found if seen else None

    async def watchlist(self, asked: Invocation, name: str) -> Watchlist:
        """The watchlist of that name.

        Raises:
            CommandError: none of that name is seen from here; it proposes the nearest one that is.
        """
        if found := await self.known(asked, name):
            return found
        names = [watchlist.name for watchlist in await self.watchlists(asked)]
        meant = _with_name(asked, nearest(name, names))
        raise CommandError(f"There is no watchlist '{name}'.", suggestion=meant or "/watch list")


def nearest(name: str, names: list[str]) -> str:
    """The known name most like the one that was typed, or nothing."""
    by_fold = {known.casefold(): known for known in names}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.5)
    return by_fold[close[0]] if close else ""


def quoted(name: str) -> str:
    """A name as it is typed in a command line."""
    return f'"{name}"' if " " in name else name


def _with_name(asked: Invocation, name: str) -> str:
    """What was typed, with this watchlist's name instead; without one, nothing."""
    if not name or " " not in asked.name:  # a button or a form was no line
        return f"/watch show {quoted(name)}" if name else ""
    values = {key: value for key, value in asked.values.items() if value and key != "watch"}
    query = values.pop("query", "")
    options = [f"--{key} {quoted(value)}" for key, value in values.items()]
    return " ".join(filter(None, [f"/{asked.name}", *options, quoted(name), query]))


def refusal(error: CommandError) -> Answer:
    """A command error as people read it: what is wrong, where, and what to write instead.

    It repeats what was typed, but for secrets: an answer may stand where others see it.
    """
    blocks: list[Paragraph | Code | Bullets] = []
    if error.caret:
        blocks.append(Code(error.caret))
    lead, line = error.remedy or ("", "")
    if line and not line.startswith("--"):  # an option alone: a form has none to type
        blocks += [Paragraph(plain(lead)), Code(line)]
    return Answer(redacted(error.message), tuple(blocks), tone=Tone.FAULT)


def may_change(actor: Actor, watchlist: Watchlist) -> bool:
    """Managers may change every watchlist, everyone else the ones that they made."""
    return actor.manager or watchlist.created_by == str(actor)
