"""What a newsroom remembers: which stories live, which texts were seen, which words are common.

It puts articles into stories in the order in which they come, and gives back what must be kept so
that another process, or this one after a restart, goes on from there. It decides on no alert and
opens no store.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Article, ArticleId, StoryId
from bot.stories import vector
from bot.stories.cluster import JoinStory, NewStory, Placement, Stories, StoryState
from bot.stories.fingerprint import Carriage, Copy, CopyIndex, Fingerprint, fingerprint
from bot.stories.vector import Frequencies, Terms, Vector
from rules import Wording

DOUBT = 1.35  # times what was needed; the seeds' scores are 1.4 and above


@dataclass(frozen=True, slots=True)
class Look:
    """An article as placing sees it: what it says, and the marks of its text."""

    article: Article
    terms: Terms
    print: Fingerprint


@dataclass(frozen=True, slots=True)
class Filed:
    """An article in its story. `before` is the story as it was, None for one that it founds.

    `state` is the story with the article, `copies` the earlier articles whose text it carries.
    """

    article: ArticleId
    story: StoryId
    at: datetime
    placement: Placement
    before: StoryState | None
    state: StoryState
    print: Fingerprint
    copies: tuple[Copy, ...]

    @property
    def known(self) -> bool:
        """Whether the article was in its story before."""
        return isinstance(self.placement, JoinStory) and self.placement.known

    @property
    def doubtful(self) -> bool:
        """Whether the story only just took the article in, so that it may be another event."""
        best = self.placement.best if isinstance(self.placement, JoinStory) else None
        return best is not None and best.score < DOUBT * self.placement.needed

    @property
    def centroid(self) -> Vector:
        """What the story was about before this article; a founder's own terms otherwise."""
        return (self.before or self.state).centroid

    def __str__(self) -> str:
        if not self.copies:
            return str(self.placement)
        first = self.copies[0]
        return f"{self.placement}; {first.carriage} ({first.containment:.0%})"


class Newsroom:
    """The stories of one database. `stamp` says up to which commit it has read along."""

    def __init__(self) -> None:
        self.wording = Wording()
        self.frequencies = Frequencies()
        self.stamp: int | None = None
        self._stories = Stories()
        self._copies = CopyIndex()
        self._where: dict[ArticleId, StoryId] = {}  # of the articles whose text is remembered

    def look(self, article: Article, found: Iterable[str] = ()) -> Look:
        """Read an article. The slow half of placing; it changes nothing.

        `found` are the words in it that watchlists asked for.
        """
        terms = vector.read(self.wording, article.title, article.body, article.language, found)
        return Look(article, terms, fingerprint(article.title, article.body))

    def file(self, look: Look, at: datetime) -> Filed:
        """Put an article into its story, or found one, which then has the article's number."""
        article = look.article.id
        weighed = self.frequencies.vector(look.terms)
        copies = self._copies.find(look.print)
        placement = self._stories.place(article, look.terms, weighed, at, StoryId(article))
        if isinstance(placement, NewStory):
            placement = self._with_its_original(copies) or placement
        before = self._stories.get(placement.story)
        state = self._stories.take(placement, look.terms, weighed, at)
        self._remember(article, placement.story, look.print, at)
        self.frequencies.add(look.terms)
        return Filed(article, placement.story, at, placement, before, state, look.print, copies)

    def filed_before(self, article: Article, story: StoryId, at: datetime) -> Filed | None:
        """An article that was put into a story earlier and is judged again; None if that is over.

        It changes nothing.
        """
        state = self._stories.get(story)
        if state is None:
            return None
        print_ = fingerprint(article.title, article.body)
        known = JoinStory(story, None, known=True)
        copies = tuple(c for c in self._copies.find(print_) if c.article != article.id)
        return Filed(article.id, story, at, known, state, state, print_, copies)

    def take_back(self, filed: Sequence[Filed]) -> None:
        """Forget filings that were never committed; `filed` is in the order of filing."""
        for each in reversed(filed):
            self._stories.put_back(each.story, each.before)
            self._copies.discard(each.article)
            self._where.pop(each.article, None)

    def take_over(
        self,
        states: Iterable[StoryState],
        texts: Iterable[tuple[ArticleId, StoryId, Fingerprint, datetime]],
        stamp: int,
    ) -> None:
        """Read along what was committed elsewhere, or before this process began, up to `stamp`."""
        for state in states:
            self._stories.put_back(state.id, state)
        for article, story, print_, at in texts:
            self._remember(article, story, print_, at)
        self.stamp = stamp

    def forget(self, now: datetime) -> None:
        """Drop the stories that nothing can join any more, and the texts of long ago."""
        self._stories.forget(now)
        for article in self._copies.forget(now):
            self._where.pop(article, None)

    def _with_its_original(self, copies: Sequence[Copy]) -> JoinStory | None:
        """The story of an article with the same text, where no likeness of words was enough."""
        for copy in copies:
            story = self._where.get(copy.article)
            if copy.carriage is Carriage.SAME_TEXT and story and self._stories.get(story):
                return JoinStory(story, None, copied=copy.article)
        return None

    def _remember(
        self, article: ArticleId, story: StoryId, print_: Fingerprint, at: datetime
    ) -> None:
        self._copies.add(article, print_, at)
        self._where[article] = story

    def __len__(self) -> int:
        return len(self._stories)


def file_all(
    newsroom: Newsroom,
    articles: Sequence[tuple[Article, datetime, Collection[str]]],
    before: Mapping[ArticleId, StoryId],
) -> Mapping[ArticleId, Filed]:
    """File articles with the times at which they were told, and the words that found them.

    `before` has those filed earlier. One whose story is over by now is in none. If one cannot be
    filed, none is.
    """
    filed: dict[ArticleId, Filed] = {}
    try:
        for article, at, found in articles:
            if article.id not in before:
                filed[article.id] = newsroom.file(newsroom.look(article, found), at)
            elif known := newsroom.filed_before(article, before[article.id], at):
                filed[article.id] = known
    except Exception:
        newsroom.take_back([each for each in filed.values() if not each.known])
        raise
    return filed
