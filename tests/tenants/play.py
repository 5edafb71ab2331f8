"""The play: news comes in, people type and press, and after each of it the watch looks."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.commands.invocation import Reply
from bot.message import Answer, Code
from bot.store.store import Store
from tests.tenants.alone import compare
from tests.tenants.deeds import Deed, Dice
from tests.tenants.watch import Watch, numbers
from tests.tenants.world import COMMON, Team, World, planted

NEWS, TYPING, VISITS = 0.01, 0.06, 0.005
LOOK_FOR_NUMBERS_EVERY = 20
COMPARE_EVERY = 250


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
    changed: Callable[[Store], Store] = lambda store: store,
) -> Tally:
    """Play until so many deeds are done. Raises Leak and Broke."""
    tally = Tally()
    async with planted(database_url, changed) as world:
        watch, compared = Watch(world), 0
        dice = Dice(seed, world, watch.host)
        try:
            watch.posted("planting")
            while tally.total < deeds:
                if tally.total % LOOK_FOR_NUMBERS_EVERY == 0:
                    dice.numbers = numbers(world.database)
                await _one(world, dice, watch, tally)
                if tally.total // COMPARE_EVERY > compared:
                    compared = tally.total // COMPARE_EVERY
                    await compare(world, dice.team(), changed)
        finally:
            watch.close()
    return tally


async def _one(world: World, dice: Dice, watch: Watch, tally: Tally) -> None:
    world.now += timedelta(seconds=2)
    if dice.chance(NEWS):
        await _news(world, dice.team(), watch, tally, COMMON * dice.chance(0.3))
        return
    if dice.chance(TYPING):
        team, (name, option, typed) = dice.team(), dice.typing()
        for place in team.places:
            workspace = await world.workspace(team)
            offered = await world.commands.suggest(name, option, typed, workspace, place)
            watch.seen(team, place, offered, f"typing {name} {option} {typed}")
        tally.deeds["typing"] += 1
        return
    if dice.chance(VISITS):
        await _visit(world, dice, watch, tally)
        return
    await _do(world, watch, tally, dice, dice.deed())


async def _do(world: World, watch: Watch, tally: Tally, dice: Dice, deed: Deed) -> Reply:
    """Let somebody do something, and look at all that comes of it."""
    watch.typed(deed.team, deed.values, deed.who)
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
    return reply


async def _visit(world: World, dice: Dice, watch: Watch, tally: Tally) -> None:
    """A team joins another's workspace with a code, leaves the one that it joined, or is sent away.

    While it sits there it is told what the other's feed brings, and after that no more.
    """
    team, host = dice.team(), dice.team()

    async def say(whose: Team, name: str, /, **values: str) -> Reply:
        deed = Deed(whose, whose.open_[0], "ann", True, name, values)
        return await _do(world, watch, tally, dice, deed)

    async def agree(reply: Reply, whose: Team = team) -> None:
        assert isinstance(reply.message, Answer)
        for button in reply.message.buttons[:1]:
            await say(whose, button.action, value=button.value)

    was = watch.host(team)
    if was is not team:
        host = was
        if dice.chance(0.4):
            chat = f"{team.platform}:{team.number}"
            await agree(await say(host, "watchfloor unlink", chat=chat), host)
        else:
            await agree(await say(team, "watchfloor unlink"))
    else:
        given = await say(host, "watchfloor link")
        assert isinstance(given.message, Answer)
        (line,) = [each.text for each in given.message.blocks if isinstance(each, Code)]
        await agree(await say(team, "watchfloor link", code=line.split()[-1]))
        await agree(await say(team, "watch add", name=f"{team.name} visit", query="report"))
    tally.deeds["a team moved"] += watch.host(team) is not was
    await _news(world, host, watch, tally)


async def _news(world: World, team: Team, watch: Watch, tally: Tally, feed: str = "") -> None:
    await world.news(team, "ceasefire" if feed else f"{team.name}textzq", feed)
    watch.posted("news")
    watch.look_anew()
    tally.deeds["news"] += 1
