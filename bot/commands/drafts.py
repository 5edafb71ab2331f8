"""What becomes of a preview: saved, taken up again in a form, or dropped.

All that a press of Save means lies in the stored draft, so a preview works after a restart.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.commands import exchange, linking, lists, parting, rulings
from bot.commands.announcing import announce
from bot.commands.desk import Desk, quoted
from bot.commands.feeds import unsubscribe
from bot.commands.history import back_button, undo_button
from bot.commands.invocation import Invocation, Reply
from bot.commands.payload import said as said_of
from bot.commands.preview import preview, query_of, to_mend
from bot.commands.rerouting import send_on
from bot.commands.subscribing import save_change, save_feeds
from bot.commands.watch import (
    changeable,
    clean_name,
    here,
    see_that_name_is_free,
    settled,
    watch_form,
)
from bot.errors import CommandError, NotAllowed
from bot.message import Answer, Code, Literal, Paragraph, Tone, When
from bot.model import Watchlist
from bot.store.drafts import Draft
from bot.store.revisions import RESTORABLE
from bot.store.watchlists import NameTaken

WAITING = ". What waits for a digest already still comes."
MANAGERS_ONLY = frozenset(
    {
        "watch add",
        "watch list-add",
        "watch list-remove",
        "feeds add",
        "feeds change",
        "feeds remove",
        exchange.KIND,
        rulings.KIND,
    }
)


async def submit(desk: Desk, invocation: Invocation) -> Reply:
    """Take a filled-in watchlist form: preview it, or say what is wrong and keep what was typed."""
    values = {key: text.strip() for key, text in invocation.values.items()}
    id_, _, least = values.get("value", "").partition(":")
    values = {"min-sources": least} | values
    kind, platform = "watch edit" if id_ else "watch add", invocation.actor.platform
    try:
        payload = settled(values, clean_name(values.get("name", "")), here(invocation), platform)
        before = None
        if id_:
            watchlist = await _by_id(desk, invocation, id_)
            payload |= {"watch": watchlist.name, "revision": str(watchlist.revision)}
            before = watchlist
        elif not invocation.actor.manager:
            raise NotAllowed("Only a manager may make a watchlist.")
        else:
            await see_that_name_is_free(desk, invocation, payload["name"])
        return await preview(desk, invocation, kind, payload, before)
    except NotAllowed:
        raise
    except CommandError as error:
        return await to_mend(desk, invocation, values, error)


async def reopen(desk: Desk, invocation: Invocation) -> Reply:
    """Show a draft's form again, filled in."""
    draft = await _draft(desk, invocation)
    values = dict(draft.payload)
    channel = values.get("channel") or values.get("destinations", "")
    id_ = values.get("value", "").partition(":")[0]
    if watch := values.get("watch"):
        id_ = str((await desk.watchlist(invocation, watch)).id)
    title = f"Edit {values.get('name', 'watchlist')}" if id_ else "New watchlist"
    return Reply(watch_form(title, "watch:form", id_, values | {"channel": channel}, channel))


async def drop(desk: Desk, invocation: Invocation) -> Reply:
    """Forget a draft."""
    await desk.store.drafts.drop(invocation.workspace, invocation.values.get("value", ""))
    return Reply(Answer("Cancelled. Nothing was changed."), replaces=True)


async def save(desk: Desk, invocation: Invocation) -> Reply:
    """Carry out what a preview showed. The right to do so is checked again."""
    draft = await _draft(desk, invocation)
    if draft.kind in MANAGERS_ONLY and not invocation.actor.manager:
        raise NotAllowed("Only a manager may save this.")
    deed = {
        "watch add": _save_new,
        "watch edit": _save_change,
        "watch remove": _remove,
        "watch list-add": lists.save,
        "watch list-remove": lists.end,
        "feeds add": save_feeds,
        "feeds change": save_change,
        "feeds remove": unsubscribe,
        exchange.KIND: exchange.save,
        linking.KIND: linking.join,
        parting.KIND: parting.leave,
        rulings.KIND: rulings.save,
    }.get(draft.kind)
    if deed is None:
        raise CommandError("There is nothing to save in this.")
    async with _used_up(desk, draft):
        try:
            return await deed(desk, invocation, draft.payload)
        except NameTaken:
            name = draft.payload["name"]
            raise CommandError(f"Somebody made a watchlist '{name}' in the meantime.") from None


@asynccontextmanager
async def _used_up(desk: Desk, draft: Draft) -> AsyncIterator[None]:
    """Of many presses at once, in whatever process, one gets the draft; it is back if that fails.

    A process that is killed in between leaves none: then it is typed anew, and nothing done twice.
    """
    if not await desk.store.drafts.drop(draft.workspace, draft.id):
        raise _gone()
    try:
        yield
    except BaseException:
        await desk.store.drafts.put_back(draft)
        raise


async def _save_new(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    await query_of(desk, invocation.workspace, payload["query"])
    watchlist = await desk.store.watchlists.add(
        invocation.workspace,
        payload["name"],
        **said_of(payload),
        by=str(invocation.actor),
        at=invocation.at,
    )
    places = ", ".join(map(str, watchlist.destinations))
    said = Answer(f"Saved. “{watchlist.name}” alerts to {places} from now on.", tone=Tone.GOOD)
    public = await announce(desk, invocation, "made", None, watchlist)
    return Reply(said, replaces=True, public=public)


async def _save_change(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    watchlist = await changeable(desk, invocation, payload["watch"])
    if str(watchlist.revision) != payload["revision"]:
        raise CommandError(
            f"“{watchlist.name}” was changed by somebody else since this preview. Look again:",
            suggestion=f"/watch show {watchlist.name}",
        )
    changed = await desk.store.watchlists.revise(
        invocation.workspace,
        watchlist.id,
        name=payload["name"],
        **said_of(payload),
        by=str(invocation.actor),
        at=invocation.at,
        expected_revision=watchlist.revision,
    )
    said = Answer(
        f"Saved. “{changed.name}” is now revision {changed.revision}.",
        (Code(changed.query),),
        (undo_button(changed, watchlist.revision),) if changed != watchlist else (),
        tone=Tone.GOOD,
    )
    moved = await send_on(desk, invocation, watchlist, changed)
    said = replace(said, blocks=(*said.blocks, *moved))
    public = await announce(desk, invocation, "changed", watchlist, changed)
    return Reply(said, replaces=True, public=public)


async def _remove(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    watchlist = await changeable(desk, invocation, payload["watch"])
    await desk.store.watchlists.remove(
        invocation.workspace, watchlist.id, by=str(invocation.actor), at=invocation.at
    )
    until = (Literal("It can be brought back until "), When(invocation.at + RESTORABLE))
    said = Answer(
        f"Removed. “{watchlist.name}” alerts no more.",
        (Paragraph((*until, Literal(WAITING))), Code(f"/watch undo {quoted(watchlist.name)}")),
        (back_button(watchlist),),
        tone=Tone.GOOD,
    )
    public = await announce(desk, invocation, "removed", watchlist, None)
    return Reply(said, replaces=True, public=public)


async def _by_id(desk: Desk, invocation: Invocation, id_: str) -> Watchlist:
    for watchlist in await desk.watchlists(invocation):
        if str(watchlist.id) == id_:
            return await changeable(desk, invocation, watchlist.name)
    raise CommandError("That watchlist is gone.", suggestion="/watch list")


async def _draft(desk: Desk, invocation: Invocation) -> Draft:
    draft = await desk.store.drafts.take(invocation.workspace, invocation.values.get("value", ""))
    if draft is None:
        raise _gone()
    if draft.actor != str(invocation.actor):
        raise NotAllowed(f"This preview belongs to {draft.actor}.")
    return draft


def _gone() -> CommandError:
    return CommandError(
        "This preview is gone: it was used, cancelled, or is older than a week.",
        suggestion="/watch add",
    )
