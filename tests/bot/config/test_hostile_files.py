"""Whatever a file holds, it is read or its mistakes are explained; nothing else comes out."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import FeedEntry, ListEntry, QueryCheck, Settings, WatchlistEntry, load, read
from bot.config.settings import Section
from bot.errors import ConfigError


def test_a_missing_file_says_how_to_begin(tmp_path: Path, check_query: QueryCheck) -> None:
    path = tmp_path / "config.toml"

    with pytest.raises(ConfigError, match=f"cp config.example.toml {path}"):
        load(path, {}, check_query)


def test_a_folder_is_no_file(tmp_path: Path, check_query: QueryCheck) -> None:
    with pytest.raises(ConfigError, match="Is a directory"):
        load(tmp_path, {}, check_query)


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path, check_query: QueryCheck) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes('[fetch]\ncontact = "Zoé"'.encode("latin-1"))

    with pytest.raises(ConfigError, match="line 2, file: This is not text in UTF-8"):
        load(path, {}, check_query)


def test_a_file_without_end_is_refused(check_query: QueryCheck) -> None:
    with pytest.raises(ConfigError, match="longer than 1 MB"):
        load(Path("/dev/zero"), {}, check_query)


def test_endless_brackets_are_refused(faults_of) -> None:
    [fault] = faults_of("a = " + "[" * 5 * sys.getrecursionlimit())

    assert "too deep" in fault.problem


def test_a_number_of_ten_thousand_digits_is_refused(faults_of) -> None:
    assert faults_of("[polling]\ninterval_seconds = " + "9" * 10_000)
    assert faults_of("[polling]\ninterval_seconds = " + "9" * 4_000)


def is_read_or_explained(read_it) -> bool:
    try:
        read_it()
    except ConfigError as error:
        return all(fault.key and fault.problem and fault.remedy for fault in error.faults)
    return True


@given(content=st.binary(max_size=300))
def test_any_bytes_are_settings_or_mistakes(content, tmp_path_factory, check_query) -> None:
    path = tmp_path_factory.getbasetemp() / "random.toml"
    path.write_bytes(content)

    assert is_read_or_explained(lambda: load(path, {}, check_query))


ENTRIES: dict[str, type[Section]] = {
    "feeds": FeedEntry,
    "watchlists": WatchlistEntry,
    "lists": ListEntry,
}
KEYS = {name: sorted((ENTRIES.get(name) or type(part)).model_fields) for name, part in Settings()}
odd_names = st.text(max_size=5).map(
    lambda text: '"' + "".join(f"\\U{ord(letter):08X}" for letter in text) + '"'
)
TEXTS = ["", "console", "slack:C1", "https://x.org/a", "http://[::1/", "ws://x:y", "a:80", "{x}"]
scalars = st.one_of(
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from([f'"{text}"' for text in [*TEXTS, "sqlite:///x", "critical", "group", "(x"]]),
    st.sampled_from(
        ["true", "false", "1979-05-27T07:32:00Z", "07:32:00", '"""\n[web]\nx = 1\n"""']
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ # =\n" + ",\n".join(items) + "\n]"),
        st.builds("{{{} = {}}}".format, odd_names, inner),
    ),
    max_leaves=6,
)


def block(section: str) -> st.SearchStrategy[str]:
    """A section, mostly of its own keys and mostly with the right brackets."""
    keys = st.sampled_from([*KEYS[section], *KEYS[section], "token"]) | odd_names
    brackets = ["[[{}]]", "[[{}]]", "[{}]"] if section in ENTRIES else ["[{}]", "[{}]", "[[{}]]"]
    return st.builds(
        lambda header, said: "\n".join([header, *(f"{key} = {said[key]}" for key in said)]),
        st.sampled_from(brackets).map(lambda bracket: bracket.format(section)),
        st.dictionaries(keys, values, max_size=5),
    )


blocks = (st.sampled_from(sorted(KEYS)) | odd_names).flatmap(
    lambda name: block(name) if name in KEYS else values.map(lambda value: f"{name} = {value}")
)


@given(
    lines=st.lists(blocks, max_size=8),
    env=st.dictionaries(
        st.sampled_from(["SLACK_API_URL", "SLACK_PING_INTERVAL", "DISCORD_BOT_TOKEN"]),
        st.sampled_from(["", " ", "nan", "1e999", "5", "https://x/api/", "\udc80", "{}"]),
    ),
)
def test_any_toml_is_settings_or_mistakes(lines, env, check_query) -> None:
    assert is_read_or_explained(lambda: read("\n".join(lines), env, check_query))


def test_ten_thousand_mistakes_are_all_told(faults_of) -> None:
    assert len(faults_of("[[feeds]]\n" * 10_000)) == 10_000
