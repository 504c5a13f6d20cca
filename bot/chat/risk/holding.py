"""Whose post it is: a draft of a post that its writer does not hold any more is closed, kindly."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.desk import Desk
from messages import accounts
from messages.errors import DecidedBefore
from messages.organisation.records import HeldPost
from messages.register.drafts import RISKS, RiskDraft
from messages.register.own import Mine
from messages.store.accounts import Member
from messages.text.phrase import phrase

OnRisk: TypeAlias = Callable[[Desk, Press, Member, RiskDraft, Wish], Awaitable[None]]


async def posts_of(desk: Desk, member: Member) -> tuple[HeldPost, ...]:
    """The posts that a person holds now."""
    return (await accounts.standing(desk.db, member.person_id)).posts


async def mine_of(desk: Desk, member: Member, draft: RiskDraft) -> Mine:
    """The post of a draft. Of one that is somebody else's by now the draft is closed: raises ``DecidedBefore``."""
    if draft.post_id not in {post.post_id for post in await posts_of(desk, member)}:
        await RISKS.discard(desk.db, draft, desk.clock.now())
        raise DecidedBefore(phrase("This post is not yours any more, so its draft is closed. Thank you for your work."))
    return await desk.register.mine(draft.post_id, member.person_id, desk.clock.now())
