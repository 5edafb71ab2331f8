"""What a drill does, decided beforehand by dice: when to strike, whom, and what to publish before.

Pure: the same seed gives the same plan. When a moment really comes is up to the program.
"""

import random
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """When the program is struck, in words for the table."""

    FEED_ASKED = "a feed was asked, nothing came yet"
    FEED_HALFWAY = "between a feed's headers and its body"
    FEED_SERVED = "just after a feed's last byte"
    SLACK_HEARD = "in a Slack send, before it was stored"
    SLACK_STORED = "in a Slack send, stored and not answered"
    SLACK_ANSWERED = "just after Slack's answer"
    DISCORD_HEARD = "in a Discord send, before it was stored"
    DISCORD_STORED = "in a Discord send, stored and not answered"
    DISCORD_ANSWERED = "just after Discord's answer"
    START = "while it starts"
    RANDOM = "at random"
    SLACK_FROZEN = "frozen in a Slack send for longer than its lease"
    DISCORD_FROZEN = "frozen in a Discord send for longer than its lease"

    @property
    def freezes(self) -> bool:
        """Whether the program is stopped and wakes again, instead of being killed."""
        return self in (Moment.SLACK_FROZEN, Moment.DISCORD_FROZEN)


# How long after the moment the blow falls, at most: where nothing holds the program there.
LONGEST_DELAY = {
    Moment.FEED_SERVED: 0.08,
    Moment.SLACK_ANSWERED: 0.01,
    Moment.DISCORD_ANSWERED: 0.01,
    Moment.START: 2.5,
    Moment.RANDOM: 4.0,
}


# Inside a call to a chat most is at stake, so that these come five times as often as the others.
IN_A_SEND = (
    Moment.SLACK_HEARD,
    Moment.SLACK_STORED,
    Moment.DISCORD_HEARD,
    Moment.DISCORD_STORED,
)
_AS_OFTEN = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Publish so many articles, then strike at the moment, `delay` seconds after it came.

    With `calm` everything may arrive before the next step; else the next blow falls into the mess.
    """

    moment: Moment
    articles: int
    worker: int
    delay: float
    calm: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """First starts that are killed while the schema is made, then the steps."""

    first_starts: tuple[float, ...]
    steps: tuple[Step, ...]


def plan(seed: int, kills: int, workers: int) -> Plan:
    """`kills` blows in all, shuffled: of a hundred, thirty or more fall in sends of each chat."""
    dice = random.Random(seed)
    first = min(kills // 5, 5)
    steps: list[Step] = []
    deck: list[Moment] = []
    while len(steps) < kills - first:
        if not deck:
            deck = [*Moment, *IN_A_SEND * (_AS_OFTEN - 1)]
            dice.shuffle(deck)
        moment = deck.pop()
        delay = dice.uniform(0, LONGEST_DELAY.get(moment, 0.0))
        calm = len(steps) % 3 == 2
        steps.append(Step(moment, dice.randint(1, 3), dice.randrange(workers), delay, calm))
    return Plan(tuple(dice.uniform(0.0, 1.0) for _ in range(first)), tuple(steps))
