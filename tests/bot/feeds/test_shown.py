"""What is kept of a document comes back as it was, and junk is nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.identity import identity_of
from bot.feeds.shown import MOST_NAMES, Shown, identities, moments, names, row, shape_of
from bot.model import Entry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGESTS = st.binary(min_size=16, max_size=16)
TEXTS = st.text(max_size=9).map(identity_of)


@given(
    st.lists(DIGESTS, unique=True, max_size=4),
    st.sets(TEXTS, max_size=MOST_NAMES),
    st.one_of(st.none(), st.integers(-(10**6), 10**6).map(lambda days: timedelta(minutes=days))),
    st.booleans(),
)
def test_what_was_packed_is_unpacked(
    digests: list[bytes], named: set[str], since: timedelta | None, agrees: bool
) -> None:
    at = None if since is None else NOW + since
    entry = Entry(identity_of("x"), "T", "B")
    rows = {digest: row(digest, entry, at, named) for digest in digests}
    shown = Shown(NOW, shape_of("a", b"b"), agrees, "rss20 read in utf-8", rows)

    assert Shown.unpacked(shown.packed()) == shown
    assert list(identities(shown.packed())) == [entry.identity] * len(digests)
    assert list(moments(rows.values())) == ([at] * len(digests) if at else [])
    held = names(rows.values()) - {"0" * 16}  # room that no name took
    assert held == ({name[:16] for name in named} if digests else set())


@given(st.one_of(st.binary(max_size=400), st.binary(min_size=73, max_size=73)))
def test_junk_is_nothing_or_harmless(junk: bytes) -> None:
    held = Shown.unpacked(junk)
    if held is not None:
        assert len(held.rows) <= len(junk) // 96


def test_an_entry_that_could_not_be_read_has_no_identity() -> None:
    rows = {b"d" * 16: row(b"d" * 16, None, None, ())}
    assert list(identities(Shown(NOW, bytes(16), True, "", rows).packed())) == []


def test_every_mark_makes_another_shape() -> None:
    assert len({shape_of("a", b"b"), shape_of("b", b"a"), shape_of("ab", b""), shape_of("a")}) == 4
