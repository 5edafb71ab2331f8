"""A subscription may rest: its workspace hears nothing of the feed until it is resumed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Every subscription goes on as it was: none is paused."""
    op.add_column("subscriptions", sa.Column("paused_at", sa.DateTime(timezone=True)))
