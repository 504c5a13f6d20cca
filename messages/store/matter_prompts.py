"""Queries of what people are to be told of matters, and were: laid, changed while they wait, and how they stand."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, case, func, insert, select, update

from messages.deliveries import DeliveryState
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import acknowledgements, deliveries, matter_prompts, notices, obligations
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt


async def of(conn: Connection, matter_ids: Sequence[int]) -> dict[int, list[KnownPrompt]]:
    """The prompts of matters, by matter, in the order of their turns; without what became of their notices."""
    query = select(matter_prompts).where(among(conn, matter_prompts.c.matter_id, matter_ids))
    found: dict[int, list[KnownPrompt]] = defaultdict(list)
    for row in await conn.execute(query.order_by(matter_prompts.c.turn, matter_prompts.c.id)):
        found[row.matter_id].append(prompt_of(row))
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
        notice_id=row.notice_id,
        **more,
    )


async def write(conn: Connection, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]) -> None:
    """Lay prompts, and have others that wait be otherwise: all columns but the id, as the table has them."""
    if new:
        await conn.execute(insert(matter_prompts), new)
    if changed:
        await conn.execute(update(matter_prompts).where(matter_prompts.c.id == bindparam("the_id")), changed)


async def with_counts(conn: Connection, matter_id: int) -> list[KnownPrompt]:
    """The prompts of a matter in the order of time, with how many people each reached and who acknowledged it."""
    query = (
        select(matter_prompts, notices.c.key)
        .outerjoin_from(matter_prompts, notices, notices.c.id == matter_prompts.c.notice_id)
        .where(matter_prompts.c.matter_id == matter_id)
        .order_by(matter_prompts.c.at, matter_prompts.c.id)
    )
    rows = (await conn.execute(query)).all()
    ids = [row.notice_id for row in rows if row.notice_id is not None]
    people, delivered = await _delivered(conn, ids)
    obliged, acknowledged = await _acknowledged(conn, ids)
    return [
        prompt_of(
            row,
            notice_key=row.key,
            people=people.get(row.notice_id, 0),
            delivered=delivered.get(row.notice_id, 0),
            obligations=obliged.get(row.notice_id, 0),
            acknowledged=acknowledged.get(row.notice_id, 0),
        )
        for row in rows
    ]


async def _delivered(conn: Connection, ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    arrived = case((deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.person_id))
    query = select(
        deliveries.c.notice_id,
        func.count(deliveries.c.person_id.distinct()).label("people"),
        func.count(arrived.distinct()).label("delivered"),
    ).where(among(conn, deliveries.c.notice_id, ids))
    rows = (await conn.execute(query.group_by(deliveries.c.notice_id))).all() if ids else []
    return {row.notice_id: row.people for row in rows}, {row.notice_id: row.delivered for row in rows}


async def _acknowledged(conn: Connection, ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    if not ids:
        return {}, {}
    obliged = select(obligations.c.notice_id, func.count()).where(among(conn, obligations.c.notice_id, ids))
    done = select(acknowledgements.c.notice_id, func.count()).where(among(conn, acknowledgements.c.notice_id, ids))
    return (
        dict((await conn.execute(obliged.group_by(obligations.c.notice_id))).all()),
        dict((await conn.execute(done.group_by(acknowledgements.c.notice_id))).all()),
    )
