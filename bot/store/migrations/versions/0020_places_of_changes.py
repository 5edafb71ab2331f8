"""Which channel a change concerns, so that what a private one did is told in it alone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Mutes, hours and retries named their channel in words; votes, the message that they hit."""
    op.add_column("audit", sa.Column("place", sa.Text()))
    op.execute("update audit set place = subject where action in ('set hours', 'retried')")
    op.execute(
        "update audit set place = (select min(d.destination) from deliveries d"
        " where audit.detail = 'message ' || d.id and d.workspace_id = audit.workspace_id)"
        " where detail like 'message %'"
    )
    connection = op.get_bind()
    muted = sa.text("select id, detail from audit where action in ('muted', 'unmuted')")
    for number, detail in connection.execute(muted).all():
        place = detail.removeprefix("at ").partition(": ")[0]
        connection.execute(
            sa.text("update audit set place = :place where id = :id"),
            {"place": place, "id": number},
        )
