"""What one destination was told of a story: its card, its figures, its sentences, and when.

It is all that is kept between two articles of a story; `living` decides from it what comes next.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.message import AlertCard, Update
from bot.model import ArticleId, Destination, Severity, StoryId, WatchlistId, WorkspaceId
from bot.stories.ledger import Ledger
from bot.stories.novelty import Thread


@dataclass(frozen=True, slots=True)
class KeptBack:
    """The update of most worth that came when a story had spoken enough; `key` would name it.

    `article` and the `watchlists` that match it brought it, `value` is that of its best sentence.
    """

    key: str
    update: Update
    value: float
    article: ArticleId
    watchlists: tuple[WatchlistId, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A story as a destination knows it.

    `key` is the dedup key of the delivery that posted `card`, which is the card as it reads now.
    `watchlists` are those that matched, `spoken` when something went into the thread in the last
    hour, `thread` and `ledger` what was told and seen, and `kept_back` what is told once the story
    may speak again.
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
    kept_back: KeptBack | None = None

    @property
    def place(self) -> tuple[WorkspaceId, Destination]:
        """Where it is known."""
        return self.workspace, self.destination
