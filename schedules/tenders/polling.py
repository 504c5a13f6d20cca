"""When a source of matters is looked at again, and what to make of what its server answers. Decisions only."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from messages.tenders.files import opening_of
from messages.text.phrase import Phrase, phrase

TOLD_AFTER: Final = 5
"""So many failures in a row, and the office is told: a server that is away for a while is nobody's business."""

_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_LONGEST_ASKED: Final = timedelta(days=1)
_MOST_DOUBLED: Final = 16
_SERVERS: Final = 500
_PASSING: Final = frozenset({408, 425, 429})
_LONGEST_ETAG: Final = 300
_LONGEST_DATE: Final = 60
_HEADS: Final = (
    (b"PK\x03\x04", ".xlsx"),
    (b"\x1f\x8b", ".json.gz"),
    (b"{", ".json"),
    (b"[", ".json"),
)


class Trouble(StrEnum):
    """Why an address gave nothing."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    STATUS = "status"
    REDIRECTS = "redirects"
    TOO_LARGE = "too large"
    BROKEN = "broken"  # what is packed cannot be unpacked
    NO_DATA = "no data"  # a page for people, such as one to sign in


_SAID: Final[Mapping[Trouble, Phrase]] = MappingProxyType(
    {
        Trouble.UNREACHABLE: phrase("it could not be reached"),
        Trouble.SLOW: phrase("it did not answer in time"),
        Trouble.REDIRECTS: phrase("it leads on to other addresses, and to none that may be followed"),
        Trouble.TOO_LARGE: phrase("it gives more than is accepted"),
        Trouble.BROKEN: phrase("what it gives is packed and cannot be unpacked"),
        Trouble.NO_DATA: phrase("it gives a page for people, no data"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of an address, with what it said of itself before; at ``most_bytes`` of it go to ``into``."""

    url: str
    etag: str | None
    last_modified: str | None
    most_bytes: int
    into: Path


@dataclass(frozen=True, kw_only=True)
class Given:
    """What it gave is in the file that was named, and has this ``digest``."""

    digest: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Unchanged:
    """It has nothing that is new."""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """It gave nothing; ``retry_after`` is the header as it stands."""

    trouble: Trouble
    status: int | None = None
    retry_after: str | None = None

    @property
    def passes(self) -> bool:
        """Whether it may well be otherwise soon; else somebody has to do something about it."""
        if self.trouble is Trouble.STATUS and self.status is not None:
            return self.status in _PASSING or self.status >= _SERVERS
        return self.trouble in {Trouble.UNREACHABLE, Trouble.SLOW}


Answer: TypeAlias = Given | Unchanged | Failed
Fetch: TypeAlias = Callable[[Asked], Awaitable[Answer]]
"""Asks an address. It never raises for what the other side does, and nothing it says has the address in it."""


def next_look(every: timedelta, now: datetime, failures: int, asked: datetime | None = None) -> datetime:
    """When a source is looked at again: after ``every``; after failures sooner, then ever later; not before ``asked``.

    What is ``asked`` for goes no further than a day.
    """
    if not failures:
        return now + every
    waits = _FIRST_WAIT * (1 << min(failures - 1, _MOST_DOUBLED))
    at = now + min(waits, max(every, _LONGEST_WAIT))
    return at if asked is None else max(at, min(asked, now + _LONGEST_ASKED))


def asked_for(retry_after: str | None, now: datetime) -> datetime | None:
    """When a server wants to be asked again (RFC 9110, 10.2.3): after so many seconds, or at a date; None: nothing."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST_ASKED)
    try:
        at = parsedate_to_datetime(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that no calendar has
        return None


def kept_etag(etag: str | None) -> str | None:
    """A mark that can be kept and sent again; one that is longer, or of other signs than ASCII's, is of no use."""
    return _kept(etag, _LONGEST_ETAG)


def kept_date(last_modified: str | None) -> str | None:
    """Likewise a date."""
    return _kept(last_modified, _LONGEST_DATE)


def _kept(header: str | None, longest: int) -> str | None:
    fits = header and len(header) <= longest and header.isascii() and header.isprintable()
    return header if fits else None


def ending_of(head: bytes) -> str | None:
    """The ending of a file that begins so, whatever its server calls it; None for a page that is meant for people."""
    start = opening_of(head)
    if start.startswith(b"<") or not start:
        return None
    return next((ending for mark, ending in _HEADS if start.startswith(mark)), ".csv")


def said_of(failed: Failed) -> Phrase:
    """Why an address gave nothing, to be said to people."""
    if failed.trouble is Trouble.STATUS:
        return phrase("it answered with the status {status}", status=failed.status or 0)
    return _SAID[failed.trouble]
