"""The tables behind the search: the keys of each article's text, and which are still to be read.

The database itself keeps them true, by triggers that the migration makes: an article that is new,
edited or has its page read is noted in `unread`. Each has an index over the keys that only raw SQL
can name: `readings_by_keys` on PostgreSQL, and on SQLite `readings_index`, a full-text table.
"""

from sqlalchemy import Column, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from bot.store.schema import Id, metadata

KEYS = Text().with_variant(TSVECTOR(), "postgresql")

# `keys` are words with a space between them, none of which any tokenizer would change.
readings = Table(
    "readings",
    metadata,
    Column(
        "article_id",
        Id,
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("feed_id", Id, ForeignKey("feeds.id"), nullable=False),
    Column("keys", KEYS, nullable=False),
)

unread = Table(
    "unread",
    metadata,
    Column(
        "article_id",
        Id,
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
)
