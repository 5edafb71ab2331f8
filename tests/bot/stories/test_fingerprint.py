"""Copies are found; independent reports are not taken for copies."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model import ArticleId
from bot.stories.fingerprint import (
    Carriage,
    CopyIndex,
    carriage,
    containment,
    fingerprint,
)  # fmt: skip

NOW = datetime(2024, 10, 29, 12, tzinfo=UTC)
WIRE = (
    "The ministry said on Monday that three ships had left the port before dawn. Witnesses saw "
    "them turn north beyond the lighthouse, and a coastguard plane followed for two hours. "
    "Officials in the capital declined to say what the ships carried or where they were going. "
    "The mayor told reporters that the harbour would stay closed until the divers had finished."
)
OTHER = (
    "Three vessels sailed from the harbour early this week, according to people who live there. "
    "The government gave no reason. Fishermen were told to stay ashore while the navy looked for "
    "what one officer called a lost buoy, and the market opened late because of the road blocks."
)


def index(*texts: str) -> CopyIndex:
    known = CopyIndex()
    for number, text in enumerate(texts):
        known.add(ArticleId(number), fingerprint("", text), NOW)
    return known


def test_the_same_text_under_another_title_is_a_copy() -> None:
    (copy,) = index(WIRE).find(fingerprint("Ships leave", WIRE))

    assert (copy.article, copy.containment, copy.carriage) == (0, 1.0, Carriage.SAME_TEXT)


def test_a_text_that_carries_half_of_the_wire_is_a_part() -> None:
    (copy,) = index(WIRE).find(fingerprint("", WIRE[: len(WIRE) // 2] + OTHER))

    assert copy.carriage is Carriage.PART


def test_the_lead_of_a_long_text_is_found_in_it() -> None:
    assert index(f"{WIRE} {OTHER}").find(fingerprint("", WIRE))


def test_an_independent_report_is_no_copy() -> None:
    assert index(WIRE).find(fingerprint("", OTHER)) == ()


def test_two_bare_headlines_are_copies_only_if_they_say_nearly_the_same() -> None:
    one = fingerprint("North Korea sends troops to Russia", "")

    assert containment(one, fingerprint("North Korea Sends Troops to Russia", " ")) == 1.0
    assert containment(one, fingerprint("North Korea sends troops to Russia, NATO says", "")) == 0.0


def test_a_copy_in_a_script_without_spaces_is_found() -> None:
    text = (
        "朝鲜向俄罗斯派遣了约一万名士兵，美国国防部发言人星期一在华盛顿对记者说，"
        "部分部队已经靠近乌克兰边境。"
    )

    assert index(text).find(fingerprint("", f"据报道：{text}"))


def test_nothing_is_no_copy_of_nothing() -> None:
    assert containment(fingerprint("", ""), fingerprint("", "")) == 0.0


def test_a_known_article_is_not_added_twice() -> None:
    known = index(WIRE)
    known.add(ArticleId(0), fingerprint("", OTHER), NOW)

    assert len(known) == 1
    assert known.find(fingerprint("", OTHER)) == ()


def test_what_is_older_than_the_window_is_forgotten_whole() -> None:
    known = index(WIRE, OTHER)
    known.forget(NOW + timedelta(days=14))
    assert len(known) == 2

    known.forget(NOW + timedelta(days=15))
    assert len(known) == 0
    assert known.find(fingerprint("", WIRE)) == ()


def test_a_copy_stays_known_when_its_original_is_forgotten() -> None:
    known = index(WIRE)
    known.add(ArticleId(1), fingerprint("", WIRE), NOW + timedelta(days=10))
    known.forget(NOW + timedelta(days=15))

    assert [copy.article for copy in known.find(fingerprint("", WIRE))] == [1]


def test_shares_have_names() -> None:
    assert [carriage(share) for share in (0.2, 0.5, 0.9)] == [
        None,
        Carriage.PART,
        Carriage.SAME_TEXT,
    ]


words = st.lists(
    st.sampled_from(["ship", "port", "left", "said", "dawn", "navy", "two"]), max_size=60
)


@given(words.map(" ".join), words.map(" ".join))
def test_containment_is_symmetric_and_a_share(one: str, other: str) -> None:
    a, b = fingerprint("", one), fingerprint("", other)

    assert containment(a, b) == containment(b, a)
    assert 0.0 <= containment(a, b) <= 1.0


@given(words.map(" ".join))
def test_a_text_contains_itself(text: str) -> None:
    mark = fingerprint("", text)

    assert containment(mark, mark) == (1.0 if mark.marks else 0.0)
