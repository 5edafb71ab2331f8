"""Articles are placed one by one, with the reason; people have the last word."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import ArticleId, StoryId
from bot.stories.cluster import JoinStory, NewStory, Placement, Stories, Thresholds
from bot.stories.vector import Frequencies, Vector, read
from rules import Wording

NOW = datetime(2024, 10, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=5)
KURSK = "North Korean soldiers reach Kursk, NATO confirms"
KURSK_AGAIN = "NATO confirms North Korean soldiers are in Kursk"
FLOOD = "Valencia flood: rescuers search for the missing"


class Desk:
    """Places articles as the pipeline does."""

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        self.wording, self.frequencies = Wording(), Frequencies()
        self.stories = Stories(thresholds=thresholds)
        self.vectors: dict[ArticleId, Vector] = {}

    def take(
        self, number: int, title: str, at: datetime = NOW, body: str = "", language: str = "en"
    ) -> Placement:
        terms = read(self.wording, title, body, language)
        vector = self.frequencies.vector(terms)
        self.vectors[ArticleId(number)] = vector
        found = self.stories.place(ArticleId(number), terms, vector, at, StoryId(number))
        self.stories.take(found, terms, vector, at)
        self.frequencies.add(terms)
        return found


def test_the_first_article_founds_a_story() -> None:
    found = Desk().take(1, KURSK)

    assert found == NewStory(StoryId(1), None, Thresholds().headline)
    assert str(found) == "no live story is near it"


def test_another_report_joins_with_its_numbers() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    found = desk.take(2, KURSK_AGAIN, NOW + HOUR)

    assert isinstance(found, JoinStory)
    assert found.best is not None
    assert (found.story, found.best.story, found.ruled) == (1, 1, False)
    assert found.best.score == pytest.approx(
        found.best.cosine * found.best.freshness * found.best.looseness
    )
    assert str(found).startswith("joined by its wording: 0.")


def test_another_event_founds_its_own_and_names_the_nearest() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    found = desk.take(2, "NATO discusses climate, gas prices, trade and tourism in Kursk", LATER)

    assert isinstance(found, NewStory)
    assert found.nearest is not None
    assert found.nearest.story == 1
    assert "needed 0.12" in str(found)


def test_the_second_best_story_is_kept_as_runner_up() -> None:
    desk = Desk(Thresholds(headline=0.5))
    desk.take(1, KURSK)
    desk.take(2, "Rain and wind wait for soldiers in Kursk and Belgorod")
    found = desk.take(3, KURSK_AGAIN, NOW + HOUR)

    assert isinstance(found, JoinStory)
    assert found.runner_up is not None
    assert (found.story, found.runner_up.story) == (1, 2)


def test_a_headline_joins_an_old_story_less_easily_than_a_report_does() -> None:
    body = "North Korean soldiers reached the Kursk region, NATO confirmed in Brussels."
    bare, full = Desk(), Desk()
    for desk in (bare, full):
        desk.take(1, KURSK, body=body)
    late = NOW + timedelta(days=12)

    assert isinstance(bare.take(2, "Soldiers reach Kursk", late), NewStory)
    assert isinstance(full.take(2, "Soldiers reach Kursk", late, body), JoinStory)


def test_a_story_that_nothing_can_join_any_more_is_forgotten() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    late = NOW + timedelta(days=31)

    assert isinstance(desk.take(2, KURSK, late), NewStory)
    assert desk.stories.forget(late) == (1,)
    assert [state.id for state in desk.stories.states()] == [2]


def test_a_tight_story_asks_more_than_a_loose_one() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    first = desk.take(2, KURSK)
    second = desk.take(3, KURSK)

    assert isinstance(first, JoinStory)
    assert isinstance(second, JoinStory)
    assert first.best is not None
    assert second.best is not None
    assert second.best.looseness < first.best.looseness


def test_stories_go_on_from_what_was_kept() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    desk.take(2, FLOOD)
    restored = Desk()
    restored.stories = Stories(desk.stories.states())
    restored.frequencies = Frequencies(desk.frequencies.articles, desk.frequencies.counts)

    assert restored.stories.states() == desk.stories.states()
    assert restored.take(3, KURSK_AGAIN) == desk.take(3, KURSK_AGAIN)
    assert len(restored.stories) == 2


def test_a_person_merges_two_stories_for_good() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    desk.take(2, FLOOD)
    merged = desk.stories.merge(StoryId(1), StoryId(2), [ArticleId(2)])

    assert (merged.articles, len(desk.stories)) == (2, 1)
    again = desk.take(2, FLOOD)
    assert again == JoinStory(StoryId(1), None, ruled=True)
    assert str(again) == "a person put it into this story"
    assert desk.take(3, "Rescuers search Valencia after flood").story == 1


def test_a_person_moves_an_article_to_a_known_story() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    desk.take(2, FLOOD)
    desk.take(3, KURSK_AGAIN)
    moved = {ArticleId(3): desk.vectors[ArticleId(3)]}
    desk.stories.move(StoryId(1), StoryId(2), moved, NOW)

    assert (desk.stories[StoryId(1)].articles, desk.stories[StoryId(2)].articles) == (1, 2)
    assert desk.take(3, KURSK_AGAIN).story == 2


def test_a_person_splits_a_story_and_later_articles_find_the_new_one() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    desk.take(2, FLOOD)
    desk.stories.merge(StoryId(1), StoryId(2), [ArticleId(2)])
    moved = {ArticleId(2): desk.vectors[ArticleId(2)]}
    split = desk.stories.move(StoryId(1), StoryId(9), moved, NOW)

    assert split.articles == 1
    assert desk.take(3, "Valencia flood: search for the missing goes on").story == 9
    assert desk.take(4, KURSK_AGAIN).story == 1


def test_rulings_follow_a_story_that_is_merged_away() -> None:
    desk = Desk()
    for number, title in enumerate((KURSK, FLOOD, "Quake in Nepal"), 1):
        desk.take(number, title)
    desk.stories.merge(StoryId(2), StoryId(3), [ArticleId(3)])
    desk.stories.merge(StoryId(1), StoryId(2), [ArticleId(2)])

    assert desk.take(3, "Quake in Nepal").story == 1


def test_an_emptied_story_is_near_nothing() -> None:
    desk = Desk()
    desk.take(1, KURSK)
    desk.stories.move(StoryId(1), StoryId(9), desk.vectors, NOW)

    assert desk.stories[StoryId(1)].centroid == {}
    assert desk.take(2, KURSK_AGAIN).story == 9


ACROSS = [
    ("朝鲜向俄罗斯派遣10000名士兵，美国警告中国", "zh"),
    ("США: Северная Корея отправила 10 000 солдат в Россию, Китай молчит", "ru"),
    ("북한, 러시아에 병력 10,000명 파병… 미국, 중국에 우려", "ko"),
    ("EE. UU. avisa a China: Corea del Norte envía 10.000 soldados a Rusia", "es"),
]


@pytest.mark.parametrize(("title", "language"), ACROSS)
def test_names_join_stories_across_scripts(title: str, language: str) -> None:
    desk = Desk()
    desk.take(1, "US warns China as North Korea sends 10,000 soldiers to Russia")
    found = desk.take(2, title, NOW + HOUR, language=language)

    assert isinstance(found, JoinStory)
    assert found.best is not None
    assert found.best.across_languages
    assert "names and figures" in str(found)


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("朝鲜试射导弹", "zh"),
        ("Россия и Китай подписали договор", "ru"),
        ("Lluvias en Valencia", "es"),
    ],
)
def test_one_shared_name_joins_nothing(title: str, language: str) -> None:
    desk = Desk()
    desk.take(1, "US warns China as North Korea sends 10,000 soldiers to Russia")

    assert isinstance(desk.take(2, title, NOW + HOUR, language=language), NewStory)


titles = st.lists(
    st.sampled_from([KURSK, KURSK_AGAIN, FLOOD, "Quake in Nepal", "Kursk", "10,000 soldiers", ""]),
    max_size=12,
)


@settings(max_examples=30)
@given(titles)
def test_a_stream_is_placed_the_same_way_again(stream: list[str]) -> None:
    def places() -> list[Placement]:
        desk = Desk()
        return [desk.take(at, title, NOW + at * HOUR) for at, title in enumerate(stream)]

    assert places() == places()


@settings(max_examples=30)
@given(titles, st.integers(5, 40))
def test_what_is_kept_of_a_story_is_bounded(stream: list[str], most: int) -> None:
    desk = Desk(Thresholds(terms=most, headline=0.0))
    for at, title in enumerate(stream):
        desk.take(at, title)

    assert all(len(state.centroid) <= 1.25 * most for state in desk.stories.states())
