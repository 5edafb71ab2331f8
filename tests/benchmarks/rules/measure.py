"""One run: at each size every engine is built, warmed, and timed round by round, in turn."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import TypeVar

from tests.benchmarks.rules.engine import BRUTE_FUZZY, OURS, PEERS, SCAN
from tests.benchmarks.rules.plan import LARGEST_WITH_PEERS, Plan
from tests.benchmarks.rules.reading import Prepared
from tests.benchmarks.rules.results import Edited, NearMisses, Percentiles, Results, Standing
from tests.benchmarks.rules.serving import TOLERANT, save
from tests.benchmarks.rules.watchlists import Watchlist
from tests.benchmarks.rules.worker import Worker

Key = TypeVar("Key")

_SECONDS_PER_ROUND = 2.0
_TOO_SLOW = 0.5
_FEWEST = 3
_TOLERANT = "ours, tolerant"


class Bench:
    """Runs a plan over prepared articles, watchlists, and words to be made fuzzy."""

    def __init__(
        self,
        plan: Plan,
        articles: Sequence[Prepared],
        watchlists: Sequence[Watchlist],
        words: Sequence[str],
        results: Results,
        tell: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._articles = articles
        self._watchlists = watchlists
        self._words = words
        self._results = results
        self._tell = tell

    def run(self) -> None:
        """Measure everything; the results are filled in as they come."""
        with TemporaryDirectory(prefix="watchfloor-bench-") as name, ExitStack() as stack:
            folder = Path(name) / "rules"
            self._tell("writing articles and watchlists")
            save(folder, self._articles, self._watchlists)
            standing: dict[int, Worker] = {}
            for size in self._plan.sizes:
                standing[size] = stack.enter_context(self._start(OURS, folder, size))
                self._measure(folder, size, standing[size])
            self._measure_growth(standing)
        with TemporaryDirectory(prefix="watchfloor-bench-") as name:
            self._measure_fuzzy(Path(name) / "fuzzy")

    def _start(self, engine: str, folder: Path, size: int, quote: str = '"') -> Worker:
        self._tell(f"{size:,}: building {engine}")
        return Worker(engine, folder, size, self._plan.warm, quote=quote)

    def _measure(self, folder: Path, size: int, ours: Worker) -> None:
        texts = (len(rule.query().encode()) for rule in self._watchlists[:size])
        self._results.stored_bytes[size] = sum(texts)
        with ExitStack() as stack:
            workers = {OURS: ours}
            if size <= LARGEST_WITH_PEERS:
                workers[_TOLERANT] = stack.enter_context(self._start(OURS, folder, size, TOLERANT))
                for name in (SCAN, *PEERS):
                    workers[name] = stack.enter_context(self._start(name, folder, size))
            standings = self._play(workers, size)
        tolerant = standings.pop(_TOLERANT, None)
        if tolerant:
            self._results.tolerant[size] = tolerant.ratio(standings[OURS])
        self._results.standings.extend(standings.values())
        self._compare(standings)
        self._measure_near(ours, size)
        self._measure_edits(ours, size)

    def _play(self, workers: dict[str, Worker], size: int) -> dict[str, Standing]:
        counts = {name: self._warm_up(name, worker) for name, worker in workers.items()}
        rounds: dict[str, list[Sequence[float]]] = {name: [] for name in workers}
        matches: dict[str, list[Sequence[Sequence[int]]]] = {name: [] for name in workers}
        for turn in range(self._plan.rounds):
            first = self._plan.warm + turn * self._plan.per_round
            for name, worker in _rotated(workers, turn):
                count, turns = counts[name]
                if turn < turns:
                    self._tell(f"{size:,}: round {turn + 1} of {self._plan.rounds}, {name}")
                    played = worker.play(first, first + count)
                    rounds[name].append(played.seconds)
                    self._results.load = max(self._results.load, os.getloadavg()[0])
                    matches[name].append(played.matches)
        return {
            name: Standing(name, size, worker.built, rounds[name], matches[name])
            for name, worker in workers.items()
        }

    def _warm_up(self, name: str, worker: Worker) -> tuple[int, int]:
        """How many articles and rounds an engine can be given, found while it warms up."""
        self._tell(f"warming up {name}")
        second = worker.play(0, 1).seconds[0]
        if second > _TOO_SLOW:
            return _FEWEST, 1
        last = min(self._plan.warm, 1 + max(2, int(_SECONDS_PER_ROUND / second)))
        if name in (OURS, _TOLERANT):
            last = self._plan.warm
        warm = worker.play(1, last).seconds
        count = int(_SECONDS_PER_ROUND / fmean(warm))
        return min(self._plan.per_round, max(_FEWEST, count)), self._plan.rounds

    def _compare(self, standings: dict[str, Standing]) -> None:
        """Whoever evaluates rules must have found what ours found."""
        ours = standings[OURS]
        for name, standing in standings.items():
            if name in (OURS, SCAN) or standing.digest(ours) == ours.digest(standing):
                continue
            self._results.differences.extend(self._differences(ours, standing))

    def _differences(self, ours: Standing, peer: Standing) -> Iterator[str]:
        for turn, (mine, theirs) in enumerate(zip(ours.matches, peer.matches, strict=False)):
            for place, (one, other) in enumerate(zip(mine, theirs, strict=False)):
                article = self._plan.warm + turn * self._plan.per_round + place
                for rule in sorted({*one} ^ {*other})[:3]:
                    found = "only ours" if rule in one else f"only {peer.engine}"
                    yield (
                        f"{found} at {ours.size:,}: {self._watchlists[rule].query()} in "
                        f"article {article}, {self._articles[article].article.title!r}"
                    )

    def _measure_near(self, ours: Worker, size: int) -> None:
        """Plain and with near misses in turn, every time on articles not seen yet."""
        self._tell(f"{size:,}: near misses")
        share = self._plan.near_per_round
        off: list[float] = []
        on: list[float] = []
        for turn in range(self._plan.rounds):
            first = self._plan.near_from + 2 * turn * share
            off.append(fmean(ours.play(first, first + share).seconds))
            on.append(fmean(ours.play(first + share, first + 2 * share, near=True).seconds))
        self._results.near[size] = NearMisses(off, on)

    def _measure_edits(self, ours: Worker, size: int) -> None:
        spare = self._watchlists[self._plan.sizes[-1] :][: self._plan.edits]
        words = self._words[: len(spare) // 4]
        kinds = {
            "literal": [rule.query() for rule in spare],
            "tolerant": [rule.query(TOLERANT) for rule in spare],
            "fuzzy": [f"{word}~" for word in words],
            "wildcard": [f"{word[:-1]}*" for word in words],
        }
        for kind, queries in kinds.items():
            self._tell(f"{size:,}: adding and removing {kind} rules")
            seconds = ours.edit(queries, 0)
            parts = (Percentiles.of(seconds[part]) for part in ("added", "removed", "matched"))
            self._results.edits.append(Edited(size, kind, len(queries), *parts))

    def _measure_growth(self, workers: dict[int, Worker]) -> None:
        """The same articles for ours at every size, in turn."""
        seconds: dict[int, list[float]] = {size: [] for size in workers}
        for turn in range(self._plan.rounds):
            first = self._plan.growth_from + turn * self._plan.growth_per_round
            for size, worker in _rotated(workers, turn):
                self._tell(f"growth, round {turn + 1}, {size:,}")
                played = worker.play(first, first + self._plan.growth_per_round)
                seconds[size].append(fmean(played.seconds))
        smallest = self._plan.sizes[0]
        for size in self._plan.sizes[1:]:
            pairs = zip(seconds[size], seconds[smallest], strict=True)
            self._results.growth[size] = median(large / small for large, small in pairs)

    def _measure_fuzzy(self, folder: Path) -> None:
        rules = [Watchlist(((word,),)) for word in self._words]
        save(folder, self._articles, rules, lambda rule, _: f"{rule.clauses[0][0]}~")
        with ExitStack() as stack:
            workers = {
                name: stack.enter_context(self._start(name, folder, len(rules)))
                for name in (OURS, BRUTE_FUZZY)
            }
            standings = self._play(workers, len(rules))
        ours, brute = standings[OURS], standings[BRUTE_FUZZY]
        self._results.fuzzy = (ours, brute)
        if ours.digest(brute) != brute.digest(ours):
            self._results.differences.extend(self._differences(ours, brute))


def _rotated(workers: dict[Key, Worker], turn: int) -> list[tuple[Key, Worker]]:
    """Another engine begins each round, so that none has the quiet place for itself."""
    row = list(workers.items())
    at = turn % len(row)
    return row[at:] + row[:at]
