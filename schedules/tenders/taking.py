"""Takes what is told of matters: one, or many in batches of whole matters, so that others write meanwhile.

What another one adds or changes at the same time is no fault: of two who add the same matter one finds it added, and
decides anew.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from messages.errors import Fault, LianxunError, NotEntitled, Refused, refused
from messages.ledger import Kind
from messages.notices import Json
from messages.scopes import Scope
from messages.store import ledger, matters
from messages.store import rights as stored
from messages.store.database import Connection, DatabaseFailure, is_deadlock
from messages.tenders.kept import Kept
from messages.tenders.records import Told
from messages.tenders.views import Outcome, Taken, TakenAll
from messages.text.phrase import phrase
from schedules.tenders import checking, writing
from schedules.tenders.deciding import After, Places, told_first, told_upon
from schedules.tenders.entitling import OUTSIDE, covers, reach, refused_told
from schedules.tenders.naming import places_of
from schedules.tenders.writing import TOGETHER, Writer
from schedules.tools import Along, AlongAll, Overtaken, Tools

KNOWN: Final = phrase("This is the number of another matter already.")
_TRIES: Final = 5
"""So often a transaction is tried that another one waits for too."""


class _Outside(NotEntitled):
    """What was told reaches further than who told it; it is not recorded yet."""


_Came: TypeAlias = tuple[int, Outcome] | LianxunError
"""What came of what was told of a matter: its id and that, or why it was not taken."""


async def check(tools: Tools, told: Told, person_id: int | None, now: datetime, scope: Scope | None) -> None:
    """Raise what keeps something from being taken."""
    told = checking.cleaned(told)
    async with tools.db.reading() as conn:
        batch = await decide(conn, Writer(tools=tools, person_id=person_id, now=now), [told], scope)
    await _raise(tools, told.ref, batch.refused.get(told.ref), person_id, now)


async def enter(tools: Tools, told: Told, person_id: int, now: datetime, along: Along) -> Taken:
    """Take what somebody tells of a new matter; of one whose number is another one's already, nothing is taken."""

    async def is_new(conn: Connection, outcome: Outcome) -> None:
        if outcome is not Outcome.CREATED:
            raise refused(KNOWN, column="ref", value=told.ref)
        await along(conn)

    return await _take_one(tools, told, person_id, now, None, is_new)


async def take(
    tools: Tools, told: Told, person_id: int | None, now: datetime, scope: Scope | None, along: Along | None
) -> Taken:
    """Take what is told of one matter; raises what keeps it from being taken."""

    async def with_it(conn: Connection, _outcome: Outcome) -> None:
        if along is not None:
            await along(conn)

    return await _take_one(tools, told, person_id, now, scope, with_it)


async def _take_one(
    tools: Tools,
    told: Told,
    person_id: int | None,
    now: datetime,
    scope: Scope | None,
    along: Callable[[Connection, Outcome], Awaitable[None]],
) -> Taken:
    await tools.calendars.current()
    told = checking.cleaned(told)
    writer = Writer(tools=tools, person_id=person_id, now=now)
    async with tools.db.writing() as conn:
        came = (await _take(conn, writer, [told], scope))[told.ref]
        if not isinstance(came, LianxunError):
            matter_id, outcome = came
            await along(conn, outcome)
            matter = (await matters.found(conn, [matter_id]))[matter_id]
            return Taken(outcome=outcome, matter=matter)
    await _raise(tools, told.ref, came, person_id, now)
    raise came


async def _raise(tools: Tools, ref: str, why: LianxunError | None, person_id: int | None, now: datetime) -> None:
    if isinstance(why, _Outside):
        raise await refused_told(tools, ref, person_id, now)
    if why is not None:
        raise why


# --- many -------------------------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _Tally:
    """What has come of many so far."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unplaced: int = 0

    def count(self, outcomes: Sequence[Outcome], unplaced: int) -> None:
        """Some more."""
        self.created += outcomes.count(Outcome.CREATED)
        self.changed += outcomes.count(Outcome.CHANGED)
        self.unchanged += outcomes.count(Outcome.UNCHANGED)
        self.unplaced += unplaced


@dataclass(frozen=True, kw_only=True)
class Many:
    """How many are told: how far it reaches, what the ledger says more of it, and what is done along with it."""

    scope: Scope | None = None
    about: Mapping[str, Json] | None = None
    along: AlongAll | None = None


async def take_all(
    tools: Tools, tolds: AsyncIterable[Told] | Sequence[Told], person_id: int | None, now: datetime, many: Many
) -> TakenAll:
    """Take what is told of many; what cannot be taken of one keeps no other from being taken."""
    await tools.calendars.current()
    writer = Writer(tools=tools, person_id=person_id, now=now)
    tally, whole = _Tally(), False
    refused: list[tuple[str, LianxunError]] = []
    try:
        async for batch in batches(tolds):
            came, unplaced = await _take_batch(writer, batch, many)
            tally.count([one[1] for one in came.values() if not isinstance(one, LianxunError)], unplaced)
            for ref, one in came.items():
                if isinstance(one, _Outside):
                    refused.append((ref, await refused_told(tools, ref, person_id, now)))
                elif isinstance(one, LianxunError):
                    refused.append((ref, one))
        whole = True
    finally:  # what was taken stays so, though the rest was not
        taken = TakenAll(**vars(tally), refused=tuple(refused))
        if taken.created or taken.changed:
            await _record(writer, taken, many, whole=whole)
    return taken


async def _take_batch(writer: Writer, batch: list[Told], many: Many) -> tuple[dict[str, _Came], int]:
    """Take some in one transaction; again where it was overtaken, or another one waited for it as it for that."""
    deadlocks = 0
    while True:
        try:
            async with writer.tools.db.writing() as conn:
                came = await _take(conn, writer, batch, many.scope)
                done = [ref for ref, one in came.items() if not isinstance(one, LianxunError)]
                if many.along is not None and done:
                    await many.along(conn, done)
                return came, await matters.count_unplaced(conn, done)
        except Overtaken as error:
            batch = [checking.cleaned(error.tolds.get((told.ref, told.source), told)) for told in batch]
        except DatabaseFailure as error:
            deadlocks += 1
            if deadlocks == _TRIES or not is_deadlock(error):
                raise


async def _record(writer: Writer, taken: TakenAll, many: Many, *, whole: bool) -> None:
    async with writer.tools.db.writing() as conn:
        code = None if writer.person_id is None else await stored.person_code(conn, writer.person_id)
        body: dict[str, Json] = {
            "by": code,
            "created": taken.created,
            "changed": taken.changed,
            "unchanged": taken.unchanged,
            "unplaced": taken.unplaced,
            "refused": len(taken.refused),
            **(many.about or {}),
            **({} if whole else {"cut_short": True}),
        }
        kind = Kind.MATTERS_IMPORTED
        await ledger.append(conn, at=writer.now, kind=kind, person_id=writer.person_id, body=body)


async def batches(tolds: AsyncIterable[Told] | Sequence[Told]) -> AsyncIterator[list[Told]]:
    """Some at a time, no matter twice in one."""
    batch: dict[str, Told] = {}
    async for told in _each(tolds):
        one = checking.cleaned(told)
        if one.ref in batch or len(batch) >= TOGETHER:
            yield list(batch.values())
            batch = {}
            await asyncio.sleep(0)
        batch[one.ref] = one
    if batch:
        yield list(batch.values())


async def _each(tolds: AsyncIterable[Told] | Sequence[Told]) -> AsyncIterator[Told]:
    if isinstance(tolds, Sequence):
        for told in tolds:
            yield told
    else:
        async for told in tolds:
            yield told


# --- in one transaction -----------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Batch:
    """What is decided of some: what is new, what is to become of what is known, and what is not taken."""

    new: list[After]
    known: list[tuple[Kept, After]]
    refused: dict[str, LianxunError]
    places: Places


async def _take(conn: Connection, writer: Writer, tolds: Sequence[Told], scope: Scope | None) -> dict[str, _Came]:
    """Take some, no matter twice; gives what came of each, by ref."""
    came: dict[str, _Came] = {}
    left = list(tolds)
    while left:
        batch = await decide(conn, writer, left, scope)
        came |= batch.refused
        added = await writing.add(conn, writer, batch.new)
        came |= {ref: (matter_id, Outcome.CREATED) for ref, matter_id in added.items()}
        changed = await writing.change(conn, writer, batch.known)
        came |= {kept.standing.ref: (kept.id, changed[kept.id]) for kept, _ in batch.known}
        left = [told for told in left if told.ref not in came]  # somebody has added these meanwhile
    return came


async def decide(
    conn: Connection,
    writer: Writer,
    tolds: Sequence[Told],
    scope: Scope | None,
    foreseen: Mapping[str, Kept] = MappingProxyType({}),
) -> Batch:
    """Decide of some, no matter twice; those that are ``foreseen`` as they would be, others as they are kept."""
    of_form = {told.ref: list(checking.faults_of(told)) for told in tolds}
    asked = [told for told in tolds if not of_form[told.ref]]
    kept = await matters.hold(conn, [told.ref for told in asked]) if asked else {}
    kept |= {told.ref: foreseen[told.ref] for told in asked if told.ref in foreseen}
    places = await places_of(conn, asked, kept)
    batch = Batch(new=[], known=[], refused={}, places=places)
    reaches = await reach(conn, writer.person_id, scope)
    for told in tolds:
        before = kept.get(told.ref)
        faults = of_form[told.ref] or list(_faults(told, before, places))
        if faults:
            batch.refused[told.ref] = Refused(phrase("The input was refused."), faults)
            continue
        after = _after(writer, told, before, places)
        if not _may(reaches, before, after, places):
            batch.refused[told.ref] = _Outside(OUTSIDE)
        elif too_many := list(checking.faults_of_whole(len(after.facts))):
            batch.refused[told.ref] = Refused(phrase("The input was refused."), too_many)
        elif before is None:
            batch.new.append(after)
        else:
            batch.known.append((before, after))
    return batch


def _faults(told: Told, before: Kept | None, places: Places) -> list[Fault]:
    missing = checking.faults_of_new(told) if before is None else ()
    return [*missing, *checking.faults_of_names(told, places)]


def _after(writer: Writer, told: Told, before: Kept | None, places: Places) -> After:
    if before is None:
        return told_first(told, places, writer.person_id, writer.now)
    return told_upon(before, told, places, writer.person_id, writer.now, writer.tools.zone)


def _may(reaches: Scope, before: Kept | None, after: After, places: Places) -> bool:
    """Whether it reaches the matter as it is, and as it is to be: nobody takes over another unit's."""
    if before is not None and not covers(reaches, before.unit_path):
        return False
    if before is not None and before.standing.unit_id == after.standing.unit_id:
        return True
    unit = places.unit(after.standing.unit_id)
    return covers(reaches, None if unit is None else unit.path)
