"""Queries of waves: which are due, and who they become deliveries for, many by one set-based statement."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, Select, exists, func, insert, literal, select, update

from messages.notices import FIRST_WAVE, Json
from messages.quiet_hours import Openings
from messages.scopes import Scope
from messages.store import uncounted
from messages.store.database import Connection
from messages.store.obligations import is_stopped
from messages.store.planning import NOBODY_WAITS, oblige, plan, prepare
from messages.store.recipients import (
    ByHand,
    Recipients,
    Silent,
    exhausted,
    lately,
    obliged,
    recipients_of,
    reminded,
    told,
)
from messages.store.sets import among
from messages.store.tables import notices, waves


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Waves that are planned together, in one transaction: of one lane, and their people found in one way.

    Who is told by them is to acknowledge where it ``asks``.
    """

    ids: Sequence[int]
    to: Recipients
    asks: bool


_TOGETHER: Final = 2_000
"""So many waves make a batch: a moment at which thousands are due is no transaction that holds everybody up."""
_AT_A_LOOK: Final = 10_000


async def due(conn: Connection, now: datetime) -> list[Batch]:
    """Waves due at ``now`` that have no deliveries yet, the most urgent lanes first.

    Where very many are due it gives only some of them: ask again once these are planned.
    """
    # By itself first: without statistics PostgreSQL would look for each notice's open waves among all.
    ripe = select(waves).where(waves.c.planned_at.is_(None), waves.c.at <= now).cte("ripe").prefix_with("MATERIALIZED")
    query = (
        select(ripe.c.id, ripe.c.number, notices.c.audience, notices.c.lane, notices.c.acknowledge)
        .join(notices, notices.c.id == ripe.c.notice_id)
        .where(~is_stopped(now))
        .order_by(notices.c.lane, ripe.c.at, ripe.c.id)
        .limit(_AT_A_LOOK)
    )
    alike: dict[tuple[int, Recipients, bool], list[int]] = defaultdict(list)
    for row in await conn.execute(query):
        alike[row.lane, _recipients(row.number, row.audience), row.acknowledge].append(row.id)
    return [
        Batch(ids=ids[start : start + _TOGETHER], to=to, asks=asks)
        for (_lane, to, asks), ids in alike.items()
        for start in range(0, len(ids), _TOGETHER)
    ]


def _recipients(number: int, audience: str) -> Recipients:
    return recipients_of(audience) if number == FIRST_WAVE else Silent()


@dataclass(frozen=True, kw_only=True)
class UpcomingWave:
    """The next wave without deliveries, with what its notice says."""

    at: datetime
    number: int
    template: str
    params: Mapping[str, Json]
    title: str | None


async def upcoming(conn: Connection, now: datetime) -> UpcomingWave | None:
    """The wave that is due next after ``now``; what is due already and stays so is not waited for."""
    query = (
        select(waves.c.at, waves.c.number, notices.c.template, notices.c.params, notices.c.title)
        .join(notices, notices.c.id == waves.c.notice_id)
        .where(waves.c.planned_at.is_(None), notices.c.cancelled_at.is_(None), notices.c.paused_at.is_(None))
        .where(waves.c.at > now)
        .order_by(waves.c.at, waves.c.id)
        .limit(1)
    )
    row = (await conn.execute(query)).one_or_none()
    return UpcomingWave(**row._mapping) if row else None  # noqa: SLF001 -- SQLAlchemy's public name


class WhyNobody(StrEnum):
    """Why a reminder by hand goes to nobody."""

    NONE_SILENT = "none_silent"  # of those whom the notice has reached
    JUST_REMINDED = "just_reminded"  # or about to be
    REMINDED_ENOUGH = "reminded_enough"  # by hand


async def remind_now(
    conn: Connection, notice_id: int, now: datetime, scope: Scope, by_hand: ByHand
) -> tuple[int, int | WhyNobody]:
    """Put in one more reminder wave and plan it for the silent of a scope; gives its number and how many people.

    Who asks for it means all who are silent, also those who got the notice a moment ago, save whom ``by_hand`` leaves
    out. Where it goes to nobody: why.
    """
    latest = await conn.scalar(select(func.max(waves.c.number)).where(waves.c.notice_id == notice_id))
    number = (latest or FIRST_WAVE) + 1
    made = insert(waves).values(notice_id=notice_id, number=number, at=now).returning(waves.c.id)
    wave_id, to = (await conn.execute(made)).scalar_one(), Silent(within=scope, by_hand=by_hand)
    batch = Batch(ids=[wave_id], to=to, asks=True)
    planned = await fan_out(conn, batch, now, reminded_gap=timedelta(0))
    return number, planned or await _why_nobody(conn, {notice_id: wave_id}, to, by_hand)


async def _why_nobody(conn: Connection, reminders: Mapping[int, int], to: Silent, by_hand: ByHand) -> WhyNobody:
    for why, left_out in ((WhyNobody.JUST_REMINDED, lately), (WhyNobody.REMINDED_ENOUGH, exhausted)):
        if (await conn.execute(left_out(conn, reminders, to, by_hand).limit(1))).first():
            return why
    return WhyNobody.NONE_SILENT


async def fan_out(
    conn: Connection, batch: Batch, now: datetime, *, reminded_gap: timedelta, openings: Openings = NOBODY_WAITS
) -> int:
    """Make the deliveries of waves that nobody has planned yet, and mark these planned; gives how many deliveries.

    A reminder leaves out whoever got the notice less than ``reminded_gap`` ago. Of several reminders of one notice the
    earliest goes out for all. ``openings`` say until when people are not to be disturbed.
    """
    await prepare(conn)
    taken = await _take(conn, batch.ids, now)
    if not taken:
        return 0
    planned = await _plan(conn, taken, batch, now, now - reminded_gap, openings)
    await uncounted.want_whole(conn, (row.notice_id for row in taken))
    return planned


async def _plan(
    conn: Connection, taken: Sequence[Row[Any]], batch: Batch, now: datetime, told_before: datetime, openings: Openings
) -> int:
    if isinstance(batch.to, Silent):
        earliest = {row.notice_id: row.id for row in sorted(taken, key=lambda row: row.number, reverse=True)}
        return await plan(conn, reminded(conn, earliest, batch.to, told_before), now, openings)
    wave_ids = [row.id for row in taken]
    if batch.asks:
        await oblige(conn, obliged(conn, wave_ids, batch.to), now)
    return await plan(conn, told(conn, wave_ids, batch.to), now, openings)


async def _take(conn: Connection, ids: Sequence[int], now: datetime) -> Sequence[Row[Any]]:
    """Mark waves planned; gives those that nobody had marked before, as (id, notice_id, number).

    The first waves of their notices are held until the transaction ends, so that two planners never make two waves of
    one notice at once: neither would see whom the other reminds. The notices themselves are not: who stops one is not
    kept waiting, and sees to what is planned here afterwards (``wait_for_planners``).
    """
    mine = among(conn, waves.c.id, ids)
    of_notices = select(waves.c.notice_id).where(mine)
    await conn.execute(_first_of(of_notices).order_by(waves.c.notice_id).with_for_update(key_share=True))
    stopped = exists().where(notices.c.id == waves.c.notice_id, is_stopped(now))
    taken = update(waves).where(mine, waves.c.planned_at.is_(None), waves.c.at <= now, ~stopped).values(planned_at=now)
    return (await conn.execute(taken.returning(waves.c.id, waves.c.notice_id, waves.c.number))).all()


async def wait_for_planners(conn: Connection, notice_id: int) -> None:
    """Wait until nobody makes deliveries of a notice in a transaction that began before this."""
    await conn.execute(_first_of(select(literal(notice_id))).with_for_update(key_share=True))


def _first_of(notice_ids: Select[Any]) -> Select[Any]:
    return select(waves.c.id).where(waves.c.notice_id.in_(notice_ids), waves.c.number == FIRST_WAVE)
