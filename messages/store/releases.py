"""Queries of releases: that holders ask for one, once at a time, and whom it is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select, text, update

from messages.store.database import Connection
from messages.store.tables import assignments, people, releases, tellings, warnings
from messages.store.upsert import insert_new


async def ask(conn: Connection, warning_id: int, turn: int, person_id: int, at: datetime) -> bool:
    """Ask for the release of a warning; False where it is asked for already."""
    made = (
        insert_new(conn, releases)
        .values(warning_id=warning_id, turn=turn, person_id=person_id, at=at)
        .on_conflict_do_nothing(index_elements=["warning_id"], index_where=text("decided_at IS NULL"))
    )
    return await conn.scalar(made.returning(releases.c.id)) is not None


async def asked(conn: Connection, warning_id: int) -> int | None:
    """What is asked for the release of a warning and waits."""
    mine = releases.c.warning_id == warning_id, releases.c.decided_at.is_(None)
    found: int | None = await conn.scalar(select(releases.c.id).where(*mine))
    return found


async def settle(conn: Connection, warning_id: int, *, by: int, at: datetime) -> None:
    """What was asked for a warning, if anything, waits no more."""
    mine = releases.c.warning_id == warning_id, releases.c.decided_at.is_(None)
    await conn.execute(update(releases).where(*mine).values(decided_by=by, decided_at=at))


@dataclass(frozen=True, kw_only=True)
class ToldBefore:
    """A person who was told of a warning; ``held`` is whether the person holds any post now, as audiences ask."""

    person_id: int
    code: str
    held: bool


async def told_before(conn: Connection, warning_id: int) -> list[ToldBefore]:
    """Who was told of a warning, or knew of it as its issuer, and who holds its post."""
    issuer = select(warnings.c.issued_by).where(warnings.c.id == warning_id).scalar_subquery()
    knew = or_(tellings.c.notice_id.is_not(None), tellings.c.person_id == issuer)
    mine = tellings.c.warning_id == warning_id, knew
    told = select(tellings.c.person_id).where(*mine)
    with_whom = warnings.c.id == warning_id, assignments.c.id == warnings.c.assignment_id
    holder = select(assignments.c.person_id).where(*with_whom)
    post = exists().where(assignments.c.person_id == people.c.id, assignments.c.ended_at.is_(None))
    query = select(people.c.id, people.c.code, post.label("held"))
    query = query.where(people.c.id.in_(told) | people.c.id.in_(holder)).order_by(people.c.id)
    return [ToldBefore(person_id=row.id, code=row.code, held=bool(row.held)) for row in await conn.execute(query)]


async def tell_no_more(conn: Connection, warning_id: int, at: datetime) -> None:
    """Of a warning that is released nobody is told anything that was to be told before."""
    mine = tellings.c.warning_id == warning_id, tellings.c.told_at.is_(None)
    await conn.execute(update(tellings).where(*mine).values(told_at=at))
