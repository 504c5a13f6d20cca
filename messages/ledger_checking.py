"""The chain checked row by row: what is wrong with it first, and how much. Pure: rows in, findings out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from messages.ledger_chain import Part, Stored, digest_of, in_words, link, malformed


class Wrong(StrEnum):
    """What can be wrong."""

    GAP = "gap"  # rows of the chain are not there
    ORDER = "order"  # a row stands where none can
    MISSING = "missing"  # the event of a row is not there
    MALFORMED = "malformed"  # a part of it is not as we write it
    ENTRY = "entry"  # the event is not what was linked, or its hash is not what it was
    HASH = "hash"  # the hash is not what it was: what follows upon it says so
    TWICE = "twice"  # the event stands at another place, too
    BACKDATED = "backdated"  # it is said to have happened long before a seal, and came after it: no fault by itself
    UNLINKED = "unlinked"  # an event without a link that does not wait for one
    WAITING = "waiting"  # what waits for a link is no event, or has a link
    SEAL = "seal"  # a seal says otherwise than the rows that it covers
    UNSEALED = "unsealed"  # a seal that the ledger tells of is not kept, or the other way round


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something wrong, at a place of the chain and with an event as far as either is known.

    ``part`` is the malformed part. Of a seal: which (as it is posted), and the rows up to which all agreed (``after``).
    """

    what: Wrong
    seq: int | None = None
    event: int | None = None
    part: Part | None = None
    seal: str | None = None
    after: int | None = None


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What comes after so many rows did not happen before an instant (as an entry has it)."""

    rows: int
    at: bytes


class Checker:
    """Checks the chain from the row ``first`` on, which follows upon the hash ``previous``."""

    def __init__(
        self, *, first: int, previous: str, floors: Sequence[Floor] = (), wanted: Collection[int] = ()
    ) -> None:
        """Mind the ``floors``, given in the order of their rows, and remember the hashes at the places ``wanted``."""
        self.first: Finding | None = None
        self.bad = 0
        self.backdated: Finding | None = None
        self.rows = first - 1
        self.head = previous
        self.hashes: dict[int, str] = {}
        self._known = True  # whether the hash before the next row is known
        self._doubted: str | None = None  # what the hash before the next row would be if only that was changed
        self._wanted = frozenset(wanted)
        self._floors = list(reversed(floors))
        self._floor = b""

    def feed(self, rows: Iterable[Stored]) -> None:
        """Check the rows that come next."""
        for row in rows:
            if row.seq != self.rows + 1 and not self._steps(row):
                continue
            digest, stored = digest_of(row), in_words(row.hash)
            made = link(digest, self.head, row.seq) if self._known else stored
            if (finding := self._wrong(row, digest, made, stored)) is not None:
                self._find(finding)
            elif self._is_backdated(row) and self.backdated is None:
                self.backdated = Finding(what=Wrong.BACKDATED, seq=row.seq, event=row.event_id)
            self._doubted = made if made != stored else None
            if row.seq in self._wanted:
                self.hashes[row.seq] = made
            self.rows, self.head, self._known = row.seq, stored, True

    def _steps(self, row: Stored) -> bool:
        """Over a gap to a later row; not back to one that cannot be in a chain."""
        if row.seq <= self.rows:
            self._find(Finding(what=Wrong.ORDER, seq=row.seq, event=row.linked_id))
            return False
        self._find(Finding(what=Wrong.GAP, seq=self.rows + 1))
        self._known = False
        return True

    def _wrong(self, row: Stored, digest: str, made: str, stored: str) -> Finding | None:
        if row.event_id is None:
            return Finding(what=Wrong.MISSING, seq=row.seq, event=row.linked_id)
        if (part := malformed(row)) is not None:
            return Finding(what=Wrong.MALFORMED, seq=row.seq, event=row.event_id, part=part)
        if made != stored and not self._follows(row, digest, stored):
            return Finding(what=Wrong.ENTRY, seq=row.seq, event=row.event_id)
        return None

    def _follows(self, row: Stored, digest: str, stored: str) -> bool:
        """Whether a row follows upon the one before as it was: then only that one's hash was changed."""
        if self._doubted is None or link(digest, self._doubted, row.seq) != stored:
            return False
        if self.first is not None and self.first.seq == row.seq - 1:
            self.first = replace(self.first, what=Wrong.HASH)
        return True

    def _is_backdated(self, row: Stored) -> bool:
        while self._floors and row.seq > self._floors[-1].rows:
            self._floor = max(self._floor, self._floors.pop().at)
        return row.at is not None and row.at < self._floor

    def _find(self, finding: Finding) -> None:
        self.first = self.first or finding
        self.bad += 1
