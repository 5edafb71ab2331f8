"""How much a run measures: sizes, rounds, and which articles serve for what.

Every article is timed once per engine and never before it was matched, as news comes; so the
articles are dealt out beforehand.
"""

from dataclasses import dataclass

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGEST_WITH_PEERS = 100_000
FUZZY_TERMS = 2_000
SEED = 20_241_031


@dataclass(frozen=True, slots=True)
class Plan:
    """`warm` articles are matched before anything is timed; then `rounds` of `per_round` each."""

    sizes: tuple[int, ...]
    rounds: int
    warm: int
    per_round: int
    near_per_round: int
    growth_per_round: int
    edits: int

    @property
    def near_from(self) -> int:
        """The first article for near misses; each round takes two shares of them."""
        return self.warm + self.rounds * self.per_round

    @property
    def growth_from(self) -> int:
        """The first article for the growth from size to size."""
        return self.near_from + 2 * self.rounds * self.near_per_round

    @property
    def articles(self) -> int:
        """How many articles it takes in all."""
        return self.growth_from + self.rounds * self.growth_per_round


def plan(*, sizes: tuple[int, ...], quick: bool, articles: int) -> Plan:
    """A plan for so many articles."""
    chosen = tuple(sorted(sizes)) or (SIZES[:2] if quick else SIZES)
    rounds = 3 if quick else 5
    timed = min(articles, 300) // 2 if quick else articles // 2
    share = timed // (5 * rounds)  # of a round's articles: two, and one each for what follows
    warm = min(articles - 5 * rounds * share, 300 if quick else articles)
    return Plan(chosen, rounds, warm, 2 * share, share, share, 200 if quick else 1_000)
