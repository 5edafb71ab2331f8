"""An answer that was private is shown to everyone in the channel, once, as of when it was asked.

What was asked lies in a stored draft, so the button works after a restart.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.errors import CommandError
from bot.message import Answer, Line, Literal, Paragraph, When
from bot.store.drafts import Draft


async def share_once(
    desk: Desk,
    invocation: Invocation,
    kind: str,
    name: str,
    made: Callable[[Draft], Awaitable[Answer]],
) -> Reply:
    """Post what a draft of this kind asked for; `name` is the answer's, as in `/intel name`.

    Raises:
        CommandError: the draft is gone, was shared already, or nobody is here.
    """
    draft = await desk.store.drafts.take(invocation.workspace, invocation.values.get("value", ""))
    if draft is None or draft.kind != kind:
        raise CommandError(f"This {name} is too old to be shared.", suggestion=f"/intel {name}")
    if invocation.channel is None:
        raise CommandError("There is nobody here to share it with.")
    answer = await made(draft)
    if not await desk.store.drafts.drop(invocation.workspace, draft.id):
        raise CommandError(f"This {name} was shared already.")
    by: Line = (
        Literal(f"Shared by {invocation.actor.name}, as of "),
        When(draft.created_at),
        Literal("."),
    )
    shared = replace(answer, blocks=(*answer.blocks, Paragraph(by)), buttons=())
    return Reply(Answer("It is on its way to everyone here."), public=shared)
