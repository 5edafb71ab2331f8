"""`bench polling`: reads or invents the feeds, runs, prints."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.benchmarks.polling import costs, wellformed
from tests.benchmarks.polling.apart import run_apart
from tests.benchmarks.polling.feeds import SMALL, invent, load
from tests.benchmarks.polling.measure import QUICK, Plan, measure
from tests.benchmarks.polling.results import Results
from tests.benchmarks.polling.snippets import snippets
from tests.benchmarks.polling.table import document, show, show_suite, suite_document

SEED = 20_241_031


def run(data: Path | None, feedparser: Path | None, *, quick: bool, as_json: bool) -> None:
    """Measure and print. With `feedparser` only that library's own test files are run."""
    notes = Console(stderr=True)
    if feedparser:
        suite = wellformed.run(feedparser)
        if as_json:
            print(json.dumps(suite_document(suite), indent=1))  # noqa: T201 - for programs
        else:
            show_suite(suite, _output())
        return
    costs.check()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task("reading feeds", total=None)

        def tell(what: str) -> None:
            bar.update(task, description=what)
            if not notes.is_terminal:
                notes.print(what, markup=False, highlight=False)

        results = _measure(data, quick, tell)
    if as_json:
        print(json.dumps(document(results), indent=1))  # noqa: T201 - for programs, no wrapping
    else:
        show(results, _output())


def _measure(data: Path | None, quick: bool, tell: Callable[[str], None]) -> Results:
    feeds = load(data) if data else invent(SEED)
    if quick:
        feeds = [feed for feed in feeds if len(feed.body) < SMALL] or feeds
    plan = QUICK if quick else Plan()
    source = f"{len(feeds)} {'from ' + data.name if data else 'invented'}"
    results = Results(f"{source}, {sum(len(feed.body) for feed in feeds):,} bytes", plan.rounds)
    measure(plan, feeds, results, tell)
    tell("snippets and their pages")
    with TemporaryDirectory() as folder:
        results.snippets = run_apart(snippets, data, plan.snippets, Path(folder)).found
    return results


def _output() -> Console:
    """Wide enough for the tables where no terminal sets the width."""
    console = Console()
    return console if console.is_terminal else Console(width=140)
