"""The ledger's chain: what of an event is hashed, and how one hash follows from the one before; see docs/ledger.md.

All goes by the bytes that stand in the database, so that a change is seen that means the same, too.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from messages.canonical import canonical

START: Final = "0" * 64
"""What stands before the first row."""

_SEAL: Final = re.compile(r"\s*(\d{4}-\d\d-\d\d)\s+(\d{1,18})\s+([0-9a-fA-F]{64})\s*")


class Part(StrEnum):
    """A part of a row that can be malformed by itself."""

    AT = "at"
    KIND = "kind"
    PERSON = "person"
    BODY = "body"
    HASH = "hash"


class Stored(NamedTuple):
    """An event as its bytes stand in the database, and its link where it has one.

    ``at`` is written as in an entry. ``odd`` is a part of which already the store saw that it is not as we write it.
    The event's own parts are None where there is no such event; ``about`` somebody without a ``code`` is about nobody
    who is there.
    """

    seq: int
    linked_id: int | None
    hash: bytes | None
    event_id: int | None
    at: bytes | None
    kind: bytes | None
    about: bool
    code: bytes | None
    body: bytes | None
    odd: Part | None


@dataclass(frozen=True, kw_only=True)
class Seal:
    """How the chain stood on a day of the office: so many rows, the hash of the last of them."""

    date: str
    rows: int
    head: str

    def __str__(self) -> str:
        """As it is posted, and as it is given to be compared."""
        return f"{self.date} {self.rows} {self.head}"


def seal_of(written: str) -> Seal | None:
    """A seal as it was posted; None for what is not one."""
    found = _SEAL.fullmatch(written)
    return Seal(date=found[1], rows=int(found[2]), head=found[3].lower()) if found else None


def in_words(raw: bytes | None) -> str:
    """Bytes of a text; those that are none are told by their numbers."""
    return "" if raw is None else raw.decode("utf-8", "backslashreplace")


def entry(event: Stored) -> bytes:
    """What is hashed of an event: its canonical JSON, whatever stands in the database."""
    person = b"null" if event.code is None else _quoted(event.code)
    return b'{"at":%b,"body":%b,"id":%d,"kind":%b,"person":%b}' % (
        b"null" if event.at is None else b'"%b"' % event.at if event.odd is not Part.AT else _quoted(event.at),
        b"null" if event.body is None else event.body,
        -1 if event.event_id is None else event.event_id,
        b"null" if event.kind is None else _quoted(event.kind),
        person,
    )


def digest_of(event: Stored) -> str:
    """The hash of an event's entry, hexadecimal."""
    return sha256(entry(event)).hexdigest()


def link(digest: str, previous: str, seq: int) -> str:
    """The hash of a row of the chain, hexadecimal."""
    return sha256(f'{{"digest":"{digest}","previous":"{previous}","seq":{seq}}}'.encode()).hexdigest()


def malformed(event: Stored) -> Part | None:
    """The first part of an event that is not as we write it; None for one that is well-formed."""
    if event.odd is not None:
        return event.odd
    if event.at is None:
        return Part.AT
    if event.kind is None:
        return Part.KIND
    if event.code is None and event.about:
        return Part.PERSON
    body = event.body
    return None if body is not None and body[:1] == b"{" and body[-1:] == b"}" and _is_text(body) else Part.BODY


@lru_cache(maxsize=1 << 16)
def _quoted(raw: bytes) -> bytes:
    """As a JSON string."""
    return canonical(in_words(raw)).encode()


def _is_text(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
