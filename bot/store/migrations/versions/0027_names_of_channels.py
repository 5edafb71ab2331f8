"""What channels are called, so that one chat can name another's."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """A channel without a name is shown by its number, until somebody asks about it again."""
    op.add_column("places", sa.Column("name", sa.Text()))
