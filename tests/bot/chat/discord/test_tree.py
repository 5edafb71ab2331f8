"""The command table as Discord's application commands."""

import string
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.discord import tree
from bot.commands.command import Commands
from bot.commands.invocation import Option, Permission, Spec
from tests.servers.discord_limits import check_commands


def by_name(commands):
    return {command["name"]: command for command in commands}


def test_discord_takes_the_whole_table():
    check_commands(tree.build(Commands.table))


def test_every_command_of_the_table_is_there():
    built = by_name(tree.build(Commands.table))

    for spec in Commands.table:
        family, verb = spec.name.split()
        assert verb in by_name(built[family]["options"])


def test_what_can_be_asked_of_a_message_stands_in_its_menu():
    built = tree.build(Commands.table, Commands.message_actions)
    check_commands(built)
    menu = [each["name"] for each in built if each["type"] == 3]

    assert menu == [action.label for action in Commands.message_actions]
    assert len(menu) <= 5
    assert all(len(name) <= 32 for name in menu)


def test_the_words_of_a_message_are_its_own_or_its_embeds():
    message = {"content": "", "embeds": [{"title": "Quake in Nepal", "description": "At dawn."}]}
    data = {"type": 3, "name": "Make a watch from this", "target_id": "7"}
    data["resolved"] = {"messages": {"7": message}}

    assert tree.read_pointed(data, Commands.message_actions) == (
        "message:watch",
        {"message": "7", "text": "Quake in Nepal\nAt dawn."},
    )
    assert tree.read_pointed({"name": "watch"}, Commands.message_actions) is None


def test_only_a_family_for_admins_alone_is_hidden():
    built = by_name(tree.build(Commands.table))
    hidden = [name for name, each in built.items() if each["default_member_permissions"]]

    assert hidden == ["watchfloor"]


def test_commands_are_for_servers_only():
    assert all(command["contexts"] == [0] for command in tree.build(Commands.table))


def test_required_options_come_first():
    spec = Spec("intel search", "Search.", (Option("hours", "h"), Option("query", "q", True)))

    [family] = tree.build((spec,))

    assert [option["name"] for option in family["options"][0]["options"]] == ["query", "hours"]


def test_each_option_has_its_type():
    options = (
        Option("hours", "h", number=True),
        Option("severity", "s", choices=("notable", "critical")),
        Option("watch", "w", completes="watch"),
        Option("channel", "c"),
        Option("query", "q"),
    )

    [family] = tree.build((Spec("watch add", "Add.", options),))
    built = by_name(family["options"][0]["options"])

    assert built["hours"]["type"] == 4
    assert [choice["value"] for choice in built["severity"]["choices"]] == ["notable", "critical"]
    assert built["watch"]["autocomplete"] is True
    assert built["channel"]["type"] == 7
    assert built["query"] == {
        "type": 3,
        "name": "query",
        "description": "q",
        "required": False,
    }


def test_a_command_without_verbs_stands_alone():
    [built] = tree.build((Spec("ping", "Is it there?", (Option("word", "w"),)),))

    assert (built["description"], built["options"][0]["name"]) == ("Is it there?", "word")
    assert tree.read({"name": "ping", "options": [{"type": 3, "name": "word", "value": "x"}]}) == (
        "ping",
        {"word": "x"},
        "",
    )


def test_the_fingerprint_changes_with_the_commands_and_with_the_application():
    built = tree.build(Commands.table)
    changed = tree.build((*Commands.table[:-1], replace(Commands.table[-1], help="Otherwise.")))

    prints = {
        tree.fingerprint(1, built),
        tree.fingerprint(1, changed),
        tree.fingerprint(2, built),
    }

    assert len(prints) == 3
    assert tree.fingerprint(1, tree.build(Commands.table)) in prints


words = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=12)
options = st.lists(
    st.builds(
        Option,
        name=words,
        help=st.text(alphabet=string.ascii_letters + " ", min_size=1, max_size=300).filter(
            str.strip
        ),
        required=st.booleans(),
        number=st.booleans(),
        choices=st.lists(words, max_size=5, unique=True).map(tuple),
        completes=st.sampled_from(["", "watch"]),
    ),
    max_size=10,
    unique_by=lambda option: option.name,
).map(tuple)
tables = st.lists(
    st.builds(
        Spec,
        name=st.builds("{} {}".format, words, words),
        help=st.text(alphabet=string.ascii_letters, min_size=1, max_size=300),
        options=options,
        permission=st.sampled_from(Permission),
    ),
    max_size=8,
    unique_by=lambda spec: spec.name,
).map(tuple)


@given(tables)
def test_discord_takes_any_table_of_a_sensible_size(table):
    check_commands(tree.build(table))
