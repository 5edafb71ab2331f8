"""An archive of any size: articles made of the sentences of real ones, each with words of its own.

Sentences keep the words' real frequencies and neighbours; a seed makes the same archive anew.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from bot.model import Entry

_SENTENCES = 22
_INVENTED = """
Officials said the talks in Geneva would go on. North Korean troops were seen near Kursk.
A tanker was stopped in the Strait of Hormuz. The ministry denied the report on Monday.
Two drones were shot down over Kharkiv. Prices of oil rose after the strike. Nobody was hurt.
The army said it had taken the town. A spokeswoman declined to comment. Markets were calm.
""".strip()


def articles(data: Path | None, number: int, seed: int = 7) -> Iterator[Entry]:
    """So many new articles of a feed, about 3 KB each where there is data."""
    titles, sentences = _material(data)
    dice = random.Random(seed)
    for place in range(number):
        chosen = dice.sample(range(len(sentences)), min(_SENTENCES, len(sentences)))
        own = f"Case {place} was filed under zq{place % 9973}x{dice.randrange(10**6)}."
        body = " ".join([*(sentences[each] for each in chosen), own])
        yield Entry(
            f"urn:{seed}:{place}",
            dice.choice(titles),
            body,
            url=f"https://news.example/{seed}/{place}",
        )


def _material(data: Path | None) -> tuple[list[str], list[str]]:
    if data is None:
        invented = _INVENTED.replace("\n", " ").split(". ")
        return invented, [f"{each}." for each in invented]
    titles: list[str] = []
    sentences: list[str] = []
    with (data / "articles.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            titles.append(article["title"] or "Untitled")
            sentences += [each for each in article["body"].split(". ") if each.strip()]
    return titles, sentences
