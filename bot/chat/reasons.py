"""Reasons that a desk has asked for: the next words are handed to it, unless the person turns to something else."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press, Said
from bot.chat.buttons import Wish
from bot.chat.desk import Desk
from bot.chat.standing import Stand
from messages import reasons
from messages.errors import LianxunError, NotEntitled, NotFound, Refused
from messages.reasons import About, reason_of
from messages.store.accounts import Member
from messages.text.phrase import phrase

OnReason: TypeAlias = Callable[[Desk, Member, About, str, int], Awaitable[None]]
"""Does what a reason was asked for: it is given the reason, and the message that it came by."""

_REMEMBERED: Final = timedelta(days=1)
"""After so long a person may mean something else: what is written is not taken unasked."""
_LATELY: Final = timedelta(hours=1)
"""So long a person may expect that it is awaited still."""
_CHOOSE: Final = phrase("Your reason is kept. Please choose the day by one of the buttons, or go back.")
_WORDS: Final = phrase("This was not taken: please write it in words.")
_LEFT: Final = phrase("What you were asked to write is not awaited any more. To give it, please begin that once more.")


async def take(
    desk: Desk, said: Said, member: Member, desks: Mapping[str, OnReason], reading: Mapping[str, Callable[[str], str]]
) -> bool:
    """Hand a reason to the desk that asked for it; whoever may not give it any more is not asked again either.

    What some desks ask for is no reason: ``reading`` says how that is read.
    """
    question, now = await reasons.asked(desk.db, member.person_id), desk.clock.now()
    if question is None:
        return False
    if said.media is not None or not said.text:
        await desk.say(member.chat_id, _WORDS, member.language)
        return True
    about = question.about
    if about.why:  # a day written now would replace it, and stand in the record as the reason
        await desk.say(member.chat_id, _CHOOSE, member.language)
        return True
    if now - question.at > _REMEMBERED:
        await reasons.ask(desk.db, member.person_id, about, now)
        at = desk.moment(question.at, member.language)
        again = phrase("Is this what you were asked for on {moment}? Then please write it again.", moment=at)
        await desk.say(member.chat_id, again, member.language)
        return True
    try:
        why = reading.get(about.desk, reason_of)(said.text)
    except Refused as error:  # it is still asked for
        await desk.say(member.chat_id, error.phrase, member.language)
    else:
        await _hand_over(desk, said, member, about, desks[about.desk], why, now)
    return True


async def _hand_over(
    desk: Desk, said: Said, member: Member, about: About, to: OnReason, why: str, now: datetime
) -> None:
    """Whoever may not give it any more is not asked again."""
    try:
        await to(desk, member, about, why, said.message_id)
    except LianxunError as error:
        async with desk.db.writing() as conn:
            await reasons.stop(conn, member.person_id, now, said.message_id)
        if isinstance(error, NotEntitled):
            raise
        await desk.say(member.chat_id, error.phrase, member.language)


def or_stand(returning: OnReason, stand: Stand) -> OnReason:
    """Return something with a reason; where that does not go any more, its card says why, and how it stands."""

    async def give_back(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
        try:
            await returning(desk, member, about, why, message_id)
        except (NotEntitled, NotFound):
            raise
        except LianxunError as error:
            await stand(desk, member, about.card, about.id, error.phrase)
            raise

    return give_back


async def go_back(desk: Desk, press: Press, member: Member, number: int, stand: Stand) -> None:
    """No reason is asked for any more, nothing is decided yet: the pressed card shows how it stands."""
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    await stand(desk, member, press.message.message_id, number, None)


async def leave(desk: Desk, member: Member) -> None:
    """Whoever turns to something else is not asked any more; where that was lately, it is said."""
    question, now = await reasons.asked(desk.db, member.person_id), desk.clock.now()
    if question is None:
        return
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, now)
    if now - question.at <= _LATELY:
        await desk.say(member.chat_id, _LEFT, member.language)


async def leave_by(desk: Desk, member: Member, wish: Wish, kinds: Mapping[str, Collection[str]]) -> None:
    """So does who presses a button, unless it is about the very thing that the reason is for.

    Such a button is of one of the ``kinds`` of the desk that asked, and names it behind what is to be done.
    """
    question = await reasons.asked(desk.db, member.person_id)
    if question is None:
        return
    about = question.about
    if wish.kind not in kinds[about.desk] or wish.words[1:2] != (str(about.id),):
        await leave(desk, member)
