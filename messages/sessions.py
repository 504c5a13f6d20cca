"""The dashboard's sessions: a link used once opens one, in a browser, for the person whose chat asked for it.

1. The chat gives a link that lives five minutes. Only its hash is kept.
2. Opening it shows whose it is; a press there uses it up and begins a session with a token of its own, so that nobody
   can be made to use a session that somebody else knows.
3. At each request the session is looked up anew: it ends when it has been idle, when it is old, when the person signs
   out, or moves to another account.

Whoever has a chat may open the dashboard: each page asks for itself what its reader may see.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.ledger import Kind
from messages.organisation.records import Person
from messages.rights import Act, acts_of
from messages.store import ledger, sessions
from messages.store.accounts import Member
from messages.store.database import Database
from messages.store.sessions import Open

LINK_LIVES: Final = timedelta(minutes=5)
IDLE: Final = timedelta(hours=1)
"""A session ends after so long without a request."""
LONGEST: Final = timedelta(hours=12)
"""A session ends after so long however much it is used."""

_STEP: Final = timedelta(minutes=1)
"""That a session goes on is written at most so often."""
_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks at the dashboard: the person, and all that the person may do somewhere."""

    session_id: int
    person: Person
    acts: frozenset[Act]

    @property
    def id(self) -> int:
        """The person's id."""
        return self.person.id


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A session that has just begun; the token is known only now."""

    token: str
    person: Person


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def give_link(db: Database, member: Member, now: datetime) -> str:
    """A new link's token for a member; links that were given before and not used no longer work."""
    token = secrets.token_urlsafe(_BYTES)
    async with db.writing() as conn:
        await sessions.void_links(conn, member.person_id, now)
        await sessions.add_link(
            conn,
            person_id=member.person_id,
            account_id=member.account_id,
            token_hash=digest(token),
            created_at=now,
            expires_at=now + LINK_LIVES,
        )
    return token


async def whose_link(db: Database, token: str, now: datetime) -> Person | None:
    """Whom a link signs in; None where it is used, too old, or no link of ours. Looking uses nothing up."""
    if not _TOKEN.fullmatch(token):
        return None
    async with db.reading() as conn:
        return await sessions.whose_link(conn, digest(token), now)


async def sign_in(db: Database, token: str, now: datetime) -> Begun | None:
    """Use a link up and begin a session; None where it is no longer good."""
    if not _TOKEN.fullmatch(token):
        return None
    async with db.writing() as conn:
        person = await sessions.use_link(conn, digest(token), now)
        if person is None:
            return None
        begun = Begun(token=secrets.token_urlsafe(_BYTES), person=person)
        await sessions.begin(conn, person.id, token_hash=digest(begun.token), at=now, expires_at=now + IDLE)
        await ledger.append(conn, at=now, kind=Kind.WEB_SIGNED_IN, person_id=person.id, body={})
    return begun


async def viewer(db: Database, token: str, now: datetime) -> Viewer | None:
    """Who a session is, as far as it is still good; what the person may do is asked anew."""
    if not _TOKEN.fullmatch(token):
        return None
    async with db.reading() as conn:
        found = await sessions.find(conn, digest(token), now)
        acts = await acts_of(conn, found.person.id) if found else frozenset()
    if found is None or now >= found.created_at + LONGEST:
        return None
    await _go_on(db, found, now)
    return Viewer(session_id=found.id, person=found.person, acts=acts)


async def _go_on(db: Database, found: Open, now: datetime) -> None:
    until = min(now + IDLE, found.created_at + LONGEST)
    if until - found.expires_at >= _STEP:
        async with db.writing() as conn:
            await sessions.prolong(conn, found.id, until)


async def is_open(db: Database, session_id: int, now: datetime) -> bool:
    """Whether a session is still good, for a page that is kept up to date: being shown does not prolong it."""
    async with db.reading() as conn:
        return await sessions.is_open(conn, session_id, now)


async def sign_out(db: Database, session_id: int, now: datetime) -> None:
    """End a session."""
    async with db.writing() as conn:
        await sessions.end(conn, session_id, now)
