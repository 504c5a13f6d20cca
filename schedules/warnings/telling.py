"""Telling people of a warning's steps: the holder and whatever is urgent at once, each by itself.

Whoever stands above many posts is told of a few a day singly, and of more together: at one time of a working day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

import structlog

from messages.audience import sayable
from messages.errors import Refused
from messages.items.records import MARKS, grade_said
from messages.notices import Grade, Json, NewNotice
from messages.store import notices, untold, warnings_open
from messages.store import warnings as stored
from messages.store.database import Connection, Database
from messages.store.untold import Crowd, Crowded, Telling
from messages.text.phrase import kept
from messages.warnings.records import GRADES, Part, Step, WarningRecord
from schedules.apart import Share
from schedules.deadlines import end_of_day, local_instant
from schedules.desks import DeskKind, DeskOf
from schedules.reporting import report
from schedules.warnings import history
from schedules.warnings.parts import standing
from schedules.warnings.steps import Terms
from schedules.warnings.wording import REDATED, USEFUL, about, issued_notice, step_notice, told_notice

_LISTED: Final = 15
_NAMED_UP_TO: Final = 40
"""So that the longest digest fits into one message."""
_MOMENT: Final = timedelta(seconds=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Together:
    """What a person is told together, and when."""

    person_id: int
    person_code: str
    at: datetime


async def tell_urgent(db: Database, share: Share, now: datetime) -> None:
    """Make the notices of what is urgent."""
    async with db.reading() as conn:
        waiting = await untold.pressing(conn, urgent=True)
    await _singly(db, share, waiting, now)


async def tell(db: Database, terms: Terms, share: Share, now: datetime) -> None:
    """Make the notices of all others who are to be told of something now."""
    async with db.reading() as conn:
        holders = await untold.pressing(conn, urgent=False)
        few, together = await _sorted(conn, terms, now)
    await _singly(db, share, [*holders, *few], now)
    due = {one.person_id: one for one in together if one.at <= now}

    async def act(person_id: int) -> None:
        async with db.writing() as conn:
            await _tell_together(conn, due[person_id], terms, now)

    await share.each("a digest of warnings", due, act)


async def _singly(db: Database, share: Share, waiting: Sequence[Telling], now: datetime) -> None:
    by_id = {one.id: one for one in waiting}

    async def act(telling_id: int) -> None:
        async with db.writing() as conn:
            await _tell_singly(conn, by_id[telling_id], now)

    await share.each("a telling of a warning", by_id, act)


async def _sorted(conn: Connection, terms: Terms, now: datetime) -> tuple[list[Telling], list[_Together]]:
    """What does not press: what goes singly nevertheless, and who is told together."""
    few: list[Telling] = []
    since: dict[int, Crowd] = {}
    for (person_id, day), crowds in groupby(await untold.crowds(conn), lambda one: _of_day(one, terms)):
        first, *others = crowds
        between = local_instant(day, time(0), terms.zone), end_of_day(day, terms.zone)
        if await _too_many(conn, person_id, sum(one.count for one in (first, *others)), between, terms):
            since.setdefault(person_id, first)
        else:
            few += await untold.calm(conn, person_id, *between)
    together = [
        _Together(person_id=one.person_id, person_code=one.person_code, at=await _due(conn, one, terms, now))
        for one in since.values()
    ]
    return few, together


def _of_day(crowd: Crowd, terms: Terms) -> tuple[int, date]:
    return crowd.person_id, crowd.at.astimezone(terms.zone).date()


async def _too_many(
    conn: Connection, person_id: int, waiting: int, between: tuple[datetime, datetime], terms: Terms
) -> bool:
    """Whether a person has more to be told of on a day than goes singly: ``waiting`` for it, or told already."""
    singly = terms.policy.warnings.singly
    return waiting > singly or await untold.counted(conn, person_id, *between) > singly


async def _due(conn: Connection, crowd: Crowd, terms: Terms, now: datetime) -> datetime:
    """When what waits for a person is told together: at the first time for it at which nothing was.

    One that was missed is made up for as soon as there is a working day.
    """
    due = digest_at(terms, crowd.at)
    while due <= now and await notices.told(conn, [_key(due, crowd.person_code, terms)]):
        due = digest_at(terms, due + _MOMENT)
    today = now.astimezone(terms.zone).date()
    if due > now or terms.calendar.is_workday(today):
        return due
    return local_instant(terms.calendar.add_workdays(today, 1), time(0), terms.zone)


def _key(due: datetime, person_code: str, terms: Terms) -> str:
    return f"warnings:digest:{due.astimezone(terms.zone).date().isoformat()}:{person_code}"


def digest_at(terms: Terms, at: datetime) -> datetime:
    """When what is to be told together from ``at`` on is told: at the digest's time, on a working day."""
    local, hour = at.astimezone(terms.zone), terms.policy.warnings.digest_time
    today = local_instant(local.date(), hour, terms.zone)
    if today >= at and terms.calendar.is_workday(local.date()):
        return today
    return local_instant(terms.calendar.add_workdays(local.date(), 1), hour, terms.zone)


async def next_digest(db: Database, terms: Terms, now: datetime) -> tuple[datetime, int] | None:
    """When people are told together next, and of how many warnings the first of them."""
    async with db.reading() as conn:
        _, together = await _sorted(conn, terms, now)
        first = min((one for one in together if one.at > now), key=lambda one: one.at, default=None)
        return (first.at, await untold.warnings_crowded(conn, first.person_id)) if first else None


async def _tell_singly(conn: Connection, telling: Telling, now: datetime) -> bool:
    """One telling by a notice of its own; what was called off meanwhile is not told."""
    warning = await stored.lock(conn, telling.warning_id)
    if warning is None or not await untold.still_waiting(conn, [telling.id]):
        return False
    try:
        notice_id = await notices.add(conn, await _notice(conn, warning, telling, now))
    except Refused as error:
        log.error("nobody can be told by this code", code=telling.person_code, error=str(error))  # noqa: TRY400 -- a sentence says all
        notice_id = None
    await untold.mark_told(conn, [telling.id], notice_id, now)
    if telling.part is Part.HOLDER and telling.step == warning.ladder.steps[0].name:  # of an earlier issue none waits
        await stored.change(conn, warning.id, {"notice_id": notice_id})
    return notice_id is not None


async def _notice(conn: Connection, warning: WarningRecord, telling: Telling, now: datetime) -> NewNotice:
    key, step = f"warning:{telling.warning_id}:{telling.turn}:{telling.step}", _step(warning, telling.step)
    if telling.part is not Part.HOLDER:
        key, code = f"{key}:{telling.person_code}", telling.person_code
        reached = await was_reached(conn, warning)
        raised_from = (await history.raised_from(conn, [warning])).get(warning.id)
        return told_notice(warning, step, telling.part, key, code, now, reached=reached, raised_from=raised_from)
    if step != warning.ladder.steps[0]:
        return step_notice(warning, step, key, telling.person_code, now)
    said = await stored.wording(conn, warning.item_id)
    return issued_notice(warning, said, await history.before(conn, warning, said.text), key, now)


async def was_reached(conn: Connection, warning: WarningRecord) -> bool:
    """Whether what tells the days of a warning that run now has arrived at its holder, or was acknowledged."""
    return await warnings_open.arrival(conn, warning.id) is not None


def _step(warning: WarningRecord, name: str) -> Step:
    """The step of a telling: of a ladder that was replaced meanwhile, the first one."""
    if name == REDATED.name:
        return REDATED
    steps = warning.ladder.steps
    return next((step for step in steps if step.name == name), steps[0])


async def _tell_together(conn: Connection, whom: _Together, terms: Terms, now: datetime) -> None:
    """All that waits for a person as one digest, the newest of each warning.

    Left out is what the person no longer stands above.
    """
    waiting = await untold.crowded(conn, whom.person_id)
    stands = await standing(conn, whom.person_id)
    mine = [one for one in waiting if stands.still(one)]
    others = [one for one in waiting if not stands.still(one)]
    newest = {one.warning_id: one for one in sorted(mine, key=lambda one: one.id)}
    notice_id = None
    if newest and _can_be_named(whom.person_code):
        notice_id = await notices.add(conn, await _digest(conn, [*newest.values()], whom, terms, now))
        if notice_id is None:
            return  # somebody else has told this digest a moment ago: the next one tells what came after it
    await untold.mark_told(conn, [one.id for one in mine], notice_id, now)
    await untold.mark_told(conn, [one.id for one in others], None, now)


def _can_be_named(person_code: str) -> bool:
    if sayable(person_code):
        return True
    log.error("nobody can be told by this code", code=person_code)
    return False


async def _digest(
    conn: Connection, newest: Sequence[Crowded], whom: _Together, terms: Terms, now: datetime
) -> NewNotice:
    shown = sorted(newest, key=lambda one: one.id, reverse=True)[:_LISTED]
    stand = await stored.several(conn, [one.warning_id for one in shown])
    raised_from = await history.raised_from(conn, [*stand.values()])
    listed: list[Json] = [_listed(stand[one.warning_id], one.step, raised_from.get(one.warning_id)) for one in shown]
    params: dict[str, Json] = {"total": len(newest), "grades": _grades(newest), "newest": listed}
    return report(
        _key(whom.at, whom.person_code, terms),
        "warnings_digest",
        params,
        whom.person_code,
        now,
        expires_at=now + USEFUL,
        desk=str(DeskOf(kind=DeskKind.WARNINGS)),
    )


def _grades(newest: Iterable[Crowded]) -> list[Json]:
    """How many there are of each grade, the gravest first."""
    counted = Counter(one.grade for one in newest)
    return [
        {"mark": MARKS[grade], "grade": kept(grade_said(grade)), "count": counted[grade]}
        for grade in reversed(GRADES)
        if counted[grade]
    ]


def _listed(warning: WarningRecord, step: str, raised_from: Grade | None) -> Json:
    return {
        "mark": MARKS[warning.grade],
        "post": warning.post[:_NAMED_UP_TO],
        "unit": warning.unit[:_NAMED_UP_TO],
        "holder": warning.holder,
        "about": kept(about(warning, _step(warning, step), raised_from)),
    }
