"""The table of commands, and what buttons and forms ask for.

A row here and a function in this folder make a command; no platform knows one by name, and who may
ask for it is judged where it is carried out.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands import (
    brief,
    drafts,
    feeds,
    hours,
    intel,
    lists,
    mutes,
    rulings,
    sources,
    story,
    subscribing,
    trend,
    votes,
    watch,
    watchfloor,
)
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Option, Permission, Reply, Spec
from bot.commands.pages import PAGE, turned
from bot.model import FullText
from bot.stories import handled

Handler = Callable[[Desk, Invocation], Awaitable[Reply]]

WATCH = Option("watch", "the watchlist's name", required=True, completes="watch")
LIST = Option("name", "the list's name", required=True, completes="list")
FEED = Option("feed", "the feed's name or address", required=True, rest=True, completes="feed")
FITTING = Option("filter", "a word of its name, address or tags", rest=True)
QUERY = Option("query", "what to look for, such as North Korea AND Kursk", rest=True)
NEEDED_QUERY = Option(QUERY.name, QUERY.help, required=True, rest=True)
SEVERITY = Option("severity", "how loud it is", flag=True, choices=watch.SEVERITIES)
DELIVERY = Option("delivery", "at once, or in digests", flag=True, choices=watch.CADENCES)
SOURCES = Option(
    "min-sources", "how many independent sources it waits for, 1 to 10", flag=True, number=True
)
CHANNEL = Option("channel", "where its alerts go; here, if not given", flag=True)
READ = tuple(map(str, FullText))
STORY = Option("story", "its number, or a link to one of its articles", required=True)
INTO = Option("into", "the other story: a number, or a link to an article of it", required=True)
HOURS = Option("hours", "how far back to look, in hours", flag=True, number=True)


async def help_(_desk: Desk, invocation: Invocation) -> Reply:
    """Every command with an example, from the table itself."""
    table = tuple(spec for spec, _ in COMMANDS)
    return Reply(intel.help_for(table, invocation.actor.platform))


COMMANDS: tuple[tuple[Spec, Handler], ...] = (
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
    (Spec("watch pause", "Silence a watchlist.", (WATCH,), example="kursk"), watch.pause),
    (Spec("watch resume", "Let it speak again.", (WATCH,), example="kursk"), watch.resume),
    (Spec("watch remove", "Remove a watchlist.", (WATCH,), example="kursk"), watch.remove),
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
    (Spec("watch library", "Watchlists to begin from: /watch add with one's name."), watch.library),
    (
        Spec(
            "watch list-add",
            "Name a query, for watchlists to use as @name.",
            (LIST, NEEDED_QUERY),
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
    (
        Spec(
            "feeds add",
            "Read one more feed.",
            (
                Option("url", "the address of a feed, or of a page that names one", required=True),
                Option("name", "what to call it", flag=True),
                Option("tags", "words for tag: in watchlists, such as korea,wire", flag=True),
                Option("text", "when its articles' pages are read", flag=True, choices=READ),
            ),
            Permission.MANAGER,
            "https://feeds.bbci.co.uk/news/world/rss.xml",
        ),
        subscribing.add,
    ),
    (Spec("feeds list", "Every feed, and how it does.", (PAGE, FITTING)), feeds.list_),
    (
        Spec("feeds show", "One feed, and what it brought.", (FEED,), example="BBC World"),
        feeds.show,
    ),
    (
        Spec("feeds test", "Ask a feed right now what it has.", (FEED,), example="BBC World"),
        feeds.test,
    ),
    (
        Spec(
            "feeds text",
            "Choose when the pages of a feed's articles are read, too.",
            (Option("when", "when", required=True, choices=feeds.TEXTS), FEED),
            Permission.MANAGER,
            "near-miss BBC World",
        ),
        feeds.text,
    ),
    (
        Spec(
            "feeds pause",
            "Let a feed rest.",
            (FEED,),
            Permission.MANAGER,
            "BBC World",
        ),
        feeds.pause,
    ),
    (
        Spec(
            "feeds resume",
            "Read a paused feed again.",
            (FEED,),
            Permission.MANAGER,
            "BBC World",
        ),
        feeds.resume,
    ),
    (
        Spec(
            "feeds remove",
            "Read a feed no more.",
            (FEED,),
            Permission.MANAGER,
            "BBC World",
        ),
        feeds.remove,
    ),
    (
        Spec(
            "feeds starter",
            "Feeds to begin with, by region.",
            (Option("region", "a region or place; without one, all are listed", rest=True),),
            Permission.MANAGER,
            "korea",
        ),
        subscribing.starter,
    ),
    (
        Spec(
            "feeds import",
            "Read the feeds of an OPML list.",
            (Option("opml", "the list, pasted as text", required=True, rest=True),),
            Permission.MANAGER,
            '<opml><body><outline xmlUrl="https://www.38north.org/feed/"/></body></opml>',
        ),
        subscribing.import_,
    ),
    (Spec("feeds export", "The feeds as an OPML list.", (FITTING,)), subscribing.export),
    (
        Spec(
            "intel search",
            "Search the stored articles.",
            (
                HOURS,
                Option("limit", "how many to show, up to 10", flag=True, number=True),
                NEEDED_QUERY,
            ),
            example="North Korea AND Kursk",
        ),
        intel.search,
    ),
    (
        Spec(
            "intel story",
            "One event as it was reported: sources, figures, what stayed quiet.",
            (Option("story", "its number, or a link to one of its articles", rest=True),),
            example="12",
        ),
        story.story,
    ),
    (
        Spec(
            "intel brief",
            "What was told lately, the most corroborated stories first.",
            (
                HOURS,
                PAGE,
                Option("topic", "a watchlist's name or a query", rest=True, completes="watch"),
            ),
            example="--hours 24 kursk",
        ),
        brief.show,
    ),
    (
        Spec(
            "intel trend",
            "How much is written about something, by hour or by day.",
            (
                Option("days", "how many, up to 90; up to 3 by the hour", flag=True, number=True),
                Option(
                    "query",
                    "a query or a watchlist's name",
                    required=True,
                    rest=True,
                    completes="watch",
                ),
            ),
            example="--days 30 Taiwan AND drills",
        ),
        trend.show,
    ),
    (
        Spec(
            "intel sources",
            "How each feed does; failing shows those in trouble.",
            (PAGE, FITTING),
            example="korea",
        ),
        sources.sources,
    ),
    (Spec("intel status", "Is news flowing?"), intel.status),
    (Spec("intel help", "What you can ask.", aliases=("help", "intel")), help_),
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
        Spec("watchfloor status", "Is the bot well?", permission=Permission.ADMIN),
        watchfloor.status,
    ),
)

# What buttons and forms ask for. Their handlers check the right to do it.
ACTIONS: Mapping[str, Handler] = {
    "watch:form": drafts.submit,
    "draft:save": drafts.save,
    "draft:edit": drafts.reopen,
    "draft:drop": drafts.drop,
    handled.WHY: intel.why,
    handled.MUTE: mutes.mute_story,
    handled.NOT_RELEVANT: votes.not_relevant,
    handled.UNDO: votes.undo,
    mutes.PROLONG: mutes.prolong,
    mutes.UNMUTE: mutes.undo,
    votes.TAKE_BACK: votes.take_back,
    watch.WATCHLISTS.action: turned(watch.list_),
    feeds.FEEDS.action: turned(feeds.list_),
    sources.SOURCES.action: turned(sources.sources),
    brief.SHARE: brief.share,
    trend.SHARE: trend.share,
    rulings.UNDO: rulings.undo,
}
