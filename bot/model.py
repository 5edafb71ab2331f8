"""The nouns: what the rooms hand to each other, frozen. No behaviour beyond reading and showing.

Every instant is an aware UTC datetime, every span of time a timedelta. It knows no database, no
chat platform and no clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Self

WorkspaceId = NewType("WorkspaceId", int)
FeedId = NewType("FeedId", int)
SubscriptionId = NewType("SubscriptionId", int)
ArticleId = NewType("ArticleId", int)
WatchlistId = NewType("WatchlistId", int)
DecisionId = NewType("DecisionId", int)
DeliveryId = NewType("DeliveryId", int)
StoryId = NewType("StoryId", int)

HOME = "home"
MOST_SOURCES = 10  # that a watchlist may wait for


class Platform(StrEnum):
    """Where people read us."""

    CONSOLE = "console"
    SLACK = "slack"
    DISCORD = "discord"


class Severity(StrEnum):
    """How loud a watchlist speaks, quietest first."""

    ROUTINE = "routine"
    NOTABLE = "notable"
    CRITICAL = "critical"


class Cadence(StrEnum):
    """How soon a watchlist's alerts go out: each at once, or together in digests."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """A place where alerts go: `console`, `slack:C0123`, `discord:4567`."""

    platform: Platform
    address: str = ""

    def __str__(self) -> str:
        return f"{self.platform}:{self.address}" if self.address else str(self.platform)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str()` writes. Raises ValueError with a sentence for people."""
        name, _, address = text.strip().partition(":")
        try:
            platform = Platform(name.lower())
        except ValueError:
            raise ValueError(
                f"'{text}' names no chat. Write console, slack:CHANNEL_ID or discord:CHANNEL_ID."
            ) from None
        if platform is Platform.CONSOLE and address:
            raise ValueError(f"'{text}': the console has no channels. Write console.")
        if platform is not Platform.CONSOLE and not address:
            raise ValueError(f"'{text}' lacks the channel's id. Write {name.lower()}:CHANNEL_ID.")
        return cls(platform, address)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One team of people; everything that people make belongs to one."""

    id: WorkspaceId
    name: str


@dataclass(frozen=True, slots=True)
class Seat:
    """Links a Slack team, a Discord guild or the console to a workspace."""

    workspace: WorkspaceId
    platform: Platform
    external_id: str


@dataclass(frozen=True, slots=True)
class Published:
    """When a source published: an instant, or a day's midnight; or when we saw what has no date."""

    at: datetime
    day_only: bool = False
    seen: bool = False

    def __str__(self) -> str:
        said = f"{self.at:%-d %b %Y}" if self.day_only else f"{self.at:%-d %b %Y %H:%M} UTC"
        return f"seen {said}" if self.seen else said


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "changed since?" with, byte for byte, and the body's hash."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """What we learned of a feed's ways.

    `pace` is the usual gap between two of its articles, `newest_at` when it last brought one, `ttl`
    how long it says that its document stays good. `full_at` is when we last got its whole body.
    `address` is where it moved for good, `moved_to` where it says so without being believed yet:
    it said so `moved_times` times since `moved_since`. `failing_since` is its first failure in row.
    `title` is its own, `sites` the domains that its newest articles linked to, newest first.
    """

    pace: timedelta | None = None
    newest_at: datetime | None = None
    ttl: timedelta | None = None
    full_at: datetime | None = None
    address: str | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_times: int = 0
    failing_since: datetime | None = None
    title: str = ""
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed that was claimed for polling; `lease` proves the claim when its poll is recorded.

    `url` is what people subscribed to; where it is fetched from may be `habits.address`.
    """

    id: FeedId
    url: str
    name: str
    validators: Validators
    interval: timedelta | None
    failures: int
    polled_before: bool
    lease: str
    habits: Habits = Habits()
    due_at: datetime | None = None

    @property
    def address(self) -> str:
        """Where the feed is fetched from."""
        return self.habits.address or self.url


class FullText(StrEnum):
    """Which articles' pages are read, beside what their feed shows of them."""

    NEVER = "never"
    NEAR_MISS = "near-miss"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class FeedNames:
    """What a feed is called: `given` by a workspace, `own` by itself; "" where that is not known.

    `home` is the domain of the publisher whose feed it is; one of many publishers has none.
    """

    given: str = ""
    own: str = ""
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A workspace that is told of a feed's articles, with its tags and its name for the feed."""

    workspace: WorkspaceId
    tags: tuple[str, ...] = ()
    full_text: FullText | None = None
    feed: FeedNames = FeedNames()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed as it was read: plain text, nothing judged yet.

    `identity` is a hash that names the item within its feed. `names` are all hashes that certainly
    name it (guid and addresses), `title_name` one that does so with some caution. `source` is the
    publisher's name as the feed gives it, `source_url` its address. `body` has HTML taken out,
    blocks apart by blank lines.
    """

    identity: str
    title: str
    body: str
    url: str | None = None
    source: str | None = None
    source_url: str | None = None
    language: str | None = None
    published: Published | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    title_name: str | None = None


class ArticleState(StrEnum):
    """How far an article has come."""

    NEW = "new"
    AWAITING_TEXT = "awaiting_text"  # judged by what its feed shows; its page may say more
    PROCESSED = "processed"


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of an article as it read before an edit that nobody has judged yet."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article. `baseline` marks what a feed's first poll found: known, never alerted.

    `held_back` marks what came when the feed started over: matched and never told. `revised_at` is
    when its newest text was first seen, `before` the text that it replaced, until the edit is
    settled. `page` is the text of the page that it links to, "" if that was never read.

    As a workspace reads it, `source` is what that calls the feed, `names` are all names of the
    source, and `home` is the domain of the publisher whose feed brought it.
    """

    id: ArticleId
    feed: FeedId
    title: str
    body: str
    url: str | None
    source: str
    source_host: str | None
    language: str | None
    published: Published | None
    author: str | None
    tags: tuple[str, ...]
    first_seen_at: datetime
    state: ArticleState
    baseline: bool
    held_back: bool = False
    revised_at: datetime | None = None
    before: Wording | None = None
    page: str = ""
    names: tuple[str, ...] = ()
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A named query with where its alerts go, as of one revision; older revisions are kept."""

    id: WatchlistId
    workspace: WorkspaceId
    name: str
    query: str
    revision: int
    severity: Severity
    destinations: tuple[Destination, ...]
    enabled: bool
    created_by: str
    changed_at: datetime
    min_sources: int = 1
    cadence: Cadence = Cadence.INSTANT
    paused_until: datetime | None = None


class AlertReason(StrEnum):
    """Why people are told."""

    MATCHED = "the article matches the watchlist"
    UPDATE = "it brings something new to a story that was told"
    ESCALATED = "the story that was told is more severe now"
    CORROBORATED = "its story has as many independent sources now as the watchlist asks for"


class QuietReason(StrEnum):
    """Why people are not told, though the article matches."""

    BASELINE = "it stood in the feed before we began to watch it"
    TOO_OLD = "it is older than the age limit"
    ALREADY_TOLD = "the same article was told already, from another feed"
    STARTED_OVER = "its feed started over and showed old articles as new"
    EDITED = "it matched before its text was edited, too"
    COPY = "its story was told, and it carries the text of another article"
    NOTHING_NEW = "its story was told, and it brings nothing new"
    FIGURE_WAITS = "its story was told, and it gives a new figure, which waits for another source"
    OVER_BUDGET = "its story was told, and has spoken enough for this hour"
    MUTED = "it is muted where it would be told"
    FEW_SOURCES = "its story has fewer independent sources than the watchlist asks for"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where an article answers a query, kept with the decision that followed from it.

    `term` is the query's own, `field` is title, body, source or page (beyond what its feed shows),
    `start` and `end` are offsets into it, `how` says how it was met, `text` what stands there.
    """

    term: str
    field: str
    start: int
    end: int
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A decision to tell; `detail` has the numbers behind it, in words."""

    watchlist: Watchlist
    article: Article
    reason: AlertReason
    evidence: tuple[Finding, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A decision not to tell. It is kept, so that "why was I not told?" has an answer."""

    watchlist: Watchlist
    article: Article
    why: QuietReason
    evidence: tuple[Finding, ...] = ()
    detail: str = ""


Decision = Alert | Quiet


class Act(StrEnum):
    """What a delivery does at its destination."""

    POST = "post"  # a message of its own
    REPLY = "reply"  # a message in the thread of a card
    EDIT = "edit"  # a card's new state, put in the card's place


class DeliveryState(StrEnum):
    """Where a delivery stands. SENDING is committed before the call: a crash inside is seen."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    BLOCKED = "blocked"
    OBSOLETE = "obsolete"  # an edit of a card that is not there, or no longer
    HELD = "held"  # waits for a digest, or for quiet hours to end
    JOINED = "joined"  # told within another message, together with others


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a platform stored our message: enough to edit it or to write into its thread."""

    destination: Destination
    message_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `admin` says whether the platform lets them run the place; None: as managers."""

    platform: Platform
    id: str
    name: str
    manager: bool
    admin: bool | None = None

    @property
    def is_admin(self) -> bool:
        """Whether they may set up and administer."""
        return self.manager if self.admin is None else self.admin

    def __str__(self) -> str:
        return f"{self.name} ({self.platform}:{self.id})"
