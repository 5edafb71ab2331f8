"""What is new depends on what was told, on what was seen, and on how much there was."""

from hypothesis import given
from hypothesis import strategies as st

from bot.stories import novelty as room
from bot.stories.novelty import Sentence, Thread, centre, novelty
from bot.stories.vector import Frequencies, unit
from rules import Wording

WORDING, FREQUENCIES = Wording(), Frequencies()
SENT = "North Korea has sent troops to the Kursk region."
NEW = "Zelensky expects the first soldiers in combat zones by Sunday."


def read(text: str) -> Sentence:
    return room.read(WORDING, FREQUENCIES.rarity, text)


def test_a_sentence_that_nobody_heard_is_all_new() -> None:
    assert novelty(read(SENT), Thread(), {}).pairs == 1.0


def test_a_sentence_that_was_told_is_not_new() -> None:
    thread = Thread().with_told([read(SENT)])

    assert novelty(read(SENT), thread, {}).pairs == 0.0
    assert novelty(read(NEW), thread, {}).pairs == 1.0


def test_a_sentence_that_was_only_seen_may_come_back_at_half_its_weight() -> None:
    seen = Thread().with_seen([read(SENT)])

    assert novelty(read(SENT), seen, {}).pairs == 0.5
    assert novelty(read(SENT), seen.with_told([read(SENT)]), {}).pairs == 0.0


def test_the_bar_rises_with_the_thread() -> None:
    long = Thread().with_told([read(f"Sentence number {n} about ships") for n in range(20)])
    told, untold = novelty(read(NEW), long, {}), novelty(read(NEW), Thread(), {})

    assert told.length == 20
    assert told.chance < untold.chance


def test_what_is_central_has_been_said_and_what_was_asked_for_counts() -> None:
    story = unit(centre([read(SENT)]))

    assert novelty(read(SENT), Thread(), story).chance < novelty(read(SENT), Thread(), {}).chance
    assert novelty(read(SENT), Thread(), {}, ["kursk"]).query == 1.0
    assert novelty(read(SENT), Thread(), {}, ["kursk", "tank"]).query == 0.5


def test_a_sentence_without_words_tells_nothing() -> None:
    nothing = novelty(read("..."), Thread(), {"kursk": 1.0})

    assert (nothing.pairs, nothing.centrality) == (0.0, 0.0)
    assert centre([read("...")]) == {}


def test_the_reason_can_be_read() -> None:
    thread = Thread().with_told([read(SENT)])

    assert str(novelty(read(NEW), thread, {})) == (
        "100% of its word pairs are new to a thread of 1 sentences"
    )


def test_a_thread_keeps_a_bounded_number_of_pairs() -> None:
    crowd = Sentence({}, dict.fromkeys(range(30_000), 1.0))

    thread = Thread().with_told([crowd]).with_seen([crowd])

    assert (len(thread.told), len(thread.seen)) == (20_000, 20_000)


SIGNS = "troops kursk russia sent sunday korea nato ship moved"
texts = st.lists(st.sampled_from(SIGNS.split()), max_size=12).map(" ".join)


@given(texts, st.lists(texts, max_size=5))
def test_told_never_makes_anything_newer(text: str, told: list[str]) -> None:
    thread, share = Thread(), novelty(read(text), Thread(), {}).pairs
    for one in told:
        thread = thread.with_told([read(one)])
        after = novelty(read(text), thread, {}).pairs
        assert 0.0 <= after <= share
        share = after
