"""/feeds import and export with files: a list too long for a message comes and goes as one.

What stands in a list, and what of it is saved, is `subscribing`'s affair.
"""

from dataclasses import replace

from bot.commands import subscribing
from bot.commands.desk import Desk
from bot.commands.invocation import LONGEST_FILE, Invocation, Reply
from bot.errors import CommandError, NotAllowed, ParseError
from bot.feeds.opml import read_opml, write_opml
from bot.message import Answer, Code, Field, FieldKind, File, Form
from bot.model import Platform

TAKE = "feeds:import"
FORM = Form(
    "Import feeds",
    TAKE,
    (Field("file", "File", FieldKind.FILE, hint="the OPML list of another reader"),),
    usage="/feeds import --file feeds.opml",
)


async def import_(desk: Desk, invocation: Invocation) -> Reply:
    """Take a list from a file or as pasted text; without either, ask for a file."""
    if invocation.file is None and not invocation.values.get("opml"):
        return Reply(FORM)
    if invocation.file is None:
        return await subscribing.import_(desk, invocation)
    file = await invocation.file()
    if len(file.data) > LONGEST_FILE:
        raise CommandError(f"That file is longer than {LONGEST_FILE // 1024} KB. Split it.")
    try:
        # As bytes, since the list itself says how its letters are written.
        listed = read_opml(file.data)
    except ParseError as error:
        raise CommandError(str(error), suggestion="/feeds import") from error
    text = write_opml(listed, title=file.name, at=invocation.at)
    return await subscribing.import_(desk, replace(invocation, values={"opml": text}))


async def take(desk: Desk, invocation: Invocation) -> Reply:
    """Take the form that a file came with."""
    if not invocation.actor.manager:
        raise NotAllowed("Only a manager may import feeds.")
    return await import_(desk, invocation)


async def export(desk: Desk, invocation: Invocation) -> Reply:
    """The feeds as OPML: in a chat as a file, since a message would cut a long list."""
    reply = await subscribing.export(desk, invocation)
    if invocation.actor.platform is Platform.CONSOLE or not isinstance(reply.message, Answer):
        return reply
    texts = [each.text for each in reply.message.blocks if isinstance(each, Code)]
    if not texts or not texts[0].lstrip().startswith("<"):
        return reply
    file = File(f"feeds-{invocation.at:%Y-%m-%d}.opml", texts[0].encode(), "feeds as OPML")
    return Reply(Answer(reply.message.title, file=file))
