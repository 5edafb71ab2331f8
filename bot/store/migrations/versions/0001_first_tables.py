"""The first tables: workspaces, feeds, articles, watchlists, decisions, deliveries and the rest.

It uses SQLAlchemy's own types, so that it stays what it was when the types of the store change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and start the stamp of the watchlists."""
    op.create_table(
        "workspaces",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_home", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="workspaces_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "workspaces_one_home",
        "workspaces",
        ["is_home"],
        unique=True,
        sqlite_where=sa.text("is_home"),
        postgresql_where=sa.text("is_home"),
    )
    op.create_table(
        "seats",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="seats_workspace_id_fk"),
        sa.PrimaryKeyConstraint("platform", "external_id", name="seats_pk"),
    )
    op.create_index("seats_workspace_id", "seats", ["workspace_id"])
    op.create_table(
        "feeds",
        sa.Column("id", Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_hash", sa.Text()),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_polled_at", sa.DateTime(timezone=True)),
        sa.Column("last_success_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("lease", sa.Text()),
        sa.Column("leased_until", sa.Float()),
        sa.PrimaryKeyConstraint("id", name="feeds_pk"),
        sa.UniqueConstraint("url", name="feeds_url_unique"),
        sqlite_autoincrement=True,
    )
    op.create_index("feeds_next_poll_at", "feeds", ["next_poll_at"])
    op.create_table(
        "subscriptions",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("interval", sa.Float()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="subscriptions_feed_id_fk"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="subscriptions_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("id", name="subscriptions_pk"),
        sa.UniqueConstraint(
            "workspace_id", "feed_id", name="subscriptions_workspace_id_feed_id_unique"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("subscriptions_feed_id", "subscriptions", ["feed_id"])
    op.create_table(
        "articles",
        sa.Column("id", Id, nullable=False),
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_host", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_day_only", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="articles_feed_id_fk"),
        sa.PrimaryKeyConstraint("id", name="articles_pk"),
        sa.UniqueConstraint("feed_id", "identity", name="articles_feed_id_identity_unique"),
        sqlite_autoincrement=True,
    )
    op.create_index("articles_by_url", "articles", ["url"], postgresql_using="hash")
    op.create_index("articles_newest", "articles", ["first_seen_at", "id"])
    op.create_index(
        "articles_unprocessed",
        "articles",
        ["first_seen_at", "id"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "watchlists",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="watchlists_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("id", name="watchlists_pk"),
        sa.UniqueConstraint("id", "workspace_id", name="watchlists_id_workspace_id_unique"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "watchlists_one_of_a_name",
        "watchlists",
        ["workspace_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "watchlist_revisions",
        sa.Column("watchlist_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("destinations", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["watchlist_id"], ["watchlists.id"], name="watchlist_revisions_watchlist_id_fk"
        ),
        sa.PrimaryKeyConstraint("watchlist_id", "revision", name="watchlist_revisions_pk"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("watchlist_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="decisions_article_id_fk"),
        sa.ForeignKeyConstraint(
            ["watchlist_id", "revision"],
            ["watchlist_revisions.watchlist_id", "watchlist_revisions.revision"],
            name="decisions_watchlist_id_revision_fk",
        ),
        sa.ForeignKeyConstraint(
            ["watchlist_id", "workspace_id"],
            ["watchlists.id", "watchlists.workspace_id"],
            name="decisions_watchlist_id_workspace_id_fk",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="decisions_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("id", name="decisions_pk"),
        sa.UniqueConstraint(
            "article_id", "watchlist_id", name="decisions_article_id_watchlist_id_unique"
        ),
        sa.UniqueConstraint("id", "workspace_id", name="decisions_id_workspace_id_unique"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("decision_id", Id),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt_started_at", sa.DateTime(timezone=True)),
        sa.Column("lease", sa.Text()),
        sa.Column("leased_until", sa.Float()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("receipt_destination", sa.Text()),
        sa.Column("receipt_id", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(
            ["decision_id", "workspace_id"],
            ["decisions.id", "decisions.workspace_id"],
            name="deliveries_decision_id_workspace_id_fk",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="deliveries_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("id", name="deliveries_pk"),
        sa.UniqueConstraint(
            "destination", "dedup_key", name="deliveries_destination_dedup_key_unique"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_by_workspace", "deliveries", ["workspace_id", "state"])
    op.create_index(
        "deliveries_unfinished",
        "deliveries",
        ["id"],
        sqlite_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
    )
    op.create_index(
        "deliveries_unfinished_by_destination",
        "deliveries",
        ["destination", "id"],
        sqlite_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="drafts_workspace_id_fk"),
        sa.PrimaryKeyConstraint("id", name="drafts_pk"),
    )
    op.create_index("drafts_created_at", "drafts", ["created_at"])
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="audit_workspace_id_fk"),
        sa.PrimaryKeyConstraint("id", name="audit_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_workspace", "audit", ["workspace_id", "id"])
    op.create_table(
        "declared",
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="declared_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "name", name="declared_pk"),
    )
    op.create_table(
        "stamps",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="stamps_pk"),
    )
    op.execute("insert into stamps (kind, value) values ('watchlists', 0)")
