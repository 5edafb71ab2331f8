"""Refusals of the grammar: what is wrong between lexemes, and the edit that mends it.

It builds faults and reads the numbers of operators; where they apply is the grammar's decision.
"""

from rules import limits
from rules.fault import Edit, Fault
from rules.lexer import Kind, Lexeme
from rules.query import And, Node, Scope, has_places

BINARY = (Kind.AND, Kind.OR, Kind.NEAR)
CLOSING = (Kind.CLOSE, Kind.END, Kind.COMMA)


def missing(lexeme: Lexeme, before: Lexeme | None) -> Fault:
    """No operand stands where one must: blame the operator that wanted it."""
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
        )
    return Fault("dangling_operator", lexeme.span, f"A term is missing at '{lexeme.text}'.")


def unopened(lexeme: Lexeme) -> Fault:
    """A closing parenthesis too many."""
    return Fault("unbalanced_close", lexeme.span, "This ) closes nothing.", Edit(*lexeme.span, ""))


def read_reach(sign: Lexeme, ordered: bool) -> int | Scope:
    """How far a NEAR reaches. Raises Fault."""
    if sign.value.lower() in ("s", "p") and not ordered:
        return Scope(sign.value.lower())
    if sign.value.isdecimal() and limits.NEAREST <= int(sign.value[:6]) <= limits.FARTHEST:
        return int(sign.value)
    name = sign.text.split("/")[0]
    scopes = "" if ordered else ", s for the same sentence or p for the same paragraph"
    raise Fault(
        "near_range",
        sign.span,
        f"After {name}/ write a number from {limits.NEAREST} to {limits.FARTHEST}{scopes}.",
        Edit(*sign.span, f"{name}/{limits.FARTHEST if sign.value.isdecimal() else 10}"),
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
        Edit(*sign.span, f"{name}/{max(least, 2)}"),
    )


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
    edit = None
    if isinstance(wrong, And) and has_places(wrong.children[0]):
        first, rest = wrong.children[0], " AND ".join(map(str, wrong.children[1:]))
        near = f"{first} {sign.text} {right}" if wrong is left else f"{left} {sign.text} {first}"
        edit = Edit(left.span[0], right.span[1], f"({near}) AND {rest}")
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
    )


def too_deep(lexeme: Lexeme) -> Fault:
    """Too many parentheses inside each other."""
    return Fault(
        "too_deep",
        lexeme.span,
        f"Parentheses go {limits.DEPTH} levels deep and no deeper. Move a part into a list.",
    )


def several_values(name: Lexeme) -> Fault:
    """A filter before a group: it takes one value."""
    return Fault(
        "empty_field",
        name.span,
        f"{name.text} takes one value. Write it before each of several, and join them with OR.",
        hint="(source:reuters.com OR source:bbc.com) AND Kursk",
    )


def empty_field(name: Lexeme) -> Fault:
    """A field without a value."""
    return Fault(
        "empty_field",
        name.span,
        f"{name.text} needs something to look for right after it.",
        Edit(*name.span, ""),
    )
