"""What people ask of a message that they point at: why it was sent, or a watchlist of such news.

A message is one of ours if it was posted by the outbox; any other has its text alone.
"""

from dataclasses import replace

from bot.commands import intel
from bot.commands.desk import Desk, quoted
from bot.commands.invocation import Invocation, MessageAction, Reply
from bot.commands.suggesting import suggested
from bot.commands.watch import here, watch_form
from bot.errors import CommandError, NotAllowed
from bot.message import AlertCard, Update
from bot.model import DeliveryId, Receipt
from bot.store.deliveries import Delivery

WHY, WATCH, WATCH_CARD = "message:why", "message:watch", "alert:watch"
MESSAGE_ACTIONS = (
    MessageAction(WHY, "Why this alert?", "What matched in it, and where."),
    MessageAction(WATCH, "Make a watch from this", "A watchlist for such news, to be mended."),
)
OPEN_FORMS = frozenset({WATCH, WATCH_CARD})


async def why(desk: Desk, invocation: Invocation) -> Reply:
    """Say why an alert was sent; of a message that is none of ours, that it is none."""
    found = await _posted(desk, invocation)
    if found is not None and found.decision is None:
        raise CommandError(
            "This message of mine is no single alert. Ask at a card, or about one article:",
            example="/intel story https://www.reuters.com/world/",
        )
    if found is None:
        raise CommandError(
            "This message is no alert of mine, so there is nothing to explain. Of an article that"
            " I read, this tells more:",
            example="/intel story https://www.reuters.com/world/",
        )
    return await intel.why(desk, replace(invocation, values={"value": str(found.id)}))


async def watch(desk: Desk, invocation: Invocation) -> Reply:
    """Open the form of a new watchlist, with a query out of the message's headline."""
    if not invocation.actor.manager:
        raise NotAllowed("Only a manager may make a watchlist.")
    found = await _posted(desk, invocation)
    said = invocation.values.get("text", "")
    if found is not None and isinstance(found.message, AlertCard | Update):
        said = found.message.headline.text
    name, query = suggested(said)
    if not query:
        raise CommandError(
            "I find no words in this message to watch for.", example="/watch add kursk Kursk"
        )
    filled = {"name": name, "query": query}
    form = watch_form("New watchlist", "watch:form", "", filled, here(invocation))
    return Reply(replace(form, usage=f"/watch add {quoted(name)} {query}"))


async def _posted(desk: Desk, invocation: Invocation) -> Delivery | None:
    """The delivery behind a message that somebody points at, or behind a card's number."""
    values, outbox = invocation.values, desk.store.outbox
    number, message = values.get("value", ""), values.get("message", "")
    if number.isascii() and number.isdigit():
        found = await outbox.find_sent(invocation.workspace, DeliveryId(int(number[:18])))
    elif message and invocation.channel is not None:
        receipt = Receipt(invocation.channel, message)
        found = await outbox.find_posted(invocation.workspace, receipt)
    else:
        found = None
    if found is None or not (await desk.sight(invocation)).sees(found.destination):
        return None
    return found
