"""What becomes of leave: asked for, entered for somebody, granted, refused, taken back. Each once, and told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from messages import reasons
from messages.absences import Absence, AbsenceState, Days, checked, days_said, note_of
from messages.errors import CHANGED, DecidedBefore, NotFound, Outdated, Refused, refused
from messages.store import absences, notices, rights
from messages.store.absences import Placed
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.absences.asking import call_off
from schedules.absences.closed import check_open
from schedules.absences.entitling import entitle, entitle_for, found, may_grant, missing
from schedules.absences.noting import note
from schedules.absences.telling import Told, told_notices
from schedules.tools import Along, Tools


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Leave that somebody asks for or enters: for whom, on which days, and what is said with it."""

    person_id: int
    days: Days
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What came of entering leave: it stands; ``anew`` unless it stood so already."""

    absence: Absence
    anew: bool


async def ask(tools: Tools, wanted: Wanted, now: datetime, along: Along | None = None) -> Absence:
    """Ask for leave. Raises ``Refused`` for days that cannot be asked for, or that some other leave has."""
    said, days = note_of(wanted.note), checked(wanted.days, tools.today(now))
    async with tools.db.writing() as conn:
        await absences.hold_person(conn, wanted.person_id)
        await check_open(conn, days)
        if before := await absences.meeting(conn, wanted.person_id, days):
            raise overlapping(before)
        if along is not None:
            await along(conn)
        asked = await _add(conn, wanted.person_id, days, said, AbsenceState.ASKED, by=wanted.person_id, now=now)
        await note(conn, asked.id, asked.person_id, days, AbsenceState.ASKED, asked.person_code, now)
    return asked


async def check(tools: Tools, wanted: Wanted, now: datetime) -> None:
    """Raise what ``ask`` would raise of these days."""
    days = checked(wanted.days, tools.today(now))
    async with tools.db.reading() as conn:
        await check_open(conn, days)
        if before := await absences.meeting(conn, wanted.person_id, days):
            raise overlapping(before)


def overlapping(before: Absence) -> Refused:
    """What is told of days that some other leave of the person has."""
    accepted = phrase(
        "There is leave on these days already: {days}. Other days are accepted, or take that back.",
        days=days_said(before.days),
    )
    return refused(accepted, column="first", value=before.days.first.isoformat())


async def enter(tools: Tools, wanted: Wanted, by: int | None, now: datetime) -> Entered:
    """Enter leave of somebody, which is granted by that; ``by`` is None for the operator.

    The very days that the person has asked for are granted. Raises ``NotFound``, ``NotEntitled`` and ``Refused``.
    """
    async with tools.db.reading() as conn:
        person = await _placed(conn, wanted.person_id)
    await entitle_for(tools.db, person, by, now)
    async with tools.db.writing() as conn:
        return await enter_in(conn, tools, wanted, by, now)


async def enter_in(conn: Connection, tools: Tools, wanted: Wanted, by: int | None, now: datetime) -> Entered:
    """The same of somebody who may, within a transaction."""
    said, days = note_of(wanted.note), checked(wanted.days, tools.today(now))
    await absences.hold_person(conn, wanted.person_id)
    before = await absences.meeting(conn, wanted.person_id, days)
    if before is not None and before.days == days:
        anew = before.waits
        return Entered(absence=await _grant(conn, before, by, now) if anew else before, anew=anew)
    await check_open(conn, days)
    if before is not None:
        raise overlapping(before)
    granted = {"decided_at": now, "decided_by": by}
    added = await _add(conn, wanted.person_id, days, said, AbsenceState.GRANTED, by=by, now=now, **granted)
    await note(conn, added.id, added.person_id, days, AbsenceState.GRANTED, added.decider_code, now)
    await _tell(conn, added, Told.ENTERED, now, by=added.decider)
    return Entered(absence=added, anew=True)


async def grant(tools: Tools, absence_id: int, version: int, by: int, now: datetime) -> Absence:
    """Grant what was asked for, as it was seen. Raises ``NotFound``, ``NotEntitled``, ``DecidedBefore``, ``Outdated``.

    Of days in a period that was closed meanwhile ``Refused``.
    """
    await entitle(tools.db, absence_id, by, now)
    async with tools.db.writing() as conn:
        absence = await _waiting(conn, absence_id, version, by)
        await reasons.stop(conn, by, now)
        return await _grant(conn, absence, by, now)


async def refuse(
    tools: Tools, absence_id: int, version: int, by: int, why: str, now: datetime, message_id: int | None
) -> Absence:
    """Do not grant it, for a reason that the person is told. Raises what ``grant`` raises."""
    said = reasons.reason_of(why)
    await entitle(tools.db, absence_id, by, now)
    async with tools.db.writing() as conn:
        absence = await _waiting(conn, absence_id, version, by)
        after = await _decide(conn, absence, AbsenceState.REFUSED, by, now, why=said)
        await _tell(conn, after, Told.REFUSED, now, by=after.decider)
        await reasons.stop(conn, by, now, message_id)
    return after


async def take_back(
    tools: Tools, absence_id: int, by: int | None, now: datetime, last: date | None = None
) -> tuple[Absence, ...]:
    """Take leave back, all of it or the days after ``last``: gives it, and what of it stays granted, as a new one.

    The person takes back what is to come, of what has begun the days from today on; whoever may grant it, and the
    operator (``by`` None), any. Raises ``NotFound``, ``NotEntitled``, ``DecidedBefore`` and ``Refused``.
    """
    async with tools.db.reading() as conn:
        absence = await found(conn, absence_id)
    if by is not None and by != absence.person_id:
        await entitle(tools.db, absence_id, by, now)
    async with tools.db.writing() as conn:
        absence = await _held(conn, absence_id)
        if absence.state not in {AbsenceState.ASKED, AbsenceState.GRANTED}:
            raise decided_before(absence)
        rest = _rest(absence, tools.today(now), last, own=by == absence.person_id)
        return await _take_back(conn, absence, rest, by, now)


def _rest(absence: Absence, today: date, last: date | None, *, own: bool) -> Days | None:
    """What stays granted of what is taken back."""
    days, asked = absence.days, absence.waits
    if last is not None and (asked or not days.first <= last < days.last):
        accepted = phrase("A day of granted leave is accepted, before its last one.")
        raise refused(accepted, column="last", value=last.isoformat())
    if own and not asked and days.first < today:
        if days.last < today:
            raise Refused(phrase("These days have passed: only who grants leave can take it back."))
        last = max(last or days.first, today - timedelta(days=1))
    return Days(first=days.first, last=last) if last is not None else None


async def _take_back(
    conn: Connection, absence: Absence, rest: Days | None, by: int | None, now: datetime
) -> tuple[Absence, ...]:
    gone = Days(first=rest.last + timedelta(days=1), last=absence.days.last) if rest else absence.days
    if not absence.waits:
        await check_open(conn, gone)
    code, name = await _who(conn, by)
    await absences.change(conn, absence.id, state=AbsenceState.WITHDRAWN.value)
    await note(conn, absence.id, absence.person_id, absence.days, AbsenceState.WITHDRAWN, code, now)
    await call_off(conn, absence, now)
    after = await found(conn, absence.id)
    if by != absence.person_id:
        await _tell(conn, after, Told.ENDED, now, by=name, rest=rest)
    elif not absence.waits:
        await _tell(conn, after, Told.GIVEN_BACK, now, by=name, rest=rest)
    if rest is None:
        return (after,)
    granted = {"decided_at": now, "decided_by": absence.decided_by}
    kept = await _add(conn, absence.person_id, rest, absence.note, AbsenceState.GRANTED, by=by, now=now, **granted)
    await note(conn, kept.id, kept.person_id, rest, AbsenceState.GRANTED, code, now)
    return (after, kept)


# Parts


async def _placed(conn: Connection, person_id: int) -> Placed:
    person = await absences.placed(conn, person_id)
    if person is None:
        raise NotFound(phrase("There is no such person."))
    return person


async def _who(conn: Connection, by: int | None) -> tuple[str | None, str | None]:
    """Code and name; of the operator None."""
    if by is None:
        return None, None
    return await rights.person_code(conn, by), await rights.person_name(conn, by)


async def _add(
    conn: Connection,
    person_id: int,
    days: Days,
    said: str | None,
    state: AbsenceState,
    *,
    by: int | None,
    now: datetime,
    **decided: object,
) -> Absence:
    when = {"first": days.first.isoformat(), "last": days.last.isoformat(), "note": said}
    who = {"person_id": person_id, "asked_at": now, "asked_by": by}
    return await found(conn, await absences.add(conn, **who, **when, state=state.value, **decided))


async def _held(conn: Connection, absence_id: int) -> Absence:
    """An absence that nobody else decides, nor lays before somebody, before the transaction has ended."""
    if not await absences.hold(conn, absence_id):
        raise missing()
    return await found(conn, absence_id)


async def _waiting(conn: Connection, absence_id: int, version: int, by: int) -> Absence:
    absence = await _held(conn, absence_id)
    if not absence.waits:
        raise decided_before(absence)
    if absence.version != version or not await may_grant(conn, absence.person_id, absence.path, by):
        raise Outdated(CHANGED)
    return absence


def decided_before(absence: Absence) -> DecidedBefore:
    """What is told of an absence of which something else has become."""
    name = absence.decider or ""
    match absence.state:
        case AbsenceState.GRANTED if name:
            return DecidedBefore(phrase("{name} has granted this already.", name=name))
        case AbsenceState.REFUSED if name:
            return DecidedBefore(phrase("{name} has refused this already.", name=name))
        case AbsenceState.WITHDRAWN:
            return DecidedBefore(phrase("This leave was taken back."))
    return DecidedBefore(phrase("This was decided already."))


async def _grant(conn: Connection, absence: Absence, by: int | None, now: datetime) -> Absence:
    await check_open(conn, absence.days)
    after = await _decide(conn, absence, AbsenceState.GRANTED, by, now)
    await _tell(conn, after, Told.GRANTED, now, by=after.decider)
    return after


async def _decide(
    conn: Connection, absence: Absence, state: AbsenceState, by: int | None, now: datetime, why: str | None = None
) -> Absence:
    await absences.change(conn, absence.id, state=state.value, decided_at=now, decided_by=by, why=why)
    after = await found(conn, absence.id)
    await note(conn, absence.id, absence.person_id, absence.days, state, after.decider_code, now)
    await call_off(conn, absence, now)
    return after


async def _tell(
    conn: Connection, absence: Absence, told: Told, now: datetime, *, by: str | None, rest: Days | None = None
) -> None:
    for notice in told_notices(absence, told, now, by=by, rest=rest):
        await notices.add(conn, notice)
