"""Keeping a point that was written as a draft of the post, or submitting it at once with all others."""

from functools import partial

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.desk import Desk
from bot.chat.risk import post, submitting
from bot.chat.risk.asking import WRITING, Asked
from bot.chat.risk.holding import mine_of
from bot.chat.risk.words import seen_of
from bot.chat.words import said_fault
from messages.drafting import Change, setting
from messages.errors import CHANGED, LianxunError, NotEntitled, Outdated
from messages.register.drafts import RISKS, RiskDraft, Step
from messages.store.accounts import Member
from messages.text.phrase import phrase


async def keep(desk: Desk, press: Press, member: Member, draft: RiskDraft, wish: Wish) -> None:
    """Keep what was shown, and perhaps submit it; where that is not how it stands by now, it is shown once more."""
    match wish.words[1:]:
        case [("keep" | "send") as what, seen, others]:
            mine = await mine_of(desk, member, draft)
        case _:
            raise Forged
    asked = Asked(desk=desk, draft=draft, mine=mine, language=member.language)
    changed = seen != draft.digest or (what == "send" and others != seen_of(asked.others))
    if changed or draft.content.missing:
        await desk.toast(press, CHANGED, member.language)
        await WRITING.show(desk, press, member, draft, lambda present: present.at(Step.CHECK))
        return
    try:
        await _save(desk, draft)
    except NotEntitled:
        raise
    except LianxunError as error:
        change = await _as_it_stands(desk, draft) if isinstance(error, Outdated) else setting(step=Step.CHECK)
        await WRITING.show(desk, press, member, draft, change, said_fault(desk, error, member.language))
        return
    if what == "keep":
        line = phrase("💾 Kept as a draft: {name}", name=draft.content.name)
        await post.show(desk, press, member, draft.post_id, line)
    else:
        await _submit(desk, press, member, draft.post_id)


async def _save(desk: Desk, draft: RiskDraft) -> None:
    """It is written down, and its draft closed."""
    now = desk.clock.now()
    await desk.register.save(
        draft.post_id,
        draft.person_id,
        draft.content.content,
        now,
        point_id=draft.point_id,
        version=draft.version,
        template_id=draft.template_id,
        along=partial(RISKS.close, draft=draft, now=now),
    )


async def _as_it_stands(desk: Desk, draft: RiskDraft) -> Change[RiskDraft]:
    """The point that is changed was changed otherwise: it has been said, and the next press is about that."""
    mine = await desk.register.mine(draft.post_id, draft.person_id, desk.clock.now())
    versions = {one.point.id: one.point.version for one in mine.points}
    return setting(step=Step.CHECK, version=versions.get(draft.point_id or 0, draft.version))


async def _submit(desk: Desk, press: Press, member: Member, post_id: int) -> None:
    """With all others; where it is to be said for which campaign, that is asked."""
    mine = await desk.register.mine(post_id, member.person_id, desk.clock.now())
    tasks = submitting.asking(mine)
    if len(tasks) > 1:
        await cards.turn(desk, press, submitting.shown(desk, mine, member.language))
        return
    try:
        await submitting.submit(desk, press, member, post_id, tasks[0].id if tasks else 0)
    except LianxunError as error:
        if isinstance(error, NotEntitled):
            raise
        line = phrase("💾 Kept as a draft; it was not submitted:")
        fault = said_fault(desk, error, member.language)
        await post.show(desk, press, member, post_id, line, fault)
