"""What docs/deploy.md says to type after a restore by the tools of the database itself."""

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bot.message import Answer
from bot.model import DeliveryState, Destination, Platform
from bot.store.backup import NEVER_AGAIN
from bot.store.deliveries import NewDelivery, put

DOCS = Path(__file__).parents[3] / "docs" / "deploy.md"
HOUR = timedelta(hours=1)
LOST = Destination.parse("slack:C2")


def written() -> list[str]:
    """The statements of the document's only block of SQL, on one line each."""
    (block,) = re.findall(r"```sql\n(.+?)```", DOCS.read_text(), re.DOTALL)
    return [" ".join(each.split()) for each in block.split(";") if each.strip()]


def test_the_document_says_what_our_own_restore_does():
    assert written() == list(NEVER_AGAIN)


async def test_what_waited_when_the_backup_was_made_never_goes_out(store, home, hand, now):
    await hand.post(home, "pending")
    await store.outbox.post(home.id, LOST, Answer("blocked"), "blocked", now)
    await store.places.lose(LOST, "The bot was removed.", now)
    held = NewDelivery(home.id, None, LOST, "held", Answer("held"), held_until=now + HOUR)
    await store.database.write(lambda connection: put(connection, held, None, now))
    await hand.article(home, "1")

    for statement in written():
        await store.database.write(
            lambda connection, typed=statement: connection.execute(text(typed))
        )

    assert await store.places.find_again(LOST, now + HOUR)
    assert await hand.claim(now + 2 * HOUR) == ()
    assert await store.digests.due(now + 2 * HOUR, list(Platform), 10) == ()
    assert (await store.outbox.counts())[DeliveryState.DEAD] == 3
    assert await store.articles.unprocessed(10) == ()
