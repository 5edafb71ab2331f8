"""The table of commands, and what buttons and forms ask for.

A row here and a function in this folder make a command; no platform knows one by name, and who may
ask for it is judged where it is carried out.
"""

from collections.abc import Mapping

from bot.commands import (
    brief,
    drafts,
    exchange,
    feeds,
    history,
    home,
    intel,
    mutes,
    opml_file,
    pointing,
    rulings,
    searching,
    sources,
    story,
    subscribing,
    trend,
    votes,
    watch,
    watch_rows,
    watchfloor,
    whys,
)
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Option, Permission, Reply, Spec
from bot.commands.naming import FAMILIES
from bot.commands.options import FEED, FITTING, HOURS, NEEDED_QUERY, READ
from bot.commands.pages import PAGE, Handler, turned
from bot.stories import handled


async def help_(_desk: Desk, invocation: Invocation) -> Reply:
    """Every command with an example, from the table itself; or those of one family."""
    topic = invocation.values.get("topic", "").lower()
    table = tuple(spec for spec, _ in COMMANDS if topic in ("", spec.name.split()[0]))
    return Reply(intel.help_for(table, invocation.actor.platform, short=not topic))


COMMANDS: tuple[tuple[Spec, Handler], ...] = (
    *watch_rows.ROWS,
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
            (
                Option("opml", "the list, pasted as text", rest=True),
                Option("file", "the list as a file", flag=True, file=True),
            ),
            Permission.MANAGER,
            '<opml><body><outline xmlUrl="https://www.38north.org/feed/"/></body></opml>',
            form_without=("opml", "file"),
        ),
        opml_file.import_,
    ),
    (Spec("feeds export", "The feeds as an OPML list.", (FITTING,)), opml_file.export),
    (
        Spec(
            "intel search",
            "Search the stored articles.",
            (
                HOURS,
                Option("limit", "how many to show, up to 10", flag=True, number=True),
                Option("order", "which come first", flag=True, choices=searching.ORDERS),
                PAGE,
                NEEDED_QUERY,
            ),
            example="North Korea AND Kursk",
            aliases=("watch search", "watch find"),
        ),
        searching.search,
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
            "intel why",
            "What became of an article: who was told, who was not, and why.",
            (Option("link", "a link to it, or an alert's number", required=True, rest=True),),
            example="https://www.reuters.com/world/",
        ),
        whys.why,
    ),
    (
        Spec(
            "intel brief",
            "What was told lately, or waits to be, the most corroborated stories first.",
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
    (
        Spec(
            "intel help",
            "What you can ask.",
            (Option("topic", "which commands; without it, all", choices=FAMILIES),),
            aliases=("help", "intel"),
        ),
        help_,
    ),
    *watchfloor.ROWS,
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
    pointing.WHY: pointing.why,
    pointing.WATCH: pointing.watch,
    pointing.WATCH_CARD: pointing.watch,
    home.PAGE: home.page,
    opml_file.TAKE: opml_file.take,
    exchange.TAKE: exchange.take,
    history.CHANGES.action: turned(history.history),
    history.UNDO: history.undo_change,
    history.BACK: history.bring_back,
    history.AS: history.bring_back_renamed,
    feeds.FEEDS.action: turned(feeds.list_),
    sources.SOURCES.action: turned(sources.sources),
    brief.SHARE: brief.share,
    trend.SHARE: trend.share,
    searching.SHARE: searching.share,
    searching.MORE: searching.more,
    rulings.UNDO: rulings.undo,
    **watchfloor.ACTIONS,
}
