"""A typed line becomes a command's name and values, or a refusal that says what to type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.grammar import Missing, check, read
from bot.commands.invocation import Option, Spec
from bot.errors import CommandError

QUERY = Option("query", "a query", rest=True)
SEVERITY = Option("severity", "how loud", flag=True, choices=("routine", "critical"))
HOURS = Option("hours", "how far back", flag=True, number=True)
TABLE = (
    Spec(
        "watch add",
        "Make one.",
        (Option("name", "a name"), SEVERITY, QUERY),
        example="kursk North Korea AND Kursk",
        form_without=("query",),
    ),
    Spec("watch show", "Show one.", (Option("watch", "the name", required=True),), example="kursk"),
    Spec(
        "watch edit",
        "Change one.",
        (Option("watch", "the name", required=True), QUERY),
        example="kursk Iran",
        form_without=("query",),
    ),
    Spec(
        "watch rest",
        "Silence one.",
        (
            Option("watch", "the name", required=True),
            Option("for", "", flag=True, choices=("1h", "8h", "1w")),
        ),
        example="kursk",
    ),
    Spec(
        "feeds text",
        "Read pages.",
        (
            Option("when", "when", required=True, choices=("never", "always")),
            Option("feed", "a feed", required=True, rest=True),
        ),
        example="never BBC",
    ),
    Spec("intel search", "Search.", (HOURS, Option("query", "a query", required=True, rest=True))),
    Spec("intel help", "Help.", (Option("topic", "what"),), aliases=("help", "intel")),
)


@pytest.mark.parametrize(
    ("line", "name", "values"),
    [
        (
            "/watch add kursk North Korea AND Kursk",
            "watch add",
            {"name": "kursk", "query": "North Korea AND Kursk"},
        ),
        (
            'watch add "Red Sea" --severity critical Houthi AND ship*',
            "watch add",
            {"name": "Red Sea", "severity": "critical", "query": "Houthi AND ship*"},
        ),
        (
            "/watch add “Red Sea” —severity critical Houthi",
            "watch add",
            {"name": "Red Sea", "severity": "critical", "query": "Houthi"},
        ),
        ("/watch add", "watch add", {}),
        ("/WATCH Show kursk", "watch show", {"watch": "kursk"}),
        ("/intel search --hours=24 Iran", "intel search", {"hours": "24", "query": "Iran"}),
        (
            '/intel search "Iran --hours 24"',
            "intel search",
            {"query": '"Iran --hours 24"'},
        ),
        (
            '/intel search "Kim Jong Un" OR lang:en',
            "intel search",
            {"query": '"Kim Jong Un" OR lang:en'},
        ),
        ("help", "intel help", {}),
        ("/intel", "intel help", {}),
        ("/intel help watch", "intel help", {"topic": "watch"}),
        ("/watch", "intel help", {"topic": "watch"}),
        ("/watch help", "intel help", {"topic": "watch"}),
        ("/watch new kursk Iran", "watch add", {"name": "kursk", "query": "Iran"}),
        ("/watch VIEW kursk", "watch show", {"watch": "kursk"}),
        (
            "/feeds text --when always BBC News",
            "feeds text",
            {"when": "always", "feed": "BBC News"},
        ),
        ("/intel find Iran", "intel search", {"query": "Iran"}),
    ],
)
def test_a_line_is_read_as_it_was_meant(line, name, values):
    assert read(line, TABLE) == (name, values)


@pytest.mark.parametrize(
    ("line", "says", "proposes"),
    [
        ("/wach show k", "no command /wach", "/watch show k"),
        ("/wach shwo k", "no command /wach", "/watch show k"),
        (
            "/watch shwo kursk",
            "/watch has no 'shwo'. It knows: add, show, edit, rest.",
            "/watch show kursk",
        ),
        ("/watch crate kursk Iran", "/watch has no 'crate'", "/watch add kursk Iran"),
        ("/watch Kursk", "/watch has no 'Kursk'", "/watch show Kursk"),
        ("/watch polish the silver", "/watch has no 'polish'", "/intel help watch"),
        ("/intel Kursk AND Iran", "/intel has no 'Kursk'", "/intel search Kursk AND Iran"),
        ("/wach Show kursk", "no command /wach", "/watch Show kursk"),
        ("/watch show kursk now", "/watch show has no use for 'now'.", '/watch show "kursk now"'),
        (
            "/watch add x --severe critical Iran",
            "has no option --severe",
            "/watch add x --severity critical Iran",
        ),
        (
            "/watch add x --severity High Iran",
            "severity takes routine or critical, not 'High'.",
            "/watch add x --severity critical Iran",
        ),
        (
            '/watch add "a b" --severity crytical Iran',
            "severity takes routine or critical, not 'crytical'.",
            '/watch add "a b" --severity critical Iran',
        ),
        ("/watch rest kursk 8H", "has no use for '8H'", "/watch rest kursk --for 8H"),
        (
            "/watch rest k --for 8 hours",
            "for takes 1h or 8h or 1w, not '8 hours'.",
            "/watch rest k --for 8h",
        ),
        (
            "/watch rest k --for 2 weeks",
            "for takes 1h or 8h or 1w, not '2 weeks'.",
            "/watch rest k --for 1w",
        ),
        ("/watch rest k --for 90m", "not '90m'.", "/watch rest k --for 1h"),
        (
            "/watch rest k --for 8h at once",
            "/watch rest has no use for 'at once'.",
            "/watch rest k --for 8h",
        ),
        (
            "/intel search --hours 2d Iran",
            "hours takes a number, not '2d'.",
            "/intel search --hours 48 Iran",
        ),
        (
            "/intel search Iran --hours 24",
            "--hours comes before what is looked for",
            "/intel search --hours 24 Iran",
        ),
        (
            "/watch add kursk Iran —severity=critical AND Iraq",
            "--severity comes before what is looked for",
            "/watch add kursk --severity critical Iran AND Iraq",
        ),
        ("", "Type a command.", "/intel help"),
        ("/", "Type a command.", "/intel help"),
        ("blah", "There is no command /blah.", "/intel help"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_what_to_type(line, says, proposes):
    with pytest.raises(CommandError) as refused:
        read(line, TABLE)
    assert says in refused.value.message
    assert refused.value.suggestion == proposes
    assert read(proposes, TABLE)


@pytest.mark.parametrize(
    ("line", "says", "example"),
    [
        (
            "/watch add x --severity loud Iran",
            "severity takes routine or critical, not 'loud'.",
            "/watch add x --severity routine Iran",
        ),
        (
            "/watch add x --severity",
            "--severity needs a value. It takes routine or critical.",
            "/watch add x --severity routine",
        ),
        (
            "/feeds text daily BBC",
            "when takes never or always, not 'daily'.",
            "/feeds text never BBC",
        ),
        ("/intel search --hours soon Iran", "hours takes a number, not 'soon'.", ""),
        (
            "/intel search --hours 1000000 Iran",
            "hours is at most 999999, not 1000000.",
            "",
        ),
    ],
)
def test_where_it_is_open_what_was_meant_an_example_keeps_what_was_typed(line, says, example):
    with pytest.raises(CommandError) as refused:
        read(line, TABLE)
    assert refused.value.message == says
    assert (refused.value.suggestion, refused.value.example) == ("", example)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/watch show", "/watch show needs the name."),
        ("/watch edit", "/watch edit needs the name."),
    ],
)
def test_what_is_missing_is_told_where_names_are_known(line, says):
    name, values = read(line, TABLE)
    (spec,) = [spec for spec in TABLE if spec.name == name]
    with pytest.raises(Missing) as refused:
        check(spec, values)
    assert refused.value.message == says


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused(line):
    try:
        name, _values = read(line, TABLE)
    except CommandError:
        return
    assert name in {spec.name for spec in TABLE}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_what_follows_the_name_is_the_query_as_it_was_typed(query):
    query = " ".join(query.split())
    if not query or query.startswith(("--", "—")):
        return
    assert read(f"/watch add kursk {query}", TABLE)[1]["query"] == query
