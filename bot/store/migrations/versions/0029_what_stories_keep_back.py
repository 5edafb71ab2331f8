"""What a story keeps back when it has spoken enough, until it may speak again."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Few stories ever keep something back, and one look a second asks for them."""
    op.add_column("standings", sa.Column("kept_back", sa.Text()))
    some = sa.text("kept_back is not null")
    op.create_index(
        "standings_kept_back",
        "standings",
        ["story_id"],
        sqlite_where=some,
        postgresql_where=some,
    )
