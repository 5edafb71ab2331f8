"""From the raw tables of a file to frozen sections; what is wrong is reported and stood in for.

The stand-in (a default, or the setting's own example) only lets the rest be judged. It knows no
file, no environment, and nothing of how sections fit each other.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.config.findings import Findings
from bot.config.places import Path, dotted
from bot.config.settings import Section, Settings
from bot.config.values import Environment, nearest, shown

_Section = TypeVar("_Section", bound=Section)
_EXAMPLE = "config.example.toml shows every key."
_EXPECTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "float_type": "a number without quotes",
    "finite_number": "a finite number",
    "tuple_type": "a list in square brackets",
}


def sections(data: Mapping[str, Any], findings: Findings) -> Settings:
    """All that a file says, each table by itself. Unknown tables are reported too."""
    parts: dict[str, Section | tuple[Section, ...]] = {}
    for name, value in data.items():
        field = Settings.model_fields.get(name)
        if field is None:
            findings.add((name,), "There is no such setting.", _nearest_setting(Settings, (name,)))
        elif isinstance(field.default, Section):
            parts[name] = _table(type(field.default), value, (name,), findings)
        else:
            parts[name] = _entries(get_args(field.annotation)[0], value, name, findings)
    return Settings.model_validate(parts)


def secret_variables(section: type[BaseModel]) -> tuple[str, ...]:
    """The environment variables that alone may give this section its secrets."""
    return tuple(filter(None, map(_secret, section.model_fields.values())))


def _table(kind: type[_Section], value: object, path: Path, findings: Findings) -> _Section:
    if not isinstance(value, dict):
        where = dotted(path)
        header = f"[[{path[0]}]]" if len(path) > 1 else f"[{where}]"
        findings.add(
            path, f"Found {shown(value)}, expected a table.", f"Put its keys under {header}."
        )
        fields = kind.model_fields.items()
        value = {key: _example(field) for key, field in fields if field.is_required()}
    values = {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    # A list is called empty, too, in which every element is wrong.
    errors = [each for each in errors if each["type"] != "too_short" or not each["input"]]
    for each in errors:
        inside = tuple(each["loc"])
        findings.add(path + inside, *_explained(each, kind, path, inside))
        _stand_in(kind, values, inside)
    return kind.model_validate(values)


def _entries(
    kind: type[_Section], value: object, name: str, findings: Findings
) -> tuple[_Section, ...]:
    if not isinstance(value, list):
        findings.add(
            (name,),
            f"Found {shown(value)}, expected entries.",
            f"Write [[{name}]] above the keys of each one.",
        )
        return ()
    return tuple(_table(kind, each, (name, index), findings) for index, each in enumerate(value))


def _stand_in(kind: type[Section], values: dict[str, Any], inside: Path) -> None:
    """Replace what is wrong by something right; the elements of a list keep their places."""
    key = str(inside[0])
    field = kind.model_fields.get(key)
    if field is not None and len(inside) > 1 and isinstance(inside[1], int):
        items = list(values[key])
        items[inside[1]] = _example(field)[0]
        values[key] = tuple(items)
    elif field is not None and field.is_required():
        values[key] = _example(field)
    else:
        values.pop(key, None)


def _example(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    default = field.get_default(call_default_factory=True)
    return str(default) if not isinstance(default, bool | int | float | str | tuple) else default


def _explained(
    error: ErrorDetails, kind: type[Section], path: Path, inside: Path
) -> tuple[str, str]:
    """The problem and the remedy of one of pydantic's errors, in our words."""
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "wrong":
            return context["problem"], context["remedy"]
        case "extra_forbidden":
            return "There is no such setting.", _nearest_setting(kind, path + inside)
        case "missing":
            problem = "The key is missing."
        case "greater_than":
            problem = f"Found {shown(error['input'])}, expected more than {context['gt']:g}."
        case "greater_than_equal":
            problem = f"Found {shown(error['input'])}, expected at least {context['ge']:g}."
        case "less_than_equal":
            problem = f"Found {shown(error['input'])}, expected at most {context['le']:g}."
        case "string_too_long":
            problem = f"It is longer than {context['max_length']} characters."
        case "too_short":
            problem = "The list is empty."
        case other:
            expected = _EXPECTED.get(other, "another kind of value")
            problem = f"Found {shown(error['input'])}, expected {expected}."
    return problem, _write(kind, inside)


def _write(kind: type[Section], inside: Path) -> str:
    key = str(inside[0])
    example = _example(kind.model_fields[key])
    return f"Write {key} = {json.dumps(example, ensure_ascii=False)}, for example."


def _nearest_setting(kind: type[BaseModel], path: Path) -> str:
    """What an unknown key may have meant: its namesake elsewhere, or one spelt alike here."""
    key = str(path[-1])
    homes = [
        name
        for name, part in Settings()
        if isinstance(part, Section) and key in type(part).model_fields
    ]
    if len(homes) == 1:
        return f"Did you mean {homes[0]}.{key}?"
    meant = nearest(key, [name for name, field in kind.model_fields.items() if not _secret(field)])
    if meant:
        return f"Did you mean {dotted((*path[:-1], meant))}?"
    return f"Remove it; {_EXAMPLE}"


def _secret(field: FieldInfo) -> str | None:
    """The variable that alone may give this setting its value."""
    marks = (mark for mark in field.metadata if isinstance(mark, Environment) and mark.secret)
    return next((mark.variable for mark in marks), None)
