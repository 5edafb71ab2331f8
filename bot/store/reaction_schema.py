"""The tables of what people do with alerts: mutes, and votes that an alert was not relevant.

They belong to the same metadata as all others; see `schema`.
"""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Table, Text, text

from bot.store.columns import Instant, Prose
from bot.store.schema import Id, metadata

HOLDING = "ended_at is null"
STANDING = "undone_at is null"

mutes = Table(
    "mutes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False),
    Column("destination", Prose, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Prose, nullable=False),
    Column("until", Instant),
    Column("made_by", Prose, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(
        "mutes_holding",
        "workspace_id",
        "destination",
        sqlite_where=text(HOLDING),
        postgresql_where=text(HOLDING),
    ),
    sqlite_autoincrement=True,
)

# A decision outlives the message that told of it; so does what people thought of it.
votes = Table(
    "votes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False),
    Column("decision_id", Id, nullable=False),
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="SET NULL"), index=True),
    Column("actor", Prose, nullable=False),
    Column("name", Prose, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    ForeignKeyConstraint(
        ["decision_id", "workspace_id"],
        ["decisions.id", "decisions.workspace_id"],
        ondelete="CASCADE",
    ),
    Index(
        "votes_one_of_a_person",
        "decision_id",
        "actor",
        unique=True,
        sqlite_where=text(STANDING),
        postgresql_where=text(STANDING),
    ),
    sqlite_autoincrement=True,
)
