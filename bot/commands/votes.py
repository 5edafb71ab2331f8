"""The Not relevant button of a card, and the Undo of whatever a card says that people did.

What somebody says of an alert counts in /watch show; it changes nothing of what is told.
"""

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.mutes import by, lift_from, pressed
from bot.errors import CommandError
from bot.message import Answer, Button, Paragraph, Tone, plain

TAKE_BACK = "vote:undo"


async def not_relevant(desk: Desk, invocation: Invocation) -> Reply:
    """Record that a card was not relevant to somebody; the card folds and says who."""
    card = await pressed(desk, invocation)
    if not await desk.store.votes.cast(card, by=by(invocation), at=invocation.at):
        raise CommandError("You said so before; the card will say it, too.")
    counted = "It counts in /watch show, and /watch edit mends a query. Nothing else changes."
    return Reply(
        Answer(
            "Noted: not relevant.",
            (Paragraph(plain(counted)),),
            (Button("Undo", TAKE_BACK, str(card.id)),),
            tone=Tone.GOOD,
        )
    )


async def take_back(desk: Desk, invocation: Invocation) -> Reply:
    """Undo what was said of a card."""
    card = await pressed(desk, invocation)
    if not await desk.store.votes.take_back(card, by=by(invocation), at=invocation.at):
        raise CommandError(_NOTHING)
    return Reply(Answer("Taken back. The card is whole again.", tone=Tone.GOOD), replaces=True)


async def undo(desk: Desk, invocation: Invocation) -> Reply:
    """Undo what a card says that was done: its story's mute, and that it was not relevant."""
    card = await pressed(desk, invocation)
    unmuted = await lift_from(desk, invocation, card)
    taken = await desk.store.votes.take_back(card, by=by(invocation), at=invocation.at)
    if not (unmuted or taken):
        raise CommandError(_NOTHING)
    said = "Undone. Its story is heard again here." if unmuted else "Undone."
    return Reply(Answer(said, tone=Tone.GOOD))


_NOTHING = "There is nothing to undo here: it was undone before, or it is over."
