"""One engine in a process of its own, so that heaps, caches and clocks of others do not touch it.

The parent gives orders one at a time, so only one engine works at any moment.
"""

from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.benchmarks.rules.engines.ours import Edits
from tests.benchmarks.rules.serving import LITERAL, Built, Round, serve


class Worker:
    """The parent's end of an engine."""

    def __init__(
        self, engine: str, folder: Path, size: int, seen: int, *, quote: str = LITERAL
    ) -> None:
        self.engine = engine
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, engine, folder, size, quote)
        self._process = context.Process(target=serve, args=arguments)
        self._process.start()
        theirs.close()
        self.built: Built = self._ask("build", seen)

    def play(self, first: int, last: int, *, near: bool = False) -> Round:
        """Match the articles from `first` to before `last`."""
        answer: Round = self._ask("play", first, last, near)
        return answer

    def edit(self, queries: Sequence[str], article: int) -> Edits:
        """Add and remove each query in the standing set."""
        answer: Edits = self._ask("edit", queries, article)
        return answer

    def close(self) -> None:
        """End the process."""
        if self._process.is_alive():
            self._pipe.send(None)
            self._process.join(20)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, *order: object) -> Any:
        self._pipe.send(order)
        try:
            answer = self._pipe.recv()
        except EOFError:
            self.close()
            raise RuntimeError(
                f"The engine '{self.engine}' ended; its reason stands above."
            ) from None
        return answer
