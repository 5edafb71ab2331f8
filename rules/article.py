"""An article on its way through the rules: laid out only where somebody must look closer.

It holds a stream and a finder for each field. It knows no rule.
"""

from collections.abc import Mapping
from functools import cached_property

from rules.document import Document, Field
from rules.filters import Key, Place, answers, base_language
from rules.finder import Finder
from rules.memory import Memory


class Article:
    """A document, to be read."""

    def __init__(self, document: Document, memory: Memory | None = None) -> None:
        self.document = document
        self._memory = Memory() if memory is None else memory

    @cached_property
    def finders(self) -> dict[Field, Finder]:
        """What finds terms in title and body."""
        texts = {Field.TITLE: self.document.title, Field.BODY: self.document.body}
        return {field: Finder(self._memory.read(text)) for field, text in texts.items()}

    @cached_property
    def language(self) -> str | None:
        """The base code of the document's language: en for en-US."""
        return base_language(self.document.language) if self.document.language else None

    @cached_property
    def answers(self) -> Mapping[Key, Place]:
        """The keys of filters that the document answers."""
        return answers(self.document)
