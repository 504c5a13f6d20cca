"""Announced items are called to mind before their last day and told as overdue after it; provisional days are redated.

The collector and the responsible leaders are told, each of all items of a pass in one message. Nothing is said of, and
nothing follows from, a provisional day.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from messages.audience import sayable
from messages.items.records import Item
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import Role
from messages.store import item_sweeps, items, ledger, notices, responsible
from messages.store.database import Connection
from messages.store.item_sweeps import Announced, Dated
from messages.store.ledger import Event
from schedules.deputies import asked_first, ranks_of
from schedules.items.deadlines import EntryDue, due_of, entry_due, recalled_at
from schedules.items.telling import entries_notice, redated_notice
from schedules.tools import Tools

_SPARE: Final = timedelta(days=15)
"""So many days off may lie together."""


async def recall(tools: Tools, now: datetime) -> None:
    """Remind of announced items whose last day comes near, and tell of those whose last day is over."""
    horizon = now + _SPARE + timedelta(days=2 * max(tools.policy.items.entry.remind_before, default=0))
    async with tools.db.reading() as conn:
        open_ = await item_sweeps.announced(conn, horizon)
    overdue = [one.id for one in open_ if one.due_at <= now]
    soon = [one.id for one in open_ if one.due_at > now and _comes_near(tools, one, now)]
    for ids, column in ((soon, "reminded_at"), (overdue, "overdue_at")):
        if ids:
            async with tools.db.writing() as conn:
                still = await item_sweeps.still_announced(conn, ids)  # what is entered meanwhile is not called to mind
                known = await items.by_ids(conn, still)
                await _tell(conn, tools, list(known.values()), now, overdue=column == "overdue_at")
                await item_sweeps.mark(conn, still, column, now)


def _comes_near(tools: Tools, one: Announced, now: datetime) -> bool:
    """Whether an instant to remind of it has passed since it was announced, or called to mind before."""
    due = entry_due(tools.calendars.latest, tools.policy, one.category, one.decisive_on, tools.zone)
    times = recalled_at(tools.calendars.latest, tools.policy, due, tools.zone) if due else ()
    return any((one.reminded_at or one.created_at) < at <= now for at in times)


async def _tell(conn: Connection, tools: Tools, some: Sequence[Item], now: datetime, *, overdue: bool) -> None:
    told: dict[str, list[tuple[Item, EntryDue]]] = {}
    for item in some:
        due = due_of(tools.calendars.latest, item)
        if due is None:
            continue
        over = await responsible.over(conn, item.path, (Role.LEADER, Role.OFFICE))
        leaders = (one.code for one in asked_first(ranks_of(over, {item.person_id, *item.holders})))
        for code in {item.person_code, *leaders}:
            told.setdefault(code, []).append((item, due))
    for code in filter(sayable, sorted(told)):
        await notices.add(conn, entries_notice(told[code], code, now, overdue=overdue))


async def redate(tools: Tools, now: datetime) -> None:
    """Give items of provisional days their official ones, as soon as these are known; those concerned are told."""
    async with tools.db.reading() as conn:
        known = [(one, due) for one in await item_sweeps.provisional(conn) if (due := _due(tools, one))]
    changed = [(one, due) for one, due in known if not due.provisional or due.on != one.due_on]
    if changed:
        async with tools.db.writing() as conn:
            await _redate(conn, changed, now)


def _due(tools: Tools, one: Dated) -> EntryDue | None:
    return entry_due(tools.calendars.latest, tools.policy, one.category, one.decisive_on, tools.zone)


async def _redate(conn: Connection, changed: Iterable[tuple[Dated, EntryDue]], now: datetime) -> None:
    told: dict[str, list[tuple[str, Dated, EntryDue]]] = {}
    for dated, due in changed:
        some = await item_sweeps.redate(conn, dated, due.on, due.at, still_provisional=due.provisional)
        days: dict[str, Json] = {
            "was": dated.due_on.isoformat(),
            "due_on": due.on.isoformat(),
            "provisional": due.provisional,
        }
        kind = Kind.ITEM_REDATED
        await ledger.append_all(
            conn, [Event(at=now, kind=kind, person_id=one.person_id, body={"item": one.id, **days}) for one in some]
        )
        for one in some if due.on != dated.due_on else ():
            told.setdefault(one.code, []).append((one.title, dated, due))
    for code in filter(sayable, sorted(told)):
        await notices.add(
            conn, redated_notice([(title, dated.category, due) for title, dated, due in told[code]], code, now)
        )
