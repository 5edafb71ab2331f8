"""What stands in an imported file beside its two tables is told of, and comes back to be mended."""

import pytest

from bot.commands.invocation import Invocation
from bot.message import Answer, File
from bot.model import Actor, Destination, Platform

RIGHT = '[[watchlists]]\nname = "right"\nquery = "Kursk"\n'


@pytest.fixture
def bring(made):
    """Import a text; the answer, in words, and the file that comes with it."""

    async def bring(text: str) -> tuple[str, str]:
        async def file() -> File:
            return File("mine.toml", text.encode(), "")

        actor = Actor(Platform.CONSOLE, "ann", "ann", manager=True)
        here = Destination(Platform.CONSOLE)
        home, now = made.bot.home.id, made.clock.now
        asked = Invocation("watch import", {"file": "x"}, actor, home, now, here, file=file)
        reply = await made.bot.commands.answer(asked)
        assert isinstance(reply.message, Answer)
        assert reply.message.file is not None
        enclosed = reply.message.file.data.decode()
        return f"{reply.message.title}\n{reply.message.blocks}", enclosed

    return bring


@pytest.mark.parametrize(
    ("stray", "told"),
    [
        ('[[watchlist]]\nname = "lost"\nquery = "Iran"\n', "'watchlist'. Write [[watchlists]]."),
        ('[Watchlists]\nname = "lost"\n', "'Watchlists'. Write [[watchlists]]."),
        ('[[feeds]]\nurl = "https://x.example"\n', "'feeds'. It knows watchlists, lists."),
    ],
)
async def test_a_table_that_nobody_knows_is_told_and_comes_back_to_be_mended(bring, stray, told):
    said, enclosed = await bring(f"{stray}{RIGHT}")
    assert "1 new, 1 wrong" in said
    assert told in said
    assert stray.splitlines()[1] in enclosed
    assert "right" not in enclosed


async def test_a_key_outside_of_all_tables_is_told(bring):
    said, _ = await bring(f"paused = true\n{RIGHT}")
    assert "There is no table 'paused'" in said
