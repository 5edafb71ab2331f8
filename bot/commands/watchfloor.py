"""The rows of /watchfloor: what those who run the bot ask of it. See `table`."""

from collections.abc import Mapping

from bot.commands import hours, leaving, linking, managing, parting, records, troubles
from bot.commands.invocation import Option, Permission, Spec
from bot.commands.pages import PAGE, Handler, turned

ROWS: tuple[tuple[Spec, Handler], ...] = (
    (
        Spec(
            "watchfloor setup",
            "This channel's time zone, quiet hours and digest time.",
            (
                Option("zone", "its time zone, such as Europe/Kyiv", flag=True),
                Option("quiet", "when only what is critical comes: 22:00-07:00, or off", flag=True),
                Option("digest", "when daily digests come, such as 08:00", flag=True),
            ),
            Permission.ADMIN,
            hours.EXAMPLE,
        ),
        hours.setup,
    ),
    (
        Spec("watchfloor status", "Is the bot well?", (PAGE,), Permission.ADMIN),
        troubles.status,
    ),
    (
        Spec(
            "watchfloor audit",
            "Who changed what, and when.",
            (PAGE,),
            Permission.ADMIN,
        ),
        records.audit,
    ),
    (
        Spec(
            "watchfloor link",
            "Let a further chat join this workspace, or join another one's with its code.",
            (Option("code", "the code from the other chat; without one, you get a code"),),
            Permission.ADMIN,
            "K7QF-2MWD",
        ),
        linking.link,
    ),
    (
        Spec(
            "watchfloor unlink",
            "Let this chat leave the workspace that it joined; or send one away that joined this.",
            (Option("chat", "a chat that joined this one, such as discord:1234567"),),
            Permission.ADMIN,
        ),
        parting.unlink,
    ),
    (
        Spec(
            "watchfloor managers",
            "Who may change watchlists and feeds here.",
            (
                Option("who", "who may", choices=managing.WHO),
                Option("group", "a user group or role: its id, or a mention of it", flag=True),
                Option("chat", "which chat; or this one", flag=True, choices=managing.CHATS),
            ),
            Permission.ADMIN,
            "admins",
        ),
        managing.managers,
    ),
    (
        Spec(
            "watchfloor retry",
            "Send again what was given up; what may have arrived is looked for first.",
            (Option("delivery", "its number, or all"),),
            Permission.ADMIN,
            "all",
        ),
        troubles.retry,
    ),
    (
        Spec(
            "watchfloor export",
            "All that this workspace made and was told, in a file.",
            permission=Permission.ADMIN,
        ),
        leaving.export,
    ),
    (
        Spec(
            "watchfloor delete-all",
            "Delete everything of this workspace, after a second question.",
            permission=Permission.ADMIN,
        ),
        leaving.delete_all,
    ),
)

ACTIONS: Mapping[str, Handler] = {
    records.RECORDS.action: turned(records.audit),
    troubles.TROUBLES.action: turned(troubles.status),
    leaving.EXPORT: leaving.export,
    leaving.DELETE: leaving.delete,
}
