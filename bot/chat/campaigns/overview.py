"""How campaigns stand: the list, and one of them with its figures and what may be done about it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards, whole
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.campaigns import progress, running, writing
from bot.chat.campaigns.progress import LIST
from bot.chat.campaigns.words import MARKS
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.words import beginning_of
from bot.telegram.keyboards import DESKS
from messages.audience_words import audience_said
from messages.errors import Refused
from messages.register.campaign_drafts import CAMPAIGNS, EMPTY, CampaignContent
from messages.register.campaigns import (
    ALL_POSTS,
    Campaign,
    CampaignProgress,
    CampaignState,
    Listed,
    campaign_state_said,
)
from messages.rights import Act, acts_of
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind, DeskOf

PROGRESS: Final = DESKS[DeskKind.PROGRESS]
"""Buttons that lead to a campaign from elsewhere: what to do, the campaign, its version. They send a message anew."""

_OnCampaign: TypeAlias = Callable[[Desk, Press, Member, int], Awaitable[None]]


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/campaigns``: those that reach the person's units, first those that run."""
    await cards.send(desk, member.chat_id, await _list(desk, member, 1))


async def own(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button that leads to a campaign, perhaps from a notice, which stays as it is."""
    match wish.words:
        case ["show", number, _version]:
            drawn = await _opened(desk, member, number_of(number))
        case _:
            raise Forged
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, drawn)


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button of the list, or of what is opened from it."""
    match wish.words:
        case ["page", word]:
            await cards.turn(desk, press, await _list(desk, member, page_of(word)))
        case ["new"]:
            await cards.attend(desk, press)
            await writing.begin(desk, member)
        case [act, number] if act in _ACTS:
            await _ACTS[act](desk, press, member, number_of(number))
        case ["units", number, word]:
            await cards.turn(desk, press, await progress.units(desk, member, number_of(number), page_of(word)))
        case ["tasks", number, which, unit, word] if which in progress.FILTERS:
            where = number_of(number), which, number_of(unit), page_of(word)
            await cards.turn(desk, press, await progress.tasks(desk, member, *where))
        case _:
            raise Forged


async def _list(desk: Desk, member: Member, number: int) -> Drawn:
    page, language = await desk.campaigns.list(member.person_id, number, desk.clock.now()), member.language
    text = desk.renderer.render(
        "campaigns",
        language,
        campaigns=[_line(desk, one, language) for one in page.campaigns],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )
    rows: Rows = [
        [button(f"{MARKS[one.campaign.state]} {one.campaign.given.title}", LIST, "open", one.campaign.id)]
        for one in page.campaigns
    ]
    rows += turns(page.number, page.pages, (LIST, "page"))
    return Drawn(text=text, rows=[*rows, *await _beginning(desk, member)])


async def _beginning(desk: Desk, member: Member) -> Rows:
    """For who runs campaigns: a new one, or the one that was left."""
    if Act.RUN_CAMPAIGNS not in await _acts(desk, member):
        return []
    draft = await CAMPAIGNS.current(desk.db, member.person_id)
    left = draft is not None and draft.content != EMPTY
    what = phrase("✏️ Go on with the draft") if left else phrase("➕ New campaign")
    return [[labelled(desk, what, member.language, LIST, "new")]]


async def _acts(desk: Desk, member: Member) -> frozenset[Act]:
    async with desk.db.reading() as conn:
        return await acts_of(conn, member.person_id)


def _line(desk: Desk, listed: Listed, language: str) -> dict[str, Any]:
    campaign = listed.campaign
    return {
        "mark": MARKS[campaign.state],
        "title": campaign.given.title,
        "state": desk.catalog.say(campaign_state_said(campaign.state), language),
        "due": campaign.due,
        "figures": listed.figures,
    }


async def _opened(desk: Desk, member: Member, campaign_id: int) -> Drawn:
    """A campaign with its figures in the viewer's units, and what this person may do about it."""
    stands = await desk.campaigns.progress(campaign_id, member.person_id, desk.clock.now())
    campaign, language = stands.campaign, member.language
    text = desk.renderer.render(
        "campaign_state",
        language,
        **_line(desk, Listed(campaign=campaign, figures=stands.total), language),
        campaign=campaign,
        beginning=beginning_of(campaign.given.text),
        files=len(campaign.given.attachments),
        audience=desk.catalog.say(audience_said(campaign.given.audience, ALL_POSTS), language),
    )
    return Drawn(text=text, rows=await _rows(desk, member, stands))


async def _rows(desk: Desk, member: Member, stands: CampaignProgress) -> Rows:
    campaign, language = stands.campaign, member.language

    def leads(what: Phrase, act: str) -> list[InlineKeyboardButton]:
        return [labelled(desk, what, language, LIST, act, campaign.id)]

    rows = progress.leading(desk, stands, language)
    if await desk.campaigns.may_approve(campaign, member.person_id):
        to = DeskOf(kind=DeskKind.CAMPAIGN, id=campaign.id, version=campaign.version)
        rows += cards.leading(desk, to, language)
    rows += await running.offered(desk, stands, member)
    if campaign.state is CampaignState.RETURNED and campaign.created_by == member.person_id:
        rows.append(leads(phrase("✏️ Correct it"), "again"))
    rows.append(leads(phrase("👁 Show it in full"), "whole"))
    return [*rows, [labelled(desk, phrase("« Campaigns"), language, LIST, "page", 1)]]


async def _open(desk: Desk, press: Press, member: Member, campaign_id: int) -> None:
    await cards.turn(desk, press, await _opened(desk, member, campaign_id))


async def _whole(desk: Desk, press: Press, member: Member, campaign_id: int) -> None:
    """Its text and its files, in a message of its own."""
    campaign = await _of(desk, member, campaign_id)
    await cards.attend(desk, press)
    given = campaign.given
    try:
        await whole.show(desk, member, given.title, given.text, given.attachments)
    except Refused as error:
        await desk.say(member.chat_id, error.phrase, member.language)


async def _again(desk: Desk, press: Press, member: Member, campaign_id: int) -> None:
    """One of the own that was not approved becomes a draft, unless another is being written."""
    campaign = await desk.campaigns.to_correct(campaign_id, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    await writing.begin(desk, member, CampaignContent.of_given(campaign.given))


async def _of(desk: Desk, member: Member, campaign_id: int) -> Campaign:
    return await desk.campaigns.of(campaign_id, member.person_id, desk.clock.now())


_ACTS: Final[Mapping[str, _OnCampaign]] = {"open": _open, "whole": _whole, "again": _again}
