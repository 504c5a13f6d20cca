"""Queries of who passed a notice on, for many people at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, select

from messages.store.acknowledgements import Pair
from messages.store.database import Connection
from messages.store.given import given, parameters
from messages.store.tables import obligations, people, posts


@dataclass(frozen=True, kw_only=True)
class Passed:
    """That a person passed a notice on: when, and who answers for it instead, for which post."""

    at: datetime
    name: str
    post: str


async def found(conn: Connection, pairs: Collection[Pair]) -> dict[Pair, Passed]:
    """Who passed the notice on, and the last one to whom; those who did not are left out."""
    if not pairs:
        return {}
    rows = [{"notice": notice, "person": person} for notice, person in pairs]
    found = await conn.execute(_found(conn.dialect.name), parameters(conn, rows))
    return {(row.notice_id, row.passed_by): Passed(at=row.passed_at, name=row.name, post=row.title) for row in found}


@cache
def _found(dialect: str) -> Select[Any]:
    asked = given(dialect, {"notice": BigInteger(), "person": BigInteger()})
    taken = obligations.alias("taken")
    mine = (obligations.c.notice_id == asked.c.notice) & (obligations.c.person_id == asked.c.person)
    return (
        select(obligations.c.notice_id, obligations.c.passed_by, obligations.c.passed_at, people.c.name, posts.c.title)
        .join_from(asked, obligations, mine)
        .join(taken, taken.c.id == obligations.c.passed_to_id)
        .join(people, people.c.id == taken.c.person_id)
        .join(posts, posts.c.id == taken.c.post_id)
        .order_by(obligations.c.passed_at)
    )
