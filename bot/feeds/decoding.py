"""Undoes gzip and deflate in small steps, so that no small answer becomes a huge one in memory.

It knows no HTTP beyond the two names.
"""

import zlib

from bot.errors import FetchError

_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Decoder:
    """Takes the bytes of one answer piece by piece and keeps what they decode to, up to `limit`."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError(
                f"The server answered in the encoding '{self._encoding[:40]}', for which it was not"
                " asked. Tell the feed's owner."
            )
        self._limit = limit
        self._body = bytearray()
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece. Raises FetchError when the whole becomes too big or is damaged."""
        if self._encoding in ("", "identity"):
            self._keep(data)
            return
        try:
            self._inflate(data)
        except zlib.error:
            raise FetchError(
                "The answer was damaged on its way: its compression breaks off."
            ) from None

    def finish(self) -> bytes:
        """Give the whole body. Raises FetchError when the compressed answer broke off."""
        if self._stream is not None and not self._stream.eof:
            raise FetchError("The answer was damaged on its way: its compression breaks off.")
        return bytes(self._body)

    def _inflate(self, data: bytes) -> None:
        while data:
            if self._stream is None or self._stream.eof:
                if self._stream is not None and (self._encoding == "deflate" or data[0] != 0x1F):
                    return  # padding; only gzip may go on with a further member
                self._stream = zlib.decompressobj(self._window(data))
            self._keep(self._stream.decompress(data, self._limit - len(self._body) + 1))
            data = self._stream.unconsumed_tail or self._stream.unused_data

    def _window(self, data: bytes) -> int:
        if self._encoding != "deflate":
            return _GZIP
        # Servers mean either of two things by deflate; a zlib header has 8 in its low four bits.
        return _ZLIB if data[0] & 0x0F == 8 else _RAW

    def _keep(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._limit:
            raise FetchError(
                f"The feed is bigger than {self._limit / 2**20:.3g} MiB, and no more is read."
            )
