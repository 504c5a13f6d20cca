"""A person's chat account: who is in a chat, whether the chat can be written to, and in which language it speaks."""

from dataclasses import dataclass
from datetime import datetime

from messages.deliveries import Reason
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import HeldPost, Role
from messages.quiet_hours import OwnHours, Wait
from messages.rights import Act, acts_of
from messages.store import accounts, deliveries, ledger, quiet_hours
from messages.store.accounts import Member
from messages.store.database import Connection, Database


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a person is in the organisation now: the posts held, the roles borne, and what these let the person do."""

    posts: tuple[HeldPost, ...]
    roles: frozenset[Role]
    acts: frozenset[Act]


async def find_member(db: Database, chat_id: int, bot_id: int) -> Member | None:
    """The person whose current account a chat is at a bot.

    None for a stranger, for an account that its person has left, and for a person whom another bot serves.
    """
    async with db.reading() as conn:
        return await accounts.find_served(conn, chat_id, bot_id)


async def standing(db: Database, person_id: int) -> Standing:
    """The posts and roles of a person."""
    async with db.reading() as conn:
        posts = await accounts.held_posts(conn, person_id)
        roles = await accounts.roles_borne(conn, person_id)
        return Standing(posts=posts, roles=roles, acts=await acts_of(conn, person_id))


async def choose_language(db: Database, person_id: int, language: str) -> None:
    """Speak another language to a person from now on; a roster does not change it back."""
    async with db.writing() as conn:
        await accounts.choose_language(conn, person_id, language)


async def quiet_hours_of(db: Database, person_id: int) -> OwnHours | None:
    """The quiet hours that a person has chosen; None: the office's."""
    async with db.reading() as conn:
        return await quiet_hours.find(conn, person_id)


async def choose_quiet_hours(db: Database, person_id: int, own: OwnHours | None, *, wait: Wait, now: datetime) -> None:
    """Go by other quiet hours for a person from now on (None: the office's); what waits goes out when they are over."""
    async with db.writing() as conn:
        await quiet_hours.choose(conn, person_id, own)
        await quiet_hours.move_waiting(conn, person_id, wait, now)
        hours: Json = [f"{own.start:%H:%M}", f"{own.end:%H:%M}"] if own else None
        await ledger.append(conn, at=now, kind=Kind.QUIET_HOURS_CHOSEN, person_id=person_id, body={"hours": hours})


async def blocked(db: Database, member: Member, now: datetime) -> None:
    """The person blocked the bot: nothing can be delivered until the person comes back.

    Whoever has moved to another bot or account meanwhile is reached there.
    """
    async with db.writing() as conn:
        if await _is_current(conn, member):
            account = {"chat_id": member.chat_id, "bot_id": member.bot_id}
            await deliveries.lose_person(conn, member.person_id, Reason.BLOCKED, now, **account)


async def came_back(db: Database, member: Member, now: datetime) -> int:
    """The chat can be written to again; gives how many deliveries are tried again."""
    async with db.writing() as conn:
        if not await _is_current(conn, member):
            return 0
        await accounts.mark_reachable(conn, member.account_id)
        return await accounts.reopen_unreachable(conn, member.person_id, now)


async def _is_current(conn: Connection, member: Member) -> bool:
    """Whether the person still has this account, and does not move before this transaction ends."""
    await accounts.hold_person(conn, member.person_id)
    present = await accounts.find_person(conn, member.person_id)
    return present is not None and present.account_id == member.account_id
