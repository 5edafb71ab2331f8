"""Which lost channels were deleted, so that nobody waits for them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """What the platforms said of a channel before tells whether it was deleted."""
    op.add_column(
        "places", sa.Column("for_good", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    said = ("The channel was deleted.", "Discord: the channel is gone.")
    places = sa.table("places", sa.column("why"), sa.column("for_good"), sa.column("lost_at"))
    gone = sa.and_(places.c.lost_at.is_not(None), places.c.why.in_(said))
    op.execute(places.update().where(gone).values(for_good=sa.true()))
