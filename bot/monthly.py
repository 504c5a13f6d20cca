"""The monthly report of an office, with its picture."""

import asyncio
from collections.abc import Callable, Sequence

from bot.office import Office
from bot.web.pages import ROOT
from messages.statistics import Summary
from messages.text.phrase import Phrase
from schedules.statistics.monthly import Monthly
from schedules.tools import Tools


def monthly_of(office: Office, address: Callable[[], str]) -> Monthly:
    """Composed for an office whose service is reached at ``address``."""

    async def draw(past: Sequence[Summary], language: str) -> bytes:
        from bot.month_chart import png  # noqa: PLC0415 -- see there

        def say(what: Phrase) -> str:
            return office.catalog.say(what, language)

        return await asyncio.to_thread(png, past, say=say, language=language)

    return Monthly(
        tools=Tools(db=office.db, policy=office.policy, calendars=office.calendars, zone=office.clock.zone),
        statistics=office.statistics,
        apart=office.apart,
        draw=draw,
        address=lambda: f"{address()}{ROOT}",
    )
