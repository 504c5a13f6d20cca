"""Returning a proposal: an approver was asked why, and the next words are the reason."""

from datetime import datetime

from messages.drafts import Kind
from messages.store import drafts
from messages.store.database import Connection, Database


async def ask(db: Database, person_id: int, proposal_id: int, now: datetime) -> None:
    """A person's next words are the reason for which this proposal is returned."""
    async with db.writing() as conn:
        kept = await drafts.begin(conn, person_id, Kind.RETURN.value, {}, now)
        await drafts.keep(conn, kept.id, {"proposal": proposal_id}, now)


async def asked(db: Database, person_id: int) -> int | None:
    """The proposal that a person was asked about."""
    async with db.reading() as conn:
        kept = await drafts.find(conn, person_id, Kind.RETURN.value)
    return int(kept.fields["proposal"]) if kept else None


async def stop(conn: Connection, person_id: int, now: datetime, reason: int | None = None) -> None:
    """The person's next words are no reason any more; ``reason`` is the message that was it."""
    if kept := await drafts.find(conn, person_id, Kind.RETURN.value):
        await drafts.keep(conn, kept.id, {**kept.fields, "reason": reason}, now)
        await drafts.close(conn, kept.id, now)


async def was_reason(db: Database, person_id: int, message_id: int) -> bool:
    """Whether a message was taken as a reason before, and comes once more."""
    async with db.reading() as conn:
        kept = await drafts.last_closed(conn, person_id, Kind.RETURN.value)
    return kept is not None and kept.fields.get("reason") == message_id
