"""What can be set, with every default: frozen sections whose names are the keys of the file.

It holds values and nothing else; `config.example.toml` says in one line why each of them exists.
"""

import hashlib
import json
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.config.values import (
    AllowedHost,
    Bind,
    CadenceName,
    CommandPrefix,
    Contact,
    Count,
    DatabaseAddress,
    Days,
    DiscordApi,
    Environment,
    FeedAddress,
    FullTextName,
    Gateway,
    Hours,
    ListName,
    LogFormat,
    LogFormatName,
    Managers,
    ManagersName,
    PingAddress,
    Place,
    PublicAddress,
    Seconds,
    SeverityName,
    SlackApi,
    SlackAuthorize,
    SlackMode,
    SlackModeName,
    Sources,
    Tag,
)
from bot.model import Cadence, Destination, FullText, Platform, Severity


class Section(BaseModel):
    """A table of the file. Unknown keys are mistakes, and no value is bent into another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Database(Section):
    """Where everything is kept; a relative SQLite path counts from the working directory."""

    # The address may hold a password, so it is left out of repr().
    url: DatabaseAddress = Field(default="sqlite:///watchfloor.db", repr=False)


class Web(Section):
    """The health page. Loopback by default: nobody outside this machine sees it unasked."""

    bind: Bind = "127.0.0.1:8417"

    @property
    def address(self) -> tuple[str, int] | None:
        """Host (an IPv6 one without its brackets) and port, 0 for any free one; None means off."""
        if not self.bind:
            return None
        host, _, port = self.bind.rpartition(":")
        return host.strip("[]"), int(port)


class Polling(Section):
    """How often feeds are asked, and how old an article may be and still alert."""

    interval_seconds: Seconds = 900
    floor_seconds: Seconds = 300
    age_limit_hours: Hours = 72

    @property
    def interval(self) -> timedelta:
        """How long to wait between two polls of a feed of which nothing more is known."""
        return timedelta(seconds=self.interval_seconds)

    @property
    def floor(self) -> timedelta:
        """The shortest wait between two polls of a feed that does not allow less itself."""
        return timedelta(seconds=self.floor_seconds)

    @property
    def age_limit(self) -> timedelta:
        """Older articles are stored and never alerted."""
        return timedelta(hours=self.age_limit_hours)


class FullTextSection(Section):
    """Which articles' pages are read, unless a feed says otherwise, and how many of each feed."""

    read: FullTextName = FullText.NEAR_MISS
    pages_per_hour: Count = 20


class Stories(Section):
    """Whether articles of one event make one card, and how often it may speak up in an hour."""

    enabled: bool = True
    updates_per_hour: Count = 3


class Fetch(Section):
    """How pages are fetched. `allow` holds host:port in lower case, dialled even if private."""

    allow: tuple[AllowedHost, ...] = Field(default=(), examples=[["feeds.example.org:8080"]])
    contact: Contact = ""
    timeout_seconds: Seconds = 30

    @property
    def timeout(self) -> timedelta:
        """The longest that one fetch may take in all."""
        return timedelta(seconds=self.timeout_seconds)


class Delivery(Section):
    """How alerts are sent again, and how long a worker may hold one."""

    retry_base_seconds: Seconds = 2
    lease_seconds: Seconds = 60

    @property
    def retry_base(self) -> timedelta:
        """The unit of the wait between attempts, which doubles each time."""
        return timedelta(seconds=self.retry_base_seconds)

    @property
    def lease(self) -> timedelta:
        """How long claimed work is left alone before another worker takes it."""
        return timedelta(seconds=self.lease_seconds)


class Chat(Section):
    """What all chats have in common. With the prefix "wf-" people type /wf-watch for /watch."""

    prefix: CommandPrefix = Field(default="", examples=["wf-"])


class Console(Section):
    """The terminal as a chat."""

    enabled: bool = True


class Operations(Section):
    """Where the bot speaks of its own troubles."""

    notices: Place = Destination(Platform.CONSOLE)
    # Such an address is a secret in itself: who knows it can keep an alarm quiet.
    ping_url: Annotated[PingAddress, Environment("WATCHFLOOR_PING_URL")] = Field(
        default="", repr=False
    )
    silence_hours: Hours = 2
    log_format: LogFormatName = LogFormat.TEXT

    @property
    def silence(self) -> timedelta:
        """How long no feed at all may bring an article before somebody is told."""
        return timedelta(hours=self.silence_hours)


class Backup(Section):
    """Daily copies of an SQLite database; an empty folder means none."""

    folder: str = Field(default="", examples=["backups"])
    kept: Count = 7


class Retention(Section):
    """How long things are kept before they are deleted."""

    articles_days: Days = 90
    deliveries_days: Days = 90
    seen_days: Days = 400

    @property
    def articles(self) -> timedelta:
        """Articles, and what was decided about them."""
        return timedelta(days=self.articles_days)

    @property
    def deliveries(self) -> timedelta:
        """Messages that are over."""
        return timedelta(days=self.deliveries_days)

    @property
    def seen(self) -> timedelta:
        """What items are known again by, so that nothing is told twice."""
        return timedelta(days=self.seen_days)


class Slack(Section):
    """The Slack side. With `managers = "group"` the group's id stands in `manager_group`.

    `http_bind` is where Slack's requests come in, and where people install the app if there is a
    `client_id`; `public_url` is the same place as the world sees it.
    """

    enabled: bool = False
    mode: Annotated[SlackModeName, Environment("SLACK_MODE")] = SlackMode.SOCKET
    managers: ManagersName = Managers.ADMINS
    manager_group: Annotated[str, Field(examples=["S0123456789"])] = ""
    http_bind: Annotated[Bind, Environment("SLACK_HTTP_BIND")] = "127.0.0.1:3000"
    client_id: Annotated[str, Environment("SLACK_CLIENT_ID")] = ""
    public_url: PublicAddress = ""
    api_url: Annotated[SlackApi, Environment("SLACK_API_URL")] = "https://slack.com/api/"
    authorize_url: Annotated[SlackAuthorize, Environment("SLACK_AUTHORIZE_URL")] = (
        "https://slack.com/oauth/v2/authorize"
    )
    ping_interval: Annotated[Seconds, Environment("SLACK_PING_INTERVAL")] = 10
    request_timeout: Annotated[Seconds, Environment("SLACK_REQUEST_TIMEOUT")] = 10
    bot_token: Annotated[SecretStr | None, Environment("SLACK_BOT_TOKEN", secret=True)] = None
    app_token: Annotated[SecretStr | None, Environment("SLACK_APP_TOKEN", secret=True)] = None
    signing_secret: Annotated[
        SecretStr | None, Environment("SLACK_SIGNING_SECRET", secret=True)
    ] = None
    client_secret: Annotated[SecretStr | None, Environment("SLACK_CLIENT_SECRET", secret=True)] = (
        None
    )

    @property
    def front(self) -> tuple[str, int] | None:
        """Host and port of `http_bind`, 0 for any free one; None where nobody needs to reach us."""
        if not self.http_bind or (self.mode is SlackMode.SOCKET and not self.client_id):
            return None
        host, _, port = self.http_bind.rpartition(":")
        return host.strip("[]"), int(port)


class Discord(Section):
    """The Discord side. With `managers = "group"` the role's id stands in `manager_role`.

    An empty `gateway_url` leaves the choice to the library, or to `api_url` where that is set.
    """

    enabled: bool = False
    managers: ManagersName = Managers.ADMINS
    manager_role: Annotated[str, Field(examples=["112233445566778899"])] = ""
    api_url: Annotated[DiscordApi, Environment("DISCORD_API_URL")] = "https://discord.com/api/v10"
    gateway_url: Annotated[Gateway, Environment("DISCORD_GATEWAY_URL")] = ""
    bot_token: Annotated[SecretStr | None, Environment("DISCORD_BOT_TOKEN", secret=True)] = None


class Entry(Section):
    """Something declared in the file that people may later change in chat."""

    def digest(self) -> str:
        """A hash of what the entry says, to see whether it changed since it was last applied.

        A value equal to its default counts as unsaid: a key that a later version brings does not
        make entries look changed.
        """
        said = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


class FeedEntry(Entry):
    """A feed to poll. An empty name is filled by the feed's own title."""

    url: FeedAddress = Field(examples=["https://example.org/feed.xml"])
    name: Annotated[str, Field(examples=["BBC World"])] = ""
    tags: tuple[Tag, ...] = Field(default=(), examples=[["korea"]])
    interval_seconds: Seconds | None = Field(default=None, examples=[900])
    full_text: FullTextName | None = Field(default=None, examples=["never"])

    @property
    def interval(self) -> timedelta | None:
        """The feed's own polling interval; None takes that of `[polling]`."""
        seconds = self.interval_seconds
        return None if seconds is None else timedelta(seconds=seconds)


class WatchlistEntry(Entry):
    """A query with where its alerts go."""

    name: str = Field(examples=["kursk"])
    query: str = Field(examples=["North Korea AND Kursk"])
    destinations: tuple[Place, ...] = Field(
        default=(Destination(Platform.CONSOLE),), min_length=1, examples=[["console"]]
    )
    severity: SeverityName = Severity.NOTABLE
    min_sources: Sources = 1
    delivery: CadenceName = Cadence.INSTANT


class ListEntry(Entry):
    """A query with a name, which other queries use as `@name`. The name is in lower case."""

    name: ListName = Field(examples=["gulf-states"])
    query: str = Field(examples=["Bahrain OR Kuwait OR Qatar"])


class Settings(Section):
    """All that can be set. `Settings()` is what an empty file means."""

    database: Database = Database()
    web: Web = Web()
    polling: Polling = Polling()
    stories: Stories = Stories()
    full_text: FullTextSection = FullTextSection()
    fetch: Fetch = Fetch()
    delivery: Delivery = Delivery()
    chat: Chat = Chat()
    console: Console = Console()
    operations: Operations = Operations()
    backup: Backup = Backup()
    retention: Retention = Retention()
    slack: Slack = Slack()
    discord: Discord = Discord()
    feeds: tuple[FeedEntry, ...] = ()
    watchlists: tuple[WatchlistEntry, ...] = ()
    lists: tuple[ListEntry, ...] = ()

    @property
    def platforms(self) -> frozenset[Platform]:
        """The chats that are on."""
        switches = {
            Platform.CONSOLE: self.console.enabled,
            Platform.SLACK: self.slack.enabled,
            Platform.DISCORD: self.discord.enabled,
        }
        return frozenset(platform for platform, on in switches.items() if on)


def defaults(**changes: Any) -> Settings:
    """Settings made in memory: the defaults with some sections in another's place.

    Each value is a section or a dict of its keys. Raises pydantic's ValidationError on a wrong one:
    here that is a programmer's mistake, not a user's.
    """
    return Settings.model_validate(changes)
