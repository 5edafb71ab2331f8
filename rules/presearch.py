"""The index of rules: from the terms of an article to the few rules worth asking.

Each rule waits under one or two anchors, sets of terms of which one must be there. Two anchors from
different parts of a rule decide most rules outright. Adding or removing a rule touches its own
anchors alone. It knows numbers only: of terms, and of rules.
"""

from collections.abc import Iterator

from rules.plans import Plan

Codes = int | tuple[int, ...] | set[int]
"""Rules under one anchor. A rule that the anchors decide stands as its number n, else as ~n."""

_MOST_IN_TUPLE = 8


class Presearch:
    """Rules by their anchors."""

    def __init__(self) -> None:
        self._one: dict[int, Codes] = {}
        self._two: dict[int, dict[int, Codes]] = {}
        self._firsts: dict[int, set[int]] | None = None

    def add(self, rule: int, plan: Plan) -> None:
        """Let a rule wait under the anchors of its plan."""
        code = rule if plan.rest is None else ~rule
        for first in plan.first:
            if plan.second:
                partners = self._two.setdefault(first, {})
                for second in plan.second:
                    partners[second] = _with(partners.get(second), code)
                    if self._firsts is not None:
                        self._firsts.setdefault(second, set()).add(first)
            else:
                self._one[first] = _with(self._one.get(first), code)

    def remove(self, rule: int, plan: Plan) -> None:
        """Undo `add`, given the same plan."""
        code = rule if plan.rest is None else ~rule
        for first in plan.first:
            if plan.second:
                partners = self._two[first]
                for second in plan.second:
                    _take_out(partners, second, code)
                if not partners:
                    del self._two[first]
            else:
                _take_out(self._one, first, code)

    def candidates(self, present: set[int]) -> set[int]:
        """The codes of all rules whose anchors are present."""
        found: set[int] = set()
        one, two = self._one, self._two
        for term in present:
            codes = one.get(term)
            if codes is not None:
                _gather(found, codes)
            partners = two.get(term)
            if partners and not partners.keys().isdisjoint(present):
                for partner in partners.keys() & present:
                    _gather(found, partners[partner])
        return found

    def nearby(self, term: int) -> Iterator[int]:
        """The rules that wait under a term and would not match by it alone.

        The way back from a second anchor is worked out when it is first asked for, and kept from
        then on; a first anchor that has gone is passed over.
        """
        if self._firsts is None:
            self._firsts = {}
            for first, partners in self._two.items():
                for second in partners:
                    self._firsts.setdefault(second, set()).add(first)
        found: set[int] = set()
        if term in self._one:
            _gather(found, self._one[term])
            found = {code for code in found if code < 0}
        for codes in self._two.get(term, {}).values():
            _gather(found, codes)
        for first in self._firsts.get(term, ()):
            codes_there = self._two.get(first, {}).get(term)
            if codes_there is not None:
                _gather(found, codes_there)
        for code in found:
            yield code if code >= 0 else ~code


def _gather(found: set[int], codes: Codes) -> None:
    if isinstance(codes, int):
        found.add(codes)
    else:
        found.update(codes)


def _with(codes: Codes | None, code: int) -> Codes:
    """A single number is the smallest container, a tuple the next."""
    if codes is None:
        return code
    if isinstance(codes, int):
        return (codes, code) if codes != code else codes
    if isinstance(codes, set):
        codes.add(code)
        return codes
    if code in codes:
        return codes
    grown = (*codes, code)
    return grown if len(grown) <= _MOST_IN_TUPLE else set(grown)


def _take_out(index: dict[int, Codes], key: int, code: int) -> None:
    codes = index.get(key)
    if codes is None or codes == code:
        index.pop(key, None)
    elif isinstance(codes, set):
        codes.discard(code)
        if not codes:
            del index[key]
    elif isinstance(codes, tuple):
        left = tuple(other for other in codes if other != code)
        index[key] = left if len(left) != 1 else left[0]
