"""Which mute silences an article: one of its story, its source or a term, at its place alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.alerts.mute import Mutes, is_source
from bot.model import Destination, Platform, StoryId, WorkspaceId
from bot.stories.handled import Mute, Muted

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = (WorkspaceId(1), Destination(Platform.SLACK, "C1"))


def mute(kind: Muted, target: str) -> Mute:
    return Mute(1, *HERE, kind, target, None, "ann", AT)


@pytest.mark.parametrize("name", ["Example", "EXAMPLE", "example.org", "Example.ORG"])
def test_a_source_is_met_by_its_name_its_host_or_what_the_host_belongs_to(article, name):
    assert is_source(name, article)


@pytest.mark.parametrize("name", ["Exam", "org", "ample.org", "www.example.org", "Reuters"])
def test_a_source_is_not_met_by_a_part_of_its_name(article, name):
    assert not is_source(name, article)


@pytest.mark.parametrize("name", ["BBC World", "bbc news", "BBC News – Home"])
def test_a_source_is_met_by_every_name_that_its_feed_has(article, name):
    named = replace(article, source="BBC World", names=("BBC News - Home", "BBC World", "BBC News"))
    assert is_source(name, named)
    assert not is_source(name, article)


@pytest.mark.parametrize(
    ("kind", "target", "silenced"),
    [
        (Muted.STORY, "7", True),
        (Muted.STORY, "8", False),
        (Muted.TERM, "tankers", True),
        (Muted.TERM, "drone OR Hormuz", True),
        (Muted.TERM, "drone", False),
        (Muted.TERM, "no ( query", False),
        (Muted.SOURCE, "Example", True),
    ],
)
def test_a_mute_silences_what_it_names(article, kind, target, silenced):
    made = mute(kind, target)
    found = Mutes([made]).over(HERE, StoryId(7), article)
    assert found == (made if silenced else None)


@pytest.mark.parametrize(
    "place",
    [
        (WorkspaceId(2), Destination(Platform.SLACK, "C1")),
        (WorkspaceId(1), Destination(Platform.SLACK, "C2")),
        (WorkspaceId(1), Destination(Platform.DISCORD, "C1")),
    ],
)
def test_a_mute_holds_at_its_own_place(article, place):
    assert Mutes([mute(Muted.STORY, "7")]).over(place, StoryId(7), article) is None


def test_an_article_without_a_story_is_of_no_muted_story(article):
    assert Mutes([mute(Muted.STORY, "7")]).over(HERE, None, article) is None
