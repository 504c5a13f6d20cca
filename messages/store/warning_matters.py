"""Queries of what waits for a decision about warnings: answers, releases asked for and proposals, as one list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Table,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)

from messages.notices import Grade
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.responsible import role_ended
from messages.store.tables import answers, assignments, posts, releases, rises, units, warnings
from messages.warnings.matters import Matter, MatterKind

_TABLES: Final[dict[MatterKind, Table]] = {
    MatterKind.ANSWER: answers,
    MatterKind.RELEASE: releases,
    MatterKind.RISE: rises,
}


def _open(
    kind: MatterKind, by: ColumnElement[Any], grade: ColumnElement[Any], settled: ColumnElement[Any]
) -> Select[Any]:
    table = _TABLES[kind].c
    return select(
        literal(kind.value).label("kind"),
        table.id,
        table.warning_id,
        table.turn,
        table.at,
        by.label("by"),
        grade.label("grade"),
        table.asked_at,
        table.deputy_at,
    ).where(settled.is_(None))


_NO_GRADE: Final = null().cast(String(10))
_open_matters = union_all(
    _open(MatterKind.ANSWER, answers.c.person_id, _NO_GRADE, answers.c.judged_at),
    _open(MatterKind.RELEASE, releases.c.person_id, _NO_GRADE, releases.c.decided_at),
    _open(MatterKind.RISE, rises.c.proposed_by, rises.c.grade, rises.c.decided_at),
).subquery("matters")
_c = _open_matters.c


def _matter(row: Row[Any]) -> Matter:
    return Matter(
        kind=MatterKind(row.kind),
        id=row.id,
        warning_id=row.warning_id,
        turn=row.turn,
        at=row.at,
        by=row.by,
        grade=Grade(row.grade) if row.grade else None,
        asked_at=row.asked_at,
        deputy_at=row.deputy_at,
    )


async def untold(conn: Connection) -> list[Matter]:
    """What waits and was told to nobody yet, the oldest first."""
    query = select(_open_matters).where(_c.asked_at.is_(None)).order_by(_c.at, _c.kind, _c.id)
    return [_matter(row) for row in await conn.execute(query)]


async def waiting_since(conn: Connection, asked_before: datetime) -> list[Matter]:
    """What has waited since before an instant, and was told to no deputy yet, the oldest first."""
    waits = _c.deputy_at.is_(None), _c.asked_at <= asked_before
    query = select(_open_matters).where(*waits).order_by(_c.at, _c.kind, _c.id)
    return [_matter(row) for row in await conn.execute(query)]


async def shaken(conn: Connection) -> list[Matter]:
    """What was told to somebody, since when a role over the post has ended or the post was taken, the oldest first."""
    taken = exists().where(assignments.c.post_id == warnings.c.post_id, assignments.c.started_at >= _c.asked_at)
    query = _with_posts(_open_matters).where(or_(role_ended(units.c.path, _c.asked_at), taken))
    return [_matter(row) for row in await conn.execute(query.order_by(_c.at, _c.kind, _c.id))]


async def open_of(conn: Connection, warning_id: int) -> list[Matter]:
    """What waits about one warning."""
    query = select(_open_matters).where(_c.warning_id == warning_id).order_by(_c.at, _c.kind, _c.id)
    return [_matter(row) for row in await conn.execute(query)]


async def tell(conn: Connection, matter: Matter, at: datetime, *, deputy: bool) -> None:
    """Those who are to decide it (or their deputies) are told of it now; anew where that was before."""
    table = _TABLES[matter.kind]
    told = {"deputy_at": at} if deputy else {"asked_at": at, "deputy_at": None}
    await conn.execute(update(table).where(table.c.id == matter.id).values(**told))


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a person may decide: answers, releases and rises to orange within ``judges``, red and beyond in ``red``."""

    person_id: int
    judges: Scope
    red: Scope


def _mine(reach: Reach) -> ColumnElement[bool]:
    red = and_(_c.kind == MatterKind.RISE.value, or_(_c.grade.is_(None), _c.grade == Grade.RED.value))
    held = select(assignments.c.post_id).where(
        assignments.c.person_id == reach.person_id, assignments.c.ended_at.is_(None)
    )
    may = or_(and_(red, within(reach.red)), and_(~red, within(reach.judges)))
    return and_(may, _c.by.is_distinct_from(reach.person_id), warnings.c.post_id.not_in(held))


def _for(reach: Reach, *columns: Any) -> Select[Any]:  # noqa: ANN401 -- what is selected
    return _with_posts(*columns).where(_mine(reach))


def _with_posts(*columns: Any) -> Select[Any]:  # noqa: ANN401 -- what is selected
    return (
        select(*columns)
        .join_from(_open_matters, warnings, warnings.c.id == _c.warning_id)
        .join(posts, posts.c.id == warnings.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
    )


async def count_for(conn: Connection, reach: Reach) -> int:
    """How much waits for a person."""
    return int(await conn.scalar(_for(reach, func.count())) or 0)


async def counts_for(conn: Connection, reach: Reach) -> dict[MatterKind, int]:
    """How much of each kind waits for a person."""
    rows = await conn.execute(_for(reach, _c.kind, func.count().label("many")).group_by(_c.kind))
    return {MatterKind(row.kind): row.many for row in rows}


async def waiting_for(conn: Connection, reach: Reach, *, limit: int, offset: int) -> list[Matter]:
    """What waits for a person, the oldest first."""
    query = _for(reach, *_c).order_by(_c.at, _c.kind, _c.id).limit(limit).offset(offset)
    return [_matter(row) for row in await conn.execute(query)]


async def waiting_about(conn: Connection, reach: Reach, warning_id: int) -> list[Matter]:
    """What waits for a person about one warning, the oldest first."""
    query = _for(reach, *_c).where(_c.warning_id == warning_id).order_by(_c.at, _c.kind, _c.id)
    return [_matter(row) for row in await conn.execute(query)]


async def present_holder(conn: Connection, post_id: int) -> int | None:
    """Who holds a post at this moment, whether the warnings of it have been handed over already or not."""
    mine = assignments.c.post_id == post_id, assignments.c.ended_at.is_(None)
    found: int | None = await conn.scalar(select(assignments.c.person_id).where(*mine))
    return found
