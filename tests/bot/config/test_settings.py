"""What a file and an environment come to when nothing is wrong with them."""

import tomllib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.config import (
    FeedEntry,
    ListEntry,
    Managers,
    QueryCheck,
    Settings,
    WatchlistEntry,
    defaults,
    read,
)
from bot.config.places import line_of, lines_by_key
from bot.model import Destination, Platform, Severity

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "DISCORD_BOT_TOKEN": " d1\n"}


def test_an_empty_file_means_the_defaults(check_query: QueryCheck) -> None:
    assert read("", {}, check_query) == Settings() == defaults()


def test_a_whole_file_is_read(check_query: QueryCheck) -> None:
    settings = read(
        """
        [database]
        url = "postgresql+asyncpg://news@/var/run?host=/tmp"
        [web]
        bind = "[::1]:0"
        [polling]
        interval_seconds = 2
        floor_seconds = 0.5
        age_limit_hours = 1
        [fetch]
        allow = ["LOCALHOST:8080", "[::1]:80"]
        [slack]
        enabled = true
        managers = "group"
        manager_group = "S1"
        [[feeds]]
        url = "http://localhost:8080/feed"
        tags = ["korea"]
        interval_seconds = 1
        [[lists]]
        name = "Gulf"
        query = "Qatar OR Kuwait"
        [[watchlists]]
        name = "oil"
        query = "oil AND @gulf"
        destinations = ["slack:C1", "console"]
        severity = "critical"
        """,
        TOKENS,
        check_query,
    )

    assert settings.database.url == "postgresql+asyncpg://news@/var/run?host=/tmp"
    assert settings.web.address == ("::1", 0)
    assert settings.polling.interval == timedelta(seconds=2)
    assert settings.polling.floor == timedelta(milliseconds=500)
    assert settings.polling.age_limit == timedelta(hours=1)
    assert settings.fetch.allow == ("localhost:8080", "[::1]:80")
    assert settings.fetch.timeout == timedelta(seconds=30)
    assert settings.delivery.retry_base == timedelta(seconds=2)
    assert settings.delivery.lease == timedelta(seconds=60)
    assert settings.platforms == {Platform.CONSOLE, Platform.SLACK}
    assert settings.slack.managers is Managers.GROUP
    assert settings.feeds[0].interval == timedelta(seconds=1)
    assert settings.lists == (ListEntry(name="gulf", query="Qatar OR Kuwait"),)
    assert settings.watchlists[0].severity is Severity.CRITICAL
    assert settings.watchlists[0].destinations == (
        Destination(Platform.SLACK, "C1"),
        Destination(Platform.CONSOLE),
    )


def test_an_empty_bind_opens_no_port(check_query: QueryCheck) -> None:
    assert read('[web]\nbind = ""', {}, check_query).web.address is None


def test_a_feed_without_an_interval_leaves_it_to_polling() -> None:
    assert FeedEntry(url="https://example.org/").interval is None


def test_the_environment_goes_before_the_file(check_query: QueryCheck) -> None:
    env = {
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "SLACK_PING_INTERVAL": "1",
        "SLACK_REQUEST_TIMEOUT": "2.5",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
        "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9/",
    }
    text = '[slack]\napi_url = "https://proxy.example.org/api/"\nping_interval = 7'

    settings = read(text, env, check_query)

    assert settings.slack.api_url == "http://127.0.0.1:9/api/"
    assert (settings.slack.ping_interval, settings.slack.request_timeout) == (1, 2.5)
    assert settings.discord.api_url == "http://127.0.0.1:9/api/v10"
    assert settings.discord.gateway_url == "ws://127.0.0.1:9/"


def test_an_empty_variable_changes_nothing(check_query: QueryCheck) -> None:
    assert read("", {"SLACK_API_URL": "", "SLACK_PING_INTERVAL": " "}, check_query) == Settings()


def test_variables_of_other_programs_change_nothing(check_query: QueryCheck) -> None:
    env = {"DATABASE_URL": "mysql://x", "WEB_BIND": "0", "SLACK_ENABLED": "1", "DISCORD": "{}"}

    assert read("", env, check_query) == Settings()


def test_tokens_come_from_the_environment_and_do_not_show(check_query: QueryCheck) -> None:
    settings = read("", TOKENS, check_query)

    assert settings.slack.bot_token
    assert settings.slack.bot_token.get_secret_value() == "xoxb-1"
    assert settings.discord.bot_token
    assert settings.discord.bot_token.get_secret_value() == "d1"
    assert not any(token.strip() in repr(settings) for token in TOKENS.values())


def test_a_password_of_the_database_does_not_show() -> None:
    url = "postgresql://me:hush@localhost/news"

    assert "hush" not in repr(defaults(database={"url": url}))


def test_notices_of_a_console_that_is_off_are_no_mistake(check_query: QueryCheck) -> None:
    settings = read("[console]\nenabled = false", {}, check_query)

    assert settings.platforms == frozenset()


def test_a_file_from_windows_is_read(check_query: QueryCheck) -> None:
    text = "[web]\r\n# off\r\nbind = ''\r\n[polling]\r\ninterval_seconds = 600\r\n"

    assert read(text, {}, check_query).polling.interval_seconds == 600


def test_settings_can_be_made_in_memory() -> None:
    watch = WatchlistEntry(name="kursk", query="North Korea AND Kursk")

    settings = defaults(watchlists=(watch,), polling={"interval_seconds": 0.5}, web={"bind": ""})

    assert settings.watchlists == (watch,)
    assert settings.polling.interval == timedelta(milliseconds=500)


def test_a_watchlist_in_memory_may_be_called_by_its_query() -> None:
    query = f'title:"North Korea" AND ({" OR ".join(["Kursk"] * 40)})'

    assert WatchlistEntry(name=query, query=query).name == query


def test_settings_in_memory_are_checked_too() -> None:
    with pytest.raises(ValidationError):
        defaults(polling={"interval_seconds": 0})


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().web.bind = ""


def test_a_digest_changes_with_what_the_entry_says_and_with_nothing_else() -> None:
    entry = WatchlistEntry(name="kursk", query="Kursk")
    same = WatchlistEntry(query="Kursk", name="kursk", severity=Severity.NOTABLE)
    others = [
        WatchlistEntry(name="kursk", query="Kursk "),
        WatchlistEntry(name="kursk2", query="Kursk"),
        WatchlistEntry(name="kursk", query="Kursk", severity=Severity.ROUTINE),
        WatchlistEntry(
            name="kursk", query="Kursk", destinations=(Destination(Platform.SLACK, "C1"),)
        ),
    ]

    assert entry.digest() == same.digest()
    assert len({entry.digest(), *(other.digest() for other in others)}) == 1 + len(others)


def test_digests_outlive_the_process() -> None:
    assert FeedEntry(url="https://example.org/", tags=("korea",)).digest() == (
        "bce5855118fe06173afab3f74572994b4ae80a136c4123cac1c92b55fc219b40"
    )
    assert ListEntry(name="gulf", query="قطر OR Kuwait").digest() == (
        "ef25a4b66a56f0c33b967b950e237213a94e2e3ee36731690efde405f7e7e1e9"
    )


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2", ("b",), 2),
        ("[a]\n[a.b]\nc = 1", ("a", "b", "c"), 3),
        ("[a]\nb.c = 1\nb.d = 2", ("a", "b", "d"), 3),
        ('["a.b"]\n"c = d" = 1', ("a.b", "c = d"), 2),
        ("[[a]]\nb = 1\n\n[[a]]\nb = 2", ("a", 1, "b"), 5),
        ("[[a]]\n[[a.b]]\n[[a.b]]\nc = 1\n[[a]]\n[a.b]\nc = 2", ("a", 0, "b", 1, "c"), 4),
        ("[[a]]\n[[a]]\n[a.b]\nc = 2", ("a", 1, "b", "c"), 4),
        ('a = """\n[b]\nc = 1\n"""\nc = 2', ("c",), 5),
        ("a = '''\nb = 1'''\nb = 2", ("b",), 3),
        ('a = [ # ]\n  "]",\n  {b = 1},\n]\nb = 2', ("b",), 5),
        ("# b = 1\nb = 2 # [c]\n  [c] # d = 1\n  d = 1", ("c", "d"), 4),
        ("a = { b = 1 }", ("a", "b"), 1),
        ("[a]\n", ("a", "missing"), 1),
        ("a = 1", ("b",), None),
        ('a = "\\"\\\\"\nb = 1', ("b",), 2),
        ('a = """x\\""""""\nb = 1', ("b",), 2),
    ],
)
def test_a_key_is_found_on_its_line(text: str, path, line: int | None) -> None:
    tomllib.loads(text)  # the place of a key is asked in sound texts alone

    assert line_of(path, lines_by_key(text)) == line


@given(st.lists(st.sampled_from(['""', "''", '"""\n"""', "'''\n'''", "[\n[\n]]", "{}", "1 # x"])))
def test_every_key_is_found_whatever_values_stand_above_it(values) -> None:
    lines = [f"k{number} = {value}" for number, value in enumerate(values)]
    text = "\n".join(lines)

    found = lines_by_key(text)

    for number in range(len(values)):
        assert text.split("\n")[found[f"k{number}",] - 1].startswith(f"k{number} = ")


def test_a_port_for_slack_is_open_only_where_somebody_has_to_reach_us(check_query) -> None:
    def front(text: str, **env: str) -> tuple[str, int] | None:
        return read(text, env, check_query).slack.front

    assert front("") is None
    assert front('[slack]\nmode = "http"') == ("127.0.0.1", 3000)
    assert front("", SLACK_CLIENT_ID="1.2", SLACK_HTTP_BIND="[::1]:0") == ("::1", 0)


def test_slack_needs_one_way_in_and_one_way_to_tokens(check_query) -> None:
    http = '[slack]\nenabled = true\nmode = "http"\n'
    public = 'client_id = "1.2"\npublic_url = "https://bot.example.org"\n'
    read(http, {"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-1"}, check_query)
    read(http + public, {"SLACK_SIGNING_SECRET": "s", "SLACK_CLIENT_SECRET": "c"}, check_query)
    socket = http.replace("http", "socket")
    read(socket + public, {"SLACK_APP_TOKEN": "xapp-1", "SLACK_CLIENT_SECRET": "c"}, check_query)
