"""Pages of articles: wanted, asked for, read; and for which feeds they are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AWAITING = sa.text("state = 'awaiting_text'")
WAITS = sa.text("state in ('wanted', 'asked')")


def upgrade() -> None:
    """No page was read so far, and nobody chose for which feeds they are."""
    instant = sa.DateTime(timezone=True)
    op.add_column("subscriptions", sa.Column("full_text", sa.Text()))
    op.create_table(
        "pages",
        sa.Column("article_id", Id, nullable=False, autoincrement=False),
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("wanted_at", instant, nullable=False),
        sa.Column("next_at", instant, nullable=False),
        sa.Column("asked_at", instant),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Text()),
        sa.Column("leased_until", sa.Float()),
        sa.Column("reason", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="pages_article_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="pages_feed_id_fk"),
        sa.PrimaryKeyConstraint("article_id", name="pages_pk"),
    )
    op.create_index("pages_by_feed", "pages", ["feed_id", "asked_at"])
    op.create_index("pages_waiting", "pages", ["rank"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index(
        "articles_awaiting_text",
        "articles",
        ["first_seen_at", "id"],
        sqlite_where=AWAITING,
        postgresql_where=AWAITING,
    )
