"""Reads a typed command line into a command's name and its values.

One grammar for Slack and the console; Discord's typed options arrive as values already. It looks
only at the table: whether a watchlist of that name exists is not its business.
"""

import difflib
import re
from collections.abc import Mapping, Sequence

from bot.commands.invocation import Option, Spec
from bot.errors import CommandError

OPENING = "\"“”„«'‘"
CLOSING = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "'": "'", "‘": "’"}
WORD = re.compile(r"\S+")


def read(line: str, table: Sequence[Spec]) -> tuple[str, dict[str, str]]:
    """Read `/watch add kursk --severity critical North Korea AND Kursk`.

    NAME is one word or quoted; options come before the query as `--option value`; everything after
    them is the query, as it was typed. Values that were not given are absent.

    Raises:
        CommandError: no such command, an unknown option, a value missing or not allowed.
    """
    family, verb, rest = _head(line)
    spec = _find(family, verb, table)
    return spec.name, _values(spec, rest)


def _head(line: str) -> tuple[str, str, str]:
    text = line.strip().removeprefix("/")
    family, _, rest = text.partition(" ")
    verb, _, rest = rest.strip().partition(" ")
    return family.lower(), verb.lower(), rest.strip()


def _find(family: str, verb: str, table: Sequence[Spec]) -> Spec:
    by_name = {name: spec for spec in table for name in (spec.name, *spec.aliases)}
    if spec := by_name.get(f"{family} {verb}".strip()):
        return spec
    families = sorted({spec.name.split()[0] for spec in table})
    if family not in families:
        near = difflib.get_close_matches(family, families, n=1)
        raise CommandError(
            f"There is no command /{family}." if family else "Type a command.",
            suggestion=f"/{near[0]} {verb}".rstrip() if near else "/intel help",
        )
    verbs = [spec.name.split()[1] for spec in table if spec.name.split()[0] == family]
    near = difflib.get_close_matches(verb, verbs, n=1)
    said = f"/{family} has no '{verb}'." if verb else f"/{family} needs a word after it."
    raise CommandError(
        f"{said} It knows: {', '.join(verbs)}.",
        suggestion=f"/{family} {near[0] if near else verbs[0]}",
    )


def _values(spec: Spec, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    waiting = [option for option in spec.options if not option.flag]
    whole, last = text, None
    while text:
        if (flag := re.match(r"(?:--|—)([A-Za-z][\w-]*)(?:[= ]\s*|$)", text)) is not None:
            option = _flag(spec, flag.group(1).lower())
            value, text = _take(text[flag.end() :])
            if not value:
                raise CommandError(
                    f"--{option.name} needs a value.", suggestion=f"/{spec.name} {spec.example}"
                )
            values[option.name] = value
        elif waiting and waiting[0].rest:
            _see_that_options_came_before(spec, whole, text)
            values[waiting.pop(0).name], text = text, ""
        elif waiting:
            last = waiting.pop(0)
            values[last.name], text = _take(text)
        else:
            raise CommandError(
                f"/{spec.name} has no use for '{text}'.",
                suggestion=f"/{spec.name} {_as_one(last, values, text) or spec.example}".rstrip(),
            )
    check(spec, values)
    return values


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


def _as_one(last: Option | None, values: Mapping[str, str], text: str) -> str:
    """What was perhaps meant as one name: several words, which stand in quotes then."""
    if last is None or last.choices or last.number or '"' in text:
        return ""
    words, dash, options = text.partition(" --")
    return f'"{values[last.name]} {words}"{dash}{options}'


def _flag(spec: Spec, name: str) -> Option:
    by_name = {option.name: option for option in spec.options}
    if option := by_name.get(name):
        return option
    flags = [option.name for option in spec.options if option.flag]
    near = difflib.get_close_matches(name, flags, n=1)
    known = ", ".join(f"--{flag}" for flag in flags)
    raise CommandError(
        f"/{spec.name} has no option --{name}." + (f" It knows {known}." if flags else ""),
        suggestion=f"--{near[0]}" if near else "",
    )


def _take(text: str) -> tuple[str, str]:
    """The first word, or what stands in the first pair of quotes, and what is left."""
    text = text.lstrip()
    if text and text[0] in OPENING:
        for end, sign in enumerate(text[1:], 1):
            if sign in CLOSING[text[0]]:
                return text[1:end].strip(), text[end + 1 :].lstrip()
    word = WORD.match(text)
    return (word.group(), text[word.end() :].lstrip()) if word else ("", "")


def check(spec: Spec, values: Mapping[str, str]) -> None:
    """See that what was given is allowed and what is required is there, unless a form asks for it.

    Raises:
        CommandError: naming the option and what it takes.
    """
    for option in spec.options:
        value = values.get(option.name, "")
        if not value:
            if option.required and not spec.form_without:
                raise CommandError(
                    f"/{spec.name} needs {option.help}.",
                    suggestion=f"/{spec.name} {spec.example}".rstrip(),
                )
            continue
        if option.choices and value.lower() not in option.choices:
            raise CommandError(
                f"'{value}' is no {option.name}. It is one of {', '.join(option.choices)}.",
                suggestion=f"--{option.name} {option.choices[0]}",
            )
        if option.number and not re.fullmatch(r"[0-9]{1,6}", value):
            raise CommandError(f"{option.name} takes a number, not '{value}'.")
