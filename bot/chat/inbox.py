"""The inbox's desk: what waits for a person, a page at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import Wish, button, shortened
from bot.chat.cards import Drawn
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.holder import toast_of
from bot.telegram.keyboards import DESKS
from messages.inbox import Page, page
from messages.register.campaigns import OwnTask
from messages.store.accounts import Member
from messages.store.inbox import Waiting
from messages.text.phrase import phrase
from schedules.desks import DeskKind

_ACKNOWLEDGE: Final = "i1"
TURN: Final = "p1"
"""The kind of the button that shows a page."""
_TASK: Final = DESKS[DeskKind.TASK]
_RISKS: Final = DESKS[DeskKind.RISKS]
_TASKS: Final = 5
FORWARD: Final = "f1"
"""The kind of the button that has a notice passed on: see ``passing.py``."""


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/inbox``: what waits for the person, newest first."""
    await cards.send(desk, member.chat_id, await _drawn(desk, member, await page(desk.db, member)))


async def acknowledge(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button in the inbox: acknowledged like the one under the notice, then the inbox without that notice."""
    delivery_id, number = wish.numbers(2)
    now = desk.clock.now()
    outcome = await desk.acknowledger.acknowledge(chat_id=press.chat_id, delivery_id=delivery_id, now=now)
    await desk.toast(press, toast_of(desk, outcome, member.language), member.language)
    await redraw(desk, press, member, number)


async def turn_page(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Show another page in the same message."""
    number = wish.number()
    await cards.attend(desk, press)
    await redraw(desk, press, member, number)


async def redraw(desk: Desk, press: Press, member: Member, number: int) -> None:
    """Show a page in the message that was pressed, as it stands now."""
    drawn = await _drawn(desk, member, await page(desk.db, member, number))
    await cards.edit(desk, press.chat_id, press.message.message_id, drawn)


async def _drawn(desk: Desk, member: Member, shown: Page) -> Drawn:
    now = desk.clock.now()
    lines = [_line(desk, item, now, member.language) for item in shown.items]
    tasks = [one for one in await desk.campaigns.tasks_of(member.person_id, now) if one.to_submit]
    text = desk.renderer.render(
        "inbox",
        member.language,
        items=lines,
        total=shown.total,
        number=shown.number,
        pages=shown.pages,
        tasks=[_task(one) for one in tasks[:_TASKS]],
        more_tasks=max(0, len(tasks) - _TASKS),
        came_back=shown.came_back,
    )
    titles = (line["title"] for line in lines)
    rows = [_row(desk, shown, place, title, member.language) for place, title in enumerate(titles)]
    turns = _turns(desk, shown, member.language)
    rows += [turns] if turns else []
    rows += [
        [button(f"📌 {one.title} · {one.post}", _TASK, "open", one.campaign_id, 0, one.post_id)]
        for one in tasks[:_TASKS]
    ]
    rows += [[button(f"↩️ {one.unit} · {one.post}", _RISKS, "open", one.post_id, 0)] for one in shown.came_back]
    return Drawn(text=text, rows=rows)


def _row(desk: Desk, shown: Page, place: int, title: str, language: str) -> list[InlineKeyboardButton]:
    """The buttons of the notice at this place of the page, from 0."""
    delivery_id = shown.items[place].delivery_id
    row = [button(f"✅ {place + 1} · {title}", _ACKNOWLEDGE, delivery_id, shown.number)]
    if delivery_id in shown.transferable:
        row.append(button(desk.catalog.say(phrase("↪ Pass on"), language), FORWARD, delivery_id, shown.number))
    return row


def _turns(desk: Desk, shown: Page, language: str) -> list[InlineKeyboardButton]:
    turns = []
    if shown.number > 1:
        turns.append(button(desk.catalog.say(phrase("« Newer"), language), TURN, shown.number - 1))
    if shown.number < shown.pages:
        turns.append(button(desk.catalog.say(phrase("Older »"), language), TURN, shown.number + 1))
    return turns


def _task(task: OwnTask) -> dict[str, Any]:
    due = {"due": task.due.on, "provisional": task.due.provisional, "overdue": task.overdue}
    return {"title": shortened(task.title), "post": shortened(f"{task.unit} · {task.post}"), **due}


def _line(desk: Desk, item: Waiting, now: datetime, language: str) -> dict[str, Any]:
    return {
        "title": desk.renderer.title(item.template, language, item.title, **item.params),
        "sent_at": item.sent_at,
        "by": item.acknowledge_by,
        "late": item.acknowledge_by is not None and item.acknowledge_by < now,
    }


COMMANDS: Final[Mapping[str, OnCommand]] = {"inbox": show}
BUTTONS: Final[Mapping[str, OnButton]] = {_ACKNOWLEDGE: acknowledge, TURN: turn_page}
