"""An index of what articles say, kept true by the database itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0017"
down_revision = "0016"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = sa.Text().with_variant(TSVECTOR(), "postgresql")

# The tokenizer takes every sign beyond ASCII as a letter, so it cuts at spaces and nowhere else.
SQLITE = (
    "create virtual table readings_index using fts5(keys, content = 'readings',"
    " content_rowid = 'article_id', detail = 'none', columnsize = 0,"
    " tokenize = \"ascii tokenchars '_'\")",
    "create trigger readings_made after insert on readings begin"
    " insert into readings_index (rowid, keys) values (new.article_id, new.keys); end",
    "create trigger readings_gone after delete on readings begin"
    " insert into readings_index (readings_index, rowid, keys)"
    " values ('delete', old.article_id, old.keys); end",
    "create trigger readings_changed after update of keys on readings begin"
    " insert into readings_index (readings_index, rowid, keys)"
    " values ('delete', old.article_id, old.keys);"
    " insert into readings_index (rowid, keys) values (new.article_id, new.keys); end",
    "create trigger articles_made after insert on articles begin"
    " insert into unread (article_id) values (new.id); end",
    "create trigger articles_edited after update of title, body on articles"
    " when old.title <> new.title or old.body <> new.body begin"
    " insert into unread (article_id) select new.id"
    " where not exists (select 1 from unread where article_id = new.id); end",
    "create trigger pages_read after update of text on pages when new.text is not old.text begin"
    " insert into unread (article_id) select new.article_id"
    " where not exists (select 1 from unread where article_id = new.article_id); end",
)

# DO UPDATE and not DO NOTHING: it locks the row, so that whoever reads the article right now, as
# it was, does not take the note away. Keys lie apart from their rows, so that a search that finds
# many articles reads few pages.
POSTGRESQL = (
    "alter table readings alter column keys set storage external",
    "alter table readings set (toast_tuple_target = 128)",
    "create index readings_by_keys on readings using gin (keys)"
    " with (gin_pending_list_limit = 1024)",
    "create or replace function note_unread() returns trigger language plpgsql as $$ begin"
    " insert into unread (article_id) values (new.id)"
    " on conflict (article_id) do update set article_id = excluded.article_id;"
    " return null; end $$",
    "create or replace function note_page_read() returns trigger language plpgsql as $$ begin"
    " insert into unread (article_id) values (new.article_id)"
    " on conflict (article_id) do update set article_id = excluded.article_id;"
    " return null; end $$",
    "create trigger articles_made after insert on articles"
    " for each row execute function note_unread()",
    "create trigger articles_edited after update of title, body on articles for each row"
    " when (old.title is distinct from new.title or old.body is distinct from new.body)"
    " execute function note_unread()",
    "create trigger pages_read after update of text on pages for each row"
    " when (old.text is distinct from new.text) execute function note_page_read()",
)


def upgrade() -> None:
    """Every article is still to be read; the running bot does that, a little at a time."""
    op.create_table(
        "readings",
        sa.Column("article_id", Id, nullable=False, autoincrement=False),
        sa.Column("feed_id", Id, nullable=False),
        sa.Column("keys", KEYS, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="readings_article_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="readings_feed_id_fk"),
        sa.PrimaryKeyConstraint("article_id", name="readings_pk"),
    )
    op.create_table(
        "unread",
        sa.Column("article_id", Id, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="unread_article_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name="unread_pk"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.execute("insert into unread (article_id) select id from articles")
