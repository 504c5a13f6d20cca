"""The routing: from an update to the desk that attends to it. A handler parses, calls one domain function, answers."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

import structlog
from telegram.error import Forbidden, TelegramError

from bot.chat import (
    acts,
    broadcast,
    buttons,
    calendar,
    campaigns,
    declaring,
    digest,
    help,  # noqa: A004 -- the desk's name
    holder,
    inbox,
    items,
    joining,
    language,
    leave,
    lookup,
    mydata,
    notices,
    passing,
    quiet,
    reasons,
    register,
    risk,
    score,
    strangers,
    tenders,
    waiting,
    warnings,
    web,
    who_saw_me,
)
from bot.chat.acts import Act, Command, Membership, Press, Said
from bot.chat.buttons import Forged, Wish
from bot.chat.commands import Menus
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords, spoken
from bot.chat.items import approving
from bot.chat.reasons import OnReason
from bot.chat.register import reviewing
from bot.telegram import keyboards
from bot.telegram.incoming import Update
from bot.telegram.ordering import Later
from messages.accounts import find_member
from messages.drafts import Kind, in_front
from messages.errors import NotEntitled, NotFound
from messages.reasons import was_reason
from messages.searches import was_begun
from messages.store.accounts import Member
from messages.store.database import is_away
from messages.text.phrase import phrase
from messages.warnings.answers import ANSWERS

_log: Final = structlog.get_logger(__name__)

_SORRY: Final = phrase("Sorry, that did not work. Please try again in a moment.")
_POINTER: Final = phrase("I did not understand that. /help shows what I can do for you.")

_COMMANDS: Final[Mapping[str, OnCommand]] = {
    **joining.COMMANDS,
    **inbox.COMMANDS,
    **broadcast.COMMANDS,
    **items.COMMANDS,
    **campaigns.COMMANDS,
    **tenders.COMMANDS,
    **declaring.COMMANDS,
    **risk.COMMANDS,
    **score.COMMANDS,
    **waiting.COMMANDS,
    **warnings.COMMANDS,
    **register.COMMANDS,
    **notices.COMMANDS,
    **lookup.COMMANDS,
    **leave.COMMANDS,
    **mydata.COMMANDS,
    **who_saw_me.COMMANDS,
    **calendar.COMMANDS,
    **quiet.COMMANDS,
    **language.COMMANDS,
    **web.COMMANDS,
    **help.COMMANDS,
}
_BUTTONS: Final[Mapping[str, OnButton]] = {
    **holder.BUTTONS,
    **digest.BUTTONS,
    **inbox.BUTTONS,
    **passing.BUTTONS,
    **broadcast.BUTTONS,
    **items.BUTTONS,
    **campaigns.BUTTONS,
    **tenders.BUTTONS,
    **declaring.BUTTONS,
    **risk.BUTTONS,
    **score.BUTTONS,
    **waiting.BUTTONS,
    **approving.BUTTONS,
    **warnings.BUTTONS,
    **register.BUTTONS,
    **notices.BUTTONS,
    **lookup.BUTTONS,
    **leave.BUTTONS,
    **who_saw_me.BUTTONS,
    **calendar.BUTTONS,
    **quiet.BUTTONS,
    **language.BUTTONS,
}
_REASONS: Final[Mapping[str, OnReason]] = {
    **broadcast.REASONS,
    **campaigns.REASONS,
    **tenders.REASONS,
    **approving.REASONS,
    **warnings.REASONS,
    **risk.REASONS,
    **score.REASONS,
    **register.REASONS,
    **leave.REASONS,
}
_ASKED_BY: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(broadcast.REASONS, broadcast.BUTTONS),
    **dict.fromkeys(approving.REASONS, approving.BUTTONS),
    **campaigns.ASKED_BY,
    **tenders.ASKED_BY,
    **dict.fromkeys(warnings.REASONS, warnings.BUTTONS),
    **risk.ASKED_BY,
    **score.ASKED_BY,
    **dict.fromkeys(register.REASONS, reviewing.BUTTONS),
    **leave.ASKED_BY,
}
"""The buttons of the desk that asks for a reason."""


_READING: Final[Mapping[str, Callable[[str], str]]] = {
    **risk.READING,
    **tenders.READING,
    **score.READING,
}


async def _reason(desk: Desk, said: Said, member: Member) -> bool:
    return await reasons.take(desk, said, member, _REASONS, _READING)


_WORDS: Final[Mapping[Kind, OnWords]] = {
    Kind.REASON: _reason,
    **broadcast.WORDS,
    **items.WORDS,
    **campaigns.WORDS,
    **tenders.WORDS,
    **declaring.WORDS,
    **risk.WORDS,
    **lookup.WORDS,
    **warnings.WORDS,
    **register.WORDS,
    **leave.WORDS,
}
"""Who takes what a person says, by the draft that is in front."""


async def _forged(_desk: Desk, _press: Press, _member: Member, _wish: Wish) -> None:
    raise Forged


class Chat:
    """Attends to what people do in their private chats with the bot."""

    def __init__(self, desk: Desk) -> None:
        """Attend with the tools of ``desk``."""
        self._desk = desk
        self._strangers = strangers.Strangers()
        self._menus = Menus()

    async def follow_menus(self) -> None:
        """The menu of everybody whose rights have changed follows."""
        await self._menus.follow_all(self._desk)

    async def process(self, update: Update) -> Later | None:
        """Attend to one update; gives what can be done later.

        The person gets a kind line, the log the whole story; what is raised is only that the database is away: the
        update is then to be processed once more.
        """
        act = acts.read(update)
        if act is None:
            return None
        try:
            return await self._attend(act)
        except Forbidden:
            _log.info("answer_undeliverable", chat_id=act.chat_id)
        except Exception as error:
            if is_away(error):
                raise
            # An error in one handler must never stop another.
            _log.exception("act_failed", chat_id=act.chat_id, act=type(act).__name__)
            await self._apologise(act)
        return None

    async def _attend(self, act: Act) -> Later | None:
        if isinstance(act, Press) and (acknowledged := keyboards.parse(act.data)):
            # Anyone's press is judged by the same rules, so that a refused one is recorded.
            return await holder.press_notice(self._desk, act, acknowledged.delivery_id)
        member = await find_member(self._desk.db, act.chat_id, self._desk.bot_id)
        if isinstance(act, Command) and act.name == "start" and act.argument:
            await joining.start(self._desk, act, member)
        elif member is None:
            await self._turn_away(act)
        else:
            await self._serve(act, member)
        return None

    async def _turn_away(self, act: Act) -> None:
        """A stranger did something."""
        match act:
            case Press():
                await holder.press_forged(self._desk, act)
            case Command() | Said() if self._strangers.may_be_told(act.chat_id, self._desk.clock.now()):
                await self._desk.say(act.chat_id, strangers.LINE, spoken(act.language_code))

    async def _serve(self, act: Act, member: Member) -> None:
        """A member did something."""
        if isinstance(act, Membership):
            await joining.change_membership(self._desk, act, member)
            return
        if not member.reachable:
            await joining.welcome_back(self._desk, member)
        match act:
            case Command():
                await self._command(act, member)
            case Press():
                await self._press(act, member)
            case Said():
                await self._said(act, member)
        await self._menus.follow(self._desk, member.chat_id, member.person_id)

    async def _command(self, command: Command, member: Member) -> None:
        attend = _COMMANDS.get(command.name)
        await reasons.leave(self._desk, member)
        try:
            if attend is None:
                await self._desk.say(member.chat_id, _POINTER, member.language)
            else:
                await attend(self._desk, command, member)
        except NotEntitled as error:
            await self._desk.say(member.chat_id, error.phrase, member.language)
            await self._menus.renew(self._desk, member.chat_id)  # it may offer what was revoked
        except NotFound as error:
            await self._desk.say(member.chat_id, error.phrase, member.language)

    async def _press(self, press: Press, member: Member) -> None:
        wish = buttons.read(press.data)
        await reasons.leave_by(self._desk, member, wish, _ASKED_BY)
        try:
            await _BUTTONS.get(wish.kind, _forged)(self._desk, press, member, wish)
        except Forged:
            await holder.press_forged(self._desk, press)
        except (NotEntitled, NotFound) as error:
            await self._desk.toast(press, error.phrase, member.language)

    async def _said(self, said: Said, member: Member) -> None:
        try:
            if not await self._taken(said, member):
                await self._desk.say(member.chat_id, _POINTER, member.language)
        except (NotEntitled, NotFound) as error:
            await self._desk.say(member.chat_id, error.phrase, member.language)

    async def _taken(self, said: Said, member: Member) -> bool:
        """Whether what was said was asked for, or was taken before and comes once more."""
        mine = self._desk.db, member.person_id, said.message_id
        if await was_reason(*mine) or await was_begun(*mine) or await ANSWERS.has_taken(*mine):
            return True
        kind = await in_front(self._desk.db, member.person_id)
        return kind is not None and kind in _WORDS and await _WORDS[kind](self._desk, said, member)

    async def _apologise(self, act: Act) -> None:
        spoken_language = spoken(act.language_code)
        try:
            if isinstance(act, Press):
                await self._desk.toast(act, _SORRY, spoken_language)
            elif not isinstance(act, Membership):
                await self._desk.say(act.chat_id, _SORRY, spoken_language)
        except TelegramError as error:
            _log.info("apology_undeliverable", chat_id=act.chat_id, error=str(error))
