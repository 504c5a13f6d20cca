"""A recount of statistics for tests: from the rows themselves, in plain Python, without the queries of the service."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, select

from messages.scores.days import OwnDay, Told
from messages.statistics import BOUNDS, FIGURES
from messages.store import tables
from messages.store.database import Database
from schedules.policy import load
from schedules.scores.days import own_day
from schedules.workdays import WorkCalendar

Places = dict[tuple[int, int], dict[str, Any]]
"""What a notice comes to in a unit: its day, category, figures and times by class."""

_BEST_FIRST = (
    "delivered", "sending", "planned", "paused", "unconfirmed", "unreachable", "expired", "cancelled",
)  # fmt: skip
_MISSED = {"unconfirmed", "unreachable", "expired"}


@dataclass(kw_only=True)
class Rows:
    """Every row of the tables that count, read at one moment."""

    of: Mapping[str, list[Any]]
    units: dict[int, int] = field(default_factory=dict)
    best: dict[tuple[int, int], str] = field(default_factory=dict)
    arrived: dict[tuple[int, int], datetime] = field(default_factory=dict)
    acknowledged: dict[tuple[int, int], datetime] = field(default_factory=dict)

    @classmethod
    async def read(cls, db: Database) -> "Rows":
        """Read them."""
        names = (
            "notices",
            "deliveries",
            "obligations",
            "acknowledgements",
            "assignments",
            "posts",
            "waves",
            "earlier_messages",
        )
        async with db.reading() as conn:
            found = {name: list(await conn.execute(select(getattr(tables, name)))) for name in names}
        rows = cls(of=found)
        rows.units = {post.id: post.unit_id for post in found["posts"]}
        rows.acknowledged = {(one.notice_id, one.assignment_id): one.at for one in found["acknowledgements"]}
        for one in found["deliveries"]:
            key = one.notice_id, one.person_id
            rows.best[key] = min(rows.best.get(key, one.state), one.state, key=_BEST_FIRST.index)
            if one.state == "delivered":
                rows.arrived[key] = min(rows.arrived.get(key, one.settled_at), one.settled_at)
        for one in found["earlier_messages"]:
            if one.message_id is not None:
                key = one.notice_id, one.person_id
                rows.arrived[key] = min(rows.arrived.get(key, one.sent_at), one.sent_at)
        return rows

    def told(self, notice: Row[Any]) -> set[tuple[int, int]]:
        """Whom a notice tells in which unit: unit and person."""
        if notice.acknowledge:
            asked = [one for one in self.of["obligations"] if one.notice_id == notice.id]
            return {(self.units[one.post_id], one.person_id) for one in asked}
        planned = {one.notice_id: one.planned_at for one in self.of["waves"] if one.number == 0}[notice.id]
        return {
            (self.units[one.post_id], one.person_id)
            for one in self.of["assignments"]
            if (one.ended_at is None or one.ended_at > notice.send_at)
            and (planned is None or one.started_at <= planned)
        }


def recounted(rows: Rows, now: datetime, zone: ZoneInfo, kept: Places, leaving: Collection[int]) -> Places:
    """What every notice comes to in every unit; of those that are ``leaving`` for the archive what was ``kept``."""
    found: Places = {}
    for notice in rows.of["notices"]:
        if notice.category == "report" or notice.cancelled_at is not None:
            continue
        if notice.id in leaving:
            found |= {place: one for place, one in kept.items() if place[0] == notice.id}
            continue
        sums: dict[int, Counter[str]] = defaultdict(Counter)
        times: dict[int, Counter[int]] = defaultdict(Counter)
        for unit, person in rows.told(notice):
            if state := rows.best.get((notice.id, person)):
                sums[unit].update(people=1, delivered=state == "delivered", missed=state in _MISSED)
        for one in rows.of["obligations"]:
            if one.notice_id == notice.id and one.passed_at is None:
                _ask(rows, notice, one, now, sums[rows.units[one.post_id]], times[rows.units[one.post_id]], zone)
        belongs = {"day": notice.send_at.astimezone(zone).date().isoformat(), "category": notice.category}
        for unit, counted in sums.items():
            figures = {name: counted[name] for name in FIGURES}
            took = [[one, number] for one, number in sorted(times[unit].items())]
            found[notice.id, unit] = {**belongs, **figures, "times": took}
    return found


def _ask(
    rows: Rows,
    notice: Row[Any],
    one: Row[Any],
    now: datetime,
    sums: Counter[str],
    times: Counter[int],
    zone: ZoneInfo,
) -> None:
    sums["obligations"] += 1
    arrived = rows.arrived.get((notice.id, one.person_id))
    own = _own_day(notice, arrived, zone)
    at, by = rows.acknowledged.get((notice.id, one.assignment_id)), own.due
    nobody_is_late = own.provisional
    if at is not None:
        sums["in_time" if by is None or nobody_is_late or at <= by else "late"] += 1
        seconds = int(at.timestamp()) - int((arrived or notice.send_at).timestamp())
        times[bisect_left(BOUNDS, seconds)] += 1
    elif arrived is None:
        sums["excused"] += 1
    elif by is not None and by < now:
        sums["excused" if nobody_is_late else "overdue"] += 1


def _own_day(notice: Row[Any], arrived: datetime | None, zone: ZoneInfo) -> OwnDay:
    """As scores reckon it, for one person."""
    since = notice.counted_from or notice.send_at
    told = Told(
        acknowledge_by=notice.acknowledge_by,
        counted_from=since,
        delivered=arrived or since,
        provisional=notice.provisional,
    )
    return own_day(told, WorkCalendar("CN"), load(), zone)


def days_of(places: Places) -> dict[tuple[str, int, str], Counter[str]]:
    """The sums of days, by day, unit (0: of all) and category."""
    sums: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    seen = set()
    for (notice, unit), one in places.items():
        figures = Counter({name: one[name] for name in FIGURES})
        sums[one["day"], unit, one["category"]] += figures + Counter(notices=1)
        sums[one["day"], 0, one["category"]] += figures + Counter(notices=notice not in seen)
        seen.add(notice)
    return sums


def times_of(places: Places) -> Counter[tuple[str, int, str, int]]:
    """How many acknowledgements took how long, by month, unit (0: all), category and class."""
    sums: Counter[tuple[str, int, str, int]] = Counter()
    for (_notice, unit), one in places.items():
        for took, number in one["times"]:
            sums[one["day"][:7], unit, one["category"], took] += number
            sums[one["day"][:7], 0, one["category"], took] += number
    return sums


async def _all(db: Database, table: Table) -> list[dict[str, Any]]:
    async with db.reading() as conn:
        return [dict(row) for row in (await conn.execute(select(table))).mappings()]


async def counted(db: Database) -> tuple[Places, Any, Any]:
    """What the service has counted: by notice and unit, by day, by month and class of time."""
    notices = {(row.pop("notice_id"), row.pop("unit_id")): row for row in await _all(db, tables.counted_notices)}
    days = {
        (row["day"], row["unit_id"], row["category"]): +Counter({n: row[n] for n in ("notices", *FIGURES)})
        for row in await _all(db, tables.counted_days)
    }
    times = {
        (row["month"], row["unit_id"], row["category"], row["took"]): row["count"]
        for row in await _all(db, tables.counted_times)
    }
    return notices, days, Counter(times)
