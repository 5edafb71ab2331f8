"""What is kept of a document, so that of the next one only what is new need be read.

Bytes for the store, which knows nothing of them. It reads no document and judges no entry.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from bot.model import Entry

# Goes up when entries are read in another way: what was read in the old way is then read again.
EDITION = 3
MOST_NAMES = 5

_HEAD = struct.Struct("<Q16s?48sI")
_ITEM = struct.Struct(f"<16s32sq{MOST_NAMES * 8}s")
_DIGEST, _IDENTITY, _AT, _NAMES = slice(0, 16), slice(16, 48), slice(48, 56), slice(56, None)
_UNDATED = -(2**63)
_LATEST = int(datetime.max.replace(tzinfo=UTC).timestamp())
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class Brief:
    """What a feed's items may be read with in short: what surrounds them, and the proven shapes.

    It holds for the head with this digest. A shape is named by eight bytes.
    """

    head: bytes
    title: str
    base: str
    language: str | None
    ttl: timedelta | None
    period: timedelta | None
    shapes: frozenset[bytes]

    def packed(self) -> bytes:
        """The form in which it is stored."""
        spans = [span and span.total_seconds() for span in (self.ttl, self.period)]
        shapes = [shape.hex() for shape in sorted(self.shapes)]
        words = [self.title, self.base, self.language]
        return json.dumps([self.head.hex(), words, spans, shapes]).encode()

    @classmethod
    def unpacked(cls, kept: bytes) -> Self | None:
        """What `packed` gave; None for nothing. Raises LookupError, TypeError or ValueError."""
        if not kept:
            return None
        head, (title, base, language), (ttl, period), shapes = json.loads(kept)
        return cls(
            bytes.fromhex(head),
            title,
            base,
            language,
            None if ttl is None else timedelta(seconds=ttl),
            None if period is None else timedelta(seconds=period),
            frozenset(map(bytes.fromhex, shapes)),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A document: when all of it was last read, in which shape it was, as what, and its items.

    `agrees` tells that reading a part of it gave the same as reading the whole. The items are rows
    of bytes, by the digests of what they look like in the document (see `row`). `brief` is what
    they may be read with in short, if that was proven.
    """

    read_at: datetime
    shape: bytes
    agrees: bool
    manner: str
    rows: Mapping[bytes, bytes] = field(default_factory=dict)
    brief: Brief | None = None

    def packed(self, order: Iterable[bytes] | None = None) -> bytes:
        """The form in which it is stored; `order` says which items, by their digests."""
        at, manner = int(self.read_at.timestamp()), self.manner.encode()
        brief = self.brief.packed() if self.brief else b""
        head = _HEAD.pack(at, self.shape, self.agrees, manner, len(brief)) + brief
        return b"".join([head, *map(self.rows.__getitem__, self.rows if order is None else order)])

    @classmethod
    def unpacked(cls, kept: bytes) -> Self | None:
        """What `packed` gave; None for nothing, and for what is no such thing."""
        if len(kept) < _HEAD.size:
            return None
        at, shape, agrees, manner, length = _HEAD.unpack_from(kept)
        first = _HEAD.size + length
        if at > _LATEST or first > len(kept) or (len(kept) - first) % _ITEM.size:
            return None
        try:
            brief = Brief.unpacked(kept[_HEAD.size : first])
        except (LookupError, TypeError, ValueError):
            return None
        rows = (kept[at : at + _ITEM.size] for at in range(first, len(kept), _ITEM.size))
        return cls(
            read_at=datetime.fromtimestamp(at, UTC),
            shape=shape,
            agrees=agrees,
            manner=manner.rstrip(b"\0").decode(errors="replace"),
            rows={row[_DIGEST]: row for row in rows},
            brief=brief,
        )


def identities(kept: bytes) -> Sequence[str]:
    """The identities of a document's entries, of those that could be read."""
    held = Shown.unpacked(kept)
    found = (row[_IDENTITY] for row in held.rows.values()) if held else ()
    return [identity.hex() for identity in found if identity != _NOBODY]


def row(digest: bytes, entry: Entry | None, at: datetime | None, names: Iterable[str]) -> bytes:
    """What is kept of an item: its entry's identity, its moment, and all that might name it.

    Of names half of 64 bits' worth of clashes would take four billion; the first 16 characters do.
    """
    packed = b"".join(bytes.fromhex(name[:16]) for name in sorted(names)[:MOST_NAMES])
    identity = bytes.fromhex(entry.identity) if entry else _NOBODY
    moment = _UNDATED if at is None else int(at.timestamp())
    return _ITEM.pack(digest, identity, moment, packed)


def moments(rows: Iterable[bytes]) -> Iterable[datetime]:
    """The moments of items that have one."""
    found = (int.from_bytes(one[_AT], "little", signed=True) for one in rows)
    return [datetime.fromtimestamp(at, UTC) for at in found if at != _UNDATED]


def names(rows: Iterable[bytes]) -> frozenset[str]:
    """All that might name these items, of each name the first 16 characters."""
    packed = (one[_NAMES].hex() for one in rows)
    return frozenset(each[at : at + 16] for each in packed for at in range(0, len(each), 16))


def shape_of(*marks: str | bytes) -> bytes:
    """Name what must stay the same for parts of a document to be read like the whole."""
    return hashlib.blake2b(repr((EDITION, *marks)).encode(), digest_size=16).digest()
