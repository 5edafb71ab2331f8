"""Judges what one poll of a feed brought: who is told of what, as a card, an update or an edit.

Pure: it takes what was matched, filed and known before, and gives what is to be committed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from bot.alerts.compose import card
from bot.alerts.decide import first_decisions, is_news
from bot.alerts.living import Followed, begin, corroborate, follow, hush
from bot.alerts.matching import Matched
from bot.alerts.parcels import Parcel, Told, carded, lists
from bot.alerts.sources import Sources
from bot.alerts.study import Study, study
from bot.alerts.verdicts import Judged, Known, Place, Sending, Terms
from bot.feeds.called import as_read
from bot.model import (
    Act,
    Alert,
    AlertReason,
    Article,
    ArticleId,
    Decision,
    DecisionId,
    Destination,
    Quiet,
    QuietReason,
    StoryId,
    WatchlistId,
    WorkspaceId,
)
from bot.stories.handled import Mute
from bot.stories.ledger import Ledger
from bot.stories.newsroom import Filed, Newsroom
from bot.stories.novelty import Thread
from bot.stories.recall import Recall
from bot.stories.standing import Standing


def judge(
    poll: Sequence[Matched],
    filed: Mapping[ArticleId, Filed],
    known: Known,
    terms: Terms,
    newsroom: Newsroom,
    now: datetime,
) -> Judged:
    """Judge the articles of a poll in their order. Without `filed` every article stands alone."""
    return _Judgement(poll, filed, known, terms, newsroom, now).passed()


class _Judgement:
    """One call of `judge`: what is known changes from article to article."""

    def __init__(
        self,
        poll: Sequence[Matched],
        filed: Mapping[ArticleId, Filed],
        known: Known,
        terms: Terms,
        newsroom: Newsroom,
        now: datetime,
    ) -> None:
        self._poll, self._filed, self._known = poll, filed, known
        self._terms, self._newsroom, self._now = terms, newsroom, now
        self._standings = {(*one.place, one.story): one for one in known.standings}
        self._changed: dict[tuple[WorkspaceId, Destination, StoryId], Standing] = {}
        self._sources = Sources(known)
        self._recall = Recall(known.pairs)
        self._sendings: list[Sending] = []
        self._outcomes: dict[tuple[ArticleId, WatchlistId], list[Followed]] = defaultdict(list)
        self._told: set[tuple[ArticleId, WatchlistId]] = set()
        self._few: list[tuple[StoryId, Alert]] = []
        self._waiting = known.waiting
        self._released: list[Alert] = []
        self._muted: dict[tuple[ArticleId, WatchlistId], Mute] = {}
        self._studies: dict[ArticleId, Study] = {}
        self._as_read = {
            (reader.workspace, one.article.id): as_read(one.article, reader.feed)
            for one in poll
            for reader in one.readers
        }

    def passed(self) -> Judged:
        gated = first_decisions(self._poll, self._known, self._terms, self._seen)
        for one in self._poll:
            if filed := self._filed.get(one.article.id):
                self._sources.count(one, filed)
        listed = self._beyond_the_cards(gated)
        for one in self._poll:
            filed = self._filed.get(one.article.id)
            alerts = [each for each in gated[one.article.id] if isinstance(each, Alert)]
            matched = self._tell(one.article, filed, alerts, listed)
            if filed is not None:
                self._release(one, filed)
                self._accompany(one, filed, matched)
        for place, told in listed.items():
            for parcel in lists(told):
                self._send_parcel(place, parcel)
        decisions = {
            article: tuple(self._settled(decision) for decision in each)
            for article, each in gated.items()
        }
        return Judged(
            decisions,
            tuple(self._sendings),
            tuple(self._changed.values()),
            tuple(one.decision for one in self._waiting if one.alert in self._released),
            self._recall.new,
        )

    def _beyond_the_cards(
        self, gated: Mapping[ArticleId, Sequence[Decision]]
    ) -> dict[Place, list[Told]]:
        """What a flood brings beyond the cards that a place gets for one poll; it is listed."""
        firsts: dict[Place, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
        for one in self._poll:
            filed = self._filed.get(one.article.id)
            alerts = [each for each in gated[one.article.id] if isinstance(each, Alert)]
            backed = [alert for alert in alerts if self._is_backed(filed, alert)]
            for place, told in self._by_place(one.article, filed, backed):
                story = self._known.story(place[0], filed) if filed else None
                if self._mute(place, story, one.article):
                    continue
                if story is None or (*place, story) not in self._standings:
                    firsts[place][f"{story}" if story else told.key].append(told)
        beyond: dict[Place, list[Told]] = {}
        for place, stories in firsts.items():
            openings = [members[0] for members in stories.values()]
            many = carded(openings)
            if rest := [told for members in [*stories.values()][many:] for told in members]:
                beyond[place] = rest
        return beyond

    def _tell(
        self,
        article: Article,
        filed: Filed | None,
        alerts: Sequence[Alert],
        listed: Mapping[Place, Sequence[Told]],
    ) -> Set[Place]:
        """Tell an article wherever it matched; the answer is where that was."""
        places = self._by_place(article, filed, self._backed(filed, alerts))
        for place, told in places:
            if told in listed.get(place, ()):
                continue
            story = self._known.story(place[0], filed) if filed else None
            standing = self._standings.get((*place, story)) if story else None
            if filed is not None and standing is not None:
                self._follow(standing, article, filed, told.alerts)
            elif mute := self._mute(place, story, article):
                self._muted.update(dict.fromkeys(told.names, mute))
            elif filed is None:
                shown = card(told.article, told.alerts)
                self._send_parcel(place, Parcel(told.key, shown, told.names))
            else:
                self._send_parcel(place, self._open(place, told, filed))
        return {place for place, _ in places}

    def _backed(self, filed: Filed | None, alerts: Sequence[Alert]) -> list[Alert]:
        """The alerts whose story has as many sources as their watchlist asks for; others wait."""
        backed = [alert for alert in alerts if self._is_backed(filed, alert)]
        for alert in alerts:
            if filed is not None and alert not in backed:
                self._few.append((self._known.story(alert.watchlist.workspace, filed), alert))
        return backed

    def _is_backed(self, filed: Filed | None, alert: Alert) -> bool:
        """An article without a story is told: nobody counts its sources."""
        if filed is None:
            return True
        workspace = alert.watchlist.workspace
        found = self._sources.of(workspace, self._known.story(workspace, filed))
        return found.independent >= alert.watchlist.min_sources

    def _release(self, one: Matched, filed: Filed) -> None:
        """Tell what waited for sources, now that this article brings enough of them."""
        stored = [(each, each.placed, each.alert) for each in self._waiting]
        for waiting, placed, alert in [*stored, *((None, *few) for few in self._few)]:
            workspace, article = alert.watchlist.workspace, alert.article
            story = self._known.ruled(workspace, article.id, placed)
            if (
                alert in self._released
                or story != self._known.story(workspace, filed)
                or self._sources.of(workspace, story).independent < alert.watchlist.min_sources
            ):
                continue
            told = Told(f"story:{story}:{article.id}", (alert,))
            for destination in alert.watchlist.destinations:
                place = (workspace, destination)
                if mute := self._mute(place, story, article):
                    self._muted[article.id, alert.watchlist.id] = mute
                    continue
                self._released.append(alert)
                if standing := self._standings.get((*place, story)):
                    late = (one.article.id, waiting.decision) if waiting else (article.id, None)
                    self._follow(standing, article, filed, (alert,), late)
                    continue
                parcel = self._open(place, told, filed)
                if waiting is None:
                    self._send_parcel(place, parcel)
                else:
                    self._sendings.append(
                        Sending(
                            place, one.article.id, (alert.watchlist.id,), parcel.key,
                            parcel.message, decision=waiting.decision,
                        )
                    )  # fmt: skip

    def _open(self, place: Place, told: Told, filed: Filed) -> Parcel:
        """The first card of a story at a place."""
        story = self._known.story(place[0], filed)
        line = self._sources.line(place[0], story)
        shown = replace(card(told.article, told.alerts, story=True), corroboration=line)
        standing = Standing(
            *place,
            story=story,
            key=told.key,
            card=shown,
            severity=shown.severity,
            watchlists=_watchlists(told.alerts),
            ledger=Ledger(),
            thread=Thread(),
            spoken=(),
            changed_at=self._now,
        )
        self._keep(begin(standing, self._study(place[0], told.article, filed, told.alerts)))
        return Parcel(told.key, shown, told.names)

    def _follow(
        self,
        standing: Standing,
        article: Article,
        filed: Filed,
        alerts: Sequence[Alert],
        late: tuple[ArticleId, DecisionId | None] | None = None,
    ) -> None:
        """A further article of a story that a place was told of.

        One that comes `late` waited for sources: for the article that brought them it is told now,
        maybe by an earlier decision.
        """
        read = self._study(standing.workspace, article, filed, alerts)
        line = self._sources.line(standing.workspace, standing.story)
        if mute := self._mute(standing.place, standing.story, article):
            followed = hush(standing, alerts, read, line, muted=mute.words, now=self._now)
        else:
            followed = follow(
                standing,
                alerts,
                read,
                corroborated=line,
                copied=late is None and bool(filed.copies),
                doubtful=late is None and filed.doubtful,
                per_hour=self._terms.updates_per_hour,
                now=self._now,
            )
        due_to, decision = late or (article.id, None)
        for alert in alerts if decision is None else ():
            self._outcomes[article.id, alert.watchlist.id].append(followed)
        self._done(due_to, _watchlists(alerts), standing, followed, decision)

    def _accompany(self, one: Matched, filed: Filed, matched: Set[Place]) -> None:
        """Tell the places that know the story of an article that no watchlist of theirs matched.

        What is no news counts as a source all the same.
        """
        fresh = is_news(one.article, self._terms.age_limit) and not filed.known
        for standing in [*self._standings.values()]:
            at = (standing.workspace, standing.story)
            if self._known.story(standing.workspace, filed) != standing.story:
                continue
            if standing.place in matched:
                continue
            if not any(reader.workspace == standing.workspace for reader in one.readers):
                continue
            if fresh:
                self._follow(standing, one.article, filed, ())
            else:
                followed = corroborate(standing, one.article, self._sources.line(*at))
                if self._mute(standing.place, standing.story, one.article):
                    followed = replace(followed, posts=())
                self._done(one.article.id, (), standing, followed)

    def _done(
        self,
        article: ArticleId,
        because: tuple[WatchlistId, ...],
        before: Standing,
        followed: Followed,
        decision: DecisionId | None = None,
    ) -> None:
        self._keep(followed.standing)
        for post in followed.posts:
            if post.act is not Act.EDIT or post.message != before.card:
                named = "" if post.act is Act.POST else before.key
                sending = Sending(
                    before.place,
                    article,
                    because,
                    post.key,
                    post.message,
                    post.act,
                    named,
                    decision,
                )
                self._sendings.append(sending)

    def _study(
        self, workspace: WorkspaceId, article: Article, filed: Filed, alerts: Sequence[Alert]
    ) -> Study:
        if article.id not in self._studies:
            newsroom = self._newsroom
            its = self._filed.get(article.id)
            self._studies[article.id] = study(
                newsroom.wording,
                newsroom.frequencies,
                article,
                filed.centroid,
                alerts,
                self._sources.answers_for(workspace, filed, article.id),
                self._recall,
                again=its is None or its.known,
            )
        return replace(self._studies[article.id], article=self._seen(workspace, article))

    def _seen(self, workspace: WorkspaceId, article: Article) -> Article:
        """An article as people of a workspace read it; one that the poll did not bring stays."""
        return self._as_read.get((workspace, article.id), article)

    def _mute(self, place: Place, story: StoryId | None, article: Article) -> Mute | None:
        """The mute because of which a place hears nothing of an article."""
        return self._known.mutes.over(place, story, self._seen(place[0], article))

    def _settled(self, decision: Decision) -> Decision:
        """The decision as it is kept, after the stories had their say: told if any place was."""
        filed = self._filed.get(decision.article.id)
        at = (decision.article.id, decision.watchlist.id)
        if isinstance(decision, Quiet) or (filed is None and at not in self._muted):
            return decision
        outcomes = self._outcomes[at]
        mute = self._muted.get(at)
        numbers = [str(filed or ""), *(each.detail for each in outcomes[:1])]
        detail = "; ".join(filter(None, [*numbers, mute.words if mute else ""]))
        for followed in outcomes:
            if isinstance(followed.outcome, AlertReason):
                return replace(decision, reason=followed.outcome, detail=detail)
        quiet = [one.outcome for one in outcomes if isinstance(one.outcome, QuietReason)]
        quiet += [QuietReason.MUTED] if mute else []
        if decision in (alert for _, alert in self._few):
            quiet += [QuietReason.FEW_SOURCES]
        if at in self._told or not quiet:
            return replace(decision, detail=detail)
        return Quiet(decision.watchlist, decision.article, quiet[0], decision.evidence, detail)

    def _by_place(
        self, article: Article, filed: Filed | None, alerts: Sequence[Alert]
    ) -> list[tuple[Place, Told]]:
        """The alerts of an article by where they go: one card for all watchlists of a place.

        An article without a story is told for each watchlist by itself.
        """
        places: dict[tuple[Place, str], list[Alert]] = defaultdict(list)
        for alert in alerts:
            story = self._known.story(alert.watchlist.workspace, filed) if filed else None
            key = f"story:{story}:{article.id}" if story else _alone(alert)
            for destination in alert.watchlist.destinations:
                places[(alert.watchlist.workspace, destination), key].append(alert)
        return [(place, Told(key, tuple(members))) for (place, key), members in places.items()]

    def _keep(self, standing: Standing) -> None:
        at = (*standing.place, standing.story)
        self._standings[at] = self._changed[at] = standing

    def _send_parcel(self, place: Place, parcel: Parcel) -> None:
        """A parcel goes out because of the first article that it tells of."""
        self._told.update(parcel.tells)
        first, _ = parcel.tells[0]
        because = tuple(watchlist for article, watchlist in parcel.tells if article == first)
        self._sendings.append(Sending(place, first, because, parcel.key, parcel.message))


def _alone(alert: Alert) -> str:
    return f"alert:{alert.watchlist.id}:{alert.article.id}"


def _watchlists(alerts: Sequence[Alert]) -> tuple[WatchlistId, ...]:
    return tuple(alert.watchlist.id for alert in alerts)
