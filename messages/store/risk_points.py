"""Queries of risk points, each with what stands of it and what its latest version says; changed by ``life`` alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, and_, delete, func, insert, select, update

from messages.register.bases import Cited
from messages.register.own import OwnPoint
from messages.register.records import Content, Point, Progress
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import point_bases, posts, risk_points, risk_versions, units

_latest = risk_versions.alias("latest_version")
_stands = risk_versions.alias("standing_version")
_OWN: Final = (
    "id", "ref", "post_id", "progress", "version", "standing",
    "template_id", "created_at", "changed_at", "why", "ended_at",
)  # fmt: skip

_SAID: Final = ("name", "category", "description", "controls", "indicators", "section", "responsible", "leading")


async def find(conn: Connection, point_id: int) -> OwnPoint | None:
    """One point."""
    mine = _query().where(risk_points.c.id == point_id)
    return next(iter(await _read(conn, mine)), None) if is_id(point_id) else None


async def lock(conn: Connection, point_id: int) -> OwnPoint | None:
    """One point, which nobody else changes before this transaction has ended."""
    return next(iter(await lock_all(conn, [point_id])), None)


async def lock_all(conn: Connection, ids: Sequence[int]) -> list[OwnPoint]:
    """Points by their ids, which nobody else changes before this transaction has ended."""
    mine = among(conn, risk_points.c.id, ids)
    await conn.execute(select(risk_points.c.id).where(mine).order_by(risk_points.c.id).with_for_update())
    return await _read(conn, _query().where(mine))


async def of_post(conn: Connection, post_id: int) -> list[OwnPoint]:
    """The points of a post that have not ended, the oldest first."""
    return await _read(conn, _query().where(risk_points.c.post_id == post_id, risk_points.c.ended_at.is_(None)))


async def drafts_of(conn: Connection, post_id: int) -> list[OwnPoint]:
    """The points of a post whose latest version is a draft; nobody else changes them meanwhile."""
    mine = risk_points.c.post_id == post_id, risk_points.c.ended_at.is_(None)
    drafts = select(risk_points.c.id).where(*mine, risk_points.c.progress == Progress.DRAFT.value)
    return await lock_all(conn, list(await conn.scalars(drafts)))


async def count(conn: Connection, post_id: int, *, progress: Progress | None = None) -> int:
    """How many points a post has that have not ended; of a ``progress``, or all."""
    mine = [risk_points.c.post_id == post_id, risk_points.c.ended_at.is_(None)]
    if progress is not None:
        mine.append(risk_points.c.progress == progress.value)
    return int(await conn.scalar(select(func.count()).select_from(risk_points).where(*mine)) or 0)


async def adopted(conn: Connection, post_id: int, template_id: int) -> bool:
    """Whether a post has a point of a template that has not ended."""
    mine = risk_points.c.post_id == post_id, risk_points.c.template_id == template_id, risk_points.c.ended_at.is_(None)
    return await conn.scalar(select(risk_points.c.id).where(*mine).limit(1)) is not None


async def hold_post(conn: Connection, post_id: int) -> None:
    """No points of a post are added or submitted before this transaction has ended."""
    mine = select(posts.c.id).where(posts.c.id == post_id)
    await conn.execute(mine.with_for_update(key_share=True))  # rows that name the post are still added meanwhile


def columns_of(content: Content, node_id: int | None, duty_id: int | None) -> dict[str, Any]:
    """What a point says, as its own row keeps it."""
    said = {name: getattr(content, name) for name in _SAID}
    return {**said, "level": content.level.value, "node_id": node_id, "duty_id": duty_id}


async def add(conn: Connection, **values: Any) -> int:  # noqa: ANN401 -- columns of the table
    """Add a point; gives its id."""
    made = await conn.scalar(insert(risk_points).values(values).returning(risk_points.c.id))
    assert made is not None  # noqa: S101 -- an insert gives its row
    return int(made)


async def change(conn: Connection, point_id: int, values: Mapping[str, Any]) -> None:
    """Change a point's own columns."""
    await conn.execute(update(risk_points).where(risk_points.c.id == point_id).values(values))


async def put_bases(conn: Connection, point_id: int, cited: Iterable[Cited]) -> None:
    """Say what a point cites as far as it stands, in place of what it cited."""
    await conn.execute(delete(point_bases).where(point_bases.c.point_id == point_id))
    if rows := [{"point_id": point_id, "law": one.law, "article": one.article} for one in cited]:
        await conn.execute(insert(point_bases), rows)


def _query() -> Select[Any]:
    return (
        select(
            *(risk_points.c[name] for name in _OWN),
            units.c.id.label("unit_id"),
            units.c.name.label("unit"),
            units.c.path,
            posts.c.code.label("post_code"),
            posts.c.title.label("post"),
            _latest.c.content.label("latest"),
            _latest.c.ends,
            _latest.c.because,
            _latest.c.review_id,
            _stands.c.content.label("stands"),
        )
        .select_from(risk_points)
        .outerjoin(posts, posts.c.id == risk_points.c.post_id)
        .join(units, units.c.id == func.coalesce(posts.c.unit_id, risk_points.c.unit_id))
        .join(_latest, and_(_latest.c.point_id == risk_points.c.id, _latest.c.number == risk_points.c.version))
        .outerjoin(_stands, and_(_stands.c.point_id == risk_points.c.id, _stands.c.number == risk_points.c.standing))
        .order_by(risk_points.c.id)
    )


async def _read(conn: Connection, query: Select[Any]) -> list[OwnPoint]:
    return [_own_point(row) for row in await conn.execute(query)]


def _own_point(row: Row[Any]) -> OwnPoint:
    latest = Content.of(row.latest)
    point = Point(
        **{name: getattr(row, name) for name in _OWN if name != "progress"},
        unit_id=row.unit_id,
        unit=row.unit,
        path=row.path,
        post_code=row.post_code,
        post=row.post,
        content=latest if row.stands is None else Content.of(row.stands),
        progress=Progress(row.progress),
    )
    return OwnPoint(point=point, latest=latest, ends=row.ends, because=row.because, review_id=row.review_id)
