"""Stories: what lives, where each article was put and why, what each place was told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """There were none; articles of before stay without one."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "stories",
        sa.Column("id", Id, nullable=False),
        sa.Column("first_at", instant, nullable=False),
        sa.Column("last_at", instant, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="stories_pk"),
    )
    op.create_index("stories_changed", "stories", ["changed"])
    op.create_table(
        "placements",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("copies", sa.Text(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="placements_article_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="placements_story_id_fk"),
        sa.PrimaryKeyConstraint("article_id", name="placements_pk"),
    )
    op.create_index("placements_story_id", "placements", ["story_id"])
    op.create_index("placements_changed", "placements", ["changed"])
    op.create_table(
        "standings",
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("card_key", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("watchlists", sa.Text(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="standings_workspace_id_fk"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="standings_story_id_fk"),
        sa.PrimaryKeyConstraint("story_id", "workspace_id", "destination", name="standings_pk"),
    )
    op.add_column("decisions", sa.Column("detail", sa.Text(), nullable=False, server_default=""))
    op.execute("insert into stamps (kind, value) values ('stories', 0)")
