"""A chunk of text without white space, read into tokens.

A chunk is a word with what clings to it: `war.“We`, `Chinawhich`, `Jong-un’s`. What is read depends
on the chunk alone, so a reading can be remembered. Nothing is ever deleted by a guess: doubtful
readings are added beside the plain one as extras. It ignores queries, phrases and neighbours.
"""

import html
import re
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import NamedTuple

from rules.folding import INVISIBLE, fold, fold_sign
from rules.glue import inner_words, words_before_glue
from rules.known_words import capitals_only, is_known_word
from rules.scripts import APOSTROPHES, EXTENDING, HYPHENS, is_unspaced, script_runs

GAP = ""
"""Stands between two signs of unspaced script that punctuation keeps apart."""


class Reading(Enum):
    """Why a second reading stands beside the plain tokens."""

    JOINED = "the hyphen is ignored"
    WHOLE = "the capital inside is ignored"
    GLUE = "a function word is stuck to it"


@dataclass(frozen=True, slots=True)
class Extra:
    """A further reading: `token` stands for `length` tokens from `index` on."""

    index: int
    length: int
    token: str
    reading: Reading
    end: int
    """Where the reading ends, as an offset into the chunk."""


class Chunk(NamedTuple):
    """What a chunk says: tokens, their spans in the chunk, the split ones, further readings."""

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    split: frozenset[int] = frozenset()
    extras: tuple[Extra, ...] = ()


_LETTER = r"[^\W\d_]"
_SIGN = rf"[^\W_]|[{EXTENDING}]"
_WORDS = re.compile(
    rf"(?P<acronym>(?<!{_LETTER}){_LETTER}(?:\.{_LETTER}(?!{_SIGN}))+\.?)"
    rf"|(?P<number>\d+(?:[.,’']\d+)+)"
    rf"|(?P<word>(?:{_SIGN})+(?:[{APOSTROPHES}](?:{_SIGN})+)*)"
)
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[’']\d{3})+")
_ADDRESS = re.compile(
    r"(?:https?|ftp)://[!-~]+|www\.[A-Za-z0-9][!-~]*|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_PLAIN = 2
"""A single letter may be an acronym or the rest of a possessive, which takes a closer look."""
_STEM = 3
"""A quotation mark after fewer letters is part of a name: d’Ivoire, O’Brien."""
_AROUND = ".,:;!?()[]“”‘’'\"$%#*…—–-"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def read_chunk(chunk: str, *, typed: bool = False) -> Chunk:
    """Read one chunk. Offsets in the result count the chunk's own characters.

    What somebody `typed` on purpose, in a query or in our data, holds no words stuck together.
    """
    if chunk.isascii() and chunk.isalpha() and chunk.islower():
        return Chunk((chunk,), ((0, len(chunk)),))
    if "&" in chunk and ";" in chunk:
        return _read_escaped(chunk, typed)
    chunk = without_addresses(chunk)
    reader = _Reader(chunk, typed)
    for match in _WORDS.finditer(chunk):
        reader.take(match)
    return reader.result()


def without_addresses(chunk: str) -> str:
    """The chunk with spaces where it holds addresses of the web or of mail, as long as before."""
    if ":" in chunk or "@" in chunk or "." in chunk:
        return _ADDRESS.sub(lambda address: " " * len(address.group()), chunk)
    return chunk


def plain_word(chunk: str) -> str | None:
    """The only token of a chunk that is one plain word, perhaps with signs around it; else None.

    A short cut for the bulk of English text: where it answers, `read_chunk` gives that token alone.
    """
    core = chunk.strip(_AROUND)
    if core.endswith(("’s", "'s")):
        core = core[:-2]
    if not core.isascii() or len(core) == 1:
        return None
    return _plain_token(core) if core.isalpha() else _plain_number(core)


def _plain_token(word: str) -> str | None:
    """The token of an ASCII word if it has no further reading."""
    if word.islower():
        return word
    if word.isupper():
        return None if capitals_only(word) else word.lower()
    return word.lower() if word[1:].islower() and not words_before_glue(word) else None


def _plain_number(digits: str) -> str | None:
    """The token of 2024, 16.3 or 53,000."""
    if digits.isdigit():
        return digits
    head, point, tail = digits.partition(".")
    if point and head.isdigit() and tail.isdigit():
        return digits
    return digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else None


def tied_words(chunk: str) -> Chunk | None:
    """The reading of two plain words with a hyphen between them, else None; the second short cut.

    Where it answers, `read_chunk` gives the same.
    """
    core = chunk.strip(_AROUND)
    left, _, right = core.partition("-")
    if len(left) < _PLAIN or len(right) < _PLAIN or not core.isascii():
        return None
    if not (left.isalpha() and right.isalpha()):
        return None
    first, second = _plain_token(left), _plain_token(right)
    if first is None or second is None:
        return None
    start = chunk.index(core)
    seam, end = start + len(left), start + len(core)
    joined = Extra(0, 2, first + second, Reading.JOINED, end)
    return Chunk((first, second), ((start, seam), (seam + 1, end)), frozenset(), (joined,))


def short_reading(chunk: str) -> Chunk:
    """What `read_chunk` gives, by the shortest way and without the spans of plain words."""
    word = plain_word(chunk)
    if word is not None:
        return Chunk((word,), ())
    return tied_words(chunk) or read_chunk(chunk)


def _read_escaped(chunk: str, typed: bool) -> Chunk:
    """Decode `&amp;` and its kin, read, and carry the offsets back."""
    decoded: list[str] = []
    places: list[int] = []
    at = 0
    for entity in _ENTITY.finditer(chunk):
        decoded.append(chunk[at : entity.start()])
        places.extend(range(at, entity.start()))
        text = html.unescape(entity.group())
        decoded.append(text)
        places.extend([entity.start()] * len(text))
        at = entity.end()
    decoded.append(chunk[at:])
    places.extend(range(at, len(chunk) + 1))
    text = "".join(decoded)
    if text == chunk or _ENTITY.search(text):
        text, places = chunk.replace("&", " "), list(range(len(chunk) + 1))
    plain = read_chunk(text, typed=typed)
    spans = tuple((places[start], places[end]) for start, end in plain.spans)
    extras = tuple(
        Extra(x.index, x.length, x.token, x.reading, places[x.end]) for x in plain.extras
    )
    return Chunk(plain.tokens, spans, plain.split, extras)


class _Reader:
    """Collects tokens and extras while the words of one chunk pass by."""

    def __init__(self, chunk: str, typed: bool) -> None:
        self._chunk = chunk
        self._typed = typed
        self._tokens: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._split: set[int] = set()
        self._extras: list[Extra] = []
        self._groups: list[tuple[int, int]] = []  # first and past-last token of each word

    def take(self, match: re.Match[str]) -> None:
        start, end = match.span()
        first = len(self._tokens)
        if match["acronym"]:
            self._add_acronym(start, end)
        elif match["number"]:
            self._add_number(start, end)
        else:
            for piece_start, piece_end in _apostrophes(self._chunk, start, end):
                self._add_word(piece_start, piece_end)
        if len(self._tokens) > first:
            self._groups.append((first, len(self._tokens)))

    def result(self) -> Chunk:
        self._join_hyphens()
        return Chunk(
            tuple(self._tokens), tuple(self._spans), frozenset(self._split), tuple(self._extras)
        )

    def _add(self, token: str, start: int, end: int) -> None:
        if token:
            while self._chunk[start] in INVISIBLE:
                start += 1
            while self._chunk[end - 1] in INVISIBLE:
                end -= 1
            unspaced = is_unspaced(token)
            if unspaced and (not self._spans or self._spans[-1][1] != start):
                self._tokens.append(GAP)
                self._spans.append((start, start))
            self._tokens.append(token)
            self._spans.append((start, end))

    def _add_acronym(self, start: int, end: int) -> None:
        letters = self._chunk[start:end].replace(".", "")
        self._add(capitals_only(letters.upper()) or fold(letters), start, end)

    def _add_number(self, start: int, end: int) -> None:
        raw = self._chunk[start:end]
        if _GROUPED.fullmatch(raw):
            self._add(fold(re.sub("[,’']", "", raw)), start, end)
        elif len(parts := re.split("[.,’']", raw)) == 2:
            self._add(fold(".".join(parts)), start, end)
        else:
            at = start
            for part in parts:
                self._add(fold(part), at, at + len(part))
                at += len(part) + 1

    def _add_word(self, start: int, end: int) -> None:
        raw = self._chunk[start:end]
        if raw in ("s", "S") and start and self._chunk[start - 1] in APOSTROPHES:
            return  # the possessive of what stands before: U.S.’s
        cased = capitals_only(raw)
        if cased:
            self._add(cased, start, end)
            return
        for run_start, run_end, is_row in script_runs(raw):
            if is_row:
                self._add_row(start + run_start, start + run_end)
            else:
                self._add_run(start + run_start, start + run_end)

    def _add_row(self, start: int, end: int) -> None:
        """Signs of unspaced script; the first may need a GAP before it, the others do not."""
        for at in range(start, end):
            if at == start:
                self._add(fold_sign(self._chunk[at]), at, at + 1)
            else:
                self._tokens.append(fold_sign(self._chunk[at]))
                self._spans.append((at, at + 1))

    def _add_run(self, start: int, end: int) -> None:
        raw = _APOSTROPHE.sub("", self._chunk[start:end])
        pieces = [(0, end - start)] if self._typed else inner_words(self._chunk[start:end])
        first = len(self._tokens)
        for piece_start, piece_end in pieces:
            piece = _APOSTROPHE.sub("", self._chunk[start + piece_start : start + piece_end])
            self._add(capitals_only(piece) or fold(piece), start + piece_start, start + piece_end)
        if len(pieces) > 1:
            self._split.update(range(first, len(self._tokens)))
            self._extras.append(Extra(first, len(pieces), fold(raw), Reading.WHOLE, end))
        elif not self._typed and raw[:1].isupper() and not is_known_word(self._tokens[-1]):
            for stem in words_before_glue(raw):
                reach = start + _reach(self._chunk[start:end], len(stem))
                self._extras.append(Extra(first, 1, fold(stem), Reading.GLUE, reach))

    def _join_hyphens(self) -> None:
        """Add `jongun` for `Jong-un`: every run of parts that single hyphens or slashes tie."""
        ties: list[list[tuple[int, int]]] = []
        for group in self._groups:
            previous = ties[-1][-1] if ties else None
            if previous and self._is_tied(previous, group):
                ties[-1].append(group)
            else:
                ties.append([group])
        for tied in ties:
            for first in range(len(tied)):
                lasts = range(first + 1, min(first + 3, len(tied)))
                for last in {*lasts, len(tied) - 1} if first == 0 and len(tied) > 1 else lasts:
                    self._join(tied[first][0], tied[last][1])

    def _is_tied(self, left: tuple[int, int], right: tuple[int, int]) -> bool:
        between = self._chunk[self._spans[left[1] - 1][1] : self._spans[right[0]][0]]
        return len(between) == 1 and between in HYPHENS

    def _join(self, first: int, last: int) -> None:
        token = "".join(self._tokens[first:last]).lower()
        self._extras.append(
            Extra(first, last - first, token, Reading.JOINED, self._spans[last - 1][1])
        )


def _reach(word: str, length: int) -> int:
    """Where so many signs of a word end if its apostrophes do not count: Sana’a in Sana’aand."""
    signs = (at for at, sign in enumerate(word) if sign not in APOSTROPHES)
    return next(islice(signs, length - 1, None)) + 1


def _apostrophes(chunk: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the words in `chunk[start:end]` once possessives and quotation marks are out.

    `Korea’s` loses its ending, `Sana’a` and `O’Brien` stay one word, `dangerous’The` is two.
    """
    words: list[tuple[int, int]] = []
    at = start
    for sign in _APOSTROPHE.finditer(chunk, start, end):
        before, after = sign.start(), sign.end()
        following = chunk[after : after + 2]
        if following[:1] in ("s", "S") and after + 1 == end:
            return [*words, (at, before)]
        if following[:1] == "s" and following[1:].isupper():
            words.append((at, before))
            at = after + 1
        elif following[:1].isupper() and before - at >= _STEM and chunk[before - 1].islower():
            words.append((at, before))
            at = after
    return [*words, (at, end)]
