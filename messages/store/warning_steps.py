"""Queries of a warning's steps and of who is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, insert, or_, select, update

from messages.deliveries import DeliveryState
from messages.store import steering
from messages.store.database import Connection
from messages.store.deliveries import IS_WAITING
from messages.store.tables import (
    acknowledgements,
    deliveries,
    notices,
    tellings,
    warning_steps,
    waves,
)
from messages.store.upsert import insert_new
from messages.warnings.records import Part, StepOutcome

NEW_DAY: Final = "new-day"
"""Stands for a step where a return or a decision tells the holder of a new day; no step of a policy has this name."""
OFFICIAL_DAYS: Final = "official-days"
"""Stands for a step where those above are told that provisional days became other ones; likewise."""
_ARRIVED: Final = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value)


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A step of a warning's present turn, by its name in the ladder, and when it is due."""

    id: int
    warning_id: int
    turn: int
    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who is told of a step, and as what."""

    person_id: int
    part: Part


# --- steps ------------------------------------------------------------------------------------------------------------


async def plan(conn: Connection, warning_id: int, turn: int, steps: Mapping[str, datetime]) -> None:
    """Plan the steps of a turn, by their names; those that are planned already stay as they are."""
    rows = [{"warning_id": warning_id, "turn": turn, "name": name, "at": at} for name, at in steps.items()]
    if rows:
        made = insert_new(conn, warning_steps).values(rows)
        await conn.execute(made.on_conflict_do_nothing(index_elements=["warning_id", "turn", "name"]))


async def run(conn: Connection, warning_id: int, turn: int, name: str, now: datetime) -> None:
    """Note that a step was run as soon as its turn began."""
    row = {"warning_id": warning_id, "turn": turn, "name": name, "at": now}
    await conn.execute(insert(warning_steps).values(**row, settled_at=now, outcome=StepOutcome.DONE.value))


async def due(conn: Connection, now: datetime) -> list[PlannedStep]:
    """The steps whose time has come and that are not settled, in the order of time."""
    open_now = warning_steps.c.settled_at.is_(None), warning_steps.c.at <= now
    query = select(warning_steps).where(*open_now).order_by(warning_steps.c.at, warning_steps.c.id)
    return [_step(row) for row in await conn.execute(query)]


async def next_open(conn: Connection, now: datetime) -> PlannedStep | None:
    """The open step that is due next after ``now``."""
    ahead = warning_steps.c.settled_at.is_(None), warning_steps.c.at > now
    query = select(warning_steps).where(*ahead).order_by(warning_steps.c.at, warning_steps.c.id).limit(1)
    row = (await conn.execute(query)).one_or_none()
    return _step(row) if row else None


def _step(row: Row[Any]) -> PlannedStep:
    return PlannedStep(id=row.id, warning_id=row.warning_id, turn=row.turn, name=row.name, at=row.at)


async def is_open(conn: Connection, step_id: int) -> bool:
    """Whether nobody has settled a step yet."""
    query = select(warning_steps.c.id).where(warning_steps.c.id == step_id, warning_steps.c.settled_at.is_(None))
    return await conn.scalar(query) is not None


async def settle(conn: Connection, step_id: int, outcome: StepOutcome, now: datetime) -> None:
    """Say what became of an open step."""
    values = {"settled_at": now, "outcome": outcome.value}
    await conn.execute(update(warning_steps).where(warning_steps.c.id == step_id).values(values))


async def call_off(conn: Connection, warning_id: int, now: datetime) -> None:
    """Every open step of a warning is called off."""
    mine = warning_steps.c.warning_id == warning_id, warning_steps.c.settled_at.is_(None)
    values = {"settled_at": now, "outcome": StepOutcome.CALLED_OFF.value}
    await conn.execute(update(warning_steps).where(*mine).values(values))


async def planned(conn: Connection, warning_id: int, turn: int) -> frozenset[str]:
    """The names of the steps that a turn has, settled or not."""
    mine = warning_steps.c.warning_id == warning_id, warning_steps.c.turn == turn
    return frozenset(await conn.scalars(select(warning_steps.c.name).where(*mine)))


async def settled(conn: Connection, warning_id: int, turn: int) -> frozenset[str]:
    """The names of the steps of a turn that were run, or that had become needless."""
    mine = warning_steps.c.warning_id == warning_id, warning_steps.c.turn == turn
    through = warning_steps.c.outcome.in_([StepOutcome.DONE.value, StepOutcome.NEEDLESS.value])
    return frozenset(await conn.scalars(select(warning_steps.c.name).where(*mine, through)))


async def missed(conn: Connection, warning_id: int, turn: int) -> bool:
    """Whether a step of a turn found that its days had not reached the holder."""
    mine = warning_steps.c.warning_id == warning_id, warning_steps.c.turn == turn
    query = select(warning_steps.c.id).where(*mine, warning_steps.c.outcome == StepOutcome.UNREACHED.value).limit(1)
    return await conn.scalar(query) is not None


# --- tellings ---------------------------------------------------------------------------------------------------------


async def tell(
    conn: Connection, warning_id: int, turn: int, step: str, whom: Sequence[Told], *, urgent: bool, at: datetime
) -> None:
    """Have people told of a step; who is to be told of it already stays so."""
    of_step = {"warning_id": warning_id, "turn": turn, "step": step, "urgent": urgent, "at": at}
    rows = [{**of_step, "person_id": one.person_id, "part": one.part.value} for one in whom]
    if rows:
        made = insert_new(conn, tellings).values(rows)
        await conn.execute(made.on_conflict_do_nothing(index_elements=["warning_id", "turn", "step", "person_id"]))


async def told_above(conn: Connection, warning_id: int, turn: int) -> list[Told]:
    """Who was told in a turn of a warning as somebody above its post."""
    mine = tellings.c.warning_id == warning_id, tellings.c.turn == turn, tellings.c.notice_id.is_not(None)
    above = tellings.c.part != Part.HOLDER.value
    query = select(tellings.c.person_id, tellings.c.part).where(*mine, above).order_by(tellings.c.id)
    found = {row.person_id: Part(row.part) for row in await conn.execute(query)}
    return [Told(person_id=person_id, part=part) for person_id, part in found.items()]


async def overtake(conn: Connection, warning_id: int, steps: Sequence[str] | None, now: datetime) -> None:
    """Whoever stands above a post and was not told yet of these steps of its warning (None: of any) is not told."""
    mine = tellings.c.warning_id == warning_id, tellings.c.told_at.is_(None), tellings.c.part != Part.HOLDER.value
    which = [] if steps is None else [tellings.c.step.in_(steps)]
    await conn.execute(update(tellings).where(*mine, *which).values(told_at=now))


async def spare(conn: Connection, warning_id: int, turn: int, person_id: int, now: datetime) -> None:
    """A person knows of a turn's steps so far and need not be told of them, unless as the holder."""
    mine = tellings.c.warning_id == warning_id, tellings.c.turn == turn, tellings.c.person_id == person_id
    other = tellings.c.part != Part.HOLDER.value, tellings.c.told_at.is_(None)
    await conn.execute(update(tellings).where(*mine, *other).values(told_at=now))


# --- notices to the holder --------------------------------------------------------------------------------------------


def _to_holder(warning_id: int) -> Select[tuple[int]]:
    """The notices by which holders were told of a warning."""
    mine = tellings.c.warning_id == warning_id, tellings.c.part == Part.HOLDER.value
    return select(tellings.c.notice_id).where(*mine, tellings.c.notice_id.is_not(None))


async def told_day(conn: Connection, warning_id: int, turn: int, person_id: int, notice_id: int, now: datetime) -> None:
    """A holder is told of a new day by a notice: by this one, from now on, it is seen whether the days were told."""
    row = {"warning_id": warning_id, "turn": turn, "step": NEW_DAY, "person_id": person_id, "part": Part.HOLDER.value}
    await conn.execute(insert(tellings).values(**row, urgent=False, at=now, told_at=now, notice_id=notice_id))


async def ever_reached(conn: Connection, warning_id: int, person_id: int) -> bool:
    """Whether any message of a warning has arrived at a person as its holder, or may have."""
    mine = deliveries.c.notice_id.in_(_to_holder(warning_id)), deliveries.c.person_id == person_id
    query = select(deliveries.c.id).where(*mine, deliveries.c.state.in_(_ARRIVED)).limit(1)
    return await conn.scalar(query) is not None


async def withdraw(conn: Connection, warning_id: int, now: datetime) -> None:
    """Nothing of a warning is said to its holder any more, and nobody is asked to acknowledge it.

    What nobody has been told yet is not told either; what was acknowledged stays as it is.
    """
    mine = tellings.c.warning_id == warning_id, tellings.c.told_at.is_(None)
    await conn.execute(update(tellings).where(*mine, tellings.c.part == Part.HOLDER.value).values(told_at=now))
    query = select(notices.c.id).where(
        notices.c.id.in_(_to_holder(warning_id)), notices.c.cancelled_at.is_(None), or_(_unsaid(), _unacknowledged())
    )
    for notice_id in list(await conn.scalars(query)):
        await steering.mark(conn, notice_id, now, cancelled_at=now)


def _unsaid() -> ColumnElement[bool]:
    waits = exists().where(deliveries.c.notice_id == notices.c.id, IS_WAITING)
    return or_(waits, exists().where(waves.c.notice_id == notices.c.id, waves.c.planned_at.is_(None)))


def _unacknowledged() -> ColumnElement[bool]:
    return and_(notices.c.acknowledge, ~exists().where(acknowledgements.c.notice_id == notices.c.id))
