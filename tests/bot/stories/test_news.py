"""A later article tells what is new in it, in its own words, within its budget."""

from hypothesis import given
from hypothesis import strategies as st

from bot.stories.news import News, choose, read
from bot.stories.novelty import Thread
from bot.stories.vector import Frequencies, stems
from rules import Wording

WORDING, FREQUENCIES = Wording(), Frequencies()
QUERY = stems(WORDING.tokens("North Korea troops Russia deployment Ukraine"))


def chosen(body: str, thread: Thread | None = None, title: str = "", most: int = 3) -> list[News]:
    article = read(WORDING, FREQUENCIES, title, body)
    return list(choose(article, thread or Thread(), {}, QUERY, most=most))


def test_the_top_new_fact_of_each_seed_is_told(seed) -> None:
    thread, found = Thread(), {}
    for number in ("003", "004", "002", "000", "001"):
        article = read(WORDING, FREQUENCIES, "", seed(number))
        news = choose(article, thread, {}, QUERY)
        found[number] = " ".join(one.text for one in news)
        thread = thread.with_seen(article.sentences).with_told([one.read for one in news])

    assert "deep concern" in found["003"]
    assert "as early as Sunday" in found["004"]
    assert "around 10,000 troops" in found["002"]
    assert "concerns to China" in found["000"]
    assert "may have already entered Ukraine" in found["001"]


def test_what_was_told_is_not_told_again() -> None:
    body = "Rescuers found two more ships near the island on Friday, the navy said."
    article = read(WORDING, FREQUENCIES, "", body)
    told = Thread().with_told(article.sentences)

    assert [one.value for one in chosen(body, told)] == [0.0]


def test_sentences_that_say_the_same_are_told_once() -> None:
    body = (
        "NATO confirmed on Monday that soldiers were deployed to Kursk. The alliance said that it "
        "confirmed on Monday that soldiers were deployed to Kursk."
    )

    assert len(chosen(body)) == 1


def test_too_short_and_too_long_sentences_are_left_to_summaries() -> None:
    assert chosen("He left. " + "the long and winding report went on and on " * 12 + ".") == []


SIGNS = "Troops moved to Kursk on Monday , officials said . A minister warned ."
words = st.lists(st.sampled_from(SIGNS.split()), max_size=80).map(" ".join)


@given(words, st.integers(1, 4))
def test_news_are_slices_of_the_body_within_the_budget(body: str, most: int) -> None:
    found = chosen(body, most=most)

    assert len(found) <= most
    assert all(one.text == body[one.start : one.end] for one in found)
    assert [one.value for one in found] == sorted((one.value for one in found), reverse=True)
