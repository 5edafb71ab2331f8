"""One walk over the chunks of an article: which terms are there, and which must be looked for.

It stops only at chunks that tell something and looks at the chunks around them for rows of words
and for longer names. Distances, patterns of several words and further readings are left to those
who read the text.
"""

from itertools import compress

from rules.gazetteer import Around, Tokens
from rules.glances import Glance, Glances, Index, Numbers, as_tuple
from rules.memory import Memory

_GROUP = 3
_PAIR = 2


class Walk:
    """The outcome: `found` is there for certain, `asks` must be looked for in the text.

    `silent` are the chunks that hold no token. `doubtful` tells that further readings of some chunk
    may hold more terms.
    """

    def __init__(self, chunks: list[str], glances: Glances, index: Index, memory: Memory) -> None:
        self._chunks = chunks
        self._index = index
        self._memory = memory
        self._seen = seen = glances.of(chunks)
        self.found: set[int] = set()
        self.asks: set[int] = set()
        self.silent: set[str] = set()
        self.doubtful = False
        placed = set()
        for chunk, glance in seen.items():
            if glance.silent:
                self.silent.add(chunk)
            self.found.update(glance.terms)
            if glance.asks:
                self.asks.update(glance.asks)
            if glance.doubtful:
                self.doubtful = True
            if glance.last or glance.group or glance.guarded:
                placed.add(chunk)
        for at in compress(range(len(chunks)), map(placed.__contains__, chunks)):
            self._stop(at, seen[chunks[at]])

    def _stop(self, at: int, glance: Glance) -> None:
        if glance.guarded:
            for number in glance.guarded:
                self._take_unless_longer(number, self._memory[self._chunks[at]], at, at + 1)
        if glance.last:
            self._pair(at, glance.last)
        if glance.group and at and self._is_group(self._chunks[at - 1]):
            self.doubtful = True

    def _pair(self, at: int, first: str) -> None:
        """The last token of this chunk and the first of the next that has any."""
        after = at + 1
        while (following := self._at(after)) and following.silent:
            after += 1
        if following and following.head:
            numbers = self._index.pairs.get((first, following.head))
            if numbers is not None:
                self._sort(numbers, (first, following.head), at, after)

    def _at(self, place: int) -> Glance | None:
        return self._seen.get(self._chunks[place]) if place < len(self._chunks) else None

    def _sort(self, numbers: Numbers, pair: Tokens, at: int, after: int) -> None:
        """Terms whose pair was met, in the chunks `at` and `after`."""
        for number in as_tuple(numbers):
            if number in self.found:
                continue
            rows = self._index.rows.get(number, (pair,))
            begun = [row for row in rows if row[:_PAIR] == pair] if rows else []
            if not begun:
                self.asks.add(number)
            for row in begun:
                if len(row) > _PAIR and not self._follows(row, after):
                    continue
                if number not in self._index.longer:
                    self.found.add(number)
                elif len(row) > _PAIR or not self._are_single(at, after):
                    self.asks.add(number)
                else:
                    self._take_unless_longer(number, row, at, after + 1)

    def _follows(self, row: Tokens, at: int) -> bool:
        """Whether the row, but for its first token, stands from this chunk on."""
        met = 1
        while at < len(self._chunks):
            for token in self._memory[self._chunks[at]]:
                if token != row[met]:
                    return False
                met += 1
                if met == len(row):
                    return True
            at += 1
        return False

    def _are_single(self, *places: int) -> bool:
        return all(len(self._memory[self._chunks[at]]) == 1 for at in places)

    def _take_unless_longer(self, number: int, row: Tokens, start: int, end: int) -> None:
        """The name in these chunks counts unless it is part of a longer one."""
        if number not in self.found:
            arounds = self._index.longer[number].get(row, ())
            if not any(self._is_around(around, start, end) for around in arounds):
                self.found.add(number)

    def _is_around(self, around: Around, start: int, end: int) -> bool:
        return self._ends_before(around.before, start) and self._begins_at(around.after, end)

    def _ends_before(self, tokens: Tokens, at: int) -> bool:
        left = len(tokens)
        while left and at:
            at -= 1
            for token in reversed(self._memory[self._chunks[at]]):
                if not left:
                    break
                if token != tokens[left - 1]:
                    return False
                left -= 1
        return not left

    def _begins_at(self, tokens: Tokens, at: int) -> bool:
        return not tokens or self._follows(("", *tokens), at)

    def _is_group(self, chunk: str) -> bool:
        """Whether the chunk ends in up to three digits, so that three more may follow."""
        tokens = self._memory[chunk]
        return bool(tokens) and tokens[-1].isdigit() and len(tokens[-1]) <= _GROUP
