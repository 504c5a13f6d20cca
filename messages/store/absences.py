"""Queries of absences: added, decided and taken back, listed, and laid before those who may grant them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, func, insert, literal_column, select, update

from messages.absences import LIVE, Absence, AbsencePage, AbsenceState, Days, key_of
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.paging import place_of
from messages.store.responsible import role_ended
from messages.store.sets import among
from messages.store.tables import absences, assignments, people, posts, roles, units

WAITS: Final = absences.c.state == literal_column(f"'{AbsenceState.ASKED}'")
"""A condition as the index writes it."""

_decider = people.alias("absence_decider")
_FAR_UP: Final = "/"
"""Who belongs to no unit is looked after by the office above all others."""


def _home() -> ColumnElement[int]:
    """Of ``people``: the unit of the post that a person has held longest, else of the oldest role."""
    held = (
        select(posts.c.unit_id)
        .join_from(assignments, posts, posts.c.id == assignments.c.post_id)
        .where(assignments.c.person_id == people.c.id, assignments.c.ended_at.is_(None), posts.c.ended_at.is_(None))
        .order_by(assignments.c.started_at, assignments.c.id)
        .limit(1)
    )
    borne = (
        select(roles.c.unit_id)
        .where(roles.c.person_id == people.c.id, roles.c.ended_at.is_(None))
        .order_by(roles.c.id)
        .limit(1)
    )
    return func.coalesce(held.correlate(people).scalar_subquery(), borne.correlate(people).scalar_subquery())


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A person and the unit that the person belongs to, or None."""

    id: int
    code: str
    name: str
    path: str | None


async def placed(conn: Connection, person_id: int) -> Placed | None:
    """A person with the unit by which leave is granted."""
    query = select(people.c.id, people.c.code, people.c.name, units.c.path).select_from(people)
    mine = query.outerjoin(units, units.c.id == _home()).where(people.c.id == person_id)
    row = (await conn.execute(mine)).one_or_none()
    return Placed(id=row.id, code=row.code, name=row.name, path=row.path) if row else None


async def hold_person(conn: Connection, person_id: int) -> None:
    """Nobody else adds or decides absences of this person before the transaction has ended."""
    await conn.execute(select(people.c.id).where(people.c.id == person_id).with_for_update(key_share=True))


async def hold(conn: Connection, absence_id: int) -> bool:
    """Nobody else decides about an absence, or lays it before somebody, before the transaction has ended.

    Neither are others of its person added; False where it is not there.
    """
    mine = absences.c.id == absence_id
    person_id = await conn.scalar(select(absences.c.person_id).where(mine)) if is_id(absence_id) else None
    if person_id is None:
        return False
    await hold_person(conn, person_id)
    await conn.execute(select(absences.c.id).where(mine).with_for_update())
    return True


async def add(conn: Connection, **values: Any) -> int:  # noqa: ANN401 -- columns of the table
    """Add an absence, in the first version; gives its id."""
    made = await conn.scalar(insert(absences).values(version=1, **values).returning(absences.c.id))
    assert made is not None  # noqa: S101 -- an insert gives its row
    return int(made)


async def change(conn: Connection, absence_id: int, **values: Any) -> None:  # noqa: ANN401 -- columns of the table
    """Change an absence, which has a new version by that."""
    mine = absences.c.id == absence_id
    await conn.execute(update(absences).where(mine).values(version=absences.c.version + 1, **values))


async def find(conn: Connection, absence_id: int) -> Absence | None:
    """One absence."""
    if not is_id(absence_id):
        return None
    return next(iter(await _read(conn, _query().where(absences.c.id == absence_id))), None)


async def meeting(conn: Connection, person_id: int, days: Days) -> Absence | None:
    """The first absence of a person, asked for or granted, that has a day of these."""
    live = absences.c.person_id == person_id, absences.c.state.in_([state.value for state in LIVE])
    some = absences.c.first <= days.last.isoformat(), absences.c.last >= days.first.isoformat()
    query = _query().where(*live, *some).order_by(absences.c.first).limit(1)
    return next(iter(await _read(conn, query)), None)


async def of_person(conn: Connection, person_id: int, *, limit: int) -> tuple[Absence, ...]:
    """A person's absences, the last days first."""
    mine = _query().where(absences.c.person_id == person_id)
    return await _read(conn, mine.order_by(absences.c.first.desc(), absences.c.id.desc()).limit(limit))


async def page_in(
    conn: Connection,
    scope: Scope,
    *,
    states: Collection[AbsenceState],
    but: int | None = None,
    since: date | None = None,
    number: int,
    size: int,
) -> AbsencePage:
    """A page of the absences of people who belong to units in a scope, those that begin first first.

    ``but`` leaves one person out; ``since`` those that were over before that day.
    """
    which = [within(scope), absences.c.state.in_([state.value for state in states])]
    which += [absences.c.person_id != but] if but is not None else []
    which += [absences.c.last >= since.isoformat()] if since is not None else []
    found = _query().where(*which)
    place = await place_of(conn, select(func.count()).select_from(found.subquery()), number, size)
    some = found.order_by(absences.c.first, absences.c.id).offset(place.skipped).limit(size)
    return AbsencePage(absences=await _read(conn, some), number=place.number, pages=place.pages, total=place.total)


async def away(conn: Connection, today: date) -> frozenset[int]:
    """Who is on leave on a day."""
    granted = absences.c.state == AbsenceState.GRANTED.value
    day = absences.c.first <= today.isoformat(), absences.c.last >= today.isoformat()
    return frozenset(await conn.scalars(select(absences.c.person_id).where(granted, *day)))


# Laying before who may grant


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An absence that waits to be granted; ``asked_at`` is when it was laid before somebody."""

    id: int
    person_id: int
    path: str
    asked_at: datetime | None
    deputy_at: datetime | None

    @property
    def key(self) -> str:
        """Names it, as it is laid before those who decide."""
        return key_of(self.id)


async def unasked(conn: Connection, *, held: bool) -> list[Waiting]:
    """What was laid before nobody yet; ``held``: nobody decides about it before this transaction has ended."""
    return await _waiting(conn, absences.c.told_at.is_(None), held=held)


async def asked_before(conn: Connection, at: datetime, *, held: bool) -> list[Waiting]:
    """What was laid before somebody until an instant, and before no deputy yet; ``held`` likewise."""
    return await _waiting(conn, absences.c.told_at <= at, absences.c.deputy_at.is_(None), held=held)


async def shaken(conn: Connection, *, held: bool) -> list[Waiting]:
    """What was laid before somebody, since when a role there has ended, or the person belongs elsewhere.

    ``held`` likewise.
    """
    moved = (
        select(assignments.c.id)
        .where(assignments.c.person_id == absences.c.person_id)
        .where((assignments.c.started_at >= absences.c.told_at) | (assignments.c.ended_at >= absences.c.told_at))
        .exists()
    )
    path = func.coalesce(units.c.path, _FAR_UP)
    return await _waiting(conn, role_ended(path, absences.c.told_at) | moved, held=held)


async def _waiting(conn: Connection, *which: ColumnElement[bool], held: bool) -> list[Waiting]:
    ids = _joined(select(absences.c.id)).where(WAITS, *which)
    if held:
        ids = ids.with_for_update(of=absences, skip_locked=True)
    found = list(await conn.scalars(ids))
    if not found:
        return []
    names = absences.c.id, absences.c.person_id, absences.c.told_at.label("asked_at"), absences.c.deputy_at
    query = _joined(select(*names, func.coalesce(units.c.path, _FAR_UP).label("path")))
    rows = await conn.execute(query.where(among(conn, absences.c.id, found)).order_by(absences.c.id))
    return [Waiting(**row) for row in rows.mappings()]


async def mark(conn: Connection, ids: Sequence[int], now: datetime, *, deputy: bool) -> None:
    """Note when somebody was told of held absences; that is no new version."""
    values: dict[str, Any] = {"deputy_at": now} if deputy else {"told_at": now, "deputy_at": None}
    await conn.execute(update(absences).where(among(conn, absences.c.id, ids)).values(values))


# Reading


def _joined(query: Select[Any]) -> Select[Any]:
    query = query.select_from(absences).join(people, people.c.id == absences.c.person_id)
    return query.outerjoin(units, units.c.id == _home())


def _query() -> Select[Any]:
    told = (
        people.c.code.label("person_code"),
        people.c.name.label("person"),
        units.c.name.label("unit"),
        units.c.path,
        _decider.c.name.label("decider"),
        _decider.c.code.label("decider_code"),
    )
    return _joined(select(absences, *told)).outerjoin(_decider, _decider.c.id == absences.c.decided_by)


async def _read(conn: Connection, query: Select[Any]) -> tuple[Absence, ...]:
    return tuple(map(_absence, (await conn.execute(query)).mappings()))


_AS_THEY_ARE: Final = tuple(name for name in Absence.__dataclass_fields__ if name not in {"state", "days"})


def _absence(row: RowMapping) -> Absence:
    days = Days(first=date.fromisoformat(row["first"]), last=date.fromisoformat(row["last"]))
    return Absence(state=AbsenceState(row["state"]), days=days, **{name: row[name] for name in _AS_THEY_ARE})
