"""The prompt for a person at a terminal: history, completion, and forms field by field.

It is loaded where there is a terminal; the library behind it takes a noticeable part of a start.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.commands.invocation import Spec
from bot.message import FieldKind, Form


class TerminalPrompt:
    """A person types: history, completion, and alerts that appear above the half-typed line."""

    def __init__(self, table: Sequence[Spec]) -> None:
        self._session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), completer=_Commands(table), complete_while_typing=True
        )

    @contextmanager
    def session(self) -> Iterator[None]:
        """While it is held, what is printed appears above the prompt."""
        with patch_stdout(raw=True):
            yield

    async def read(self) -> str | None:
        """The next line; None when the person presses Ctrl-C or Ctrl-D on it."""
        try:
            return (await self._session.prompt_async("watchfloor> ", handle_sigint=False)).strip()
        except (EOFError, KeyboardInterrupt):
            return None

    async def fill_in(self, form: Form) -> dict[str, str] | None:
        """Ask field by field, each filled in with what is known; Ctrl-C gives up."""
        asking: PromptSession[str] = PromptSession()
        given: dict[str, str] = {}
        for field in form.fields:
            hint = field.hint
            if field.kind is FieldKind.CHOICE:
                hint = ", ".join(value for value, _ in field.choices)
            question = f"{field.label}{f' ({hint})' if hint else ''}: "
            try:
                given[field.key] = await asking.prompt_async(
                    question, default=field.value, handle_sigint=False
                )
            except (EOFError, KeyboardInterrupt):
                return None
        return given


class _Commands(Completer):
    """Offers families, then verbs, then options, from the command table."""

    def __init__(self, table: Sequence[Spec]) -> None:
        self._table = table

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What could follow the words before the cursor."""
        text = document.text_before_cursor
        if not text.startswith("/"):
            return
        words = text[1:].split(" ")
        if len(words) <= 2:
            yield from self._names(text)
        elif words[-1].startswith("--"):
            spec = next((s for s in self._table if s.name == " ".join(words[:2])), None)
            for option in spec.options if spec else ():
                flag = f"--{option.name}"
                if option.flag and flag.startswith(words[-1]):
                    yield Completion(flag, -len(words[-1]), display_meta=option.help)

    def _names(self, text: str) -> Iterator[Completion]:
        for spec in self._table:
            name = f"/{spec.name}"
            if name.startswith(text) and name != text:
                yield Completion(name, -len(text), display_meta=spec.help)
