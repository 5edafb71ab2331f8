"""A delivery may post, reply in a card's thread, or edit a card; a card is named by its key."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Whatever was queued so far was a message of its own."""
    op.add_column("deliveries", sa.Column("act", sa.Text(), nullable=False, server_default="post"))
    op.add_column("deliveries", sa.Column("card_key", sa.Text()))
