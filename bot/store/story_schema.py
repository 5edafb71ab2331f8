"""The tables of stories: what lives, where each article was put, what each place was told.

They belong to the same metadata as all others; see `schema`.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from bot.message import AlertCard
from bot.model import ArticleId, WatchlistId
from bot.store.columns import Frozen, Hashes, Instant, Prose
from bot.store.schema import Id, metadata
from bot.stories.cluster import StoryState
from bot.stories.fingerprint import Copy
from bot.stories.ledger import Ledger
from bot.stories.rulings import Ruling
from bot.stories.standing import KeptBack

KEPT_BACK = "kept_back is not null"

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("changed", BigInteger, nullable=False, index=True),
    Column("state", Frozen(StoryState), nullable=False),
)

# Where each article was put. `copies` are the earlier articles whose text it carries, `pairs` what
# it says, where a place that follows its story saw it: once for all of them.
placements = Table(
    "placements",
    metadata,
    Column(
        "article_id",
        Id,
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("story_id", Id, ForeignKey("stories.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("changed", BigInteger, nullable=False, index=True),
    Column("reason", Prose, nullable=False),
    Column("copies", Frozen(tuple[Copy, ...]), nullable=False),
    Column("marks", Hashes, nullable=False),
    Column("pairs", Hashes),
)

# What a place alone saw is in `seen`: an article whose text had changed, and all of before `saw`.
standings = Table(
    "standings",
    metadata,
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False),
    Column("destination", Prose, nullable=False),
    Column("story_id", Id, nullable=False),
    Column("card_key", Prose, nullable=False),
    Column("card", Frozen(AlertCard), nullable=False),
    Column("severity", Text, nullable=False),
    Column("watchlists", Frozen(tuple[WatchlistId, ...]), nullable=False),
    Column("ledger", Frozen(Ledger), nullable=False),
    Column("told", Hashes, nullable=False),
    Column("seen", Hashes, nullable=False),
    Column("length", Integer, nullable=False),
    Column("spoken", Frozen(tuple[datetime, ...]), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("saw", Frozen(tuple[ArticleId, ...]), nullable=False, server_default="[]"),
    Column("kept_back", Frozen(KeptBack)),
    PrimaryKeyConstraint("story_id", "workspace_id", "destination"),
    Index(
        "standings_kept_back",
        "story_id",
        sqlite_where=text(KEPT_BACK),
        postgresql_where=text(KEPT_BACK),
    ),
)

rulings = Table(
    "rulings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False, index=True),
    Column("ruling", Frozen(Ruling), nullable=False),
    Column("undone_at", Instant),
    sqlite_autoincrement=True,
)
