"""Dice that write queries and articles: by the grammar, by mutation, and plain junk."""

import json
import random
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.trial import Trial
from tests.fuzz.words import GLUED, NAMES, OPERATORS, SCRIPTS, SIGNS, WORDS

_TESTS = Path(__file__).parents[1]
_DEEPEST = 4
_SHORTEST_FUZZY = 5


class Dice:
    """Writes trials. The same seed writes the same ones."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def query(self) -> str:
        """A query; most of them can be understood."""
        roll = self._random.random()
        if roll < 0.6:
            return self._tree(0)
        text = self._tree(0) if roll < 0.75 else self._random.choice(_known_queries())
        if roll < 0.95:
            for _ in range(self._random.randint(1, 4)):
                text = self._mutated(text)
            return text
        return "".join(self._pieces(self._random.randint(0, 40), (*OPERATORS, *SIGNS)))

    def article(self, queries: tuple[str, ...]) -> Trial:
        """A trial of the queries on a short article, dirt included."""
        title = self._text(self._random.randint(0, 8))
        return Trial(queries, title, self._text(self._random.randint(0, 45)))

    def _text(self, length: int) -> str:
        if length > 40 and self._random.random() < 0.3:
            return self._mutated(self._mutated(self._random.choice(_known_texts())))
        words = self._pieces(length, SIGNS)
        joints = (" ", " ", " ", " ", " ", "", "-", ". ", ", ", "\n", "\n\n", "’s ", " and ")
        return "".join(word + self._random.choice(joints) for word in words)

    def _pieces(self, count: int, others: tuple[str, ...]) -> list[str]:
        pools = (NAMES, NAMES, WORDS, WORDS, SCRIPTS, GLUED, others)
        return [self._random.choice(self._random.choice(pools)) for _ in range(count)]

    def _mutated(self, text: str) -> str:
        """The text with one accident."""
        at = self._random.randint(0, len(text))
        end = min(len(text), at + self._random.randint(1, 6))
        ways: tuple[Callable[[], str], ...] = (
            lambda: text[:at] + text[end:],
            lambda: text[:end] + text[at:],
            lambda: text[:at] + self._random.choice(SIGNS) + text[at:],
            lambda: text[:at] + self._random.choice(OPERATORS) + text[at:],
            lambda: text[:at] + self._random.choice(NAMES) + text[at:],
            lambda: text[:at] + text[at:end].swapcase() + text[end:],
            lambda: text[:at] + chr(self._random.choice((0x7F, 0x600, 0x3040, 0xFFFD, 0x1F600))),
            lambda: text[at:] + " " + text[:at],
        )
        return self._random.choice(ways)()

    def _tree(self, depth: int) -> str:
        if depth >= _DEEPEST:
            return self._term()
        join = self._join
        ways: tuple[tuple[int, Callable[[], str]], ...] = (
            (30, self._term),
            (14, lambda: join(" AND ", depth)),
            (14, lambda: f"({join(' OR ', depth)})"),
            (5, lambda: f"({self._tree(depth + 1)}) NOT ({self._tree(depth + 1)})"),
            (3, lambda: join(" ", depth)),
            (10, self._near),
            (4, lambda: f"{self._random.randint(1, 3)} OF ({join(', ', depth)})"),
            (4, lambda: f"ATLEAST/{self._random.randint(2, 3)} {self._term()}"),
            (4, self._score),
            (5, lambda: f"{self._random.choice(('title', 'body'))}:{self._term()}"),
            (4, lambda: self._random.choice([o for o in OPERATORS if ":" in o and o[-1] != ":"])),
            (3, lambda: self._random.choice(("@gulf", "@deep"))),
        )
        return self._random.choices([way for _, way in ways], [weight for weight, _ in ways])[0]()

    def _join(self, sign: str, depth: int) -> str:
        count = self._random.randint(2, 4)
        return sign.join(self._tree(depth + 1) for _ in range(count))

    def _near(self) -> str:
        name = self._random.choice(("NEAR", "ONEAR", "W", "PRE"))
        reach = f"/{self._random.randint(0, 12)}" if self._random.random() < 0.8 else ""
        if name == "NEAR" and self._random.random() < 0.2:
            reach = self._random.choice(("/s", "/p"))
        sides = [self._side() for _ in range(self._random.choice((2, 2, 2, 3)))]
        return f"({f' {name}{reach} '.join(sides)})"

    def _side(self) -> str:
        if self._random.random() < 0.3:
            return f"({self._term()} OR {self._term()})"
        return self._term()

    def _score(self) -> str:
        items = (
            f"{self._term()}^{self._random.randint(-3, 5)}"
            for _ in range(self._random.randint(2, 4))
        )
        return f"SCORE/{self._random.randint(1, 6)} (troops^2, {', '.join(items)})"

    def _term(self) -> str:
        word = self._random.choice(self._random.choice((NAMES, NAMES, NAMES, WORDS[:14], SCRIPTS)))
        second = self._random.choice(self._random.choice((NAMES, WORDS[:14])))
        ways: tuple[tuple[int, Callable[[], str]], ...] = (
            (40, lambda: word),
            (10, lambda: f"{word} {second}"),
            (20, lambda: f'"{word}"'),
            (8, lambda: f'"{word} {second}"'),
            (4, lambda: f'"{word} * {second}"'),
            (5, lambda: f'"{word} {second}"~{self._random.randint(0, 6)}'),
            (4, lambda: f"={word.split()[0]}"),
            (3, lambda: f'="{word}"'),
            (6, lambda: f"{word.split()[0][:5]}*"),
            (2, lambda: f"{word.split()[0][:4]}?{word.split()[0][5:]}"),
            (6, lambda: f"{word.split()[-1]}~"),
        )
        return self._random.choices([way for _, way in ways], [weight for weight, _ in ways])[0]()


def _known_queries() -> list[str]:
    if not _QUERIES:
        lines = (_TESTS / "rules" / "cases.jsonl").read_text("utf-8").splitlines()
        _QUERIES.extend(json.loads(line)["query"] for line in lines)
    return _QUERIES


def _known_texts() -> list[str]:
    """Stretches of the seeds, a few hundred characters each."""
    if not _TEXTS:
        for path in sorted((_TESTS.parent / "seeds").glob("*/*.txt")):
            text = path.read_text("utf-8")
            _TEXTS.extend(text[at : at + 400] for at in range(0, len(text), 400))
    return _TEXTS


_QUERIES: list[str] = []
_TEXTS: list[str] = []
