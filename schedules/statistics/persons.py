"""Looking at statistics by person, within one unit: it is recorded about whom, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.notices import Category
from messages.rights import Act
from messages.scopes import EVERYWHERE
from messages.scores.periods import Period
from messages.statistics import PeoplePage, PersonLine
from messages.store import counted_people
from messages.store.counted_people import Sought
from messages.store.database import Connection, Database
from messages.store.planning import prepare
from schedules.statistics.entitling import unit_of
from schedules.statistics.own_days import Stepping

PEOPLE_A_PAGE: Final = 20
_LAST_PAGE: Final = 1_000


async def page(
    db: Database,
    stepping: Stepping,
    viewer: int | None,
    unit_id: int,
    period: Period,
    now: datetime,
    *,
    number: int,
    category: Category | None,
) -> PeoplePage:
    """A page, or the first where there are not so many."""
    scope = EVERYWHERE if viewer is None else await rights.entitle(db, viewer, Act.SEE_STATISTICS, now)
    unit = await unit_of(db, viewer, unit_id, scope, now)
    since, until = period.begins(stepping.zone), period.ends(stepping.zone)
    sought = Sought(unit_id=unit.id, since=since, until=until, category=category)
    async with db.reading() as conn:
        leaf = await _leaf(conn, stepping, sought, min(max(1, number), _LAST_PAGE), now)
    if viewer is not None:
        await visibility.record_figures(db, viewer, leaf.people, unit.path, now)
    return PeoplePage(
        unit_id=unit.id,
        unit=unit.name,
        path=unit.path,
        period=period,
        items=leaf.lines,
        number=leaf.number,
        pages=leaf.pages,
        total=leaf.total,
    )


@dataclass(frozen=True, kw_only=True)
class _Leaf:
    """A page as it is read: the ids of its people beside their lines."""

    people: tuple[int, ...]
    lines: tuple[PersonLine, ...]
    number: int
    pages: int
    total: int


async def _leaf(conn: Connection, stepping: Stepping, sought: Sought, number: int, now: datetime) -> _Leaf:
    total = await counted_people.total(conn, sought)
    pages = max(1, -(-total // PEOPLE_A_PAGE))
    number = number if number <= pages else 1
    people = await counted_people.page(conn, sought, limit=PEOPLE_A_PAGE, offset=(number - 1) * PEOPLE_A_PAGE)
    await prepare(conn)  # a plan made for any people goes through all of them
    ids = tuple(one.id for one in people)
    steps = await stepping.steps(conn, await counted_people.dated(conn, sought, people), ids)
    lines = await counted_people.lines(conn, sought, people, now, steps)
    return _Leaf(people=ids, lines=tuple(lines), number=number, pages=pages, total=total)
