"""Quiet hours (免打扰时段) and days off: until when what is not urgent waits. Evaluation and recording never wait.

What would be of no use after the days off waits for the end of the night only: better late in the holiday than never.

Hours are local times of the office's zone, and may run over midnight. A day off is quiet from midnight to midnight;
whether it is one, the official calendar says, also while it is provisional.
"""

from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from messages import accounts
from messages.deliveries import ClaimedDelivery
from messages.errors import Refused
from messages.notices import Lane
from messages.quiet_hours import Openings, OwnHours, Wait, minutes_of
from messages.store import bots, claims, quiet_hours
from messages.store.database import Database
from messages.text.phrase import phrase
from schedules.calendars import Calendars
from schedules.deadlines import local_instant
from schedules.policy.model import QuietHours
from schedules.workdays import WorkCalendar

_DAY: Final = timedelta(days=1)
_MINUTES: Final = 24 * 60
_STEP: Final = 30
"""Minutes between the times that a person may choose."""
_OFFERED: Final = 12


def opening(
    at: datetime, calendar: WorkCalendar, hours: QuietHours, zone: tzinfo, own: OwnHours | None = None
) -> datetime:
    """When what is due at ``at`` may go out: then, or at the end of the quiet hours and days off around it.

    ``own`` are the hours of a person who has chosen others than the office's.
    """
    while (later := _quiet_until(at.astimezone(zone), zone, calendar, hours, own or hours)) is not None:
        at = later
    return at


def closing(at: datetime, calendar: WorkCalendar, hours: QuietHours, zone: tzinfo) -> datetime | None:
    """When after an instant the office's next quiet hours or days off begin; None where none do within a week."""
    today = at.astimezone(zone).date()
    days = [today + _DAY * number for number in range(8)]
    nights = [local_instant(day, hours.start, zone) for day in days if hours.start != hours.end]
    days_off = [local_instant(day, time(0), zone) for day in days if hours.days_off and not calendar.is_workday(day)]
    return min((one for one in (*nights, *days_off) if one > at), default=None)


def wait(at: datetime, calendar: WorkCalendar, hours: QuietHours, zone: tzinfo, own: OwnHours | None = None) -> Wait:
    """Until when what is due at ``at`` waits, and until when what would be of no use by then."""
    night = _night_until(at.astimezone(zone), zone, own or hours)
    return Wait(until=opening(at, calendar, hours, zone, own), at_least=at if night is None else night)


def _quiet_until(
    local: datetime, zone: tzinfo, calendar: WorkCalendar, hours: QuietHours, night: QuietHours | OwnHours
) -> datetime | None:
    """The end of the one quiet time that the instant lies in; None where it lies in none."""
    today = local.date()
    if hours.days_off and not calendar.is_workday(today):
        return local_instant(calendar.roll_forward(today), time(0), zone)
    return _night_until(local, zone, night)


def _night_until(local: datetime, zone: tzinfo, night: QuietHours | OwnHours) -> datetime | None:
    """The end of the quiet hours that the instant lies in; None where it lies in none."""
    today = local.date()
    if not _within(local.time(), night.start, night.end):
        return None
    ends = today if local.time() < night.end else today + _DAY
    end = local_instant(ends, night.end, zone)
    # Where clocks are set back the hour before the end comes twice: after the first time it is over.
    return end if end > local else None


def _within(at: time, start: time, end: time) -> bool:
    return start <= at < end if start <= end else at >= start or at < end


def allowed(hours: QuietHours, own: OwnHours) -> bool:
    """Whether a person may choose these: none at all, or hours within the policy's bounds."""
    first = minutes_of(hours.earliest_start)
    start, end, last = ((minutes_of(one) - first) % _MINUTES for one in (own.start, own.end, hours.latest_end))
    return bool(last) and (own.start == own.end or start < end <= last)


async def choose(
    db: Database, person_id: int, own: OwnHours | None, now: datetime, *, hours: QuietHours, calendar: WorkCalendar
) -> None:
    """Go by other quiet hours for a person from ``now`` (in the office's zone) on; None: by the office's.

    Raises ``Refused`` for hours that the policy does not let people choose.
    """
    if own is not None and not allowed(hours, own):
        start, end = f"{hours.earliest_start:%H:%M}", f"{hours.latest_end:%H:%M}"
        raise Refused(phrase("Quiet hours between {start} and {end} are accepted.", start=start, end=end))
    zone = now.tzinfo
    assert zone is not None  # noqa: S101 -- every instant of ours is aware
    await accounts.choose_quiet_hours(db, person_id, own, wait=wait(now, calendar, hours, zone, own), now=now)


def choices(hours: QuietHours, own: OwnHours | None, *, start: bool) -> list[OwnHours]:
    """The hours that may be chosen in place of a person's: other starts, or other ends, while the other end stays."""
    present = hours if own is None or own.start == own.end else own
    since, until = minutes_of(present.start), minutes_of(present.end)
    first, last = minutes_of(hours.earliest_start), minutes_of(hours.latest_end)
    if start:
        pairs = [((first + n * _STEP) % _MINUTES, until) for n in range(_OFFERED)]
    else:
        pairs = [(since, (last - n * _STEP) % _MINUTES) for n in reversed(range(_OFFERED))]
    found = [one for pair in pairs if (one := OwnHours.of(*pair)) is not None]
    return [one for one in found if one.start != one.end and allowed(hours, one)]


class Quiet:
    """The quiet hours of one office, on the calendar as it is known now."""

    def __init__(self, hours: QuietHours, zone: tzinfo, calendars: Calendars) -> None:
        """By the policy's ``hours`` in the office's ``zone``."""
        self._hours = hours
        self._zone = zone
        self._calendars = calendars

    def put_off(self, delivery: ClaimedDelivery, now: datetime) -> datetime | None:
        """Until when a delivery that is due has to wait; None where it may go."""
        opens = self._wait(now, delivery.own_hours).before(delivery.expires_at) if delivery.waits else now
        return opens if opens > now else None

    def _wait(self, at: datetime, own: OwnHours | None = None) -> Wait:
        return wait(at, self._calendars.latest, self._hours, self._zone, own)

    async def openings(self, db: Database, now: datetime) -> Openings:
        """Until when those wait who are not to be disturbed now, on the newest calendar."""
        await self.refresh()
        async with db.reading() as conn:
            chosen = await quiet_hours.chosen(conn)
        office, own = self._wait(now), {one: self._wait(now, one) for one in chosen}
        return Openings(
            now=now,
            office=office if office.until > now else None,
            own={one: waits for one, waits in own.items() if waits.until > now},
        )

    async def overtake(self, db: Database, now: datetime) -> None:
        """What is due to who is not to be disturbed now waits; senders would put it off, too, but one by one."""
        if not (openings := await self.openings(db, now)):
            return
        async with db.reading() as conn:
            due = await claims.lanes_due(conn, [bot.id for bot in await bots.current(conn)], now)
        for bot_id, lane in [(bot_id, lane) for bot_id, lanes in due.items() for lane in lanes if lane is not Lane.RED]:
            while await _put_off_some(db, bot_id, lane, openings, now):
                pass

    async def refresh(self) -> None:
        """Go by the official days that have been imported since."""
        await self._calendars.current()


async def _put_off_some(db: Database, bot_id: int, lane: Lane, openings: Openings, now: datetime) -> int:
    async with db.writing() as conn:
        return await quiet_hours.put_off(conn, bot_id, lane, openings, now)
