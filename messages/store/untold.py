"""Queries of who is still to be told of a warning's steps: of what presses singly, of the rest by the crowd."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from messages.notices import Grade
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import assignments, people, posts, tellings, units, warnings
from messages.warnings.records import Part

_PRESSES: Final = or_(tellings.c.urgent, tellings.c.part == Part.HOLDER.value)
_UNTOLD: Final = tellings.c.told_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """That a person is told of a step of a warning; ``urgent``: by itself, whatever else there is."""

    id: int
    warning_id: int
    turn: int
    step: str
    person_id: int
    person_code: str
    part: Part
    urgent: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """So much waits for a person since an instant."""

    person_id: int
    person_code: str
    at: datetime
    count: int


@dataclass(frozen=True, kw_only=True)
class Crowded:
    """One of what waits for a person, with what says whether it is still theirs: the post, its unit, its holder."""

    id: int
    warning_id: int
    step: str
    part: Part
    grade: Grade
    post_id: int
    path: str
    holder_id: int | None


async def pressing(conn: Connection, *, urgent: bool) -> list[Telling]:
    """Who is still to be told of what by itself, as a holder or of what is ``urgent``, the oldest first."""
    return await _tellings(conn, tellings.c.urgent if urgent else and_(_PRESSES, ~tellings.c.urgent))


async def calm(conn: Connection, person_id: int, since: datetime, until: datetime) -> list[Telling]:
    """What does not press a person, and was to be told between two instants, the oldest first."""
    mine = tellings.c.person_id == person_id, tellings.c.at >= since, tellings.c.at < until
    return await _tellings(conn, and_(~_PRESSES, *mine))


async def _tellings(conn: Connection, which: ColumnElement[bool]) -> list[Telling]:
    query = select(tellings, people.c.code).join(people, people.c.id == tellings.c.person_id)
    return [
        Telling(
            id=row.id,
            warning_id=row.warning_id,
            turn=row.turn,
            step=row.step,
            person_id=row.person_id,
            person_code=row.code,
            part=Part(row.part),
            urgent=bool(row.urgent),
            at=row.at,
        )
        for row in await conn.execute(query.where(_UNTOLD, which).order_by(tellings.c.id))
    ]


async def crowds(conn: Connection) -> list[Crowd]:
    """How much that does not press waits for each person since when, the oldest first."""
    query = (
        select(tellings.c.person_id, people.c.code, tellings.c.at, func.count().label("count"))
        .join(people, people.c.id == tellings.c.person_id)
        .where(_UNTOLD, ~_PRESSES)
        .group_by(tellings.c.person_id, people.c.code, tellings.c.at)
        .order_by(tellings.c.person_id, tellings.c.at)
    )
    rows = await conn.execute(query)
    return [Crowd(person_id=row.person_id, person_code=row.code, at=row.at, count=row[3]) for row in rows]


async def crowded(conn: Connection, person_id: int) -> list[Crowded]:
    """All that does not press and waits for a person, the oldest first; nobody else tells it before the end."""
    query = (
        select(tellings.c.id, tellings.c.warning_id, tellings.c.step, tellings.c.part)
        .add_columns(warnings.c.grade, warnings.c.post_id, units.c.path, assignments.c.person_id.label("holder_id"))
        .join(warnings, warnings.c.id == tellings.c.warning_id)
        .join(posts, posts.c.id == warnings.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .join(assignments, assignments.c.id == warnings.c.assignment_id, isouter=True)
        .where(_UNTOLD, ~_PRESSES, tellings.c.person_id == person_id)
        .order_by(tellings.c.id)
        .with_for_update(of=tellings)
    )
    return [
        Crowded(**{**row, "part": Part(row["part"]), "grade": Grade(row["grade"])})
        for row in (await conn.execute(query)).mappings()
    ]


async def warnings_crowded(conn: Connection, person_id: int) -> int:
    """Of how many warnings it is."""
    query = select(func.count(tellings.c.warning_id.distinct()))
    return int(await conn.scalar(query.where(_UNTOLD, ~_PRESSES, tellings.c.person_id == person_id)) or 0)


async def still_waiting(conn: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Which of these nobody has been told of yet; nobody else tells them before the transaction ends."""
    mine = among(conn, tellings.c.id, ids), tellings.c.told_at.is_(None)
    return frozenset(await conn.scalars(select(tellings.c.id).where(*mine).with_for_update()))


async def counted(conn: Connection, person_id: int, since: datetime, until: datetime) -> int:
    """Of how much that does not press a person was to be told, as somebody else than a holder, between two instants."""
    mine = tellings.c.person_id == person_id, tellings.c.at >= since, tellings.c.at < until
    not_before = or_(_UNTOLD, tellings.c.told_at >= since)  # nobody is told before: this is what the index goes by
    said = or_(_UNTOLD, tellings.c.notice_id.is_not(None))
    query = select(func.count()).select_from(tellings).where(*mine, ~_PRESSES, not_before, said)
    return int(await conn.scalar(query) or 0)


async def mark_told(conn: Connection, ids: Sequence[int], notice_id: int | None, now: datetime) -> None:
    """These are told by a notice (None: by nothing)."""
    mine = among(conn, tellings.c.id, ids)
    await conn.execute(update(tellings).where(mine).values(told_at=now, notice_id=notice_id))
