"""Commands under another name: where another app owns /watch, ours is /wf-watch, say. Pure.

Only our own words are changed, never what a source wrote.
"""

import re
from dataclasses import replace

from bot.commands.invocation import Reply
from bot.message import (
    Answer,
    Block,
    Bullets,
    Code,
    Extract,
    Form,
    Line,
    Literal,
    Message,
    Paragraph,
    Table,
)

FAMILIES = ("watch", "feeds", "intel", "watchfloor")
_NAMED = re.compile(rf"(?<![\w/.:-])/(?=(?:{'|'.join(FAMILIES)})(?:[\s.,;:!?)”\"']|$))")


def without(line: str, prefix: str) -> str:
    """A typed line as if there were no prefix; the bare names are understood, too."""
    return f"/{line[len(prefix) + 1 :]}" if prefix and line.startswith(f"/{prefix}") else line


def prefixed(reply: Reply, prefix: str) -> Reply:
    """A reply whose commands can be typed as they stand there."""
    if not prefix:
        return reply
    public = None if reply.public is None else _answer(reply.public, prefix)
    if isinstance(reply.message, Form):
        return replace(reply, message=_form(reply.message, prefix), public=public)
    return replace(reply, message=_answer(reply.message, prefix), public=public)


def text(said: str, prefix: str) -> str:
    """A text of ours with the commands in it under their names."""
    return _NAMED.sub(f"/{prefix}", said)


def message(said: Message, prefix: str) -> Message:
    """What the bot says unasked, such as a digest; cards and updates name no commands."""
    return _answer(said, prefix) if prefix and isinstance(said, Answer) else said


def _form(form: Form, prefix: str) -> Form:
    return replace(form, usage=text(form.usage, prefix))


def _answer(answer: Answer, prefix: str) -> Answer:
    blocks = tuple(_block(each, prefix) for each in answer.blocks)
    return replace(answer, title=text(answer.title, prefix), blocks=blocks)


def _block(block: Block, prefix: str) -> Block:
    match block:
        case Paragraph(line):
            return Paragraph(_line(line, prefix))
        case Code(said):
            return Code(text(said, prefix))
        case Bullets(lines):
            return Bullets(tuple(_line(each, prefix) for each in lines))
        case Table(header, rows):
            return Table(header, tuple(tuple(_line(cell, prefix) for cell in row) for row in rows))
        case Extract():
            return block


def _line(line: Line, prefix: str) -> Line:
    return tuple(
        replace(piece, text=text(piece.text, prefix)) if isinstance(piece, Literal) else piece
        for piece in line
    )
