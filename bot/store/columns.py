"""What a column may hold: instants, spans of time, text from outside, and small frozen structures.

One set of types for both databases, so that a query reads the same everywhere. It knows no table.
"""

import json
import re
import zlib
from collections.abc import Set
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy import DateTime, Dialect, Float, LargeBinary, Text
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from bot.stories.packed import Packed, pack


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. A naive one is refused: nobody could say later what it meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        # SQLite keeps text without a zone, always with six decimals, so that order of text is
        # order of time.
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Span(TypeDecorator[timedelta]):
    """A span of time, kept in seconds."""

    impl = Float
    cache_ok = True

    @override
    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> float | None:
        return None if value is None else value.total_seconds()

    @override
    def process_result_value(self, value: float | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


class Hashes(TypeDecorator[Set[int]]):
    """Many hashes of up to 64 bits, eight bytes each behind a zero byte.

    They are too random to be worth compressing. Those written before were; zlib begins otherwise.
    What is read stays packed until somebody looks into it.
    """

    impl = LargeBinary
    cache_ok = True

    @override
    def process_bind_param(self, value: Set[int] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _PLAIN + pack(value)

    @override
    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Packed | None:
        if value is None:
            return None
        return Packed(value[1:] if value.startswith(_PLAIN) else zlib.decompress(value))


_PLAIN = b"\0"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text with U+FFFD for each character that cannot be stored; offsets stay true.

    PostgreSQL takes no NUL in text, and neither database takes half a surrogate pair; a feed may
    send both.
    """
    return _UNSTORABLE.sub("\ufffd", text)


class Prose(TypeDecorator[str]):
    """Text as people and feeds write it, however odd; see `storable`."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Frozen(TypeDecorator[Any]):
    """A small frozen structure, kept as JSON text and read back as the same type."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else write_frozen(self._adapter, value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else read_frozen(self._adapter, value)


def write_frozen(adapter: TypeAdapter[Any], value: Any) -> str:
    """JSON of a frozen structure. A NUL is escaped and survives; half a surrogate pair does not."""
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:  # half a surrogate pair is no UTF-8
        pass
    plain = adapter.dump_python(value, mode="json")
    return storable(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def read_frozen(adapter: TypeAdapter[Any], text: str) -> Any:
    """What `write_frozen` wrote, as the same frozen structure."""
    return adapter.validate_json(text)
