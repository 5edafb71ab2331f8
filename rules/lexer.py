"""A cleaned query, cut into lexemes: words, phrases, operators, field names, parentheses.

One pass, no look-back. It refuses signs that mean nothing and ignores how the lexemes fit together.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

from rules.fault import Edit, Fault
from rules.query import Span
from rules.signs import (
    bad_sign,
    numberless,
    odd_quote,
    refuse_signs,
    several_values,
    unknown_field,
)


class Kind(Enum):
    """What a lexeme is."""

    WORD = auto()
    PHRASE = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    WEIGHT = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    FIELD = auto()
    LIST = auto()
    OF = auto()
    ATLEAST = auto()
    SCORE = auto()
    END = auto()


class Lexeme(NamedTuple):
    """A piece of the query: `text` as it stands there, `value` what it carries."""

    kind: Kind
    text: str
    span: Span
    value: str = ""


_OPERATORS = {
    "and": Kind.AND, "&&": Kind.AND, "&": Kind.AND,
    "or": Kind.OR, "||": Kind.OR, "|": Kind.OR,
    "not": Kind.NOT,
}  # fmt: skip
_NUMBERED = re.compile(r"(O?NEAR|PRE|W|ATLEAST|SCORE)/(.*)", re.IGNORECASE)
_UNSLASHED = re.compile(r"(O?NEAR)(\d{1,3})|/([sp]|\d{1,3})", re.IGNORECASE)
_WANTS_NUMBER = ("ATLEAST", "SCORE")
_NUMBER = re.compile(r"\s+(\d+)")
_NUMBERED_KINDS = {"ATLEAST": Kind.ATLEAST, "SCORE": Kind.SCORE}
_FIELD = re.compile(r"([^\W\d_]+):(?!//)")
_PHRASE = re.compile(r'(=?)"([^"]*)"(?:~(\d*))?')
_WEIGHT = re.compile(r"\^(-?\d{1,6})")
_SPACE = re.compile(r"\s+")
_CHUNK = re.compile(r"(?:[^\s()\",^|]|(?<=\d),(?=\d))+|\|\|?")
_VALUE = re.compile(r'\s*([^\s()",^]+)((?:,[^\s()",^:]+)*(?=[\s()]|$))?')
_FILTERS = {
    "source": "source", "site": "source", "lang": "lang", "country": "country",
    "sourcecountry": "sourcecountry", "author": "author", "tag": "tag", "url": "url",
    "after": "after", "before": "before", "within": "within",
}  # fmt: skip
FIELDS = _FILTERS | {"title": "title", "body": "body"}
"""Field names as people type them, with the name they stand for."""


class Lexer:
    """Cuts `text` from left to right; `lexemes()` gives the pieces, with END at the end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: list[Lexeme] = []

    def lexemes(self) -> list[Lexeme]:
        """All lexemes. Raises Fault for what is no part of the language."""
        while True:
            space = _SPACE.match(self._text, self._at)
            if space:
                self._at = space.end()
            if self._at >= len(self._text):
                end = len(self._text)
                self._found.append(Lexeme(Kind.END, "", (end, end)))
                return self._found
            self._next()

    def _next(self) -> None:
        sign = self._text[self._at]
        if sign in "(),":
            kind = {"(": Kind.OPEN, ")": Kind.CLOSE, ",": Kind.COMMA}[sign]
            self._put(kind, self._at + 1)
        elif sign == '"' or self._text.startswith('="', self._at):
            self._phrase()
        elif sign == "^":
            weight = _WEIGHT.match(self._text, self._at)
            if weight is None:
                raise bad_sign(self._text, self._at, self._at + 1)
            self._put(Kind.WEIGHT, weight.end(), weight[1])
        elif sign == "-" and self._excludes():
            self._put(Kind.NOT, self._at + 1)
        elif (named := _FIELD.match(self._text, self._at)) and named[1].lower() in FIELDS:
            self._field(FIELDS[named[1].lower()], named.end())
        else:
            self._chunk()

    def _put(self, kind: Kind, end: int, value: str = "") -> None:
        self._found.append(Lexeme(kind, self._text[self._at : end], (self._at, end), value))
        self._at = end

    def _excludes(self) -> bool:
        """A minus right before an operand excludes it."""
        following = self._text[self._at + 1 : self._at + 2]
        return bool(following) and not following.isspace() and following not in "-),^|&"

    def _phrase(self) -> None:
        phrase = _PHRASE.match(self._text, self._at)
        if phrase is None:
            raise odd_quote(self._text, self._at)
        if not phrase[2].strip():
            raise Fault(
                "empty_phrase",
                phrase.span(),
                "There is nothing between these quotes.",
                Edit(*phrase.span(), ""),
            )
        self._put(Kind.PHRASE, phrase.end(), "" if phrase[3] is None else phrase[3] or "?")

    def _chunk(self) -> None:
        found = _CHUNK.match(self._text, self._at)
        if found is None:  # the second of two signs that never stand alone
            raise bad_sign(self._text, self._at, self._at + 1)
        text, end = found.group(), found.end()
        small = text.lower()
        if small in _OPERATORS:
            self._put(_OPERATORS[small], end)
        elif text in ("NEAR", "ONEAR"):
            self._put(Kind.NEAR, end, "10")
        elif "/" in text and (numbered := _NUMBERED.fullmatch(text)):
            kind = _NUMBERED_KINDS.get(numbered[1].upper(), Kind.NEAR)
            self._put(kind, end, numbered[2])
        elif text == "OF" and self._found and self._found[-1].text.isdecimal():
            self._put(Kind.OF, end)
        elif _UNSLASHED.fullmatch(text) or text in _WANTS_NUMBER or small == "of":
            self._mistaken(text, end)
        elif text[0] == "@" or small.startswith("list:"):
            name = text[1:] if text[0] == "@" else text[5:]
            self._put(Kind.LIST, end, name)
        else:
            self._word(text, end)

    def _mistaken(self, text: str, end: int) -> None:
        """What other languages write as an operator is refused, not searched for in silence."""
        unslashed = _UNSLASHED.fullmatch(text)
        if unslashed:
            name, reach = unslashed[1] or "NEAR", unslashed[2] or unslashed[3]
            meant = f"{name.upper()}/{reach}"
            raise Fault(
                "near_range",
                (self._at, end),
                f"A distance is written {meant}. Quote '{text}' if you search for it.",
                Edit(self._at, end, meant),
            )
        if text in _WANTS_NUMBER and (number := _NUMBER.match(self._text, end)):
            raise Fault(
                "quorum_range",
                (self._at, number.end()),
                f"The number follows {text} with a slash: {text}/{number[1]}.",
                Edit(self._at, number.end(), f"{text}/{number[1]}"),
            )
        if text in _WANTS_NUMBER and self._text[end:].lstrip().startswith("("):
            raise numberless(text, (self._at, end))
        counts = self._found and self._found[-1].text.isdecimal()
        if counts and self._text[end:].lstrip().startswith("("):
            raise Fault(
                "quorum_range",
                (self._at, end),
                "As an operator OF is written in capitals: 2 OF (coup, curfew, junta).",
                Edit(self._at, end, "OF"),
            )
        self._put(Kind.WORD, end)

    def _word(self, text: str, end: int) -> None:
        named = _FIELD.match(text) if ":" in text else None
        if named:
            raise unknown_field(self._text, self._at, self._at + named.end(), end, FIELDS)
        if not text.isalnum():
            refuse_signs(self._text, self._at, end)
        self._put(Kind.WORD, end)

    def _field(self, field: str, end: int) -> None:
        self._put(Kind.FIELD, end, field)
        if field in _FILTERS.values():
            self._value()

    def _value(self) -> None:
        """A filter takes one value, whatever signs it holds."""
        value = _VALUE.match(self._text, self._at)
        if value and value[2] and not self._in_items():
            name = self._found[-1]
            raise several_values(name.text, name.span[0], value)
        if value and value[1].lower() not in _OPERATORS:
            self._at = value.start(1)
            self._put(Kind.WORD, value.end(1))

    def _in_items(self) -> bool:
        """Whether a comma may part the items of OF or SCORE here."""
        return any(found.kind in (Kind.OF, Kind.SCORE) for found in self._found)
