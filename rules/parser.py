"""From the text that a user typed to a query, or to a refusal that shows where and how to mend it.

It joins the stages (clean, cut, read, judge); each stage is a module of its own, repairs are too.
"""

import functools
from collections.abc import Mapping

from rules import limits
from rules.anchoring import unanchored
from rules.cleaning import Cleaned, clean, mention_in
from rules.errors import EXAMPLE, QueryError
from rules.fault import Edit, Fault
from rules.grammar import Grammar
from rules.lexer import Lexer
from rules.lists import Lists
from rules.mending import mended
from rules.query import Filter, Listed, Node, Not, Phrase, Query, Run, children

_POSITIVE = "Kursk NOT film"
_LONGEST_SHOWN = 100


def parse(text: str, *, lists: Mapping[str, str] | None = None) -> Query:
    """Understand a query.

    Args:
        text: the query as it was typed, with whatever chat did to it.
        lists: the texts of the lists that it may use, by name.

    Raises:
        QueryError: it cannot be understood; the error shows where, why and what to write instead.
    """
    cleaned = clean(text)
    known = lists or {}
    try:
        return Query(_understand(cleaned, known))
    except Fault as fault:
        repair = mended(cleaned.text, fault, lambda tried: _understand(clean(tried), known))
        example = None if repair else fault.hint or (EXAMPLE if fault.edit else None)
        span = cleaned.typed(fault.span)
        raise QueryError(fault.code, span, fault.message, repair, text, example=example) from None


@functools.lru_cache(maxsize=4096)
def reread(text: str) -> Node:
    """The tree behind canonical text without lists, which was judged when it was first typed."""
    plain = clean(text).text if "&" in text else text
    return Grammar(Lexer(plain).lexemes(), Lists({}, _no_lists), trusted=True).tree()


def _no_lists(text: str, lists: Lists) -> Node:
    raise AssertionError(text)


def _understand(cleaned: Cleaned, lists: Mapping[str, str]) -> Node:
    mention = mention_in(cleaned.text)
    if mention:
        raise Fault(
            "mention",
            mention,
            "That is a mention in chat, which no article contains. Lists are written list:NAME.",
            Edit(*mention, ""),
        )
    if len(cleaned.text) > limits.CHARACTERS:
        raise Fault(
            "too_long",
            (limits.CHARACTERS, len(cleaned.text)),
            f"The query has {len(cleaned.text):,} characters; {limits.CHARACTERS:,} are allowed. "
            "Move terms into a list.",
        )
    known = Lists(lists, lambda text, known: _tree(clean(text).text, known))
    return _tree(cleaned.text, known)


def _tree(text: str, lists: Lists) -> Node:
    lexemes = Lexer(text).lexemes()
    if len(lexemes) == 1:
        raise Fault("empty", (0, max(1, len(text))), "There is no query here.", hint=EXAMPLE)
    root = Grammar(lexemes, lists).tree()
    _count_terms(root, lists)
    loose = unanchored(root)
    if loose is not None:
        raise _only_negative(loose)
    return root


def _count_terms(root: Node, lists: Lists) -> None:
    leaves = [node for node in _without_lists(root) if isinstance(node, Run | Phrase)]
    words = [word for leaf in leaves for word in leaf.words]
    counts = (
        (len(leaves), limits.TERMS, "terms"),
        (lists.size(root), limits.TERMS_WITH_LISTS, "terms with the lists written out"),
        (sum("*" in w.text or "?" in w.text for w in words), limits.WILDCARDS, "wildcards"),
        (sum(w.edits > 0 for w in words), limits.FUZZY_WORDS, "words with ~"),
    )
    for count, most, what in counts:
        if count > most:
            over = leaves[most] if what == "terms" and len(leaves) > most else root
            raise Fault(
                "too_many_terms",
                over.span,
                f"The query has {count} {what}; {most} are allowed. Split it, or move terms into "
                "a list.",
            )


def _without_lists(root: Node) -> list[Node]:
    """The nodes that were typed, not those that lists stand for."""
    waiting, found = [root], []
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, Listed):
            waiting.extend(reversed(children(node)))
    return found


def _only_negative(loose: Node) -> Fault:
    shown = str(Query(loose))
    own = isinstance(loose, Not | Filter) and len(shown) <= _LONGEST_SHOWN
    return Fault(
        "only_negative",
        loose.span,
        f"'{shown}' alone lets almost every article through. "
        "Say what you do want, and join it with AND.",
        hint=f"Kursk {shown}" if own else _POSITIVE,
    )
