"""What may be seen from where somebody asks: what a private channel watches is its own.

Which channels are private is known to the store; an unknown one counts as private.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bot.model import Destination, Platform


@dataclass(frozen=True, slots=True)
class Sight:
    """`here` are the places in which somebody asks, `open_` those that the whole team may see."""

    here: frozenset[Destination | None]
    open_: frozenset[Destination]

    def sees(self, place: Destination) -> bool:
        """Whether what was told at a place may be shown here.

        Whoever sits at the console runs the bot and may read the database, so sees everything.
        """
        return self.places is None or place in self.places

    @property
    def places(self) -> frozenset[Destination] | None:
        """Every place that is seen; None where all are."""
        console = Destination(Platform.CONSOLE)
        if console in self.here:
            return None
        return self.open_ | {console, *filter(None, self.here)}

    def shows(self, places: Collection[Destination]) -> bool:
        """Whether something that alerts to these places, such as a watchlist, may be shown here.

        It is shown in each of its own places; elsewhere only if all of them are open.
        """
        own = any(place in self.here for place in places)
        return own or all(self.sees(place) for place in places)
