"""How many independent sources a story has: copies and one publisher's many feeds count once.

State media are labelled, never left out. Which texts are copies, `fingerprint` finds; which source
is to be believed, nobody here decides.
"""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from bot.model import ArticleId

_DOMAIN = re.compile(r"\.[^\W\d_][^\W_]*\.?$")


@dataclass(frozen=True, slots=True)
class Report:
    """An article of a story. `copies` are the earlier articles whose text it carries.

    `home` is the domain of the publisher whose own feed brought it, wherever it links to.
    """

    article: ArticleId
    outlet: str
    host: str | None
    at: datetime
    copies: tuple[ArticleId, ...] = ()
    home: str | None = None

    @property
    def site(self) -> str | None:
        """Where its publisher is at home."""
        return self.home or self.host


@dataclass(frozen=True, slots=True)
class Source:
    """Outlets that count as one, first the one that was first; `state` names whose media it is."""

    outlets: tuple[str, ...]
    first: Report
    state: str | None


@dataclass(frozen=True, slots=True)
class Corroboration:
    """The independent sources of a story in the order of their first reports."""

    sources: tuple[Source, ...]
    outlets: int
    first: Report

    @property
    def independent(self) -> int:
        """How many sources there are."""
        return len(self.sources)

    def __str__(self) -> str:
        return (
            f"{_count(self.independent, 'independent source')}, {_count(self.outlets, 'outlet')}, "
            f"first seen {self.first.at:%H:%M} by {self.first.outlet}"
        )


def corroboration(reports: Sequence[Report]) -> Corroboration:
    """Count the sources of a story.

    Two articles are of one source if one carries the other's text, or one publisher brought both;
    and so on from article to article. The order of the reports does not matter.

    Args:
        reports: The story's articles, at least one.

    Raises:
        ValueError: there is no report.
    """
    if not reports:
        raise ValueError("a story without an article has no sources")
    ordered = sorted(reports, key=lambda report: (report.at, report.article))
    group: dict[str, str] = {}
    for report in ordered:
        _join(group, f"article {report.article}", f"publisher {publisher(report)}")
        for copy in report.copies:
            _join(group, f"article {report.article}", f"article {copy}")
    sources: dict[str, list[Report]] = {}
    for report in ordered:
        sources.setdefault(_root(group, f"article {report.article}"), []).append(report)
    return Corroboration(
        tuple(map(_source, sources.values())),
        len({publisher(report) for report in ordered}),
        ordered[0],
    )


def publisher(report: Report) -> str:
    """What tells publishers apart: the registered domain, or the outlet's name without one.

    Nobody registered a bare number or a name without a dot; many outlets may be read there.
    """
    return _domain(report.site) or report.outlet.casefold().strip()


def sites(hosts: Iterable[str | None]) -> tuple[str, ...]:
    """The domains of hosts, one for each host that is in a domain that can be registered."""
    return tuple(domain for host in hosts if (domain := _domain(host)))


@functools.lru_cache(maxsize=10_000)
def home(linked: tuple[str, ...]) -> str | None:
    """The publisher whose feed it is that links to these domains: more than half are its own.

    So what a newspaper's feed has on another site is the newspaper's report all the same, and a
    feed of many publishers is nobody's. A domain that is named after another, as gamma-tv.org is
    after gamma.com, is of the same house, as far as this one feed goes.
    """
    counts = Counter(linked)
    shares = {
        domain: sum(number for other, number in counts.items() if _akin(domain, other))
        for domain in counts
    }
    most = max(shares, key=lambda domain: (shares[domain], -len(domain), domain), default=None)
    return most if most and 2 * shares[most] > len(linked) else None


def _akin(one: str, other: str) -> bool:
    short, long = sorted((one.partition(".")[0], other.partition(".")[0]), key=len)
    return long == short or long.startswith(f"{short}-")


def _domain(host: str | None) -> str | None:
    return registered(host) if host and _DOMAIN.search(host) else None


def registered(host: str) -> str:
    """The domain that a publisher registered: bbc.co.uk for feeds.bbci.co.uk."""
    labels = host.lower().strip(".").split(".")
    kept = 3 if ".".join(labels[-2:]) in _table().suffixes else 2
    domain = ".".join(labels[-kept:])
    return _table().same.get(domain, domain)


def state_of(host: str | None) -> str | None:
    """The country whose government owns or directs the outlet, if it is known to be one's."""
    return _table().state.get(registered(host)) if host else None


@dataclass(frozen=True, slots=True)
class _Table:
    suffixes: frozenset[str]
    same: dict[str, str]
    state: dict[str, str]


@functools.cache
def _table() -> _Table:
    text = resources.files(__package__).joinpath("data", "publishers.json").read_text("utf-8")
    data = json.loads(text)
    same = {domain: group[0] for group in data["same"] for domain in group}
    state = {same.get(domain, domain): country for domain, country in data["state"].items()}
    return _Table(frozenset(data["suffixes"]), same, state)


def _source(reports: Sequence[Report]) -> Source:
    outlets = tuple(dict.fromkeys(report.outlet for report in reports))
    return Source(outlets, reports[0], _shared_state(reports))


def _shared_state(reports: Iterable[Report]) -> str | None:
    """The country if every outlet of the source is its media; others may have copied them."""
    states = {state_of(report.site) for report in reports}
    return next(iter(states)) if len(states) == 1 else None


def _root(group: dict[str, str], name: str) -> str:
    while (parent := group.setdefault(name, name)) != name:
        name = parent
    return name


def _join(group: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(group, one), _root(group, other)))
    group[second] = first


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
