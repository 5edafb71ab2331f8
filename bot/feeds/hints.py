"""Reads what a document says of its own rhythm: RSS `ttl`, and `sy:updatePeriod` of syndication.

Both are boilerplate in many feeds; what they are worth is `rhythm`'s matter.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

# RSS 1.0 syndication module; a month and a year are as long as they need to be here.
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_NUMBER = re.compile(r"[0-9]{1,6}")


def ttl_of(feed: Mapping[str, Any]) -> timedelta | None:
    """How long the document says that it may be kept (RSS 2.0 `ttl`, minutes)."""
    minutes = _number(feed.get("ttl"))
    return timedelta(minutes=minutes) if minutes else None


def period_of(feed: Mapping[str, Any]) -> timedelta | None:
    """How often the document says that it is updated; `updateFrequency` counts within a period."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    return period / (_number(feed.get("sy_updatefrequency")) or 1) if period else None


def _number(value: object) -> int | None:
    text = str(value).strip() if isinstance(value, str | int) else ""
    return int(text) if _NUMBER.fullmatch(text) else None
