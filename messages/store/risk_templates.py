"""Queries of template points: published, ended, and found by what they say."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, Select, String, func, insert, or_, select, update

from messages.register.records import Content
from messages.register.templates import Template, TemplatePage
from messages.store import register_bulk
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.paging import place_of
from messages.store.tables import nodes, people, risk_points, risk_templates

_PRESENT: Final = risk_templates.c.ended_at.is_(None)


async def add(
    conn: Connection, contents: Sequence[Content], by: int, at: datetime, *, point_id: int | None = None
) -> list[int]:
    """Publish templates, perhaps one that was made of a point; gives their ids in the same order."""
    if not contents:
        return []
    node_ids = await register_bulk.node_ids_of(conn, contents, at)
    rows = [
        {
            "content": content.as_json(),
            "category": content.category,
            "node_id": node_ids.get(content.node),
            "point_id": point_id,
            "published_at": at,
            "published_by": by,
        }
        for content in contents
    ]
    made = insert(risk_templates).returning(risk_templates.c.id, sort_by_parameter_order=True)
    return list(await conn.scalars(made, rows))


async def end(conn: Connection, template_id: int, by: int, at: datetime) -> bool:
    """End a template; False where it has ended before."""
    mine = risk_templates.c.id == template_id, _PRESENT
    ended = update(risk_templates).where(*mine).values(ended_at=at, ended_by=by)
    return bool((await conn.execute(ended)).rowcount)


async def known(conn: Connection, template_id: int) -> bool:
    """Whether there is, or was, such a template."""
    query = select(risk_templates.c.id).where(risk_templates.c.id == template_id)
    return is_id(template_id) and await conn.scalar(query) is not None


async def find(conn: Connection, template_id: int) -> Template | None:
    """A template that has not ended."""
    mine = _query().where(risk_templates.c.id == template_id)
    return next(iter(await _read(conn, mine)), None) if is_id(template_id) else None


async def of_point(conn: Connection, point_id: int) -> int | None:
    """The template that was made of a point and has not ended."""
    mine = risk_templates.c.point_id == point_id, _PRESENT
    found: int | None = await conn.scalar(select(risk_templates.c.id).where(*mine).limit(1))
    return found


async def like(
    conn: Connection, of_nodes: Collection[str], categories: Collection[str], number: int, size: int
) -> TemplatePage:
    """A page of the templates of these nodes and, after these, of these categories; the newest first."""
    same_node = func.coalesce(nodes.c.name, "").in_(of_nodes)
    query = _query().where(or_(same_node, risk_templates.c.category.in_(categories)))
    return await _paged(conn, query.order_by(same_node.desc(), risk_templates.c.id.desc()), number, size)


async def contents(conn: Connection) -> frozenset[Content]:
    """What all templates say that have not ended."""
    return frozenset(map(Content.of, await conn.scalars(select(risk_templates.c.content).where(_PRESENT))))


async def page(conn: Connection, search: str, number: int, size: int) -> TemplatePage:
    """A page of the templates that hold each word, the newest first; the nearest page that there is."""
    query = _query().where(*map(_holds, search.split()))
    return await _paged(conn, query.order_by(risk_templates.c.id.desc()), number, size)


async def _paged(conn: Connection, query: Select[Any], number: int, size: int) -> TemplatePage:
    place = await place_of(conn, select(func.count()).select_from(query.order_by(None).subquery()), number, size)
    some = query.add_columns(_adopted()).offset(place.skipped).limit(size)
    return TemplatePage(templates=await _read(conn, some), number=place.number, pages=place.pages, total=place.total)


def _holds(word: str) -> ColumnElement[bool]:
    name = risk_templates.c.content["name"].as_string().cast(String)
    columns = name, risk_templates.c.category, func.coalesce(nodes.c.name, "")
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _adopted() -> Label[int]:
    """How many points there are of a template: counted where it is shown."""
    made = risk_points.c.template_id == risk_templates.c.id, risk_points.c.ended_at.is_(None)
    return select(func.count()).select_from(risk_points).where(*made).scalar_subquery().label("adopted")


def _query() -> Select[Any]:
    return (
        select(
            risk_templates.c.id,
            risk_templates.c.content,
            risk_templates.c.point_id,
            risk_templates.c.published_at,
            people.c.name.label("published_by"),
        )
        .join(people, people.c.id == risk_templates.c.published_by)
        .outerjoin(nodes, nodes.c.id == risk_templates.c.node_id)
        .where(_PRESENT)
    )


async def _read(conn: Connection, query: Select[Any]) -> tuple[Template, ...]:
    rows = (await conn.execute(query)).mappings()
    return tuple(Template(**{**row, "content": Content.of(row["content"])}) for row in rows)
