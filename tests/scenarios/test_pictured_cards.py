"""What the guides show as pictures is what the bot posts now."""

import json
from pathlib import Path

import pytest

from tests.cards.play import cards, timeless

PICTURES = Path(__file__).parent.parent.parent / "docs/pictures"


async def test_the_pictures_show_what_the_bot_posts_for_the_seeds(sqlite_url):
    shown = json.dumps(json.loads((PICTURES / "cards.json").read_text()), ensure_ascii=False)
    posted = json.dumps(await cards(sqlite_url), ensure_ascii=False)
    assert timeless(posted) == timeless(shown), "python -m tests.cards, then docs/pictures/draw.py"


@pytest.mark.parametrize("chat", ["slack", "discord"])
def test_each_guide_shows_its_picture_and_it_is_small(chat):
    picture = PICTURES / f"{chat}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 150_000
    guide = (PICTURES.parent / f"{chat}.md").read_text()
    assert f"](pictures/{chat}.png)" in guide
