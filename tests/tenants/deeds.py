"""Rolls what somebody does next: any command and any button, with fair and with hostile words."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.commands.invocation import Option, Spec
from bot.commands.table import ACTIONS, COMMANDS
from bot.message import Button
from bot.model import Destination
from tests.tenants.world import COMMON, Team, World

GARBAGE = (
    "", "0", "-1", "999999999999999999999", "1:2:3", "1:1h", "x" * 300, "'; drop table drafts; --",
    "\u202eevil", "<!channel>", "@everyone", "%", "_", "*", "../../etc/passwd", "null", "٣", "1e9",
)  # fmt: skip
QUERIES = ("ceasefire", "report", "Officials AND hurt", "NOT report", "a AND", "tag:x report")
RARE = frozenset({"intel trend", "intel story"})
"""They draw pictures, which takes a hundred times as long as anything else."""
CARRIES = {
    "alert": "deliveries",
    "vote": "deliveries",
    "mute": "mutes",
    "watch": "watchlists",
    "story": "rulings",
}
ENDS = {"mute:for": ":1h", "watch:undo": ":1:2"}
NEVER = frozenset({"feeds import", "watchfloor delete-all"})


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody of a team asks for something somewhere."""

    team: Team
    place: Destination | None
    who: str
    manager: bool
    name: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        rank = "manager" if self.manager else "person"
        return f"{rank} {self.who} at {self.place}: {self.name} {dict(self.values)}"


class Dice:
    """Rolls deeds; the same seed and the same world give the same ones.

    `host` tells at whose workspace a team sits.
    """

    def __init__(self, seed: int, world: World, host: Callable[[Team], Team]) -> None:
        self._roll = random.Random(seed)
        self._world = world
        self._host = host
        self.numbers: Mapping[str, list[str]] = {}
        self._offered: deque[tuple[Deed, Button]] = deque(maxlen=60)

    def chance(self, of: float) -> bool:
        return self._roll.random() < of

    def team(self) -> Team:
        return self._roll.choice(self._world.teams)

    def deed(self) -> Deed:
        """What somebody does next; often they press what they, or others, were just offered."""
        roll = self._roll
        if self._offered and roll.random() < 0.35:
            action = roll.choice(sorted({button.action for _, button in self._offered}))
            offers = [each for each in self._offered if each[1].action == action]
            return self._next(*roll.choice(offers))
        team = self.team()
        place = roll.choice([*team.places, team.open_[0], None])
        if roll.random() < 0.45:
            name = roll.choice(list(ACTIONS))
            values = self._pressed(name, team, place)
        else:
            name, values = self._typed(team, place)
        who = roll.choice(["ann", "bob", f"{team.name}personzq"])
        return Deed(team, place, who, roll.random() < 0.7, name, values)

    def offered(self, deed: Deed, buttons: Iterable[Button]) -> None:
        """Remember the buttons of an answer: whoever got it may press them, and so may others."""
        self._offered.extend((deed, each) for each in buttons if each.action)

    def _next(self, deed: Deed, button: Button) -> Deed:
        pressed = replace(deed, name=button.action, values={"value": button.value})
        if self._roll.random() < 0.7:
            return pressed
        team = self.team()
        place = self._roll.choice(team.places)
        return replace(pressed, team=team, place=place, who=self._roll.choice(["ann", "bob"]))

    def typing(self) -> tuple[str, str, str]:
        """A command, one of its options, and the beginning of a word."""
        spec = self._roll.choice([spec for spec, _ in COMMANDS if spec.options])
        option = self._roll.choice(spec.options)
        word = self._any_name()
        return spec.name, option.name, word[: self._roll.randint(0, len(word))]

    def _typed(self, team: Team, place: Destination | None) -> tuple[str, dict[str, str]]:
        specs = [spec for spec, _ in COMMANDS if spec.name not in NEVER]
        spec = self._roll.choice(specs)
        if spec.name in RARE and self._roll.random() < 0.9:
            spec = self._roll.choice(specs)
        given = [each for each in spec.options if each.required or self._roll.random() < 0.5]
        return spec.name, {each.name: self._value(spec, each, team, place) for each in given}

    def _value(self, spec: Spec, option: Option, team: Team, place: Destination | None) -> str:
        roll = self._roll
        if option.name == "channel":
            return self._channel(team, place)
        if option.choices:
            return roll.choice([*option.choices, "nonsense"])
        if option.name == "chat":
            named = roll.choice(self._world.teams)
            return f"{named.platform}:{named.number}"
        if option.number:
            return roll.choice(["1", "2", "24", "90", "0", "-3", "10000000", "many"])
        if roll.random() < 0.1:
            return roll.choice(GARBAGE)
        # What is said in the private channel of a list or a feed is the whole team's.
        if place == team.room and not spec.name.startswith(("watch ", "intel ")):
            return roll.choice([*team.names, *self._others(team), *QUERIES])
        if option.completes == "watch" or spec.name in {"intel brief", "intel trend"}:
            own = team.room_names if place == team.room else ()
            return roll.choice([*team.names, *own, *self._others(team), *QUERIES])
        return self._anything(team)

    def _anything(self, team: Team) -> str:
        roll = self._roll
        kind = roll.choice(["name", "link", "story", "query", "feed", "number"])
        if kind == "name":
            return roll.choice([*team.names, *self._others(team)])
        if kind == "link":
            return roll.choice(roll.choice(self._world.teams).links)
        if kind == "feed":
            return roll.choice([COMMON, team.feed, "http://127.0.0.1:9/", "paper", "wire"])
        if kind == "query":
            return roll.choice(QUERIES)
        return self._number(roll.choice(["stories", "deliveries", "watchlists"]))

    def _others(self, team: Team) -> list[str]:
        """Names of other teams, and of the team's own private channel: anybody may guess one."""
        others = [name for each in self._world.teams if each is not team for name in each.names]
        rooms = [name for each in self._world.teams for name in each.room_names]
        return [*others, *rooms]

    def _any_name(self) -> str:
        team = self.team()
        return self._roll.choice([*team.names, *team.room_names])

    def _channel(self, team: Team, place: Destination | None) -> str:
        """Nobody in the private channel takes its watchlists out of it, which would be allowed."""
        strange = ["console", "slack:C0GONE", "discord:1", "slack:", "nowhere"]
        everywhere = [
            str(each)
            for one in self._world.teams
            for each in one.places
            if place != team.room or each == place or self._host(one) is not self._host(team)
        ]
        return self._roll.choice(everywhere + strange)

    def _number(self, kind: str) -> str:
        """One of the numbers there are, whose ever, or a neighbour of it."""
        known = self.numbers.get(kind) or ["1"]
        number = self._roll.choice(known)
        if number.isdecimal() and self._roll.random() < 0.2:
            return str(int(number) + self._roll.choice([-1, 1, 10**6, -(10**6)]))
        return number

    def _pressed(self, action: str, team: Team, place: Destination | None) -> dict[str, str]:
        """A number for a button, mostly one of the kind that it carries."""
        roll = self._roll
        kinds = ["deliveries", "mutes", "drafts", "watchlists", "rulings"]
        fitting = CARRIES.get(action.partition(":")[0], "drafts")
        kind = fitting if roll.random() < 0.6 else roll.choice(kinds)
        value = roll.choice([self._number(kind)] * 4 + [roll.choice(GARBAGE)])
        end = ENDS.get(action, "")
        if roll.random() < 0.2:
            end = roll.choice(["", ":1h", ":end", ":1:2", ":0:1", " x", ":x"])
        filled = {
            "name": roll.choice([*team.names, *self._others(team), "new"]),
            "query": roll.choice(QUERIES),
            "severity": "notable",
            "delivery": "instant",
            "channel": self._channel(team, place),
        }
        return {"value": value + end} | (filled if roll.random() < 0.3 else {})
