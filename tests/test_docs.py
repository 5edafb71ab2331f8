"""The documents are true: commands, links and examples in them exist and do what they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import rules
from bot.cli import app
from bot.commands import grammar
from bot.commands.command import Commands

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")
COMMAND = re.compile(r"(?<![\w/.:])/(watch|feeds|intel|watchfloor) ([a-z][a-z-]*)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    for link in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_chat_command_that_a_page_names_exists(page):
    known = {spec.name for spec in Commands.table}
    for family, verb in COMMAND.findall(page.read_text("utf-8")):
        assert f"{family} {verb}" in known, f"/{family} {verb}"


@pytest.mark.parametrize("spec", Commands.table, ids=lambda spec: spec.name)
def test_the_example_of_every_command_can_be_typed(spec):
    name, values = grammar.read(f"/{spec.name} {spec.example}", Commands.table)
    assert name == spec.name
    if "query" in values:
        rules.parse(values["query"])


def test_every_command_of_the_shell_is_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = app.registered_commands
    names = [each.name or each.callback.__name__ for each in commands if each.callback]
    assert {"run", "demo", "match"} <= set(names)
    for name in names:
        assert f"watchfloor {name}" in readme, name


def test_every_deed_of_run_sh_is_in_its_own_help():
    script = (ROOT / "run.sh").read_text("utf-8")
    deeds = re.findall(r"^  ([a-z-]+)\)", script, re.MULTILINE)
    assert {"demo", "test", "check", "run"} <= set(deeds)
    for deed in deeds:
        assert f"./run.sh {deed}" in script, deed


def test_the_output_in_the_readme_is_real():
    readme = (ROOT / "README.md").read_text("utf-8")
    text = next((ROOT / "seeds" / "north-korea-kursk").glob("004_*")).read_text("utf-8")
    shown = readme.split("NBCNews.com · 26 Oct 2024")[1].split("matched North Korea")[0]
    sentences = [line.strip().removesuffix(" …") for line in shown.splitlines() if line.strip()]
    assert len(sentences) == 3
    assert all(sentence in text for sentence in sentences)


def test_the_wrong_query_in_the_readme_is_answered_as_it_is_shown_there():
    shown = (ROOT / "README.md").read_text("utf-8").split("seeds/north-korea-kursk/*.txt\n")[1]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "match", "North Korea AND (Kursk", "x.txt"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2
    assert shown.startswith(done.stderr)
