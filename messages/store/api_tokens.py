"""Queries of the tokens of other systems, and of what was answered to their requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, delete, insert, select, update

from messages.store.database import Connection
from messages.store.tables import api_requests, api_tokens, people
from messages.store.upsert import insert_new

_MOST: Final = 1000

_giver = people.alias("giver")


@dataclass(frozen=True, kw_only=True)
class KeptToken:
    """A token as it is kept: of itself nothing but its hash. ``created_by`` is a name; None: the operator."""

    id: int
    person_id: int
    person_code: str
    person: str
    language: str
    name: str
    token_hash: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str | None
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """What was answered to a request whose body had this ``digest``."""

    digest: str
    status: int
    answer: Any


def _query() -> Select[Any]:
    columns = api_tokens, people.c.code, people.c.name.label("person"), people.c.language, _giver.c.name.label("giver")
    return (
        select(*columns)
        .join(people, people.c.id == api_tokens.c.person_id)
        .join(_giver, _giver.c.id == api_tokens.c.created_by, isouter=True)
    )


def _token(row: Row[Any]) -> KeptToken:
    return KeptToken(
        id=row.id,
        person_id=row.person_id,
        person_code=row.code,
        person=row.person,
        language=row.language,
        name=row.name,
        token_hash=row.token_hash,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        created_by=row.giver,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


async def add(
    conn: Connection,
    *,
    person_id: int,
    name: str,
    token_hash: str,
    scopes: Sequence[str],
    at: datetime,
    by: int | None,
    expires_at: datetime,
) -> int:
    """Keep a token; gives its id."""
    values = {
        "person_id": person_id,
        "name": name,
        "token_hash": token_hash,
        "scopes": [*scopes],
        "created_at": at,
        "created_by": by,
        "expires_at": expires_at,
    }
    return int((await conn.execute(insert(api_tokens).values(values).returning(api_tokens.c.id))).scalar_one())


async def by_hash(conn: Connection, token_hash: str) -> KeptToken | None:
    """The token of this hash."""
    row = (await conn.execute(_query().where(api_tokens.c.token_hash == token_hash))).one_or_none()
    return _token(row) if row else None


async def find(conn: Connection, token_id: int) -> KeptToken | None:
    """The token of this id."""
    row = (await conn.execute(_query().where(api_tokens.c.id == token_id))).one_or_none()
    return _token(row) if row else None


async def newest(conn: Connection) -> list[KeptToken]:
    """The tokens that were issued last, those first."""
    rows = await conn.execute(_query().order_by(api_tokens.c.id.desc()).limit(_MOST))
    return [_token(row) for row in rows]


async def revoke(conn: Connection, token_id: int, at: datetime) -> bool:
    """End a token; False where it was ended before."""
    mine = api_tokens.c.id == token_id, api_tokens.c.revoked_at.is_(None)
    return (await conn.execute(update(api_tokens).where(*mine).values(revoked_at=at))).rowcount > 0


async def answered(conn: Connection, token_id: int, key: str, *, hold: bool = False) -> KeptAnswer | None:
    """What was answered to a token's request with this key; ``hold``: nobody else completes it meanwhile."""
    mine = api_requests.c.token_id == token_id, api_requests.c.key == key
    columns = api_requests.c.digest, api_requests.c.status, api_requests.c.answer
    query = select(*columns).where(*mine)
    row = (await conn.execute(query.with_for_update() if hold else query)).one_or_none()
    return KeptAnswer(digest=row.digest, status=row.status, answer=row.answer) if row else None


async def keep_answer(conn: Connection, token_id: int, key: str, kept: KeptAnswer, at: datetime) -> None:
    """Keep what was answered; the first answer to a key stands."""
    values = {"token_id": token_id, "key": key, "at": at, **vars(kept)}
    await conn.execute(insert_new(conn, api_requests).values(values).on_conflict_do_nothing())


async def complete_answer(conn: Connection, token_id: int, key: str, answer: Any) -> None:  # noqa: ANN401 -- any JSON
    """Keep what is answered to a request that was kept without it."""
    mine = api_requests.c.token_id == token_id, api_requests.c.key == key
    await conn.execute(update(api_requests).where(*mine).values(answer=answer))


async def forget_answers(conn: Connection, token_id: int, *, older_than: datetime) -> None:
    """Forget a token's answers that are too old to be asked for again."""
    mine = api_requests.c.token_id == token_id, api_requests.c.at < older_than
    await conn.execute(delete(api_requests).where(*mine))
