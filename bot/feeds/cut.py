"""A document whose items can be told apart, with all that reading some of them needs.

What was kept of it before, and whether that may be trusted, is `rereading`'s matter.
"""

import codecs
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.feeds.clipping import Clipping
from bot.feeds.reading import Reading, read
from bot.feeds.shown import shape_of

# Encodings in which the bytes of `<item>` mean nothing else, and any part is as good as the whole.
_PLAIN = re.compile(r"ascii|utf-8|iso8859-\d+|cp125\d|koi8-[ru]|latin-1")
# What changes around the items each time, and says nothing of them.
_FLEETING = re.compile(
    rb"<!--.*?-->|<(lastBuildDate|pubDate|updated|modified|dc:date)>[^<]*</\1>", re.DOTALL
)
_BASE = re.compile(rb"[\s:]base\s*=", re.IGNORECASE)
_STEERS_ITEMS = re.compile(rb"[\s:](?:base|lang)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """A document that can be clipped. `digests` are those of its items, `kind` its media type."""

    clipping: Clipping
    digests: Sequence[bytes]
    url: str
    kind: str
    now: datetime

    def read(self, chosen: Collection[int], beside: Collection[str]) -> Reading:
        """Read these items alone, as if the ones with the names `beside` stood there too."""
        body = self.clipping.only(chosen)
        return read(body, url=self.url, kind=self.kind, now=self.now, beside=beside)

    def text(self, place: int, encoding: str) -> str:
        """One item. Raises LookupError or UnicodeDecodeError where it is not in this encoding."""
        start, end = self.clipping.items[place]
        return self.clipping.body[start:end].decode(encoding)

    @property
    def shape(self) -> bytes:
        """What must not change if anything that is known of it is to be trusted."""
        return shape_of(self.url, self.kind, self.clipping.root)

    @property
    def head(self) -> bytes:
        """What stands around the items, but for dates and comments, as a digest."""
        return hashlib.blake2b(self._around, digest_size=16).digest()

    @property
    def steers_items(self) -> bool:
        """Whether anything around the items but the root gives them an address or a language."""
        return bool(_STEERS_ITEMS.search(self._around.replace(self.clipping.root, b"", 1)))

    @property
    def leaks_base(self) -> bool:
        """Whether an address given within may hold for what follows it too.

        So it is with feedparser where the root names none: at the end of an element it falls back
        on the address of the outer one, but not on having had none.
        """
        return bool(_BASE.search(self.clipping.body)) and not _BASE.search(self.clipping.root)

    @property
    def _around(self) -> bytes:
        return _FLEETING.sub(b"", self.clipping.only(()))

    def is_plain(self, manner: str) -> bool:
        """Whether all of it is in one encoding that can be cut anywhere between two items."""
        try:
            encoding = codecs.lookup(encoding_of(manner)).name
            self.clipping.body.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            return False
        return _PLAIN.fullmatch(encoding) is not None


def encoding_of(manner: str) -> str:
    """The encoding in which a document was read (see `Reading.manner`)."""
    return manner.rpartition(" ")[2]
