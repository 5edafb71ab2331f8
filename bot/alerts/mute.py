"""Says which mute silences an article at a place: one of its story, its source or a term. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import rules
from bot.alerts.rulebook import as_document
from bot.model import Article, Destination, StoryId, WorkspaceId
from bot.stories.handled import Mute, Muted

_REMEMBERED = 1_000  # queries of mutes that were read lately


class Mutes:
    """The mutes that hold, by the place where they do."""

    def __init__(self, mutes: Sequence[Mute] = ()) -> None:
        self._by_place: dict[tuple[WorkspaceId, Destination], list[Mute]] = defaultdict(list)
        for mute in mutes:
            self._by_place[mute.workspace, mute.destination].append(mute)

    def over(
        self, place: tuple[WorkspaceId, Destination], story: StoryId | None, article: Article
    ) -> Mute | None:
        """The mute because of which a place hears nothing of an article, or None."""
        for mute in self._by_place.get(place, ()):
            if _covers(mute, story, article):
                return mute
        return None


def _covers(mute: Mute, story: StoryId | None, article: Article) -> bool:
    match mute.kind:
        case Muted.STORY:
            return mute.target == str(story)
        case Muted.SOURCE:
            return is_source(mute.target, article)
        case Muted.TERM:
            query = _read(mute.target)
            return query is not None and rules.match(query, as_document(article)) is not None


def is_source(name: str, article: Article) -> bool:
    """Whether a name or a host is that of an article's source, whatever that is called there."""
    return names_source(name, (article.source, *article.names), article.source_host)


def names_source(name: str, names: Iterable[str], host: str | None) -> bool:
    """Whether a name is one of these, see `rules.same_name`, or the host or a domain above it."""
    within = "." in name and f".{(host or '').casefold()}".endswith(f".{name.casefold()}")
    return within or any(rules.same_name(name, known) for known in names)


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str) -> rules.Query | None:
    try:
        return rules.parse(text)
    except rules.QueryError:  # it could be read when it was made; a newer language may refuse it
        return None
