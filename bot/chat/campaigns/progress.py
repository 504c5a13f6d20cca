"""How far a campaign has come: by unit, and the tasks of its posts, all of them or some kind of them."""

from collections.abc import Mapping
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import button, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import turns
from messages.pages import part_of
from messages.register.campaigns import (
    TO_SUBMIT,
    CampaignProgress,
    Figures,
    Task,
    TaskState,
    campaign_state_said,
    task_state_said,
)
from messages.store.accounts import Member
from messages.text.phrase import Phrase, nphrase, phrase

LIST: Final = "cm1"
"""Buttons of the list and of what is opened from it: what, the campaign or the page, and more."""
_UNITS: Final = 8
_NAME: Final = 60
"""Characters of a name in a list: eight of them always fit into one message."""

FILTERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "all": {},
    "submit": {"states": TO_SUBMIT},
    "unit": {"states": (TaskState.UNIT,)},
    "inspector": {"states": (TaskState.INSPECTOR,)},
    "accepted": {"states": (TaskState.ACCEPTED,)},
    "complete": {"complete": True},
}
"""Which tasks are listed, by the word on the button."""


def _counts(figures: Figures) -> dict[str, int]:
    return {
        "submit": figures.to_submit,
        "unit": figures.unit,
        "inspector": figures.inspector,
        "accepted": figures.accepted,
        "complete": figures.complete,
    }


def _heading(which: str, count: int) -> Phrase:
    """What a list says of so many."""
    match which:
        case "submit":
            return nphrase("{count} not submitted", "{count} not submitted", count)
        case "unit":
            return nphrase("{count} waits for the unit", "{count} wait for the unit", count)
        case "inspector":
            return nphrase("{count} waits for the inspector", "{count} wait for the inspector", count)
        case "accepted":
            return nphrase("{count} accepted", "{count} accepted", count)
        case "complete":
            return nphrase("{count} says that nothing is to be added", "{count} say that nothing is to be added", count)
        case _:
            return nphrase("{count} post", "{count} posts", count)


def leading(desk: Desk, stands: CampaignProgress, language: str) -> Rows:
    """The buttons that lead from a campaign to its units and to its tasks by kind; none before it has any."""
    campaign, counts = stands.campaign, _counts(stands.total)
    if not stands.total.tasks:
        return []
    return [
        [labelled(desk, phrase("👥 By unit"), language, LIST, "units", campaign.id, 1)],
        *(
            [labelled(desk, _heading(which, count), language, LIST, "tasks", campaign.id, which, 0, 1)]
            for which, count in counts.items()
            if count
        ),
    ]


async def units(desk: Desk, member: Member, campaign_id: int, number: int) -> Drawn:
    """A page of the units, each with how far it has come; a unit's button opens its posts."""
    stands, language = await desk.campaigns.progress(campaign_id, member.person_id, desk.clock.now()), member.language
    page = part_of(stands.units, number, _UNITS)
    text = desk.renderer.render(
        "campaign_units",
        language,
        title=stands.campaign.given.title,
        units=[{"name": shortened(one.unit, _NAME), "figures": one.figures} for one in page.rows],
        number=page.number,
        pages=page.pages,
    )
    rows: Rows = [
        [
            button(
                f"{one.unit} · {one.figures.accepted}/{one.figures.tasks}",
                *(LIST, "tasks", campaign_id, "all", one.unit_id, 1),
            )
        ]
        for one in page.rows
    ]
    rows += turns(page.number, page.pages, (LIST, "units", campaign_id))
    return Drawn(text=text, rows=[*rows, [_back(desk, language, "open", campaign_id)]])


async def tasks(desk: Desk, member: Member, campaign_id: int, which: str, unit_id: int, number: int) -> Drawn:
    """A page of tasks: those of one unit, or of all (0), of this kind. The look is recorded."""
    now, language = desk.clock.now(), member.language
    campaign = await desk.campaigns.of(campaign_id, member.person_id, now)
    page = await desk.campaigns.tasks(
        campaign_id, member.person_id, unit_id=unit_id or None, page=number, now=now, **FILTERS[which]
    )
    text = desk.renderer.render(
        "campaign_tasks",
        language,
        title=campaign.given.title,
        state=desk.catalog.say(campaign_state_said(campaign.state), language),
        unit=shortened(page.tasks[0].unit, _NAME) if unit_id and page.tasks else "",
        heading=desk.catalog.say(_heading(which, page.total), language),
        tasks=[_line(desk, one, language) for one in page.tasks],
        number=page.number,
        pages=page.pages,
    )
    back = ("units", campaign_id, 1) if unit_id else ("open", campaign_id)
    rows = turns(page.number, page.pages, (LIST, "tasks", campaign_id, which, unit_id))
    return Drawn(text=text, rows=[*rows, [_back(desk, language, *back)]])


def _line(desk: Desk, task: Task, language: str) -> dict[str, Any]:
    return {
        "unit": shortened(task.unit, _NAME),
        "post": shortened(task.post, _NAME),
        "holder": shortened(task.holder or ""),
        "task": task,
        "state": desk.catalog.say(task_state_said(task.state), language),
    }


def _back(desk: Desk, language: str, *to: str | int) -> InlineKeyboardButton:
    return labelled(desk, phrase("« Go back"), language, LIST, *to)
