"""Searches as people make them: the newest ten and the best ten, over an archive of a size.

Each is made with evidence, as `/intel search` shows it; the first of each kind warms up.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import quantiles

import rules
from bot.insight.search import Hits, best, newest
from bot.insight.walk import Walk, shown
from bot.model import Article
from tests.benchmarks.store.worlds import World

QUERIES = (
    "North Korea AND Kursk",
    "Trump",
    "said AND government",
    "Hormuz AND (tanker OR vessel OR shipping)",
    "Clinton NEAR/10 email",
    '"European Union" AND Brexit',
    "Zelensk*",
    "Belgorod",
    "zq17x*",
    "qqxyzzy",
    "qqxyzzy OR plughfrotz",
    "Iran AND (IAEA OR Natanz OR centrifuge OR sanctions) NOT football",
    "title:Syria",
    "2 OF (Aleppo, Mosul, Raqqa, Damascus)",
    "Niger",
    "the president of the United States",
    "country:KP",
    "(Turkey OR Erdogan) AND coup",
    "South China Sea AND Philippines",
    "ATLEAST/3 Putin",
    "missile AND drone AND submarine",
    "Kim Jong-un",
    "Burkina Faso OR Mali",
    "oil price NOT Venezuela",
)
NEWEST, BEST = "newest ten", "best ten"
_LONG = timedelta(seconds=60)
_MANY = 100


@dataclass(frozen=True, slots=True)
class Searches:
    """How long searches took, in seconds, of one kind on one database."""

    database: str
    kind: str
    size: int
    seconds: Sequence[float]
    worst: str

    @property
    def median(self) -> float:
        """Half of the searches took no longer."""
        return quantiles(self.seconds, n=20)[9]

    @property
    def p95(self) -> float:
        """19 of 20 searches took no longer."""
        return quantiles(self.seconds, n=20)[18]


async def measure(world: World, size: int, rounds: int) -> list[Searches]:
    """The newest ten and the best ten of every query that an index can narrow, so many times."""
    walk = Walk(world.store, world.home)
    found = []
    for kind, find in ((NEWEST, newest), (BEST, best)):
        taken: list[tuple[float, str]] = []
        for round_ in range(rounds + 1):
            for text in QUERIES:
                query = rules.parse(text)
                started = time.perf_counter()
                await find(walk, query, limit=10)
                if round_:
                    taken.append((time.perf_counter() - started, text))
        found.append(
            Searches(world.name, kind, size, [seconds for seconds, _ in taken], max(taken)[1])
        )
    return found


async def exact(world: World) -> bool:
    """Whether the index gives what a look at every article gives: the newest hundred of each."""
    walk = Walk(world.store, world.home)
    for text in QUERIES:
        query = rules.parse(text)
        narrowed = await newest(walk, query, limit=_MANY, budget=_LONG)
        if narrowed != await _by_force(walk, query):
            return False
    return True


async def _by_force(walk: Walk, query: rules.Query) -> Hits:
    hits: list[Article] = []
    async for step in walk.steps(query, None):
        hits += step.hits
        if len(hits) > _MANY:
            break
    return Hits(tuple(shown(query, hits[:_MANY])), more=len(hits) > _MANY)
