"""Pauses of watchlists that end by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Those that are paused stay so until somebody resumes them."""
    op.add_column("watchlist_revisions", sa.Column("paused_until", sa.DateTime(timezone=True)))
