"""Places that were lost, Slack teams that installed the app, and messages joined into one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing was lost or installed so far, and every message went out alone."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "places",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("lost_at", instant),
        sa.Column("why", sa.Text()),
        sa.Column("looked_at", instant),
        sa.PrimaryKeyConstraint("destination", name="places_pk"),
    )
    op.create_table(
        "installations",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("team_name", sa.Text(), nullable=False),
        sa.Column("bot_token", sa.Text(), nullable=False),
        sa.Column("bot_id", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.Column("installed_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("team_id", name="installations_pk"),
    )
    op.create_table(
        "install_states",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("state", name="install_states_pk"),
    )
    id_type = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("deliveries", sa.Column("joined_into", id_type))
