"""Remembers for ten minutes what was asked, so that the same request is not carried out twice.

Chats deliver again what they believe was lost, and a signed request can be sent again by whoever
saw it. It is this process's memory: a request repeated to another process is not seen here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

KEPT_SECONDS = 600.0  # longer than the five minutes for which Slack's signature is good
MOST = 100_000


class Replays:
    """Knows the newest requests by the ids that the chat gave them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, float] = OrderedDict()

    def first(self, request: str) -> bool:
        """Whether this request was not met before; now it was. One without an id is always new."""
        now = self._clock()
        while self._seen and (
            len(self._seen) > MOST or next(iter(self._seen.values())) < now - KEPT_SECONDS
        ):
            self._seen.popitem(last=False)
        if not request:
            return True
        if request in self._seen:
            return False
        self._seen[request] = now
        return True
