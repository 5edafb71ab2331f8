"""Which workspace a chat had before it joined another, so that it can leave."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A workspace that was founded for a chat has that chat's name, so it is found again."""
    op.add_column("seats", sa.Column("own_workspace_id", Id))
    op.add_column("seats", sa.Column("joined_at", sa.DateTime(timezone=True)))
    op.execute(
        "update seats set own_workspace_id = (select min(workspaces.id) from workspaces"
        " where workspaces.name = seats.platform || ' ' || seats.external_id"
        " and workspaces.id <> seats.workspace_id)"
    )
