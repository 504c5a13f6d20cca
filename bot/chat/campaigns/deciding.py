"""Approving campaigns: what an administrator proposes to many is approved by a second one, or returned with a reason.

Each button carries the version that its presser has seen: of one that was decided since, it is shown how.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards, whole
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.card_ends import End, as_told, ended
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.reasons import OnReason, go_back, or_stand
from bot.chat.standing import pressing
from bot.telegram.keyboards import DESKS
from messages import reasons
from messages.errors import CHANGED, Outdated
from messages.reasons import About
from messages.register.campaigns import Campaign, CampaignState
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind, DeskOf

_OnCampaign: TypeAlias = Callable[[Desk, Press, Member, Campaign], Awaitable[None]]

DECIDE: Final = DESKS[DeskKind.CAMPAIGN]
"""Buttons about a campaign that waits for approval: what is to be done, which one, its version."""
_REASON: Final = "campaign"


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a campaign that waits."""
    match wish.words:
        case [what, number, version] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    campaign_id, seen = number_of(number), number_of(version)
    campaign = await desk.campaigns.of(campaign_id, member.person_id, desk.clock.now())
    async with pressing(desk, press, member, campaign_id, _stand):
        if campaign.version != seen and doing is not _show:
            raise Outdated(CHANGED)
        await doing(desk, press, member, campaign)


async def _stand(desk: Desk, member: Member, message_id: int, campaign_id: int, fault: Phrase | None = None) -> None:
    """Show in a card how its campaign stands: with its buttons while it waits, and else what was decided."""
    campaign = await desk.campaigns.of(campaign_id, member.person_id, desk.clock.now())
    rows = await _offered(desk, campaign, member)
    end = End(line=None if rows else outcome(desk, campaign, member.language), fault=fault)
    await cards.edit(desk, member.chat_id, message_id, await _drawn(desk, campaign, member.language, rows, end))


async def _offered(desk: Desk, campaign: Campaign, member: Member) -> list[list[InlineKeyboardButton]]:
    if not await desk.campaigns.may_approve(campaign, member.person_id):
        return []
    return cards.leading(desk, _desk_of(campaign), member.language)


def _desk_of(campaign: Campaign) -> DeskOf:
    return DeskOf(kind=DeskKind.CAMPAIGN, id=campaign.id, version=campaign.version)


async def _drawn(
    desk: Desk,
    campaign: Campaign,
    language: str,
    rows: Sequence[Sequence[InlineKeyboardButton]] = (),
    end: End | None = None,
) -> Drawn:
    """All of a campaign, and how its card ends: as it stands, where nothing else is said."""
    end = end or End(line=outcome(desk, campaign, language))
    params = await desk.campaigns.card(campaign)
    text = as_told(desk, "campaign_card", params, language, decided=end.line is not None)
    return ended(desk, text, campaign.given.title, language, rows, end)


def outcome(desk: Desk, campaign: Campaign, language: str) -> Phrase | None:
    """What was decided about a campaign, by whom and when; None while it waits."""
    name, why = campaign.decider or "", campaign.why or ""
    match campaign.state:
        case CampaignState.RUNNING if campaign.decided_at:
            moment = desk.moment(campaign.decided_at, language)
            return phrase("✅ Approved by {name} on {moment}: it is under way", name=name, moment=moment)
        case CampaignState.RUNNING:
            return phrase("▶️ It is under way")
        case CampaignState.RETURNED:
            return phrase("↩️ Returned by {name}. Reason: {why}", name=name, why=why)
        case CampaignState.CLOSED:
            return phrase("⏹ Closed by {name}. Reason: {why}", name=campaign.closer or "", why=why)
    return None


async def _show(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """All of a campaign, with its files, in a message of its own that has the buttons."""
    language = member.language
    await cards.attend(desk, press)
    may = await desk.campaigns.may_approve(campaign, member.person_id)
    drawn = await _drawn(desk, campaign, language, end=End() if may else None)
    await whole.lay(desk, member, drawn.text, campaign.given.attachments, _desk_of(campaign) if may else None)


async def _approve(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """It starts."""
    started = await desk.campaigns.approve(campaign.id, member.person_id, campaign.version, desk.clock.now())
    desk.wake()
    await cards.turn(desk, press, await _drawn(desk, started, member.language))


async def _ask_why(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """The next words are the reason for which it is returned."""
    if not await desk.campaigns.may_approve(campaign, member.person_id):
        raise Outdated(CHANGED)
    language = member.language
    about = About(desk=_REASON, act="return", id=campaign.id, version=campaign.version, card=press.message.message_id)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    back = labelled(desk, phrase("« Go back"), language, DECIDE, "back", campaign.id, campaign.version)
    end = End(ask=phrase("↩️ Why is it returned? Please write the reason."))
    await cards.turn(desk, press, await _drawn(desk, campaign, language, [[back]], end))


async def _go_back(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """Nothing is decided yet."""
    await go_back(desk, press, member, campaign.id, _stand)


async def _return_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Return a campaign with the reason that was asked for; its card says so."""
    now = desk.clock.now()
    campaign = await desk.campaigns.give_back(about.id, member.person_id, about.version, why, now, message_id)
    desk.wake()
    await cards.edit(desk, member.chat_id, about.card, await _drawn(desk, campaign, member.language))
    await desk.say(member.chat_id, phrase("↩️ Returned with your reason."), member.language)


_DOING: Final[Mapping[str, _OnCampaign]] = {
    "show": _show,
    "approve": _approve,
    "return": _ask_why,
    "back": _go_back,
}
REASONS: Final[Mapping[str, OnReason]] = {_REASON: or_stand(_return_with, _stand)}
