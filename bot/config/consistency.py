"""Whether settings fit each other: tokens, platforms, intervals, unique names, readable queries.

A key that is wrong in itself is passed over here; its value was replaced only to judge the rest.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from textwrap import indent

from bot.config.findings import Findings
from bot.config.places import Path
from bot.config.settings import Discord, Settings, Slack
from bot.config.values import Environment, Managers, SlackMode, shown
from bot.model import Destination, Platform

QueryCheck = Callable[[str, Mapping[str, str]], None]
_LONGEST_NAME = 80


def check_consistency(settings: Settings, findings: Findings, check_query: QueryCheck) -> None:
    """Report every setting that does not fit the others."""
    _check_slack(settings.slack, findings)
    _check_discord(settings.discord, findings)
    _check_managers(settings, findings)
    _check_intervals(settings, findings)
    _check_destinations(settings, findings)
    _check_names(settings, findings)
    _check_uniqueness(settings, findings)
    _check_queries(settings, findings, check_query)


def _check_discord(section: Discord, findings: Findings) -> None:
    if section.enabled:
        _need_secrets("discord", section, {"bot_token"}, findings)


def _need_secrets(
    name: str, section: Slack | Discord, needed: Collection[str], findings: Findings
) -> None:
    for key, field in type(section).model_fields.items():
        for mark in field.metadata:
            if key in needed and isinstance(mark, Environment) and getattr(section, key) is None:
                findings.add(
                    (name, "enabled"),
                    f"{name.capitalize()} is on, but {mark.variable} is not in the environment.",
                    f"Set {mark.variable}, or write enabled = false under [{name}].",
                )


def _check_slack(slack: Slack, findings: Findings) -> None:
    """Which secrets are needed follows from the mode, and from who installs the app."""
    if not slack.enabled:
        return
    over_http = slack.mode is SlackMode.HTTP
    needed = {"signing_secret" if over_http else "app_token"}
    needed.add("client_secret" if slack.client_id else "bot_token")
    if findings.blames(("slack", "mode")):
        needed -= {"signing_secret", "app_token"}
    if findings.blames(("slack", "client_id")):
        needed -= {"client_secret", "bot_token"}
    _need_secrets("slack", slack, needed, findings)
    if slack.client_id and not slack.public_url and not findings.blames(("slack", "public_url")):
        findings.add(
            ("slack", "client_id"),
            "People can install the app, but public_url does not say where they come to.",
            'Write public_url = "https://bot.example.org" beside it.',
        )
    if not slack.client_id and slack.client_secret is not None:
        findings.add(
            ("slack", "client_secret"),
            "This has no effect without client_id.",
            "Set client_id under [slack], or leave SLACK_CLIENT_SECRET out.",
        )
    if (over_http or slack.client_id) and not slack.http_bind:
        findings.add(
            ("slack", "http_bind"),
            "Slack and those who install the app have to reach us, and no port is open.",
            'Write "127.0.0.1:3000", and let a web server with TLS pass requests on to it.',
        )


def _check_managers(settings: Settings, findings: Findings) -> None:
    for name, managers, key, group in (
        ("slack", settings.slack.managers, "manager_group", settings.slack.manager_group),
        ("discord", settings.discord.managers, "manager_role", settings.discord.manager_role),
    ):
        path = (name, key)
        if findings.blames(path) or findings.blames((name, "managers")):
            continue
        if managers is Managers.GROUP and not group.strip():
            findings.add(
                (name, "managers"),
                f'This says "group", but {key} does not say which one.',
                f'Write {key} = "ID" beside it, or managers = "admins".',
            )
        if managers is not Managers.GROUP and group:
            findings.add(
                path,
                f'This has no effect while managers is "{managers}".',
                'Write managers = "group" beside it, or remove it.',
            )


def _check_intervals(settings: Settings, findings: Findings) -> None:
    floor = settings.polling.floor_seconds
    if findings.blames(("polling", "floor_seconds")):
        return
    intervals: list[tuple[Path, float | None]] = [
        (("polling", "interval_seconds"), settings.polling.interval_seconds)
    ]
    for index, feed in enumerate(settings.feeds):
        intervals.append((("feeds", index, "interval_seconds"), feed.interval_seconds))
    for path, seconds in intervals:
        if seconds is not None and seconds < floor and not findings.blames(path):
            findings.add(
                path,
                f"{seconds:g} seconds is under polling.floor_seconds, which is {floor:g}.",
                f"Write {floor:g} or more, or lower the floor if the publishers agree.",
            )


def _check_destinations(settings: Settings, findings: Findings) -> None:
    wanted: list[tuple[Path, Destination]] = []
    # Switching the console off is no mistake while nobody asked for notices there.
    if "notices" in settings.operations.model_fields_set:
        wanted.append((("operations", "notices"), settings.operations.notices))
    for index, watchlist in enumerate(settings.watchlists):
        path: Path = ("watchlists", index, "destinations")
        for place, destination in enumerate(watchlist.destinations):
            wanted.append(((*path, place), destination))
    for path, destination in wanted:
        platform = destination.platform
        if platform in settings.platforms or findings.blames((platform.value,)):
            continue
        if not findings.blames(path):
            findings.add(
                path,
                f"{shown(str(destination))} cannot be reached: {_proper(platform)} is off.",
                f"Write enabled = true under [{platform}], or name another destination.",
            )


def _proper(platform: Platform) -> str:
    return "the console" if platform is Platform.CONSOLE else platform.capitalize()


def _check_names(settings: Settings, findings: Findings) -> None:
    names: list[tuple[Path, str]] = [
        (("watchlists", index, "name"), entry.name)
        for index, entry in enumerate(settings.watchlists)
    ]
    for index, feed in enumerate(settings.feeds):
        if feed.name:
            names.append((("feeds", index, "name"), feed.name))
    for path, name in names:
        is_plain = name.isprintable() and '"' not in name and name == name.strip() != ""
        if not findings.blames(path) and (not is_plain or len(name) > _LONGEST_NAME):
            findings.add(
                path,
                f"{shown(name)} cannot be typed as a name in chat.",
                f"Write at most {_LONGEST_NAME} characters on one line, without double quotes.",
            )


def _check_uniqueness(settings: Settings, findings: Findings) -> None:
    unique: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("feeds", "url", [feed.url for feed in settings.feeds]),
        ("watchlists", "name", [watchlist.name.casefold() for watchlist in settings.watchlists]),
        ("lists", "name", [entry.name for entry in settings.lists]),
    )
    for section, key, names in unique:
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            path: Path = (section, index, key)
            if findings.blames(path):
                continue
            taken = first.setdefault(name, index)
            if taken != index:
                line = findings.line((section, taken, key))
                where = f"{section}[{taken}]" + (f" on line {line}" if line else "")
                remedy = "Remove one of them." if key == "url" else "Rename one of them."
                findings.add(path, f"The same {key} stands in {where}.", remedy)


def _check_queries(settings: Settings, findings: Findings, check_query: QueryCheck) -> None:
    lists: dict[str, str] = {}
    queries: list[tuple[Path, str]] = []
    for index, entry in enumerate(settings.lists):
        lists.setdefault(entry.name, entry.query)
        if not findings.blames(("lists", index, "query")):
            queries.append((("lists", index, "query"), entry.query))
    for index, watchlist in enumerate(settings.watchlists):
        if not findings.blames(("watchlists", index, "query")):
            queries.append((("watchlists", index, "query"), watchlist.query))
    for path, query in queries:
        try:
            check_query(query, lists)
        except ValueError as error:
            findings.add(
                path,
                _query_problem(str(error)),
                "Mend the query; `watchfloor match QUERY FILE` tries one out on an article.",
            )


def _query_problem(said: str) -> str:
    """A caret points straight up only if its lines begin where the query's line begins."""
    if "\n" not in said:
        return f"The query cannot be read: {said}"
    return f"The query cannot be read:\n{indent(said, ' ' * 6)}\n   "
