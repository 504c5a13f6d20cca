"""Writing a campaign: its draft is begun, found again and discarded; buttons answer, lead on, and start it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from html import escape
from typing import Final, TypeAlias

from bot.chat import cards, whole
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.campaigns import dates
from bot.chat.campaigns.asking import AUDIENCE, WRITING, face
from bot.chat.campaigns.card import VIEW, expression_of, look, text_of
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.drafting import resumed, send_card
from bot.chat.stepping import Discarding, is_as_shown
from bot.chat.words import said_fault
from bot.telegram.keyboards import DESKS
from messages.drafting import setting
from messages.errors import DecidedBefore, LianxunError, NotEntitled
from messages.register.campaign_drafts import CAMPAIGNS, EMPTY, CampaignContent, CampaignDraft, CampaignStep
from messages.register.campaigns import Campaign, CampaignState
from messages.rights import Act, entitle
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules.desks import DeskKind

_OnView: TypeAlias = Callable[[Desk, Press, Member, CampaignDraft], Awaitable[None]]


async def begin(desk: Desk, member: Member, content: CampaignContent = EMPTY) -> None:
    """A new draft, perhaps with what was said before; or the one that was left."""
    now = desk.clock.now()
    await entitle(desk.db, member.person_id, Act.RUN_CAMPAIGNS, now)
    new = CampaignDraft(id=0, person_id=member.person_id, content=content)
    async with desk.db.writing() as conn:
        await CAMPAIGNS.make_room(conn, member.person_id, EMPTY, now)
        draft = await CAMPAIGNS.begin(conn, new if content == EMPTY else new.at(CampaignStep.CHECK), now)
    await CAMPAIGNS.touch(desk.db, draft, now)
    drawn = await face(desk, draft, member)
    if draft.content != content:
        drawn = resumed(desk, drawn, member.language)
    await send_card(desk, member, CAMPAIGNS, draft, drawn)


async def answer(desk: Desk, press: Press, member: Member, draft: CampaignDraft, wish: Wish) -> None:
    """The last day was chosen: the next question is asked."""
    match wish.words[1:]:
        case [CampaignStep.DUE, value]:
            day = dates.span_of(desk).day_of(value)
        case _:
            raise Forged

    def change(present: CampaignDraft) -> CampaignDraft:
        return replace(present.with_content(due_on=day), step=CampaignStep.DUE).onward()

    await WRITING.show(desk, press, member, draft, change)


# Faces


async def view(desk: Desk, press: Press, member: Member, draft: CampaignDraft, wish: Wish) -> None:
    """Another face of the card."""
    match wish.words[1:]:
        case ["go", word] if word in set(CampaignStep):
            await WRITING.show(desk, press, member, draft, lambda present: present.at(CampaignStep(word)))
        case [name] if name in AUDIENCE.views:
            draft = await CAMPAIGNS.change(desk.db, draft.id, _about_audience, desk.clock.now())
            await AUDIENCE.views[name](desk, press, member, draft)
        case [name] if name in _VIEWS:
            await _VIEWS[name](desk, press, member, draft)
        case _:
            raise Forged


def _about_audience(present: CampaignDraft) -> CampaignDraft:
    """The draft at the question about its audience, where what is searched for is kept."""
    return present if present.step is CampaignStep.AUDIENCE else present.at(CampaignStep.AUDIENCE)


async def _unfile(desk: Desk, press: Press, member: Member, draft: CampaignDraft) -> None:
    """Without files."""
    await WRITING.show(desk, press, member, draft, lambda present: present.with_content(attachments=()))


async def _show_whole(desk: Desk, press: Press, member: Member, draft: CampaignDraft) -> None:
    """The campaign's text as it will be read, and below it the card again."""
    await whole.show_draft(desk, press, member, draft, WRITING)


_DISCARDING: Final = Discarding(
    drafts=CAMPAIGNS, view=VIEW, text=text_of, gone=phrase("The draft is discarded. Nothing was started.")
)
_VIEWS: Final[Mapping[str, _OnView]] = {
    "unfile": _unfile,
    "whole": _show_whole,
    "discard": _DISCARDING.ask,
    "discarded": _DISCARDING.discard,
}


# Starting


async def start(desk: Desk, press: Press, member: Member, draft: CampaignDraft, wish: Wish) -> None:
    """Start what was shown, or propose it; where that is not how it stands by now, it is shown once more."""
    if not await is_as_shown(desk, press, member, WRITING, draft, wish):
        return
    now = desk.clock.now()
    try:
        given = draft.content.given(await expression_of(desk, draft))
        along = partial(CAMPAIGNS.close, draft=draft, now=now)
        campaign = await desk.campaigns.start(given, draft.person_id, now, along=along)
    except (NotEntitled, DecidedBefore):
        raise
    except LianxunError as error:
        fault = said_fault(desk, error, member.language)
        await WRITING.show(desk, press, member, draft, setting(step=CampaignStep.CHECK), fault)
        return
    desk.wake()
    await _done(desk, press, member, draft, campaign)


async def _done(desk: Desk, press: Press, member: Member, draft: CampaignDraft, campaign: Campaign) -> None:
    """The card says what became of it, and leads there."""
    said = [phrase("▶️ Started: {title}", title=campaign.given.title)]
    if campaign.state is CampaignState.PROPOSED:
        names = (await look(desk, draft.at(CampaignStep.CHECK), member.language)).approvers
        said = [phrase("📨 Submitted: {title}", title=campaign.given.title)]
        said += [phrase("It waits for the approval of {names}.", names=names)] if names else []
    to = DESKS[DeskKind.PROGRESS], "show", campaign.id, campaign.version
    text = escape("\n".join(desk.catalog.say(one, member.language) for one in said), quote=False)
    rows = [[labelled(desk, phrase("👁 Look at it"), member.language, *map(str, to))]]
    await cards.turn(desk, press, Drawn(text=text, rows=rows))
