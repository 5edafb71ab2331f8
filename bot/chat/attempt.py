"""One attempt at a delivery: a message, a reply in a card's thread, or a card's new state.

It keeps no record and decides nothing about a failure; the outbox loop does both.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from bot.chat.adapter import ChatAdapter
from bot.errors import SendError, SendKind
from bot.message import AlertCard, Answer, Literal, Message, Paragraph, Update, plain
from bot.model import Act, Receipt
from bot.store.deliveries import Delivery, Posted
from bot.stories.handled import BOUND

log = logging.getLogger(__name__)

RECONCILE_SLACK = timedelta(seconds=60)


async def look_up(adapter: ChatAdapter, delivery: Delivery, card: Posted | None) -> Receipt | None:
    """Look whether an earlier attempt arrived; None means that it is to be sent again.

    That is also so where the platform cannot tell. An edit is never looked for: done twice it is
    the same as done once. A reply may stand in the thread or, where that was closed, beside it.
    """
    if delivery.act is Act.EDIT:
        return None
    key = str(delivery.id)
    since = (delivery.attempt_started_at or delivery.created_at) - RECONCILE_SLACK
    try:
        if card is not None and (found := await _in_thread(adapter, delivery, key, card)):
            return found
        return await adapter.find(delivery.destination, key, since)
    except SendError as error:
        if error.kind is SendKind.AMBIGUOUS:
            log.warning("delivery %s may arrive twice: %s", delivery.id, error)
            return None
        raise


async def _in_thread(
    adapter: ChatAdapter, delivery: Delivery, key: str, card: Posted
) -> Receipt | None:
    since = (delivery.attempt_started_at or delivery.created_at) - RECONCILE_SLACK
    try:
        return await adapter.find(delivery.destination, key, since, card.receipt)
    except SendError as error:
        if error.kind is SendKind.GONE:
            return None
        raise


async def carry_out(adapter: ChatAdapter, delivery: Delivery, card: Posted | None) -> Receipt:
    """Post, reply or edit, once. Without its card a reply goes out as a message of its own.

    Raises:
        SendError: as the platform says; GONE where the card of an edit is not there.
    """
    key = str(delivery.id)
    match delivery.act:
        case Act.POST:
            return await _post(adapter, delivery, key)
        case Act.REPLY:
            return await _reply(adapter, delivery, key, card)
        case Act.EDIT:
            return await _edit(adapter, delivery, card)
        case _ as unreachable:
            assert_never(unreachable)


def addressed(message: Message, key: str) -> Message:
    """The message with its buttons bound to a delivery; only when sent it has a number."""
    if isinstance(message, Answer):
        return message
    buttons = tuple(
        replace(button, value=key) if button.action in BOUND else button
        for button in message.buttons
    )
    return replace(message, buttons=buttons)


async def _edit(adapter: ChatAdapter, delivery: Delivery, card: Posted | None) -> Receipt:
    """The buttons of a card stay the card's, whatever is put in its place."""
    if card is None:
        raise SendError(SendKind.GONE, "The card was never posted by itself.")
    await adapter.edit(card.receipt, addressed(delivery.message, str(card.id)))
    return card.receipt


async def _reply(
    adapter: ChatAdapter, delivery: Delivery, key: str, card: Posted | None
) -> Receipt:
    if card is None:
        return await _post(adapter, delivery, key)
    try:
        return await _post(adapter, delivery, key, card.receipt)
    except SendError as error:
        if error.kind is not SendKind.GONE:
            raise
        log.info("delivery %s goes out by itself: %s", key, error)
        return await _post(adapter, delivery, key)


async def _post(
    adapter: ChatAdapter, delivery: Delivery, key: str, thread: Receipt | None = None
) -> Receipt:
    """Send; what the platform will not take as it is goes out once more as plain words."""
    message = addressed(delivery.message, key)
    try:
        return await adapter.send(delivery.destination, message, key, thread)
    except SendError as error:
        if error.kind is not SendKind.REJECTED or isinstance(message, Answer):
            raise
        log.error("delivery %s was refused as it was: %s", key, error)
        return await adapter.send(delivery.destination, in_plain_words(message), key, thread)


def in_plain_words(message: AlertCard | Update) -> Answer:
    """The barest message that still says what happened and where to read it."""
    place = f" {message.url}" if message.url else ""
    watch = f"{message.watch}: " if isinstance(message, AlertCard) else ""
    return Answer(
        f"{watch}{message.headline.text[:200]}",
        (
            Paragraph((Literal(f"{message.source}{place}"[:1500]),)),
            Paragraph(plain("(shown plainly)")),
        ),
        message.buttons,
    )
