"""The hunt: query after query, and every few queries an article for those that stand.

The standing queries live in one rule set that is never made anew. What is found is shrunk until
nothing can be left out.
"""

import signal
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import rules
from tests.fuzz.dice import Dice
from tests.fuzz.promises import check, understand
from tests.fuzz.shrinking import shrunk
from tests.fuzz.trial import BrokenError, Trial

_STANDING = 6
_QUERIES_PER_ARTICLE = 5
_SECONDS_PER_TRIAL = 10
_MOST_OF_A_KIND = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken promise, with the smallest trial that still shows it.

    `alone` is false where the trial shows it only after others: then the seed is the way back.
    """

    promise: str
    found: str
    trial: Trial
    alone: bool


@dataclass(slots=True)
class Bag:
    """What a hunt tried and found. An input is a query; of these, `understood` were not refused.

    Articles come on top: each was held against the last few queries that were understood.
    """

    inputs: int = 0
    understood: int = 0
    articles: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Bag") -> None:
        """Take another hunt's bag in."""
        self.inputs += other.inputs
        self.understood += other.understood
        self.articles += other.articles
        self.findings.extend(other.findings)

    def __str__(self) -> str:
        return (
            f"{self.inputs:,} queries ({self.understood:,} understood, the others refused) and "
            f"{self.articles:,} articles, {len(self.findings)} findings"
        )


def hunt(
    seed: str, inputs: int, *, until: float = float("inf"), known: Collection[str] = ()
) -> Bag:
    """Try so many queries, or until the clock says so; after every fifth, an article.

    `until` is an instant of time.monotonic(). Promises in `known` are broken often enough already.
    """
    hunter = _Hunter(seed, known)
    while hunter.bag.inputs < inputs and time.monotonic() < until:
        hunter.try_query()
        if hunter.bag.inputs % _QUERIES_PER_ARTICLE == 0:
            hunter.try_article()
    return hunter.bag


class _Hunter:
    def __init__(self, seed: str, known: Collection[str]) -> None:
        self.bag = Bag()
        self._seed = seed
        self._known = known
        self._dice = Dice(seed)
        self._texts: list[str] = []
        self._queries: list[rules.Query] = []
        self._ruleset = rules.Ruleset()

    def try_query(self) -> None:
        self.bag.inputs += 1
        text = self._dice.query()
        try:
            with _as_broken(), _deadline():
                query = understand(text)
        except BrokenError as broken:
            self._found(broken, Trial((text,), "", ""))
        else:
            if query is not None:
                self._stand(text, query)

    def try_article(self) -> None:
        self.bag.articles += 1
        trial = self._dice.article(tuple(self._texts))
        try:
            with _as_broken(), _deadline():
                check(trial, self._queries, self._ruleset)
        except BrokenError as broken:
            self._found(broken, trial)

    def _stand(self, text: str, query: rules.Query) -> None:
        """The query takes the place of the oldest one."""
        place = self.bag.understood % _STANDING
        self.bag.understood += 1
        self._texts[place : place + 1] = [text]
        self._queries[place : place + 1] = [query]
        self._ruleset.add(rules.Rule(str(place), query))

    def _found(self, broken: BrokenError, trial: Trial) -> None:
        counts = Counter(finding.promise for finding in self.bag.findings)
        if broken.promise in self._known or counts[broken.promise] >= _MOST_OF_A_KIND:
            return
        alone = broken_promise(trial)
        if alone is None:
            found = f"{broken}; only after the others of seed {self._seed}"
            self.bag.findings.append(Finding(broken.promise, found, trial, alone=False))
            return
        smallest = shrunk(trial, alone.promise, broken_promise)
        found = str(broken_promise(smallest) or alone)
        self.bag.findings.append(Finding(alone.promise, found, smallest, alone=True))


def broken_promise(trial: Trial) -> BrokenError | None:
    """The promise that the trial breaks, if any, tried by itself."""
    try:
        with _as_broken(), _deadline():
            understood = [query for text in trial.queries if (query := understand(text))]
            check(trial, understood, None)
    except BrokenError as broken:
        return broken
    return None


@contextmanager
def _as_broken() -> Iterator[None]:
    """An error of any other kind breaks a promise as well."""
    try:
        yield
    except BrokenError:
        raise
    except Exception as error:
        raise BrokenError(f"no {type(error).__name__}", str(error)) from error


@contextmanager
def _deadline() -> Iterator[None]:
    """Ends a trial that would run for ever, where the system has alarms.

    It counts the time of the processor, so that a busy machine breaks no promise.
    """
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise BrokenError("it ends", f"not within {_SECONDS_PER_TRIAL} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS_PER_TRIAL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
