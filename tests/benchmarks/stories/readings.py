"""The development data, read: labelled articles in the order in which they come."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ENGLISH, SPANISH = "English headlines", "Spanish headlines"
FULL, TWINS = "full articles", "look-alike twins"
FILES = {
    ENGLISH: "stories_og2021_eng.jsonl",
    SPANISH: "stories_og2021_spa.jsonl",
    FULL: "stories_giveme5w1h.jsonl",
    TWINS: "stories_ecbplus.jsonl",
}
FOLDS = 5
_START = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with the story that people put it into."""

    number: int
    title: str
    body: str
    at: datetime
    source: str
    language: str
    label: str

    @property
    def fold(self) -> int:
        return fold_of(self.label)


def fold_of(story: str) -> int:
    """The fold of a story, by hash: the same in every run."""
    return int(hashlib.md5(story.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def load(folder: Path, name: str) -> list[Labelled]:
    """A set in stream order; what has no dates comes in md5(id) order, a minute apart."""
    lines = (folder / FILES[name]).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    if any(row["ts"] is None for row in rows) and name == TWINS:
        rows.sort(
            key=lambda row: hashlib.md5(row["id"].encode(), usedforsecurity=False).hexdigest()
        )
        times = [_START + timedelta(minutes=minute) for minute in range(len(rows))]
    else:
        rows.sort(key=lambda row: (row["ts"], row["id"]))
        times = [datetime.fromtimestamp(row["ts"], UTC) for row in rows]
    return [
        Labelled(
            number, row["title"], row["body"], at, row["source"], row["lang"][:2], row["label"]
        )
        for number, (row, at) in enumerate(zip(rows, times, strict=True))
    ]
