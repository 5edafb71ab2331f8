"""A scenario nobody has seen before gets what its texts demand."""

import random
from datetime import UTC, datetime

import pytest

from bot.feeds.scenario import read_scenario
from tests.stage import staged

PLACES = ["Kursk", "Belgorod", "Hormuz", "Goma", "Odesa", "Natanz"]
FILLER = [
    "Officials met on Tuesday to discuss the harvest.",
    "The minister declined to comment on the report.",
    "Rain is expected in the capital over the weekend.",
    "Markets closed slightly higher after a quiet session.",
]


@pytest.mark.parametrize("seed", range(3))
async def test_a_random_folder_is_alerted_exactly_where_both_terms_stand(
    seed, tmp_path, sqlite_url
):
    dice = random.Random(seed)
    wanted: set[str] = set()
    place = dice.choice(PLACES)
    for number in range(12):
        sentences = dice.sample(FILLER, 3)
        with_korea, with_place = dice.random() < 0.6, dice.random() < 0.6
        if with_korea:
            sentences.insert(dice.randrange(4), "North Korean troops were seen near the border.")
        if with_place:
            sentences.insert(dice.randrange(4), f"Fighting went on around {place} overnight.")
        (tmp_path / f"{number:02}.txt").write_text(" ".join(sentences), "utf-8")
        if with_korea and with_place:
            wanted.add(" ".join(sentences))
    scenario = read_scenario(tmp_path, now=datetime(2026, 1, 1, tzinfo=UTC))
    query = f"North Korea AND {place}"
    async with staged(scenario, sqlite_url, watch=query) as stage:
        await stage.play(scenario)
        assert len(stage.cards) == len(wanted)
        for card in stage.cards:
            assert any(all(quote.text in text for quote in card.sentences) for text in wanted)
