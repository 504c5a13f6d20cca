"""Queries of waves: which are due, and who they become deliveries for, each in one set-based statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, insert, literal, select, update

from messages.deliveries import DeliveryState
from messages.notices import FIRST_WAVE, Json
from messages.store.audience import reached
from messages.store.database import Connection
from messages.store.obligations import is_acknowledged, is_held
from messages.store.planning import plan
from messages.store.tables import deliveries, notices, obligations, waves
from messages.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True)
class DueWave:
    """A wave whose time has come and which has no deliveries yet."""

    id: int
    notice_id: int
    number: int
    at: datetime
    audience: str
    lane: int
    acknowledge: bool
    expires_at: datetime | None


async def due(conn: Connection, now: datetime) -> list[DueWave]:
    """Waves due at ``now``, the most urgent notices first."""
    query = (
        select(
            waves.c.id,
            waves.c.notice_id,
            waves.c.number,
            waves.c.at,
            notices.c.audience,
            notices.c.lane,
            notices.c.acknowledge,
            notices.c.expires_at,
        )
        .join(notices, notices.c.id == waves.c.notice_id)
        .where(waves.c.planned_at.is_(None), waves.c.at <= now, notices.c.cancelled_at.is_(None))
        .order_by(notices.c.lane, waves.c.at, waves.c.id)
    )
    return [DueWave(**row._mapping) for row in await conn.execute(query)]  # noqa: SLF001 -- SQLAlchemy's public name


@dataclass(frozen=True, kw_only=True)
class UpcomingWave:
    """The next wave without deliveries, with what its notice says."""

    at: datetime
    number: int
    template: str
    params: Mapping[str, Json]
    title: str | None


async def upcoming(conn: Connection) -> UpcomingWave | None:
    """The wave that is due next."""
    query = (
        select(waves.c.at, waves.c.number, notices.c.template, notices.c.params, notices.c.title)
        .join(notices, notices.c.id == waves.c.notice_id)
        .where(waves.c.planned_at.is_(None))
        .order_by(waves.c.at, waves.c.id)
        .limit(1)
    )
    row = (await conn.execute(query)).one_or_none()
    return UpcomingWave(**row._mapping) if row else None  # noqa: SLF001 -- SQLAlchemy's public name


async def remind_now(conn: Connection, notice_id: int, now: datetime) -> tuple[int, int]:
    """Put in one more reminder wave and plan it; gives its number and how many people it reminds.

    Who asks for it means all who are silent, also those who got the notice a moment ago.
    """
    latest = await conn.scalar(select(func.max(waves.c.number)).where(waves.c.notice_id == notice_id))
    number = (latest or FIRST_WAVE) + 1
    await conn.execute(insert(waves).values(notice_id=notice_id, number=number, at=now))
    wave = next(wave for wave in await due(conn, now) if (wave.notice_id, wave.number) == (notice_id, number))
    return number, await fan_out(conn, wave, now, reminded_gap=timedelta(0))


async def last_reminded_at(conn: Connection, notice_id: int) -> datetime | None:
    """When the last reminder wave of a notice was planned."""
    query = select(func.max(waves.c.planned_at)).where(waves.c.notice_id == notice_id, waves.c.number > FIRST_WAVE)
    found: datetime | None = await conn.scalar(query)
    return found


async def fan_out(conn: Connection, wave: DueWave, now: datetime, *, reminded_gap: timedelta) -> int:
    """Make the wave's deliveries and mark it planned; gives how many deliveries there are.

    A reminder leaves out whoever got the notice less than ``reminded_gap`` ago.
    """
    if wave.number == FIRST_WAVE:
        if wave.acknowledge:
            await _oblige(conn, wave, now)
        people = select(reached(wave.audience).subquery().c.person_id.label("person_id")).distinct()
    else:
        people = _silent(wave, now - reminded_gap)
    made = await plan(conn, _told_by(wave, people), now)
    await conn.execute(update(waves).where(waves.c.id == wave.id).values(planned_at=now))
    return made


def _told_by(wave: DueWave, people: Select[Any]) -> Select[Any]:
    """People with what their deliveries of a wave have in common."""
    person = people.subquery("person")
    return select(
        literal(wave.notice_id).label("notice_id"),
        person.c.person_id,
        literal(wave.number).label("wave"),
        literal(wave.lane).label("lane"),
        _instant(wave.at).label("due_at"),
        _instant(wave.expires_at).label("expires_at"),
    )


async def _oblige(conn: Connection, wave: DueWave, now: datetime) -> None:
    found = reached(wave.audience).subquery()
    rows = select(literal(wave.notice_id), found.c.post_id, found.c.assignment_id, found.c.person_id, _instant(now))
    columns = ["notice_id", "post_id", "assignment_id", "person_id", "created_at"]
    await conn.execute(
        insert_new(conn, obligations).from_select(columns, rows.where(literal(value=True))).on_conflict_do_nothing()
    )


def _instant(value: datetime | None) -> ColumnElement[datetime | None]:
    return literal(value, deliveries.c.due_at.type)


def _silent(wave: DueWave, told_before: datetime) -> Select[Any]:
    """Holders who were told of the notice and have not acknowledged it for every post that they hold.

    Whoever is still to be sent an earlier wave is left out: after days off, overdue reminders go out as one.
    """
    on_its_way = exists().where(
        deliveries.c.notice_id == obligations.c.notice_id,
        deliveries.c.person_id == obligations.c.person_id,
        deliveries.c.state.in_((DeliveryState.PLANNED.value, DeliveryState.SENDING.value)),
    )
    told = exists().where(
        deliveries.c.notice_id == obligations.c.notice_id,
        deliveries.c.person_id == obligations.c.person_id,
        deliveries.c.state.in_((DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value)),
    )
    just_told = exists().where(
        deliveries.c.notice_id == obligations.c.notice_id,
        deliveries.c.person_id == obligations.c.person_id,
        deliveries.c.state == DeliveryState.DELIVERED.value,
        deliveries.c.settled_at > told_before,
    )
    return (
        select(obligations.c.person_id.label("person_id"))
        .distinct()
        .where(obligations.c.notice_id == wave.notice_id, is_held(), ~is_acknowledged(), told, ~just_told, ~on_its_way)
    )
