"""How often codes were tried, so that a restart does not forgive."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """What was counted in memory until now is over in a quarter of an hour anyway."""
    op.create_table(
        "code_tries",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("code_tries_tried_at", "code_tries", ["tried_at"])
