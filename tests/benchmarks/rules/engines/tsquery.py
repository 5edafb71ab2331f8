"""PostgreSQL with a stored tsquery for each watchlist: all, or those that an index proposes.

NEAR is stored as AND and decided in Python for the watchlists that the server reports; that is less
work for the server than its chains of distances. One backend, no parallel plan.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from tests.benchmarks.rules.reading import STOP, Prepared, is_near
from tests.benchmarks.rules.watchlists import Clause, Watchlist
from tests.servers.postgres import running

_MOST_POSITIONS = 256  # PostgreSQL keeps no more places of one lexeme (text search, limitations)
_LAST_POSITION = 16_383


class Sequential:
    """Every stored query is held against the article."""

    _ask = "select id, near from rules where query @@ $1::text::tsvector"
    _settings: tuple[str, ...] = ()

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        self._rules = watchlists
        self._frequencies = Counter(word for one in seen for word in {*one.title, *one.body})
        self._loop = asyncio.new_event_loop()
        self._stack = ExitStack()
        server = self._stack.enter_context(running())
        self._loop.run_until_complete(self._fill(server.create("bench")))

    async def _fill(self, address: str) -> None:
        self._connection = await asyncpg.connect(address)
        run = self._connection.execute
        await run("set max_parallel_workers_per_gather = 0")
        await run("create table texts (id integer, query text, keys text[], near boolean)")
        await self._connection.copy_records_to_table(
            "texts",
            records=[
                (number, _tsquery(rule), _keys(rule, self._frequencies), rule.near is not None)
                for number, rule in enumerate(self._rules)
            ],
        )
        await run("create table rules as select id, query::tsquery as query, keys, near from texts")
        await run("create index on rules using gin (keys)")
        await run("vacuum analyze rules")
        for setting in self._settings:
            await run(setting)
        self._backend = Path(f"/proc/{self._connection.get_server_pid()}/schedstat")
        self._asked = await self._connection.prepare(self._ask)

    def clock(self) -> float:
        """Ours and the backend's, as Linux counts it; elsewhere the clock on the wall."""
        if not self._backend.exists():
            return time.perf_counter()
        return time.thread_time() + int(self._backend.read_text().split()[0]) / 1e9

    def ready(self, prepared: Prepared) -> tuple[Prepared, tuple[object, ...]]:
        return prepared, (_tsvector(prepared),)

    def match(self, given: tuple[Prepared, tuple[object, ...]]) -> list[int]:
        prepared, arguments = given
        rows = self._loop.run_until_complete(self._asked.fetch(*arguments))
        return [number for number, near in rows if not near or self._is_near(number, prepared)]

    def _is_near(self, number: int, prepared: Prepared) -> bool:
        near = self._rules[number].near
        return near is not None and is_near(prepared, *near)


class Prefiltered(Sequential):
    """A GIN index on words of which each watchlist needs one proposes those worth asking."""

    _ask = "select id, near from rules where keys && $2::text[] and query @@ $1::text::tsvector"
    _settings = ("set enable_seqscan = off",)

    def ready(self, prepared: Prepared) -> tuple[Prepared, tuple[object, ...]]:
        words = sorted({*prepared.title, *prepared.body} - {STOP})
        return prepared, (_tsvector(prepared), words)


def _tsquery(rule: Watchlist) -> str:
    def phrase(term: str) -> str:
        return f"({' <-> '.join(map(_quoted, term.split()))})"

    clauses = [f"({' | '.join(map(phrase, clause))})" for clause in rule.clauses]
    return " & ".join([*clauses, *(f"!{phrase(term)}" for term in rule.excluded)])


def _keys(rule: Watchlist, frequencies: Counter[str]) -> list[str]:
    """The rarest word of each term of the clause that is cheapest to index."""

    def keys(clause: Clause) -> list[str]:
        return [min(term.split(), key=frequencies.__getitem__) for term in clause]

    return min(
        map(keys, rule.clauses), key=lambda found: sum(frequencies[word] + 1 for word in found)
    )


def _tsvector(prepared: Prepared) -> str:
    places: dict[str, list[int]] = {}
    for place, token in enumerate((*prepared.title, STOP, *prepared.body), 1):
        if token != STOP and place <= _LAST_POSITION:
            places.setdefault(token, []).append(place)
    return " ".join(
        f"{_quoted(token)}:{','.join(map(str, found[:_MOST_POSITIONS]))}"
        for token, found in places.items()
    )


def _quoted(token: str) -> str:
    doubled = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
