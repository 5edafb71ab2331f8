"""One word or phrase of a query, checked: wildcards, tolerance, letters enough for either.

It makes Run and Phrase nodes out of lexemes; what they find in a text is `terms`' business.
"""

import functools
import re

from rules import limits
from rules.chunks import GAP, read_chunk, without_addresses
from rules.fault import Edit, Fault
from rules.folding import fold
from rules.lexer import Lexeme
from rules.query import Phrase, Run, Span, Word
from rules.scripts import APOSTROPHES, WORD_SIGN, is_unspaced
from rules.signs import leading_wildcard

_TOLERANCE = re.compile(r"~(\d*)$")
_PHRASE = re.compile(r'(=?)"([^"]*)"(?:~(\d*))?')
_WILDCARD = re.compile(r"[*?]")
_LEADING = re.compile(rf"[*?](?<!(?:{WORD_SIGN}|[*?])[*?])")
"""A wildcard with nothing before it; asked from behind, so that only wildcards are looked at."""
_LETTER = re.compile(rf"[^\W_sS{APOSTROPHES}]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SLOPPIEST = 50


def read_run(lexemes: list[Lexeme]) -> Run:
    """Bare words that stand together. Raises Fault."""
    words = tuple(_read_word(lexeme) for lexeme in lexemes)
    written = " ".join(lexeme.text for lexeme in lexemes)
    return Run(words, written, (lexemes[0].span[0], lexemes[-1].span[1]))


def read_phrase(lexeme: Lexeme) -> Phrase:
    """Words in quotes. Raises Fault."""
    parts = _PHRASE.fullmatch(lexeme.text)
    assert parts, lexeme  # noqa: S101 - the lexer made it with the same pattern
    texts = parts[2].split()
    start = lexeme.span[0] + len(parts[1]) + 1
    for text in texts:
        if text != "*":
            at = lexeme.text.index(text, start - lexeme.span[0]) + lexeme.span[0]
            _check_wildcards(text, (at, at + len(text)))
    words = tuple(Word(text) for text in texts if text == "*" or has_tokens(text))
    if all(word.text == "*" for word in words):
        raise Fault(
            "empty_phrase",
            lexeme.span,
            "There is no word between these quotes.",
            Edit(*lexeme.span, ""),
        )
    slop = None if parts[3] is None else _read_slop(parts[3], lexeme.span)
    return Phrase(words, lexeme.text, lexeme.span, bool(parts[1]), slop)


def _read_slop(digits: str, span: Span) -> int:
    slop = int(digits[:6]) if digits else -1
    if 0 <= slop <= _SLOPPIEST:
        return slop
    raise Fault(
        "near_range",
        span,
        f"After a phrase, ~ takes a number from 0 to {_SLOPPIEST}: how many other words may stand "
        "among its words.",
        Edit(span[1] - len(digits), span[1], "5" if not digits else str(_SLOPPIEST)),
    )


def _read_word(lexeme: Lexeme) -> Word:
    exact = lexeme.text.startswith("=")
    tolerance = _TOLERANCE.search(lexeme.text) if "~" in lexeme.text else None
    text = lexeme.text[exact : tolerance.start() if tolerance else None]
    _check_wildcards(text, lexeme.span)
    if not has_tokens(text):
        raise Fault(
            "bad_char",
            lexeme.span,
            f"'{lexeme.text}' holds no word to search for: addresses and signs are not searched. "
            "For the site of an article write source:reuters.com.",
            Edit(*lexeme.span, ""),
        )
    edits = _read_edits(text, tolerance[1], lexeme) if tolerance else 0
    if edits and exact:
        raise Fault(
            "fuzzy_range",
            lexeme.span,
            f"= asks for exactly this spelling and ~ for similar ones. Write ={text} or {text}~.",
        )
    return Word(text, exact, edits)


@functools.lru_cache(maxsize=1024)
def has_tokens(text: str) -> bool:
    """Whether anything of `text` can be found in an article.

    One letter outside of addresses is enough, unless it belongs to a possessive or to an entity;
    only what has no such letter is read.
    """
    plain = _WILDCARD.sub("", text)
    letter = _LETTER.search(without_addresses(plain))
    if letter and fold(letter.group()) and not ("&" in plain and ";" in plain):
        return True
    return any(token != GAP for token in read_chunk(plain, typed=True).tokens)


def _check_wildcards(text: str, span: Span) -> None:
    wildcard = _WILDCARD.search(text)
    if wildcard is None:
        return
    before = _NOT_LETTERS.sub("", text[: wildcard.start()])
    if not before or _LEADING.search(text):
        raise leading_wildcard(text, span)
    if len(before) < limits.LETTERS_BEFORE_WILDCARD and not is_unspaced(before[0]):
        raise Fault(
            "short_wildcard",
            span,
            f"'{text}' would match far too much: a wildcard needs at least "
            f"{limits.LETTERS_BEFORE_WILDCARD} letters before it.",
            hint="sanction* AND Iran",
        )


def _read_edits(text: str, digits: str, lexeme: Lexeme) -> int:
    """How many edits `~`, `~1` or `~2` allow for this word."""
    span, plain = lexeme.span, Edit(*lexeme.span, text)
    token = None if _WILDCARD.search(text) or "~" in text else _only_token(text)
    if token is None:
        raise Fault(
            "fuzzy_range",
            span,
            f"~ works on one plain word, and '{text}' is none. Drop the ~.",
            plain,
        )
    length = len(token)
    if length < limits.LETTERS_FOR_FUZZY:
        raise Fault(
            "short_fuzzy",
            span,
            f"'{text}' is too short for ~: one edit leads to other words, as from Iran to Iraq. "
            f"It needs {limits.LETTERS_FOR_FUZZY} letters.",
            plain,
        )
    most = 2 if length >= limits.LETTERS_FOR_TWO_EDITS else 1
    edits = int(digits[:6]) if digits else most
    if not 1 <= edits <= most:
        raise Fault(
            "fuzzy_range",
            span,
            f"'{text}' has {length} letters, so ~ takes at most {most}: "
            f"two edits need {limits.LETTERS_FOR_TWO_EDITS} letters.",
            Edit(*span, f"{text}~{most}"),
        )
    return edits


@functools.lru_cache(maxsize=1024)
def _only_token(text: str) -> str | None:
    """The folded token of a word that is one token, and short enough for a pattern; else None."""
    tokens = read_chunk(text).tokens if len(text) <= limits.LONGEST_WORD else ()
    return fold(tokens[0]) if len(tokens) == 1 and not is_unspaced(tokens[0]) else None
