"""How many sources a watchlist waits for, and how soon its alerts go out."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Every watchlist goes on as before: one source is enough, and each alert goes at once."""
    op.add_column(
        "watchlist_revisions",
        sa.Column("min_sources", sa.Integer(), nullable=False, server_default="1"),
    )
    op.add_column(
        "watchlist_revisions",
        sa.Column("cadence", sa.Text(), nullable=False, server_default="instant"),
    )
