"""From a file and an environment to Settings, or to every fault in them at once.

It reads that one file, and the environment as it is handed in; what a key may say is decided in
`values.py` and `consistency.py`.
"""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, NoReturn

from pydantic import SecretStr

from bot.config.consistency import QueryCheck, check_consistency
from bot.config.findings import Findings
from bot.config.places import Path, lines_by_key
from bot.config.sections import secret_variables, sections
from bot.config.settings import Section, Settings
from bot.config.syntax import tables
from bot.config.values import Environment
from bot.errors import ConfigError, Fault

_LONGEST = 1_000_000
_TOKEN = re.compile(r"xox[a-z]-|xapp-|xoxe\.")


def load(path: FilePath, env: Mapping[str, str], check_query: QueryCheck) -> Settings:
    """Read a configuration file, at most 1 MB of UTF-8.

    `check_query` gets each query, and all lists by name in lower case; for a query that cannot be
    read it raises ValueError, whose text people are shown. Raises ConfigError with every fault.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_LONGEST + 1)
    except FileNotFoundError:
        _refuse(
            file, "There is no such file.", f"Begin with the example: cp config.example.toml {file}"
        )
    except OSError as error:
        problem = f"It cannot be read: {error.strerror}."
        _refuse(file, problem, "Name a file that this user may read.")
    if len(content) > _LONGEST:
        _refuse(file, "It is longer than 1 MB.", "Name a configuration file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(file, "This is not text in UTF-8.", "Save it as UTF-8.", line)
    return read(text, env, check_query, file=file)


def read(
    text: str, env: Mapping[str, str], check_query: QueryCheck, *, file: str = "config.toml"
) -> Settings:
    """Read a configuration from its text; otherwise as `load`. `file` is what faults call it."""
    data = tables(text)
    if isinstance(data, Fault):
        raise ConfigError(file, (data,))
    variables: dict[Path, str] = {}
    findings = Findings(lines_by_key(text), variables)
    _take_out_secrets(data, (), findings)
    _add_environment(data, env, variables)
    settings = sections(data, findings)
    check_consistency(settings, findings, check_query)
    findings.raise_any(file)
    return settings


def _refuse(file: str, problem: str, remedy: str, line: int | None = None) -> NoReturn:
    raise ConfigError(file, (Fault("file", problem, remedy, line),)) from None


def _take_out_secrets(table: dict[str, Any], path: tuple[str, ...], findings: Findings) -> None:
    """Report tokens that stand in the file, without showing them, and go on without them."""
    for key, value in list(table.items()):
        here = (*path, key)
        if isinstance(value, dict) and not path:
            _take_out_secrets(value, here, findings)
        elif _is_secret(key, value):
            del table[key]
            findings.add(
                here,
                "A secret stands here, and secrets do not belong in a file.",
                f"Remove it, have a new one issued, and set {_variables(here)} in the environment.",
            )


def _is_secret(key: str, value: object) -> bool:
    named = re.search("token|secret", key, re.IGNORECASE) is not None
    return named or (isinstance(value, str) and _TOKEN.match(value) is not None)


def _variables(path: tuple[str, ...]) -> str:
    """The variables of the section, or of all sections where this one has none."""
    parts = {name: field.default for name, field in Settings.model_fields.items()}
    by_section = {
        name: secret_variables(type(part))
        for name, part in parts.items()
        if isinstance(part, Section)
    }
    every = itertools.chain.from_iterable(by_section.values())
    return " or ".join(by_section.get(path[0]) or every)


def _add_environment(
    data: dict[str, Any], env: Mapping[str, str], variables: dict[Path, str]
) -> None:
    """Put what the environment gives over what the file says. An empty variable gives nothing."""
    for name, part in Settings.model_fields.items():
        if not isinstance(part.default, Section) or not isinstance(data.get(name, {}), dict):
            continue
        for key, field in type(part.default).model_fields.items():
            for mark in field.metadata:
                text = env.get(mark.variable, "").strip() if isinstance(mark, Environment) else ""
                if text:
                    kind = SecretStr if mark.secret else field.annotation
                    data.setdefault(name, {})[key] = _typed(text, kind)
                    variables[name, key] = mark.variable


def _typed(text: str, kind: object) -> object:
    if kind is SecretStr:
        return SecretStr(text)
    if kind is float:
        try:
            return float(text)
        except ValueError:
            return text
    return text
