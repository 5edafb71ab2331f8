"""Which channels are private, and when that was last asked."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nothing is known of any channel yet, so all count as private until somebody asks."""
    op.add_column("places", sa.Column("private", sa.Boolean()))
    op.add_column("places", sa.Column("asked_at", sa.DateTime(timezone=True)))
