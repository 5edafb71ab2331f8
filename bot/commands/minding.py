"""What may surprise about a watchlist before it is saved: what it can never match comes first.

It asks the archive nothing itself; what a look over it found is handed in.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlsplit

import rules
from bot.commands.desk import Desk
from bot.insight.archive import Looked
from bot.model import WorkspaceId
from bot.store.subscriptions import Subscription

SILENT_SHOWN = 3
_SOURCE = "source:"


async def strange_sources(
    desk: Desk, workspace: WorkspaceId, query: rules.Query
) -> tuple[rules.Query, ...]:
    """The sources that a query names and no feed of the workspace goes by, each as a query."""
    asked = dict.fromkeys(
        each.term for each in rules.explain(query) if each.term.startswith(_SOURCE)
    )
    if not asked:
        return ()
    known = [_as_document(each) for each in await desk.store.feeds.of(workspace)]
    named = map(rules.parse, asked)
    return tuple(
        each for each in named if not any(rules.match(each, document) for document in known)
    )


def _as_document(feed: Subscription) -> rules.Document:
    """An article as the feed itself would bring it, for what it is called."""
    names = tuple(filter(None, (feed.name, feed.title, feed.home)))
    return rules.Document("", "", source=urlsplit(feed.url).hostname, names=names)


def to_mind(
    query: rules.Query,
    looked: Looked,
    today: date,
    beside: Sequence[rules.SideBySide],
    strange: Sequence[rules.Query],
) -> Iterator[str]:
    """What may surprise; `looked` was asked about the words `beside` and then the `strange`."""
    silent = [beside[place] for place in looked.silent if place < len(beside)]
    hinted = silent[:SILENT_SHOWN] if looked.articles else []
    spans = {words.span for words in hinted}
    for warning in rules.lint(query, today):
        if warning.code != "long_run" or warning.span not in spans:
            yield warning.message
    noun = "article" if looked.articles == 1 else "articles"
    if looked.articles:
        for place in looked.silent:
            if place >= len(beside):
                yield (
                    f"no feed of yours is called what {strange[place - len(beside)]} asks for, and "
                    f"none of the {looked.articles} {noun} looked at comes from it. "
                    "/feeds list has the names."
                )
    for words in hinted:
        yield (
            f"words side by side are searched as a phrase, and “{words.words}” stands in none of "
            f"the {looked.articles} {noun} looked at. Did you mean {words.apart}?"
        )
    if looked.articles and len(silent) > len(hinted):
        yield f"so it is with {len(silent) - len(hinted)} more phrases."
