"""The rows of the command table that begin with /watch."""

from bot.commands import exchange, history, lists, mutes, pausing, rulings, watch, watchfile
from bot.commands.invocation import Option, Permission, Spec
from bot.commands.options import (
    ANY_WATCH,
    CHANNEL,
    DELIVERY,
    HOURS,
    INTO,
    LIST,
    NEEDED_QUERY,
    NEW_LIST,
    QUERY,
    SEVERITY,
    SOURCES,
    STORY,
    WATCH,
)
from bot.commands.pages import PAGE, Handler

ROWS: tuple[tuple[Spec, Handler], ...] = (
    (
        Spec(
            "watch add",
            "Watch for something new.",
            (Option("name", "a name for it"), SEVERITY, CHANNEL, DELIVERY, SOURCES, QUERY),
            Permission.MANAGER,
            "kursk North Korea AND Kursk",
            form_without=("query",),
        ),
        watch.add,
    ),
    (
        Spec(
            "watch edit",
            "Change a watchlist: its query, its channel, how loud and how soon it speaks.",
            (WATCH, SEVERITY, CHANNEL, DELIVERY, SOURCES, QUERY),
            example="kursk North Korea AND (Kursk OR Belgorod)",
            form_without=watch.CHANGEABLE,
        ),
        watch.edit,
    ),
    (Spec("watch list", "Every watchlist.", (PAGE,)), watch.list_),
    (
        Spec(
            "watch show",
            "One watchlist, and what its terms really find.",
            (WATCH,),
            example="kursk",
        ),
        watch.show,
    ),
    (
        Spec(
            "watch test",
            "What a watchlist or a query finds in the stored articles.",
            (HOURS, NEEDED_QUERY),
            example="--hours 24 Iran AND Hormuz",
        ),
        watch.test,
    ),
    (
        Spec(
            "watch pause",
            "Silence a watchlist, for a while or until it is resumed.",
            (
                WATCH,
                Option("for", "how long", flag=True, choices=pausing.CHOICES),
                Option("until", "until when: 18:00, or 2026-11-25 18:00", flag=True),
            ),
            example="kursk --for 8h",
        ),
        pausing.pause,
    ),
    (Spec("watch resume", "Let it speak again.", (WATCH,), example="kursk"), pausing.resume),
    (
        Spec("watch remove", "Remove a watchlist; a week to undo.", (WATCH,), example="kursk"),
        watch.remove,
    ),
    (
        Spec(
            "watch history",
            "Who changed what, and when; of one watchlist or of all.",
            (PAGE, ANY_WATCH),
            example="kursk",
        ),
        history.history,
    ),
    (
        Spec(
            "watch undo",
            "Undo the last change of a watchlist, or bring a removed one back.",
            (
                WATCH,
                Option("to", "the revision that it shall have again", flag=True, number=True),
                Option("as", "a new name, for one that was removed", flag=True),
            ),
            example="kursk",
        ),
        history.undo,
    ),
    (
        Spec(
            "watch export",
            "The watchlists and lists as a file.",
            (Option("format", "how it is written", flag=True, choices=watchfile.FORMATS),),
            example="--format toml",
        ),
        exchange.export,
    ),
    (
        Spec(
            "watch import",
            "Read watchlists and lists from a file; what it would do is shown first.",
            (Option("file", "what /watch export made", required=True, rest=True, file=True),),
            Permission.MANAGER,
            "watchlists.toml",
            form_without=("file",),
        ),
        exchange.import_,
    ),
    (
        Spec(
            "watch mute",
            "Mute a story, a source or a term in this channel.",
            (
                Option("target", "a story's number or link, a feed's name, or a term"),
                Option("for", "how long; a day, if not given", flag=True, choices=mutes.CHOICES),
            ),
            example="12 --for 8h",
        ),
        mutes.mute,
    ),
    (
        Spec(
            "watch unmute",
            "Let it be heard again; without a target, see what is muted.",
            (Option("target", "what is muted here"),),
            example="12",
        ),
        mutes.unmute,
    ),
    (
        Spec("watch library", "Watchlists to begin from; /watch add takes one by its name."),
        watch.library,
    ),
    (
        Spec(
            "watch list-add",
            "Name a query, for watchlists to use as @name.",
            (NEW_LIST, NEEDED_QUERY),
            Permission.MANAGER,
            "gulf Bahrain OR Kuwait OR Qatar",
        ),
        lists.add,
    ),
    (
        Spec(
            "watch list-edit",
            "Give a list another query.",
            (LIST, NEEDED_QUERY),
            Permission.MANAGER,
            "gulf Bahrain OR Kuwait OR Qatar OR Oman",
        ),
        lists.edit,
    ),
    (
        Spec("watch list-remove", "Remove a list.", (LIST,), Permission.MANAGER, "gulf"),
        lists.remove,
    ),
    (Spec("watch lists", "Every list, and who uses it."), lists.show_all),
    (
        Spec(
            "watch story-merge",
            "Say that two stories are one.",
            (STORY, INTO),
            Permission.MANAGER,
            "12 7",
        ),
        rulings.merge,
    ),
    (
        Spec(
            "watch story-split",
            "Say that articles are a story of their own.",
            (Option("links", "the articles' links, apart by spaces", required=True, rest=True),),
            Permission.MANAGER,
            "https://example.org/a https://example.org/b",
        ),
        rulings.split,
    ),
    (
        Spec(
            "watch story-move",
            "Say that an article belongs to another story.",
            (Option("link", "the article's link", required=True), INTO),
            Permission.MANAGER,
            "https://example.org/a 7",
        ),
        rulings.move,
    ),
)
