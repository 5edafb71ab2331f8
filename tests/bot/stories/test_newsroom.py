"""What a newsroom files it can take back, and what one files another can read along."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Article, ArticleId, ArticleState, FeedId, StoryId
from bot.stories.cluster import JoinStory, NewStory
from bot.stories.newsroom import Filed, Newsroom, file_all

NOW = datetime(2024, 10, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KURSK = (
    "Seoul's spy agency said that 3,000 North Korean soldiers were deployed to the Kursk region in"
    " western Russia, where they wear Russian uniforms and carry Russian weapons."
)
FLOOD = (
    "Rescuers in Valencia searched for the missing after a flood swept cars and bridges away, and"
    " the mayor of Paiporta asked for soldiers, boats and drinking water."
)


def article(number: int, title: str, body: str, language: str = "en") -> Article:
    return Article(
        id=ArticleId(number),
        feed=FeedId(1),
        title=title,
        body=body,
        url=None,
        source="The Paper",
        source_host=None,
        language=language,
        published=None,
        author=None,
        tags=(),
        first_seen_at=NOW,
        state=ArticleState.NEW,
        baseline=False,
    )


FIRST = article(1, "North Korean soldiers sent to Kursk", KURSK)
COPY = article(2, "Pyongyang's men in western Russia", KURSK)
OTHER = article(3, "Valencia flood: search for the missing", FLOOD)


def read_along(newsroom: Newsroom, filed: list[Filed]) -> None:
    """What another process learns from the store of what was committed."""
    states = {one.story: one.state for one in filed}
    texts = [(one.article, one.story, one.print, one.at) for one in filed]
    newsroom.take_over(states.values(), texts, len(filed))


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


def test_an_article_founds_a_story_of_its_own_number(newsroom):
    filed = newsroom.file(newsroom.look(FIRST), NOW)
    assert isinstance(filed.placement, NewStory)
    assert (filed.story, filed.before, filed.copies) == (1, None, ())
    assert len(newsroom) == 1


def test_a_copy_joins_its_original_and_says_so(newsroom):
    newsroom.file(newsroom.look(FIRST), NOW)
    filed = newsroom.file(newsroom.look(COPY), NOW + HOUR)
    assert filed.story == 1
    assert [copy.article for copy in filed.copies] == [1]
    assert str(filed).endswith("; the same text (100%)")


def test_a_copy_joins_its_original_even_where_their_words_are_too_few_to_tell(newsroom):
    newsroom.file(newsroom.look(article(1, "Crude steady", "")), NOW)
    much_later = NOW + timedelta(days=10)  # a bare headline is long forgotten
    filed = newsroom.file(newsroom.look(article(2, "Crude steady", "")), much_later)
    assert isinstance(filed.placement, JoinStory)
    assert filed.placement.copied == 1
    assert str(filed).startswith("joined by its text")


def test_what_was_never_committed_is_forgotten_whole(newsroom):
    kept = newsroom.file(newsroom.look(FIRST), NOW)
    lost = [newsroom.file(newsroom.look(one), NOW + HOUR) for one in (COPY, OTHER)]
    newsroom.take_back(lost)
    assert len(newsroom) == 1
    again = [newsroom.file(newsroom.look(one), NOW + HOUR) for one in (COPY, OTHER)]
    assert [one.story for one in again] == [one.story for one in lost] == [1, 3]
    assert again[0].before == kept.state
    assert [copy.article for copy in again[0].copies] == [1]


def test_another_newsroom_goes_on_from_what_the_first_committed(newsroom):
    first = newsroom.file(newsroom.look(FIRST), NOW)
    second = Newsroom()
    read_along(second, [first])
    filed = second.file(second.look(COPY), NOW + HOUR)
    assert second.stamp == 1
    assert filed.story == 1
    assert filed.before == first.state
    assert filed.copies


def test_reading_the_same_again_changes_nothing(newsroom):
    filed = newsroom.file(newsroom.look(FIRST), NOW)
    for _ in range(2):
        read_along(newsroom, [filed])
    (copy,) = newsroom.file(newsroom.look(COPY), NOW).copies
    assert copy.article == 1


def test_what_is_over_is_forgotten_with_its_texts(newsroom):
    newsroom.file(newsroom.look(FIRST), NOW)
    newsroom.forget(NOW + timedelta(days=15))
    assert newsroom.file(newsroom.look(COPY), NOW + timedelta(days=15)).copies == ()
    newsroom.forget(NOW + timedelta(days=60))
    assert len(newsroom) == 0


def test_articles_that_were_filed_before_keep_their_stories(newsroom):
    newsroom.file(newsroom.look(FIRST), NOW)
    edited = replace(FIRST, body=f"{KURSK} Kyiv condemned it.")
    filed = file_all(newsroom, [(edited, NOW, ()), (OTHER, NOW, ())], {FIRST.id: StoryId(FIRST.id)})
    assert (filed[FIRST.id].story, filed[FIRST.id].known, filed[FIRST.id].copies) == (1, True, ())
    assert (filed[OTHER.id].story, filed[OTHER.id].known) == (3, False)


def test_an_article_whose_story_is_over_is_in_none(newsroom):
    assert file_all(newsroom, [(FIRST, NOW, ())], {FIRST.id: StoryId(FIRST.id)}) == {}


def test_a_story_is_joined_across_scripts_by_the_names_in_it(newsroom):
    newsroom.file(newsroom.look(FIRST), NOW)
    russian = article(
        4,
        "Солдаты Северной Кореи в Курской области",
        "Разведка Южной Кореи сообщила, что 3000 солдат Северной Кореи находятся в Курской области"
        " России. Киев и Пхеньян обменялись заявлениями.",
        "ru",
    )
    chinese = article(
        5,
        "韩国称3000名朝鲜士兵抵达俄罗斯库尔斯克",
        "韩国情报机构称，3000名朝鲜士兵已抵达俄罗斯库尔斯克州。",
        "zh",
    )
    found = [newsroom.file(newsroom.look(one), NOW + HOUR) for one in (russian, chinese)]
    assert [one.story for one in found] == [1, 1]


def test_if_one_of_several_cannot_be_filed_none_is(newsroom):
    class Unreadable(list[str]):
        """Words that cannot be asked for their terms."""

        def __iter__(self):
            raise ValueError("unreadable")

    with pytest.raises(ValueError, match="unreadable"):
        file_all(newsroom, [(FIRST, NOW, ()), (COPY, NOW, Unreadable())], {})
    (again,) = file_all(newsroom, [(FIRST, NOW, ())], {}).values()
    assert again.copies == ()
    assert isinstance(again.placement, NewStory)
