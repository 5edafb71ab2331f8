"""Codes with which a further chat joins a workspace."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody was invited so far."""
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="invitations_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("code_hash", name="invitations_pk"),
    )
    op.create_index("invitations_workspace_id", "invitations", ["workspace_id"])
