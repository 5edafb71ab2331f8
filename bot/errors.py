"""The family of our errors. Each message tells people what happened, to what, what to do now.

WatchfloorError
├── ConfigError          the configuration cannot be used; carries every fault at once
├── StoreError           the database cannot be opened or used
├── AddressRefused       an address that we will not dial, with the reason
├── FetchError           a feed did not answer as a feed should
├── ParseError           bytes that are no feed, or that the parser did not survive
├── CommandError         a command that cannot be carried out as it was typed
├── NotAllowed           the person may not do this
├── ScenarioError        a folder of articles that cannot be replayed
└── SendError            a chat platform did not take a message; its kind says what follows
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class WatchfloorError(Exception):
    """A failure that we foresaw; `str(error)` may be shown to people."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a configuration: its place, what is wrong, what to write instead."""

    key: str
    problem: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{place}{self.key}: {self.problem} {self.remedy}".rstrip()


class ConfigError(WatchfloorError):
    """The configuration cannot be used; `faults` has every mistake in it, in the file's order."""

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        self.file = file
        self.faults = faults
        many = "1 mistake" if len(faults) == 1 else f"{len(faults)} mistakes"
        super().__init__("\n".join([f"{file} has {many}:", *(f"  {fault}" for fault in faults)]))


class StoreError(WatchfloorError):
    """The database cannot be opened, migrated or used."""


class AddressRefused(WatchfloorError):
    """An address that the guard will not let us dial."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason
        super().__init__(f"{address} is not fetched: {reason}")


class FetchError(WatchfloorError):
    """A feed did not answer as a feed should.

    `permanent` means that asking again will not help by itself; `retry_after` is the server's wish;
    `refused` that the server is there and does not let us in; `gone` that it says that there will
    never be this feed again. `status` is what the server answered, None where no answer came.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        refused: bool = False,
        gone: bool = False,
        status: int | None = None,
    ) -> None:
        self.status = status
        self.permanent = permanent
        self.retry_after = retry_after
        self.refused = refused
        self.gone = gone
        super().__init__(message)


class ParseError(WatchfloorError):
    """The bytes are no feed, or the parser did not survive them."""


class CommandError(WatchfloorError):
    """A command that cannot be carried out as typed. `caret` points at the place, if known.

    `suggestion` is what was meant, to be entered as it stands; where that cannot be told, `example`
    shows how such a thing is written.
    """

    def __init__(
        self, message: str, *, caret: str = "", suggestion: str = "", example: str = ""
    ) -> None:
        self.message = message
        self.caret = caret
        self.suggestion = suggestion
        self.example = example
        super().__init__(message)

    @property
    def remedy(self) -> tuple[str, str] | None:
        """How what to write is introduced, and what it is; None where nothing is proposed."""
        if self.suggestion:
            return ("Did you mean:" if self.caret else "Try:"), self.suggestion
        return ("For example:", self.example) if self.example else None


class NotAllowed(CommandError):
    """The person may not do this here."""


class ScenarioError(WatchfloorError):
    """A folder of articles that cannot be replayed."""


class SendKind(StrEnum):
    """What a failed send means for the message and for what waits behind it."""

    NOT_SENT = "not sent"  # certain: refused connection, 429; try again later
    AMBIGUOUS = "ambiguous"  # it may have been stored: timeout, reset, 5xx; reconcile first
    BLOCKED = "blocked"  # this destination is lost: channel gone, bot removed
    GONE = "gone"  # the message to edit or to answer is not there, or closed
    REJECTED = "rejected"  # this message can never be taken: our payload is wrong
    PLATFORM_DOWN = "platform down"  # nothing can be sent there now: token revoked, no connection


class SendError(WatchfloorError):
    """A chat platform did not take a message.

    `for_good` says of a lost destination that it will never be there again.
    """

    def __init__(
        self,
        kind: SendKind,
        message: str,
        *,
        retry_after: timedelta | None = None,
        for_good: bool = False,
    ) -> None:
        self.kind = kind
        self.retry_after = retry_after
        self.for_good = for_good
        super().__init__(message)
