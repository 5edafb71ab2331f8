"""Discord's hard limits: what it refuses, with the code and the tree of errors that it answers.

Sources: the developer documentation of messages, components, modals and application commands. Rates
and recommendations are no size limits and do not stand here.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from tests.servers.discord_world import COMPONENTS_V2, Json

Path = tuple[str | int, ...]


class Refusal(Exception):
    """An answer that is an error, as Discord words it."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        self.status = status
        self.code = code
        self.errors = errors
        self.words = message
        super().__init__(f"{status} {code} {message}")

    def body(self) -> Json:
        body: Json = {"message": self.words, "code": self.code}
        return body | ({"errors": self.errors} if self.errors else {})


class Findings:
    """Collects what is wrong with a form body, by path."""

    def __init__(self) -> None:
        self.tree: Json = {}

    def add(self, path: Path, code: str, message: str) -> None:
        place = self.tree
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: Path, value: object, longest: int, shortest: int = 0) -> str:
        """Check a string's length, as Discord does: without the blanks around it."""
        if value is None and shortest == 0:
            return ""
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return ""
        size = len(value.strip())
        if size > longest:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
        elif size == 0 and shortest:
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        return value.strip()

    def count(self, path: Path, items: Sequence[object], most: int, least: int = 0) -> None:
        if len(items) > most or len(items) < least:
            span = f"Must be between {least} and {most} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", span)

    def address(self, path: Path, value: object, longest: int) -> None:
        if not isinstance(value, str) or not re.match(r"https?://", value):
            words = f"Scheme \"{value}\" is not supported. Scheme must be one of ('http', 'https')."
            self.add(path, "URL_TYPE_INVALID_SCHEME", words)
        elif not re.fullmatch(r"https?://[^\s/?#]+([/?#]\S*)?", value):
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        self.text(path, value, longest)

    def refuse_if_any(self) -> None:
        if self.tree:
            raise Refusal(400, 50035, "Invalid Form Body", self.tree)


def check_message(payload: Json, *, new: bool = True) -> None:
    """Refuse a message that Discord would refuse."""
    found = Findings()
    if payload.get("flags", 0) & COMPONENTS_V2:
        _check_v2(found, payload)
    else:
        found.text(("content",), payload.get("content"), 2000)
        _check_embeds(found, payload.get("embeds") or [])
        _check_rows(found, payload.get("components") or [])
        if new and not any(payload.get(part) for part in ("content", "embeds", "components")):
            found.refuse_if_any()
            raise Refusal(400, 50006, "Cannot send an empty message")
    _check_files(found, payload)
    nonce = payload.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        found.add(("nonce",), "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")
    found.refuse_if_any()


def _check_files(found: Findings, payload: Json) -> None:
    """A file is named by its number, and an embed shows only files that came along."""
    attachments, files = payload.get("attachments") or [], payload.get("files") or []
    found.count(("attachments",), attachments, 10)
    for number, about in enumerate(attachments):
        at: Path = ("attachments", number)
        found.text((*at, "description"), about.get("description"), 1024)
        if not any(file["field"] == f"files[{about.get('id')}]" for file in files):
            words = "Attachment data cannot be null"
            found.add((*at, "id"), "ATTACHMENT_NOT_FOUND", words)
    names = {str(file["name"]) for file in files}
    for number, embed in enumerate(payload.get("embeds") or []):
        url = str((embed.get("image") or {}).get("url") or "")
        if url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in names:
                words = "This attachment was not found."
                found.add(("embeds", number, "image"), "ATTACHMENT_NOT_FOUND", words)
        elif url:
            found.address(("embeds", number, "image", "url"), url, 2048)


def _check_embeds(found: Findings, embeds: list[Json]) -> None:
    found.count(("embeds",), embeds, 10)
    total = 0
    for number, embed in enumerate(embeds):
        at: Path = ("embeds", number)
        total += len(found.text((*at, "title"), embed.get("title"), 256))
        total += len(found.text((*at, "description"), embed.get("description"), 4096))
        footer, author = embed.get("footer"), embed.get("author")
        if footer is not None:
            total += len(found.text((*at, "footer", "text"), footer.get("text"), 2048, 1))
        if author is not None:
            total += len(found.text((*at, "author", "name"), author.get("name"), 256, 1))
        fields = embed.get("fields") or []
        found.count((*at, "fields"), fields, 25)
        for index, field in enumerate(fields):
            total += len(found.text((*at, "fields", index, "name"), field.get("name"), 256, 1))
            total += len(found.text((*at, "fields", index, "value"), field.get("value"), 1024, 1))
        if embed.get("url") is not None:
            found.address((*at, "url"), embed["url"], 2048)
        colour = embed.get("color")
        if colour is not None and not 0 <= colour <= 0xFFFFFF:
            found.add((*at, "color"), "NUMBER_TYPE_MAX", "int value should be <= 16777215.")
    if total > 6000:
        words = "Embed size exceeds maximum size of 6000"
        found.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", words)


def _check_rows(found: Findings, rows: list[Json]) -> None:
    found.count(("components",), rows, 5)
    seen: set[str] = set()
    for number, row in enumerate(rows):
        at: Path = ("components", number)
        if row.get("type") != 1:
            found.add((*at, "type"), "UNION_TYPE_CHOICES", "Value of field must be one of (1,).")
            continue
        parts = row.get("components") or []
        selects = any(part.get("type") != 2 for part in parts)
        found.count((*at, "components"), parts, 1 if selects else 5, 1)
        for index, part in enumerate(parts):
            _check_part(found, (*at, "components", index), part, seen)


def _check_part(found: Findings, at: Path, part: Json, seen: set[str]) -> None:
    if part.get("type") == 2:
        label = found.text((*at, "label"), part.get("label"), 80)
        if not label and not part.get("emoji"):
            found.add((*at, "label"), "BASE_TYPE_REQUIRED", "A button needs a label or an emoji.")
        if part.get("style") == 5:
            found.address((*at, "url"), part.get("url"), 512)
            if "custom_id" in part:
                found.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Pick one.")
            return
        if part.get("style") not in (1, 2, 3, 4):
            found.add((*at, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5).")
    else:
        _check_options(found, at, part)
    _check_custom_id(found, at, part, seen)


def _check_custom_id(found: Findings, at: Path, part: Json, seen: set[str]) -> None:
    custom_id = found.text((*at, "custom_id"), part.get("custom_id"), 100, 1)
    if custom_id in seen:
        words = "Component custom id cannot be duplicated"
        found.add((*at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", words)
    seen.add(custom_id)


def _check_options(found: Findings, at: Path, part: Json) -> None:
    options = part.get("options") or []
    found.count((*at, "options"), options, 25, 1)
    found.text((*at, "placeholder"), part.get("placeholder"), 150)
    for index, option in enumerate(options):
        place = (*at, "options", index)
        found.text((*place, "label"), option.get("label"), 100, 1)
        found.text((*place, "value"), option.get("value"), 100, 1)
        found.text((*place, "description"), option.get("description"), 100)


def _check_v2(found: Findings, payload: Json) -> None:
    for legacy in ("content", "embeds"):
        if payload.get(legacy):
            words = f"The '{legacy}' field cannot be used with components v2"
            found.add((legacy,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words)
    parts = list(_all_parts(payload.get("components") or []))
    if len(parts) > 40:
        words = "Must contain 40 or fewer components in total."
        found.add(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words)
    if sum(len(part.get("content") or "") for part in parts if part.get("type") == 10) > 4000:
        words = "The total text of all components must be 4000 or fewer in length."
        found.add(("components",), "COMPONENT_MAX_TOTAL_TEXT_EXCEEDED", words)
    seen: set[str] = set()
    for part in parts:
        if part.get("type") in (2, 3):
            _check_part(found, ("components",), part, seen)


def _all_parts(parts: list[Json]) -> Iterator[Json]:
    for part in parts:
        yield part
        yield from _all_parts(part.get("components") or [])
        if part.get("accessory"):
            yield part["accessory"]


def check_modal(data: Json) -> None:
    """Refuse a modal that Discord would refuse."""
    found = Findings()
    found.text(("data", "title"), data.get("title"), 45, 1)
    found.text(("data", "custom_id"), data.get("custom_id"), 100, 1)
    parts = data.get("components") or []
    found.count(("data", "components"), parts, 5, 1)
    seen: set[str] = set()
    for number, part in enumerate(parts):
        at: Path = ("data", "components", number)
        if part.get("type") != 18:
            found.add((*at, "type"), "UNION_TYPE_CHOICES", "Value of field must be one of (18,).")
            continue
        found.text((*at, "label"), part.get("label"), 45, 1)
        found.text((*at, "description"), part.get("description"), 100)
        _check_input(found, (*at, "component"), part.get("component") or {}, seen)
    found.refuse_if_any()


def _check_input(found: Findings, at: Path, part: Json, seen: set[str]) -> None:
    _check_custom_id(found, at, part, seen)
    kind = part.get("type")
    if kind == 4:
        longest = part.get("max_length", 4000)
        if not 1 <= longest <= 4000:
            found.add((*at, "max_length"), "NUMBER_TYPE_MAX", "int value should be <= 4000.")
        found.text((*at, "value"), part.get("value"), min(longest, 4000))
        found.text((*at, "placeholder"), part.get("placeholder"), 100)
        if part.get("style") not in (1, 2):
            found.add((*at, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")
    elif kind == 3:
        _check_options(found, at, part)
    elif kind == 21:
        found.count((*at, "options"), part.get("options") or [], 10, 2)
    elif kind == 22:
        found.count((*at, "options"), part.get("options") or [], 10, 1)
    elif kind not in (5, 6, 7, 8, 19, 23):
        found.add((*at, "type"), "UNION_TYPE_CHOICES", "Not a component for a modal.")


def check_choices(choices: list[Json]) -> None:
    """Refuse what autocompletion may not offer."""
    found = Findings()
    _check_choices(found, ("data", "choices"), choices)
    found.refuse_if_any()


def _check_choices(found: Findings, at: Path, choices: list[Json]) -> None:
    found.count(at, choices, 25)
    for index, choice in enumerate(choices):
        found.text((*at, index, "name"), choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            found.text((*at, index, "value"), choice.get("value"), 100, 1)


def check_commands(commands: list[Json]) -> None:
    """Refuse a set of application commands that Discord would refuse."""
    found = Findings()
    chat = [command for command in commands if command.get("type", 1) == 1]
    if len(chat) > 100:
        raise Refusal(400, 30032, "Maximum number of application commands reached (100)")
    for number, command in enumerate(commands):
        if command.get("type", 1) != 1:
            continue
        _check_command(found, (number,), command, depth=0)
        if _size(command) > 8000:
            words = "Command exceeds maximum size (8000)"
            found.add((number,), "APPLICATION_COMMAND_TOO_LARGE", words)
    names = [command.get("name") for command in chat]
    if len(set(names)) < len(names):
        found.add(
            (), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
        )
    found.refuse_if_any()


def _check_command(found: Findings, at: Path, command: Json, depth: int) -> None:
    name = command.get("name")
    if not isinstance(name, str) or not _is_command_name(name):
        words = "Command name is invalid"
        found.add((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", words)
    found.text((*at, "description"), command.get("description"), 100, 1)
    options = command.get("options") or []
    found.count((*at, "options"), options, 25)
    optional_seen = False
    for index, option in enumerate(options):
        place = (*at, "options", index)
        kind = option.get("type")
        if (kind == 1 and depth < 2) or (kind == 2 and depth == 0):
            _check_command(found, place, option, depth + 1 if kind == 2 else 2)
            continue
        if kind in (1, 2):
            found.add(
                (*place, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep"
            )
        _check_command(found, place, {key: option.get(key) for key in ("name", "description")}, 2)
        _check_choices(found, (*place, "choices"), option.get("choices") or [])
        if option.get("choices") and option.get("autocomplete"):
            words = "Choices and autocomplete exclude each other"
            found.add(place, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", words)
        if option.get("required") and optional_seen:
            words = "Required options must be placed before non-required options"
            found.add(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
        optional_seen = optional_seen or not option.get("required")


def _is_command_name(name: str) -> bool:
    letters = all(c in "-_'" or unicodedata.category(c)[0] in "LN" for c in name)
    return 1 <= len(name) <= 32 and letters and name == name.lower()


def _size(part: Any) -> int:
    own = sum(len(str(part.get(key) or "")) for key in ("name", "description", "value"))
    below = [*(part.get("options") or []), *(part.get("choices") or [])]
    return own + sum(_size(each) for each in below)
