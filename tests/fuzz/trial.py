"""One thing to try: a few queries and an article. A failure names the promise that was broken."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

REGRESSIONS = Path(__file__).parents[1] / "rules" / "regressions.jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """The first query is on trial; the others stand beside it in the rule set."""

    queries: tuple[str, ...]
    title: str
    body: str

    def line(self, found: str) -> str:
        """The trial as a line of the regression file, with what was found."""
        return json.dumps({"found": found, **asdict(self)}, ensure_ascii=True)


def read_trials(path: Path = REGRESSIONS) -> list[Trial]:
    """The trials kept in a file, none if there is no file."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines if line.strip()]
    return [Trial(tuple(r["queries"]), r["title"], r["body"]) for r in records]


class BrokenError(Exception):
    """A promise was broken; `promise` is its name."""

    def __init__(self, promise: str, detail: str) -> None:
        super().__init__(f"{promise}: {detail}")
        self.promise = promise
