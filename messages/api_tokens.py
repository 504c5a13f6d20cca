"""Tokens of other systems: whoever bears one acts as a person, within its scopes and that person's rights.

A token is shown once; only its hash is kept. It ends when its days are over or when it is revoked. What it may do is
asked at each request anew, like everything that the person does.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.errors import DecidedBefore, Fault, NotFound, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.rights import Act, entitle, reach
from messages.sheets.cells import Unreadable, line
from messages.store import api_tokens, ledger, rights
from messages.store.api_tokens import KeptAnswer, KeptToken
from messages.store.database import Connection, Database
from messages.text.phrase import Phrase, phrase

MOST_DAYS: Final = 1825
"""A token lives no longer."""
ANSWERS_KEPT: Final = timedelta(days=30)
"""So long a request that comes again is given the answer that it was given before."""

KEY_HEADER: Final = "Idempotency-Key"
"""The header with a request's own key."""

_LONGEST_NAME: Final = 100
_PREFIX: Final = "lx_"  # so that whoever finds one somewhere knows what it opens
_BYTES: Final = 32
_TOKEN: Final = re.compile(r"lx_[A-Za-z0-9_-]{43}", re.ASCII)


class ApiScope(StrEnum):
    """What a token is good for."""

    SUBMIT = "items:submit"
    READ = "items:read"
    SEE_WARNINGS = "warnings:read"
    TELL_MATTERS = "tenders:write"
    SEE_MATTERS = "tenders:read"
    SEE_STATISTICS = "statistics:read"


_NEEDS: Final[Mapping[ApiScope, tuple[Act, Phrase]]] = MappingProxyType(
    {
        ApiScope.SUBMIT: (Act.SUBMIT, phrase("This person does not submit items: only collectors do.")),
        ApiScope.TELL_MATTERS: (
            Act.ENTER_MATTERS,
            phrase("This person does not enter tenders: only collectors, leaders and administrators do."),
        ),
    }
)


class TokenState(StrEnum):
    """Whether a token is good."""

    GOOD = "good"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A token to be issued, as it was asked for. ``person`` is a code, ``scopes`` have commas between.

    A fault's column is the field that it is about.
    """

    person: str
    scopes: str
    name: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A token that was issued; ``token`` is known only now."""

    token: str
    kept: KeptToken


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who a request is from."""

    token_id: int
    person_id: int
    language: str
    scopes: frozenset[str]


def state_of(kept: KeptToken, now: datetime) -> TokenState:
    """Whether a token is good at an instant."""
    if kept.revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.GOOD if now < kept.expires_at else TokenState.EXPIRED


async def issue(db: Database, by: int | None, wanted: Wanted, now: datetime) -> Issued:
    """Issue a token; ``by`` is None for the operator. Raises ``Refused`` and ``NotEntitled``."""
    if by is not None:
        await entitle(db, by, Act.ISSUE_TOKENS, now)
    token = _PREFIX + secrets.token_urlsafe(_BYTES)
    async with db.writing() as conn:
        person, scopes, name = await _checked(conn, wanted)
        token_id = await api_tokens.add(
            conn,
            person_id=person,
            name=name,
            token_hash=_digest(token),
            scopes=scopes,
            at=now,
            by=by,
            expires_at=now + timedelta(days=wanted.days),
        )
        kept = await _recorded(conn, Kind.TOKEN_ISSUED, token_id, by, now)
    return Issued(token=token, kept=kept)


async def revoke(db: Database, by: int | None, token_id: int, now: datetime) -> KeptToken:
    """End a token at once. Raises ``NotFound``, ``DecidedBefore`` and ``NotEntitled``."""
    if by is not None:
        await entitle(db, by, Act.ISSUE_TOKENS, now)
    async with db.writing() as conn:
        if await api_tokens.revoke(conn, token_id, now):
            return await _recorded(conn, Kind.TOKEN_REVOKED, token_id, by, now)
        if await api_tokens.find(conn, token_id) is None:
            raise _unknown(token_id)
        raise DecidedBefore(phrase("This token was revoked before."))


async def issued(db: Database, by: int | None, now: datetime) -> Sequence[KeptToken]:
    """The tokens that were issued, the newest first. Raises ``NotEntitled``."""
    if by is not None:
        await entitle(db, by, Act.ISSUE_TOKENS, now)
    async with db.reading() as conn:
        return await api_tokens.newest(conn)


async def bearer(db: Database, token: str, now: datetime) -> Bearer | None:
    """Whose token this is; None for one that is not good, whyever."""
    if not _TOKEN.fullmatch(token):
        return None
    digest = _digest(token)
    async with db.reading() as conn:
        kept = await api_tokens.by_hash(conn, digest)
    if kept is None or not hmac.compare_digest(kept.token_hash, digest) or state_of(kept, now) is not TokenState.GOOD:
        return None
    return Bearer(token_id=kept.id, person_id=kept.person_id, language=kept.language, scopes=frozenset(kept.scopes))


async def answered(db: Database, who: Bearer, key: str, digest: str) -> KeptAnswer | None:
    """What was answered to a request with this key. Raises ``DecidedBefore`` where that had another body."""
    async with db.reading() as conn:
        return _of_body(await api_tokens.answered(conn, who.token_id, key), digest)


async def keep_answer(conn: Connection, who: Bearer, key: str, kept: KeptAnswer, now: datetime) -> KeptAnswer:
    """Keep what is answered to a request with this key, in the transaction of what was asked.

    Gives what is answered: of two at once the first answer stands. Raises ``DecidedBefore`` where its body was another.
    """
    await api_tokens.forget_answers(conn, who.token_id, older_than=now - ANSWERS_KEPT)
    await api_tokens.keep_answer(conn, who.token_id, key, kept, now)
    return _of_body(await api_tokens.answered(conn, who.token_id, key), kept.digest) or kept


async def claim_answer(conn: Connection, who: Bearer, key: str, kept: KeptAnswer, now: datetime) -> None:
    """Keep that a request with this key was done, in the transaction of that; its answer is completed after it.

    Raises ``DecidedBefore`` where another body came with the key.
    """
    await keep_answer(conn, who, key, kept, now)


async def complete_answer(db: Database, who: Bearer, key: str, kept: KeptAnswer) -> KeptAnswer:
    """Keep what is answered to a request that was done; gives what is answered: the first answer stands."""
    async with db.writing() as conn:
        claimed = await api_tokens.answered(conn, who.token_id, key, hold=True)
        if claimed is None or claimed.answer:
            return claimed or kept
        await api_tokens.complete_answer(conn, who.token_id, key, kept.answer)
    return replace(kept, status=claimed.status)


def _of_body(kept: KeptAnswer | None, digest: str) -> KeptAnswer | None:
    if kept is not None and kept.digest != digest:
        raise DecidedBefore(phrase("This key came with another body before: a new key is accepted."))
    return kept


async def _checked(conn: Connection, wanted: Wanted) -> tuple[int, list[ApiScope], str]:
    """The person's id, the scopes and the name; raises ``Refused`` with every fault."""
    faults: list[Fault] = []
    scopes = list(_scopes(wanted.scopes, faults))
    name = _name(wanted.name, faults)
    if not 1 <= wanted.days <= MOST_DAYS:
        many = phrase("From 1 to {most} days are accepted.", most=MOST_DAYS)
        faults.append(Fault(column="days", value=str(wanted.days), message=many))
    person = await rights.person_id(conn, wanted.person)
    if person is None:
        unknown = phrase("There is no person with the code «{code}».", code=wanted.person)
        faults.append(Fault(column="person", value=wanted.person, message=unknown))
    else:
        faults += [fault async for fault in _beyond(conn, person, scopes)]
    if faults or person is None:
        raise Refused(phrase("The input was refused."), faults)
    return person, scopes, name


async def _beyond(conn: Connection, person: int, scopes: Sequence[ApiScope]) -> AsyncIterator[Fault]:
    """The scopes that this person could not use."""
    for scope, (act, message) in _NEEDS.items():
        if scope in scopes and not await reach(conn, person, act):
            yield Fault(column="scopes", value=scope.value, message=message)


def _scopes(words: str, faults: list[Fault]) -> Iterator[ApiScope]:
    accepted = phrase("Accepted: {words}.", words=", ".join(ApiScope))
    for word in dict.fromkeys(part.strip() for part in words.split(",")):
        if word in {*ApiScope}:
            yield ApiScope(word)
        else:
            faults.append(Fault(column="scopes", value=word, message=accepted))


def _name(given: str, faults: list[Fault]) -> str:
    try:
        name = line(given, _LONGEST_NAME)
    except Unreadable as error:
        faults.append(Fault(column="name", value=error.value, message=error.phrase))
        return ""
    if not name:
        message = phrase("The name of the system that will bear it is needed.")
        faults.append(Fault(column="name", value=given, message=message))
    return name


async def _recorded(conn: Connection, kind: Kind, token_id: int, by: int | None, now: datetime) -> KeptToken:
    """The token as it stands now; that something was done with it goes into the ledger."""
    kept = await api_tokens.find(conn, token_id)
    if kept is None:
        raise _unknown(token_id)
    who = await rights.person_code(conn, by) if by is not None else "operator"
    body: dict[str, Json] = {"token": token_id, "name": kept.name, "scopes": [*kept.scopes], "by": who}
    await ledger.append(conn, at=now, kind=kind, person_id=kept.person_id, body=body)
    return kept


def _unknown(token_id: int) -> NotFound:
    return NotFound(phrase("There is no token with the number {id}.", id=token_id))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
