"""Passes every text of ours in a reply through a change. Pure; it knows no change itself.

What a source wrote stays as it is, and so does what a button or a form carries.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.commands.invocation import Reply
from bot.message import Answer, Block, Bullets, Code, Extract, Form, Line, Literal, Paragraph, Table

Change = Callable[[str], str]


def reply(said: Reply, change: Change, code: Change) -> Reply:
    """A reply with its texts changed; `code` is for the lines that people type as they stand."""
    public = None if said.public is None else answer(said.public, change, code)
    if isinstance(said.message, Form):
        form = replace(said.message, usage=code(said.message.usage))
        return replace(said, message=form, public=public)
    return replace(said, message=answer(said.message, change, code), public=public)


def answer(said: Answer, change: Change, code: Change) -> Answer:
    """The same of one answer."""
    blocks = tuple(_block(each, change, code) for each in said.blocks)
    return replace(said, title=change(said.title), blocks=blocks)


def _block(block: Block, change: Change, code: Change) -> Block:
    match block:
        case Paragraph(line):
            return Paragraph(_line(line, change))
        case Code(typed):
            return Code(code(typed))
        case Bullets(lines):
            return Bullets(tuple(_line(each, change) for each in lines))
        case Table(header, rows):
            return Table(header, tuple(tuple(_line(cell, change) for cell in row) for row in rows))
        case Extract():
            return block


def _line(line: Line, change: Change) -> Line:
    return tuple(
        replace(piece, text=change(piece.text)) if isinstance(piece, Literal) else piece
        for piece in line
    )
