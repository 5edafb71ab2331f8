"""Counts the terms of stories: `python docs/frequencies/count_terms.py < articles.jsonl`.

Prints for bot/stories/data/terms.txt in how many articles each term stands, if in three or more.
"""

import json
import sys
from collections import Counter

from bot.stories.vector import read
from rules import Wording

FEWEST = 3


def main() -> None:
    """Read articles, one JSON object with title and body per line, and print the table."""
    wording, counts, articles = Wording(), Counter[str](), 0
    for line in sys.stdin:
        article = json.loads(line)
        counts.update(read(wording, article["title"], article["body"], "en").weights.keys())
        articles += 1
    sys.stdout.write(f"# {articles} articles; the terms that stand in at least {FEWEST}\n")
    for term, count in sorted(counts.items()):
        if count >= FEWEST:
            sys.stdout.write(f"{term} {count}\n")


if __name__ == "__main__":
    main()
