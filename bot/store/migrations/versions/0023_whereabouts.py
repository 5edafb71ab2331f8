"""The addresses under which articles' pages were found."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Of pages that were read before, nobody remembers where."""
    op.create_table(
        "whereabouts",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="whereabouts_article_id_fk",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "name", name="whereabouts_pk"),
    )
    op.create_index("whereabouts_name", "whereabouts", ["name"])
