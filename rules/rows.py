"""A text read into one row of tokens, in a few passes over all of it.

Nearly all words of a text are plain: what they say follows from their letters alone. So the whole
text is folded at once, and only the chunks that hold something else are read by themselves: a
capital inside, a hyphen, a sign between letters, letters beyond ASCII. The row is exactly what
`text.Stream` has as tokens; where they stand in the text it does not know.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rules import names
from rules.chunks import GAP, Reading, short_reading
from rules.memory import Memory
from rules.text import BREAK, BREAK_CHUNK, FIELD_END, marked

NOT_WORDS = frozenset((BREAK_CHUNK, BREAK, GAP, FIELD_END))
"""What stands in a row and is no word: ends of paragraphs and fields, gaps of unspaced script."""

_MOST_CHUNKS = 100_000
_LONGEST_CHUNK = 64
"""Longer chunks are whole sentences of unspaced script or junk; they hardly come again."""

_SPACES = frozenset(b"\t\n\v\f\r\x1c\x1d\x1e\x1f ")
_LETTER, _SPACE, _APOSTROPHE, _S = b"a 's"
_TIED = b"a-a"
_POINTS = b".,"
_FOREIGN = b"?"
_MUCH = 16
"""Where more than every so many signs is a letter beyond ASCII, most chunks would be odd."""
_CAPITALS = frozenset(word.encode() for word in names.CAPITALS_ONLY if word.isascii())
# Signs beyond ASCII that part words or tie them, as signs of ASCII do.
_SIGNS = (
    ("?", "!"), ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"),
    ("…", "!"), ("\xa0", " "), ("£", "$"), ("€", "$"), ("•", "*"),
)  # fmt: skip


def _table(letters: str, signs: Mapping[str, str], other: str) -> bytes:
    """A table for bytes.translate.

    `letters` says what a capital, another letter and a digit become; a full stop keeps the sign, in
    lower case. What is not in `signs` becomes the `other` one, unless it is white space.
    """
    kinds = bytearray(256)
    for sign in map(chr, range(128)):
        kind = signs.get(sign, " " if ord(sign) in _SPACES else other)
        if sign.isalnum():
            kind = letters[0 if sign.isupper() else 1 if sign.islower() else 2]
        kinds[ord(sign)] = ord(sign.lower() if kind == "." else kind)
    return bytes(kinds)


_FOLDED = _table("...", {"'": "'", "\0": "\0"}, " ")
_CASE = _table("Aa0", {}, " ")
_KINDS = _table("aaa", dict.fromkeys("-/.,", "-"), "!")


class Row(NamedTuple):
    """The tokens of title and body, with signs of NOT_WORDS, and the tokens of further readings.

    Readings of words that are perhaps stuck to a function word are not among them, nor are numbers
    written with spaces.
    """

    tokens: list[str]
    readings: set[str]


class Rows:
    """Reads texts; it remembers chunks, never texts, and what it remembers is bounded."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}

    def read(self, title: str, body: str) -> Row:
        """The row of an article."""
        text = f"{marked(title)} {FIELD_END} {marked(body)} "
        flat = _flat(text)
        if not text.isascii() and flat.count(_FOREIGN) * _MUCH > len(flat):
            return self._by_chunks(text.split())
        kinds = flat.translate(_KINDS)
        folded = bytearray(flat.translate(_FOLDED))
        odd = _odd(text, flat, kinds)
        _sift_apostrophes(folded, kinds, odd)
        plain = folded.replace(b"'", b" ").decode()
        readings: set[str] = set()
        at = kinds.find(_TIED)
        while at >= 0:
            start, end = _chunk(kinds, at)
            if start not in odd:
                points = flat[start:end].strip(_POINTS)
                if b"." in points or b"," in points:
                    odd[start] = end
                else:
                    readings.update(_joined(plain[start:end].split()))
            at = kinds.find(_TIED, end)
        if odd:
            plain = "".join(self._pieces(text, plain, sorted(odd.items()), readings))
        return Row(plain.split(), readings)

    def _by_chunks(self, chunks: list[str]) -> Row:
        """The row of a text that is hardly written in ASCII, chunk by chunk."""
        tokens = self._memory.tokens_of(chunks)
        special = self._memory.readings(chunks).values()
        extras = (extra for read in special for extra in read.extras)
        return Row(tokens, {extra.token for extra in extras if extra.reading is not Reading.GLUE})

    def _pieces(
        self, text: str, plain: str, odd: list[tuple[int, int]], readings: set[str]
    ) -> Iterator[str]:
        """The folded text with what the odd chunks say in their place."""
        at = 0
        for start, end in odd:
            yield plain[at:start]
            raw = text[start:end]
            tokens, further = self._known.get(raw) or self._read(raw)
            yield tokens
            if further:
                readings.update(further)
            at = end
        yield plain[at:]

    def _read(self, raw: str) -> tuple[str, tuple[str, ...]]:
        chunks = [short_reading(chunk) for chunk in raw.split()]
        tokens = [token or BREAK_CHUNK for chunk in chunks for token in chunk.tokens]
        further = [
            extra.token
            for chunk in chunks
            for extra in chunk.extras
            if extra.reading is not Reading.GLUE
        ]
        known = " ".join(tokens), tuple(further)
        if len(raw) <= _LONGEST_CHUNK:
            if len(self._known) >= _MOST_CHUNKS:
                self._known.clear()
            self._known[raw] = known
        return known


def _flat(text: str) -> bytes:
    """One byte for each sign of the text; letters beyond ASCII become question marks."""
    if text.isascii():
        return text.encode()
    for sign, plain in _SIGNS:
        text = text.replace(sign, plain)
    return text.encode("ascii", "replace")


def _odd(text: str, flat: bytes, kinds: bytes) -> dict[int, int]:
    """The chunks, by start and end, that hold capitals or signs of which more must be known."""
    case = flat.translate(_CASE)
    odd = dict(_chunks(case, b"aA", kinds))
    at = case.find(b"AA")
    while at >= 0:
        end = case.index(b" ", at)
        if flat[at:end] in _CAPITALS:
            start, end = _chunk(kinds, at)
            odd[start] = end
        at = case.find(b"AA", end)
    for mark in (b"@", b"&", b"`", b"//"):
        if mark in flat:
            odd.update(_chunks(flat, mark, kinds))
    if not text.isascii():
        odd.update(_chunks(flat, _FOREIGN, kinds))
    return odd


def _sift_apostrophes(folded: bytearray, kinds: bytes, odd: dict[int, int]) -> None:
    """Blank out the s of possessives; a chunk with another apostrophe inside a word is odd."""
    at = folded.find(_APOSTROPHE)
    while at >= 0:
        if folded[at + 1] == _S and kinds[at + 2] != _LETTER and folded[at + 2] != _APOSTROPHE:
            folded[at + 1] = _SPACE
        elif kinds[at + 1] == _LETTER and (kinds[at - 1] == _LETTER or folded[at + 1] == _S):
            start, at = _chunk(kinds, at)
            odd[start] = at
        at = folded.find(_APOSTROPHE, at + 1)


def _chunks(signs: bytes, wanted: bytes, kinds: bytes) -> Iterator[tuple[int, int]]:
    """The chunks that hold some signs."""
    at = signs.find(wanted)
    while at >= 0:
        start, end = _chunk(kinds, at)
        yield start, end
        at = signs.find(wanted, end)


def _chunk(kinds: bytes, at: int) -> tuple[int, int]:
    return kinds.rfind(b" ", 0, at) + 1, kinds.index(b" ", at)


def _joined(words: list[str]) -> Iterable[str]:
    """What words may join to when the hyphens between them are ignored; too many is no harm."""
    if len(words) == 2:
        return (words[0] + words[1],)
    count = len(words)
    pairs = [words[at] + words[at + 1] for at in range(count - 1)]
    triples = ["".join(words[at : at + 3]) for at in range(count - 2)]
    return (*pairs, *triples, "".join(words))
