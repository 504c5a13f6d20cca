"""Queries of risk points one by one: of a post that stand, and of one point everything, with its versions."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from sqlalchemy import false, func, or_, select

from messages.register.records import Content, PointState, Progress
from messages.store.database import Connection
from messages.store.register_lists import CAME_TO_INSPECTOR, Insight, located, open_to
from messages.store.register_terms import GRAVITY, STANDS
from messages.store.tables import (
    duties,
    people,
    reviews,
    risk_points,
    risk_templates,
    risk_versions,
)


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a list does not show of a point; ``template`` is the name of the template point that it was adopted from."""

    ref: str | None
    controls: str
    indicators: str
    section: str
    responsible: str
    leading: str
    template: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a point: who wrote it (None: an office's sheet), and who decided about it and why.

    ``ends``: accepted, it ends the point, ``because`` it no longer applies. ``came_to_inspector``: the unit has
    accepted it for a campaign.
    """

    number: int
    progress: Progress
    content: Content
    ends: bool
    because: str | None
    created_at: datetime
    by: str | None
    decided_at: datetime | None
    decided_by: str | None
    why: str | None
    came_to_inspector: bool

    def without_reason(self) -> Self:
        """The same for who is not to read why."""
        return replace(self, why=None, because=None)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A version that was accepted, at an instant, of a point that it called ``name``; the point ``stands`` or ended.

    It was the ``first`` of its point; or changed it; or ``ends`` it.
    """

    at: datetime
    point_id: int
    name: str
    first: bool
    ends: bool
    stands: bool


async def history_of_post(conn: Connection, who: Insight, post_id: int, *, limit: int) -> list[Accepted]:
    """What was accepted of a post's points, the newest first; of those that ended where they are open to the person."""
    accepted = risk_versions.alias("accepted")
    version = accepted.c
    first = func.min(version.number).over(partition_by=version.point_id) == version.number
    at = func.coalesce(version.decided_at, version.created_at).label("at")
    name = version.content["name"].as_string().label("name")
    flags = first.label("first"), version.ends, STANDS.label("stands")
    query = (
        located(select(at, version.point_id, name, *flags))
        .join(accepted, version.point_id == risk_points.c.id)
        .where(risk_points.c.post_id == post_id, version.progress == Progress.ACCEPTED.value)
        .where(or_(STANDS, open_to(who, PointState.ENDED)))
        .order_by(at.desc(), version.id.desc())
        .limit(limit)
    )
    rows = (await conn.execute(query)).mappings()
    return [Accepted(**{**row, **{flag: bool(row[flag]) for flag in ("first", "ends", "stands")}}) for row in rows]


async def count_of_post(conn: Connection, post_id: int) -> int:
    """How many points of a post stand."""
    query = select(func.count()).select_from(risk_points).where(risk_points.c.post_id == post_id, STANDS)
    return int(await conn.scalar(query) or 0)


async def of_post(conn: Connection, post_id: int, *, limit: int, offset: int) -> list[int]:
    """Some of these by their ids, the gravest first."""
    query = select(risk_points.c.id).where(risk_points.c.post_id == post_id, STANDS)
    return list(await conn.scalars(query.order_by(GRAVITY, risk_points.c.id).limit(limit).offset(offset)))


async def duties_of(conn: Connection, post_id: int) -> list[str]:
    """The duties of a post."""
    mine = duties.c.post_id == post_id, duties.c.ended_at.is_(None)
    return list(await conn.scalars(select(duties.c.text).where(*mine).order_by(duties.c.id)))


async def is_open(conn: Connection, who: Insight, point_id: int, state: PointState) -> bool:
    """Whether a person may see a point, which is in this state."""
    query = located(select(risk_points.c.id)).where(risk_points.c.id == point_id, open_to(who, state))
    return await conn.scalar(query) is not None


async def details_of(conn: Connection, point_id: int) -> Details | None:
    """What a list does not show of a point."""
    point = risk_points.c
    query = (
        select(
            point.ref,
            point.controls,
            point.indicators,
            point.section,
            point.responsible,
            point.leading,
            risk_templates.c.content["name"].as_string().label("template"),
            point.created_at,
        )
        .outerjoin(risk_templates, risk_templates.c.id == point.template_id)
        .where(point.id == point_id)
    )
    row = (await conn.execute(query)).mappings().one_or_none()
    return Details(**row) if row else None


async def versions_of(conn: Connection, point_id: int) -> list[Version]:
    """All versions of a point, the oldest first."""
    writer, decider = people.alias("writer"), people.alias("decider")
    version = risk_versions.c
    query = (
        select(
            version.number,
            version.progress,
            version.content,
            version.ends,
            version.because,
            version.created_at,
            writer.c.name.label("by"),
            version.decided_at,
            decider.c.name.label("decided_by"),
            version.why,
            func.coalesce(CAME_TO_INSPECTOR, false()).label("came_to_inspector"),
        )
        .outerjoin(writer, writer.c.id == version.person_id)
        .outerjoin(decider, decider.c.id == version.decided_by)
        .outerjoin(reviews, reviews.c.id == version.review_id)
        .where(version.point_id == point_id)
        .order_by(version.number)
    )
    rows = (await conn.execute(query)).mappings()
    return [Version(**{**row, **_typed(row["progress"], row["content"])}) for row in rows]


def _typed(progress: str, content: dict[str, object]) -> dict[str, object]:
    return {"progress": Progress(progress), "content": Content.of(content)}
