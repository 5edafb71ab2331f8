"""Refusals of the grammar: what is wrong between lexemes, and the edit that mends it.

It builds faults and reads the numbers of operators; where they apply is the grammar's decision.
"""

from collections.abc import Sequence

from rules import limits
from rules.errors import EXAMPLE
from rules.fault import Edit, Fault
from rules.lexer import Kind, Lexeme
from rules.query import And, Node, Scope, has_places

BINARY = (Kind.AND, Kind.OR, Kind.NEAR)
CLOSING = (Kind.CLOSE, Kind.END, Kind.COMMA)
_GROUPED = "(Iran OR Iraq) AND oil"
_COUNTED = {"ATLEAST": "ATLEAST/3 Kursk", "SCORE": "SCORE/5 (coup^5, curfew^3)"}


def missing(lexeme: Lexeme, before: Lexeme | None) -> Fault:
    """No operand stands where one must: blame the operator that wanted it."""
    if before and before.kind in (*BINARY, Kind.NOT) and lexeme.kind in (*BINARY, Kind.NOT):
        return _doubled(before, lexeme)
    if lexeme.kind not in CLOSING and lexeme.kind not in BINARY:
        return stray(lexeme)
    blamed = lexeme
    if lexeme.kind in CLOSING and before and before.kind in (*BINARY, Kind.NOT):
        blamed = before
    if blamed.kind in (*BINARY, Kind.NOT):
        side = "after" if blamed is before else "before"
        return Fault(
            "dangling_operator",
            blamed.span,
            f"{blamed.text} needs a term {side} it. If you search for the word, quote it: "
            f'"{blamed.text}".',
            Edit(*blamed.span, ""),
        )
    if lexeme.kind is Kind.CLOSE and before and before.kind is Kind.COMMA:
        return Fault("comma", before.span, "Nothing follows this comma.", Edit(*before.span, ""))
    if lexeme.kind is Kind.CLOSE and before and before.kind is Kind.OPEN:
        return Fault(
            "empty_group",
            (before.span[0], lexeme.span[1]),
            "There is nothing between these parentheses.",
            Edit(before.span[0], lexeme.span[1], ""),
        )
    if lexeme.kind is Kind.CLOSE:
        return unopened(lexeme)
    if lexeme.kind is Kind.END and before:
        return unbalanced(before, lexeme, 1) if before.kind is Kind.OPEN else unfinished(before)
    return stray(lexeme)


def _doubled(before: Lexeme, lexeme: Lexeme) -> Fault:
    """Two operators side by side: one is dropped only where that leaves one meaning."""
    if Kind.NEAR in (before.kind, lexeme.kind):
        near = before.text if before.kind is Kind.NEAR else lexeme.text
        return Fault(
            "dangling_operator",
            lexeme.span,
            f"{near} stands between two terms. To exclude what stands close together, put it in "
            "parentheses after NOT.",
            hint="Kursk NOT (Kursk NEAR/5 film)",
        )
    same = before.kind is lexeme.kind or (before.kind, lexeme.kind) == (Kind.NOT, Kind.AND)
    return Fault(
        "dangling_operator",
        lexeme.span,
        f"{lexeme.text} needs a term before it. If you search for the word, quote it: "
        f'"{lexeme.text}".',
        Edit(*lexeme.span, "") if same else None,
        EXAMPLE,
    )


def unfinished(lexeme: Lexeme) -> Fault:
    """A lexeme that wants something after it, at the end of the query."""
    return Fault("dangling_operator", lexeme.span, f"A term is missing after '{lexeme.text}'.")


def stray(lexeme: Lexeme) -> Fault:
    """A lexeme where none of its kind can stand."""
    if lexeme.kind is Kind.COMMA:
        return Fault(
            "comma",
            lexeme.span,
            "A comma only parts the items of OF and SCORE. Between alternatives write OR.",
            Edit(*lexeme.span, " OR "),
        )
    if lexeme.kind is Kind.OF:
        return Fault(
            "quorum_range",
            lexeme.span,
            "OF wants a number before it and items after it: 2 OF (coup, curfew, junta).",
        )
    if lexeme.kind is Kind.WEIGHT:
        return Fault(
            "bad_char",
            lexeme.span,
            "A weight stands only inside SCORE: SCORE/5 (coup^5, curfew^3).",
            Edit(*lexeme.span, ""),
            "SCORE/5 (coup^5, curfew^3)",
        )
    return Fault("dangling_operator", lexeme.span, f"A term is missing at '{lexeme.text}'.")


def unopened(lexeme: Lexeme) -> Fault:
    """A closing parenthesis too many."""
    return Fault(
        "unbalanced_close",
        lexeme.span,
        "This ) closes nothing.",
        Edit(*lexeme.span, ""),
        _GROUPED,
        otherwise=Edit(0, 0, "("),
    )


def read_reach(sign: Lexeme, ordered: bool) -> int | Scope:
    """How far a NEAR reaches. Raises Fault."""
    if sign.value.lower() in ("s", "p") and not ordered:
        return Scope(sign.value.lower())
    if sign.value.isdecimal() and limits.NEAREST <= int(sign.value[:6]) <= limits.FARTHEST:
        return int(sign.value)
    name = sign.text.split("/")[0]
    reach = str(limits.FARTHEST) if sign.value.isdecimal() else "10"
    scopes = "" if ordered else ", s for the same sentence or p for the same paragraph"
    raise Fault(
        "near_range",
        sign.span,
        f"After {name}/ write a number from {limits.NEAREST} to {limits.FARTHEST}{scopes}.",
        Edit(*sign.span, f"{name}/{reach}") if sign.value.isdecimal() or not sign.value else None,
        "drone NEAR/5 refinery",
    )


def read_number(sign: Lexeme, least: int, most: int) -> int:
    """The number behind ATLEAST/ or SCORE/. Raises Fault."""
    if sign.value.isdecimal() and least <= int(sign.value[:8]) <= most:
        return int(sign.value)
    name = sign.text.split("/")[0]
    raise Fault(
        "quorum_range",
        sign.span,
        f"After {name}/ write a number from {least} to {most}.",
        _in_range(sign, name, least, most),
        _COUNTED[name.upper()],
    )


def _in_range(sign: Lexeme, name: str, least: int, most: int) -> Edit | None:
    """The nearest number that is allowed; a single mention needs no ATLEAST at all."""
    number = int(sign.value[:8]) if sign.value.isdecimal() else 0
    if number > most:
        return Edit(*sign.span, f"{name}/{most}")
    return Edit(*sign.span, "") if 0 < number < least else None


def out_of_reach(sign: Lexeme, most: int) -> Fault:
    """A SCORE that all weights together do not reach."""
    return Fault(
        "quorum_range",
        sign.span,
        f"All weights together make {most}, so {sign.text} can never be met.",
        Edit(*sign.span, f"{sign.text.split('/')[0]}/{most}") if most > 0 else None,
    )


def no_places(wrong: Node, left: Node, sign: Lexeme, right: Node) -> Fault:
    """A side of NEAR that stands at no place of a text."""
    other = right if wrong is left else left
    edit = None
    if isinstance(wrong, And) and has_places(other):
        each_near = (
            f"{node} {sign.text} {other}" if wrong is left else f"{other} {sign.text} {node}"
            for node in wrong.children
        )
        apart = (
            f"({near})" if has_places(node) else str(node)
            for node, near in zip(wrong.children, each_near, strict=True)
        )
        edit = Edit(left.span[0], right.span[1], f"({' AND '.join(apart)})")
    return Fault(
        "near_operand",
        wrong.span,
        f"{sign.text} stands between terms, or terms joined by OR. Put the rest outside, with AND.",
        edit,
        "(drone NEAR/5 refinery) AND Kursk",
    )


def unbalanced(opened: Lexeme, end: Lexeme, missing: int) -> Fault:
    """A parenthesis that is never closed, among so many."""
    return Fault(
        "unbalanced_open",
        opened.span,
        "This ( is never closed.",
        Edit(end.span[0], end.span[0], ")" * missing),
        _GROUPED,
    )


def too_deep(lexeme: Lexeme) -> Fault:
    """Too many parentheses inside each other."""
    return Fault(
        "too_deep",
        lexeme.span,
        f"Parentheses go {limits.DEPTH} levels deep and no deeper. Move a part into a list.",
    )


def several_values(name: Lexeme, following: Sequence[Lexeme]) -> Fault:
    """A filter before a group, with which `following` begins: it takes one value."""
    return Fault(
        "empty_field",
        name.span,
        f"{name.text} takes one value. Write it before each of several, and join them with OR.",
        _each_value(name, following),
        "(source:reuters.com OR source:bbc.com) AND Kursk",
    )


def _each_value(name: Lexeme, following: Sequence[Lexeme]) -> Edit | None:
    """The filter before every value, where nothing but alternatives stand in the group."""
    values: list[list[str]] = [[]]
    for lexeme in following[1:]:
        if lexeme.kind is Kind.CLOSE and all(values):
            joined = (f'"{" ".join(words)}"' if len(words) > 1 else words[0] for words in values)
            each = " OR ".join(f"{name.text}{value}" for value in joined)
            return Edit(name.span[0], lexeme.span[1], f"({each})")
        if lexeme.kind in (Kind.OR, Kind.COMMA):
            values.append([])
        elif lexeme.kind is Kind.WORD or (lexeme.kind is Kind.PHRASE and not values[-1]):
            values[-1].append(lexeme.text)
        else:
            return None
    return None


def empty_field(name: Lexeme) -> Fault:
    """A field without a value."""
    return Fault(
        "empty_field",
        name.span,
        f"{name.text} needs something to look for right after it.",
        hint="title:Kursk AND source:reuters.com",
    )
