"""Making a failing trial as small as it can be while it still breaks the same promise."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.trial import BrokenError, Trial

_SECONDS = 20.0


def shrunk(trial: Trial, promise: str, judge: Callable[[Trial], BrokenError | None]) -> Trial:
    """The smallest trial that greedy cutting finds in 20 seconds."""
    until = time.monotonic() + _SECONDS
    shorter = True
    while shorter and time.monotonic() < until:
        shorter = False
        for smaller in _smaller(trial):
            if time.monotonic() > until:
                break
            broken = judge(smaller)
            if broken and broken.promise == promise:
                trial, shorter = smaller, True
                break
    return trial


def _smaller(trial: Trial) -> Iterator[Trial]:
    for at in range(len(trial.queries)):
        yield replace(trial, queries=trial.queries[:at] + trial.queries[at + 1 :])
    for text in _cuts(trial.body):
        yield replace(trial, body=text)
    for text in _cuts(trial.title):
        yield replace(trial, title=text)
    for at, query in enumerate(trial.queries):
        for text in _cuts(query):
            yield replace(trial, queries=(*trial.queries[:at], text, *trial.queries[at + 1 :]))


def _cuts(text: str) -> Iterator[str]:
    """The text without one stretch: halves first, single characters last."""
    size = len(text)
    while size:
        for at in range(0, len(text), size):
            yield text[:at] + text[at + size :]
        size //= 2
