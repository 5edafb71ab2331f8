"""Command lines in answers on Discord, which takes options by name."""

import pytest

from bot.commands import spelling
from bot.commands.command import Commands
from bot.commands.invocation import Reply
from bot.message import Answer, Code, Paragraph, plain

TABLE = Commands.table


@pytest.mark.parametrize(
    ("typed", "entered"),
    [
        ("/watch history kursk", "/watch history watch: kursk"),
        (
            "/watch add kursk North Korea AND Kursk",
            "/watch add name: kursk query: North Korea AND Kursk",
        ),
        ('/watch undo "red sea" --as sea', "/watch undo watch: red sea as: sea"),
        ("/watch list", "/watch list"),
        ("/watchfloor link MGZJ-JK38", "/watchfloor link MGZJ-JK38"),
        ("--min-sources 2", "min-sources: 2"),
        ("North Korea AND Kursk", "North Korea AND Kursk"),
        ("/watch nothing known", "/watch nothing known"),
    ],
)
def test_a_line_is_written_as_discord_takes_it(typed, entered):
    shown = spelling.for_discord(Reply(Answer("Try", (Code(typed),))), TABLE)
    assert shown.message == Answer("Try", (Code(entered),))


def test_a_command_at_the_end_of_a_sentence_is_too_and_in_the_middle_none_is():
    said = (
        "There are more: /intel search --page 2 --order best Iran",
        "Watchlists to begin from: /watch add with one's name.",
    )
    shown = spelling.for_discord(
        Reply(Answer("Found", tuple(Paragraph(plain(each)) for each in said))), TABLE
    )
    assert shown.message == Answer(
        "Found",
        (
            Paragraph(plain("There are more: /intel search page: 2 order: best query: Iran")),
            Paragraph(plain(said[1])),
        ),
    )
