"""The store as the other rooms hold it: one database and one object per kind of thing in it.

It adds nothing of its own.
"""

from dataclasses import dataclass
from typing import Self

from bot.store.articles import Articles
from bot.store.audit import Audit
from bot.store.belongings import Belongings
from bot.store.code_tries import CodeTries
from bot.store.database import Database
from bot.store.declared import Declared
from bot.store.digests import Digests
from bot.store.drafts import Drafts
from bot.store.duties import Duties
from bot.store.feeds import Feeds
from bot.store.hindsight import Hindsight
from bot.store.hours import ChannelHours
from bot.store.installations import Installations
from bot.store.invitations import Invitations
from bot.store.kept_back import KeptUpdates
from bot.store.lists import Lists
from bot.store.managing import Managing
from bot.store.mutes import KeptMutes
from bot.store.outbox import Outbox
from bot.store.pages import Pages
from bot.store.parting import Parting
from bot.store.places import Places
from bot.store.rerouting import Rerouting
from bot.store.rulings import KeptRulings
from bot.store.search import Search
from bot.store.stories import StoryArchive
from bot.store.telling import Telling
from bot.store.timetable import Timetable
from bot.store.told import ToldArchive
from bot.store.troubles import Troubles
from bot.store.votes import Votes
from bot.store.watchlists import Watchlists
from bot.store.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept."""

    database: Database
    workspaces: Workspaces
    belongings: Belongings
    feeds: Feeds
    articles: Articles
    pages: Pages
    search: Search
    hindsight: Hindsight
    stories: StoryArchive
    kept_updates: KeptUpdates
    telling: Telling
    told: ToldArchive
    rulings: KeptRulings
    mutes: KeptMutes
    votes: Votes
    watchlists: Watchlists
    lists: Lists
    outbox: Outbox
    troubles: Troubles
    rerouting: Rerouting
    digests: Digests
    hours: ChannelHours
    drafts: Drafts
    duties: Duties
    timetable: Timetable
    audit: Audit
    declared: Declared
    places: Places
    installations: Installations
    invitations: Invitations
    code_tries: CodeTries
    parting: Parting
    managing: Managing

    @classmethod
    async def open(cls, url: str, *, alone: bool = False) -> Self:
        """Open and migrate the database at `url`. Raises StoreError with the remedy.

        `alone` is as for `Database.open`.
        """
        database = await Database.open(url, alone=alone)
        return cls(
            database,
            Workspaces(database),
            Belongings(database),
            Feeds(database),
            Articles(database),
            Pages(database),
            Search(database),
            Hindsight(database),
            StoryArchive(database),
            KeptUpdates(database),
            Telling(database),
            ToldArchive(database),
            KeptRulings(database),
            KeptMutes(database),
            Votes(database),
            Watchlists(database),
            Lists(database),
            Outbox(database),
            Troubles(database),
            Rerouting(database),
            Digests(database),
            ChannelHours(database),
            Drafts(database),
            Duties(database),
            Timetable(database),
            Audit(database),
            Declared(database),
            Places(database),
            Installations(database),
            Invitations(database),
            CodeTries(database),
            Parting(database),
            Managing(database),
        )

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()
