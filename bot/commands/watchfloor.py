"""/watchfloor: is the bot itself well? For those who run it."""

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, Bullets, Line, Literal, Tone, When, plain


async def status(desk: Desk, invocation: Invocation) -> Reply:
    """Version, database, chats and their seats, and the state of every delivery."""
    counts = await desk.store.outbox.counts(invocation.workspace)
    seats = await desk.store.workspaces.seats(invocation.workspace)
    troubled = await desk.store.outbox.troubled(invocation.workspace)
    chats = desk.chats()
    lines: list[Line] = [
        (Literal(f"Watchfloor {desk.version}, running since "), When(desk.started_at)),
        plain(f"database: {desk.store.database.dialect}"),
    ]
    lines += [plain(f"{chat.platform}: {chat.state}. {chat.detail}".rstrip()) for chat in chats]
    lines += [plain(f"seat: {seat.platform} {seat.external_id}".rstrip()) for seat in seats]
    lines.append(
        plain(
            "deliveries: " + (", ".join(f"{n} {s}" for s, n in counts.items() if n) or "none yet")
        )
    )
    lines += [
        plain(f"delivery {each.id} to {each.destination} is {each.state}: {each.error}")
        for each in troubled[:10]
    ]
    well = not troubled and all(chat.state in {"ready", "off"} for chat in chats)
    title = "The bot is well" if well else "The bot needs a look"
    tone = Tone.GOOD if well else Tone.WARNING
    return Reply(Answer(title, (Bullets(tuple(lines)),), tone=tone))
