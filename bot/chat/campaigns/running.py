"""Running a campaign: who is silent is reminded, more time is given with a reason, and it is closed with one.

The reason for more time is kept until the day is chosen, so that a restart between the two loses nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards, notices
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.campaigns.dates import span_of
from bot.chat.campaigns.progress import LIST
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.days import month_card
from bot.chat.desk import Desk
from bot.chat.reasons import OnReason
from bot.chat.words import said_fault
from messages import reasons
from messages.errors import DecidedBefore, LianxunError, NotEntitled, NotFound, Refused
from messages.reasons import About
from messages.register.campaigns import Campaign, CampaignProgress, CampaignState
from messages.rights import Act, acts_of
from messages.store.accounts import Member
from messages.text.phrase import Phrase, nphrase, phrase

RUN: Final = "cr1"
"""Buttons that run a campaign: what, which one; a day or a month."""
_REASON: Final = "running"

_OnCampaign: TypeAlias = Callable[[Desk, Press, Member, Campaign], Awaitable[None]]


async def offered(desk: Desk, stands: CampaignProgress, member: Member) -> Rows:
    """The buttons with what this person may do about a campaign."""
    campaign = stands.campaign

    def leads(what: Phrase, act: str) -> InlineKeyboardButton:
        return labelled(desk, what, member.language, RUN, act, campaign.id)

    if campaign.state is CampaignState.PROPOSED and campaign.created_by == member.person_id:
        return [[leads(phrase("↩️ Take it back"), "close")]]
    if campaign.state is not CampaignState.RUNNING:
        return []
    async with desk.db.reading() as conn:
        reminds = Act.REMIND in await acts_of(conn, member.person_id)
    rows: Rows = []
    if reminds and stands.total.to_submit:
        rows.append([leads(phrase("🔔 Remind who has not submitted"), "remind")])
    if reminds and stands.total.acknowledged + stands.total.vacant < stands.total.tasks:
        rows.append([leads(phrase("🔔 Remind who has not acknowledged"), "silent")])
    if await desk.campaigns.may_run(campaign, member.person_id):
        rows.append([leads(phrase("📅 Give more time"), "more"), leads(phrase("⏹ Close it"), "close")])
    return rows


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button that runs a campaign."""
    match wish.words:
        case ["until", number, written]:
            doing: _OnCampaign = partial(_extend, written=written)
        case ["month", number, written]:
            doing = partial(_turn_month, written=written)
        case [act, number] if act in _ACTS:
            doing = _ACTS[act]
        case _:
            raise Forged
    campaign = await _of(desk, member, number_of(number))
    try:
        await doing(desk, press, member, campaign)
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:  # it is over meanwhile, or such a day is refused
        said = escape(said_fault(desk, error, member.language), quote=False)
        await cards.turn(desk, press, Drawn(text=said, rows=[_look(desk, campaign.id, member.language)]))


async def _of(desk: Desk, member: Member, campaign_id: int) -> Campaign:
    return await desk.campaigns.of(campaign_id, member.person_id, desk.clock.now())


async def _remind(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """Who has still to submit."""
    try:
        people = await desk.campaigns.remind(campaign.id, member.person_id, desk.clock.now())
    except Refused as error:
        await desk.toast(press, error.phrase, member.language)
        return
    desk.wake()
    await desk.toast(
        press, nphrase("{count} person is reminded.", "{count} people are reminded.", people), member.language
    )


async def _remind_silent(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """Who has not acknowledged the campaign's notice."""
    if campaign.notice_id is None:
        raise Forged
    await notices.remind_of(desk, press, member, campaign.notice_id)


# Asking


async def _to_run(desk: Desk, member: Member, campaign: Campaign, act: str) -> None:
    """Raises what is told of one that is over, and whoever may not run it, before anything is asked."""
    may = desk.campaigns.to_extend if act == "more" else desk.campaigns.to_close
    await may(campaign.id, member.person_id, desk.clock.now())


def _asked(desk: Desk, campaign: Campaign, language: str, ask: Phrase, *rows: list[InlineKeyboardButton]) -> Drawn:
    back = labelled(desk, phrase("« Go back"), language, RUN, "back", campaign.id)
    return cards.plain(desk, ask, language, *rows, [back])


async def _ask_to_close(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    """Closing is asked once more."""
    await _to_run(desk, member, campaign, "close")
    ask = phrase(
        "⏹ Close “{title}”? Nothing more is asked of its posts, and nobody is reminded.", title=_title(campaign)
    )
    yes = labelled(desk, phrase("⏹ Yes, close it"), member.language, RUN, "why", campaign.id)
    await cards.turn(desk, press, _asked(desk, campaign, member.language, ask, [yes]))


def _asking_why(act: str, ask: Phrase) -> _OnCampaign:
    async def ask_why(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
        """The next words are the reason."""
        await _to_run(desk, member, campaign, act)
        about = About(desk=_REASON, act=act, id=campaign.id, version=campaign.version, card=press.message.message_id)
        await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
        await cards.turn(desk, press, _asked(desk, campaign, member.language, ask))

    return ask_why


async def _go_back(desk: Desk, press: Press, member: Member, campaign: Campaign) -> None:
    await _stop(desk, member)
    await cards.turn(desk, press, _led(desk, phrase("Nothing has changed."), campaign.id, member.language))


async def _stop(desk: Desk, member: Member, message_id: int | None = None) -> None:
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, desk.clock.now(), message_id)


def _led(desk: Desk, said: Phrase, campaign_id: int, language: str) -> Drawn:
    """What became of it, with the button that leads there."""
    return cards.plain(desk, said, language, _look(desk, campaign_id, language))


def _look(desk: Desk, campaign_id: int, language: str) -> list[InlineKeyboardButton]:
    return [labelled(desk, phrase("👁 Look at it"), language, LIST, "open", campaign_id)]


def _title(campaign: Campaign) -> str:
    return campaign.given.title


# Answers


async def _take_reason(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """The reason that was asked for: it is closed; for more time a day is wanted, too."""
    if about.act == "close":
        await _close(desk, member, about, why, message_id)
        return
    campaign = await _of(desk, member, about.id)
    await _to_run(desk, member, campaign, about.act)
    await reasons.ask(desk.db, member.person_id, replace(about, why=why, message=message_id), desk.clock.now())
    first = span_of(desk, campaign.due.on).first
    await cards.send(desk, member.chat_id, await _month(desk, campaign, first.replace(day=1), member.language))


async def _close(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    campaign = await desk.campaigns.close(about.id, member.person_id, why, desk.clock.now())
    await _stop(desk, member, message_id)
    desk.wake()
    said = phrase("⏹ Closed: {title}", title=_title(campaign))
    await cards.send(desk, member.chat_id, _led(desk, said, campaign.id, member.language))
    await cards.take_away(desk, member.chat_id, about.card)


async def _month(desk: Desk, campaign: Campaign, first: date, language: str) -> Drawn:
    leads = {"day": (RUN, "until", campaign.id), "turn": (RUN, "month", campaign.id)}
    back = labelled(desk, phrase("« Go back"), language, RUN, "back", campaign.id)
    return await month_card(desk, first, span_of(desk, campaign.due.on), language, **leads, back=back)


async def _turn_month(desk: Desk, press: Press, member: Member, campaign: Campaign, written: str) -> None:
    first = span_of(desk, campaign.due.on).month_of(written)
    await cards.turn(desk, press, await _month(desk, campaign, first, member.language))


async def _extend(desk: Desk, press: Press, member: Member, campaign: Campaign, written: str) -> None:
    """The reason was given before, the day is chosen now."""
    day = span_of(desk, campaign.due.on).day_of(written)
    question = await reasons.asked(desk.db, member.person_id)
    about = question.about if question else None
    if about is None or (about.desk, about.act, about.id) != (_REASON, "more", campaign.id) or not about.why:
        raise DecidedBefore(phrase("This question is closed: please look at it once more."))
    extended = await desk.campaigns.extend(campaign.id, member.person_id, day, about.why, desk.clock.now())
    await _stop(desk, member, about.message)
    desk.wake()
    until = extended.due.on.isoformat()
    said = phrase("📅 More time: the last day of “{title}” is {day}.", title=_title(campaign), day=until)
    await cards.turn(desk, press, _led(desk, said, campaign.id, member.language))


_ACTS: Final[Mapping[str, _OnCampaign]] = {
    "remind": _remind,
    "silent": _remind_silent,
    "more": _asking_why("more", phrase("📅 Why is more time given? Please write the reason.")),
    "close": _ask_to_close,
    "why": _asking_why("close", phrase("⏹ Why is it closed? Please write the reason.")),
    "back": _go_back,
}
REASONS: Final[Mapping[str, OnReason]] = {_REASON: _take_reason}
