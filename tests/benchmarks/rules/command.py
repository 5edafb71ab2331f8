"""`bench rules`: reads the articles, writes the watchlists, runs, prints."""

import json
import random
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.benchmarks.rules.articles import invent, load
from tests.benchmarks.rules.measure import Bench
from tests.benchmarks.rules.plan import FUZZY_TERMS, SEED, plan
from tests.benchmarks.rules.reading import prepare
from tests.benchmarks.rules.results import Results
from tests.benchmarks.rules.table import document, show
from tests.benchmarks.rules.watchlists import Desk, Watchlist, names_in


def run(data: Path | None, sizes: tuple[int, ...], *, quick: bool, as_json: bool) -> bool:
    """Measure and print; the answer is whether all engines found the same."""
    notes = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task("reading articles", total=None)

        def tell(what: str) -> None:
            bar.update(task, description=what)
            if not notes.is_terminal:
                notes.print(what, markup=False, highlight=False)

        results = _measure(data, sizes, quick, tell)
    if as_json:
        print(json.dumps(document(results), indent=1))  # noqa: T201 - for programs, no wrapping
    else:
        show(results, _output())
    return not results.differences


def _measure(
    data: Path | None, sizes: tuple[int, ...], quick: bool, tell: Callable[[str], None]
) -> Results:
    articles = load(data) if data else invent(SEED)
    source = f"{len(articles):,} from {data.name}" if data else f"{len(articles):,} invented"
    random.Random(SEED).shuffle(articles)
    chosen = plan(sizes=sizes, quick=quick, articles=len(articles))
    prepared = [prepare(article) for article in articles]
    unfit = frozenset(reading for one in prepared for reading in one.readings)
    known = frozenset(word for one in prepared for word in (*one.title, *one.body))
    tell("writing watchlists")
    desk = Desk(names_in(articles, unfit), known, SEED)
    watchlists: list[Watchlist] = desk.write(chosen.sizes[-1] + chosen.edits)
    words = desk.words(FUZZY_TERMS)
    results = Results(source, len(articles), chosen.rounds)
    Bench(chosen, prepared[: chosen.articles], watchlists, words, results, tell).run()
    return results


def _output() -> Console:
    """Wide enough for the tables where no terminal sets the width."""
    console = Console()
    return console if console.is_terminal else Console(width=140)
