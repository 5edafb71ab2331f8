"""The judged sentences of TREC Temporal Summarization: what came when, with which facts."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

csv.field_size_limit(10_000_000)
_UPDATES = {2013: "2013.updates.tsv.gz", 2014: "2014.updates_sampled.tsv.gz"}
_TOPIC = re.compile(r"<id>(\d+)</id>.*?<query>(.*?)</query>", re.DOTALL)
_BRACKETS = re.compile(r"-[LR][RSC]B-|&nbsp;")
LONGEST = 4_000  # characters; longer "sentences" are whole pages


@dataclass(frozen=True, slots=True)
class Update:
    """A sentence of a document. `facts` are the nuggets that judges found in it."""

    id: str
    document: str
    at: datetime
    text: str
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Topic:
    """An event with its query and its sentences in the order in which they came."""

    id: str
    year: int
    query: str
    updates: tuple[Update, ...]


def topics(folder: Path, year: int) -> list[Topic]:
    """The topics of a year."""
    facts: dict[str, set[str]] = defaultdict(set)
    for row in _rows(folder / f"{year}.matches.tsv.gz"):
        facts[row["update_id"]].add(row["nugget_id"])
    updates: dict[str, dict[str, Update]] = defaultdict(dict)
    for row in _rows(folder / _UPDATES[year]):
        updates[row["query_id"]][row["update_id"]] = _update(
            row, frozenset(facts[row["update_id"]])
        )
    queries = dict(_TOPIC.findall((folder / f"{year}.topics.xml").read_text("utf-8")))
    return [
        Topic(
            name,
            year,
            queries[name.partition(".")[2]],
            tuple(sorted(found.values(), key=lambda u: (u.at, u.document, _place(u.id)))),
        )
        for name, found in sorted(updates.items())
    ]


def _update(row: dict[str, str], facts: frozenset[str]) -> Update:
    moment, document, _ = row["update_id"].split("-")
    text = _BRACKETS.sub(" ", row["update_text"])[:LONGEST]
    return Update(row["update_id"], document, datetime.fromtimestamp(int(moment), UTC), text, facts)


def _place(update: str) -> int:
    return int(update.rsplit("-", 1)[1])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        names = next(lines).split()
        for line in lines:
            if line.strip():
                yield dict(zip(names, line.rstrip("\n").split("\t"), strict=False))
