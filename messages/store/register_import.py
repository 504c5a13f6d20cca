"""What an import of the register reads: the units and posts that stand, and every point that has not ended."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, select

from messages.register.bases import Cited
from messages.register.directory import Directory, PostPlace, UnitPlace
from messages.register.records import Content, Progress, RiskLevel, state_of
from messages.register.standing import KeptPoint, Standing
from messages.store.database import Connection
from messages.store.tables import duties, nodes, point_bases, posts, risk_points, risk_versions, units


async def hold(conn: Connection) -> None:
    """Nobody else imports a register, or changes a point, before this transaction ends."""
    await conn.execute(select(units.c.id).order_by(units.c.id).with_for_update(key_share=True))
    live = select(risk_points.c.id).where(risk_points.c.ended_at.is_(None)).order_by(risk_points.c.id)
    await conn.execute(live.with_for_update())


async def standing(conn: Connection) -> Standing:
    """The organisation and the register; points in the order in which they came."""
    known = (await conn.execute(select(nodes.c.name, nodes.c.workflow))).all()
    return Standing(
        directory=await directory(conn),
        points=await live_points(conn),
        nodes=frozenset(row.name for row in known),
        unsaid=frozenset(row.name for row in known if row.workflow is None),
    )


async def directory(conn: Connection) -> Directory:
    """The units and posts that have not ended."""
    of_units = select(units.c.id, units.c.name, units.c.path).where(units.c.ended_at.is_(None)).order_by(units.c.id)
    of_posts = (
        select(posts.c.id, posts.c.code, posts.c.title, posts.c.unit_id)
        .join_from(posts, units, units.c.id == posts.c.unit_id)
        .where(posts.c.ended_at.is_(None), units.c.ended_at.is_(None))
        .order_by(posts.c.id)
    )
    return Directory(
        units=tuple(UnitPlace(id=row.id, name=row.name, path=row.path) for row in await conn.execute(of_units)),
        posts=tuple(
            PostPlace(id=row.id, code=row.code, title=row.title, unit_id=row.unit_id)
            for row in await conn.execute(of_posts)
        ),
    )


async def live_points(conn: Connection) -> tuple[KeptPoint, ...]:
    """Every point that has not ended, in the order in which they came."""
    cited, drafted = await _cited(conn), await _drafted(conn)
    rows = await conn.execute(_live())
    return tuple(
        KeptPoint(
            id=row.id,
            ref=row.ref,
            unit_id=row.unit_id,
            post_id=row.post_id,
            version=row.version,
            state=state_of(Progress(row.progress), standing=row.standing is not None, ended=False),
            content=drafted.get(row.id) or _standing(row, cited.get(row.id, ())),
        )
        for row in rows
    )


def _live() -> Select[Any]:
    return (
        select(risk_points, nodes.c.name.label("node"), duties.c.text.label("duty"))
        .join_from(risk_points, nodes, nodes.c.id == risk_points.c.node_id, isouter=True)
        .join(duties, duties.c.id == risk_points.c.duty_id, isouter=True)
        .where(risk_points.c.ended_at.is_(None))
        .order_by(risk_points.c.id)
    )


def _standing(row: Row[Any], bases: tuple[Cited, ...]) -> Content:
    return Content(
        name=row.name,
        level=RiskLevel(row.level),
        category=row.category,
        description=row.description,
        controls=row.controls,
        indicators=row.indicators,
        node=row.node or "",
        duty=row.duty or "",
        section=row.section,
        bases=bases,
        responsible=row.responsible,
        leading=row.leading,
    )


async def _cited(conn: Connection) -> Mapping[int, tuple[Cited, ...]]:
    """What points cite, as far as they stand."""
    found: dict[int, list[Cited]] = defaultdict(list)
    query = select(point_bases).order_by(point_bases.c.point_id, point_bases.c.law, point_bases.c.article)
    for row in await conn.execute(query):
        found[row.point_id].append(Cited(law=row.law, article=row.article))
    return {point: tuple(cited) for point, cited in found.items()}


async def _drafted(conn: Connection) -> Mapping[int, Content]:
    """The latest versions of points of which nothing stands yet."""
    latest = risk_versions.c.point_id == risk_points.c.id, risk_versions.c.number == risk_points.c.version
    query = (
        select(risk_points.c.id, risk_versions.c.content)
        .join_from(risk_points, risk_versions, latest[0] & latest[1])
        .where(risk_points.c.standing.is_(None), risk_points.c.ended_at.is_(None))
    )
    return {row.id: Content.of(row.content) for row in await conn.execute(query)}
