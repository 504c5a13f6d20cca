"""The demo's clock is moved as time passes: what becomes due on the way is done at its own instant, and not missed.

A jump would find all of it at its end, and what was of use for hours only would be told by nobody.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from bot.service import Service
from messages.store import claims

_APART: Final = timedelta(minutes=5)
"""Stops are no closer: reminders of what was told one after another are due one after another, too."""
_AT_ONE_INSTANT: Final = 20
"""So many passes are made at one instant where each leaves more to do."""
_ON: Final = timedelta(hours=1)
"""How far time goes on where something stays due for good."""
_AT_A_STOP: Final = 4.0
_IN_ALL: Final = 12.0
"""Seconds for which the clock waits at a stop, and at all of them, for what is being sent: a broadcast takes longer."""
_A_MOMENT: Final = timedelta(seconds=1)
_LOOKS: Final = 0.05


async def pass_to(service: Service, to: datetime) -> None:
    """Let the service's time pass until ``to``, stopping wherever something is due before."""
    clock, passes = service.clock, 0
    end = clock.steady() + _IN_ALL
    due = await _move(service, clock.now())
    while due is not None and due < to:
        passes = 0 if due > clock.now() else passes + 1
        await _sent(service, min(end, clock.steady() + _AT_A_STOP))
        due = await _move(service, min(_stop(due, clock.now(), passes), to))
    await _move(service, to)


def _stop(due: datetime, now: datetime, passes: int) -> datetime:
    """Where the clock stops next for what is due at ``due``, after so many ``passes`` that left it due."""
    if due > now:
        return max(due, now + _APART)
    return now if passes < _AT_ONE_INSTANT else now + _ON


async def _move(service: Service, to: datetime) -> datetime | None:
    """Move the clock on, a moment at least, and do what is due; gives when the next thing is."""
    return await service.move_clock(max(to, service.clock.now() + _A_MOMENT))


async def _sent(service: Service, until: float) -> None:
    """Wait until what is due has been sent, up to a steady second."""
    while service.clock.steady() < until and await _has_to_send(service):  # noqa: ASYNC110 -- the store has no event to await
        await asyncio.sleep(_LOOKS)


async def _has_to_send(service: Service) -> bool:
    bots = [bot_id for bot_id, _ in service.senders.wires()]
    async with service.db.reading() as conn:
        due = await claims.lanes_due(conn, bots, service.clock.now())
    return bool(due) or any(service.senders.is_busy(bot_id) for bot_id in bots)
