"""Which watchlist a change was about: names pass from one to another."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A removal was noted at the moment that the watchlist keeps; its revisions tell the rest."""
    op.add_column("audit", sa.Column("about", Id))
    op.execute(
        "update audit set about = (select min(w.id) from watchlists w"
        " where w.workspace_id = audit.workspace_id and w.removed_at = audit.at)"
        " where action = 'removed watchlist'"
    )
