"""What a worker does in its own process: read the files, build the engine, play rounds.

The files are written once by the parent for all workers.
"""

import gc
import json
import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.rules.articles import Article
from tests.benchmarks.rules.engine import OURS, open_engine
from tests.benchmarks.rules.engines.ours import Edits, Ours
from tests.benchmarks.rules.reading import Prepared
from tests.benchmarks.rules.watchlists import Watchlist

_LOOKS = 200
LITERAL, TOLERANT = '"', ""
_QUERIES = {LITERAL: "literal.txt", TOLERANT: "tolerant.txt"}


@dataclass(frozen=True, slots=True)
class Built:
    """Seconds to get ready, of them in our parser, and the bytes that the process grew by."""

    seconds: float
    parsing: float
    grown: int


@dataclass(frozen=True, slots=True)
class Round:
    """For each article of a round the seconds it took and the watchlists it answered."""

    seconds: list[float]
    matches: list[list[int]]


def save(
    folder: Path,
    articles: Iterable[Prepared],
    watchlists: Sequence[Watchlist],
    query: Callable[[Watchlist, str], str] = Watchlist.query,
) -> None:
    """Write down what the workers read; `query` writes a watchlist in our language."""
    folder.mkdir()
    _write(
        folder / "articles.jsonl",
        ([a.article.title, a.article.body, a.title, a.body, sorted(a.readings)] for a in articles),
    )
    _write(folder / "watchlists.jsonl", ([r.clauses, r.excluded, r.near] for r in watchlists))
    for quote, name in _QUERIES.items():
        text = "".join(f"{query(rule, quote)}\n" for rule in watchlists)
        (folder / name).write_text(text, "utf-8")


def serve(pipe: Connection, engine: str, folder: Path, size: int, quote: str) -> None:
    """Follow the parent's orders until it says None."""
    stand = _Stand(engine, folder, size, quote)
    deeds: dict[str, Callable[..., Any]] = {
        "build": stand.build,
        "play": stand.play,
        "edit": stand.edit,
    }
    while (order := pipe.recv()) is not None:
        deed, *arguments = order
        pipe.send(deeds[deed](*arguments))


class _Stand:
    """An engine with its articles."""

    def __init__(self, engine: str, folder: Path, size: int, quote: str) -> None:
        self._articles = list(_articles(folder))
        self._given: dict[int, Any] = {}
        self._ours = Ours() if engine == OURS else None
        if self._ours:
            with (folder / _QUERIES[quote]).open(encoding="utf-8") as file:
                self._queries = [line.rstrip("\n") for line in islice(file, size)]
        else:
            self._watchlists = list(islice(_watchlists(folder), size))
            self._peer = open_engine(engine)

    def build(self, seen: int) -> Built:
        """Build the engine; the first `seen` articles are known to it.

        What is there by then is frozen, as a long-running bot does, so that the collector's rounds
        over standing objects fall on nobody.
        """
        gc.collect()
        gc.freeze()
        before = _resident()
        start = time.perf_counter()
        if self._ours:
            parsing = self._ours.build(self._queries)
        else:
            parsing = 0.0
            self._peer.build(self._watchlists, self._articles[:seen])
        seconds = time.perf_counter() - start
        gc.collect()
        grown = _resident() - before
        gc.freeze()
        return Built(seconds, parsing, grown)

    def play(self, first: int, last: int, near: bool) -> Round:
        """Match articles one by one, each timed."""
        engine = self._ours or self._peer
        match = self._ours.match_near if self._ours and near else engine.match
        given = [engine.ready(prepared) for prepared in self._articles[first:last]]
        seconds, matches = [], []
        clock = engine.clock
        reading_it = _seconds_to_read(clock)
        for one in given:
            start = clock()
            found = match(one)
            seconds.append(clock() - start - reading_it)
            matches.append(found)
        return Round(seconds, matches)

    def edit(self, queries: Sequence[str], article: int) -> Edits:
        """Add and remove rules in the standing set."""
        assert self._ours, "only ours takes single rules in"
        return self._ours.edit(queries, self._ours.ready(self._articles[article]))


def _seconds_to_read(clock: Callable[[], float]) -> float:
    """What looking at the clock itself puts between two looks; a bare scan would feel it."""
    return median(-(clock() - clock()) for _ in range(_LOOKS))


def _write(path: Path, rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            json.dump(row, file)
            file.write("\n")


def _articles(folder: Path) -> Iterator[Prepared]:
    with (folder / "articles.jsonl").open(encoding="utf-8") as file:
        for title, body, title_words, body_words, readings in map(json.loads, file):
            yield Prepared(
                Article(title, body), tuple(title_words), tuple(body_words), frozenset(readings)
            )


def _watchlists(folder: Path) -> Iterator[Watchlist]:
    with (folder / "watchlists.jsonl").open(encoding="utf-8") as file:
        for clauses, excluded, near in map(json.loads, file):
            yield Watchlist(
                tuple(map(tuple, clauses)), tuple(excluded), tuple(near) if near else None
            )


def _resident() -> int:
    """Bytes of this process in memory; where Linux's own count is missing, its highest yet."""
    counts = Path("/proc/self/statm")
    if counts.exists():
        return int(counts.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
