"""Each article is kept once, and every place knows of it what it would if it kept all it saw."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model import ArticleId
from bot.stories import novelty as room
from bot.stories.novelty import Sentence, Thread, novelty
from bot.stories.packed import Packed, pack
from bot.stories.recall import MOST_SEEN, Heard, Recall
from bot.stories.vector import Frequencies
from rules import Wording

WORDING, FREQUENCIES = Wording(), Frequencies()
FIRST, SECOND, THIRD = map(ArticleId, (1, 2, 3))
SENT = "North Korea has sent troops to the Kursk region."
NEW = "Zelensky expects the first soldiers in combat zones by Sunday."


def read(text: str) -> Sentence:
    return room.read(WORDING, FREQUENCIES.rarity, text)


def crowd(first: int, many: int = 1_000) -> Sentence:
    return Sentence({}, dict.fromkeys(range(first, first + many), 1.0))


def share(heard: Heard, thread: Thread, text: str = SENT) -> float:
    """How much of a sentence is new to a place."""
    return novelty(read(text), heard.known(thread), {}).pairs


def test_what_a_place_saw_and_was_not_told_is_half_as_new_there():
    recall = Recall()
    saw = Heard(recall, FIRST, [read(SENT)]).seen(Thread())
    later = Heard(recall, SECOND, [read(SENT), read(NEW)])
    assert share(later, saw) == 0.5
    assert share(later, saw, NEW) == 1.0
    assert share(later, saw.with_told([read(SENT)])) == 0.0


def test_a_place_that_came_later_saw_nothing_of_what_came_before_it():
    recall = Recall()
    early = Heard(recall, FIRST, [read(SENT)]).seen(Thread())
    second = Heard(recall, SECOND, [read(NEW)])
    early, late = second.seen(early), second.seen(Thread())
    third = Heard(recall, THIRD, [read(SENT), read(NEW)])
    assert (share(third, early), share(third, late)) == (0.5, 1.0)
    assert (share(third, early, NEW), share(third, late, NEW)) == (0.5, 0.5)


def test_what_was_seen_before_articles_were_kept_goes_on_to_count():
    old = Thread(seen=Packed(pack(frozenset(read(SENT).pairs))))
    heard = Heard(Recall(), FIRST, [read(SENT)])
    assert share(heard, old) == 0.5
    after = heard.seen(old)
    assert (after.seen, after.saw) == (old.seen, (FIRST,))
    assert isinstance(after.seen, Packed)


def test_an_article_that_is_read_again_is_the_business_of_those_who_see_it():
    recall = Recall()
    both = Heard(recall, FIRST, [read(SENT)]).seen(Thread())
    edited = Heard(recall, FIRST, [read(NEW)], again=True)
    shown = edited.seen(both)
    later = Heard(recall, SECOND, [read(SENT), read(NEW)])
    assert (share(later, shown), share(later, both)) == (0.5, 0.5)
    assert (share(later, shown, NEW), share(later, both, NEW)) == (0.5, 1.0)
    assert set(recall.new) == {FIRST}
    assert recall.new[FIRST] == set(read(SENT).pairs)


def test_what_is_kept_no_more_was_not_seen():
    recall = Recall({SECOND: frozenset(read(NEW).pairs)})
    heard = Heard(recall, THIRD, [read(SENT), read(NEW)])
    thread = Thread(saw=(SECOND, FIRST))
    assert (share(heard, thread), share(heard, thread, NEW)) == (1.0, 0.5)
    assert heard.seen(thread).saw == (THIRD, SECOND)


def test_the_newest_articles_are_remembered_as_far_as_twenty_thousand_pairs_go():
    recall, thread = Recall(), Thread()
    for number in range(1, 31):
        thread = Heard(recall, ArticleId(number), [crowd(number * 1_000)]).seen(thread)
    assert thread.saw == tuple(range(30, 10, -1))
    thread = Heard(recall, ArticleId(31), [crowd(0, 30_000)]).seen(thread)
    assert thread.saw == (31,)


def test_a_story_of_headlines_remembers_a_hundred_of_them():
    recall, thread = Recall(), Thread()
    for number in range(1, 151):
        thread = Heard(recall, ArticleId(number), [crowd(number, 3)]).seen(thread)
    assert thread.saw == tuple(range(150, 150 - MOST_SEEN, -1))


SIGNS = "troops kursk russia sent sunday korea nato ship moved"
texts = st.lists(st.sampled_from(SIGNS.split()), max_size=12).map(" ".join)
articles = st.lists(st.tuples(st.lists(texts, max_size=3), st.booleans()), max_size=6)


@given(articles, texts, texts)
def test_a_place_knows_what_it_would_know_if_it_kept_all_itself(articles, told, text):
    recall = Recall()
    thread = alone = Thread().with_told([read(told)])
    for number, (article, sees) in enumerate(articles, 1):
        sentences = [read(each) for each in article]
        heard = Heard(recall, ArticleId(number), sentences)
        other = heard.seen(Thread())  # somebody sees every article
        assert other.saw == (number,)
        if sees:
            thread, alone = heard.seen(thread), alone.with_seen(sentences)
    last = Heard(recall, ArticleId(99), [read(text)])
    assert novelty(read(text), last.known(thread), {}) == novelty(read(text), alone, {})


@given(st.frozensets(st.integers(0, 2**64 - 1)))
def test_packed_hashes_are_the_same_set(hashes):
    packed = Packed(pack(hashes))
    assert packed == hashes
    assert (set(packed), len(packed)) == (hashes, len(hashes))
    assert pack(packed) is packed.packed
    assert all(each in packed for each in hashes)
    assert packed - frozenset(list(hashes)[:1]) == hashes - frozenset(list(hashes)[:1])
