"""Joining: a single-use code ties a chat account to a person.

1. The code's hash is looked up. Wrong, used, expired, replaced and malformed are all one refusal, after the same work.
2. Ten wrong tries (the policy's number) from one account within an hour silence it for an hour, right codes included.
3. A person has one account, and is served by the bot through which it joined. With a new code the person moves, to
   another chat, another bot, or both: the old account loses access, and what was open there goes to the new one.
4. A chat has one person, at whichever bot. A second person's code is left unused.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import HeldPost, Person
from messages.store import accounts, bots, invites, ledger, wrong_codes
from messages.store.accounts import Member
from messages.store.database import Connection, Database
from messages.store.invites import OpenInvite

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NO_CODE: Final = ""


class Limits(Protocol):
    """How much guessing is borne: ``wrong_tries`` within ``window`` silence an account for ``silence``."""

    @property
    def wrong_tries(self) -> int:
        """How many wrong tries are too many."""
        ...

    @property
    def window(self) -> timedelta:
        """Within which time they are counted."""
        ...

    @property
    def silence(self) -> timedelta:
        """For how long the account gets no answer then."""
        ...


@dataclass(frozen=True, kw_only=True)
class Joined:
    """The chat is the person's account now, or was so ``already``.

    ``waiting`` deliveries were planned again for it, due at once. ``previous`` is the account that lost access.
    """

    account_id: int
    person: Person
    posts: tuple[HeldPost, ...]
    waiting: int = 0
    previous: Member | None = None
    already: bool = False


@dataclass(frozen=True, kw_only=True)
class CodeRefused:
    """The code is not good; the person is not told why."""


@dataclass(frozen=True, kw_only=True)
class Silenced:
    """Too many wrong tries: no code is taken before ``until``. ``just_now`` marks the try that was one too many."""

    until: datetime
    just_now: bool


@dataclass(frozen=True, kw_only=True)
class AnotherPerson:
    """The chat is the account of another person, ``name``; the code stays good."""

    name: str


Joining = Joined | CodeRefused | Silenced | AnotherPerson


def hash_code(code: str) -> str:
    """A code as it is kept: SHA-256, hexadecimal. What cannot be a code hashes to what no code hashes to."""
    return hashlib.sha256((code if _CODE.fullmatch(code) else _NO_CODE).encode()).hexdigest()


async def join(db: Database, *, chat_id: int, bot_id: int, code: str, now: datetime, limits: Limits) -> Joining:
    """Tie a chat at a bot to the person whom ``code`` was made for."""
    code_hash = hash_code(code)
    async with db.writing() as conn:
        until = await _silenced_until(conn, chat_id, now, limits)
        if until is not None:
            return Silenced(until=until, just_now=False)
        member = await accounts.find(conn, chat_id)
        invite = await _find_invite(conn, code_hash)
        here = member if member and member.bot_id == bot_id else None
        if invite and here and invite.used_by_account_id == here.account_id:
            return await _joined(conn, here.account_id, here.person_id, already=True)
        if invite is None or not invite.usable(now):
            return await _refuse(conn, chat_id, now, limits)
        if member and member.person_id != invite.person_id:
            return AnotherPerson(name=member.name)
        if here:  # a second code of the same person in the same chat: nothing moves
            await invites.mark_used(conn, invite.id, here.account_id, now)
            return await _joined(conn, here.account_id, here.person_id, already=True)
        return await _tie(conn, invite, chat_id, bot_id, now)


async def _find_invite(conn: Connection, code_hash: str) -> OpenInvite | None:
    """The invite as it stands when nobody else can use it or join as its person until this transaction ends."""
    invite = await invites.find_open(conn, code_hash)
    if invite is None:
        return None
    await accounts.hold_person(conn, invite.person_id)
    return await invites.find_open(conn, code_hash)


async def _silenced_until(conn: Connection, chat_id: int, now: datetime, limits: Limits) -> datetime | None:
    tries = await wrong_codes.latest(conn, chat_id, limits.wrong_tries)
    if len(tries) < limits.wrong_tries or tries[0] - tries[-1] >= limits.window:
        return None
    until = tries[0] + limits.silence
    return until if now < until else None


async def _refuse(conn: Connection, chat_id: int, now: datetime, limits: Limits) -> CodeRefused | Silenced:
    await wrong_codes.add(conn, chat_id=chat_id, at=now, keep=limits.window + limits.silence)
    until = await _silenced_until(conn, chat_id, now, limits)
    if until is None:
        return CodeRefused()
    await ledger.append(
        conn,
        at=now,
        kind=Kind.CODES_SILENCED,
        person_id=None,
        body={"chat_id": chat_id, "until": until.isoformat()},
    )
    return Silenced(until=until, just_now=True)


async def _tie(conn: Connection, invite: OpenInvite, chat_id: int, bot_id: int, now: datetime) -> Joined | CodeRefused:
    if not await bots.hold(conn, bot_id):  # retired a moment ago: the code is for the bot that serves instead
        return CodeRefused()
    person_id = invite.person_id
    previous = await accounts.find_person(conn, person_id)
    before = await accounts.last_account(conn, person_id)
    if previous:
        await accounts.leave(conn, previous.account_id, now)
    account_id = await accounts.open_account(conn, person_id=person_id, chat_id=chat_id, bot_id=bot_id, at=now)
    await invites.mark_used(conn, invite.id, account_id, now)
    await accounts.follow_person(conn, person_id, bot_id)
    waiting = await _record(conn, invite, before, account_id, now)
    waiting += await accounts.reopen_unreachable(conn, person_id, now)
    return await _joined(conn, account_id, person_id, waiting=waiting, previous=previous)


async def _record(conn: Connection, invite: OpenInvite, before: int | None, account_id: int, now: datetime) -> int:
    """Write the ledger's event; gives how many deliveries follow the person from the account had ``before``."""
    body: dict[str, Json] = {"account": account_id, "invite": invite.id}
    again: list[Json] = []
    if before is not None:
        again = await accounts.reopen_left(conn, invite.person_id, account_id, now)
        body |= {"previous": before, "sent_again": again}
    kind = Kind.JOINED if before is None else Kind.MOVED_ACCOUNT
    await ledger.append(conn, at=now, kind=kind, person_id=invite.person_id, body=body)
    return len(again)


async def _joined(
    conn: Connection,
    account_id: int,
    person_id: int,
    *,
    waiting: int = 0,
    previous: Member | None = None,
    already: bool = False,
) -> Joined:
    return Joined(
        account_id=account_id,
        person=await accounts.person(conn, person_id),
        posts=await accounts.held_posts(conn, person_id),
        waiting=waiting,
        previous=previous,
        already=already,
    )
