"""Telling people of a warning's steps: the holder and whatever is urgent at once, each by itself.

Whoever stands above many posts is told of a few a day singly, and of more together: at one time of a working day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import structlog

from messages.audience import quoted
from messages.errors import Refused
from messages.items.records import MARKS, grade_said
from messages.notices import Category, Json, Lane, NewNotice
from messages.store import notices, warning_steps
from messages.store import warnings as stored
from messages.store.database import Connection, Database
from messages.store.warning_steps import Telling
from messages.text.phrase import kept
from messages.warnings.records import GRADES, Part, Step, WarningRecord
from schedules.deadlines import end_of_day, local_instant
from schedules.desks import DeskKind, DeskOf
from schedules.warnings import history
from schedules.warnings.steps import Terms
from schedules.warnings.wording import about, issued_notice, step_notice, told_notice

_LISTED: Final = 15
_NAMED_UP_TO: Final = 40
"""So that the longest digest fits into one message."""
_USEFUL: Final = timedelta(days=14)

log = structlog.get_logger(__name__)


async def tell(db: Database, terms: Terms, now: datetime) -> int:
    """Make the notices of all who are to be told of something now; gives how many."""
    singly, together = await _sorted(db, terms)
    made = 0
    for telling in sorted(singly, key=lambda one: not one.urgent):
        async with db.writing() as conn:
            made += await _tell_singly(conn, telling, now)
    for theirs in together.values():
        if any(digest_at(terms, telling.at) <= now for telling in theirs):
            async with db.writing() as conn:
                made += await _tell_together(conn, theirs, terms, now)
    return made


async def _sorted(db: Database, terms: Terms) -> tuple[list[Telling], dict[int, list[Telling]]]:
    """What waits to be told: what goes singly, and what goes together, by person."""
    singly: list[Telling] = []
    together: dict[int, list[Telling]] = defaultdict(list)
    many: dict[tuple[int, date], bool] = {}
    async with db.reading() as conn:
        for telling in await warning_steps.waiting(conn):
            if telling.part is Part.HOLDER or telling.urgent:
                singly.append(telling)
                continue
            of_day = telling.person_id, telling.at.astimezone(terms.zone).date()
            if of_day not in many:
                many[of_day] = await _too_many(conn, *of_day, terms)
            (together[telling.person_id] if many[of_day] else singly).append(telling)
    return singly, together


async def _too_many(conn: Connection, person_id: int, day: date, terms: Terms) -> bool:
    """Whether a person has more to be told of on a day than goes singly: told already, or waiting for it."""
    since, until = local_instant(day, time(0), terms.zone), end_of_day(day, terms.zone)
    return await warning_steps.counted(conn, person_id, since, until) > terms.policy.warnings.singly


def digest_at(terms: Terms, at: datetime) -> datetime:
    """When what is to be told together from ``at`` on is told: at the digest's time, on a working day."""
    local, hour = at.astimezone(terms.zone), terms.policy.warnings.digest_time
    today = local_instant(local.date(), hour, terms.zone)
    if today >= at and terms.calendar.is_workday(local.date()):
        return today
    return local_instant(terms.calendar.add_workdays(local.date(), 1), hour, terms.zone)


async def next_digest(db: Database, terms: Terms, now: datetime) -> tuple[datetime, int] | None:
    """When people are told together next, and of how many warnings the first of them."""
    _, together = await _sorted(db, terms)
    waiting = [
        (digest_at(terms, theirs[0].at), len({one.warning_id for one in theirs})) for theirs in together.values()
    ]
    return min((one for one in waiting if one[0] > now), default=None)


async def _tell_singly(conn: Connection, telling: Telling, now: datetime) -> bool:
    """One telling by a notice of its own; what was called off meanwhile is not told."""
    warning = await stored.lock(conn, telling.warning_id)
    if warning is None or not await warning_steps.still_waiting(conn, [telling.id]):
        return False
    try:
        notice_id = await notices.add(conn, await _notice(conn, warning, telling, now))
    except Refused as error:
        log.error("nobody can be told by this code", code=telling.person_code, error=str(error))  # noqa: TRY400 -- a sentence says all
        notice_id = None
    await warning_steps.mark_told(conn, [telling.id], notice_id, now)
    if telling.part is Part.HOLDER and _is_first(warning, telling):
        await stored.change(conn, warning.id, {"notice_id": notice_id})
    return notice_id is not None


def _is_first(warning: WarningRecord, telling: Telling) -> bool:
    return telling.turn == warning.turn and telling.step == warning.ladder.steps[0].name


async def _notice(conn: Connection, warning: WarningRecord, telling: Telling, now: datetime) -> NewNotice:
    key, step = f"warning:{telling.warning_id}:{telling.turn}:{telling.step}", _step(warning, telling)
    if telling.part is not Part.HOLDER:
        key, code = f"{key}:{telling.person_code}", telling.person_code
        reached = await was_reached(conn, warning)
        return told_notice(warning, step, telling.part, key, code, now, reached=reached)
    if step != warning.ladder.steps[0]:
        return step_notice(warning, step, key, telling.person_code, now)
    said = await stored.wording(conn, warning.item_id)
    return issued_notice(warning, said, await history.before(conn, warning, said.text), key, now)


async def was_reached(conn: Connection, warning: WarningRecord) -> bool:
    """Whether a message of a warning has arrived at its holder, or was acknowledged."""
    if warning.holder_id is None:
        return False
    return warning.acknowledged_at is not None or await warning_steps.reached(conn, warning.id, warning.holder_id)


def _step(warning: WarningRecord, telling: Telling) -> Step:
    """The step of a telling: of a ladder that was replaced meanwhile, the first one."""
    steps = warning.ladder.steps
    return next((step for step in steps if step.name == telling.step), steps[0])


async def _tell_together(conn: Connection, theirs: Sequence[Telling], terms: Terms, now: datetime) -> bool:
    """All that waits for a person as one digest, the newest of each warning."""
    waiting = await warning_steps.still_waiting(conn, [one.id for one in theirs])
    mine = [one for one in theirs if one.id in waiting]
    if not mine:
        return False
    newest = {telling.warning_id: telling for telling in mine}
    stand = [(await stored.get(conn, warning_id), telling) for warning_id, telling in newest.items()]
    notice_id = await notices.add(conn, _digest(stand, mine[0].person_code, terms, now))
    if notice_id is None:
        return False  # one digest a day
    await warning_steps.mark_told(conn, [one.id for one in mine], notice_id, now)
    return True


def _digest(stand: Sequence[tuple[WarningRecord, Telling]], person_code: str, terms: Terms, now: datetime) -> NewNotice:
    newest: list[Json] = [_listed(*one) for one in list(reversed(stand))[:_LISTED]]
    grades = _grades(warning for warning, _ in stand)
    day = now.astimezone(terms.zone).date()
    return NewNotice(
        key=f"warnings:digest:{day.isoformat()}:{person_code}",
        category=Category.REPORT,
        lane=Lane.PROMPT,
        template="warnings_digest",
        params={"total": len(stand), "grades": grades, "newest": newest},
        audience=f"person:{quoted(person_code)}",
        send_at=now,
        created_at=now,
        expires_at=now + _USEFUL,
        desk=str(DeskOf(kind=DeskKind.WARNINGS)),
    )


def _grades(warnings: Iterable[WarningRecord]) -> list[Json]:
    """How many there are of each grade, the gravest first."""
    counted = Counter(warning.grade for warning in warnings)
    return [
        {"mark": MARKS[grade], "grade": kept(grade_said(grade)), "count": counted[grade]}
        for grade in reversed(GRADES)
        if counted[grade]
    ]


def _listed(warning: WarningRecord, telling: Telling) -> Json:
    return {
        "mark": MARKS[warning.grade],
        "post": warning.post[:_NAMED_UP_TO],
        "unit": warning.unit[:_NAMED_UP_TO],
        "holder": warning.holder,
        "about": kept(about(warning, _step(warning, telling))),
    }
