"""Who may manage a workspace in each chat."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody chose so far: the configuration decides."""
    op.create_table(
        "managers",
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="managers_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "platform", name="managers_pk"),
    )
