"""The play: news comes in, people type and press, and after each of it the watch looks."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.message import Answer
from bot.store.store import Store
from tests.tenants.deeds import Dice
from tests.tenants.watch import Watch, numbers
from tests.tenants.world import COMMON, World, planted

NEWS, TYPING = 0.01, 0.06
LOOK_FOR_NUMBERS_EVERY = 20


class Broke(AssertionError):
    """A deed ended in an exception instead of an answer."""


@dataclass
class Tally:
    """How much was done, by name."""

    deeds: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.deeds.total()


async def play(
    database_url: str,
    seed: int,
    *,
    deeds: int,
    seconds: float,
    changed: Callable[[Store], Store] = lambda store: store,
) -> Tally:
    """Play until so much was done or so much time has passed. Raises Leak."""
    tally = Tally()
    async with planted(database_url, changed) as world:
        ends = time.monotonic() + seconds
        dice, watch = Dice(seed, world), Watch(world)
        try:
            watch.posted("planting")
            while tally.total < deeds and time.monotonic() < ends:
                if tally.total % LOOK_FOR_NUMBERS_EVERY == 0:
                    dice.numbers = numbers(world.database)
                await _one(world, dice, watch, tally)
        finally:
            watch.close()
    return tally


async def _one(world: World, dice: Dice, watch: Watch, tally: Tally) -> None:
    world.now += timedelta(seconds=2)
    if dice.chance(NEWS):
        team = dice.team()
        common = dice.chance(0.3)
        await world.news(team, "ceasefire" if common else f"{team.name}textzq", COMMON * common)
        watch.posted("news")
        watch.look_anew()
        tally.deeds["news"] += 1
        return
    if dice.chance(TYPING):
        team, (name, option, typed) = dice.team(), dice.typing()
        for place in team.places:
            offered = await world.commands.suggest(name, option, typed, team.workspace, place)
            watch.seen(team, place, offered, f"typing {name} {option} {typed}")
        tally.deeds["typing"] += 1
        return
    deed = dice.deed()
    watch.typed(deed.team, deed.values)
    try:
        reply = await world.ask(
            deed.team, deed.name, dict(deed.values), deed.place, deed.who, manager=deed.manager
        )
    except Exception as error:
        raise Broke(f"nobody foresaw what {deed} does: {error!r}") from error
    watch.seen(deed.team, deed.place, reply, str(deed))
    watch.changed(deed.team, deed.place, str(deed))
    if isinstance(reply.message, Answer):
        dice.offered(deed, reply.message.buttons)
    tally.deeds[deed.name] += 1
