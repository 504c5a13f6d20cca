"""Looking at statistics: sums that are there already are put together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from messages.notices import Category
from messages.scores.periods import Period, PeriodKind
from messages.statistics import CategoryLine, Chosen, DayLine, Overview, Summary, Tally, UnitLine, median
from messages.store import marks, statistics
from messages.store.database import Connection, Database
from messages.store.organisation import StandingUnit
from messages.store.statistics import Area, By, Sum
from schedules.statistics.entitling import area_of

_Added = TypeVar("_Added", Tally, Counter[int])

WORK: Final = tuple(category for category in Category if category is not Category.REPORT)
"""What counts: not what the service reports of itself."""
_MOST_PERIODS: Final = 60


async def overview(db: Database, viewer: int | None, period: Period, now: datetime, chosen: Chosen) -> Overview:
    """A period beside the one before it, and how things stand."""
    area = await area_of(db, viewer, chosen, now)
    async with db.reading() as conn:
        before, present = await _summaries(conn, area, [period.before, period])
        return Overview(
            chosen=chosen,
            now=present,
            before=before,
            standing=await statistics.standing(conn, area.scope, now),
            counted_at=await marks.find(conn, marks.COUNTED),
        )


async def periods(
    db: Database, viewer: int | None, upto: Period, now: datetime, count: int, chosen: Chosen
) -> tuple[Summary, ...]:
    """Some periods up to one."""
    area = await area_of(db, viewer, chosen, now)
    wanted = [upto]
    while len(wanted) < min(count, _MOST_PERIODS):
        wanted.insert(0, wanted[0].before)
    async with db.reading() as conn:
        return await _summaries(conn, area, wanted)


async def _summaries(conn: Connection, area: Area, wanted: Sequence[Period]) -> tuple[Summary, ...]:
    """Periods that follow each other."""
    first, last = wanted[0], wanted[-1]
    sums = await statistics.sums(conn, area, first.first, _last(last), By.MONTH)
    times = await statistics.times(conn, area, (_month(first.first), _month(_last(last))))
    return tuple(_summary(one, sums, times) for one in wanted)


def _last(period: Period) -> date:
    """The last day of a period."""
    return period.after - timedelta(days=1)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _summary(period: Period, sums: Mapping[str, Sum], times: Mapping[str, Counter[int]]) -> Summary:
    first, last = _month(period.first), _month(_last(period))
    mine = [one for month, one in sums.items() if first <= month <= last]
    took = sum((one for month, one in times.items() if first <= month <= last), Counter[int]())
    return Summary(
        period=period,
        notices=sum(one.notices for one in mine),
        tally=sum((one.tally for one in mine), Tally()),
        median=median(took),
    )


async def categories(
    db: Database, viewer: int | None, period: Period, now: datetime, chosen: Chosen
) -> tuple[CategoryLine, ...]:
    """Each category in a period."""
    area = await area_of(db, viewer, chosen, now)
    async with db.reading() as conn:
        sums = await statistics.sums(conn, area, period.first, _last(period), By.CATEGORY)
        times = await statistics.times(conn, area, (_month(period.first), _month(_last(period))), By.CATEGORY)
    lines = []
    for category in [chosen.category] if chosen.category else WORK:
        found = sums.get(category.value, Sum())
        took = median(times.get(category.value, {}))
        summary = Summary(period=period, notices=found.notices, tally=found.tally, median=took)
        lines.append(CategoryLine(category=category, summary=summary))
    return tuple(lines)


async def year(db: Database, viewer: int | None, year_of: int, now: datetime, chosen: Chosen) -> Mapping[date, DayLine]:
    """The days of a year."""
    area = await area_of(db, viewer, chosen, now)
    whole = Period.of(PeriodKind.YEAR, date(year_of, 1, 1))
    async with db.reading() as conn:
        sums = await statistics.sums(conn, area, whole.first, _last(whole), By.DAY)
    days = {date.fromisoformat(day): found for day, found in sorted(sums.items())}
    return {day: DayLine(day=day, notices=found.notices, tally=found.tally) for day, found in days.items()}


async def units(
    db: Database, viewer: int | None, period: Period, now: datetime, chosen: Chosen
) -> tuple[UnitLine, ...]:
    """The units of a period."""
    area = await area_of(db, viewer, chosen, now)
    async with db.reading() as conn:
        tallies = await statistics.by_unit(conn, area, period.first, _last(period))
        times = await statistics.times_by_unit(conn, area, (_month(period.first), _month(_last(period))))
        tree = await statistics.tree(conn, area.scope)
    return _lines(tree, tallies, times)


def _lines(
    tree: Sequence[StandingUnit], tallies: Mapping[int, Tally], times: Mapping[int, Counter[int]]
) -> tuple[UnitLine, ...]:
    """The units that have figures, or have one below them that has."""
    above = parents(tree)
    whole = _with_those_below(tree, above, tallies)
    took = _with_those_below(tree, above, times)
    depths: dict[int, int] = {}
    for unit in tree:
        parent = above[unit.id]
        depths[unit.id] = 0 if parent is None else depths[parent] + 1
    return tuple(
        UnitLine(
            unit_id=unit.id,
            name=unit.name,
            path=unit.path,
            depth=depths[unit.id],
            own=tallies.get(unit.id, Tally()),
            below=whole[unit.id],
            median=median(took.get(unit.id, {})),
        )
        for unit in tree
        if unit.id in whole
    )


def parents(tree: Sequence[StandingUnit]) -> dict[int, int | None]:
    """The unit above each, where that is in the tree as well."""
    by_path = {unit.path: unit.id for unit in tree}
    return {unit.id: by_path.get(unit.path.rstrip("/").rpartition("/")[0] + "/") for unit in tree}


def _with_those_below(
    tree: Sequence[StandingUnit], above: Mapping[int, int | None], own: Mapping[int, _Added]
) -> dict[int, _Added]:
    """Each unit's own with all that are below it; of units without any: nothing."""
    whole = dict(own)
    for unit in reversed(tree):
        parent = above[unit.id]
        if parent is not None and unit.id in whole:
            whole[parent] = whole[parent] + whole[unit.id] if parent in whole else whole[unit.id]
    return whole
