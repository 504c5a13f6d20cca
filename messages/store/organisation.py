"""Queries of the organisation: its units, its roster as it stands, and handover."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, update

from messages.deliveries import DeliveryState
from messages.notices import FIRST_WAVE, Category
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.rows import RosterRow
from messages.store import assessing, uncounted
from messages.store.database import Connection
from messages.store.deliveries import IS_WAITING
from messages.store.obligations import is_acknowledged, is_kept, is_live
from messages.store.planning import plan
from messages.store.tables import (
    assignments,
    deliveries,
    nodes,
    notices,
    obligations,
    people,
    post_nodes,
    posts,
    roles,
    units,
)
from messages.store.uncounted import Change


@dataclass(frozen=True, kw_only=True)
class StandingUnit:
    """A unit with its path: every unit below it has a path that begins with it."""

    id: int
    name: str
    path: str


async def find_unit(conn: Connection, name: str) -> StandingUnit | None:
    """The unit of this name, unless it has ended."""
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.name == name, units.c.ended_at.is_(None))
    row = (await conn.execute(query)).mappings().one_or_none()
    return StandingUnit(**row) if row else None


async def unit_of(conn: Connection, unit_id: int) -> StandingUnit | None:
    """The unit of this id, ended or not."""
    query = select(units.c.id, units.c.name, units.c.path).where(units.c.id == unit_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return StandingUnit(**row) if row else None


async def roster_rows(conn: Connection) -> list[RosterRow]:
    """The roster as it stands: a row for each post, and one for each unit that has none; units from above downwards."""
    given, tied = await _given(conn), await _tied(conn)
    rows = []
    for row in await conn.execute(_roster_query()):
        bears = given.get((row.person_id, row.unit_id), set())
        rows.append(
            RosterRow(
                unit=row.unit,
                parent_unit=row.parent or "",
                unit_kind=UnitKind(row.kind),
                post_code=row.post_code,
                post=row.title or "",
                level=row.level or 0,
                risk_post=None if row.post_code is None else bool(row.risk),
                nodes=None if row.post_code is None else tuple(tied.get(row.post_id, ())),
                reports_to=None if row.post_code is None else row.reports_to or "",
                person_code=row.person_code,
                name=row.name,
                roles=None if row.post_code is None else tuple(role for role in Role if role in bears),
                language=row.language,
            )
        )
    return rows


def _roster_query() -> Select[tuple[object, ...]]:
    above, superior = units.alias("above"), posts.alias("superior")
    return (
        select(
            units.c.id.label("unit_id"),
            units.c.name.label("unit"),
            above.c.name.label("parent"),
            units.c.kind,
            posts.c.id.label("post_id"),
            posts.c.code.label("post_code"),
            posts.c.title,
            posts.c.level,
            posts.c.risk,
            superior.c.code.label("reports_to"),
            people.c.id.label("person_id"),
            people.c.code.label("person_code"),
            people.c.name,
            people.c.language,
        )
        .join_from(units, above, above.c.id == units.c.parent_id, isouter=True)
        .join(posts, and_(posts.c.unit_id == units.c.id, posts.c.ended_at.is_(None)), isouter=True)
        .join(superior, superior.c.id == posts.c.reports_to_id, isouter=True)
        .join(assignments, and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None)), isouter=True)
        .join(people, people.c.id == assignments.c.person_id, isouter=True)
        .where(units.c.ended_at.is_(None))
        .order_by(units.c.id, posts.c.id)
    )


async def _given(conn: Connection) -> dict[tuple[int, int], set[Role]]:
    """The roles that a roster gave, by person and unit: one that a person granted comes back by no roster."""
    found: dict[tuple[int, int], set[Role]] = {}
    query = select(roles.c.person_id, roles.c.unit_id, roles.c.role)
    for row in await conn.execute(query.where(roles.c.ended_at.is_(None), ~roles.c.granted)):
        found.setdefault((row.person_id, row.unit_id), set()).add(Role(row.role))
    return found


async def _tied(conn: Connection) -> dict[int, list[str]]:
    """The risk nodes that each post answers for."""
    found: dict[int, list[str]] = {}
    query = select(post_nodes.c.post_id, nodes.c.name).join(nodes, nodes.c.id == post_nodes.c.node_id)
    for row in await conn.execute(query.order_by(post_nodes.c.post_id, nodes.c.id)):
        found.setdefault(row.post_id, []).append(row.name)
    return found


async def move_open_obligations(conn: Connection, now: datetime) -> int:
    """Give what waits for an acknowledgement to who holds the post now; says how many obligations moved.

    An obligation whose assignment has ended, neither acknowledged nor passed on, moves to the post's present
    assignment; of a vacant post it waits until somebody holds it. Whoever has not got the notice yet gets it planned as
    a first wave. Cancelled and expired notices stay as they are.

    Found by state, so that doing it again changes nothing.
    """
    present = assignments.alias("present")
    holder = present.c.post_id == obligations.c.post_id, present.c.ended_at.is_(None)
    moved = await conn.execute(
        update(obligations)
        .where(
            exists().where(assignments.c.id == obligations.c.assignment_id, assignments.c.ended_at.is_not(None)),
            exists().where(*holder),
            exists().where(notices.c.id == obligations.c.notice_id, is_live(now), _moves_by_itself()),
            is_kept(),
            ~is_acknowledged(),
        )
        .values(
            assignment_id=select(present.c.id).where(*holder).scalar_subquery(),
            person_id=select(present.c.person_id).where(*holder).scalar_subquery(),
        )
        .returning(obligations.c.notice_id, obligations.c.person_id)
    )
    changes = [Change(notice_id=row.notice_id, person_id=row.person_id) for row in moved]
    if changes:
        await _stop_for_old_holders(conn, now)
        await _plan_for_new_holders(conn, now)
        await assessing.look_again(conn, sorted({one.notice_id for one in changes}), now)
        await uncounted.want(conn, changes)
    return len(changes)


def _moves_by_itself() -> ColumnElement[bool]:
    """Of ``notices``: a warning is handed over, with its days anew, by who sees to warnings."""
    return notices.c.category != Category.REMINDER.value


async def _stop_for_old_holders(conn: Connection, now: datetime) -> None:
    """Cancel what is not sent yet to those who no longer have to acknowledge anything of the notice."""
    obliged = exists().where(
        obligations.c.notice_id == deliveries.c.notice_id,
        obligations.c.person_id == deliveries.c.person_id,
        is_kept(),
    )
    asked = exists().where(notices.c.id == deliveries.c.notice_id, notices.c.acknowledge)
    await conn.execute(
        update(deliveries)
        .where(IS_WAITING, asked, ~obliged)
        .values(state=DeliveryState.CANCELLED.value, settled_at=now)
    )


async def _plan_for_new_holders(conn: Connection, now: datetime) -> None:
    """A first-wave delivery for each who has an open obligation of a live notice and no delivery of it."""
    told = exists().where(
        deliveries.c.notice_id == obligations.c.notice_id, deliveries.c.person_id == obligations.c.person_id
    )
    holders = (
        select(
            obligations.c.notice_id,
            obligations.c.person_id,
            literal(FIRST_WAVE).label("wave"),
            notices.c.lane,
            literal(now, deliveries.c.due_at.type).label("due_at"),
            notices.c.expires_at,
        )
        .join_from(obligations, notices, notices.c.id == obligations.c.notice_id)
        .join(assignments, assignments.c.id == obligations.c.assignment_id)
        .where(assignments.c.ended_at.is_(None), is_live(now), is_kept(), ~is_acknowledged(), ~told)
        .distinct()
    )
    await plan(conn, holders, now)
