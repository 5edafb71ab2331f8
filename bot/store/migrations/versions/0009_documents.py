"""What of each feed's last document need not be read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """There is nothing yet, so every feed is read in full once more."""
    op.create_table(
        "documents",
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("shown", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="documents_feed_id_fk"),
        sa.PrimaryKeyConstraint("feed_id", name="documents_pk"),
    )
