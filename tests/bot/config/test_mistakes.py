"""Every mistake is named with its key, its line and a remedy, and all of them at once."""

from typing import NamedTuple

import pytest

from bot.config import QueryCheck, read
from bot.errors import ConfigError

WATCH = '[[watchlists]]\nname = "kursk"\nquery = "North Korea AND Kursk"\n'
FEED = '[[feeds]]\nurl = "https://example.org/feed.xml"\n'


class Plant(NamedTuple):
    """A text with one mistake, on the line that ends in `# here`."""

    text: str
    key: str
    problem: str
    remedy: str
    env: dict[str, str] = {}  # noqa: RUF012 - never changed


PLANTS = {
    "a misspelt section": Plant("[poling] # here\n", "poling", "no such setting", "mean polling?"),
    "a misspelt key": Plant(
        "[polling]\n\nfloor_second = 300 # here",
        "polling.floor_second",
        "no such",
        "floor_seconds?",
    ),
    "a misspelt key of a watchlist": Plant(
        WATCH + 'severty = "routine" # here', "watchlists[0].severty", "no such", "severity?"
    ),
    "a key in the wrong section": Plant(
        "[fetch]\nlease_seconds = 9 # here", "fetch.lease_seconds", "no such", "delivery.lease_s"
    ),
    "a key nobody knows": Plant(
        "colour = 'red' # here", "colour", "no such", "config.example.toml"
    ),
    "a key of several lines": Plant(
        'words = """ # here\n[web]\nbind = "x"\n"""', "words", "no such", "Remove it"
    ),
    "a section that is a value": Plant("polling = 900 # here", "polling", "900", "[polling]"),
    "a single table of feeds": Plant("[feeds] # here\n", "feeds", "entries", "[[feeds]]"),
    "a feed that is a text": Plant(
        'feeds = ["https://example.org"] # here', "feeds[0]", "expected a table", "[[feeds]]"
    ),
    "text for a number": Plant(
        '[polling]\ninterval_seconds = "900" # here',
        "polling.interval_seconds",
        "'900'",
        "interval_seconds = 900",
    ),
    "a switch for a number": Plant(
        "[fetch]\ntimeout_seconds = true # here", "fetch.timeout_seconds", "true", "= 30"
    ),
    "text for a switch": Plant(
        '[console]\nenabled = "yes" # here', "console.enabled", "'yes'", "enabled = true"
    ),
    "a number for text": Plant("[fetch]\ncontact = 7 # here", "fetch.contact", "7", 'contact = ""'),
    "text for a list": Plant(
        WATCH + 'destinations = "console" # here',
        "watchlists[0].destinations",
        "a list",
        'destinations = ["console"]',
    ),
    "an interval of nothing": Plant(
        "[delivery]\nlease_seconds = 0 # here", "delivery.lease_seconds", "more than 0", "= 60"
    ),
    "a negative interval": Plant(
        "[delivery]\nretry_base_seconds = -1 # here", "delivery.retry_base_seconds", "-1", "= 2"
    ),
    "an endless age": Plant(
        "[polling]\nage_limit_hours = inf # here", "polling.age_limit_hours", "inf", "= 72"
    ),
    "an interval over a day": Plant(
        "[polling]\ninterval_seconds = 90000 # here",
        "polling.interval_seconds",
        "at most 86400",
        "= 900",
    ),
    "an interval under the floor": Plant(
        "[polling]\ninterval_seconds = 60 # here", "polling.interval_seconds", "300", "300 or more"
    ),
    "a feed's interval under the floor": Plant(
        FEED + "interval_seconds = 60.5 # here", "feeds[0].interval_seconds", "60.5", "300 or more"
    ),
    "a port alone to listen on": Plant(
        '[web]\nbind = "8417" # here', "web.bind", "host:port", '"127.0.0.1:8417"'
    ),
    "a port that is none": Plant(
        '[web]\nbind = "127.0.0.1:99999" # here', "web.bind", "host:port", '"127.0.0.1:8417"'
    ),
    "an address where host:port is wanted": Plant(
        '[fetch]\nallow = [ # here\n  "localhost:80",\n  "http://localhost:80",\n]',
        "fetch.allow[1]",
        "host:port",
        "feeds.example.org:8080",
    ),
    "a contact of two lines": Plant(
        '[fetch]\ncontact = "a@example.org\\r\\nX: y" # here', "fetch.contact", "request", "ops@"
    ),
    "an unknown database": Plant(
        '[database]\nurl = "mysql://localhost/news" # here', "database.url", "mysql", "sqlite:///"
    ),
    "a path for a database": Plant(
        '[database]\nurl = "watchfloor.db" # here', "database.url", "address", "sqlite:///"
    ),
    "a Discord address that is none": Plant(
        '[discord]\napi_url = "discord.com" # here', "discord.api_url", "https://", "/api/v10"
    ),
    "a gateway that is no socket": Plant(
        '[discord]\ngateway_url = "https://gateway.example.org" # here',
        "discord.gateway_url",
        "wss://",
        "wss://gateway",
    ),
    "a group of managers without its id": Plant(
        '[slack]\nmanagers = "group" # here', "slack.managers", "which one", "manager_group = "
    ),
    "a role of managers that is not asked": Plant(
        '[discord]\nmanager_role = "12" # here', "discord.manager_role", "no effect", '"group"'
    ),
    "managers of an unknown kind": Plant(
        '[slack]\nmanagers = "admin" # here', "slack.managers", "'admin' is none", '"admins"?'
    ),
    "Discord with an empty token": Plant(
        "[discord]\nenabled = true # here",
        "discord.enabled",
        "DISCORD_BOT_TOKEN is not in the environment",
        "enabled = false under [discord]",
        {"DISCORD_BOT_TOKEN": " \n"},
    ),
    "a token in the file": Plant(
        '[discord]\nbot_token = "hush" # here',
        "discord.bot_token",
        "secret",
        "set DISCORD_BOT_TOKEN",
    ),
    "a token under a name of one's own": Plant(
        '[slack]\nkey = "xoxb-hush" # here', "slack.key", "secret", "SLACK_BOT_TOKEN or SLACK_APP"
    ),
    "a token outside any section": Plant(
        'SLACK_BOT_TOKEN = "hush" # here', "SLACK_BOT_TOKEN", "secret", "set SLACK_BOT_TOKEN"
    ),
    "a feed without an address": Plant(
        '[[feeds]] # here\nname = "BBC"', "feeds[0].url", "missing", 'url = "https://'
    ),
    "a feed that is no page": Plant(
        '[[feeds]]\nurl = "ftp://example.org/feed" # here', "feeds[0].url", "http://", "https://"
    ),
    "a feed with half a bracket": Plant(
        '[[feeds]]\nurl = "https://[::1/" # here', "feeds[0].url", "http://", "https://"
    ),
    "a feed with a password": Plant(
        '[[feeds]]\nurl = "https://me:hush@example.org/" # here',
        "feeds[0].url",
        "password",
        "Leave",
    ),
    "a feed given twice": Plant(
        FEED + '[[feeds]]\nurl = "https://example.org/feed.xml" # here',
        "feeds[1].url",
        "feeds[0] on line 2",
        "Remove one",
    ),
    "a feed's name of two lines": Plant(
        FEED + 'name = "BBC\\nWorld" # here', "feeds[0].name", "cannot be typed", "on one line"
    ),
    "a tag that is too long": Plant(
        FEED + f'tags = ["{"x" * 41}"] # here', "feeds[0].tags[0]", "longer than 40", "korea"
    ),
    "a tag of two words": Plant(
        FEED + 'tags = ["middle east"] # here', "feeds[0].tags[0]", "one word", '"korea"'
    ),
    "a watchlist without a name": Plant(
        '[[watchlists]] # here\nquery = "Kursk"', "watchlists[0].name", "missing", 'name = "kursk"'
    ),
    "a watchlist without a query": Plant(
        WATCH + '[[watchlists]] # here\nname = "x"', "watchlists[1].query", "missing", "query = "
    ),
    "a name that cannot be typed": Plant(
        '[[watchlists]]\nname = "the \\"x\\"" # here\nquery = "x"',
        "watchlists[0].name",
        "typed",
        "double quotes",
    ),
    "a name that is too long": Plant(
        f'[[watchlists]]\nname = "{"x" * 81}" # here\nquery = "x"',
        "watchlists[0].name",
        "cannot be typed",
        "at most 80",
    ),
    "a name given twice": Plant(
        WATCH + '[[watchlists]]\nname = "Kursk" # here\nquery = "Kursk"',
        "watchlists[1].name",
        "watchlists[0] on line 2",
        "Rename one",
    ),
    "a query that cannot be read": Plant(
        '[[watchlists]]\nname = "kursk"\nquery = "(Korea" # here',
        "watchlists[0].query",
        ":\n      (Korea\n           ^\n      A bracket is not closed.\n",
        "watchfloor match",
    ),
    "a query with an unknown list": Plant(
        '[[watchlists]]\nname = "gulf"\nquery = "oil AND @golf" # here',
        "watchlists[0].query",
        "no list @golf",
        "Mend",
    ),
    "a list whose query cannot be read": Plant(
        '[[lists]]\nname = "gulf"\nquery = "" # here', "lists[0].query", "says nothing", "Mend"
    ),
    "a list that cannot be called": Plant(
        '[[lists]]\nname = "gulf states" # here\nquery = "Qatar"',
        "lists[0].name",
        "@",
        "gulf-states",
    ),
    "a list that calls everybody": Plant(
        '[[lists]]\nname = "Everyone" # here\nquery = "Qatar"',
        "lists[0].name",
        "everybody",
        "another",
    ),
    "an unknown severity": Plant(
        WATCH + 'severity = "citical" # here', "watchlists[0].severity", "'citical'", '"critical"?'
    ),
    "a severity far from any": Plant(
        WATCH + "severity = 3 # here",
        "watchlists[0].severity",
        "3 is none",
        "one of routine, notable",
    ),
    "an unknown delivery": Plant(
        WATCH + 'delivery = "dayly" # here', "watchlists[0].delivery", "'dayly'", '"daily"?'
    ),
    "too many sources": Plant(
        WATCH + "min_sources = 11 # here",
        "watchlists[0].min_sources",
        "at most 10",
        "min_sources = 1",
    ),
    "too few sources": Plant(
        WATCH + "min_sources = 0 # here",
        "watchlists[0].min_sources",
        "Found 0, expected at least 1.",
        "min_sources = 1",
    ),
    "a place that is none": Plant(
        WATCH + 'destinations = ["console", "slak:C1"] # here',
        "watchlists[0].destinations[1]",
        "'slak:C1'",
        '"slack:C0123456789"',
    ),
    "a place that is a number": Plant(
        "[operations]\nnotices = 1 # here", "operations.notices", "1 names no chat", '"console"'
    ),
    "no place at all": Plant(
        WATCH + "destinations = [] # here", "watchlists[0].destinations", "empty", '["console"]'
    ),
    "alerts to a chat that is off": Plant(
        WATCH + 'destinations = ["slack:C1"] # here',
        "watchlists[0].destinations[0]",
        "Slack is off",
        "enabled = true under [slack]",
    ),
    "alerts to a console that is off": Plant(
        "[console]\nenabled = false\n" + WATCH.replace("]]", "]] # here"),
        "watchlists[0].destinations[0]",
        "the console is off",
        "another destination",
    ),
    "notices to a chat that is off": Plant(
        '[operations]\nnotices = "discord:5" # here', "operations.notices", "Discord is off", "true"
    ),
    "a number from the environment that is none": Plant(
        "[slack]\nping_interval = 5",
        "slack.ping_interval",
        "The environment variable SLACK_PING_INTERVAL says so.",
        "= 10",
        {"SLACK_PING_INTERVAL": "soon"},
    ),
    "an address from the environment that is none": Plant(
        "",
        "discord.gateway_url",
        "'gateway' is not an address",
        "wss://",
        {"DISCORD_GATEWAY_URL": "gateway"},
    ),
    "a key without a value": Plant("[web]\nbind # here", "file", "without =", "key = "),
    "a colon for an equal sign": Plant("[web]\nbind: '' # here", "file", "without =", "key = "),
    "a value without quotes": Plant("[slack]\nmanagers = admins # here", "file", "value", '"text"'),
    "two keys on a line": Plant("[web] bind = '' # here", "file", "follows", "key = "),
    "a text that does not end": Plant('[web]\nbind = "x # here', "file", "not end", "quotes"),
    "a text of two lines": Plant('[web]\nbind = "x # here\n"', "file", "not end", "same line"),
    "a path from Windows": Plant(
        '[database]\nurl = "sqlite:///C:\\Users" # here', "file", "backslash", "single quotes"
    ),
    "a list that does not end": Plant(
        '[fetch]\nallow = [\n  "a:1"\n  "b:2" # here\n]', "file", "bracket", "commas"
    ),
    "a header that does not end": Plant("[web # here\nbind = ''", "file", "bracket", "Close"),
    "a second entry with single brackets": Plant(
        FEED + "[feeds] # here", "file", "begun before", "[[feeds]]"
    ),
    "a key given twice": Plant("[web]\nbind = ''\nbind = '' # here", "file", "already", "one of"),
    "a name of nothing": Plant("= 5 # here", "file", "not TOML", "key = "),
}


def line_of_marker(text: str) -> int | None:
    before, found, _ = text.partition("# here")
    return before.count("\n") + 1 if found else None


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_mistake_is_named_with_key_line_and_remedy(plant: Plant, faults_of) -> None:
    [fault] = faults_of(plant.text, plant.env)

    assert (fault.key, fault.line) == (plant.key, line_of_marker(plant.text))
    assert plant.problem in fault.problem
    assert plant.remedy in fault.remedy
    assert fault.problem.rstrip().endswith(".")
    assert fault.remedy.endswith((".", "?"))


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order(faults_of) -> None:
    text = """\
colour = "red"

[slack]
enabled = true
api_url = "https://slack.example.org"
[polling]
interval_seconds = "often"
[[watchlists]]
query = "(Kursk"
severity = "loud"
destinations = ["console", "discord:1", "telegram:2"]
[[feeds]]
url = "example.org"
interval_seconds = 1
"""
    faults = faults_of(text, {"DISCORD_API_URL": "nowhere"})

    assert [(fault.line, fault.key) for fault in faults] == [
        (1, "colour"),
        (4, "slack.enabled"),
        (4, "slack.enabled"),
        (5, "slack.api_url"),
        (7, "polling.interval_seconds"),
        (8, "watchlists[0].name"),
        (9, "watchlists[0].query"),
        (10, "watchlists[0].severity"),
        (11, "watchlists[0].destinations[2]"),
        (13, "feeds[0].url"),
        (14, "feeds[0].interval_seconds"),
        (None, "discord.api_url"),
    ]


def test_a_wrong_list_does_not_make_the_queries_that_use_it_wrong(faults_of) -> None:
    text = '[[lists]]\nname = "gulf"\nquery = 5\n[[watchlists]]\nname = "x"\nquery = "@gulf"'

    assert [fault.key for fault in faults_of(text)] == ["lists[0].query"]


def test_a_chat_whose_section_is_wrong_is_not_called_off(faults_of) -> None:
    text = '[slack]\nenable = true\n[operations]\nnotices = "slack:C1"'

    assert [fault.key for fault in faults_of(text)] == ["slack.enable"]


@pytest.mark.parametrize(
    "text",
    [
        '[slack]\nbot_token = "xoxb-hush"',
        '[slack]\nkey = "xoxb-hush"',
        'discord_token = "hush"',
        '[database]\nurl = "postgres://me:hush@db.example.org/news"',
        '[database]\npassword = "hush"',
        '[[feeds]]\nurl = "https://me:hush@example.org/"',
        '[[feeds]]\nurl = "https://me:hush@[example.org/"',
    ],
)
def test_a_secret_in_the_file_is_never_repeated(text: str, check_query: QueryCheck) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text, {}, check_query)

    assert "hush" not in str(caught.value)
