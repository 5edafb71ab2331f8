"""What an article says, once for all places that saw it, and which articles each place saw."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """What each place saw so far stays with it, in word pairs, and goes on to count."""
    op.add_column("placements", sa.Column("pairs", sa.LargeBinary()))
    op.add_column("standings", sa.Column("saw", sa.Text(), nullable=False, server_default="[]"))
