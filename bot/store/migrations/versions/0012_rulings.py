"""What people ruled about stories: merged, split and moved."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody ruled so far."""
    op.create_table(
        "rulings",
        sa.Column("id", Id, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="rulings_workspace_id_fk"
        ),
        sa.PrimaryKeyConstraint("id", name="rulings_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("rulings_workspace_id", "rulings", ["workspace_id"])
    # A story that people made is no row of `stories`: nothing is placed into it for everybody.
    with op.batch_alter_table("standings") as table:
        table.drop_constraint("standings_story_id_fk", type_="foreignkey")
