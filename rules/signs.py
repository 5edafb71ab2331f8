"""Refusals of the lexer: signs and names that mean nothing in a query, with what was meant by them.

Each looks at the whole text and the place of the sign; what a repair makes of the query is judged
in `mending`.
"""

import re
from collections.abc import Iterable

from rules.errors import EXAMPLE
from rules.fault import Edit, Fault
from rules.fuzzy import nearest

EXCLUDING = "Kursk NOT film"
"""An example of how something is excluded."""
_DASHES = "-–—−‐‑"
_BRACKETS = str.maketrans("[]{}<>", "()()()")
_ANY_LETTER = re.compile(r"[^\W_]")
_QUOTED = re.compile(r'("[^"]*")')
_REGEX = re.compile(r"""/[^/\s]*(?:\s+[^/\s]+)*/\w*(?=[\s()",^|]|$)""")
_PLAIN_REGEX = re.compile(r"/\(?(\w{3,}(?:\.\*)?(?:\|\w{3,}(?:\.\*)?)*)\)?/i?")
_OPERATOR_BEFORE = re.compile(
    r'(?:^|[(,]|(?:^|[\s()"])(?:and|or|not|&&?|\|\|?))\s*$', re.IGNORECASE
)
_RUN_BEFORE = re.compile(
    r'(?:.*(?:[(),"]|(?:^|\s)(?:AND|OR|NOT|O?NEAR(?:/\w+)?)\s))?\s*', re.DOTALL
)
_OPERATOR_AFTER = re.compile(r"(?<!\s)\s+(?:AND|OR|NOT|O?NEAR(?:/\w+)?)\s|[)]")
_ELSEWHERE = {
    **dict.fromkeys(("headline", "intitle", "allintitle", "subject"), "title"),
    **dict.fromkeys(("text", "intext", "content"), "body"),
    **dict.fromkeys(("domain", "host", "publisher"), "source"),
    "language": "lang",
    "since": "after",
    "until": "before",
    "by": "author",
    "inurl": "url",
}
"""What other languages call our fields."""
_NUMBERED = {
    "SCORE": "SCORE/5 (coup^5, curfew^3)",
    "ATLEAST": "ATLEAST/3 (tanker OR vessel)",
    "NEAR": "drone NEAR/5 refinery",
}
_OPERATORS = frozenset({"near", "onear", "pre", "w", "atleast", "score"})


def refuse_signs(whole: str, at: int, end: int) -> None:
    """See that the chunk from `at` to `end` can be a word. Raises Fault."""
    text, span = whole[at:end], (at, end)
    regex = _REGEX.match(whole, at) if text[0] == "/" else None
    if regex:
        plain = _PLAIN_REGEX.fullmatch(regex.group())
        raise Fault(
            "regex",
            regex.span(),
            "Regular expressions are not supported. Use * and ? inside words, or OR.",
            Edit(*regex.span(), _in_words(plain[1])) if plain else None,
            "sanction* OR embargo",
        )
    if text in _DASHES:
        raise Fault(
            "lone_minus",
            span,
            "A lone dash can mean 'not' or nothing. Write NOT x or -x to exclude; a name with a "
            "dash in it stands in quotes.",
            hint=EXCLUDING,
        )
    if text[0] in _DASHES:
        raise Fault(
            "lone_minus",
            span,
            f"'{text}' begins with a dash. To exclude a word, put one plain - right before it.",
            Edit(*span, f"-{text.lstrip(_DASHES)}"),
            EXCLUDING,
        )
    if text.lstrip("=")[:1] in ("*", "?"):
        raise leading_wildcard(text, span)
    if ";" in text[1:] and "&" not in text:
        semicolon = at + text.index(";", 1)
        raise Fault(
            "comma",
            (semicolon, semicolon + 1),
            "A semicolon parts nothing here. Between alternatives write OR.",
            Edit(semicolon, semicolon + 1, " OR "),
        )
    if not _ANY_LETTER.search(text) or text[0] in "!+~{}[]<>\\;":
        raise bad_sign(whole, at, end)


def leading_wildcard(text: str, span: tuple[int, int]) -> Fault:
    """A word with nothing before its wildcard; which words were meant, only their writer knows."""
    return Fault(
        "leading_wildcard",
        span,
        f"'{text}' begins with a wildcard. Write the beginnings out, with OR.",
        hint="Kazakhstan OR Uzbekistan",
    )


def bad_sign(whole: str, at: int, end: int) -> Fault:
    """Signs that are no part of the language."""
    text, first = whole[at:end], whole[at]
    if first in "[]{}<>":
        meant = _with_parentheses(whole)
        return Fault(
            "bad_char",
            (at, at + 1),
            f"'{first}' means nothing here. Parts of a query stand in ( and ).",
            Edit(0, len(whole), meant) if meant.count("(") == meant.count(")") else None,
            "(Iran OR Iraq) AND oil",
        )
    following = whole[at + 1 : at + 2]
    if first == "!" and (following.isalnum() or following in ("(", '"')):
        return Fault(
            "bad_char",
            (at, end),
            "'!' means nothing here. To exclude, write NOT, or put a - right before the word.",
            Edit(at, at + 1, "-"),
            EXCLUDING,
        )
    if first == "+" and following != "+":
        joined = "" if _OPERATOR_BEFORE.search(whole[:at]) else "AND "
        return Fault(
            "bad_char",
            (at, end),
            "'+' means nothing here. What must all occur is joined by AND.",
            Edit(at, at + 1, joined),
            EXAMPLE,
        )
    letter = _ANY_LETTER.search(text)
    return Fault(
        "bad_char",
        (at, end),
        f"'{text}' means nothing here. Search for words, in quotes with what stands between "
        "them, or drop it.",
        Edit(at, at + (letter.start() if letter else len(text)), ""),
    )


def odd_quote(whole: str, at: int) -> Fault:
    """A quote without another: closed before the next operator, or opened where words begin."""
    before, after = whole[at - 1 : at], whole[at + 1 : at + 2]
    if before and not before.isspace() and before not in "(=:" and (not after or after in " )\n"):
        start = _RUN_BEFORE.match(whole[:at])
        opening = start.end() if start else 0
        return Fault(
            "unclosed_quote",
            (at, at + 1),
            "This quote was never opened.",
            Edit(opening, opening, '"'),
        )
    found = _OPERATOR_AFTER.search(whole, at + 1)
    end = found.start() if found else len(whole.rstrip())
    return Fault("unclosed_quote", (at, at + 1), "This quote is never closed.", Edit(end, end, '"'))


def unknown_field(whole: str, at: int, colon: int, end: int, fields: Iterable[str]) -> Fault:
    """A name with a colon that is no field: misspelt, another language's, or words of a text."""
    name = whole[at : colon - 1]
    small = name.lower()
    if small in _OPERATORS:
        return Fault(
            "unknown_field",
            (at, colon),
            f"The number follows {name.upper()} with a slash.",
            Edit(at, colon, f"{name.upper()}/") if whole[colon : colon + 1].isdecimal() else None,
            _NUMBERED.get(name.upper(), _NUMBERED["NEAR"]),
        )
    meant = _ELSEWHERE.get(small) or nearest(small, fields)
    edit = Edit(at, colon, f"{meant}:") if meant else None
    if edit is None and name[0].isupper():  # a headline, such as Moscow: troops leave
        edit = Edit(at, end, f'"{whole[at:end]}"')
    return Fault(
        "unknown_field",
        (at, colon),
        f"I know no field '{name}:'. Quote the text if the colon belongs to it.",
        edit,
        "title:Kursk AND lang:en",
    )


def numberless(text: str, span: tuple[int, int]) -> Fault:
    """SCORE or ATLEAST without a number; which one was meant cannot be told."""
    return Fault(
        "quorum_range",
        span,
        f"{text} needs a number right after it, such as {text}/5. Quote it to search for the word.",
        hint=_NUMBERED[text],
    )


def several_values(name: str, start: int, value: re.Match[str]) -> Fault:
    """A filter with commas in its value; `name` with its colon begins at `start`."""
    values = [name + each for each in value[0].strip().split(",")]
    return Fault(
        "comma",
        value.span(2),
        f"{name} takes one value. Write it before each, and join them with OR.",
        Edit(start, value.end(), f"({' OR '.join(values)})"),
    )


def _with_parentheses(whole: str) -> str:
    """Other brackets made parentheses, but for those in quotes."""
    parts = _QUOTED.split(whole)
    return "".join(part if part[:1] == '"' else part.translate(_BRACKETS) for part in parts)


def _in_words(pattern: str) -> str:
    """The alternatives of a plain regular expression, `.*` as a wildcard."""
    return pattern.replace(".*", "*").replace("|", " OR ")
