"""What a message knows of itself, before any platform draws it."""

from datetime import UTC, datetime

import pytest

from bot.message import Quote, Update

SAID = "Officials in Seoul said that soldiers arrived in Kursk on Monday, and more will follow."


def update(headline: str) -> Update:
    return Update(
        headline=Quote(headline),
        url=None,
        source="Example Wire",
        published=None,
        first_seen=datetime(2026, 11, 22, tzinfo=UTC),
        figures=(),
        sentences=(Quote(SAID),),
        why=(),
    )


@pytest.mark.parametrize(
    "headline",
    [
        "Officials in Seoul said that soldiers arrived…",
        "Officials in Seoul said that soldiers arrived ...",
        "Officials in Seoul said that soldiers arrived in Kursk on Monday",
        SAID,
    ],
)
def test_a_headline_that_a_quotation_says_is_not_said_twice(headline):
    assert update(headline).quotes_headline


@pytest.mark.parametrize(
    "headline",
    ["Soldiers arrive in Kursk", "soldiers arrived in Kursk…", "…", "", "Officials in Kyiv said…"],
)
def test_any_other_headline_is_shown(headline):
    assert not update(headline).quotes_headline
