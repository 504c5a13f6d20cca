"""A year of notices with a million deliveries: counted for the first time, kept current, looked at; on both databases.

Looked at by the operator, who sees everything, and by a leader of a fifth of the units, whose notices are counted once
each however many of the units they went to.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, case, cast, func, insert, literal, select, update

from messages.scores.periods import Period, PeriodKind
from messages.statistics import Chosen
from messages.store import tables, uncounted
from messages.store.database import Database
from schedules.clock import Clock
from schedules.statistics.desk import Statistics
from tests.acknowledging import stepping
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.province import DUE, ZONE, databases, instant, named, numbers, populate, tidy

_PEOPLE: Final = 2_500
_NOTICES: Final = 400
_QUICK: Final = 40
_LEADER: Final = 1
_AIM: Final = 300
"""Milliseconds for any look."""
_IDLE_AIM: Final = 30
_LOOKS: Final = 9
_YEAR: Final = Period.of(PeriodKind.YEAR, DUE.date())
_MONTH: Final = Period.of(PeriodKind.MONTH, DUE.date())


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    count = _QUICK if quick else _NOTICES
    async with databases() as found:
        lines = [line for db in found for line in await _lines(db, count)]
    title = f"Statistics of {count * _PEOPLE:,} deliveries"
    return Part(title=title, lines=lines, notes=[f"Of {_LOOKS} looks the median and the slowest."])


async def _lines(db: Database, count: int) -> list[Line]:
    await populate(db, _PEOPLE)
    await _happen(db, count)
    statistics, clock = Statistics(db=db, zone=ZONE, clock=Clock(ZONE), stepping=stepping(db)), _Passing()
    took, longest = await _first_count(statistics, clock)
    first = Line(what=f"{db.dialect}, first count", ours=f"{took:.1f} s; a step at most {longest:.1f} s")
    idle = await _timed(lambda: statistics.sweep(clock.later()))
    lines = [first, _line(f"{db.dialect}, nothing has changed", idle, _IDLE_AIM)]
    lines += [await _change(db, statistics, clock)]
    for who, viewer in (("all", None), ("a fifth", _LEADER)):
        for what, look in _looks(statistics, viewer).items():
            lines.append(_line(f"{db.dialect}, {what}, {who}", await _timed(look), _AIM))
    began = time.monotonic()
    assert (await statistics.verify(clock.later())).ok
    return [*lines, Line(what=f"{db.dialect}, verified", ours=f"{time.monotonic() - began:.1f} s")]


class _Passing:
    """Some seconds pass between two passes."""

    def __init__(self) -> None:
        self.now = DUE

    def later(self) -> Any:  # noqa: ANN401 -- an instant
        self.now += timedelta(seconds=40)
        return self.now


async def _first_count(statistics: Statistics, clock: _Passing) -> tuple[float, float]:
    steps, more = [], True
    while more:
        began = time.monotonic()
        more = await statistics.sweep(clock.later())
        steps.append(time.monotonic() - began)
    return sum(steps), max(steps)


async def _change(db: Database, statistics: Statistics, clock: _Passing) -> Line:
    """Some acknowledge one notice."""
    async with db.writing() as conn:
        mine = tables.acknowledgements.c.notice_id == 1, tables.acknowledgements.c.person_id < 200
        await conn.execute(update(tables.acknowledgements).where(*mine).values(at=clock.later()))
    began = time.monotonic()
    await statistics.sweep(clock.later())
    return Line(
        what=f"{db.dialect}, a notice of {_PEOPLE:,} changes", ours=f"{(time.monotonic() - began) * 1000:.0f} ms"
    )


def _looks(statistics: Statistics, viewer: int | None) -> Mapping[str, Callable[[], Awaitable[object]]]:
    now = DUE + timedelta(hours=1)
    return {
        "overview of a year": lambda: statistics.overview(viewer, _YEAR, now),
        "units in a year": lambda: statistics.units(viewer, _YEAR, now),
        "twelve months": lambda: statistics.periods(viewer, _MONTH, now),
        "categories in a year": lambda: statistics.categories(viewer, _YEAR, now),
        "days of a year": lambda: statistics.year(viewer, DUE.year, now),
        "one unit in a year": lambda: statistics.overview(viewer, _YEAR, now, chosen=Chosen(unit_id=1)),
        "people of a unit in a year": lambda: statistics.people(viewer, 1, _YEAR, now),
    }


async def _timed(work: Callable[[], Awaitable[object]]) -> list[float]:
    taken = []
    for _ in range(_LOOKS):
        began = time.monotonic()
        await work()
        taken.append((time.monotonic() - began) * 1000)
    return taken


def _line(what: str, taken: list[float], aim: int) -> Line:
    slowest = max(taken)
    return Line(what=what, ours=f"{median(taken):.0f}; {slowest:.0f} ms", aim=f"≤ {aim} ms", met=median(taken) <= aim)


async def _happen(db: Database, count: int) -> None:
    """The notices of a year, each to everybody: one in twenty is not reached, one in ten of the others is silent."""
    a, d, o = tables.acknowledgements, tables.deliveries, tables.obligations
    async with db.writing() as conn:
        await _make_notices(conn, db, count)
        everybody = select(tables.notices.c.id.label("notice"), tables.notices.c.send_at, tables.people.c.id.label("n"))
        each = everybody.join_from(tables.notices, tables.people, literal(value=True)).subquery()
        lost = each.c.n % 20 == 0
        later = _later(db, each.c.send_at, 1 + each.c.n % 600)
        kinds: dict[str, ColumnElement[Any]] = {
            "notice_id": each.c.notice,
            "person_id": each.c.n,
            "wave": literal(0),
            "lane": literal(4),
            "state": case((lost, "unreachable"), else_="delivered"),
            "due_at": each.c.send_at,
            "settled_at": later,
        }
        await conn.execute(insert(d).from_select([*kinds], select(*kinds.values())))
        asked = {"notice_id": each.c.notice, "post_id": each.c.n, "assignment_id": each.c.n, "person_id": each.c.n}
        rows = select(*asked.values(), each.c.send_at)
        await conn.execute(insert(o).from_select([*asked, "created_at"], rows))
        done = {**asked, "delivery_id": each.c.n, "account_id": each.c.n}
        acknowledged = select(*done.values(), _later(db, each.c.send_at, 700 + (each.c.n * 7919) % 200_000))
        some = acknowledged.where(~lost, (each.c.n + each.c.notice) % 10 != 0)
        await conn.execute(insert(a).from_select([*done, "at"], some))
        await conn.execute(insert(tables.roles), _leading())
        await uncounted.want_all(conn)
    await tidy(db)


def _leading() -> list[dict[str, Any]]:
    given = {"person_id": _LEADER, "role": "leader", "granted_at": DUE, "granted": False}
    return [{**given, "unit_id": unit} for unit in range(1, _PEOPLE // 50 // 5 + 1)]


async def _make_notices(conn: Any, db: Database, count: int) -> None:  # noqa: ANN401 -- a connection
    n = numbers(count).c.n
    first = DUE - timedelta(days=260)  # the last one is ten days old
    sent = _later(db, instant(first), cast(n * (250 * 86_400 // count), Integer))
    kinds = literal("prompt"), literal("caution"), literal("study"), literal("reminder")
    columns: dict[str, ColumnElement[Any]] = {
        "id": n,
        "key": named("notice:", n),
        "category": case(*((n % 4 == at, kind) for at, kind in enumerate(kinds)), else_="prompt"),
        "lane": literal(4),
        "template": literal("text"),
        "params": literal("{}"),
        "audience": literal("all"),
        "acknowledge": literal(value=True),
        "acknowledge_by": _later(db, sent, literal(86_400)),
        "send_at": sent,
        "provisional": literal(value=False),
        "created_at": sent,
    }
    columns["params"] = cast(literal("{}"), tables.notices.c.params.type) if db.dialect != "sqlite" else literal("{}")
    await conn.execute(insert(tables.notices).from_select([*columns], select(*columns.values())))
    await conn.execute(
        insert(tables.waves).from_select(
            ["notice_id", "number", "at", "planned_at"],
            select(tables.notices.c.id, literal(0), tables.notices.c.send_at, tables.notices.c.send_at),
        )
    )


def _later(db: Database, at: ColumnElement[Any], seconds: ColumnElement[int] | int) -> ColumnElement[Any]:
    if db.dialect == "sqlite":
        moved = func.strftime("%Y-%m-%d %H:%M:%f", at, cast(seconds, tables.notices.c.key.type) + " seconds")
        return moved + literal("000")
    return at + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
