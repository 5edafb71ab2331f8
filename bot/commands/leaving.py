"""/watchfloor export and delete-all: people take their data with them, and leave nothing behind.

What belongs to a workspace, the store knows.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.troubles import for_managers
from bot.errors import CommandError, NotAllowed
from bot.insight.export import exported, packed
from bot.message import Answer, Bullets, Button, File, Line, Paragraph, Style, Tone, plain
from bot.model import HOME

log = logging.getLogger(__name__)

EXPORT, DELETE = "watchfloor:export", "watchfloor:delete"
KIND = "watchfloor delete-all"
LONGEST_THOUGHT = timedelta(minutes=10)


async def export(desk: Desk, invocation: Invocation) -> Reply:
    """All that this workspace made and was told, in a file; without secrets."""
    for_managers(invocation)
    workspace = await desk.store.workspaces.named(invocation.workspace)
    sight = await desk.sight(invocation)
    parts = await exported(desk.store, workspace.id, sight.shows)
    data = packed(parts, workspace, invocation.at)
    name = "".join(each if each.isalnum() else "-" for each in workspace.name.lower())
    file = File(f"watchfloor-{name}.zip", data, "Everything of this workspace, as JSON.")
    lines = [plain(f"{part}: {len(rows)}") for part, rows in parts.items()]
    left_out = (
        "Left out: texts of articles, secrets in addresses, and what private channels watch that"
        " are not seen from here. Whoever runs the bot has all: watchfloor export"
    )
    title = f"Everything of {workspace.name}, {len(data):,} bytes"
    blocks = (Bullets(tuple(lines)), Paragraph(plain(left_out)))
    return Reply(Answer(title, blocks, tone=Tone.GOOD, file=file))


async def delete_all(desk: Desk, invocation: Invocation) -> Reply:
    """Say what would be deleted, offer an export, and ask once more."""
    workspace = await desk.store.workspaces.named(invocation.workspace)
    counts = await desk.store.belongings.count(workspace.id)
    draft = await desk.store.drafts.keep(
        workspace.id, str(invocation.actor), KIND, {}, invocation.at
    )
    said = [
        "This cannot be undone. A feed that only you read goes with its articles.",
        "What the configuration declares comes back when the bot is started anew."
        if workspace.name == HOME
        else "To use Watchfloor here again, invite or install it anew.",
    ]
    return Reply(
        Answer(
            f"Delete everything of {workspace.name}?",
            (Bullets(_listed(counts)), *(Paragraph(plain(each)) for each in said)),
            (
                Button("Export first", EXPORT),
                Button("Delete everything", DELETE, draft, style=Style.DANGER),
            ),
            Tone.WARNING,
        )
    )


async def delete(desk: Desk, invocation: Invocation) -> Reply:
    """Delete what was asked about, if the same person asked just now."""
    for_managers(invocation)
    store, id_ = desk.store, invocation.values.get("value", "")
    draft = await store.drafts.take(invocation.workspace, id_)
    if draft is None or draft.kind != KIND:
        raise CommandError("This question is too old.", suggestion="/watchfloor delete-all")
    if draft.actor != str(invocation.actor):
        raise NotAllowed(f"This question was put to {draft.actor}.")
    if invocation.at - draft.created_at > LONGEST_THOUGHT:
        raise CommandError("This question is too old.", suggestion="/watchfloor delete-all")
    workspace = await store.workspaces.named(invocation.workspace)
    gone = await store.belongings.delete(workspace.id)
    log.warning("%s deleted everything of %s: %s rows.", invocation.actor, workspace.name, gone)
    title = f"Everything of {workspace.name} is deleted: {gone.total:,} rows"
    said = Answer(title, (Bullets(_listed(gone.rows)),), tone=Tone.GOOD)
    public = Answer(f"{invocation.actor.name} deleted everything that Watchfloor kept here.")
    return Reply(said, replaces=True, public=public)


def _listed(rows: Mapping[str, int]) -> tuple[Line, ...]:
    named = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    return tuple(plain(f"{name.replace('_', ' ')}: {number:,}") for name, number in named)
