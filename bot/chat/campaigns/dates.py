"""The last day of a campaign: by a quick button, from a calendar of days to come, or as it is written."""

from datetime import date, timedelta
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.campaigns.card import VIEW
from bot.chat.cards import Rows, labelled
from bot.chat.days import Span, month_card
from bot.chat.desk import Desk
from messages.register.campaign_drafts import CampaignDraft, CampaignStep
from messages.store.accounts import Member
from messages.text.phrase import nphrase, phrase

SET: Final = "cs1"
"""Buttons that answer a question: draft, question, answer."""
MONTH: Final = "cd1"
"""Buttons that turn the calendar: draft, month."""
NOTHING: Final = "cx1"
"""Buttons that only show something."""
_FARTHEST: Final = timedelta(days=366)
_QUICK: Final = (10, 20)
"""Working days that have a button."""


def span_of(desk: Desk, after: date | None = None) -> Span:
    """The days that can be the last one; of a campaign that gets more time those ``after`` its present one."""
    today = desk.today
    first = max(today, after + timedelta(days=1)) if after else today
    return Span(first=first, last=today + _FARTHEST, nothing=NOTHING)


async def quick(desk: Desk, draft: CampaignDraft, language: str) -> Rows:
    """The buttons of days after some working days, and the one that opens the calendar."""
    days, today = await desk.calendars.current(), desk.today

    def choice(count: int) -> InlineKeyboardButton:
        day = days.add_workdays(today, count)
        said = nphrase(
            "{count} working day · {moment}", "{count} working days · {moment}", count, moment=f"{day:%m-%d}"
        )
        return labelled(desk, said, language, SET, draft.id, CampaignStep.DUE, day.isoformat())

    return [
        *([choice(count)] for count in _QUICK),
        [labelled(desk, phrase("📅 Another day …"), language, MONTH, draft.id, f"{today:%Y-%m}")],
    ]


async def turn_month(desk: Desk, press: Press, member: Member, draft: CampaignDraft, wish: Wish) -> None:
    """A month of the calendar; days off are marked, and days that have passed cannot be chosen."""
    match wish.words[1:]:
        case [written]:
            first = span_of(desk).month_of(written)
        case _:
            raise Forged
    back = labelled(desk, phrase("« Go back"), member.language, VIEW, draft.id, "go", CampaignStep.DUE)
    leads = {"day": (SET, draft.id, CampaignStep.DUE), "turn": (MONTH, draft.id)}
    await cards.turn(desk, press, await month_card(desk, first, span_of(desk), member.language, **leads, back=back))
