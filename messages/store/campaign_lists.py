"""Queries of how campaigns stand: figures by campaign and by unit, tasks a page at a time, a person's own tasks."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select, true

from messages.register.campaigns import (
    CampaignPage,
    Figures,
    Listed,
    OwnTask,
    Task,
    TaskPage,
    TaskState,
    UnitProgress,
    Wanted,
)
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.campaigns import due_of, has_task_within, query, read, tasks_placed
from messages.store.database import Connection
from messages.store.paging import place_of
from messages.store.register_terms import IS_RUNNING, IS_TO_SUBMIT, holds
from messages.store.sets import among
from messages.store.tables import acknowledgements, assignments, campaign_tasks, campaigns, people, posts, units

Which: TypeAlias = ColumnElement[bool]
"""Which campaigns or tasks are meant, as a condition over them."""

_task = campaign_tasks.c
_HELD: Final = holds(_task.post_id)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Of tasks and campaigns: still to be submitted after the last day; of one that was closed, when it was closed."""
    over = or_(campaigns.c.closed_at.is_(None), campaigns.c.due_at <= campaigns.c.closed_at)
    return and_(IS_TO_SUBMIT, ~campaigns.c.provisional, campaigns.c.due_at <= now, over)


def _counted(now: datetime, acknowledged: ColumnElement[bool]) -> list[ColumnElement[int]]:
    """The columns of ``Figures``, by their names."""
    which: dict[str, ColumnElement[bool]] = {
        "tasks": true(),
        **{state.value: _task.state == state.value for state in TaskState},
        "complete": _task.complete,
        "vacant": assignments.c.id.is_(None),
        "acknowledged": acknowledged,
        "timely": and_(_task.timely.is_not(None), _task.timely),
        "late": and_(_task.timely.is_not(None), ~_task.timely),
        "overdue": is_overdue(now),
    }
    return [func.count(case((which[field.name], 1))).label(field.name) for field in fields(Figures)]


def _figures(conn: Connection, ids: Sequence[int], scope: Scope, now: datetime, *by: ColumnElement[Any]) -> Select[Any]:
    """Figures of the tasks of campaigns in units within a scope."""
    noted = _noted(among(conn, campaigns.c.id, ids))
    counted = _counted(now, noted.c.post_id.is_not(None))
    return (
        tasks_placed(select(*by, *counted))
        .join(campaigns, campaigns.c.id == _task.campaign_id)
        .outerjoin(assignments, _HELD)
        .outerjoin(noted, _is_noted(noted))
        .where(among(conn, _task.campaign_id, ids), within(scope))
        .group_by(*by)
    )


def _noted(which: Which) -> Subquery:
    """The posts for which notices of campaigns were acknowledged; of each task by itself it would take long."""
    of_these = acknowledgements.c.notice_id.in_(select(campaigns.c.notice_id).where(which))
    query = select(acknowledgements.c.notice_id, acknowledgements.c.post_id).where(of_these).distinct()
    return query.subquery("noted")


def _is_noted(noted: Subquery) -> ColumnElement[bool]:
    return and_(noted.c.notice_id == campaigns.c.notice_id, noted.c.post_id == _task.post_id)


def _figures_of(row: Any) -> Figures:  # noqa: ANN401 -- a row of the query above
    return Figures(**{field.name: getattr(row, field.name) for field in fields(Figures)})


async def by_unit(conn: Connection, campaign_id: int, scope: Scope, now: datetime) -> tuple[UnitProgress, ...]:
    """How a campaign stands in each unit within a scope, in the order of the tree."""
    by = units.c.id.label("unit_id"), units.c.name, units.c.path
    rows = await conn.execute(_figures(conn, [campaign_id], scope, now, *by).order_by(units.c.path))
    return tuple(
        UnitProgress(unit_id=row.unit_id, unit=row.name, path=row.path, figures=_figures_of(row)) for row in rows
    )


def together(some: Sequence[UnitProgress]) -> Figures:
    """The figures of several units."""
    return Figures(**{field.name: sum(getattr(one.figures, field.name) for one in some) for field in fields(Figures)})


async def page(
    conn: Connection,
    which: Which,
    scope: Scope,
    number: int,
    size: int,
    now: datetime,
    *,
    oldest_first: bool = False,
) -> CampaignPage:
    """A page of campaigns, those that run first, then the newest, or the oldest; with their figures within a scope.

    The nearest page that there is.
    """
    place = await place_of(conn, select(func.count()).select_from(campaigns).where(which), number, size)
    order = (campaigns.c.id,) if oldest_first else (case((IS_RUNNING, 0), else_=1), campaigns.c.id.desc())
    ordered = query().where(which).order_by(*order)
    found = await read(conn, ordered.offset(place.skipped).limit(size))
    rows = await conn.execute(_figures(conn, [one.id for one in found], scope, now, _task.campaign_id))
    counted = {row.campaign_id: _figures_of(row) for row in rows}
    listed = tuple(Listed(campaign=one, figures=counted.get(one.id, Figures())) for one in found)
    return CampaignPage(campaigns=listed, number=place.number, pages=place.pages, total=place.total)


def among_these(ids: Collection[int]) -> Which:
    """Of campaigns: those with these ids."""
    return campaigns.c.id.in_(ids)


def open_to(person_id: int, scope: Scope, also: Collection[int]) -> Which:
    """Of campaigns: that the person has started, that have a task within a scope, or that are ``also`` meant."""
    if scope.everything:
        return true()
    tasked = [has_task_within(scope)] if scope else []
    return or_(campaigns.c.created_by == person_id, among_these(also), *tasked)


def tasks_which(campaign_id: int, scope: Scope, wanted: Wanted) -> Which:
    """Of tasks and their units: those that are wanted."""
    which = [_task.campaign_id == campaign_id, within(scope)]
    if wanted.unit_id is not None:
        which.append(units.c.id == wanted.unit_id)
    if wanted.states:
        which.append(_task.state.in_([state.value for state in wanted.states]))
    if wanted.complete is not None:
        which.append(_task.complete if wanted.complete else ~_task.complete)
    return and_(*which)


async def tasks(conn: Connection, campaign_id: int, which: Which, number: int, size: int, now: datetime) -> TaskPage:
    """A page of tasks, by unit and post; the nearest that there is."""
    place = await place_of(conn, tasks_placed(select(func.count(_task.id))).where(which), number, size)
    ordered = _tasks(campaign_id, now).where(which).order_by(units.c.path, posts.c.level, posts.c.code)
    rows = await conn.execute(ordered.offset(place.skipped).limit(size))
    found = tuple(
        Task(
            **{
                **row,
                "state": TaskState(row["state"]),
                "complete": bool(row["complete"]),
                "acknowledged": bool(row["acknowledged"]),
                "timely": None if row["timely"] is None else bool(row["timely"]),
                "overdue": bool(row["overdue"]),
            }
        )
        for row in rows.mappings()
    )
    return TaskPage(tasks=found, number=place.number, pages=place.pages, total=place.total)


def _tasks(campaign_id: int, now: datetime) -> Select[Any]:
    noted = _noted(campaigns.c.id == campaign_id)
    own = _task.id, _task.state, _task.complete, _task.submitted_at, _task.timely, _task.accepted_at
    post = posts.c.id.label("post_id"), posts.c.code.label("post_code"), posts.c.title.label("post")
    columns = *own, *post, posts.c.unit_id, units.c.name.label("unit"), people.c.name.label("holder")
    told = noted.c.post_id.is_not(None).label("acknowledged"), is_overdue(now).label("overdue")
    return (
        tasks_placed(select(*columns, *told))
        .join(campaigns, campaigns.c.id == _task.campaign_id)
        .outerjoin(assignments, _HELD)
        .outerjoin(people, people.c.id == assignments.c.person_id)
        .outerjoin(noted, _is_noted(noted))
    )


async def own(conn: Connection, person_id: int, now: datetime) -> tuple[OwnTask, ...]:
    """The tasks of posts that a person holds, in campaigns that run, not accepted yet; the first due first."""
    of_task = _task.id, _task.campaign_id, _task.state, _task.submitted_at, is_overdue(now).label("overdue")
    said = campaigns.c.title, campaigns.c.text, campaigns.c.due_on, campaigns.c.due_at, campaigns.c.provisional
    post = posts.c.id.label("post_id"), posts.c.title.label("post"), units.c.name.label("unit")
    mine = (
        tasks_placed(select(*of_task, *said, *post))
        .join(campaigns, campaigns.c.id == _task.campaign_id)
        .join(assignments, _HELD)
        .where(assignments.c.person_id == person_id, IS_RUNNING, _task.state != TaskState.ACCEPTED.value)
        .order_by(campaigns.c.due_at, _task.id)
    )
    names = ("id", "campaign_id", "title", "text", "post_id", "post", "unit", "submitted_at")
    return tuple(
        OwnTask(
            **{name: getattr(row, name) for name in names},
            due=due_of(row),
            state=TaskState(row.state),
            overdue=bool(row.overdue),
        )
        for row in await conn.execute(mine)
    )
