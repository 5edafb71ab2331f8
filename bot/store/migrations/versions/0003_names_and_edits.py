"""Items are known by several names, articles may be edited, and a feed has habits.

Until now an item had one name, its identity; every one of them is carried over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nothing was edited or held back so far, and no habit is known."""
    op.add_column("feeds", sa.Column("habits", sa.Text()))
    op.add_column(
        "articles", sa.Column("held_back", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "articles", sa.Column("edits", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("articles", sa.Column("revised_at", sa.DateTime(timezone=True)))
    op.add_column("articles", sa.Column("was_title", sa.Text()))
    op.add_column("articles", sa.Column("was_body", sa.Text()))
    op.create_table(
        "names",
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("article_id", Id),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="names_feed_id_fk"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="names_article_id_fk", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("feed_id", "name", name="names_pk"),
    )
    op.create_index("names_article_id", "names", ["article_id"])
    op.execute(
        "insert into names (feed_id, name, article_id, seen_at)"
        " select feed_id, identity, id, first_seen_at from articles"
    )
