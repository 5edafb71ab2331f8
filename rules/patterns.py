"""Slots that accept tokens by their shape: wildcards, similar spellings, words with particles.

Each pattern answers for one token alone, so an answer can be remembered for the token. All run in
time linear in the token: a wildcard takes the leftmost fit of each part and never goes back.
"""

import re
from dataclasses import dataclass, field

from rules import fuzzy, limits
from rules.evidence import How
from rules.folding import fold
from rules.known_words import is_known_word

Found = tuple[How, int | None]


@dataclass(frozen=True, slots=True)
class Glob:
    """`Zelensk*`, `wom?n`: * is any number of letters, ? is one. `text` is folded."""

    text: str
    _parts: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)
    _last_length: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = re.split(r"\*+", self.text)
        fixed = [re.escape(part).replace(r"\?", ".") for part in parts]
        object.__setattr__(self, "_parts", tuple(re.compile(part, re.DOTALL) for part in fixed))
        object.__setattr__(self, "_last_length", len(parts[-1]))

    @property
    def stem(self) -> str:
        """The letters before the first wildcard."""
        return re.split(r"[*?]", self.text)[0]

    def find(self, token: str) -> Found | None:
        """How the token fits, or None."""
        return (How.WILDCARD, None) if self._fits(token.lower()) else None

    def _fits(self, token: str) -> bool:
        if len(token) > limits.LONGEST_WORD:
            return False
        first, *rest = self._parts
        found = first.match(token)
        if found is None or not rest:
            return found is not None and found.end() == len(token)
        for part in rest[:-1]:
            found = part.search(token, found.end())
            if found is None:
                return False
        tail = len(token) - self._last_length
        return tail >= found.end() and rest[-1].match(token, tail) is not None


@dataclass(frozen=True, slots=True)
class Similar:
    """`Zelensky~1`: at most so many edits away, same first letter, and no other known word.

    `spellings` are the known spellings of the same name, which are welcome.
    """

    word: str
    edits: int
    spellings: frozenset[str]

    def find(self, token: str) -> Found | None:
        """How the token fits, or None."""
        if not token or len(token) > limits.LONGEST_WORD:
            return None
        distance = fuzzy.within(self.word, token, self.edits)
        if distance is None:
            return None
        if distance == 0:
            return How.EXACT, None
        if token not in self.spellings and is_known_word(fold(token)):
            return None
        return How.FUZZY, distance


@dataclass(frozen=True, slots=True)
class Prefix:
    """A Korean word with particles attached, unless the token begins with a longer known name."""

    word: str
    longer: tuple[str, ...]

    def find(self, token: str) -> Found | None:
        """How the token fits, or None."""
        if not token.startswith(self.word) or token.startswith(self.longer):
            return None
        return (How.EXACT if token == self.word else How.ATTACHED), None
