"""What the articles of a story said, each kept once, and what a place knows of a further one.

Places of a story see nearly the same articles, so each remembers only which of them it saw. It
chooses no sentence and opens no store.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from bot.model import ArticleId
from bot.stories.novelty import MOST_PAIRS, Sentence, Thread, bounded

MOST_SEEN = 100  # articles that a place remembers, the newest; together of 20,000 word pairs


class Recall:
    """The word pairs of articles. `kept` holds those of earlier ones; of what is gone is nothing.

    `new` are those of the articles that were added since.
    """

    def __init__(self, kept: Mapping[ArticleId, Set[int]] | None = None) -> None:
        self._pairs: dict[ArticleId, Set[int]] = dict(kept or {})
        self._after: dict[tuple[tuple[ArticleId, ...], ArticleId], tuple[ArticleId, ...]] = {}
        self.new: dict[ArticleId, frozenset[int]] = {}

    def add(self, article: ArticleId, pairs: frozenset[int]) -> None:
        """Keep what an article says."""
        self._pairs[article] = self.new[article] = pairs

    def shared(self, article: ArticleId, pairs: frozenset[int]) -> frozenset[int]:
        """Those of these pairs that a kept article has, too."""
        return pairs.intersection(self._pairs.get(article, ()))

    def with_seen(self, thread: Thread, article: ArticleId) -> Thread:
        """The thread after a kept article was read, told or not."""
        at = thread.saw, article
        if at not in self._after:
            self._after[at] = self._bounded(dict.fromkeys((article, *thread.saw)))
        return replace(thread, saw=self._after[at])

    def _bounded(self, saw: Iterable[ArticleId]) -> tuple[ArticleId, ...]:
        """The newest, which come first, as far as their pairs are still kept and not too many."""
        kept: list[ArticleId] = []
        pairs = 0
        for article in saw:
            if article not in self._pairs:
                continue
            pairs += len(self._pairs[article])
            if kept and (pairs > MOST_PAIRS or len(kept) == MOST_SEEN):
                break
            kept.append(article)
        return tuple(kept)


class Heard:
    """One article before those who follow its story: what of it each of them knows already.

    One that is read `again` has another text by now; who sees that keeps what it says as its own.
    """

    def __init__(
        self,
        recall: Recall,
        article: ArticleId,
        sentences: Iterable[Sentence],
        *,
        again: bool = False,
    ) -> None:
        self._recall, self._article, self._again = recall, article, again
        self._sentences = tuple(sentences)
        self._pairs = bounded(frozenset[int]().union(*(each.pairs for each in self._sentences)))
        self._shared: dict[ArticleId, frozenset[int]] = {}
        self._seen: dict[tuple[ArticleId, ...], frozenset[int]] = {}

    def known(self, thread: Thread) -> Thread:
        """What a thread knows of this article: of all that it was told and saw the pairs in it."""
        seen = self._seen_by(thread.saw)
        if thread.seen:
            seen |= self._pairs.intersection(thread.seen)
        return Thread(self._pairs.intersection(thread.told), seen, thread.length)

    def seen(self, thread: Thread) -> Thread:
        """The thread after this article was read, told or not."""
        if self._again:
            return thread.with_seen(self._sentences)
        self._recall.add(self._article, self._pairs)
        return self._recall.with_seen(thread, self._article)

    def _seen_by(self, saw: tuple[ArticleId, ...]) -> frozenset[int]:
        if saw not in self._seen:
            self._seen[saw] = frozenset[int]().union(*map(self._shared_with, saw))
        return self._seen[saw]

    def _shared_with(self, article: ArticleId) -> frozenset[int]:
        if article not in self._shared:
            self._shared[article] = self._recall.shared(article, self._pairs)
        return self._shared[article]
