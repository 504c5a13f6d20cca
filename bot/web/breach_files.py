"""Limits that are broken or overdue as a file, CSV or a workbook. It names nobody, so making it is not recorded."""

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from aiohttp import web

from bot.web.reception import Visit
from messages.organisation.spreadsheets import csv_of, xlsx_of
from messages.tenders.milestones import matter_kind_said, milestone_said
from messages.tenders.records import limit_state_said
from messages.tenders.views import Breach, Filter
from messages.text.phrase import Phrase, phrase
from schedules.tenders.desk import Tenders

_AT_ONCE: Final = 500
_MOST: Final = 50_000
"""So many rows are in one file at most."""
_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COLUMNS: Final = (
    phrase("Unit"),
    phrase("Number"),
    phrase("Matter"),
    phrase("Kind"),
    phrase("Step"),
    phrase("Part"),
    phrase("Source"),
    phrase("Bound"),
    phrase("Limit"),
    phrase("Date of the step"),
    phrase("State"),
)


async def file_of(
    tenders: Tenders,
    visit: Visit,
    wanted: Filter,
    *,
    say: Callable[[Phrase], str],
    article: Callable[[str | None], str],
    zone: tzinfo,
) -> web.Response:
    """The breaches that are open to a visitor, as the file that the address's ``ending`` names."""
    ending = visit.request.match_info["ending"]
    found = await _all(tenders, visit, wanted)
    header = [say(name) for name in _COLUMNS]
    rows = [_row(one, say, article, zone) for one in found]
    if ending == "csv":
        content = await asyncio.to_thread(csv_of, header, rows, mark=True)
    else:
        content = await asyncio.to_thread(xlsx_of, say(phrase("Breaches")), header, rows)
    name = f"breaches-{visit.now.astimezone(zone):%Y%m%d-%H%M}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type=_TYPES[ending], headers=headers)


async def _all(tenders: Tenders, visit: Visit, wanted: Filter) -> list[Breach]:
    found: list[Breach] = []
    number = pages = 1
    while number <= pages and len(found) < _MOST:
        page = await tenders.breaches(visit.viewer.id, wanted, number, visit.now, size=_AT_ONCE)
        found += page.breaches
        number, pages = number + 1, page.pages
    return found


def _row(
    one: Breach, say: Callable[[Phrase], str], article: Callable[[str | None], str], zone: tzinfo
) -> tuple[str, ...]:
    matter, limit = one.matter, one.limit
    shown = "%Y-%m-%d" if limit.whole_day else "%Y-%m-%d %H:%M"
    return (
        matter.unit or matter.buyer,
        matter.ref,
        matter.title,
        say(matter_kind_said(matter.kind)),
        say(milestone_said(limit.milestone)),
        limit.part,
        article(limit.article),
        say(phrase("not before")) if limit.earliest else say(phrase("not after")),
        limit.due_on.isoformat() if limit.due_on else "",
        f"{limit.at.astimezone(zone):{shown}}" if limit.at else "",
        say(limit_state_said(limit.state)),
    )
