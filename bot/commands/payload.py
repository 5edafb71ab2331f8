"""What a draft of a watchlist says, as the store takes it. Pure."""

from collections.abc import Mapping
from typing import TypedDict

from bot.model import Cadence, Destination, Severity


class Said(TypedDict):
    """All that a watchlist is, but its name and whether it is paused."""

    query: str
    severity: Severity
    destinations: tuple[Destination, ...]
    min_sources: int
    cadence: Cadence


def said(payload: Mapping[str, str]) -> Said:
    """What a draft keeps; one from before people could choose says nothing of when it speaks."""
    return {
        "query": payload["query"],
        "severity": Severity(payload["severity"]),
        "destinations": tuple(map(Destination.parse, payload["destinations"].split())),
        "min_sources": int(payload.get("min-sources", "1")),
        "cadence": Cadence(payload.get("delivery", Cadence.INSTANT)),
    }
