"""Plays for as long as one likes: `python -m tests.tenants --deeds 100000 --seed 7`."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.tenants.play import play


def main() -> None:
    reading = argparse.ArgumentParser(prog="python -m tests.tenants", description=__doc__)
    reading.add_argument("--deeds", type=int, default=10_000)
    reading.add_argument("--seed", type=int, default=1)
    asked = reading.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/tenants.db"
        tally = asyncio.run(play(url, asked.seed, deeds=asked.deeds))
    counted = ", ".join(f"{name} {count}" for name, count in tally.deeds.most_common())
    sys.stdout.write(f"{tally.total} deeds, seed {asked.seed}, no leak: {counted}\n")


if __name__ == "__main__":
    main()
