"""Options that several commands have, each described once."""

from dataclasses import replace

from bot.commands import watch
from bot.commands.invocation import Option
from bot.model import FullText

WATCH = Option("watch", "the watchlist's name", required=True, completes="watch")
ANY_WATCH = replace(WATCH, required=False, rest=True)
LIST = Option("name", "the list's name", required=True, completes="list")
NEW_LIST = replace(LIST, completes="")
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
