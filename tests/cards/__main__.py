"""Writes docs/pictures/cards.json: what the pictures show."""

import asyncio
import json
import tempfile
from pathlib import Path

from tests.cards.play import cards

CARDS = Path(__file__).parent.parent.parent / "docs/pictures/cards.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(cards(f"sqlite:///{folder}/cards.db"))
    CARDS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
