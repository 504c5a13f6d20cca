"""Queries of who has looked at a person's record, and at lists on which the person stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, select

from messages.ledger import Kind
from messages.notices import Json
from messages.store.database import Connection
from messages.store.tables import items, ledger, people, posts


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look as the ledger has it. ``by`` names who looked, None the operator; the last are titles by now."""

    id: int
    at: datetime
    kind: Kind
    by: str | None
    body: Mapping[str, Json]
    post: str | None = None
    item: str | None = None


async def at_record(conn: Connection, person_id: int, *, limit: int) -> list[Look]:
    """The newest looks at a person's own record."""
    body = ledger.c.body
    query = (
        select(
            ledger,
            body["name"].as_string().label("by"),
            posts.c.title.label("post"),
            items.c.title.label("item"),
        )
        .outerjoin(posts, posts.c.code == body["post"].as_string())
        .outerjoin(items, items.c.id == body["item"].as_integer())
        .where(ledger.c.person_id == person_id, ledger.c.kind == Kind.RECORD_SEEN.value)
    )
    return await _looks(conn, query, limit)


async def at_lists(conn: Connection, person_code: str, since: datetime, *, limit: int) -> list[Look]:
    """The newest looks since an instant at lists that name a person.

    The code is found as JSON writes it: the ledger keeps what was written, on either database.
    """
    lists = ledger.c.kind == Kind.RECORDS_VIEWED.value, ledger.c.at >= since
    named = cast(ledger.c.body, Text).contains(json.dumps(person_code), autoescape=True)
    other = people.c.code.is_distinct_from(person_code)
    query = select(ledger, people.c.name.label("by")).outerjoin(people, people.c.id == ledger.c.person_id)
    return await _looks(conn, query.where(*lists, other, named), limit)


async def _looks(conn: Connection, query: Select[Any], limit: int) -> list[Look]:
    found = await conn.execute(query.order_by(ledger.c.at.desc(), ledger.c.id.desc()).limit(limit))
    own = {"id", "at", "by"}
    titles = {"post", "item"} & {*query.selected_columns.keys()}
    return [
        Look(kind=Kind(row["kind"]), body=row["body"], **{name: row[name] for name in own | titles})
        for row in found.mappings()
    ]
