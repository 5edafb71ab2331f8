"""`python -m tests.benchmarks NAME`: the benches by name."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """Measure the product against its peers. Only ratios of one run mean anything."""


@app.command()
def rules(
    data: Annotated[
        Path | None,
        typer.Option(help="A folder with articles.jsonl; without it, articles are invented."),
    ] = None,
    size: Annotated[
        list[int] | None, typer.Option(help="Watchlists; can be given several times.")
    ] = None,
    quick: Annotated[bool, typer.Option(help="Few articles, few rounds, small sizes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """The rule engine: µs per article, memory, live edits, fuzzy terms, and the goals."""
    from tests.benchmarks.rules.command import run

    if not run(data, tuple(size or ()), quick=quick, as_json=as_json):
        raise typer.Exit(1)


@app.command()
def polling(
    data: Annotated[
        Path | None, typer.Option(help="A folder with feeds/; without it, feeds are invented.")
    ] = None,
    feedparser: Annotated[
        Path | None,
        typer.Option(help="feedparser's unpacked source: runs its test files through our parser."),
    ] = None,
    quick: Annotated[bool, typer.Option(help="Small feeds, one round, 100 and 1,000.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Polling: CPU per poll, memory and event-loop lag with many feeds, and the goals."""
    from tests.benchmarks.polling.command import run

    try:
        run(data, feedparser, quick=quick, as_json=as_json)
    except (FileNotFoundError, RuntimeError) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@app.command()
def stories(
    data: Annotated[Path, typer.Option(help="The folder with the development data.")],
    quick: Annotated[bool, typer.Option(help="A shorter stream for the memory row.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Stories: clusters, copies, novelty, changed figures, the seeds, cost, and the goals."""
    from tests.benchmarks.stories.command import run

    run(data, quick=quick, as_json=as_json)


@app.command()
def delivery(
    data: Annotated[
        Path | None,
        typer.Option(help="A folder with articles.jsonl; without it, articles are invented."),
    ] = None,
    quick: Annotated[bool, typer.Option(help="Few articles and watchlists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """The whole way from feeds' bytes to queued alerts, alone and with several workers."""
    from tests.benchmarks.delivery.command import run

    run(data, quick=quick, as_json=as_json)


@app.command()
def store(
    data: Annotated[
        Path | None,
        typer.Option(help="A folder with articles.jsonl; without it, articles are invented."),
    ] = None,
    size: Annotated[
        list[int] | None, typer.Option(help="Articles held; can be given several times.")
    ] = None,
    quick: Annotated[bool, typer.Option(help="Few articles and rounds, 3,000 held.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """The store on both databases: inserts, searches, claims of the outbox, and the goals."""
    from tests.benchmarks.store.command import run

    if not run(data, tuple(size or ()), quick=quick, as_json=as_json):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
