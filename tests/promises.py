"""What the tests of faults check again and again: nothing is lost or taken for good, and it is told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.service import Service
from messages.store import tables
from tests.service import Town, until

FAIL = "sends fail for the moment; nothing is lost"
"""The line about temporary failures."""


async def nothing_is_permanent(place: Town) -> None:
    """No person is taken for unreachable, and no delivery is given up."""
    lost = select(func.count()).where(tables.accounts.c.unreachable_since.is_not(None))
    given_up = select(func.count()).where(tables.deliveries.c.state == "unreachable")
    async with place.db.reading() as conn:
        assert (await conn.scalar(lost), await conn.scalar(given_up)) == (0, 0)


async def keep_on(place: Town, service: Service, notice_id: int) -> None:
    """Let every wait after a failure be over, until nothing waits any more."""

    async def rests() -> bool:
        counts = await place.counts(notice_id)
        if counts.planned and not counts.sending:
            await service.move_clock(service.clock.now() + timedelta(minutes=1))
        return not counts.planned and not counts.sending

    await until(rests)


def lines(logs: Sequence[Any], event: str) -> list[dict[str, Any]]:
    """The log's lines about one event."""
    return [line for line in logs if line["event"] == event]
