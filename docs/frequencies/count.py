"""Counts in how many articles each word stands: `count.py < articles.jsonl`, from the root.

Prints the words that stand in at least 0.3 % of the articles, per 10,000 articles, for
rules/data/frequencies.txt. It ignores everything but the words' number of articles.
"""

import json
import sys
from collections import Counter

from rules.memory import Memory

SHARE = 0.003


def main() -> None:
    """Read articles, one JSON object with title and body per line, and print the table."""
    memory, counts, articles = Memory(), Counter[str](), 0
    for line in sys.stdin:
        article = json.loads(line)
        counts.update(set(memory.read(f"{article['title']}\n\n{article['body']}").tokens))
        articles += 1
    sys.stdout.write(f"# Words in at least {SHARE:.1%} of {articles:,} articles; per 10,000.\n")
    for word, count in sorted(counts.items()):
        if word.isascii() and word.isalnum() and count >= SHARE * articles:
            sys.stdout.write(f"{word} {round(10_000 * count / articles)}\n")


if __name__ == "__main__":
    main()
