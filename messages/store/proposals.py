"""Queries of proposals: added once, decided once."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, insert, select, update

from messages.drafts import Content, Kind
from messages.proposals import Decision, Proposal
from messages.store.database import Connection
from messages.store.tables import people, proposals

_TAKEN_UP: Final = "taken_up"
"""Of one that came back, among its fields: its proposer has it as a draft again."""
_MOST: Final = 100

_decider = people.alias("decider")


def _query() -> Select[Any]:
    return (
        select(proposals, people.c.code, people.c.name, _decider.c.name.label("decider"))
        .join(people, people.c.id == proposals.c.person_id)
        .join(_decider, _decider.c.id == proposals.c.decided_by, isouter=True)
        .where(proposals.c.kind == Kind.BROADCAST.value)
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        person_id=row.person_id,
        code=row.code,
        proposer=row.name,
        content=Content.of(row.fields["content"]),
        at=row.at,
        decision=Decision(row.decision) if row.decision else None,
        decided_at=row.decided_at,
        decided_by=row.decider,
        why=row.why,
        notice_id=row.notice_id,
    )


async def add(conn: Connection, person_id: int, content: Content, at: datetime) -> int:
    """Add a proposal; gives its id."""
    values = {"person_id": person_id, "kind": Kind.BROADCAST.value, "at": at, "fields": {"content": content.as_json()}}
    return int((await conn.execute(insert(proposals).values(values).returning(proposals.c.id))).scalar_one())


async def find(conn: Connection, proposal_id: int) -> Proposal | None:
    """One proposal."""
    row = (await conn.execute(_query().where(proposals.c.id == proposal_id))).one_or_none()
    return _proposal(row) if row else None


async def waiting(conn: Connection, person_id: int | None = None) -> list[Proposal]:
    """Those that nobody has decided, the oldest first; of one person alone where one is named."""
    query = _query().where(proposals.c.decided_at.is_(None)).order_by(proposals.c.id).limit(_MOST)
    if person_id is not None:
        query = query.where(proposals.c.person_id == person_id)
    return [_proposal(row) for row in await conn.execute(query)]


async def decide(
    conn: Connection,
    proposal_id: int,
    decision: Decision,
    *,
    by: int,
    at: datetime,
    why: str | None = None,
    notice_id: int | None = None,
) -> bool:
    """Decide a proposal; False where it was decided before."""
    mine = proposals.c.id == proposal_id, proposals.c.decided_at.is_(None)
    values = {"decision": decision.value, "decided_by": by, "decided_at": at, "why": why, "notice_id": notice_id}
    return bool((await conn.execute(update(proposals).where(*mine).values(values))).rowcount)


async def take_up(conn: Connection, person_id: int, proposal_id: int | None = None) -> Proposal | None:
    """The oldest (or this) that came back to a person and is not a draft again; from now on it is one."""
    came_back = proposals.c.decision.in_([Decision.RETURNED.value, Decision.WITHDRAWN.value])
    query = _query().where(proposals.c.person_id == person_id, came_back).order_by(proposals.c.id)
    if proposal_id is not None:
        query = query.where(proposals.c.id == proposal_id)
    for row in await conn.execute(query):
        if _TAKEN_UP not in row.fields:
            fields = {**row.fields, _TAKEN_UP: True}
            await conn.execute(update(proposals).where(proposals.c.id == row.id).values(fields=fields))
            return _proposal(row)
    return None
