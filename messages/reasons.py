"""Reasons: somebody was asked why something is returned or decided so, and the next words are the answer."""

from dataclasses import asdict, dataclass
from datetime import datetime

from messages.drafts import Kind
from messages.errors import Fault, Refused
from messages.organisation.records import LONGEST_WHY
from messages.store import drafts
from messages.store.database import Connection, Database
from messages.text.phrase import phrase


@dataclass(frozen=True, kw_only=True)
class About:
    """What a reason is for: the ``desk`` that asked, what is to be done (``act``), of which row in which version.

    ``card`` is the message under which it was asked. ``why`` is the reason that was given where something else is to be
    said too, and ``message`` by which message.
    """

    desk: str
    act: str
    id: int
    version: int = 0
    card: int = 0
    why: str = ""
    message: int = 0


@dataclass(frozen=True, kw_only=True)
class Question:
    """A reason that is asked for, and when that was said or done last."""

    about: About
    at: datetime


def reason_of(given: str) -> str:
    """A reason as it is kept, on one line. Raises ``Refused`` for none, and for one that is too long."""
    plain = given.encode("utf-8", "replace").decode().replace("\0", "")  # no database keeps such
    why = " ".join(plain.split())
    if not 0 < len(why) <= LONGEST_WHY:
        accepted = phrase("A reason of 1 to {most} characters is accepted.", most=LONGEST_WHY)
        raise Refused(accepted, [Fault(message=accepted, column="why")])
    return why


async def ask(db: Database, person_id: int, about: About, now: datetime) -> None:
    """A person's next words are the reason for this."""
    async with db.writing() as conn:
        kept = await drafts.begin(conn, person_id, Kind.REASON.value, {}, now)
        await drafts.keep(conn, kept.id, asdict(about), now)


async def asked(db: Database, person_id: int) -> Question | None:
    """What a person was asked about."""
    async with db.reading() as conn:
        kept = await drafts.find(conn, person_id, Kind.REASON.value)
    return Question(about=About(**kept.fields), at=kept.updated_at) if kept and kept.fields else None


async def stop(conn: Connection, person_id: int, now: datetime, reason: int | None = None) -> None:
    """The person's next words are no reason any more; ``reason`` is the message that was it."""
    if kept := await drafts.find(conn, person_id, Kind.REASON.value):
        reason = reason or kept.fields.get("message") or None
        await drafts.keep(conn, kept.id, {**kept.fields, "reason": reason}, now)
        await drafts.close(conn, kept.id, now)


async def was_reason(db: Database, person_id: int, message_id: int) -> bool:
    """Whether a message was taken as a reason before, and comes once more."""
    async with db.reading() as conn:
        kept = await drafts.last_closed(conn, person_id, Kind.REASON.value)
    return kept is not None and kept.fields.get("reason") == message_id
