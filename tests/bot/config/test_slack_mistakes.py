"""What can be wrong with Slack's ways in: each mistake is named with its key and a remedy."""

from typing import NamedTuple

import pytest

PUBLIC = '[slack]\nclient_id = "1.2"\npublic_url = "https://bot.example.org"\n'


class Plant(NamedTuple):
    """A text with one mistake, on the line that ends in `# here`, if it stands in the text."""

    text: str
    key: str
    problem: str
    remedy: str
    env: dict[str, str] = {}  # noqa: RUF012 - never changed


PLANTS = {
    "a Slack address without /api/": Plant(
        '[slack]\napi_url = "http://localhost:3000" # here', "slack.api_url", "/api/", "at its end"
    ),
    "Slack without its bot token": Plant(
        "[slack]\nenabled = true # here",
        "slack.enabled",
        "SLACK_BOT_TOKEN is not in the environment",
        "Set SLACK_BOT_TOKEN",
        {"SLACK_APP_TOKEN": "xapp-1"},
    ),
    "Slack without its app token": Plant(
        "[slack]\nenabled = true # here",
        "slack.enabled",
        "SLACK_APP_TOKEN is not in the environment",
        "Set SLACK_APP_TOKEN",
        {"SLACK_BOT_TOKEN": "xoxb-1"},
    ),
    "Slack over HTTP without its signing secret": Plant(
        '[slack]\nmode = "http"\nenabled = true # here',
        "slack.enabled",
        "SLACK_SIGNING_SECRET is not in the environment",
        "Set SLACK_SIGNING_SECRET",
        {"SLACK_BOT_TOKEN": "xoxb-1"},
    ),
    "Slack in a mode that there is none of": Plant(
        '[slack]\nmode = "htpp" # here', "slack.mode", "'htpp' is none of", '"http"?'
    ),
    "installing without the client's secret": Plant(
        PUBLIC + "enabled = true # here",
        "slack.enabled",
        "SLACK_CLIENT_SECRET is not in the environment",
        "Set SLACK_CLIENT_SECRET",
        {"SLACK_APP_TOKEN": "xapp-1"},
    ),
    "installing without our own address": Plant(
        '[slack]\nenabled = true\nclient_id = "1.2" # here',
        "slack.client_id",
        "public_url does not say",
        "public_url = ",
        {"SLACK_APP_TOKEN": "xapp-1", "SLACK_CLIENT_SECRET": "hush"},
    ),
    "our own address that is none": Plant(
        '[slack]\npublic_url = "bot.example.org" # here',
        "slack.public_url",
        "'bot.example.org' is not an address",
        "https://bot.example.org",
    ),
    "a client's secret without the client": Plant(
        "[slack]\nenabled = true",
        "slack.client_secret",
        "no effect without client_id",
        "leave SLACK_CLIENT_SECRET out",
        {"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CLIENT_SECRET": "hush"},
    ),
    "Slack over HTTP without a port": Plant(
        '[slack]\nmode = "http"\nenabled = true\nhttp_bind = "" # here',
        "slack.http_bind",
        "no port is open",
        '"127.0.0.1:3000"',
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush"},
    ),
    "a port for Slack that is none": Plant(
        '[slack]\nhttp_bind = "3000" # here', "slack.http_bind", "not host:port", "127.0.0.1"
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_mistake_is_named_with_key_line_and_remedy(plant: Plant, faults_of) -> None:
    [fault] = faults_of(plant.text, plant.env)

    lines = [number for number, line in enumerate(plant.text.split("\n"), 1) if "# here" in line]
    assert (fault.key, fault.line) == (plant.key, lines[0] if lines else None)
    assert plant.problem in fault.problem
    assert plant.remedy in fault.remedy
