"""Asking for decisions: a pass that lays each matter before those who are to decide it, and later before deputies.

What waits is found by state, and each person is asked once: a pass may be repeated, interrupted or late without harm.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from messages.notices import NewNotice
from messages.store import matters, notices
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.warnings.matters import Matter
from messages.warnings.records import WarningRecord
from schedules.deadlines import after_working_hours
from schedules.deputies import asked_after, asked_first
from schedules.warnings import cards, deciders
from schedules.warnings.cards import Laid
from schedules.warnings.deciding import Rules


async def sweep(rules: Rules, now: datetime) -> None:
    """Ask for each new decision, and ask the deputies for what has waited too many working hours."""
    await rules.calendars.current()
    for find, deputy in ((_new, False), (_late, True)):
        async with rules.db.reading() as conn:
            some = await find(rules, conn, now)
        if some:
            async with rules.db.writing() as conn:  # what was decided meanwhile is not asked for
                await _ask(rules, conn, await find(rules, conn, now), now, deputy=deputy)


async def _new(_rules: Rules, conn: Connection, _now: datetime) -> list[Matter]:
    return await matters.untold(conn)


async def _late(rules: Rules, conn: Connection, now: datetime) -> list[Matter]:
    hours, calendar = rules.policy.approvals.deputy_after_hours, rules.calendars.latest

    def due(asked_at: datetime) -> datetime:
        return after_working_hours(calendar, rules.policy, asked_at.astimezone(rules.zone), hours)

    waiting = await matters.waiting_since(conn, now - timedelta(hours=hours))
    return [one for one in waiting if one.asked_at is not None and due(one.asked_at) <= now]


async def _ask(rules: Rules, conn: Connection, some: Sequence[Matter], now: datetime, *, deputy: bool) -> None:
    """Nobody to ask for a new matter: it stays untold, and is looked at again. A deputy is looked for once."""
    asked: dict[str, list[Laid]] = {}
    for matter in some:
        warning = await stored.get(conn, matter.warning_id)
        codes = await _whom(rules, conn, matter, warning, deputy=deputy)
        if codes:
            laid = await cards.laid(conn, matter, warning)
            for code in codes:
                asked.setdefault(code, []).append(laid)
        if codes or deputy:
            await matters.tell(conn, matter, now, deputy=deputy)
    for code, laid_before in asked.items():
        for notice in _said(laid_before, code, rules.policy.approvals.singly, now, deputy=deputy):
            await notices.add(conn, notice)


async def _whom(rules: Rules, conn: Connection, matter: Matter, warning: WarningRecord, *, deputy: bool) -> list[str]:
    ranks = await deciders.ranks(conn, matter, warning)
    found = asked_after(ranks, rules.policy.approvals.deputy) if deputy else asked_first(ranks)
    return [one.code for one in found]


def _said(laid: Sequence[Laid], code: str, singly: int, now: datetime, *, deputy: bool) -> list[NewNotice]:
    """Each by itself where they are few, or urgent; the others as one message."""
    calm = [one for one in laid if not one.matter.urgent]
    together = calm if len(calm) > singly else []
    apart = [cards.card(one, code, now, deputy=deputy) for one in laid if one not in together]
    return [*apart, *([cards.summary(together, code, now, deputy=deputy)] if together else [])]
