"""What is counted while the bot works, under the names of docs/deploy.md. It reads no database.

No label holds an address, a name or anything else that people choose: only fixed words.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SAMPLED_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says when it is asked for metrics. Instants are seconds since 1970."""

    waiting: int
    oldest_age_seconds: float
    last_article: float | None
    last_success: float | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The counters of one process, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _counters: dict[str, Counter] = field(default_factory=dict)
    _gauges: dict[str, Gauge] = field(default_factory=dict)
    _times: dict[str, Histogram] = field(default_factory=dict)

    def fetched(self, result: str, seconds: float) -> None:
        """A feed was asked: `ok`, or the kind of failure."""
        self._count("fetch_total", "Feeds asked, by what came of it.", result=result)
        self._time("fetch_seconds", "How long it took to ask a feed and to read it.", seconds)

    def found(self, articles: int) -> None:
        """A poll brought so many new articles."""
        self._count("articles_new_total", "Articles not seen before.", articles)

    def decided(self, told: bool, reason: str) -> None:
        """A watchlist matched; people are told, or not and why."""
        self._count("matches_total", "Matches of watchlists.")
        if not told:
            self._count("suppressed_total", "Matches that nobody was told of.", reason=reason)

    def delivered(self, platform: str, result: str, seconds: float | None = None) -> None:
        """An attempt to deliver came to an end; `seconds` since the message was queued."""
        said = "Attempts to deliver, by what came of them."
        self._count("deliveries_total", said, platform=platform, result=result)
        if seconds is not None:
            self._time("delivery_latency_seconds", "From queued to delivered.", seconds)

    def unsure(self, platform: str) -> None:
        """An earlier attempt had ended in the dark, and the message was looked for."""
        said = "Deliveries of which nobody knew whether they had arrived."
        self._count("deliveries_ambiguous_total", said, platform=platform)

    async def sample_loop(self) -> None:
        """Measure again and again how late the event loop is; until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + SAMPLED_EVERY
            await asyncio.sleep(SAMPLED_EVERY)
            said = "How late the event loop was at its last sample."
            self._set("event_loop_lag_seconds", said, max(loop.time() - due, 0.0))

    def page(
        self, standing: Standing | None, faults: Mapping[str, int], disk: float | None = None
    ) -> bytes:
        """Everything in Prometheus' text format; without a database its gauges are left out."""
        self._set("disk_used_ratio", "Which share of the database's disk is used, 0 to 1.", disk)
        if standing is not None:
            self._set("outbox_pending", "Messages not delivered yet.", standing.waiting)
            said = "Age of the oldest message that is not delivered yet."
            self._set("outbox_oldest_age_seconds", said, standing.oldest_age_seconds)
            said = "When any feed last brought a new article."
            self._set("last_article_timestamp_seconds", said, standing.last_article)
            said = "When any feed was last read without a fault."
            self._set("feed_last_success_timestamp_seconds", said, standing.last_success)
        for kind, number in faults.items():
            counter = self._counter("db_errors_total", "Faults of the database.", {"kind": kind})
            child = counter.labels(kind=kind)
            child.inc(number - child._value.get())
        return generate_latest(self.registry)

    def _count(self, name: str, said: str, by: int = 1, **labels: str) -> None:
        counter = self._counter(name, said, labels)
        (counter.labels(**labels) if labels else counter).inc(by)

    def _counter(self, name: str, said: str, labels: Mapping[str, str]) -> Counter:
        if name not in self._counters:
            full = f"watchfloor_{name}"
            self._counters[name] = Counter(full, said, tuple(labels), registry=self.registry)
        return self._counters[name]

    def _set(self, name: str, said: str, value: float | None) -> None:
        if value is None:
            return
        if name not in self._gauges:
            self._gauges[name] = Gauge(f"watchfloor_{name}", said, registry=self.registry)
        self._gauges[name].set(value)

    def _time(self, name: str, said: str, seconds: float) -> None:
        if name not in self._times:
            self._times[name] = Histogram(f"watchfloor_{name}", said, registry=self.registry)
        self._times[name].observe(seconds)
