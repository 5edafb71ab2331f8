"""What a child process does: it answers requests on its pipes, within limits that it sets itself.

What is asked and answered is bytes to it. The parent's side is `child`.
"""

import contextlib
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO

from bot.feeds.child import LENGTH, framed

MEMORY_BYTES = 512 * 2**20


def serve(answer: Callable[[bytes, bytes], bytes], *, deadline: timedelta) -> None:
    """Answer until the parent closes the pipe.

    `answer` gets the header and the body of a request. The process may spend `deadline` of
    processor time on each and 512 MiB of memory in all; beyond that the system ends it.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    allowed = 0
    while (header := _receive(requests)) is not None and (body := _receive(requests)) is not None:
        # The parent's deadline counts real seconds; this ends a child whose parent is gone.
        until = int(time.process_time() + deadline.total_seconds()) + 1
        if until != allowed:
            _limit(resource.RLIMIT_CPU, until)
            allowed = until
        answers.write(framed(answer(header, body)))
        answers.flush()


def _receive(pipe: BinaryIO) -> bytes | None:
    size = pipe.read(LENGTH.size)
    if len(size) < LENGTH.size:
        return None
    return pipe.read(LENGTH.unpack(size)[0])


def _limit(resource_kind: int, most: int) -> None:
    """Lower a soft limit as far as the system lets us; some systems have no such limit."""
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource_kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource_kind, (allowed, hard))
