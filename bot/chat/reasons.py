"""Reasons that a desk has asked for: the next words are handed to it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from bot.chat.acts import Said
from bot.chat.desk import Desk
from messages import reasons
from messages.errors import LianxunError, NotEntitled
from messages.reasons import About
from messages.store.accounts import Member

OnReason: TypeAlias = Callable[[Desk, Member, About, str, int], Awaitable[None]]
"""Does what a reason was asked for: it is given the reason, and the message that it came by."""


async def take(desk: Desk, said: Said, member: Member, desks: Mapping[str, OnReason]) -> bool:
    """Hand a reason to the desk that asked for it; whoever may not give it any more is not asked again either."""
    about = await reasons.asked(desk.db, member.person_id)
    if about is None or not said.text:
        return False
    try:
        await desks[about.desk](desk, member, about, said.text.replace("\0", ""), said.message_id)
    except LianxunError as error:
        async with desk.db.writing() as conn:
            await reasons.stop(conn, member.person_id, desk.clock.now(), said.message_id)
        if isinstance(error, NotEntitled):
            raise
        await desk.say(member.chat_id, error.phrase, member.language)
    return True
