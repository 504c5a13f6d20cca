"""Redating: once a year's official days are known, the days of what was dated provisionally are counted once more.

What nobody could know before its day does not count against anybody: where an official day would lie in the past, all
days are counted anew from now, and so are those of a warning that has reached its holder too late, from its arrival.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from messages.audience import sayable
from messages.notices import Grade
from messages.store import assessing, notices, rights, warning_steps, warnings_open
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.store.warnings_open import Arrival, Provisional
from messages.warnings import life
from messages.warnings.awaited import UNANSWERED
from messages.warnings.records import Counted, DateCause, WarningEvent, WarningRecord, WarningState
from schedules.deadlines import acknowledge_by
from schedules.warnings.noting import note
from schedules.warnings.steps import Dates, Terms, dates_of
from schedules.warnings.turns import plan_steps
from schedules.warnings.wording import dates_notice


async def now_official(conn: Connection, terms: Terms, now: datetime) -> list[int]:
    """The warnings with provisional days that can be counted officially by now."""
    known: dict[Provisional, bool] = {}
    found = await warnings_open.provisional(conn)
    for _, one in found:
        if one not in known:
            known[one] = _official(one, terms, now)
    return [warning_id for warning_id, one in found if known[one]]


def _official(one: Provisional, terms: Terms, now: datetime) -> bool:
    """Whether days that begin like these, or anew where they are over, need no year without its official notice."""
    since, until = one.since, _until(one, one.since, terms)
    if until <= now:
        since = terms.begins(one.grade, now)
        until = _until(one, since, terms)
    return not terms.provisional(since, until)


def _until(one: Provisional, since: datetime, terms: Terms) -> datetime:
    return acknowledge_by(terms.calendar, terms.policy, since.astimezone(terms.zone), one.answer_within)


async def redate(conn: Connection, warning_id: int, terms: Terms, now: datetime) -> None:
    """Count the days of a warning once more, if they are official by now; its holder is told of other ones.

    Other days begin a new turn, in which what was done stays done.
    """
    warning = await stored.lock(conn, warning_id)
    if warning is None or not warning.open or not warning.provisional or warning.since is None:
        return
    asks = _asks_to_acknowledge(warning)
    certain = asks and await _acknowledgement_was_certain(conn, warning)
    dates = _dates(warning, terms, now, asks=asks and not certain)
    if dates.provisional:
        return
    moved = warning.state in UNANSWERED and (dates.acknowledge_by, dates.answer_by) != _days(warning, dates)
    done = await warning_steps.settled(conn, warning.id, warning.turn)
    change = asdict(dates) | {"turn": warning.turn + moved}
    if not asks:
        del change["acknowledge_by"]
    if moved:
        await warning_steps.call_off(conn, warning.id, now)
    redated = await _record(conn, warning, DateCause.OFFICIAL_DAYS, change, now, moved=moved)
    if warning.state in UNANSWERED:
        await plan_steps(conn, redated, dates, terms, answer_only=not asks, without=done)
    await _tell(conn, redated, now, moved=moved)
    if moved:
        await _tell_above(conn, warning, redated, now)


async def _tell_above(conn: Connection, before: WarningRecord, redated: WarningRecord, now: datetime) -> None:
    """Who was told the provisional days as somebody above the post is told the official ones."""
    told, urgent = await warning_steps.told_above(conn, before.id, before.turn), redated.grade is Grade.RED
    step = warning_steps.OFFICIAL_DAYS
    await warning_steps.tell(conn, redated.id, redated.turn, step, told, urgent=urgent, at=now)


def _days(warning: WarningRecord, dates: Dates) -> tuple[datetime, datetime | None]:
    asks = _asks_to_acknowledge(warning)
    return (warning.acknowledge_by if asks and warning.acknowledge_by else dates.acknowledge_by), warning.answer_by


def _asks_to_acknowledge(warning: WarningRecord) -> bool:
    """Whether the day by which to acknowledge belongs to this turn, and is still to be kept."""
    waits = warning.state is WarningState.ISSUED and warning.acknowledged_at is None
    began, by = warning.since, warning.acknowledge_by
    return waits and began is not None and by is not None and by > began


async def _acknowledgement_was_certain(conn: Connection, warning: WarningRecord) -> bool:
    """Whether that day was official from the beginning: then something follows from it already."""
    planned = await warning_steps.planned(conn, warning.id, warning.turn)
    return any(step.counts_from is Counted.ACKNOWLEDGE and step.name in planned for step in warning.ladder.steps)


def _dates(warning: WarningRecord, terms: Terms, now: datetime, *, asks: bool) -> Dates:
    """The days as they are counted now; that by which to acknowledge only where it ``asks`` for a new one."""
    dates = dates_of(terms, warning.ladder, warning.since or now, warning.answer_within)
    if warning.state in UNANSWERED:
        anew = _from(warning, terms, now)
        overtaken = dates.answer_by <= now or (asks and dates.acknowledge_by <= now)
        dates = anew if overtaken else _not_shortened(warning, dates, anew, terms)
    return dates if asks else replace(dates, acknowledge_by=warning.acknowledge_by or dates.acknowledge_by)


def _from(warning: WarningRecord, terms: Terms, at: datetime) -> Dates:
    """The days of a warning that its holder is told at this instant."""
    return dates_of(terms, warning.ladder, terms.begins(warning.grade, at), warning.answer_within)


def _not_shortened(warning: WarningRecord, dates: Dates, anew: Dates, terms: Terms) -> Dates:
    """Days that are earlier than those told stand only as far as the holder has all days of the ladder from now on."""
    acknowledge_by = _at_least(dates.acknowledge_by, warning.acknowledge_by, anew.acknowledge_by)
    answer_by = _at_least(dates.answer_by, warning.answer_by, anew.answer_by)
    provisional = terms.provisional(dates.since, answer_by)
    return replace(dates, acknowledge_by=acknowledge_by, answer_by=answer_by, provisional=provisional)


def _at_least(counted: datetime, told: datetime | None, anew: datetime) -> datetime:
    return counted if told is None else max(counted, min(told, anew))


async def begin_late(conn: Connection, warning_id: int, terms: Terms, now: datetime) -> None:
    """Count the days of a warning anew from the arrival of what told them, where that was too late.

    What was acknowledged stays so; the holder is told where other days hold than the message says.
    """
    warning = await stored.lock(conn, warning_id)
    if warning is None or not await warnings_open.arrived_late(conn, warning_id):
        return
    arrival = await warnings_open.arrival(conn, warning_id)
    if arrival is None:
        return
    dates = _after_arrival(warning, arrival, terms, now)
    told = warning.acknowledge_by, warning.answer_by
    moved = told != (dates.acknowledge_by, dates.answer_by) or await warning_steps.missed(
        conn, warning.id, warning.turn
    )
    if moved:
        await warning_steps.call_off(conn, warning.id, now)
        await warning_steps.overtake(conn, warning.id, [step.name for step in warning.ladder.steps[1:]], now)
    change = asdict(dates) | {"turn": warning.turn + moved}
    late = await note(conn, await _record(conn, warning, DateCause.ARRIVED_LATE, change, now, moved=moved))
    if moved:
        await plan_steps(conn, late, dates, terms, answer_only=arrival.new_day)
    await _tell(conn, late, now, moved=moved, late=True)


def _after_arrival(warning: WarningRecord, arrival: Arrival, terms: Terms, now: datetime) -> Dates:
    """The days from an arrival on, or from now where those are over already: nobody was told of them in time."""
    dates = _from(warning, terms, arrival.at)
    asks = not arrival.new_day and warning.acknowledged_at is None
    if dates.answer_by <= now or (asks and dates.acknowledge_by <= now):
        dates = _from(warning, terms, now)
    kept = warning.acknowledge_by if arrival.new_day else None
    return replace(dates, acknowledge_by=kept) if kept else dates


async def _record(
    conn: Connection,
    warning: WarningRecord,
    cause: DateCause,
    change: Mapping[str, Any],
    now: datetime,
    *,
    moved: bool,
) -> WarningRecord:
    event = WarningEvent.REDATED
    return await life.record(conn, warning, event, now, change=change, moved=moved, cause=cause.value)


async def _tell(conn: Connection, warning: WarningRecord, now: datetime, *, moved: bool, late: bool = False) -> None:
    if warning.notice_id is not None:
        by, provisional = warning.acknowledge_by, warning.provisional
        await assessing.redate(conn, warning.notice_id, by, provisional=provisional, counted_from=warning.since)
    if moved and warning.holder_id is not None:
        code = await rights.person_code(conn, warning.holder_id)
        if sayable(code):
            await notices.add(conn, dates_notice(warning, code, now, late=late))
