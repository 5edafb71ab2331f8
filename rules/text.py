"""A text, read into a stream of tokens that the matcher can walk.

The stream holds the plain tokens in order, one BREAK between paragraphs, and the further readings
beside them. Where a token stands in the original text is worked out only when somebody asks. It
ignores fields, queries and rules.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import Protocol

from rules.chunks import GAP, Chunk, Extra, Reading, read_chunk
from rules.sentences import sentences

BREAK = "\n"
"""Stands in the stream where a paragraph ends; no word folds to it."""

BREAK_CHUNK = "\x00"
"""The chunk that a paragraph's end becomes; no text can hold it, because NUL is blanked out."""

FIELD_END = BREAK_CHUNK * 2
"""Stands between title and body where both are read at once."""

_CLOSERS = "\"'”’»)\\]"
_PARAGRAPH = re.compile(rf"\n(?:[^\S\n]*\n\s*|(?<=[.!?…。！？]\n)|(?<=[.!?…。！？][{_CLOSERS}]\n))")
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]{0,2000}|!--[^<>]{0,2000}--)>")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|section|article|hr|figure|"
    r"figcaption|pre|header|footer)\b",
    re.IGNORECASE,
)
_CHUNK = re.compile(r"\S+")
_WORD_JOINER = "\u2060"
_NOT_WORDS = frozenset((BREAK, GAP))
_GROUP = 3
_MOST_GROUPS = 5


def _blank_tag(tag: re.Match[str]) -> str:
    """A block tag ends a paragraph, an inline tag is nothing; both keep their length."""
    length = len(tag.group())
    if _BLOCK_TAG.match(tag.group()):
        return "\n\n" + " " * (length - 2)
    return _WORD_JOINER * length


def _plain(text: str) -> str:
    """Text of the same length without tags, NUL and carriage returns."""
    if "\x00" in text:
        text = text.replace("\x00", " ")
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if "<" in text:
        text = _TAG.sub(_blank_tag, text)
    return text


def marked(text: str) -> str:
    """The text without tags and NUL, with BREAK_CHUNK between spaces where a paragraph ends."""
    return _PARAGRAPH.sub(f" {BREAK_CHUNK} ", _plain(text))


def chunks_of(text: str) -> list[str]:
    """The text cut at white space, with BREAK_CHUNK where a paragraph ends."""
    return marked(text).split()


class Readings(Protocol):
    """Whoever read the chunks."""

    def tokens_of(self, chunks: Iterable[str]) -> list[str]:
        """The tokens of chunks, in order."""

    def readings(self, chunks: Iterable[str]) -> Mapping[str, Chunk]:
        """Those of the chunks that have further readings."""

    def lengths(self, chunks: Iterable[str]) -> Iterator[int]:
        """How many tokens each of the chunks has."""


class Stream:
    """The tokens of a text in order, with every further reading.

    `tokens[i]` is a folded word, BREAK or GAP. Indexes are places in `tokens`; spans of places are
    half open. Everything is worked out when it is first asked for.
    """

    def __init__(self, text: str, chunks: list[str], readings: Readings) -> None:
        self.text = text
        self.chunks = chunks
        self._readings = readings

    @cached_property
    def tokens(self) -> list[str]:
        """The plain tokens, BREAKs and GAPs."""
        return self._readings.tokens_of(self.chunks)

    @cached_property
    def extras(self) -> Mapping[int, list[Extra]]:
        """For a place the further readings that begin there."""
        found: dict[int, list[Extra]] = {}
        special = self.special
        if special:
            ends = list(accumulate(self._readings.lengths(self.chunks)))
            for chunk, read in special.items():
                for at in _everywhere(self.chunks, chunk):
                    place = ends[at] - len(read.tokens)
                    for extra in read.extras:
                        found.setdefault(place + extra.index, []).append(extra)
        for place, extra in self.numbers:
            found.setdefault(place, []).append(extra)
        return found

    @cached_property
    def special(self) -> Mapping[str, Chunk]:
        """The chunks that have further readings."""
        # Only a chunk whose tokens were asked for is known to have further readings.
        return self._readings.readings(self.chunks) if self.tokens else {}

    @cached_property
    def extra_tokens(self) -> frozenset[str]:
        """The tokens of all further readings, which is cheaper to know than their places."""
        readings = (extra for read in self.special.values() for extra in read.extras)
        return frozenset(extra.token for extra in chain(readings, (x for _, x in self.numbers)))

    @cached_property
    def numbers(self) -> list[tuple[int, Extra]]:
        """Numbers that are written with spaces, as `10 000`, with the place where each begins."""
        found: list[tuple[int, Extra]] = []
        for last in [each for each in self._different if len(each) == _GROUP and each.isdigit()]:
            for place in _everywhere(self.tokens, last):
                for first, number in numbers_ending_at(self.tokens, place):
                    length = place + 1 - first
                    found.append((first, Extra(0, length, number, Reading.JOINED, -1)))
        return found

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every distinct token, further readings included."""
        return self._different.union(self.extra_tokens).difference(_NOT_WORDS)

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Those of the vocabulary that are not written in ASCII alone."""
        return frozenset(token for token in self.vocabulary if not token.isascii())

    def places(self, token: str) -> Sequence[int]:
        """Where a plain token stands, ascending."""
        if token not in self._different:
            return ()
        known = self._places.get(token)
        if known is None:
            known = self._places[token] = list(_everywhere(self.tokens, token))
        return known

    @cached_property
    def _different(self) -> frozenset[str]:
        return frozenset(self.tokens)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        return {}

    @cached_property
    def extra_places(self) -> Mapping[str, list[tuple[int, Extra]]]:
        """For each further reading where it begins."""
        found: dict[str, list[tuple[int, Extra]]] = {}
        for place, readings in self.extras.items():
            for extra in readings:
                found.setdefault(extra.token, []).append((place, extra))
        return found

    @cached_property
    def word_numbers(self) -> Sequence[int]:
        """For each place how many words stand before it, so that distances count words alone."""
        if BREAK not in self.tokens and GAP not in self.tokens:
            return range(len(self.tokens) + 1)
        others = accumulate(map(_NOT_WORDS.__contains__, self.tokens), initial=0)
        return [place - before for place, before in enumerate(others)]

    @cached_property
    def paragraphs(self) -> list[int]:
        """For each place the number of its paragraph."""
        return [0, *accumulate(token == BREAK for token in self.tokens)]

    @cached_property
    def _layout(self) -> "_Layout":
        return _Layout(self.text, accumulate(self._readings.lengths(self.chunks)))

    def raw(self, place: int) -> str:
        """The word at `place` as it stands in the text."""
        start, end = self._layout.span(place)
        return self.text[start:end]

    def was_split(self, place: int) -> bool:
        """Whether the token is a part of a word that was split at a capital."""
        return self._layout.was_split(place)

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that the places `start` to `end` cover."""
        return self._layout.span(start)[0], self._layout.span(end - 1)[1]

    def extra_offsets(self, place: int, extra: Extra) -> tuple[int, int]:
        """The span of the original text that a further reading covers."""
        if extra.reading is not Reading.GLUE:
            return self.offsets(place, place + extra.length)
        return self._layout.span(place)[0], self._layout.chunk_start(place) + extra.end

    @cached_property
    def sentence_numbers(self) -> list[int]:
        """For each place the number of its sentence."""
        starts = [start for start, _ in sentences(self.text)]
        spans = map(self._layout.span, range(len(self.tokens)))
        return [bisect_right(starts, start) for start, _ in spans]


class _Layout:
    """Where each token of a text stands in it; only the chunks that are asked for are looked at.

    `ends` says for each chunk how many tokens there are up to its end.
    """

    def __init__(self, raw: str, ends: Iterable[int]) -> None:
        self._plain = _plain(raw)
        self._ends = list(ends)
        self._starts = list(_chunk_starts(self._plain))
        self._read: dict[int, Chunk] = {}

    def span(self, place: int) -> tuple[int, int]:
        """The span of a token."""
        number, first = self._chunk_of(place)
        start, spans = self._starts[number], self._chunk(number).spans
        if not spans:  # the end of a paragraph
            return start, start
        return start + spans[place - first][0], start + spans[place - first][1]

    def chunk_start(self, place: int) -> int:
        """Where the chunk begins in which a token stands."""
        return self._starts[self._chunk_of(place)[0]]

    def was_split(self, place: int) -> bool:
        """Whether a token is a part of a word that was split at a capital."""
        number, first = self._chunk_of(place)
        return place - first in self._chunk(number).split

    def _chunk_of(self, place: int) -> tuple[int, int]:
        """The number of the chunk that holds a place, and the place of its first token."""
        number = bisect_right(self._ends, place)
        return number, self._ends[number - 1] if number else 0

    def _chunk(self, number: int) -> Chunk:
        known = self._read.get(number)
        if known is None:
            found = _CHUNK.match(self._plain, self._starts[number])
            known = self._read[number] = read_chunk(found.group() if found else "")
        return known


def _chunk_starts(plain: str) -> Iterator[int]:
    """Where each chunk begins; that of a paragraph's end, where the paragraph ends."""
    at = 0
    for paragraph in _PARAGRAPH.finditer(plain):
        yield from (found.start() for found in _CHUNK.finditer(plain, at, paragraph.start()))
        yield paragraph.start()
        at = paragraph.end()
    yield from (found.start() for found in _CHUNK.finditer(plain, at))


def numbers_ending_at(tokens: list[str], last: int) -> Iterator[tuple[int, str]]:
    """Every number of groups of digits, three in each but the first, whose last group is here.

    Each with the place where it begins.
    """
    first = last
    while first and tokens[first - 1].isdigit() and len(tokens[first - 1]) <= _GROUP:
        first -= 1
        yield first, "".join(tokens[first : last + 1])
        if len(tokens[first]) < _GROUP or last - first > _MOST_GROUPS:
            return


def _everywhere(items: list[str], item: str) -> Iterator[int]:
    """Every place of an item that is in the list."""
    at = -1
    for _ in range(items.count(item)):
        at = items.index(item, at + 1)
        yield at
