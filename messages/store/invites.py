"""Invites: single-use codes by which a person's chat account is tied to the person. Only hashes are kept."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, and_, bindparam, insert, literal, or_, select, update

from messages.store.database import Connection
from messages.store.tables import accounts, assignments, invites, people, posts, roles, units

_BATCH: Final = 5000


@dataclass(frozen=True, kw_only=True)
class OpenInvite:
    """An invite that no later export has replaced. It may be used or expired already: ``usable`` tells."""

    id: int
    person_id: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by_account_id: int | None

    def usable(self, now: datetime) -> bool:
        """Whether it can tie an account to its person at ``now``."""
        return self.used_at is None and now < self.expires_at


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """A person whom an invite is for, with what a reader needs to hand it to the right one.

    ``posts`` are the titles of the posts held now; empty for one who only bears a role. ``unit`` is that of the first
    post, or of the role, and ``path`` its place in the tree. ``bot_id`` is the bot through which the person joined.
    """

    person_id: int
    person_code: str
    name: str
    language: str
    unit: str
    path: str
    posts: tuple[str, ...]
    bot_id: int | None


async def find_open(conn: Connection, code_hash: str) -> OpenInvite | None:
    """The invite with this hash, unless a later one has replaced it."""
    found = await conn.execute(
        select(
            invites.c.id,
            invites.c.person_id,
            invites.c.created_at,
            invites.c.expires_at,
            invites.c.used_at,
            invites.c.used_by_account_id,
        ).where(invites.c.code_hash == code_hash, invites.c.replaced_at.is_(None))
    )
    row = found.mappings().one_or_none()
    return OpenInvite(**row) if row else None


async def mark_used(conn: Connection, invite_id: int, account_id: int, at: datetime) -> bool:
    """Record that an account used an invite; False where it was used or replaced before, and nothing is changed."""
    marked = await conn.execute(
        update(invites)
        .where(invites.c.id == invite_id, invites.c.used_at.is_(None), invites.c.replaced_at.is_(None))
        .values(used_at=at, used_by_account_id=account_id)
    )
    return marked.rowcount == 1


async def replace(conn: Connection, *, codes: Mapping[int, str], created_at: datetime, expires_at: datetime) -> int:
    """Open a new invite for each person of ``codes`` (person id → hash of the code) in place of an open one.

    Gives how many codes could have been used until now and no longer can.
    """
    voided = 0
    for batch in _batches(sorted(codes)):
        replaced = await conn.execute(
            update(invites)
            .where(
                invites.c.person_id.in_(bindparam("persons", expanding=True)),
                invites.c.used_at.is_(None),
                invites.c.replaced_at.is_(None),
            )
            .values(replaced_at=created_at)
            .returning(invites.c.expires_at),
            {"persons": batch},
        )
        voided += sum(expiry > created_at for expiry in replaced.scalars())
        await conn.execute(
            insert(invites),
            [
                {
                    "person_id": person,
                    "code_hash": codes[person],
                    "created_at": created_at,
                    "expires_at": expires_at,
                }
                for person in batch
            ],
        )
    return voided


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


async def invitees(conn: Connection, *, within: str, joined: bool) -> list[Invitee]:
    """Everyone who holds a post or bears a role and has no chat account, by unit, post and code.

    ``within`` is a unit's path: only those of that unit and all below it. ``joined``: also those who have an account.
    """
    wanted = and_(units.c.path.startswith(within, autoescape=True), or_(accounts.c.id.is_(None), literal(joined)))
    found: dict[int, Invitee] = {}
    for row in (await conn.execute(_holding().where(wanted))).mappings():
        before = found.get(row["id"])
        titles = (*before.posts, row["title"]) if before else (row["title"],)
        found[row["id"]] = dataclasses.replace(before, posts=titles) if before else _invitee(row, titles)
    for row in (await conn.execute(_bearing().where(wanted))).mappings():
        found.setdefault(row["id"], _invitee(row, ()))
    return list(found.values())


_PERSON: Final = (
    people.c.id,
    people.c.code,
    people.c.name,
    people.c.language,
    accounts.c.bot_id,
    units.c.name.label("unit"),
    units.c.path,
)
_ACCOUNT: Final = and_(accounts.c.person_id == people.c.id, accounts.c.left_at.is_(None))


def _holding() -> Select[Any]:
    return (
        select(*_PERSON, posts.c.title)
        .join_from(people, assignments, assignments.c.person_id == people.c.id)
        .join(posts, posts.c.id == assignments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .outerjoin(accounts, _ACCOUNT)
        .where(assignments.c.ended_at.is_(None))
        .order_by(units.c.path, posts.c.code)
    )


def _bearing() -> Select[Any]:
    return (
        select(*_PERSON)
        .join_from(people, roles, roles.c.person_id == people.c.id)
        .join(units, units.c.id == roles.c.unit_id)
        .outerjoin(accounts, _ACCOUNT)
        .where(roles.c.ended_at.is_(None))
        .order_by(units.c.path, people.c.code)
    )


def _invitee(row: RowMapping, titles: tuple[str, ...]) -> Invitee:
    return Invitee(
        person_id=row["id"],
        person_code=row["code"],
        name=row["name"],
        language=row["language"],
        unit=row["unit"],
        path=row["path"],
        posts=titles,
        bot_id=row["bot_id"],
    )
