"""Reads a typed command line into a command's name and its values.

One grammar for Slack and the console; Discord's typed options arrive as values already. It looks
only at the table: whether a watchlist of that name exists is not its business.
"""

import difflib
import re
from collections.abc import Mapping, Sequence

from bot.commands import lines
from bot.commands.invocation import Option, Spec
from bot.errors import CommandError

OPENING = "\"“”„«'‘"
CLOSING = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "'": "'", "‘": "’"}
WORD = re.compile(r"\S+")
MEANT = {
    **dict.fromkeys(("new", "create", "subscribe"), "add"),
    **dict.fromkeys(("change", "update"), "edit"),
    **dict.fromkeys(("ls", "all"), "list"),
    **dict.fromkeys(("info", "view", "get"), "show"),
    **dict.fromkeys(("stop", "disable"), "pause"),
    **dict.fromkeys(("start", "unpause", "enable"), "resume"),
    **dict.fromkeys(("delete", "del", "rm", "unsubscribe"), "remove"),
    **dict.fromkeys(("log", "changes"), "history"),
    **dict.fromkeys(("snooze", "silence"), "mute"),
    **dict.fromkeys(("find", "lookup"), "search"),
    **dict.fromkeys(("digest", "summary", "latest"), "brief"),
    "health": "status",
    "leave": "unlink",
}
"""What people type who know other programs, where a family of commands has no such verb itself."""
HELP = "intel help"
MOST_DIGITS = 6
NEAR = 0.7  # 'rename' is as near to 'resume' as two thirds


def read(line: str, table: Sequence[Spec]) -> tuple[str, dict[str, str]]:
    """Read `/watch add kursk --severity critical North Korea AND Kursk`.

    NAME is one word or quoted; options come before the query as `--option value`; everything after
    them is the query, as it was typed. Values that were not given are absent; whether they may be
    is told where names are known.

    Raises:
        CommandError: no such command, an unknown option, a value not allowed.
    """
    by_name = {name: spec for spec in table for name in (spec.name, *spec.aliases)}
    family, typed, rest = _head(line)
    verb = typed.lower()
    spec = by_name.get(f"{family} {verb}".strip())
    spec = spec or by_name.get(f"{family} {MEANT.get(verb, verb)}")
    if spec is None and verb in ("", "help") and family in _families(table) and HELP in by_name:
        spec, rest = by_name[HELP], family
    if spec is None:
        raise _unknown(family, typed, rest, table)
    return spec.name, _values(spec, rest)


def _head(line: str) -> tuple[str, str, str]:
    text = line.strip().removeprefix("/")
    family, _, rest = text.partition(" ")
    verb, _, rest = rest.strip().partition(" ")
    return family.lower(), verb, rest.strip()


def _families(table: Sequence[Spec]) -> list[str]:
    return sorted({spec.name.split()[0] for spec in table})


def _unknown(family: str, typed: str, rest: str, table: Sequence[Spec]) -> CommandError:
    """There is no such command; what was meant, as far as it can be told."""
    families = _families(table)
    if family not in families:
        near = difflib.get_close_matches(family, families, n=1)
        return CommandError(
            f"There is no command /{family}." if family else "Type a command.",
            suggestion=_entered(f"/{near[0]} {typed} {rest}".rstrip(), table)
            if near
            else f"/{HELP}",
        )
    verbs = [spec.name.split()[1] for spec in table if spec.name.split()[0] == family]
    said = f"/{family} has no '{typed}'." if typed else f"/{family} needs a word after it."
    return CommandError(
        f"{said} It knows: {', '.join(verbs)}.",
        suggestion=_perhaps(family, typed, rest, verbs),
    )


def _entered(line: str, table: Sequence[Spec]) -> str:
    """A line that was perhaps meant, or what is proposed in its place."""
    try:
        read(line, table)
    except CommandError as error:
        return error.suggestion
    return line


def _perhaps(family: str, typed: str, rest: str, verbs: Sequence[str]) -> str:
    """The line that was meant: with the verb it is most like, or about what was named."""
    known = {word: verb for word, verb in MEANT.items() if verb in verbs} | {v: v for v in verbs}
    if near := difflib.get_close_matches(typed.lower(), known, n=1, cutoff=NEAR):
        return f"/{family} {known[near[0]]} {rest}".rstrip()
    if "search" in verbs:
        return f"/{family} search {typed} {rest}".rstrip()
    if "show" in verbs and not rest:
        return f"/{family} show {typed}"
    return f"/{HELP} {family}"


def _values(spec: Spec, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    waiting = [option for option in spec.options if not option.flag]
    whole, last = text, None
    while text:
        if (flag := re.match(r"(?:--|—)([A-Za-z][\w-]*)(?:[= ]\s*|$)", text)) is not None:
            option = _flag(spec, flag.group(1), whole, text)
            value, text = _value(option, text[flag.end() :])
            if not value:
                raise _without_value(spec, option, values)
            values[option.name] = value
            waiting = [each for each in waiting if each is not option]
        elif waiting and waiting[0].rest:
            _see_that_options_came_before(spec, whole, text)
            values[waiting.pop(0).name], text = text, ""
        elif waiting:
            last = waiting.pop(0)
            values[last.name], text = _take(text)
        else:
            meant = _as_option(spec, whole, text) or _as_one(last, values, text)
            raise CommandError(
                f"/{spec.name} has no use for '{text}'.",
                suggestion=f"/{spec.name} {meant}" if meant else lines.written(spec, values),
            )
    _see_that_values_are_allowed(spec, values)
    return values


def _without_value(spec: Spec, option: Option, values: Mapping[str, str]) -> CommandError:
    known = f" It takes {' or '.join(option.choices)}." if option.choices else ""
    shown = {**values, option.name: option.choices[0]} if option.choices else {}
    return CommandError(
        f"--{option.name} needs a value.{known}",
        example=lines.written(spec, shown) if shown else "",
    )


def _see_that_options_came_before(spec: Spec, whole: str, rest: str) -> None:
    """Raises CommandError where an option stands in the rest, with the line that was meant."""
    flags = "|".join(re.escape(option.name) for option in spec.options if option.flag)
    late = re.search(rf"(?:^|\s)((?:--|—)({flags}))[= ]", rest) if flags else None
    if late is None or rest[: late.start()].count('"') % 2:
        return
    value, after = _take(rest[late.end() :])
    said = f'--{late[2]} "{value}"' if " " in value else f"--{late[2]} {value}"
    before = whole.removesuffix(rest)
    kept = f"{rest[: late.start()]} {after}".strip()
    raise CommandError(
        f"--{late[2]} comes before what is looked for: all that follows is read as such.",
        suggestion=f"/{spec.name} {before}{said} {kept}".rstrip(),
    )


def _as_option(spec: Spec, whole: str, text: str) -> str:
    """What stands there without the name of its option: `kursk 8h` for `kursk --for 8h`."""
    for option in spec.options:
        if option.flag and text.lower() in option.choices:
            return f"{whole.removesuffix(text)}--{option.name} {text}"
    return ""


def _as_one(last: Option | None, values: Mapping[str, str], text: str) -> str:
    """What was perhaps meant as one name: several words, which stand in quotes then."""
    if last is None or last.choices or last.number or '"' in text or len(values) > 1:
        return ""
    words, dash, options = text.partition(" --")
    return f'"{values[last.name]} {words}"{dash}{options}'


def _flag(spec: Spec, typed: str, whole: str, text: str) -> Option:
    """The option of that name, with which `text` begins; `whole` is all after the command."""
    name = typed.lower()
    by_name = {option.name: option for option in spec.options}
    if option := by_name.get(name):
        return option
    flags = [option.name for option in spec.options if option.flag]
    near = difflib.get_close_matches(name, flags, n=1)
    known = ", ".join(f"--{flag}" for flag in flags)
    after = text.lstrip("-—").removeprefix(typed)
    meant = f"/{spec.name} {whole.removesuffix(text)}--{near[0]}{after}" if near else ""
    raise CommandError(
        f"/{spec.name} has no option --{name}." + (f" It knows {known}." if flags else ""),
        suggestion=meant,
    )


def _value(option: Option, text: str) -> tuple[str, str]:
    """The value of an option and what is left; `2 weeks` is one where it takes spans of time."""
    value, left = _take(text)
    unit, after = _take(left)
    is_span = value.isdecimal() and unit.lower() in lines.UNITS
    if is_span and option.choices and value not in option.choices:
        return f"{value} {unit}", after
    return value, left


def _take(text: str) -> tuple[str, str]:
    """The first word, or what stands in the first pair of quotes, and what is left."""
    text = text.lstrip()
    if text and text[0] in OPENING:
        for end, sign in enumerate(text[1:], 1):
            if sign in CLOSING[text[0]]:
                return text[1:end].strip(), text[end + 1 :].lstrip()
    word = WORD.match(text)
    return (word.group(), text[word.end() :].lstrip()) if word else ("", "")


class Missing(CommandError):
    """Something that a command needs was not given: the first such option."""

    def __init__(self, spec: Spec, option: Option) -> None:
        super().__init__(f"/{spec.name} needs {option.help}.")
        self.option = option


def check(spec: Spec, values: Mapping[str, str]) -> None:
    """See that what was given is allowed and what is required is there, or asked for in a form.

    Raises:
        Missing: something required is not there.
        CommandError: naming the option and what it takes.
    """
    _see_that_values_are_allowed(spec, values)
    for option in spec.options:
        needed = option.required and option.name not in spec.form_without
        if needed and not values.get(option.name):
            raise Missing(spec, option)


def _see_that_values_are_allowed(spec: Spec, values: Mapping[str, str]) -> None:
    for option in spec.options:
        value = values.get(option.name, "")
        if not value:
            continue
        if option.choices and value.lower() not in option.choices:
            meant = lines.choice_meant(option, value)
            line = _if_allowed(spec, {**values, option.name: meant or option.choices[0]})
            raise CommandError(
                f"{option.name} takes {' or '.join(option.choices)}, not '{value}'.",
                suggestion=line if meant else "",
                example=line,
            )
        if option.number and not (value.isascii() and value.isdecimal()):
            meant = lines.number_meant(option, value)
            raise CommandError(
                f"{option.name} takes a number, not '{value}'.",
                suggestion=_if_allowed(spec, {**values, option.name: meant}) if meant else "",
            )
        if option.number and len(value) > MOST_DIGITS:
            raise CommandError(f"{option.name} is at most {'9' * MOST_DIGITS}, not {value[:40]}.")


def _if_allowed(spec: Spec, values: Mapping[str, str]) -> str:
    """The line with these values, unless something else in it is wrong, too."""
    try:
        _see_that_values_are_allowed(spec, values)
    except CommandError:
        return ""
    return lines.written(spec, values)
