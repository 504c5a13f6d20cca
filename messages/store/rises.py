"""Queries of proposals to raise a warning, or to decide beyond red what becomes of it: one at a time, decided once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, text, update

from messages.notices import Grade
from messages.store.database import Connection
from messages.store.tables import people, rises, tellings
from messages.store.upsert import insert_new
from messages.warnings.records import Part, RiseCause, RiseDecision

_proposer, _decider = people.alias("proposer"), people.alias("decider")


@dataclass(frozen=True, kw_only=True)
class Rise:
    """A proposal to raise a warning to ``grade`` (None: a person decides what becomes of a red one).

    ``proposer`` is None where the service proposed it. Undecided while ``decision`` is None.
    """

    id: int
    warning_id: int
    turn: int
    grade: Grade | None
    cause: RiseCause
    proposed_by: int | None
    proposer: str | None
    proposed_why: str | None
    at: datetime
    decision: RiseDecision | None = None
    decided_at: datetime | None = None
    decider: str | None = None
    why: str | None = None


def _query() -> Select[Any]:
    return (
        select(rises, _proposer.c.name.label("proposer"), _decider.c.name.label("decider"))
        .join(_proposer, _proposer.c.id == rises.c.proposed_by, isouter=True)
        .join(_decider, _decider.c.id == rises.c.decided_by, isouter=True)
    )


def _rise(row: Row[Any]) -> Rise:
    return Rise(
        id=row.id,
        warning_id=row.warning_id,
        turn=row.turn,
        grade=Grade(row.grade) if row.grade else None,
        cause=RiseCause(row.cause),
        proposed_by=row.proposed_by,
        proposer=row.proposer,
        proposed_why=row.proposed_why,
        at=row.at,
        decision=RiseDecision(row.decision) if row.decision else None,
        decided_at=row.decided_at,
        decider=row.decider,
        why=row.why,
    )


async def add(
    conn: Connection,
    warning_id: int,
    turn: int,
    grade: Grade | None,
    cause: RiseCause,
    *,
    at: datetime,
    by: int | None = None,
    why: str | None = None,
) -> int | None:
    """Propose; gives the proposal's id, None where one of this warning waits already."""
    values = {"warning_id": warning_id, "turn": turn, "grade": grade.value if grade else None, "cause": cause.value}
    made = (
        insert_new(conn, rises)
        .values(**values, at=at, proposed_by=by, proposed_why=why)
        .on_conflict_do_nothing(index_elements=["warning_id"], index_where=text("decided_at IS NULL"))
    )
    rise_id: int | None = await conn.scalar(made.returning(rises.c.id))
    return rise_id


async def find(conn: Connection, rise_id: int) -> Rise | None:
    """One proposal."""
    row = (await conn.execute(_query().where(rises.c.id == rise_id))).one_or_none()
    return _rise(row) if row else None


async def open_of(conn: Connection, warning_id: int) -> Rise | None:
    """The proposal about a warning that nobody has decided."""
    mine = rises.c.warning_id == warning_id, rises.c.decided_at.is_(None)
    row = (await conn.execute(_query().where(*mine))).one_or_none()
    return _rise(row) if row else None


async def decide(
    conn: Connection, rise_id: int, decision: RiseDecision, *, by: int | None, at: datetime, why: str | None
) -> bool:
    """Decide a proposal; False where it was decided before. ``by`` is None of what the service closes as overtaken."""
    mine = rises.c.id == rise_id, rises.c.decided_at.is_(None)
    values = {"decision": decision.value, "decided_by": by, "decided_at": at, "why": why}
    return bool((await conn.execute(update(rises).where(*mine).values(values))).rowcount)


async def told_of(conn: Connection, rise: Rise, steps: Collection[str]) -> list[tuple[int, str]]:
    """Who proposed it, and who above was told of the overdue ``steps`` that did, as (person_id, code)."""
    mine = tellings.c.warning_id == rise.warning_id, tellings.c.turn == rise.turn, tellings.c.step.in_(steps)
    above = tellings.c.part != Part.HOLDER.value  # who held the post then may hold it no more
    told = select(tellings.c.person_id).where(*mine, above, tellings.c.notice_id.is_not(None))
    query = select(people.c.id, people.c.code).where(people.c.id.in_(told) | (people.c.id == rise.proposed_by))
    return [(row.id, row.code) for row in await conn.execute(query.order_by(people.c.id))]


async def told_in(conn: Connection, warning_id: int, turn: int) -> list[int]:
    """Who is told of a warning's turn."""
    mine = tellings.c.warning_id == warning_id, tellings.c.turn == turn
    return list(await conn.scalars(select(tellings.c.person_id).where(*mine).distinct()))
