"""Queries of who has looked at a person's record, and at lists on which the person stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, and_, cast, func, select, union_all

from messages.canonical import canonical
from messages.ledger import Kind
from messages.notices import Json
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import items, ledger, people, posts


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look as the ledger has it; the last are titles by now.

    ``by`` names who looked and ``code`` tells namesakes apart, None of the operator.
    """

    id: int
    at: datetime
    kind: Kind
    by: str | None
    code: str | None
    body: Mapping[str, Json]
    post: str | None
    item: str | None


async def at_person(
    conn: Connection, person_id: int, person_code: str, lists_since: datetime, *, before: int | None, limit: int
) -> list[Look]:
    """Some looks at a person's own record, and since an instant at lists that name the person; the newest first.

    Only those ``before`` another one, where that is given by its id.
    """
    which = union_all(_at_record(person_id), _at_lists(person_code, lists_since)).subquery()
    newest = select(which.c.id).order_by(which.c.id.desc()).limit(limit)
    if before is not None:
        newest = newest.where(which.c.id < before)
    ids = [row.id for row in await conn.execute(newest)]
    rows = await conn.execute(_looks().where(among(conn, ledger.c.id, ids)).order_by(ledger.c.id.desc()))
    return [
        Look(
            id=row.id,
            at=row.at,
            kind=Kind(row.kind),
            by=row.by,
            code=row.by_code,
            post=row.post,
            item=row.item,
            body=row.body,
        )
        for row in rows
    ]


def _at_record(person_id: int) -> Select[Any]:
    return select(ledger.c.id).where(ledger.c.person_id == person_id, ledger.c.kind == Kind.RECORD_SEEN.value)


def _at_lists(person_code: str, since: datetime) -> Select[Any]:
    """The code is found as the ledger writes it: canonically, on either database."""
    lists = ledger.c.kind == Kind.RECORDS_VIEWED.value, ledger.c.at >= since
    named = cast(ledger.c.body, Text).contains(canonical(person_code), autoescape=True)
    own = select(people.c.id).where(people.c.code == person_code).scalar_subquery()
    return select(ledger.c.id).where(*lists, named, ledger.c.person_id.is_distinct_from(own))


def _looks() -> Select[Any]:
    """Of a look at a record the body names who looked; the event is about whom it was."""
    body = ledger.c.body
    return (
        select(
            ledger,
            func.coalesce(body["name"].as_string(), people.c.name).label("by"),
            func.coalesce(body["by"].as_string(), people.c.code).label("by_code"),
            posts.c.title.label("post"),
            items.c.title.label("item"),
        )
        .outerjoin(people, and_(people.c.id == ledger.c.person_id, ledger.c.kind == Kind.RECORDS_VIEWED.value))
        .outerjoin(posts, posts.c.code == body["post"].as_string())
        .outerjoin(items, items.c.id == body["item"].as_integer())
    )
