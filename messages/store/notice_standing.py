"""Queries of how notices stand: how many people they have reached, by waves, and whom they have not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ScalarSelect, Select, case, exists, func, select

from messages.deliveries import DeliveryState, Reason
from messages.notices import FIRST_WAVE, Counts
from messages.store.database import Connection
from messages.store.obligations import is_kept
from messages.store.tables import (
    acknowledgements,
    archived,
    assignments,
    deliveries,
    obligations,
    people,
    posts,
    units,
    waves,
)

BEST_FIRST: Final = (
    DeliveryState.DELIVERED,
    DeliveryState.SENDING,
    DeliveryState.PLANNED,
    DeliveryState.PAUSED,
    DeliveryState.UNCONFIRMED,
    DeliveryState.UNREACHABLE,
    DeliveryState.EXPIRED,
    DeliveryState.CANCELLED,
)
"""A person is counted once, by the best that any wave reached."""

ALL_WAVES: Final = -1
"""In ``archived``, the figures that count each person once, beside those of each wave."""


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """A person whom a notice did not reach, and why."""

    person_code: str
    name: str
    unit: str
    state: DeliveryState
    reason: Reason | None


async def counts(conn: Connection, notice_id: int) -> Counts:
    """How a notice stands now."""
    rank = case({state.value: place for place, state in enumerate(BEST_FIRST)}, value=deliveries.c.state)
    best = (
        select(func.min(rank).label("place"))
        .where(deliveries.c.notice_id == notice_id)
        .group_by(deliveries.c.person_id)
        .subquery()
    )
    rows = await conn.execute(select(best.c.place, func.count()).group_by(best.c.place))
    here = {BEST_FIRST[place].value: number for place, number in rows}
    return await _standing(conn, notice_id, ALL_WAVES, here)


async def newest_wave(conn: Connection, notice_id: int) -> int:
    """The number of the wave that was planned last, of those that tell anybody anything."""
    told = exists().where(deliveries.c.notice_id == notice_id, deliveries.c.wave == waves.c.number)
    told_long_ago = exists().where(archived.c.notice_id == notice_id, archived.c.wave == waves.c.number)
    query = (
        select(waves.c.number)
        .where(waves.c.notice_id == notice_id, waves.c.planned_at.is_not(None), told | told_long_ago)
        .order_by(waves.c.planned_at.desc(), waves.c.number.desc())
        .limit(1)
    )
    return await conn.scalar(query) or FIRST_WAVE


async def wave_counts(conn: Connection, notice_id: int, number: int) -> Counts:
    """How one wave of a notice stands now: its own recipients and states, with the posts of the whole notice."""
    query = (
        select(deliveries.c.state, func.count().label("people"))
        .where(deliveries.c.notice_id == notice_id, deliveries.c.wave == number)
        .group_by(deliveries.c.state)
    )
    return await _standing(conn, notice_id, number, {row.state: row.people for row in await conn.execute(query)})


async def _standing(conn: Connection, notice_id: int, wave: int, here: Mapping[str, int]) -> Counts:
    """People by the state of their deliveries, those ``here`` and those in the archive, with the notice's posts."""
    left = select(archived.c.state, archived.c.count.label("people")).where(
        archived.c.notice_id == notice_id, archived.c.wave == wave
    )
    by_state = Counter(here)
    by_state.update({row.state: row.people for row in await conn.execute(left)})
    by_state[DeliveryState.PLANNED.value] += by_state.pop(DeliveryState.PAUSED.value, 0)
    obliged = select(func.count()).select_from(obligations).where(obligations.c.notice_id == notice_id, is_kept())
    acknowledged = select(func.count(acknowledgements.c.post_id.distinct())).where(
        acknowledgements.c.notice_id == notice_id
    )
    return Counts(
        recipients=sum(by_state.values()),
        obligations=int(await conn.scalar(obliged) or 0),
        acknowledged=int(await conn.scalar(acknowledged) or 0),
        **by_state,
    )


def unit_of() -> ScalarSelect[str]:
    """Correlated to ``people``: the unit in which a person holds a post now, the first by name of several."""
    return (
        select(func.min(units.c.name))
        .join(posts, posts.c.unit_id == units.c.id)
        .join(assignments, assignments.c.post_id == posts.c.id)
        .where(assignments.c.person_id == people.c.id, assignments.c.ended_at.is_(None))
        .scalar_subquery()
    )


def _unreached(notice_id: int) -> Select[Any]:
    reached = (
        select(deliveries.c.person_id)
        .where(deliveries.c.notice_id == notice_id, deliveries.c.state == DeliveryState.DELIVERED.value)
        .scalar_subquery()
    )
    missed = (DeliveryState.UNREACHABLE.value, DeliveryState.UNCONFIRMED.value, DeliveryState.EXPIRED.value)
    return (
        select(people.c.code, people.c.name, unit_of().label("unit"), deliveries.c.state, deliveries.c.reason)
        .join(people, people.c.id == deliveries.c.person_id)
        .where(
            deliveries.c.notice_id == notice_id,
            deliveries.c.wave == FIRST_WAVE,
            deliveries.c.state.in_(missed),
            deliveries.c.person_id.not_in(reached),
        )
        .order_by("unit", people.c.code)
    )


async def unreached(conn: Connection, notice_id: int) -> list[Unreached]:
    """Whom a notice did not reach, by unit and name."""
    return [
        Unreached(
            person_code=row.code,
            name=row.name,
            unit=row.unit or "",
            state=DeliveryState(row.state),
            reason=Reason(row.reason) if row.reason else None,
        )
        for row in await conn.execute(_unreached(notice_id))
    ]
