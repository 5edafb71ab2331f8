"""What the fuzz runner once found stays mended, and a short hunt finds nothing new."""

import time
from pathlib import Path

import pytest

from tests.fuzz.hunt import broken_promise, hunt
from tests.fuzz.shrinking import shrunk
from tests.fuzz.trial import BrokenError, Trial, read_trials

SECONDS = 5


@pytest.mark.parametrize("trial", read_trials(), ids=lambda trial: repr(trial.queries)[:60])
def test_what_a_hunt_once_found_keeps_every_promise(trial: Trial) -> None:
    assert broken_promise(trial) is None


def test_a_short_hunt_finds_nothing() -> None:
    bag = hunt("short", 2_000, until=time.monotonic() + SECONDS)

    assert [(finding.found, finding.trial) for finding in bag.findings] == []
    assert 0 < bag.understood < bag.inputs


def test_a_failing_trial_is_cut_down_to_what_it_takes() -> None:
    def judge(trial: Trial) -> BrokenError | None:
        broken = "Kursk" in trial.body and any("Iran" in query for query in trial.queries)
        return BrokenError("example", "both words") if broken else None

    trial = Trial(("Sudan", "Oman AND Iran"), "A title", "Near Kursk, and so on.")

    assert shrunk(trial, "example", judge) == Trial(("Iran",), "", "Kursk")


def test_a_trial_comes_back_from_its_line(tmp_path: Path) -> None:
    trial = Trial(("Kursk", '"a b"'), "\u202e", "war.\u201cWe\n\ud800")
    (tmp_path / "kept.jsonl").write_text(trial.line("example: found") + "\n", "utf-8")

    assert read_trials(tmp_path / "kept.jsonl") == [trial]
