"""The tables as the queries of this room see them.

The migrations make them; a test compares both. Decisions and deliveries carry their workspace in
their foreign keys, so the database itself refuses to tie one workspace's work to another's.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.model import Destination, Finding, Habits
from bot.store.columns import Frozen, Instant, Prose, Span

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "pk": "%(table_name)s_pk",
    }
)

# Words and not parameters: an index over some rows serves only a query that says the same words.
UNPROCESSED = "state = 'new'"
AWAITING = "state = 'awaiting_text'"
PAGE_WAITS = "state in ('wanted', 'asked')"
HELD = "state = 'held'"
UNFINISHED = "state in ('pending', 'sending', 'uncertain')"
UNCLAIMED = f"{UNFINISHED} and leased_until is null"
LEASED = "leased_until is not null"

Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _workspace(*, index: bool = False) -> Column[int]:
    return Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False, index=index)


# sqlite_autoincrement: an id is never given twice, since buttons in old messages name ids.
workspaces = Table(
    "workspaces",
    metadata,
    _id(),
    Column("name", Prose, nullable=False),
    Column("is_home", Boolean, nullable=False),
    Index(
        "workspaces_one_home",
        "is_home",
        unique=True,
        sqlite_where=text("is_home"),
        postgresql_where=text("is_home"),
    ),
    sqlite_autoincrement=True,
)

seats = Table(
    "seats",
    metadata,
    Column("platform", Text, nullable=False),
    Column("external_id", Prose, nullable=False),
    _workspace(index=True),
    # Of a chat that joined with a code: the workspace that it had before, and since when it has
    # not. No foreign key, since that one may be deleted meanwhile; no number is given twice.
    Column("own_workspace_id", Id),
    Column("joined_at", Instant),
    PrimaryKeyConstraint("platform", "external_id"),
)

feeds = Table(
    "feeds",
    metadata,
    _id(),
    Column("url", Prose, nullable=False, unique=True),
    Column("etag", Prose),
    Column("last_modified", Prose),
    Column("body_hash", Text),
    Column("next_poll_at", Instant, nullable=False, index=True),
    Column("last_polled_at", Instant),
    Column("last_success_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("error", Prose),
    Column("lease", Text),
    Column("leased_until", Float),
    Column("habits", Frozen(Habits)),
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _workspace(),
    Column("feed_id", Id, ForeignKey("feeds.id"), nullable=False, index=True),
    Column("name", Prose, nullable=False),
    Column("tags", Frozen(tuple[str, ...]), nullable=False),
    Column("interval", Span),
    Column("created_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Column("paused_at", Instant),
    Column("full_text", Text),
    UniqueConstraint("workspace_id", "feed_id"),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("feed_id", Id, ForeignKey("feeds.id"), nullable=False),
    Column("identity", Prose, nullable=False),
    Column("title", Prose, nullable=False),
    Column("body", Prose, nullable=False),
    Column("url", Prose),
    Column("source", Prose, nullable=False),
    Column("source_host", Prose),
    Column("language", Prose),
    Column("published_at", Instant),
    Column("published_day_only", Boolean, nullable=False),
    Column("author", Prose),
    Column("tags", Frozen(tuple[str, ...]), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("baseline", Boolean, nullable=False),
    Column("processed_at", Instant),
    Column("held_back", Boolean, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("revised_at", Instant),
    Column("was_title", Prose),
    Column("was_body", Prose),
    UniqueConstraint("feed_id", "identity"),
    # A hash index takes addresses of any length; a tree refuses those above 2,704 bytes.
    Index("articles_by_url", "url", postgresql_using="hash"),
    Index("articles_newest", "first_seen_at", "id"),
    Index(
        "articles_unprocessed",
        "first_seen_at",
        "id",
        sqlite_where=text(UNPROCESSED),
        postgresql_where=text(UNPROCESSED),
    ),
    Index(
        "articles_awaiting_text",
        "first_seen_at",
        "id",
        sqlite_where=text(AWAITING),
        postgresql_where=text(AWAITING),
    ),
    sqlite_autoincrement=True,
)

# The text is kept apart from what the feed shows, whose edits are told by comparing it.
pages = Table(
    "pages",
    metadata,
    Column(
        "article_id",
        Id,
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("feed_id", Id, ForeignKey("feeds.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("asked_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("lease", Text),
    Column("leased_until", Float),
    Column("reason", Prose),
    Column("text", Prose),
    Index("pages_by_feed", "feed_id", "asked_at"),
    Index(
        "pages_waiting",
        "rank",
        sqlite_where=text(PAGE_WAITS),
        postgresql_where=text(PAGE_WAITS),
    ),
)

# Kept apart from the articles, which may be deleted long before an item may be told again.
names = Table(
    "names",
    metadata,
    Column("feed_id", Id, ForeignKey("feeds.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("feed_id", "name"),
)

# What the parser said to keep of each feed's last document. Apart from the feeds, whose rows are
# read and written at every poll.
documents = Table(
    "documents",
    metadata,
    Column("feed_id", Id, ForeignKey("feeds.id"), primary_key=True, autoincrement=False),
    Column("shown", LargeBinary, nullable=False),
)

watchlists = Table(
    "watchlists",
    metadata,
    _id(),
    _workspace(),
    Column("name_key", Prose, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_by", Prose, nullable=False),
    Column("removed_at", Instant),
    UniqueConstraint("id", "workspace_id"),
    Index(
        "watchlists_one_of_a_name",
        "workspace_id",
        "name_key",
        unique=True,
        sqlite_where=text("removed_at is null"),
        postgresql_where=text("removed_at is null"),
    ),
    sqlite_autoincrement=True,
)

revisions = Table(
    "watchlist_revisions",
    metadata,
    Column("watchlist_id", Id, ForeignKey("watchlists.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("name", Prose, nullable=False),
    Column("query", Prose, nullable=False),
    Column("severity", Text, nullable=False),
    Column("destinations", Frozen(tuple[Destination, ...]), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("changed_by", Prose, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("min_sources", Integer, nullable=False, server_default="1"),
    Column("cadence", Text, nullable=False, server_default="instant"),
    Column("paused_until", Instant),
    PrimaryKeyConstraint("watchlist_id", "revision"),
)

decisions = Table(
    "decisions",
    metadata,
    _id(),
    _workspace(),
    Column("watchlist_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    Column("told", Boolean, nullable=False),
    Column("reason", Prose, nullable=False),
    Column("evidence", Frozen(tuple[Finding, ...]), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("detail", Prose, nullable=False, server_default=""),
    ForeignKeyConstraint(
        ["watchlist_id", "workspace_id"], ["watchlists.id", "watchlists.workspace_id"]
    ),
    ForeignKeyConstraint(
        ["watchlist_id", "revision"],
        ["watchlist_revisions.watchlist_id", "watchlist_revisions.revision"],
    ),
    UniqueConstraint("article_id", "watchlist_id"),
    UniqueConstraint("id", "workspace_id"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _workspace(),
    Column("decision_id", Id),
    Column("platform", Text, nullable=False),
    Column("destination", Prose, nullable=False),
    Column("dedup_key", Prose, nullable=False),
    Column("act", Text, nullable=False, server_default="post"),
    Column("card_key", Prose),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("attempt_started_at", Instant),
    Column("lease", Text),
    Column("leased_until", Float),
    Column("sent_at", Instant),
    Column("receipt_destination", Prose),
    Column("receipt_id", Prose),
    Column("error", Prose),
    Column("joined_into", Id),
    ForeignKeyConstraint(
        ["decision_id", "workspace_id"], ["decisions.id", "decisions.workspace_id"]
    ),
    UniqueConstraint("destination", "dedup_key"),
    Index("deliveries_by_workspace", "workspace_id", "state"),
    Index(
        "deliveries_unclaimed",
        "id",
        sqlite_where=text(UNCLAIMED),
        postgresql_where=text(UNCLAIMED),
    ),
    Index(
        "deliveries_leased",
        "leased_until",
        sqlite_where=text(LEASED),
        postgresql_where=text(LEASED),
    ),
    Index(
        "deliveries_held",
        "next_attempt_at",
        sqlite_where=text(HELD),
        postgresql_where=text(HELD),
    ),
    Index(
        "deliveries_unfinished_by_destination",
        "destination",
        "id",
        sqlite_where=text(UNFINISHED),
        postgresql_where=text(UNFINISHED),
    ),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    _workspace(),
    Column("actor", Prose, nullable=False),
    Column("kind", Prose, nullable=False),
    Column("payload", Frozen(dict[str, str]), nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _workspace(),
    Column("at", Instant, nullable=False),
    Column("actor", Prose, nullable=False),
    Column("action", Prose, nullable=False),
    Column("subject", Prose, nullable=False),
    Column("detail", Prose, nullable=False),
    Column("about", Id),
    Column("place", Prose),
    Index("audit_by_workspace", "workspace_id", "id"),
    sqlite_autoincrement=True,
)

declared = Table(
    "declared",
    metadata,
    _workspace(),
    Column("kind", Text, nullable=False),
    Column("name", Prose, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("workspace_id", "kind", "name"),
)

# A number that moves with every change of a kind. A counter, since the highest id of a history
# would not do: on PostgreSQL a lower id may be committed after a higher one was seen.
stamps = Table(
    "stamps",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# What one process at a time does, such as answering in a chat.
duties = Table(
    "duties",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("leased_until", Float, nullable=False),
)
