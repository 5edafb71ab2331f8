"""The limit on open files is raised as far as may be, and few files mean no idle connections."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.feeds.openfiles import LONGEST_KEPT, connections_kept


@pytest.mark.parametrize(("soft", "hard"), [(64, 128), (128, 128), (64, 300)])
def test_the_limit_is_raised_to_what_the_system_grants(soft: int, hard: int) -> None:
    program = (
        "import json, resource; from bot.feeds.openfiles import raise_limit;"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}));"
        "print(json.dumps([raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE)]))"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(out.stdout) == [hard, hard, hard]


def test_connections_are_kept_only_where_they_leave_half_of_the_files_free() -> None:
    assert connections_kept(65_536) == LONGEST_KEPT
    assert connections_kept(6_000) == timedelta(seconds=1.5)
    assert connections_kept(1_024) == timedelta(0)
