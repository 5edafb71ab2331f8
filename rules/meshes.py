"""What a sieve looks for in squeezed letters: words, neighbours, numbers of mentions.

A mesh that does not hold rules a text out; one that holds proves nothing. It knows neither queries
nor how texts are squeezed.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from typing_extensions import override

from rules.squeezing import FIELD_END, Squeezed


class Mesh(ABC):
    """Something that letters must have; what it says of itself follows from what is `inside`."""

    __slots__ = ()

    @property
    def inside(self) -> tuple["Mesh", ...]:
        """The meshes that it is made of."""
        return ()

    @property
    @abstractmethod
    def cost(self) -> int:
        """In about how many of 10,000 articles it holds, and more if it is slow to look for."""

    @property
    def size(self) -> int:
        """How many searches it takes."""
        return sum(part.size for part in self.inside)

    @property
    def tells(self) -> bool:
        """Whether it asks for more than that words are there, which an index knows sooner."""
        return any(part.tells for part in self.inside)

    @property
    def joins(self) -> bool:
        """Whether it matters what stands between words."""
        return any(part.joins for part in self.inside)

    @abstractmethod
    def holds(self, text: Squeezed) -> bool:
        """Whether the letters have it."""


@dataclass(frozen=True, slots=True)
class Words(Mesh):
    """One of these is there, or a foreign text may hold another spelling."""

    needles: tuple[bytes, ...]
    foreign: bool
    cost: int

    @property
    @override
    def size(self) -> int:
        return len(self.needles)

    @override
    def holds(self, text: Squeezed) -> bool:
        letters = text.letters
        return (self.foreign and text.is_foreign) or any(word in letters for word in self.needles)


@dataclass(frozen=True, slots=True)
class Neighbours(Mesh):
    """One of the patterns is there: a word with another one right behind it."""

    patterns: tuple[re.Pattern[bytes], ...]
    foreign: bool
    cost: int

    @property
    @override
    def size(self) -> int:
        return len(self.patterns)

    @property
    @override
    def tells(self) -> bool:
        return True

    @property
    @override
    def joins(self) -> bool:
        return True

    @override
    def holds(self, text: Squeezed) -> bool:
        letters = text.letters
        return (self.foreign and text.is_foreign) or any(
            pattern.search(letters) for pattern in self.patterns
        )


@dataclass(frozen=True, slots=True)
class Times(Mesh):
    """These are there so many times, all together."""

    least: int
    needles: tuple[bytes, ...]
    foreign: bool
    cost: int

    @property
    @override
    def size(self) -> int:
        return len(self.needles)

    @property
    @override
    def tells(self) -> bool:
        return True

    @override
    def holds(self, text: Squeezed) -> bool:
        if self.foreign and text.is_foreign:
            return True
        return sum(map(text.letters.count, self.needles)) >= self.least


@dataclass(frozen=True, slots=True)
class AllOf(Mesh):
    """Every part holds."""

    parts: tuple[Mesh, ...]

    @property
    @override
    def inside(self) -> tuple[Mesh, ...]:
        return self.parts

    @property
    @override
    def cost(self) -> int:
        return min(part.cost for part in self.parts)

    @override
    def holds(self, text: Squeezed) -> bool:
        return all(part.holds(text) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Weighed(Mesh):
    """The weights of the parts that hold come to so much; each may be 1."""

    least: int
    parts: tuple[tuple[Mesh, int], ...]

    @property
    @override
    def inside(self) -> tuple[Mesh, ...]:
        return tuple(part for part, _ in self.parts)

    @property
    @override
    def cost(self) -> int:
        return sum(part.cost for part, _ in self.parts)

    @property
    @override
    def tells(self) -> bool:
        return any(part.tells or weight < self.least for part, weight in self.parts)

    @override
    def holds(self, text: Squeezed) -> bool:
        missing = self.least
        for part, weight in self.parts:
            if part.holds(text):
                missing -= weight
                if missing <= 0:
                    return True
        return False


@dataclass(frozen=True, slots=True)
class InTitle(Mesh):
    """The part holds in the title alone."""

    part: Mesh

    @property
    @override
    def inside(self) -> tuple[Mesh, ...]:
        return (self.part,)

    @property
    @override
    def cost(self) -> int:
        return self.part.cost

    @override
    def holds(self, text: Squeezed) -> bool:
        return self.part.holds(text._replace(letters=text.letters.partition(FIELD_END)[0]))
