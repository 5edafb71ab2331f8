"""A channel that cannot exist is a mistake of the file, with the way to the right id."""

import pytest

WATCH = '[[watchlists]]\nname = "kursk"\nquery = "Kursk"\ndestinations = ["{}"]\n'
SLACK = "Slack's ids are capitals and digits"
DISCORD = "Discord's ids are digits"


@pytest.mark.parametrize(
    ("place", "problem", "remedy"),
    [
        ("slack:#general", SLACK, "its id stands at the end of About"),
        ("slack:general", SLACK, '"slack:C0123456789"'),
        ("slack:112233445566778899", SLACK, "About"),
        ("discord:abc", DISCORD, "Copy Channel ID"),
        ("discord:#news", DISCORD, '"discord:112233445566778899"'),
    ],
)
def test_what_is_no_id_of_a_channel_is_refused_once_and_says_how_to_find_it(
    place, problem, remedy, faults_of
) -> None:
    [fault] = faults_of(WATCH.format(place), {})
    assert fault.key == "watchlists[0].destinations[0]"
    assert fault.line == 4
    assert f"'{place}' is no channel: {problem}" in fault.problem
    assert remedy in fault.remedy


def test_the_place_of_notices_is_looked_at_too(faults_of) -> None:
    [fault] = faults_of('[operations]\nnotices = "slack:ops"\n', {})
    assert (fault.key, fault.line) == ("operations.notices", 2)
    assert SLACK in fault.problem


@pytest.mark.parametrize(
    "place",
    [
        "slack:C0123456789",
        "slack:G01AB23CD",
        "slack:D0123",
        "slack:U0123",
        "discord:112233445566778899",
        "discord:@112233445566778899",
    ],
)
def test_of_the_id_of_a_channel_or_a_conversation_only_a_chat_that_is_off_is_told(
    place, faults_of
) -> None:
    [fault] = faults_of(WATCH.format(place), {})
    assert fault.problem.endswith("is off.")
