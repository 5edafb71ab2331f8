"""Watchlists as an analyst's desk would have them, made by dice that always fall the same way.

Names come from the articles, the popular ones more often; two of three are invented and never
occur, because a watchlist is mostly about what is absent today. The first thousand of a million are
the same as of a thousand.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

from rules.known_words import is_known_word
from tests.benchmarks.rules.articles import Article, invented_word
from tests.benchmarks.rules.events import EVENTS

Clause = tuple[str, ...]

_WORD = re.compile(r"[A-Za-z]+")
_RUN = re.compile(r"[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*(?![A-Za-z])")
_OPERATORS = frozenset(("and", "or", "not"))
_CAPITALISED = 0.8
_MIX = (34, 32, 18, 8, 5, 3)
_TOO_COMMON = 0.1
_MOST_WORDS = 3
_SHORTEST_FUZZY = 5
_INVENTED = 60_000
_INVENTED_SHARE = 2 / 3
_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One term of every clause, none of the excluded; `near` is two terms and a reach."""

    clauses: tuple[Clause, ...]
    excluded: Clause = ()
    near: tuple[str, str, int] | None = None

    def terms(self) -> Iterable[str]:
        """All its terms."""
        for clause in self.clauses:
            yield from clause
        yield from self.excluded

    def query(self, quote: str = '"') -> str:
        """Its text in our language; without the quote every term is read tolerantly."""

        def any_of(terms: Clause) -> str:
            joined = " OR ".join(f"{quote}{term}{quote}" for term in terms)
            return f"({joined})" if len(terms) > 1 else joined

        if self.near:
            left, right, reach = self.near
            parts = [f"({quote}{left}{quote} NEAR/{reach} {quote}{right}{quote})"]
            parts += map(any_of, self.clauses[2:])
        else:
            parts = [any_of(clause) for clause in self.clauses]
        return " AND ".join([*parts, *(f"NOT {any_of((term,))}" for term in self.excluded)])


def names_in(articles: Sequence[Article], unfit: frozenset[str]) -> list[str]:
    """Names of one to three words in lower case, those in most articles first.

    A word is part of a name if four times in five it stands with a capital. Names in more than
    every tenth article (Thursday, Reuters) are no use to a watchlist. `unfit` words are left out:
    those that the product also reads where no plain token stands, which no peer could see.
    """
    texts = [f"{article.title}. {article.body}" for article in articles]
    words = Counter(word for text in texts for word in _WORD.findall(text))
    small: Counter[str] = Counter()
    for word, count in words.items():
        small[word.lower()] += count
    fit = {
        word
        for word in words
        if words[word] >= _CAPITALISED * small[word.lower()]
        and word.lower() not in unfit | _OPERATORS
    }
    names = Counter(name for text in texts for name in {*_names(text, fit)})
    known = [(name, count) for name, count in names.items() if count <= len(texts) * _TOO_COMMON]
    return [name for name, _ in sorted(known, key=lambda item: (-item[1], item[0]))]


def _names(text: str, fit: set[str]) -> Iterator[str]:
    """Every row of one to three capitalised words."""
    for run in _RUN.findall(text):
        words = run.split(" ")
        for start, end in combinations(range(len(words) + 1), 2):
            row = words[start:end]
            if len(row) <= _MOST_WORDS and len({*row}) == len(row) and fit.issuperset(row):
                yield " ".join(row).lower()


class Desk:
    """Writes watchlists, one after the other."""

    def __init__(self, names: list[str], known: frozenset[str], seed: int) -> None:
        self._dice = random.Random(seed)
        self._names = names
        self._invented = self._invent(_INVENTED, known)
        self._weights = {
            id(pool): list(accumulate((rank + 20) ** -0.95 for rank in range(len(pool))))
            for pool in (self._names, self._invented)
        }

    def write(self, count: int) -> list[Watchlist]:
        """The next `count` watchlists, in the mix that docs/benchmarks.md describes."""
        kinds: list[Callable[[], Watchlist]] = [
            self._pair,
            self._choices,
            self._three,
            self._close,
            self._rare,
            self._any,
        ]
        # One throw each, not all throws first: so the beginning is the same whatever the count.
        return [self._dice.choices(kinds, weights=_MIX)[0]() for _ in range(count)]

    def words(self, count: int) -> list[str]:
        """Single words of names for fuzzy terms, none twice; none that names a known place."""
        found: dict[str, None] = {}
        while len(found) < count:
            word = self._name().split()[0]
            if len(word) >= _SHORTEST_FUZZY and not is_known_word(word):
                found[word] = None
        return list(found)

    def _invent(self, count: int, known: frozenset[str]) -> list[str]:
        """Names that are no words of the articles, of one to three words."""
        made: dict[str, None] = {}
        while len(made) < count:
            words = [invented_word(self._dice) for _ in range(self._dice.choice((1, 2, 2, 3)))]
            if known.isdisjoint(words) and len(set(words)) == len(words):
                made[" ".join(words)] = None
        return list(made)

    def _name(self) -> str:
        pool = self._invented if self._dice.random() < _INVENTED_SHARE else self._names
        return self._dice.choices(pool, cum_weights=self._weights[id(pool)])[0]

    def _rare_name(self) -> str:
        pool = self._invented if self._dice.random() < _INVENTED_SHARE else self._names
        return self._dice.choice(pool[len(pool) // 2 :])

    def _term(self) -> str:
        return self._dice.choice(EVENTS) if self._dice.random() < 0.5 else self._name()

    def _several(self, draw: Callable[[], str], least: int, most: int) -> Clause:
        return tuple(dict.fromkeys(draw() for _ in range(self._dice.randint(least, most))))

    def _pair(self) -> Watchlist:
        return Watchlist(((self._name(),), (self._term(),)))

    def _choices(self) -> Watchlist:
        clauses = (self._several(self._name, 2, 2), self._several(self._term, 2, 4))
        excluded = self._several(self._term, 1, 2) if self._dice.random() < 1 / 3 else ()
        return Watchlist(clauses, excluded)

    def _three(self) -> Watchlist:
        sizes = (self._name, self._term, self._term)
        return Watchlist(tuple(self._several(draw, 1, _LONGEST // 3) for draw in sizes))

    def _close(self) -> Watchlist:
        left, right = self._name(), self._term()
        while set(left.split()) & set(right.split()):
            right = self._term()
        reach = self._dice.randint(3, 20)
        return Watchlist(((left,), (right,)), near=(left, right, reach))

    def _rare(self) -> Watchlist:
        return Watchlist(((self._rare_name(),),))

    def _any(self) -> Watchlist:
        return Watchlist((self._several(self._rare_name, 2, 4),))
