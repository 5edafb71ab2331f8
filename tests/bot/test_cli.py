"""The command line: what a shell gets to see, and the exit codes that scripts rely on."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli import app
from tests.stage import SEEDS

FILES = sorted((SEEDS / "north-korea-kursk").glob("*.txt"))


def watchfloor(*arguments: str, stdin: str = "", cwd: Path | None = None):
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
        check=False,
    )


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path}/x.db"\n[web]\nbind = ""\n'
        '[[watchlists]]\nname = "kursk"\nquery = "North Korea AND Kursk"\n'
    )
    return str(file)


def groups_and_commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from groups_and_commands(each, *path, name)


def words(text: str) -> list[str]:
    """What stands there without the frame around it, and with `[` as it is escaped for rich."""
    return text.replace("│", " ").replace(r"\[", "[").split()


def test_no_help_text_loses_a_word_to_its_brackets():
    for path, command in groups_and_commands(get_command(app)):
        shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "300"}).output
        told = [command.help or "", *(getattr(each, "help", "") or "" for each in command.params)]
        below = getattr(command, "commands", {}).values()
        told += [(each.help or "").partition("\n\n")[0] for each in below]
        for text in told:
            assert " ".join(words(text)) in " ".join(words(shown)), path
    assert "[retention]" in CliRunner().invoke(app, ["purge", "--help"]).output


def test_match_is_grep_for_news():
    done = watchfloor("match", "North Korea AND Kursk", *map(str, FILES))
    assert done.returncode == 0
    assert [name for name in ("000", "001", "002", "003", "004") if f"/{name}_" in done.stdout] == [
        "000",
        "002",
        "004",
    ]


def test_match_tells_a_program_about_every_file_with_evidence_that_slices_the_text():
    done = watchfloor("match", "North Korea AND Kursk", "--json", *map(str, FILES))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["matched"] for row in rows] == [True, False, True, False, True]
    for row in rows:
        text = Path(row["file"]).read_text("utf-8")
        assert all(text[each["start"] : each["end"]] == each["text"] for each in row["evidence"])


def test_match_reads_standard_input_and_json_lines(tmp_path):
    assert watchfloor("match", "Hormuz", "-", stdin="A tanker in Hormuz.").returncode == 0
    assert watchfloor("match", "Hormuz", "-", stdin="Nothing here.").returncode == 1
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"title": "Hormuz", "body": ""}\n{"title": "", "body": "Hormuz"}\n')
    assert watchfloor("match", "title:Hormuz", "--json", str(lines)).stdout.count("true") == 1


def test_match_says_which_filter_no_article_can_answer(tmp_path):
    done = watchfloor("match", "Kursk AND lang:en", *map(str, FILES))
    assert done.returncode == 1
    assert done.stderr.splitlines()[:3] == [
        "Kursk AND lang:en",
        "          ^^^^^^^",
        "Each of the 5 articles has no language, so lang: cannot hold. A .txt file holds text"
        " alone; a line of a .jsonl file may tell title, source, lang, published and url.",
    ]
    dated = tmp_path / "dated.jsonl"
    dated.write_text('{"body": "Kursk", "published": "2024-10-31T08:00:00+00:00"}\n{"body": "x"}\n')
    done = watchfloor("match", "Kursk after:2024-10-01", str(dated))
    assert (done.returncode, done.stderr) == (0, "")


def test_match_takes_the_first_line_as_title_only_when_asked():
    text = "Hormuz closed\nNothing more."
    assert watchfloor("match", "title:Hormuz", "-", stdin=text).returncode == 1
    done = watchfloor("match", "title:Hormuz", "-", "--first-line-title", stdin=text)
    assert done.returncode == 0


def test_a_wrong_query_is_shown_with_a_caret_and_exits_2():
    done = watchfloor("match", "North Korea AND", str(FILES[0]))
    assert done.returncode == 2
    assert "^" in done.stderr
    assert "Did you mean" in done.stderr


def test_a_file_that_is_not_there_is_named_and_the_others_are_read():
    done = watchfloor("match", "Kursk", "nowhere.txt", str(FILES[0]))
    assert done.returncode == 2
    assert "nowhere.txt" in done.stderr
    assert "Kursk" in done.stdout


def test_a_missing_configuration_says_how_to_begin(tmp_path):
    done = watchfloor("run", "--config", str(tmp_path / "none.toml"))
    assert done.returncode == 2
    assert "config.example.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_config_names_every_mistake_at_once(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[web]\nbnd = "x"\n[[watchlists]]\nname = "x"\nquery = "Iran AND"\n')
    done = watchfloor("check-config", "--config", str(file))
    assert done.returncode == 2
    assert "bnd" in done.stderr
    assert "AND" in done.stderr


def test_check_config_lists_what_chat_changed(config):
    assert watchfloor("command", "/watch list", "--config", config).returncode == 0
    before = watchfloor("check-config", "--config", config)
    assert (before.returncode, before.stdout.count("\n")) == (0, 1)
    done = watchfloor("command", "/watch edit kursk Kursk", "--config", config, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "its query is Kursk" in watchfloor("check-config", "--config", config).stdout


def test_a_database_out_of_reach_is_one_clear_sentence(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[database]\nurl = "postgresql://nobody@127.0.0.1:9/none"\n')
    done = watchfloor("run", "--config", str(file))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "127.0.0.1" in done.stderr


def test_a_command_that_needs_a_confirmation_waits_for_yes(config):
    line = "/watch add hormuz Hormuz AND tanker"
    waiting = watchfloor("command", line, "--config", config)
    assert waiting.returncode == 3
    assert "hormuz" not in watchfloor("command", "/watch list", "--config", config).stdout
    assert watchfloor("command", line, "--config", config, "--yes").returncode == 0
    assert "hormuz" in watchfloor("command", "/watch list", "--config", config).stdout


def test_a_wrong_command_exits_2(config):
    done = watchfloor("command", "/watch lst", "--config", config)
    assert done.returncode == 2
    assert "/watch list" in done.stdout


def test_a_program_is_told_the_line_that_changes_a_watchlist(config):
    done = watchfloor("command", "/watch edit kursk", "--config", config)
    assert done.returncode == 2
    line = "/watch edit kursk North Korea AND Kursk"
    assert f"Write it in one line: {line}" in done.stderr
    taken = watchfloor("command", "/watch add kursk Iran", "--config", config)
    assert "/watch edit kursk Iran" in taken.stdout
    for works in (line, "/watch edit kursk Iran"):
        assert watchfloor("command", works, "--config", config, "--yes").returncode == 0


def test_a_command_answers_a_program_in_json(config):
    done = watchfloor("command", "/watch list", "--config", config, "--json")
    assert json.loads(done.stdout)["title"] == "1 watchlist"


def test_what_chat_removed_stays_removed(config):
    watchfloor("command", "/watch remove kursk", "--config", config, "--yes")
    assert "No watchlists" in watchfloor("command", "/watch list", "--config", config).stdout


def test_an_entry_whose_text_changed_is_applied_again(config):
    watchfloor("command", "/watch edit kursk Iran", "--config", config, "--yes")
    file = Path(config)
    file.write_text(file.read_text().replace("North Korea AND Kursk", "Belgorod"))
    assert "Belgorod" in watchfloor("command", "/watch list", "--config", config).stdout


def test_the_version_is_told():
    assert watchfloor("--version").stdout.startswith("watchfloor ")


def test_migrate_makes_the_database_ready(config):
    assert "up to date" in watchfloor("migrate", "--config", config).stdout


def files_of(rows, *events: str) -> list[str]:
    """The articles that events of these kinds are about, by the beginnings of their names."""
    return sorted(row["article"][:3] for row in rows if row["event"] in events)


def test_the_demo_tells_a_program_what_happened():
    done = watchfloor("demo", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert files_of(rows, "match") == ["000", "002", "004"]
    assert files_of(rows, "alert") == ["004"]  # one event is one card
    assert {"000", "002"} <= set(files_of(rows, "update"))
    for row in rows:
        if row["event"] not in ("alert", "update"):
            continue
        text = (SEEDS / "north-korea-kursk" / row["article"]).read_text("utf-8")
        assert row["summary"]
        assert all(sentence in text for sentence in row["summary"])
        assert row["destination"] == "console"
        assert row["url"].startswith("http")
        assert len(row["published"]) == len("2024-10-31")


def test_without_stories_each_match_of_the_demo_is_an_alert():
    done = watchfloor("demo", "--json", "--stories", "off")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert files_of(rows, "match") == files_of(rows, "alert") == ["000", "002", "004"]
    assert files_of(rows, "update") == []


def test_the_demo_plays_any_folder_and_any_query(tmp_path):
    (tmp_path / "a.txt").write_text("A tanker was seized in the Strait of Hormuz on Monday.")
    (tmp_path / "b.txt").write_text("Nothing happened.")
    done = watchfloor("demo", "--scenario", str(tmp_path), "--watch", "Hormuz", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["article"] for row in rows if row["event"] == "alert"] == ["a.txt"]


def test_the_demo_says_what_is_wrong_with_a_folder(tmp_path):
    done = watchfloor("demo", "--scenario", str(tmp_path))
    assert done.returncode == 1
    assert ".txt" in done.stderr
    assert "Traceback" not in done.stderr
