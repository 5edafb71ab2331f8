"""The one way in for every platform: permission, dispatch, refusals.

Which commands there are stands in the table; what they do, in the other modules of this folder.
"""

import logging
from collections.abc import Mapping

import rules
from bot.commands import grammar, lines, naming, pointing, spelling, watch
from bot.commands.desk import Desk, refusal
from bot.commands.invocation import Invocation, MessageAction, Permission, Reply, Spec
from bot.commands.table import ACTIONS, COMMANDS
from bot.errors import CommandError, NotAllowed, WatchfloorError
from bot.message import Answer, Tone
from bot.model import Destination, Platform, WorkspaceId

log = logging.getLogger(__name__)

# Lists stand in the store, which is not asked here: what they mean is judged when a form is taken.
LEFT_TO_THE_STORE = frozenset({"unknown_list", "list_cycle", "list_depth"})
OPEN_FORMS = frozenset({"draft:edit"}) | pointing.OPEN_FORMS


class Commands:
    """The command layer as the platforms see it."""

    table: tuple[Spec, ...] = tuple(spec for spec, _ in COMMANDS)
    message_actions: tuple[MessageAction, ...] = pointing.MESSAGE_ACTIONS

    def __init__(self, desk: Desk, prefix: str = "") -> None:
        """`prefix` goes before every command's name, as people type and read it."""
        self._desk = desk
        self.prefix = prefix
        self._handlers = {spec.name: handler for spec, handler in COMMANDS} | dict(ACTIONS)
        self._specs = {spec.name: spec for spec in self.table}

    def read(self, line: str) -> tuple[str, dict[str, str]]:
        """Read a typed command line. Raises CommandError with what to type instead."""
        try:
            return grammar.read(naming.without(line, self.prefix), self.table)
        except CommandError as error:
            if not self.prefix:
                raise
            said, instead, example = (
                naming.text(each, self.prefix)
                for each in (error.message, error.suggestion, error.example)
            )
            raise CommandError(
                said, caret=error.caret, suggestion=instead, example=example
            ) from error

    def opens_form(self, name: str, values: Mapping[str, str]) -> bool:
        """Whether a form will be the answer, so that a platform keeps its first reply free."""
        spec = self._specs.get(name)
        if spec is None:
            return name in OPEN_FORMS
        return bool(spec.form_without) and not any(values.get(key) for key in spec.form_without)

    def faults(self, action: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """What is wrong with a filled-in form, by field; told from the text alone, at once."""
        if action != "watch:form":
            return {}
        found: dict[str, str] = {}
        try:
            watch.clean_name(values.get("name", ""))
        except CommandError as error:
            found["name"] = error.message
        try:
            watch.see_that_places_are_named(values.get("channel", ""))
        except CommandError as error:
            found["channel"] = error.message
        try:
            rules.parse(values.get("query", ""))
        except rules.QueryError as error:
            if error.code not in LEFT_TO_THE_STORE:
                found["query"] = f"{error.message} {error.remedy}".rstrip()
        return found

    async def answer(self, invocation: Invocation) -> Reply:
        """Carry out what was asked. A foreseen failure comes back as an answer, never raised."""
        reply = await self._answered(invocation)
        if invocation.actor.platform is Platform.DISCORD:
            reply = spelling.for_discord(reply, self.table)
        reply = naming.prefixed(reply, self.prefix)
        places = naming.channels_elsewhere(reply, invocation.actor.platform)
        if not places:
            return reply
        names = await self._desk.store.places.names(invocation.workspace, places)
        return naming.with_channels(reply, names)

    async def _answered(self, invocation: Invocation) -> Reply:
        handler = self._handlers.get(invocation.name)
        if handler is None:
            return Reply(Answer(f"'{invocation.name}' is not known here.", tone=Tone.FAULT))
        try:
            self._allow(invocation)
            return await handler(self._desk, invocation)
        except grammar.Missing as error:
            return Reply(refusal(await self._with_example(invocation, error)))
        except CommandError as error:
            return Reply(refusal(self._whole(invocation, error)))
        except WatchfloorError as error:
            log.warning("%s failed: %s", invocation.name, error)
            return Reply(Answer(str(error), tone=Tone.FAULT))

    def _allow(self, invocation: Invocation) -> None:
        spec = self._specs.get(invocation.name)
        if spec is None:
            return
        actor = invocation.actor
        if spec.permission is Permission.ADMIN and not actor.is_admin:
            raise NotAllowed(f"/{spec.name} is for the admins of this place. Ask one of them.")
        if spec.permission is Permission.MANAGER and not actor.manager:
            raise NotAllowed(
                f"/{spec.name} is for managers. Ask one, or the administrator of this workspace."
            )
        grammar.check(spec, invocation.values)

    def _whole(self, invocation: Invocation, error: CommandError) -> CommandError:
        """The same refusal, with whole lines to type in the place of options and names."""
        if error.caret:  # what it proposes is a query
            return error
        spec, values = self._specs.get(invocation.name), invocation.values
        return CommandError(
            error.message,
            suggestion=lines.completed(spec, values, error.suggestion),
            example=lines.completed(spec, values, error.example),
        )

    async def _with_example(self, invocation: Invocation, error: grammar.Missing) -> CommandError:
        """What is missing, with a line that has it, what was given and names known here."""
        spec, given = self._specs[invocation.name], invocation.values
        _, shown = grammar.read(f"/{spec.name} {spec.example}", self.table)
        filled = {**shown, **{key: value for key, value in given.items() if value}}
        for option in spec.options:
            if option.completes and option.required and not given.get(option.name):
                known = await self.suggest(
                    spec.name, option.name, "", invocation.workspace, invocation.channel
                )
                filled[option.name] = known[0] if known else ""
        full = all(filled.get(option.name) for option in spec.options if option.required)
        return CommandError(error.message, example=lines.written(spec, filled) if full else "")

    async def suggest(
        self,
        name: str,
        option: str,
        typed: str,
        workspace: WorkspaceId,
        here: Destination | None = None,
    ) -> tuple[str, ...]:
        """At most 25 values to offer while an option is typed `here`, the likeliest first."""
        spec = self._specs.get(name)
        completes = (
            next((o.completes for o in spec.options if o.name == option), "") if spec else ""
        )
        if completes == "watch":
            sight = await self._desk.sight_from(workspace, here)
            watchlists = await self._desk.store.watchlists.of(workspace)
            names = [each.name for each in watchlists if sight.shows(each.destinations)]
        elif completes == "list":
            names = [each.name for each in await self._desk.store.lists.of(workspace)]
        elif completes == "feed":
            names = [each.name for each in await self._desk.store.feeds.of(workspace)]
        else:
            return ()
        low = typed.casefold()
        fitting = sorted(
            (known for known in names if low in known.casefold()),
            key=lambda known: (not known.casefold().startswith(low), known.casefold()),
        )
        return tuple(fitting[:25])
