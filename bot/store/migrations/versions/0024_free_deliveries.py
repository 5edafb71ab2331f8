"""What is free to be claimed is found without a look at what is claimed already."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

UNCLAIMED = "state in ('pending', 'sending', 'uncertain') and leased_until is null"
LEASED = "leased_until is not null"


def upgrade() -> None:
    """One index for the free ones in their order, one for the claims that end."""
    op.drop_index("deliveries_unfinished", "deliveries")
    for name, column, where in (
        ("deliveries_unclaimed", "id", UNCLAIMED),
        ("deliveries_leased", "leased_until", LEASED),
    ):
        op.create_index(
            name,
            "deliveries",
            [column],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
