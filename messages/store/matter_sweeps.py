"""Queries of what follows of matters by itself: which are to be looked at, and what people were told of their dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, exists, func, insert, select, union, update

from messages.deliveries import DeliveryState
from messages.notices import Json
from messages.store import steering
from messages.store.database import Connection
from messages.store.matter_prompts import prompt_of
from messages.store.matters import RUNS
from messages.store.obligations import is_live
from messages.store.recipients import belongs
from messages.store.sets import among
from messages.store.tables import archived, deliveries, matter_prompt_notices, matter_prompts, matters, notices, people
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt

_prompt = matter_prompts.c
_CAME: Final = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value, DeliveryState.SENDING.value)


class Settled(StrEnum):
    """What became of a prompt, as the table keeps it."""

    TOLD = "told"
    NEEDLESS = "needless"  # its step is done, or another prompt has told as much
    STALE = "stale"  # its use was over before it could be told
    UNPLACED = "unplaced"  # its matter has no unit; once it has, it is planned anew
    REVOKED = "revoked"  # it was told and holds no more: it may be planned again for the same dates, too
    WITHDRAWN = "withdrawn"  # it was planned no more; unlike others it may be planned again for the same dates


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The row of a prompt, and which one of its kind it is, from 0."""

    id: int
    turn: int


@dataclass(frozen=True, kw_only=True)
class Became:
    """What became of a prompt, by its id, and which notices told it."""

    id: int
    outcome: Settled
    told_by: tuple[int, ...] = ()


# --- which matters ----------------------------------------------------------------------------------------------------


async def changed(conn: Connection, most: int) -> list[int]:
    """The matters of which a change was not followed yet, the oldest first."""
    query = select(matters.c.id).where(matters.c.version != matters.c.followed).order_by(matters.c.id).limit(most)
    return list(await conn.scalars(query))


async def due(conn: Connection, now: datetime, most: int) -> list[int]:
    """The matters with a prompt that is due, those first whose is due longest."""
    when = _prompt.settled_at.is_(None), _prompt.at <= now
    query = select(_prompt.matter_id).where(*when).order_by(_prompt.at, _prompt.id).limit(most)
    return list(dict.fromkeys(await conn.scalars(query)))


async def next_prompt(conn: Connection, now: datetime) -> datetime | None:
    """When the next prompt after ``now`` is to be told."""
    query = select(func.min(_prompt.at)).where(_prompt.settled_at.is_(None), _prompt.at > now)
    found: datetime | None = await conn.scalar(query)
    return found


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A prompt that is to be told of a matter."""

    matter_id: int
    prompt: KnownPrompt


async def ahead(
    conn: Connection, since: datetime, until: datetime, kinds: Sequence[PromptKind], most: int | None = None
) -> list[Laid]:
    """The first prompts of these kinds to be told between two instants, of matters that run and have a unit."""
    when = _prompt.settled_at.is_(None), _prompt.at >= since, _prompt.at < until
    query = (
        select(matter_prompts)
        .where(*when, _prompt.kind.in_([one.value for one in kinds]))
        .where(exists().where(matters.c.id == _prompt.matter_id, RUNS, matters.c.unit_id.is_not(None)))
        .order_by(_prompt.at, _prompt.id)
        .limit(most)
    )
    return [Laid(matter_id=row.matter_id, prompt=prompt_of(row)) for row in await conn.execute(query)]


async def unplaced(conn: Connection) -> int:
    """How many matters that run have no unit."""
    query = select(func.count()).select_from(matters).where(matters.c.unit_id.is_(None), RUNS)
    return int(await conn.scalar(query) or 0)


async def hold(conn: Connection, matter_id: int) -> int | None:
    """Which version of a matter was followed; nobody else changes it until this transaction ends. None: it is gone."""
    query = select(matters.c.followed).where(matters.c.id == matter_id).with_for_update()
    found: int | None = await conn.scalar(query)
    return found


async def followed(conn: Connection, matter_id: int, version: int) -> None:
    """Note that what this version of a matter changed has been followed."""
    await conn.execute(update(matters).where(matters.c.id == matter_id).values(followed=version))


# --- prompts ----------------------------------------------------------------------------------------------------------


async def tell(
    conn: Connection, matter_id: int, rule: str, part: str, kind: PromptKind, tells: Mapping[str, Json], now: datetime
) -> Turn:
    """Note that something is told of a matter, once more than before."""
    of = {"matter_id": matter_id, "rule": rule, "part": part, "kind": kind.value}
    before = select(func.count()).where(*(_prompt[name] == value for name, value in of.items()))
    turn = int(await conn.scalar(before.select_from(matter_prompts)) or 0)
    made = insert(matter_prompts).values(**of, turn=turn, at=now, tells=dict(tells))
    return Turn(id=int(await conn.scalar(made.returning(_prompt.id)) or 0), turn=turn)


async def retell(conn: Connection, prompt_id: int, tells: Mapping[str, Json]) -> None:
    """What waits to be told tells other dates by now."""
    await conn.execute(update(matter_prompts).where(_prompt.id == prompt_id).values(tells=dict(tells)))


async def settle(conn: Connection, became: Sequence[Became], now: datetime, told_as: tuple[str, int | None]) -> None:
    """Note what became of prompts; ``told_as``: of which kind and unit the matter was."""
    if not became:
        return
    values: dict[str, Any] = {"settled_at": now, "matter_kind": told_as[0], "unit_id": told_as[1]}
    rows = [
        {"the_id": one.id, "outcome": one.outcome, "notice_id": next(iter(one.told_by), None), **values}
        for one in became
    ]
    await conn.execute(update(matter_prompts).where(_prompt.id == bindparam("the_id")), rows)
    await went(conn, [(one.id, notice_id) for one in became for notice_id in one.told_by])


async def went(conn: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    """Note which notices told which prompts: pairs of a prompt's id and a notice's."""
    rows = [{"prompt_id": prompt_id, "notice_id": notice_id} for prompt_id, notice_id in pairs]
    if rows:
        await conn.execute(insert(matter_prompt_notices), rows)


async def rule_out(conn: Connection, ids: Sequence[int], outcome: Settled) -> None:
    """What became of prompts holds no more, or was never to be; which notices told them stays known."""
    if ids:
        await conn.execute(update(matter_prompts).where(among(conn, _prompt.id, ids)).values(outcome=outcome))


async def put_off(conn: Connection, ids: Sequence[int], until: datetime) -> None:
    """Prompts are to be told later."""
    await conn.execute(update(matter_prompts).where(among(conn, _prompt.id, ids)).values(at=until))


# --- notices ----------------------------------------------------------------------------------------------------------


async def arrived(conn: Connection, notice_ids: Sequence[int]) -> frozenset[int]:
    """Those of the notices that have arrived at anybody, or may have; be it that this is in the archive by now."""
    if not notice_ids:
        return frozenset()
    queries = (
        select(of.c.notice_id).where(among(conn, of.c.notice_id, notice_ids), of.c.state.in_(_CAME))
        for of in (deliveries, archived)
    )
    return frozenset(await conn.scalars(union(*queries)))


async def told_people(conn: Connection, notice_ids: Sequence[int]) -> list[str]:
    """The codes of those at whom any of these notices has arrived, or may have, and who are still there to be told."""
    mine = among(conn, deliveries.c.notice_id, notice_ids), deliveries.c.state.in_(_CAME)
    reached = people.c.id.in_(select(deliveries.c.person_id).where(*mine))
    return list(await conn.scalars(select(people.c.code).where(reached, belongs()).order_by(people.c.code)))


async def call_off(conn: Connection, notice_ids: Sequence[int], now: datetime) -> None:
    """Cancel notices that are live still: nobody is reminded of them, and what is not sent yet is not."""
    if not notice_ids:
        return
    mine = among(conn, notices.c.id, notice_ids), is_live(now)
    for notice_id in list(await conn.scalars(select(notices.c.id).where(*mine))):
        await steering.mark(conn, notice_id, now, cancelled_at=now)
