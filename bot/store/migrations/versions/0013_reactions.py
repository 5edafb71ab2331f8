"""What people do with alerts: mutes, and votes that an alert was not relevant."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody did anything so far."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "mutes",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("until", instant),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("ended_at", instant),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="mutes_workspace_id_fk"),
        sa.PrimaryKeyConstraint("id", name="mutes_pk"),
        sqlite_autoincrement=True,
    )
    holding = sa.text("ended_at is null")
    op.create_index(
        "mutes_holding",
        "mutes",
        ["workspace_id", "destination"],
        sqlite_where=holding,
        postgresql_where=holding,
    )
    op.create_table(
        "votes",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("decision_id", Id, nullable=False),
        sa.Column("delivery_id", Id),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("undone_at", instant),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="votes_workspace_id_fk"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="votes_delivery_id_fk", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "workspace_id"],
            ["decisions.id", "decisions.workspace_id"],
            name="votes_decision_id_workspace_id_fk",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="votes_pk"),
        sqlite_autoincrement=True,
    )
    standing = sa.text("undone_at is null")
    op.create_index("votes_delivery_id", "votes", ["delivery_id"])
    op.create_index(
        "votes_one_of_a_person",
        "votes",
        ["decision_id", "actor"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
