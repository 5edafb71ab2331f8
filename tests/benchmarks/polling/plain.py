"""The loop that everybody writes first: httpx gets the whole feed, feedparser reads all of it.

It keeps its connection, asks without conditions, and remembers nothing.
"""

from collections.abc import Sequence
from typing import Any

import feedparser

from tests.benchmarks.polling.costs import processor_seconds


def read(body: bytes) -> Any:
    """Parse as feedparser does by default."""
    return feedparser.parse(body)


def polled(port: int, paths: Sequence[str], repeats: Sequence[int]) -> list[float]:
    """Seconds of processor time for each poll of each path."""
    import httpx

    spent = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

        def poll(path: str) -> None:
            response = client.get(path)
            response.raise_for_status()
            read(response.content)

        poll(paths[0])
        for path, times in zip(paths, repeats, strict=True):
            before = processor_seconds()
            for _ in range(times):
                poll(path)
            spent.append((processor_seconds() - before) / times)
    return spent
