"""The whole ledger verified: its chain recomputed, all of it linked or waiting, and every seal compared."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from messages.errors import refused
from messages.ledger import Kind
from messages.ledger_chain import START, Seal, Stored
from messages.ledger_checking import Checker, Finding, Floor, Wrong
from messages.store import ledger_checks, ledger_links, seals
from messages.store.database import Connection, Database, at_one_moment
from messages.store.seals import KeptSeal
from messages.text.phrase import phrase

_LATE: Final = timedelta(hours=1)
"""An event comes into the chain this long after it happened at the most, but where the database was away meanwhile."""
_FAR: Final = 1 << 62

Told = Callable[[int, int], None]
"""Told as it goes on: how many rows are done, of how many."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of it: ``rows`` of the chain with its ``head``, checked from the row ``since`` on.

    ``first_bad`` is the first thing wrong, of ``bad``; ``backdated`` is the first event that bears a time long before a
    seal after which it came, to be looked at; ``seals`` were compared; so many events are ``waiting`` for their link;
    ``guarded`` says whether the database still refuses changes by itself.
    """

    rows: int
    head: str
    since: int
    first_bad: Finding | None
    bad: int
    backdated: Finding | None
    seals: int
    waiting: int
    guarded: bool

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_bad is None


async def verify(db: Database, told: Told, *, since: int | date | None = None, posted: Sequence[Seal] = ()) -> Verdict:
    """Verify the ledger, and that the seals that were ``posted`` are of it.

    ``since`` a row, or the last seal before a day: what comes before is trusted. Raises ``Refused`` for a row that is
    not there.
    """
    async with db.reading() as conn:
        await at_one_moment(conn)
        return await verify_in(conn, told, since=since, posted=posted)


async def verify_in(
    conn: Connection, told: Told, *, since: int | date | None = None, posted: Sequence[Seal] = ()
) -> Verdict:
    """The same of what a transaction sees."""
    return await _Verifying(conn, await seals.raw(conn), posted).run(since, told)


def first_row(since: int | date | None, sealed: Iterable[Seal], rows: int) -> int:
    """The row from which on a chain of so many ``rows`` is looked at.

    ``since`` that row itself, or a day: then it is the first after the last seal before that day. Raises ``Refused``
    for a row that is not there.
    """
    if isinstance(since, date):
        return max((one.rows for one in sealed if one.date < since.isoformat()), default=0) + 1
    if since is not None and not 1 <= since <= max(rows, 1):
        raise refused(phrase("the number of a row from 1 to {rows} is accepted", rows=rows), value=str(since))
    return since or 1


class _Told(NamedTuple):
    """What an event says of a seal, and when."""

    seal: str
    at: bytes


class _Verifying:
    def __init__(self, conn: Connection, kept: Sequence[KeptSeal], posted: Sequence[Seal]) -> None:
        self._conn = conn
        self._kept = kept
        self._posted = posted
        self._sound = [one.seal for one in kept if one.seal is not None]

    async def run(self, since: int | date | None, told: Told) -> Verdict:
        conn, end = self._conn, await ledger_links.head(self._conn)
        first = first_row(since, self._sound, end.rows)
        checker = await self._checked(first, end.rows, told)
        findings = [*await self._beside()]
        if first > 1 and not await ledger_links.hashes(conn, [first - 1]):
            findings.append(Finding(what=Wrong.GAP, seq=first - 1))
        earlier = [one.rows for one in (*self._sound, *self._posted) if one.rows < first]
        known = checker.hashes | await ledger_links.hashes(conn, earlier)
        findings += [*self._of_seals(known), *self._of_told(await self._told())]
        first_bad = _first([*([checker.first] if checker.first else []), *findings])
        if first_bad and first_bad.event is None and first_bad.seq is not None:
            first_bad = replace(first_bad, event=await ledger_links.event_at(conn, first_bad.seq))
        return Verdict(
            rows=checker.rows,
            head=checker.head,
            since=first,
            first_bad=first_bad,
            bad=checker.bad + len(findings),
            backdated=checker.backdated,
            seals=len(self._kept),
            waiting=await ledger_links.waiting(conn),
            guarded=await ledger_checks.guarded(conn),
        )

    async def _checked(self, first: int, rows: int, told: Told) -> Checker:
        conn = self._conn
        before = START if first == 1 else (await ledger_links.hashes(conn, [first - 1])).get(first - 1, START)
        wanted = [one.rows for one in (*self._sound, *self._posted)]
        floors = [_floor(one) for one in self._kept if one.seal is not None]
        checker = Checker(first=first, previous=before, floors=[one for one in floors if one], wanted=wanted)
        async for some in ledger_links.in_order(conn, since=first):
            checker.feed(some)
            told(checker.rows, rows)
        return checker

    async def _beside(self) -> list[Finding]:
        conn, found = self._conn, []
        if (twice := await ledger_checks.linked_twice(conn)) is not None:
            found.append(Finding(what=Wrong.TWICE, seq=twice[0], event=twice[1]))
        if (event := await ledger_checks.unlinked(conn)) is not None:
            found.append(Finding(what=Wrong.UNLINKED, event=event))
        if (event := await ledger_checks.wrongly_waiting(conn)) is not None:
            found.append(Finding(what=Wrong.WAITING, event=event))
        return found

    def _of_seals(self, hashes: Mapping[int, str]) -> Iterable[Finding]:
        """Seals that are not of this chain, those that were posted among them.

        Against one that was posted, only others that were posted say up to where all is well: who wrote the chain anew
        wrote the seals that are kept anew as well.
        """
        kept, posted = set(map(str, self._sound)), set(map(str, self._posted))
        agreed = agreed_posted = 0
        for seal in sorted((*self._sound, *self._posted), key=lambda one: one.rows):
            said = str(seal)
            if hashes.get(seal.rows) != seal.head:
                after = agreed_posted if said in posted else agreed
                yield Finding(what=Wrong.SEAL, seq=seal.rows, seal=said, after=after)
                continue
            agreed = seal.rows
            agreed_posted = seal.rows if said in posted else agreed_posted
            if said not in kept:
                yield Finding(what=Wrong.UNSEALED, seq=seal.rows, seal=said)

    async def _told(self) -> dict[_Told, int]:
        return {_told(one): one.event_id or 0 for one in await ledger_links.of_kind(self._conn, Kind.LEDGER_SEALED)}

    def _of_told(self, told: Mapping[_Told, int]) -> Iterable[Finding]:
        """Seals that are kept and not told of in the ledger, or told of and not kept."""
        kept = {_Told(one.said, one.at) for one in self._kept}
        for one in sorted({*told} - kept, key=lambda one: told[one]):
            yield Finding(what=Wrong.UNSEALED, event=told[one], seal=one.seal)
        for one in sorted(kept - {*told}):
            yield Finding(what=Wrong.UNSEALED, seal=one.seal)


def _told(event: Stored) -> _Told:
    try:
        body = json.loads(event.body or b"")
        return _Told(f"{body['date']} {body['rows']} {body['head']}", event.at or b"")
    except (ValueError, TypeError, KeyError, RecursionError):  # the last: nested without end
        return _Told("", event.at or b"")


def _floor(kept: KeptSeal) -> Floor | None:
    """What comes after this seal happened after this; None where nobody can say."""
    if kept.seal is None:
        return None
    try:
        at = datetime.fromisoformat(kept.at.decode()) - _LATE
    except (ValueError, OverflowError):
        return None
    return Floor(rows=kept.seal.rows, at=f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z".encode())


def _first(findings: Sequence[Finding]) -> Finding | None:
    return min(findings, key=lambda one: _FAR if one.seq is None else one.seq, default=None)
