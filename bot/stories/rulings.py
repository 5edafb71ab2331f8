"""What people of a workspace ruled about its stories: these are one, this belongs elsewhere. Pure.

A ruling holds for good and for their workspace alone; how articles are placed for everybody, it
leaves as it is. Who may rule, it ignores.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model import ArticleId, StoryId


@dataclass(frozen=True, slots=True)
class Ruling:
    """One deed of a person: the story `gone` goes into another, or `articles` go there."""

    into: StoryId
    by: str
    at: datetime
    gone: StoryId | None = None
    articles: tuple[ArticleId, ...] = ()


class Rulings:
    """All rulings of one workspace, the oldest first; a later one wins."""

    def __init__(self, rulings: Iterable[Ruling] = ()) -> None:
        self._moved: dict[ArticleId, StoryId] = {}
        self._merged: dict[StoryId, StoryId] = {}
        for ruling in rulings:
            self._moved.update(dict.fromkeys(ruling.articles, ruling.into))
            if ruling.gone is not None:
                self._merged.pop(ruling.into, None)  # who takes another in is there again
                self._merged[ruling.gone] = ruling.into

    def story(self, article: ArticleId, placed: StoryId) -> StoryId:
        """Where an article belongs that was put into a story for everybody."""
        return self.standing_for(self._moved.get(article, placed))

    def standing_for(self, story: StoryId) -> StoryId:
        """The story that a story was merged into; itself, if it was not."""
        seen = {story}
        while (into := self._merged.get(story)) is not None and into not in seen:
            seen.add(into)
            story = into
        return story

    def stories_of(self, story: StoryId) -> frozenset[StoryId]:
        """A story with all that were merged into it."""
        return frozenset({story, *(g for g in self._merged if self.standing_for(g) == story)})

    def moved(self) -> Mapping[ArticleId, StoryId]:
        """Every article that people moved, with the story in which it is now."""
        return {article: self.standing_for(story) for article, story in self._moved.items()}
