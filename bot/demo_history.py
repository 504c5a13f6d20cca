"""What happened in a new demo's office in the three months before it begins, so that there is something to evaluate.

The office has told people of holidays, and said what stands in ``demo_history.toml``; most have acknowledged in time,
some late, some not at all, and a few could not be reached. What follows by itself is done by the service's own sweeps,
at the instants at which they would have done it. The same office and day always give the same history.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bot.office import Office
from messages import rights
from messages.deliveries import Reason
from messages.ledger import Kind, instant_json
from messages.notices import Category, Lane, NewNotice
from messages.scores.periods import Period, PeriodKind
from messages.store import demo_history as stored
from messages.store import ledger, marks
from messages.store.database import Connection
from messages.store.demo_history import Arrived, Pressed, Sent, Told
from messages.store.ledger import Event
from schedules.broadcasts import Broadcast, notice_of
from schedules.deadlines import local_instant
from schedules.holidays import HolidayWaveKind, holiday_notices
from schedules.scores.adopting import which
from schedules.scores.closing import Beginning, Finishing, begin
from schedules.tools import Tools
from schedules.workdays import WorkCalendar

_MONTHS: Final = 3
_FOUNDED_BEFORE: Final = timedelta(days=14)
"""So long before the first month people have held their posts, and have joined."""
_LANES: Final = {
    Category.BROADCAST: Lane.BROADCAST,
    Category.CAUTION: Lane.CAUTION,
    Category.PROMPT: Lane.PROMPT,
    Category.STUDY: Lane.STUDY,
}
_UNREACHED: Final = 0.012
_LEAST_DILIGENT, _MOST_DILIGENT = 0.80, 0.98
_CARELESS_EVERY, _CARELESS = 23, 0.45
"""One of so many people acknowledges in time no more often than this."""
_LATE: Final = 0.55
"""So many of those who were not in time acknowledge after the day."""
_USUALLY, _SPREAD = 3.6, 1.2
"""Of the logarithm of the minutes that it takes to acknowledge."""
_MINUTES_OF_A_DAY: Final = 480.0
_A_WHILE: Final = timedelta(minutes=20)
"""What was said less than this ago would still be on its way."""
_CLOSES_ON, _CLOSES_AT = 3, time(10, 20)
"""On this working day of the month after it, and when, a month is closed."""
_A_SECOND: Final = 25
"""So many messages are sent in a second."""


@dataclass(frozen=True, kw_only=True)
class _Matter:
    """What the office says each month."""

    workday: int
    time: time
    category: Category
    audience: str
    titles: Sequence[str]
    texts: Sequence[str]
    within: int | None = None


def founded_at(now: datetime) -> datetime:
    """When the office of a demo that begins at ``now``, in its zone, was founded."""
    return datetime.combine(_first_month(now).first, time(9), tzinfo=now.tzinfo) - _FOUNDED_BEFORE


def _first_month(now: datetime) -> Period:
    month = Period.of(PeriodKind.MONTH, now.date())
    for _ in range(_MONTHS):
        month = month.before
    return month


async def remember(office: Office, speaker: str, now: datetime) -> None:
    """Live through the months before ``now``; ``speaker`` is the code of the administrator who speaks, and closes."""
    calendar = await office.calendars.current()
    async with office.db.writing() as conn:
        by = await rights.person_of(conn, speaker)
        await marks.put(conn, marks.PLANNING_SINCE, founded_at(now))  # from then on its ledger is sealed
        said = _said(office, calendar, by, now)
        pressed = [one for notice in said for one in await _send(conn, office, calendar, notice)]
    pressed.sort(key=lambda one: one.at)
    closings = _closings(office, calendar, now)
    await office.scores.sweep(_first_month(now).begins(office.clock.zone))
    for at in sorted({one.acknowledge_by for one in said if one.acknowledge_by} | closings.keys()):
        if at < now:
            await _press(office, pressed, at)
            while await office.missing.sweep(at):
                pass
            if at in closings:
                await _close(office, closings[at], at, by)
    await _press(office, pressed, now)
    async with office.db.writing() as conn:
        await marks.put(conn, marks.DIGESTED, now)  # who could not be reached was told then
        await marks.put(conn, marks.PLANNING_SINCE, now)  # holidays that have passed are not told of any more


def _closings(office: Office, calendar: WorkCalendar, now: datetime) -> dict[datetime, Period]:
    """When the office closes which month: every one but the last, which is left to whoever tries the demo."""
    month, found = _first_month(now), dict[datetime, Period]()
    for _ in range(_MONTHS - 1):
        day = calendar.add_workdays(month.after - timedelta(days=1), _CLOSES_ON)
        found[local_instant(day, _CLOSES_AT, office.clock.zone)] = month
        month = month.next
    return found


async def _close(office: Office, month: Period, at: datetime, by: int) -> None:
    """Link the ledger, have the rules of the month that has begun hold, and state what the last one came to."""
    tools = Tools(db=office.db, policy=office.policy, calendars=office.calendars, zone=office.clock.zone)
    await office.scores.sweep(at)
    while await office.sealing.sweep(at):
        pass
    async with office.db.reading() as conn:
        period, rules = await which(conn, tools, month.label, at)
    begun = await begin(tools, Beginning(period=period, rules=rules, revision=1, by=by, why=None), at)
    await _LongAgo(tools, begun, rules, at).run()
    async with office.db.writing() as conn:
        await stored.deliver(conn, at)


class _LongAgo(Finishing):
    """Statements of which everybody was told long ago: nobody is told now."""

    async def _tell(self, *_of_whom: object) -> None:
        pass


def _said(office: Office, calendar: WorkCalendar, by: int, now: datetime) -> list[NewNotice]:
    """All that was said, in the order of time: of holidays once, and nobody was reminded."""
    month = _first_month(now)
    since = month.begins(office.clock.zone)
    holidays = holiday_notices(calendar, office.policy, office.clock.zone, since=since, until=now - _A_WHILE, now=since)
    said = [one for one in holidays if one.template == f"holiday_{HolidayWaveKind.FORMAL}"]
    number = 0
    while month.first <= now.date():
        said += [_notice(office, calendar, matter, month, number, by) for matter in _matters()]
        month, number = month.next, number + 1
    return sorted(
        (replace(one, created_at=one.send_at, reminders=()) for one in said if one.send_at < now - _A_WHILE),
        key=lambda one: one.send_at,
    )


def _notice(office: Office, calendar: WorkCalendar, matter: _Matter, month: Period, number: int, by: int) -> NewNotice:
    day = calendar.add_workdays(month.first - timedelta(days=1), matter.workday)
    send_at = local_instant(day, matter.time, office.clock.zone)
    turn = number % len(matter.titles)
    said = Broadcast(
        text=matter.texts[turn],
        title=matter.titles[turn],
        audience=matter.audience,
        within=matter.within,
        send_at=send_at,
        lane=_LANES[matter.category],
        by=by,
        approved_by=None,
    )
    key = f"broadcast:{send_at:%Y%m%dT%H%M}:{matter.category}"
    return replace(notice_of(said, calendar, office.policy, key=key, now=send_at), category=matter.category)


@cache
def _matters() -> tuple[_Matter, ...]:
    known: Any = tomllib.loads(files("bot").joinpath("demo_history.toml").read_text(encoding="utf-8"))
    return tuple(_Matter(**one | {"category": Category(one["category"])}) for one in known["matters"])


async def _send(conn: Connection, office: Office, calendar: WorkCalendar, notice: NewNotice) -> list[Pressed]:
    """Send a notice; gives who acknowledges it, be it in the future."""
    sent = await stored.send(conn, notice)
    told = await stored.told(conn, sent)
    fates = [*_fates(office, calendar, sent, told)]
    await stored.arrive(conn, [arrived for arrived, _ in fates])
    return [pressed for _, pressed in fates if pressed is not None]


def _fates(
    office: Office, calendar: WorkCalendar, sent: Sent, told: Sequence[Told]
) -> Iterator[tuple[Arrived, Pressed | None]]:
    """What becomes of each: always the same."""
    chance = random.Random(sent.notice.key)  # noqa: S311 -- no secret
    for place, one in enumerate(told):
        at = sent.notice.send_at + timedelta(seconds=1 + place / _A_SECOND)
        unreached = chance.random() < _UNREACHED
        why = Reason.BLOCKED if unreached else None
        arrived = Arrived(delivery_id=one.delivery_id, account_id=one.account_id, at=at, why=why)
        pressed_at = None if unreached else _pressed_at(office, calendar, chance, sent.notice, one, at)
        pressed = Pressed(sent=sent, told=one, delivered=at, at=pressed_at) if pressed_at else None
        yield arrived, pressed


def _pressed_at(
    office: Office, calendar: WorkCalendar, chance: random.Random, notice: NewNotice, one: Told, delivered: datetime
) -> datetime | None:
    """When somebody acknowledges: mostly within the hour, some after the day, some not at all."""
    by = notice.acknowledge_by
    if by is None or not one.posts:
        return None
    luck, minutes = chance.random(), chance.lognormvariate(_USUALLY, _SPREAD)
    diligence = _diligence(one)
    if luck < diligence:
        return _in_working_time(office, calendar, delivered + timedelta(minutes=minutes))
    if luck < diligence + (1 - diligence) * _LATE:
        late = local_instant(calendar.add_workdays(by.date(), 1), office.policy.working_hours.start, office.clock.zone)
        return late + timedelta(minutes=min(minutes, _MINUTES_OF_A_DAY))
    return None


def _diligence(one: Told) -> float:
    """How likely a person acknowledges in time: units differ, and so do people."""
    if one.person_id % _CARELESS_EVERY == 0:
        return _CARELESS
    of_unit = random.Random(one.unit_id).random()  # noqa: S311 -- no secret
    return _LEAST_DILIGENT + (_MOST_DILIGENT - _LEAST_DILIGENT) * of_unit


def _in_working_time(office: Office, calendar: WorkCalendar, at: datetime) -> datetime:
    """Then, or after the beginning of the next working day."""
    hours = office.policy.working_hours
    if at.time() < hours.end:
        return at
    morning = local_instant(calendar.add_workdays(at.date(), 1), hours.start, office.clock.zone)
    return morning + timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


async def _press(office: Office, pressed: list[Pressed], until: datetime) -> None:
    """Record what was acknowledged before an instant; what comes later stays."""
    some = [one for one in pressed if one.at < until]
    del pressed[: len(some)]
    async with office.db.writing() as conn:
        await stored.acknowledge(conn, some)
        await ledger.append_all(conn, [_event(one) for one in some])


def _event(one: Pressed) -> Event:
    notice = one.sent.notice
    return Event(
        at=one.at,
        kind=Kind.ACKNOWLEDGED,
        person_id=one.told.person_id,
        body={
            "notice": one.sent.id,
            "delivery": one.told.delivery_id,
            "account": one.told.account_id,
            "posts": [post for post, _ in one.told.posts],
            "key": notice.key,
            "category": notice.category.value,
            "sent": instant_json(notice.send_at),
            "due": instant_json(notice.acknowledge_by),
            "delivered": instant_json(one.delivered),
            "since": instant_json(one.told.since),
            "provisional": notice.provisional,
            "first": True,
        },
    )
