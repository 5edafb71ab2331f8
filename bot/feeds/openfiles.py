"""How many files and connections this process may hold open, and what that means for fetching."""

import contextlib
import resource
from datetime import timedelta

MOST = 65_536
# More than one processor manages: so many connections a second may be left behind at most.
POLLS_PER_SECOND = 2_000
# Long enough for feeds of one host that fall due together. No feed is asked twice within a minute,
# and over thousands of idle connections Python's garbage collector holds up the event loop.
LONGEST_KEPT = timedelta(seconds=2)
SHORTEST_KEPT = timedelta(seconds=1)


def raise_limit() -> int:
    """Let this process open as many files as the system grants it; returns how many those are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # macOS refuses what it reports as allowed
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return MOST if soft == resource.RLIM_INFINITY else soft


def connections_kept(files: int) -> timedelta:
    """How long to keep connections, so that they fill no more than half of so many open files.

    Where that would be no time worth naming they are not kept at all.
    """
    kept = min(LONGEST_KEPT, timedelta(seconds=files / 2 / POLLS_PER_SECOND))
    return kept if kept >= SHORTEST_KEPT else timedelta(0)
