"""Rules of the house that no linter knows. Each fault is named with its file."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager", "base", "core"}
LONGEST = 400
# Written in halves, so that this file keeps its own rules.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
REGISTRIES = re.compile(
    r"\b(py"
    + r"pi\.org|python"
    + r"hosted\.org|npm"
    + r"js\.org|golang"
    + r"\.org|crates"
    + r"\.io)\b"
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(w" + r"ork|r" + r"oot)/\w")
# Other people's words: articles, and the data files of the rule engine.
FOREIGN = ("seeds/", "rules/data/")


def walk(root: Path) -> list[str]:
    """What is in the folder when git cannot tell, without hidden folders and what tools leave."""
    found = []
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(
            part == "__pycache__" or part.endswith(".egg-info") or part.startswith(".")
            for part in parts[:-1]
        )
        if path.is_file() and (not hidden or parts[0] == ".ci"):
            found.append("/".join(parts))
    return found


def project_files(root: Path) -> list[str]:
    """Every file that is or could be committed, as a path from the root."""
    git = shutil.which("git")
    if git is None:
        return walk(root)
    asked = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        return walk(root)
    return [name for name in asked.stdout.split("\0") if name and (root / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[str]:
    return project_files(ROOT)


@pytest.fixture(scope="module")
def modules(files: list[str]) -> list[str]:
    return [name for name in files if name.endswith(".py")]


def lines(names: list[str]) -> Iterator[tuple[str, str]]:
    """Each line of our own text, with its place."""
    for name in names:
        content = (ROOT / name).read_bytes()
        if name.startswith(FOREIGN) or b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            yield f"{name}:{number}", line


def test_every_file_and_folder_has_a_name_of_the_domain(files: list[str]) -> None:
    assert [
        name
        for name in files
        if FORBIDDEN_NAMES & {part.partition(".")[0].lower() for part in name.split("/")}
    ] == []


def test_no_module_is_longer_than_the_ceiling(modules: list[str]) -> None:
    lengths = {name: len((ROOT / name).read_bytes().splitlines()) for name in modules}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_says_what_it_is_for(modules: list[str]) -> None:
    ours = [name for name in modules if name.startswith(("bot/", "rules/"))]
    assert ours

    assert [
        name
        for name in ours
        if not ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8")))
    ] == []


@pytest.mark.parametrize(
    "forbidden",
    [UNFINISHED, REGISTRIES, MACHINE_PATHS],
    ids=["no unfinished work", "no registry", "no path of one machine"],
)
def test_no_line_holds_what_has_no_place_here(forbidden: re.Pattern[str], files: list[str]) -> None:
    assert [place for place, line in lines(files) if forbidden.search(line)] == []


def test_without_git_the_folder_itself_is_read(tmp_path: Path) -> None:
    for name in ["bot/a.py", ".ci/run", ".gitignore", ".venv/b.py", "bot/__pycache__/a.pyc"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert walk(tmp_path) == [".ci/run", ".gitignore", "bot/a.py"]
