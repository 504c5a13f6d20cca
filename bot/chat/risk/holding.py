"""Whose post it is: a draft of a post that its writer does not hold any more is closed, kindly."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.desk import Desk
from messages import accounts
from messages.errors import DecidedBefore
from messages.organisation.records import HeldPost
from messages.register.drafts import RISKS, RiskContent, RiskDraft
from messages.register.own import Mine
from messages.register.records import Progress
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

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


async def came_to(desk: Desk, member: Member, draft: RiskDraft) -> Phrase | None:
    """What became of a draft that is closed: its point is kept or submitted by now; None for anything else."""
    if draft.post_id not in {post.post_id for post in await posts_of(desk, member)}:
        return None
    mine = await desk.register.mine(draft.post_id, member.person_id, desk.clock.now())
    same = (one.point.progress for one in mine.points if RiskContent.of_content(one.latest) == draft.content)
    return next((_CAME_TO[progress] for progress in same if progress in _CAME_TO), None)


_CAME_TO: Final[Mapping[Progress, Phrase]] = MappingProxyType(
    {
        Progress.DRAFT: phrase("This is kept as a draft already."),
        Progress.SUBMITTED: phrase("This has been submitted already, and waits for a decision."),
    }
)
