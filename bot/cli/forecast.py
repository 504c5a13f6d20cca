"""``lianxun forecast``: what will be sent, when, and to how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.frame import AsJson, Session, emit_json, run
from messages.notices import FIRST_WAVE, Category, NewNotice, Notice, wave_name
from messages.store import days as stored_days
from messages.store import notices as stored_notices
from messages.store.audience import count_people
from messages.store.database import Connection
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.deadlines import end_of_day, local_instant
from schedules.holidays import holiday_notices
from schedules.policy import load as load_policy
from schedules.workdays import WorkCalendar

_DATE: Final = ["%Y-%m-%d"]
_JUST_BEFORE: Final = timedelta(microseconds=1)
_LONGEST: Final = timedelta(days=3700)
"""A little over ten years: further on nothing is known that a plan could use."""

From = Annotated[datetime, typer.Option("--from", formats=_DATE, metavar="DATE", help="The first day, YYYY-MM-DD.")]
To = Annotated[datetime, typer.Option("--to", formats=_DATE, metavar="DATE", help="The last day, included.")]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One thing to be sent: ``recipients`` are people, as the roster stands now."""

    key: str
    category: Category
    at: datetime
    recipients: int
    provisional: bool
    title: str


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("forecast")(forecast)


def forecast(first: From, last: To, as_json: AsJson = False) -> None:
    """What will be sent, when, and to how many; the days from and to are both included."""
    if last < first:
        raise typer.BadParameter("--to must not be before --from")  # noqa: EM101, TRY003 -- usage, said by Typer
    if last - first > _LONGEST:
        raise typer.BadParameter("at most ten years are forecast")  # noqa: EM101, TRY003 -- usage, said by Typer
    run(lambda session: _forecast(session, first, last, as_json=as_json), as_json=as_json)


async def _forecast(session: Session, first: datetime, last: datetime, *, as_json: bool) -> None:
    zone = session.settings.zone
    since = local_instant(first.date(), time(0), zone) - _JUST_BEFORE
    until = end_of_day(last.date(), zone) - _JUST_BEFORE
    async with session.db.reading() as conn:
        coming = await _coming(session, conn, since, until)
        occasions = await _counted(session, conn, coming)
    if as_json:
        emit_json({"occasions": [_json(occasion) for occasion in occasions]})
    else:
        Console().print(_table(session, occasions))


async def _coming(session: Session, conn: Connection, since: datetime, until: datetime) -> list[Notice | NewNotice]:
    """Notices made and still to go, and holiday notices not made yet, in the order of time."""
    made = await stored_notices.upcoming(conn, since + _JUST_BEFORE, until + _JUST_BEFORE)
    calendar = WorkCalendar(session.settings.country, await stored_days.load(conn))
    policy = load_policy(session.settings.policy)
    planned = holiday_notices(
        calendar, policy, session.settings.zone, since=since, until=until, now=session.clock.now()
    )
    known = await stored_notices.told(conn, [notice.key for notice in planned])
    unmade = [notice for notice in planned if notice.key not in known]
    return sorted([*made, *unmade], key=lambda notice: (notice.send_at, notice.lane))


async def _counted(session: Session, conn: Connection, coming: Sequence[Notice | NewNotice]) -> list[Occasion]:
    renderer = Renderer(session.catalog, session.settings.zone)
    audiences = {notice.audience for notice in coming}
    people = {audience: await count_people(conn, audience) for audience in sorted(audiences)}
    return [
        Occasion(
            key=notice.key,
            category=notice.category,
            at=notice.send_at.astimezone(session.settings.zone),
            recipients=people[notice.audience],
            provisional=notice.provisional,
            title=renderer.title(notice.template, session.language, notice.title, **notice.params),
        )
        for notice in coming
    ]


def _json(occasion: Occasion) -> dict[str, Any]:
    return {
        "key": occasion.key,
        "wave": wave_name(FIRST_WAVE),
        "category": occasion.category.value,
        "at": occasion.at.isoformat(),
        "recipients": occasion.recipients,
        "provisional": occasion.provisional,
        "title": occasion.title,
    }


def _table(session: Session, occasions: Sequence[Occasion]) -> Table:
    table = Table(title=session.say(phrase("What will be sent")), title_style="bold")
    for heading in (phrase("When"), phrase("What"), phrase("People"), phrase("Dates")):
        table.add_column(session.say(heading), overflow="fold")
    for occasion in occasions:
        sure = phrase("provisional") if occasion.provisional else phrase("official")
        row = f"{occasion.at:%Y-%m-%d %H:%M}", escape(occasion.title), str(occasion.recipients), session.say(sure)
        table.add_row(*row)
    return table
