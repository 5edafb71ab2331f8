"""What one destination was told of a story: its card, its figures, its sentences, and when.

It is all that is kept between two articles of a story; `living` decides from it what comes next.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.message import AlertCard
from bot.model import Destination, Severity, StoryId, WatchlistId, WorkspaceId
from bot.stories.ledger import Ledger
from bot.stories.novelty import Thread


@dataclass(frozen=True, slots=True)
class Standing:
    """A story as a destination knows it.

    `key` is the dedup key of the delivery that posted `card`, which is the card as it reads now.
    `watchlists` are those that matched, `spoken` when something went into the thread in the last
    hour, and `thread` and `ledger` what was told and seen.
    """

    workspace: WorkspaceId
    destination: Destination
    story: StoryId
    key: str
    card: AlertCard
    severity: Severity
    watchlists: tuple[WatchlistId, ...]
    ledger: Ledger
    thread: Thread
    spoken: tuple[datetime, ...]
    changed_at: datetime

    @property
    def place(self) -> tuple[WorkspaceId, Destination]:
        """Where it is known."""
        return self.workspace, self.destination
