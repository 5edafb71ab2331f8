"""What judging a poll takes, and what it gives: known facts in, decisions and messages out."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta

from bot.alerts.mute import Mutes
from bot.message import Message
from bot.model import (
    Act,
    Alert,
    ArticleId,
    Decision,
    DecisionId,
    Destination,
    StoryId,
    WatchlistId,
    WorkspaceId,
)
from bot.stories.corroboration import Report
from bot.stories.newsroom import Filed
from bot.stories.rulings import Rulings
from bot.stories.standing import Standing

Place = tuple[WorkspaceId, Destination]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article that matched, and was not told because its story had too few sources."""

    decision: DecisionId
    placed: StoryId
    alert: Alert


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of these articles and their stories.

    `decided` are the watchlists for which an article was judged before, `told` those that were told
    of its address by way of another feed, `reports` the earlier articles of a story that a
    workspace can see, `pairs` what the articles said that a place saw; see `stories.recall`.
    """

    decided: Mapping[ArticleId, Set[WatchlistId]] = field(default_factory=dict)
    told: Set[tuple[WatchlistId, ArticleId]] = frozenset()
    standings: Sequence[Standing] = ()
    pairs: Mapping[ArticleId, Set[int]] = field(default_factory=dict)
    reports: Mapping[tuple[WorkspaceId, StoryId], tuple[Report, ...]] = field(default_factory=dict)
    rulings: Mapping[WorkspaceId, Rulings] = field(default_factory=dict)
    mutes: Mutes = field(default_factory=Mutes)
    waiting: Sequence[Waiting] = ()

    def story(self, workspace: WorkspaceId, filed: Filed) -> StoryId:
        """Where an article stands for a workspace: where it was put, if nobody ruled otherwise."""
        return self.ruled(workspace, filed.article, filed.story)

    def ruled(self, workspace: WorkspaceId, article: ArticleId, placed: StoryId) -> StoryId:
        """The same, for an article that was put into a story earlier."""
        ruled = self.rulings.get(workspace)
        return ruled.story(article, placed) if ruled else placed


@dataclass(frozen=True, slots=True)
class Terms:
    """What is told at all: how old an article may be, how often a story may speak in an hour."""

    age_limit: timedelta
    updates_per_hour: int


@dataclass(frozen=True, slots=True)
class Sending:
    """A message to a place, because of an article; `because` are the watchlists that ask for it.

    `decision` is an earlier one that is carried out only now. `key` names it there for ever; a
    reply and an edit name their `card` by its key.
    """

    place: Place
    article: ArticleId
    because: tuple[WatchlistId, ...]
    key: str
    message: Message
    act: Act = Act.POST
    card: str = ""
    decision: DecisionId | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be committed: the decisions on each article, what is sent, what is known then.

    `released` are earlier decisions to wait for sources whose alerts go out now, `pairs` what those
    of the articles say that a place saw.
    """

    decisions: Mapping[ArticleId, tuple[Decision, ...]]
    sendings: tuple[Sending, ...]
    standings: tuple[Standing, ...]
    released: tuple[DecisionId, ...] = ()
    pairs: Mapping[ArticleId, Set[int]] = field(default_factory=dict)
