"""Forms as modals that Slack takes, and what people filled in."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.slack.events import Place, pack, unpack
from bot.chat.slack.forms import filled, modal, notice
from bot.message import Answer, Button, Field, FieldKind, Form
from tests.servers.slack_limits import view_faults

texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["x" * 3_500, "", "\n", "<!channel>", "a\u202eb", "\ud800"]),
)
keys = st.text("abcdefghij", min_size=1, max_size=10)
fields = st.builds(
    Field,
    keys,
    texts,
    st.sampled_from(FieldKind),
    texts,
    texts,
    st.integers(0, 120).map(
        lambda number: tuple((f"v{each}", "l" * each) for each in range(number))
    ),
    st.booleans(),
    st.integers(-1, 5_000),
)
forms = st.builds(
    Form,
    texts,
    keys,
    st.lists(fields, min_size=1, max_size=6, unique_by=lambda field: field.key).map(tuple),
    st.just("7"),
    texts,
    texts,
)


@given(forms)
def test_any_form_is_a_modal_that_slack_takes(form: Form) -> None:
    assert view_faults(modal(form, pack(Place("C1", "https://ex.test/r", True), "7"))) == []


@given(texts)
def test_any_answer_is_a_modal_that_slack_takes(text: str) -> None:
    answer = Answer(text, buttons=(Button("Save", "draft:save"),))
    assert view_faults(notice(answer)) == []


def test_a_form_of_more_fields_than_slack_takes_loses_the_last() -> None:
    many = tuple(Field(f"f{number}", "label") for number in range(150))
    assert view_faults(modal(Form("t", "a", many, usage="/watch add"), "")) == []


def test_what_is_filled_in_comes_back_by_key() -> None:
    state = {
        "name": {"value": {"type": "plain_text_input", "value": "kursk"}},
        "query": {"value": {"type": "plain_text_input", "value": None}},
        "severity": {"value": {"type": "static_select", "selected_option": {"value": "critical"}}},
        "delivery": {"value": {"type": "static_select", "selected_option": None}},
    }
    assert filled(state) == {"name": "kursk", "query": "", "severity": "critical", "delivery": ""}


def test_a_choice_that_is_not_offered_is_not_chosen() -> None:
    field = Field("s", "S", FieldKind.CHOICE, "loud", choices=(("quiet", "Quiet"),))
    element = modal(Form("t", "a", (field,)), "")["blocks"][0]["element"]
    assert "initial_option" not in element


def test_where_a_form_was_asked_for_travels_with_it() -> None:
    place = Place("C1", "https://hooks.test/r/1", True)
    assert unpack(pack(place, "draft 7")) == (place, "draft 7")
    assert unpack("") == (Place(), "")
