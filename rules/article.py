"""An article on its way through the rules: read once, looked at by all.

It holds the chunks of title and body in one row for the index, and a stream and a finder for each
field for whoever must look closer. It knows no rule.
"""

from collections.abc import Mapping
from functools import cached_property

from rules.document import Document, Field
from rules.filters import Key, Place, answers, base_language
from rules.finder import Finder
from rules.memory import Memory
from rules.text import BREAK_CHUNK


class Article:
    """A document, read."""

    def __init__(self, document: Document, memory: Memory | None = None) -> None:
        self.document = document
        reader = Memory() if memory is None else memory
        self.title = reader.read(document.title)
        self.body = reader.read(document.body)

    @cached_property
    def chunks(self) -> list[str]:
        """The chunks of title and body, with BREAK_CHUNK between them."""
        return [*self.title.chunks, BREAK_CHUNK, *self.body.chunks]

    @cached_property
    def finders(self) -> dict[Field, Finder]:
        """What finds terms in title and body."""
        return {Field.TITLE: Finder(self.title), Field.BODY: Finder(self.body)}

    @cached_property
    def language(self) -> str | None:
        """The base code of the document's language: en for en-US."""
        return base_language(self.document.language) if self.document.language else None

    @cached_property
    def answers(self) -> Mapping[Key, Place]:
        """The keys of filters that the document answers."""
        return answers(self.document)
