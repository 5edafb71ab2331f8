"""What Slack takes and what it refuses: the hard limits of Block Kit, and pointers to the faults.

The numbers come from Slack's reference and stand here a second time on purpose: the bot's renderer
is judged by them. Recommendations and rates are no size limits and are not judged here.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

TEXT_KEPT = 40_000
UPDATE_TEXT = 4_000
ALL_TEXT = 13_200
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000
ID = 255
SECTION_TEXT = 3_000
MRKDWN_TEXT = 3_000
FIELD_TEXT = 2_000
FIELDS = 10
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
OVERFLOW_OPTIONS = 5
CHOICES = 10
ALT_TEXT = 2_000
LABEL = 2_000
INPUT_LENGTH = 3_000
MARKDOWN_TOGETHER = 12_000
TABLES = 1
TABLE_ROWS = 100
TABLE_COLUMNS = 20
STYLES = ("primary", "danger")

Fault = tuple[str, str]  # what is wrong, and the JSON pointer to it


def message_faults(blocks: Any) -> list[str]:
    """Every fault in a message's blocks, worded as Slack words them; empty where it takes them."""
    if not isinstance(blocks, list):
        return [_worded("must provide an array", "/blocks")]
    faults = list(_count(blocks, MESSAGE_BLOCKS, "/blocks"))
    tables = [block for block in blocks if isinstance(block, dict) and block.get("type") == "table"]
    if len(tables) > TABLES:
        faults.append(("only_one_table_allowed", "/blocks"))
    markdown = [_string(block.get("text")) for block in blocks if _type(block) == "markdown"]
    if sum(map(len, markdown)) > MARKDOWN_TOGETHER:
        faults.append((f"must be less than {MARKDOWN_TOGETHER + 1} characters together", "/blocks"))
    faults += _blocks(blocks, "/blocks")
    return [_worded(*fault) for fault in faults]


def view_faults(view: Any) -> list[str]:
    """Every fault in a modal, worded as Slack words them."""
    if not isinstance(view, dict) or view.get("type") != "modal":
        return [_worded("unsupported view type", "/view/type")]
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return [_worded("missing required field: blocks", "/view")]
    faults = list(_count(blocks, VIEW_BLOCKS, "/view/blocks"))
    faults += _text(view.get("title"), VIEW_TITLE, "/view/title", ("plain_text",))
    for key in ("submit", "close"):
        if key in view:
            faults += _text(view[key], VIEW_TITLE, f"/view/{key}", ("plain_text",))
    faults += _length(view.get("private_metadata", ""), PRIVATE_METADATA, "/view/private_metadata")
    for key in ("callback_id", "external_id"):
        faults += _length(view.get(key, ""), ID, f"/view/{key}")
    if any(_type(block) == "input" for block in blocks) and "submit" not in view:
        faults.append(("missing required field: submit", "/view"))
    faults += _blocks(blocks, "/view/blocks")
    return [_worded(*fault) for fault in faults]


def home_faults(view: Any) -> list[str]:
    """Every fault in the Home tab of an app, worded as Slack words them."""
    if not isinstance(view, dict) or view.get("type") != "home":
        return [_worded("unsupported view type", "/view/type")]
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return [_worded("missing required field: blocks", "/view")]
    faults = [*_count(blocks, VIEW_BLOCKS, "/view/blocks"), *_blocks(blocks, "/view/blocks")]
    return [_worded(*fault) for fault in faults]


def all_text(text: str, blocks: Any) -> int:
    """The characters that a message has in all its texts together."""
    return len(text) + sum(map(len, _texts(blocks)))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key in {"text", "fallback", "alt_text"} and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)


def _worded(problem: str, pointer: str) -> str:
    return f"{problem} [json-pointer:{pointer}]"


def _type(block: Any) -> str:
    return str(block.get("type")) if isinstance(block, dict) else ""


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _blocks(blocks: list[Any], at: str) -> Iterator[Fault]:
    ids: set[str] = set()
    for number, block in enumerate(blocks):
        pointer = f"{at}/{number}"
        check = _CHECKS.get(_type(block))
        if check is None:
            yield f"unsupported type: {_type(block)}", f"{pointer}/type"
            continue
        block_id = block.get("block_id")
        if block_id is not None:
            yield from _length(block_id, ID, f"{pointer}/block_id")
            if block_id in ids:
                yield "`block_id` must be unique", f"{pointer}/block_id"
            ids.add(block_id)
        yield from check(block, pointer)


def _section(block: Json, at: str) -> Iterator[Fault]:
    if "text" not in block and "fields" not in block:
        yield "missing required field: text", at
    if "text" in block:
        yield from _text(block["text"], SECTION_TEXT, f"{at}/text")
    fields = block.get("fields", [])
    yield from _count(fields, FIELDS, f"{at}/fields", least=0)
    for number, field in enumerate(fields):
        yield from _text(field, FIELD_TEXT, f"{at}/fields/{number}")
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}/accessory")


def _header(block: Json, at: str) -> Iterator[Fault]:
    yield from _text(block.get("text"), HEADER_TEXT, f"{at}/text", ("plain_text",))


def _context(block: Json, at: str) -> Iterator[Fault]:
    elements = block.get("elements", [])
    yield from _count(elements, CONTEXT_ELEMENTS, f"{at}/elements")
    for number, element in enumerate(elements):
        pointer = f"{at}/elements/{number}"
        if _type(element) == "image":
            yield from _length(element.get("alt_text"), ALT_TEXT, f"{pointer}/alt_text", least=1)
        else:
            yield from _text(element, MRKDWN_TEXT, pointer)


def _actions(block: Json, at: str) -> Iterator[Fault]:
    elements = block.get("elements", [])
    yield from _count(elements, ACTIONS, f"{at}/elements")
    seen: set[str] = set()
    for number, element in enumerate(elements):
        pointer = f"{at}/elements/{number}"
        yield from _element(element, pointer)
        action_id = element.get("action_id")
        if action_id in seen:
            yield "`action_id` must be unique", f"{pointer}/action_id"
        seen.add(action_id)


def _input(block: Json, at: str) -> Iterator[Fault]:
    yield from _text(block.get("label"), LABEL, f"{at}/label", ("plain_text",))
    if "hint" in block:
        yield from _text(block["hint"], LABEL, f"{at}/hint", ("plain_text",))
    yield from _element(block.get("element"), f"{at}/element")


def _image(block: Json, at: str) -> Iterator[Fault]:
    if "slack_file" not in block:
        yield from _length(block.get("image_url"), URL, f"{at}/image_url", least=1)
    elif "image_url" in block or set(block["slack_file"]) not in ({"id"}, {"url"}):
        yield "must provide one of: image_url, slack_file", at
    yield from _length(block.get("alt_text"), ALT_TEXT, f"{at}/alt_text", least=1)


def _markdown(block: Json, at: str) -> Iterator[Fault]:
    yield from _length(block.get("text"), MARKDOWN_TOGETHER, f"{at}/text", least=1)


def _table(block: Json, at: str) -> Iterator[Fault]:
    rows = block.get("rows", [])
    yield from _count(rows, TABLE_ROWS, f"{at}/rows")
    for number, row in enumerate(rows):
        yield from _count(row, TABLE_COLUMNS, f"{at}/rows/{number}")


def _divider(_block: Json, _at: str) -> Iterator[Fault]:
    yield from ()


def _rich_text(block: Json, at: str) -> Iterator[Fault]:
    elements = block.get("elements", [])
    yield from _count(elements, None, f"{at}/elements")
    for number, part in enumerate(elements):
        yield from _rich_part(part, f"{at}/elements/{number}")


def _rich_part(part: Any, at: str) -> Iterator[Fault]:
    kinds = ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list")
    if _type(part) not in kinds:
        yield f"unsupported type: {_type(part)}", f"{at}/type"
        return
    elements = part.get("elements", [])
    yield from _count(elements, None, f"{at}/elements")
    for number, element in enumerate(elements):
        pointer = f"{at}/elements/{number}"
        if _type(part) == "rich_text_list":
            if part.get("style") not in {"bullet", "ordered"}:
                yield "must be one of: bullet, ordered", f"{at}/style"
            yield from _rich_part(element, pointer)
        else:
            yield from _rich_element(element, pointer)


def _rich_element(element: Any, at: str) -> Iterator[Fault]:
    match _type(element):
        case "text":
            yield from _length(element.get("text"), None, f"{at}/text", least=1)
        case "link":
            yield from _length(element.get("url"), URL, f"{at}/url", least=1)
        case "date":
            if not isinstance(element.get("timestamp"), int):
                yield "must be an integer", f"{at}/timestamp"
            yield from _length(element.get("format"), None, f"{at}/format", least=1)
        case "channel":
            if not re.fullmatch(r"[CGD][A-Z0-9]{2,}", _string(element.get("channel_id"))):
                yield "invalid channel id", f"{at}/channel_id"
        case "user" | "usergroup" | "broadcast" | "emoji":
            pass
        case other:
            yield f"unsupported type: {other}", f"{at}/type"


def _element(element: Any, at: str) -> Iterator[Fault]:
    if not isinstance(element, dict):
        yield "must provide an object", at
        return
    yield from _length(element.get("action_id", "-"), ID, f"{at}/action_id", least=1)
    match element.get("type"):
        case "button":
            yield from _text(element.get("text"), BUTTON_TEXT, f"{at}/text", ("plain_text",))
            yield from _length(element.get("value", ""), BUTTON_VALUE, f"{at}/value")
            yield from _length(element.get("url", ""), URL, f"{at}/url")
            if "style" in element and element["style"] not in STYLES:
                yield f"must be one of: {', '.join(STYLES)}", f"{at}/style"
        case "static_select" | "multi_static_select":
            yield from _options(element, OPTIONS, at)
        case "overflow":
            yield from _options(element, OVERFLOW_OPTIONS, at)
        case "checkboxes" | "radio_buttons":
            yield from _options(element, CHOICES, at)
        case "multi_conversations_select":
            yield from _channel_select(element, at)
        case "file_input":
            yield from _file_input(element, at)
        case "plain_text_input":
            yield from _plain_text_input(element, at)
        case other:
            yield f"unsupported type: {other}", f"{at}/type"


def _file_input(element: Json, at: str) -> Iterator[Fault]:
    most = element.get("max_files", 10)
    if not isinstance(most, int) or not 1 <= most <= 10:
        yield "must be between 1 and 10", f"{at}/max_files"


def _channel_select(element: Json, at: str) -> Iterator[Fault]:
    kinds = element.get("filter", {}).get("include", ["public"])
    if not kinds or not set(kinds) <= {"im", "mpim", "private", "public"}:
        yield "must be one of: im, mpim, private, public", f"{at}/filter/include"
    chosen = element.get("initial_conversations")
    if chosen is not None and not 1 <= len(chosen) <= element.get("max_selected_items", 100):
        yield "more or fewer than can be selected", f"{at}/initial_conversations"
    for number, each in enumerate(chosen or []):
        if not re.fullmatch(r"[CGD][A-Z0-9]{2,}", _string(each)):
            yield "invalid conversation id", f"{at}/initial_conversations/{number}"


def _plain_text_input(element: Json, at: str) -> Iterator[Fault]:
    longest = element.get("max_length", INPUT_LENGTH)
    if not isinstance(longest, int) or not 1 <= longest <= INPUT_LENGTH:
        yield f"must be between 1 and {INPUT_LENGTH}", f"{at}/max_length"
        longest = INPUT_LENGTH
    yield from _length(element.get("initial_value", ""), longest, f"{at}/initial_value")


def _options(element: Json, most: int, at: str) -> Iterator[Fault]:
    options = element.get("options", [])
    yield from _count(options, most, f"{at}/options")
    for number, option in enumerate(options):
        pointer = f"{at}/options/{number}"
        yield from _text(option.get("text"), OPTION_TEXT, f"{pointer}/text")
        yield from _length(option.get("value"), OPTION_VALUE, f"{pointer}/value", least=1)
    if "initial_option" in element and element["initial_option"] not in options:
        yield "must match one of the options", f"{at}/initial_option"


def _text(
    value: Any, most: int, at: str, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
) -> Iterator[Fault]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"must be a text object of type {' or '.join(kinds)}", at
        return
    yield from _length(value.get("text"), most, f"{at}/text", least=1)


def _length(value: Any, most: int | None, at: str, least: int = 0) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield "must be a string", at
    elif most is not None and len(value) > most:
        yield f"must be less than {most + 1} characters", at
    elif len(value) < least:
        yield f"must be more than {least - 1} characters", at


def _count(items: Any, most: int | None, at: str, least: int = 1) -> Iterator[Fault]:
    if not isinstance(items, list):
        yield "must provide an array", at
    elif most is not None and len(items) > most:
        yield f"no more than {most} items allowed", at
    elif len(items) < least:
        yield f"no less than {least} items allowed", at


_CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "table": _table,
    "divider": _divider,
    "rich_text": _rich_text,
}
