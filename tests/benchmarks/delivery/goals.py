"""The goals for the whole way of an article, and whether this run met them."""

from collections.abc import Iterator, Sequence

from tests.benchmarks.delivery.alone import Alone
from tests.benchmarks.delivery.together import Together
from tests.benchmarks.rules.goals import Goal

_PER_SECOND = {False: 200, True: 80}
_MATCHING, _PLACING_MS, _WORKERS, _WAIT_MS = 0.15, 3.0, 1.25, 50.0


def goals(single: Sequence[Alone], several: Sequence[Together]) -> list[Goal]:
    """Every goal, judged by this run alone."""
    return [*_alone(single), *_together(several)]


def _alone(single: Sequence[Alone]) -> Iterator[Goal]:
    for one in single:
        how, least = "with stories" if one.stories else "without stories", _PER_SECOND[one.stories]
        text = f"{how} at least {least} articles per second of a processor"
        yield Goal(text, f"{one.per_second:.0f}", one.per_second >= least)
        share = one.matching / one.total
        text = f"{how} matching at most {_MATCHING:.0%} of it"
        yield Goal(text, f"{share:.0%}", share <= _MATCHING)
        if one.stories:
            placing = 1000 * one.placing / one.articles
            text = f"placing an article into a story at most {_PLACING_MS:g} ms"
            yield Goal(text, f"{placing:.1f} ms", placing <= _PLACING_MS)


def _together(several: Sequence[Together]) -> Iterator[Goal]:
    fewest, most = several[0], several[-1]
    ratio = fewest.per_second / most.per_second
    text = f"{most.workers} workers at most {_WORKERS}x the cost of {fewest.workers} per article"
    yield Goal(text, f"{ratio:.2f}x", ratio <= _WORKERS)
    for one in several:
        text = f"{one.workers} workers: p99 of the waits for a lock at most {_WAIT_MS:g} ms"
        yield Goal(text, f"{one.last_wait:.0f} ms", one.last_wait <= _WAIT_MS)
