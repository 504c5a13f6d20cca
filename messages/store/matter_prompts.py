"""Queries of what people are to be told of matters, and were: laid, changed while they wait, and how they stand."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, case, func, insert, literal, select, update

from messages.deliveries import DeliveryState
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import (
    acknowledgements,
    deliveries,
    matter_prompt_notices,
    matter_prompts,
    notices,
    obligations,
)
from messages.tenders.milestones import MatterKind
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt

_went = matter_prompt_notices


async def of(conn: Connection, matter_ids: Sequence[int]) -> dict[int, list[KnownPrompt]]:
    """The prompts of matters, by matter, in the order of their turns; without what became of their notices."""
    mine = among(conn, matter_prompts.c.matter_id, matter_ids)
    query = select(matter_prompts, _went.c.notice_id.label("went")).where(mine)
    query = query.outerjoin_from(matter_prompts, _went, _went.c.prompt_id == matter_prompts.c.id)
    order = matter_prompts.c.turn, matter_prompts.c.id, _went.c.notice_id
    found: dict[int, list[KnownPrompt]] = defaultdict(list)
    for _, rows in groupby(await conn.execute(query.order_by(*order)), lambda row: row.id):
        first, *further = rows
        went = tuple(row.went for row in (first, *further) if row.went is not None)
        found[first.matter_id].append(prompt_of(first, notices=went))
    return found


async def _notices(conn: Connection, matter_id: int) -> dict[int, list[int]]:
    """The notices that told the prompts of a matter, by prompt."""
    query = select(_went).join(matter_prompts, matter_prompts.c.id == _went.c.prompt_id)
    mine = query.where(matter_prompts.c.matter_id == matter_id)
    found: dict[int, list[int]] = defaultdict(list)
    for row in await conn.execute(mine.order_by(_went.c.notice_id)):
        found[row.prompt_id].append(row.notice_id)
    return found


def prompt_of(row: Row[Any], **more: Any) -> KnownPrompt:  # noqa: ANN401 -- what became of its notice
    """A row of all columns of ``matter_prompts``."""
    return KnownPrompt(
        id=row.id,
        rule=row.rule,
        part=row.part,
        kind=PromptKind(row.kind),
        turn=row.turn,
        at=row.at,
        tells=row.tells,
        settled_at=row.settled_at,
        outcome=row.outcome,
        matter_kind=None if row.matter_kind is None else MatterKind(row.matter_kind),
        unit_id=row.unit_id,
        **more,
    )


async def write(conn: Connection, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]) -> None:
    """Lay prompts, and have others that wait be otherwise: all columns but the id, as the table has them."""
    if new:
        await conn.execute(insert(matter_prompts), new)
    if changed:
        await conn.execute(update(matter_prompts).where(matter_prompts.c.id == bindparam("the_id")), changed)


async def copy(conn: Connection, parts: Sequence[tuple[int, str]]) -> None:
    """Have what was told by a prompt be told of another part, too: pairs of a prompt's id and a part."""
    columns = [one for one in matter_prompts.c if one.name not in {"id", "part"}]
    names = [one.name for one in columns]
    for prompt_id, part in parts:
        row = select(literal(part), *columns).where(matter_prompts.c.id == prompt_id)
        made = insert(matter_prompts).from_select(["part", *names], row).returning(matter_prompts.c.id)
        copied = int(await conn.scalar(made) or 0)
        went = select(literal(copied), _went.c.notice_id).where(_went.c.prompt_id == prompt_id)
        await conn.execute(insert(_went).from_select(["prompt_id", "notice_id"], went))


async def with_counts(conn: Connection, matter_id: int) -> list[KnownPrompt]:
    """The prompts of a matter in the order of time, with how many people each reached and who acknowledged it."""
    query = (
        select(matter_prompts, notices.c.key)
        .outerjoin_from(matter_prompts, notices, notices.c.id == matter_prompts.c.notice_id)
        .where(matter_prompts.c.matter_id == matter_id)
        .order_by(matter_prompts.c.at, matter_prompts.c.id)
    )
    went = await _notices(conn, matter_id)
    people, delivered = await _delivered(conn, matter_id)
    obliged = await _counted(conn, matter_id, obligations)
    acknowledged = await _counted(conn, matter_id, acknowledgements)
    return [
        prompt_of(
            row,
            notices=tuple(went[row.id]),
            notice_key=row.key,
            people=people.get(row.id, 0),
            delivered=delivered.get(row.id, 0),
            obligations=obliged.get(row.id, 0),
            acknowledged=acknowledged.get(row.id, 0),
        )
        for row in await conn.execute(query)
    ]


async def _delivered(conn: Connection, matter_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """To how many people the notices of each prompt went, and how many they reached."""
    arrived = case((deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.person_id))
    query = select(
        _went.c.prompt_id,
        func.count(deliveries.c.person_id.distinct()).label("people"),
        func.count(arrived.distinct()).label("delivered"),
    ).join_from(_went, deliveries, deliveries.c.notice_id == _went.c.notice_id)
    rows = (await conn.execute(_of_matter(query, matter_id))).all()
    return {row.prompt_id: row.people for row in rows}, {row.prompt_id: row.delivered for row in rows}


async def _counted(conn: Connection, matter_id: int, what: Table) -> dict[int, int]:
    """How many of these there are for the notices of each prompt."""
    query = select(_went.c.prompt_id, func.count()).join_from(_went, what, what.c.notice_id == _went.c.notice_id)
    return dict((await conn.execute(_of_matter(query, matter_id))).all())


def _of_matter(query: Select[Any], matter_id: int) -> Select[Any]:
    mine = select(matter_prompts.c.id).where(matter_prompts.c.matter_id == matter_id)
    return query.where(_went.c.prompt_id.in_(mine)).group_by(_went.c.prompt_id)
