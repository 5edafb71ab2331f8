"""Places each article, as it comes, into the story it belongs to, or founds one; and says why.

Stories are sums of their articles' vectors in an inverted index, so the likeness to every live
story is exact. It never merges or splits by itself: people do, and what they ruled stays. What an
article is a copy of, and who is told of a story, it ignores.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import ArticleId, StoryId
from bot.stories.vector import NAME, Terms, Vector

_FAINT = 0.05  # a cosine that no looseness can lift over a threshold
_NOTHING = 1e-9  # a weight that is only left over from rounding


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers that decide; docs/decisions/0014-stories.md tells how they were chosen.

    An article joins the story with the highest score if that is at least `headline`, or `text` for
    one with a body. The score is the cosine times how fresh the story is, times how loose it is: a
    story whose articles are alike asks more of the next. A bare headline says little once its
    story is hours old, so its freshness is exp2(-(age / headline_half_life) ** 0.5); of the
    freshness of a text `text_floor` stays and the rest goes with `text_half_life`.
    """

    headline: float = 0.12
    text: float = 0.20
    headline_half_life: timedelta = timedelta(hours=12)
    text_half_life: timedelta = timedelta(days=3)
    text_floor: float = 0.9
    looseness: float = 0.5
    usual_likeness: float = 0.4
    bridge: float = 0.55
    live: timedelta = timedelta(days=30)
    terms: int = 160


@dataclass(frozen=True, slots=True)
class Score:
    """How near an article is to a story: the score and what it is made of."""

    story: StoryId
    score: float
    cosine: float
    freshness: float
    looseness: float
    across_languages: bool = False


@dataclass(frozen=True, slots=True)
class JoinStory:
    """The article belongs to a known story; `ruled` says that a person put it there.

    `copied` names an earlier article of the story that has the same text; `known` says that the
    article was put there before and is only judged again.
    """

    story: StoryId
    best: Score | None
    runner_up: Score | None = None
    needed: float = 0.0
    ruled: bool = False
    copied: ArticleId | None = None
    known: bool = False

    def __str__(self) -> str:
        if self.known:
            return "it was in this story before its text changed"
        if self.copied is not None:
            return "joined by its text, which another article of the story has too"
        if self.best is None:
            return "a person put it into this story"
        how = "names and figures in another language" if self.best.across_languages else "wording"
        return f"joined by its {how}: {self.best.score:.2f}, needed {self.needed:.2f}"


@dataclass(frozen=True, slots=True)
class NewStory:
    """The article founds a story; `nearest` is the story that it came closest to."""

    story: StoryId
    nearest: Score | None
    needed: float

    def __str__(self) -> str:
        if self.nearest is None:
            return "no live story is near it"
        return f"the nearest story scores {self.nearest.score:.2f}, needed {self.needed:.2f}"


Placement = JoinStory | NewStory


@dataclass(frozen=True, slots=True)
class StoryState:
    """All that is kept of a story for placing: a quarter more than `Thresholds.terms` at most.

    `likeness` is the sum of the cosines with which its articles joined, `joined` how many did.
    """

    id: StoryId
    first_at: datetime
    last_at: datetime
    centroid: Vector
    articles: int
    likeness: float
    joined: int
    tongues: frozenset[str]


class Stories:
    """The live stories. Restored from states and rulings, it goes on where it stood."""

    def __init__(
        self,
        states: Iterable[StoryState] = (),
        ruled: Mapping[ArticleId, StoryId] | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.thresholds = thresholds or Thresholds()
        self.ruled: dict[ArticleId, StoryId] = dict(ruled or {})
        self._states: dict[StoryId, StoryState] = {}
        self._lengths: dict[StoryId, float] = {}
        self._postings: dict[str, dict[StoryId, float]] = defaultdict(dict)
        for state in states:
            self._put(replace(state, centroid={}), state.centroid)

    def __len__(self) -> int:
        return len(self._states)

    def __getitem__(self, story: StoryId) -> StoryState:
        return self._states[story]

    def get(self, story: StoryId) -> StoryState | None:
        """The story as it stands, if it lives."""
        return self._states.get(story)

    def put_back(self, story: StoryId, state: StoryState | None) -> None:
        """Let a story stand as it was, or as others left it; None: there is no such story."""
        if story in self._states:
            self._drop(story)
        if state is not None:
            self._put(replace(state, centroid={}), state.centroid)

    def states(self) -> tuple[StoryState, ...]:
        """What must be kept, in the order of the ids."""
        return tuple(self._states[story] for story in sorted(self._states))

    def place(
        self, article: ArticleId, terms: Terms, vector: Vector, now: datetime, new: StoryId
    ) -> Placement:
        """Say where an article belongs; nothing changes yet.

        Args:
            article: The article, which a person may have put into a story already.
            terms: What the article says.
            vector: The same, weighed.
            now: When the article was published or seen.
            new: The id that the story has if the article founds one.
        """
        needed = self.thresholds.headline if terms.bare else self.thresholds.text
        if (ruled := self.ruled.get(article)) is not None:
            return JoinStory(ruled, None, ruled=True)
        ranked = heapq.nsmallest(
            2, self._scores(terms, vector, now), key=lambda score: (-score.score, score.story)
        )
        if ranked and ranked[0].score >= needed:
            second = ranked[1] if len(ranked) > 1 else None
            return JoinStory(ranked[0].story, ranked[0], second, needed)
        return NewStory(new, ranked[0] if ranked else None, needed)

    def take(self, placement: Placement, terms: Terms, vector: Vector, now: datetime) -> StoryState:
        """Put a placed article into its story; the answer is the story as it is then."""
        best = placement.best if isinstance(placement, JoinStory) else None
        cosine = best.cosine if best and not best.across_languages else 0.0
        old = self._states.get(placement.story) or _empty(placement.story, now)
        state = replace(
            old,
            first_at=min(old.first_at, now),
            last_at=max(old.last_at, now),
            articles=old.articles + 1,
            likeness=old.likeness + cosine,
            joined=old.joined + bool(cosine),
            tongues=old.tongues | {terms.tongue},
        )
        self._put(state, vector)
        return self._states[placement.story]

    def forget(self, now: datetime) -> tuple[StoryId, ...]:
        """Drop the stories that nothing can join any more; the answer is which."""
        gone = tuple(
            story
            for story, state in self._states.items()
            if now - state.last_at > self.thresholds.live
        )
        for story in gone:
            self._drop(story)
        return gone

    def merge(self, kept: StoryId, gone: StoryId, articles: Iterable[ArticleId]) -> StoryState:
        """A person says that two stories are one. `articles` are those of the story that goes."""
        one, other = self._states[kept], self._states[gone]
        self._drop(gone)
        self.ruled.update((article, kept) for article, at in self.ruled.items() if at == gone)
        self.ruled.update((article, kept) for article in articles)
        both = replace(
            one,
            first_at=min(one.first_at, other.first_at),
            last_at=max(one.last_at, other.last_at),
            articles=one.articles + other.articles,
            likeness=one.likeness + other.likeness,
            joined=one.joined + other.joined,
            tongues=one.tongues | other.tongues,
        )
        self._put(both, other.centroid)
        return self._states[kept]

    def move(
        self, source: StoryId, target: StoryId, moved: Mapping[ArticleId, Vector], now: datetime
    ) -> StoryState:
        """A person says that articles belong elsewhere: to a known story, or to a new one (split).

        `moved` holds the articles with their vectors; `now` is the time of the last of them.
        """
        left = self._states[source]
        there = self._states.get(target) or replace(_empty(target, now), tongues=left.tongues)
        total: dict[str, float] = {}
        for vector in moved.values():
            for term, weight in vector.items():
                total[term] = total.get(term, 0.0) + weight
        rest = max(0, left.articles - len(moved))
        self._put(replace(left, articles=rest), {term: -n for term, n in total.items()})
        moved_to = replace(
            there,
            articles=there.articles + len(moved),
            first_at=min(there.first_at, now),
            last_at=max(there.last_at, now),
        )
        self._put(moved_to, total)
        self.ruled.update((article, target) for article in moved)
        return self._states[target]

    def _scores(self, terms: Terms, vector: Vector, now: datetime) -> Iterable[Score]:
        sums: dict[StoryId, float] = defaultdict(float)
        for term, weight in vector.items():
            for story, there in self._postings.get(term, {}).items():
                sums[story] += weight * there
        for story, total in sums.items():
            state = self._states[story]
            cosine = total / self._lengths[story]
            strange = terms.tongue not in state.tongues
            if (cosine < _FAINT and not strange) or now - state.last_at > self.thresholds.live:
                continue
            freshness, looseness = self._freshness(state, terms, now), self._looseness(state)
            yield Score(story, cosine * freshness * looseness, cosine, freshness, looseness)
            if strange:
                yield self._across(state, terms, vector, freshness)

    def _freshness(self, state: StoryState, terms: Terms, now: datetime) -> float:
        age = max(timedelta(), now - state.last_at)
        if terms.bare:
            return float(0.5 ** math.sqrt(age / self.thresholds.headline_half_life))
        floor = self.thresholds.text_floor
        return floor + (1 - floor) * float(0.5 ** (age / self.thresholds.text_half_life))

    def _looseness(self, state: StoryState) -> float:
        usual = self.thresholds.usual_likeness
        likeness = (state.likeness + 2 * usual) / (state.joined + 2)
        return float((usual / likeness) ** self.thresholds.looseness)

    def _across(self, state: StoryState, terms: Terms, vector: Vector, freshness: float) -> Score:
        """The likeness of what no language changes: names and figures. Three must be shared."""
        one = _neutral(vector)
        other = _neutral(state.centroid)
        shared = one.keys() & other.keys()
        lengths = math.hypot(*one.values()) * math.hypot(*other.values())
        cosine = sum(one[t] * other[t] for t in shared) / lengths if len(shared) > 2 else 0.0
        needed = self.thresholds.headline if terms.bare else self.thresholds.text
        score = cosine * freshness * needed / self.thresholds.bridge
        return Score(state.id, score, cosine, freshness, 1.0, across_languages=True)

    def _put(self, state: StoryState, added: Vector) -> None:
        """Keep a state, its centroid plus what is added; only the terms that change are touched."""
        centroid = dict(state.centroid)
        for term, weight in added.items():
            weight += centroid.get(term, 0.0)
            if weight > _NOTHING:
                centroid[term] = self._postings[term][state.id] = weight
            else:
                self._unlist(state.id, [term])
                centroid.pop(term, None)
        if len(centroid) > 1.25 * self.thresholds.terms:
            heaviest = sorted(centroid.items(), key=lambda row: (-row[1], row[0]))
            self._unlist(state.id, (term for term, _ in heaviest[self.thresholds.terms :]))
            centroid = dict(heaviest[: self.thresholds.terms])
        self._states[state.id] = replace(state, centroid=centroid)
        self._lengths[state.id] = math.hypot(*centroid.values()) or 1.0

    def _drop(self, story: StoryId) -> None:
        self._unlist(story, self._states.pop(story).centroid)
        del self._lengths[story]

    def _unlist(self, story: StoryId, terms: Iterable[str]) -> None:
        for term in terms:
            holders = self._postings.get(term, {})
            holders.pop(story, None)
            if not holders:
                self._postings.pop(term, None)


def _empty(story: StoryId, now: datetime) -> StoryState:
    return StoryState(story, now, now, {}, 0, 0.0, 0, frozenset())


def _neutral(vector: Vector) -> dict[str, float]:
    """The terms that are the same in every language: keys of names, numbers of three digits up."""
    return {
        term: weight
        for term, weight in vector.items()
        if term.startswith(NAME) or (term.isdecimal() and len(term) > 2)
    }
