"""The desk at the door: codes, greetings, blocking and coming back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from bot.chat.acts import Command, Membership
from bot.chat.commands import clear_menu, show_menu
from bot.chat.desk import Desk, OnCommand, spoken
from messages import accounts
from messages.accounts import Standing
from messages.inbox import page
from messages.joining import AnotherPerson, CodeRefused, Joined, Silenced, join
from messages.store.accounts import Member
from messages.text.phrase import Phrase, nphrase, phrase

_log: Final = structlog.get_logger(__name__)

_POSTS_SHOWN: Final = 20

_REFUSED: Final = phrase("This code cannot be used. Please check it, or ask your unit's administrator for a new one.")
_MOVED: Final = phrase("You now use another account. Notices go there; this chat no longer has access.")
_MOVED_BOT: Final = phrase(
    "Another bot serves you from now on. Notices come in your chat with it; this chat no longer has access."
)


async def start(desk: Desk, command: Command, member: Member | None) -> None:
    """``/start CODE``: join with a code, whoever one is until now."""
    now = desk.clock.now()
    outcome = await join(
        desk.db, chat_id=command.chat_id, bot_id=desk.bot_id, code=command.argument, now=now, limits=desk.policy.joining
    )
    language = member.language if member else spoken(command.language_code)
    match outcome:
        case Joined():
            await _welcome(desk, command.chat_id, outcome)
        case CodeRefused():
            await desk.say(command.chat_id, _REFUSED, language)
        case Silenced(until=until, just_now=True):
            await desk.say(command.chat_id, _too_many(until - now), language)
        case Silenced():
            pass
        case AnotherPerson(name=name):
            await desk.say(command.chat_id, _occupied(name), language)


def _too_many(left: timedelta) -> Phrase:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return nphrase(
        "Too many codes that cannot be used. Please try again in {count} minute.",
        "Too many codes that cannot be used. Please try again in {count} minutes.",
        minutes,
    )


def _occupied(name: str) -> Phrase:
    return phrase(
        "This account is {name}'s. The code stays good: please open its link in the account of the person it is for.",
        name=name,
    )


async def _welcome(desk: Desk, chat_id: int, joined: Joined) -> None:
    """Greet who joined, tell the account that was left, and let what waits go out after the greeting."""
    person = joined.person
    standing = await accounts.standing(desk.db, person.id)
    if joined.previous is not None:
        await _part(desk, joined.previous, chat_id)
    try:
        await _greeting(desk, chat_id, person.language, name=person.name, standing=standing, joined=joined)
    finally:
        if joined.waiting:
            desk.wake()
    await show_menu(desk, chat_id, person.language, standing)


async def _part(desk: Desk, left: Member, chat_id: int) -> None:
    """Tell an account that its person has left it for ``chat_id``; the bot that served it tells it."""
    there = desk.at(left.bot_id)
    if there is None:
        _log.info("farewell_unsaid", chat_id=left.chat_id, bot=left.bot_id)
        return
    with desk.unharmed(left.chat_id):
        await there.say(left.chat_id, _MOVED_BOT if left.chat_id == chat_id else _MOVED, left.language)
    await clear_menu(there, left.chat_id)


async def greet(desk: Desk, _command: Command, member: Member) -> None:
    """``/start`` without a code, by a member."""
    standing = await accounts.standing(desk.db, member.person_id)
    inbox = await page(desk.db, member)
    await _greeting(desk, member.chat_id, member.language, name=member.name, standing=standing, inbox=inbox.total)
    await show_menu(desk, member.chat_id, member.language, standing)


async def _greeting(
    desk: Desk,
    chat_id: int,
    language: str,
    *,
    name: str,
    standing: Standing,
    joined: Joined | None = None,
    inbox: int = 0,
) -> None:
    await desk.show(
        chat_id,
        "greeting",
        language,
        name=name,
        new=joined is not None and not joined.already,
        coming=joined.waiting if joined else 0,
        inbox=inbox,
        posts=standing.posts[:_POSTS_SHOWN],
        more=max(0, len(standing.posts) - _POSTS_SHOWN),
    )


async def change_membership(desk: Desk, act: Membership, member: Member) -> None:
    """The person blocked the bot, or let it in again."""
    if act.blocked:
        await accounts.blocked(desk.db, member, desk.clock.now())
    elif not member.reachable:
        await welcome_back(desk, member)


async def welcome_back(desk: Desk, member: Member) -> None:
    """A chat that could not be written to gives a sign of life: what it missed is tried again."""
    if await accounts.came_back(desk.db, member, desk.clock.now()):
        desk.wake()


COMMANDS: Final[Mapping[str, OnCommand]] = {"start": greet}
