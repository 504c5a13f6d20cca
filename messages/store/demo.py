"""Queries that only a demo needs: everyone joins at once, without a code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import exists, insert, literal, select

from messages.deliveries import Reason
from messages.organisation.records import Role
from messages.store.database import Connection, Database
from messages.store.tables import accounts, assignments, people, posts, roles, units

_FIRST_CHAT: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Resident:
    """A person with a chat; ``detail`` is the unit and the posts, ``roles`` are those borne anywhere.

    ``blocked``: the person has blocked the bot.
    """

    chat_id: int
    name: str
    language: str
    detail: str
    roles: tuple[Role, ...] = ()
    blocked: bool = False


async def has_people(db: Database) -> bool:
    """Whether there is an organisation already."""
    async with db.reading() as conn:
        return await conn.scalar(select(people.c.id).limit(1)) is not None


async def admit_all(conn: Connection, now: datetime) -> None:
    """Give an account to everyone who has none."""
    joined = exists().where(accounts.c.person_id == people.c.id, accounts.c.left_at.is_(None))
    at = literal(now, accounts.c.joined_at.type)
    rows = select(people.c.id, people.c.id + _FIRST_CHAT, at).where(~joined)
    await conn.execute(insert(accounts).from_select(["person_id", "chat_id", "joined_at"], rows))


async def residents(conn: Connection) -> list[Resident]:
    """Everyone with a chat and a post, in the order of the posts' codes."""
    rows = await conn.execute(
        select(accounts.c.chat_id, people.c.name, people.c.language, units.c.name.label("unit"), posts.c.title)
        .join(people, people.c.id == accounts.c.person_id)
        .join(assignments, assignments.c.person_id == people.c.id)
        .join(posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(accounts.c.left_at.is_(None), assignments.c.ended_at.is_(None))
        .order_by(posts.c.code)
    )
    blocked = set(
        await conn.scalars(select(accounts.c.chat_id).where(accounts.c.unreachable_reason == Reason.BLOCKED.value))
    )
    found = _each_once([tuple(row) for row in rows], await _roles(conn))
    return [replace(one, blocked=True) if one.chat_id in blocked else one for one in found]


async def _roles(conn: Connection) -> dict[int, tuple[Role, ...]]:
    """The roles borne now, by chat."""
    query = (
        select(accounts.c.chat_id, roles.c.role)
        .join(roles, roles.c.person_id == accounts.c.person_id)
        .where(accounts.c.left_at.is_(None), roles.c.ended_at.is_(None))
        .order_by(roles.c.id)
    )
    found: dict[int, tuple[Role, ...]] = {}
    for chat_id, role in await conn.execute(query):
        found[chat_id] = tuple(dict.fromkeys((*found.get(chat_id, ()), Role(role))))
    return found


def _each_once(rows: Sequence[tuple[int, str, str, str, str]], borne: Mapping[int, tuple[Role, ...]]) -> list[Resident]:
    found: dict[int, Resident] = {}
    for chat_id, name, language, unit, title in rows:
        before = found.get(chat_id)
        detail = f"{before.detail}、{title}" if before else f"{unit} · {title}"
        found[chat_id] = Resident(
            chat_id=chat_id, name=name, language=language, detail=detail, roles=borne.get(chat_id, ())
        )
    return list(found.values())
