"""The hours of channels, and an index of what waits for them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

HELD = sa.text("state = 'held'")


def upgrade() -> None:
    """Nobody chose any hours yet, and nothing waits."""
    op.create_table(
        "channel_hours",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.Text()),
        sa.Column("quiet_until", sa.Text()),
        sa.Column("digest_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name="channel_hours_pk"),
    )
    op.create_index(
        "deliveries_held",
        "deliveries",
        ["next_attempt_at"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
