"""Hashes as they are kept, eight bytes each, unpacked only where somebody looks into them.

Most of what is kept of a story is written back as it was read. What the hashes stand for, it
ignores.
"""

from array import array
from collections.abc import Iterable, Iterator, Set
from typing import TypeVar

from typing_extensions import override

_SIZE = 8  # bytes
_Any = TypeVar("_Any")


class Packed(Set[int]):
    """A set of hashes of up to 64 bits that is still packed; equal to any set of the same ones."""

    __slots__ = ("packed",)

    def __init__(self, packed: bytes) -> None:
        self.packed = packed

    @classmethod
    @override
    def _from_iterable(cls, it: Iterable[_Any]) -> Set[_Any]:
        return frozenset(it)

    @override
    def __contains__(self, hashed: object) -> bool:
        return hashed in array("Q", self.packed)

    @override
    def __iter__(self) -> Iterator[int]:
        return iter(array("Q", self.packed))

    @override
    def __len__(self) -> int:
        return len(self.packed) // _SIZE


def pack(hashes: Set[int]) -> bytes:
    """Eight bytes for each; what was packed stays as it is."""
    return hashes.packed if isinstance(hashes, Packed) else array("Q", hashes).tobytes()
