"""Lists: a name that stands for a query, put in as a tree and never as text.

It finds cycles, depth and size; where the lists are kept is the caller's affair.
"""

import re
from collections.abc import Callable, Mapping

from rules import limits
from rules.fault import Edit, Fault
from rules.fuzzy import nearest
from rules.lexer import Lexeme
from rules.query import Listed, Node, children

_NAME = re.compile(r"[a-z0-9_-]+")
_RESERVED = frozenset({"here", "channel", "everyone", "group"})


class Lists:
    """The lists that a query may use, each understood at most once."""

    def __init__(
        self, texts: Mapping[str, str], understand: Callable[[str, "Lists"], Node]
    ) -> None:
        self._texts = {name.lower(): text for name, text in texts.items()}
        self._understand = understand
        self._known: dict[str, Node] = {}
        self._sizes: dict[int, int] = {}
        self._path: list[str] = []

    def expand(self, lexeme: Lexeme) -> Listed:
        """The tree behind a name. Raises Fault at the name, whatever is wrong behind it."""
        name = lexeme.value.lower()
        self._check(name, lexeme)
        if name not in self._known:
            self._path.append(name)
            try:
                self._known[name] = self._understand(self._texts[name], self)
            except Fault as fault:
                if fault.code in ("list_cycle", "list_depth") or fault.message.startswith("In @"):
                    raise Fault(fault.code, lexeme.span, fault.message) from fault
                raise Fault(fault.code, lexeme.span, f"In @{name}: {fault.message}") from fault
            finally:
                self._path.pop()
        return Listed(name, self._known[name], lexeme.span)

    def _check(self, name: str, lexeme: Lexeme) -> None:
        if name in _RESERVED:
            raise Fault(
                "mention",
                lexeme.span,
                f"@{name} is a mention in chat, not a list. Lists are written list:NAME.",
                Edit(*lexeme.span, ""),
            )
        if name in self._path:
            cycle = " → ".join([*self._path[self._path.index(name) :], name])
            raise Fault("list_cycle", lexeme.span, f"These lists use each other: {cycle}.")
        if name not in self._texts:
            near = nearest(name, self._texts)
            known = ", ".join(f"@{known}" for known in sorted(self._texts)[:10])
            said = f"There are: {known}." if known else "There are no lists yet."
            raise Fault(
                "unknown_list",
                lexeme.span,
                f"There is no list '{name}'. {said}"
                if _NAME.fullmatch(name)
                else f"'{lexeme.text}' is no list: names have letters, digits, _ and -. {said}",
                Edit(*lexeme.span, f"@{near}") if near else None,
            )
        if len(self._path) >= limits.LIST_DEPTH:
            chain = " → ".join([*self._path, name])
            raise Fault(
                "list_depth",
                lexeme.span,
                f"Lists go {limits.LIST_DEPTH} levels deep and no deeper: {chain}.",
            )

    def size(self, node: Node) -> int:
        """How many terms a tree holds with its lists written out."""
        if isinstance(node, Listed):
            key = id(node.child)
            if key not in self._sizes:
                self._sizes[key] = self.size(node.child)
            return self._sizes[key]
        below = children(node)
        return sum(map(self.size, below)) if below else 1
