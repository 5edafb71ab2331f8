"""A ledger speaks when a figure changed, and quotes who said so."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.model import ArticleId
from bot.stories.figures import Subject, figures
from bot.stories.ledger import Change, Claim, Ledger

NOW = datetime(2024, 10, 29, 12, tzinfo=UTC)


def claims(text: str, source: str) -> list[Claim]:
    return [
        Claim(one, ArticleId(1), source, source, NOW, text[one.quote_start : one.quote_end])
        for one in figures(text)
    ]


def speak(*reports: tuple[str, str]) -> list[tuple[int | None, int]]:
    """What a ledger says of texts with their sources, one after another."""
    ledger, said = Ledger(), []
    for text, source in reports:
        ledger, changes = ledger.hear(claims(text, source))
        said += [
            (c.before.figure.value if c.before else None, c.after.figure.value) for c in changes
        ]
    return said


def test_a_toll_speaks_when_two_sources_give_it() -> None:
    assert speak(("9 people died.", "A")) == []
    assert speak(("9 people died.", "A"), ("9 people were killed.", "A")) == []
    assert speak(("9 people died.", "A"), ("9 people were killed.", "B")) == [(None, 9)]


def test_a_toll_speaks_again_only_when_it_is_higher() -> None:
    assert speak(
        ("9 people died.", "A"), ("9 people died.", "B"),
        ("7 people died.", "A"), ("7 people died.", "B"),
        ("12 people died.", "B"), ("12 people died.", "A"), ("12 people died.", "C"),
    ) == [(None, 9), (9, 12)]  # fmt: skip


def test_a_leap_needs_a_third_source() -> None:
    start = [("9 people died.", "A"), ("9 people died.", "B")]
    leap = [("50 people died.", source) for source in "ABC"]

    assert speak(*start, *leap[:2]) == [(None, 9)]
    assert speak(*start, *leap) == [(None, 9), (9, 50)]


def test_a_rounded_figure_is_no_rise() -> None:
    start = [("59 people died.", "A"), ("59 people died.", "B")]

    assert speak(*start, *[("Nearly 60 people died.", source) for source in "AB"]) == [(None, 59)]
    assert speak(*start, *[("60 people died.", s) for s in "AB"]) == [(None, 59), (59, 60)]


def test_parts_other_times_forecasts_and_groups_change_no_toll() -> None:
    for text in (
        "Another 9 people died.",
        "9 people died in 1999.",
        "9 people are feared dead.",
        "9 police officers were killed.",
    ):
        assert speak((text, "A"), (text, "B")) == []


def test_troops_speak_at_another_value_from_one_source() -> None:
    assert speak(
        ("Seoul says 3,000 North Korean troops were sent.", "A"),
        ("Around 3,100 troops were sent.", "B"),
        ("Washington says 10,000 troops were sent.", "B"),
        ("Some 8,000 troops were sent.", "C"),
    ) == [(None, 3_000), (3_000, 10_000), (10_000, 8_000)]


def test_a_forecast_speaks_once_beside_what_is_stated() -> None:
    first = "There are 3,000 troops there, with the total expected to be 12,000."

    assert speak((first, "A"), ("Up to 12,000 troops may come.", "B")) == [
        (None, 3_000), (None, 12_000),
    ]  # fmt: skip
    assert speak(("They sent 10,000 troops.", "A"), ("Up to 10,000 troops.", "B")) == [
        (None, 10_000)
    ]


def test_missing_people_need_two_sources_and_may_become_fewer() -> None:
    reports = [(f"{value} people are missing.", source) for value in (29, 20) for source in "AB"]

    assert speak(*reports) == [(None, 29), (29, 20)]
    assert speak(*reports[::2]) == []


def test_of_several_values_in_one_article_the_last_is_told() -> None:
    assert speak(("They sent 3,000 troops. Later 10,000 troops were sent.", "A")) == [
        (None, 10_000)
    ]


def test_the_latest_told_figure_can_be_asked_for() -> None:
    ledger, _ = Ledger().hear(claims("They sent 3,000 troops.", "A"))
    latest = ledger.latest(Subject.TROOPS, "north korean")

    assert latest is not None
    assert latest.figure.value == 3_000
    assert ledger.latest(Subject.DEAD) is None


def test_a_change_quotes_the_article_that_brings_it_and_names_its_sources() -> None:
    ledger, _ = Ledger().hear(claims("9 people died.", "A"))
    ledger, (change,) = ledger.hear(claims("Police said about 9 people died.", "B"))

    assert isinstance(change, Change)
    assert change.after.quote == "Police said about 9 people died."
    assert (change.after.outlet, change.sources) == ("B", ("A", "B"))
    assert ledger.latest(Subject.DEAD) == change.after


def test_a_figure_that_lacks_sources_is_known_as_such() -> None:
    ledger = Ledger()
    for source in "AB":
        ledger, _ = ledger.hear(claims("9 people died.", source))
    lacking = [
        [(one.claim.figure.value, one.sources, one.needed) for one in ledger.lacking(heard)]
        for heard in (
            claims("12 people died.", "A"),
            claims("50 people died.", "A"),
            claims("9 people died. 7 people died earlier. Another 12 people died.", "C"),
            claims("12 police officers died.", "A"),
        )
    ]

    assert lacking == [[(12, 1, 2)], [(50, 1, 3)], [], []]


def test_what_a_source_gave_before_lacks_nothing_new() -> None:
    ledger, _ = Ledger().hear(claims("12 people died.", "A"))

    assert ledger.lacking(claims("12 people were killed.", "A")) == ()
    assert ledger.lacking(claims("12 people were killed.", "B")) == ()  # enough now: it is told


def test_what_was_told_outlives_what_was_not() -> None:
    ledger, _ = Ledger().hear(claims("9 people died.", "A"))
    ledger, _ = ledger.hear(claims("9 people died.", "B"))
    for value in range(100, 180):
        ledger, _ = ledger.hear(claims(f"{value} people died.", "A"))

    assert len(ledger.entries) == 50
    assert ledger.latest(Subject.DEAD) is not None


KINDS = ("people died", "people are missing", "troops were sent")
reports = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(KINDS), st.sampled_from("ABC")), max_size=90
)


@given(reports)
def test_a_ledger_is_bounded_and_a_toll_only_rises(given_: list[tuple[int, str, str]]) -> None:
    ledger, tolls = Ledger(), []
    for value, what, source in given_:
        ledger, changes = ledger.hear(claims(f"{value} {what}.", source))
        tolls += [c.after.figure.value for c in changes if c.after.figure.subject is Subject.DEAD]
        for change in changes:
            start = change.after.figure.start - change.after.figure.quote_start
            assert str(change.after.figure.value) in change.after.quote[start:]

    assert len(ledger.entries) <= 50
    assert tolls == sorted(set(tolls))
