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
from messages.store.audience import count_people
from messages.store.database import Connection
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.calendars import Calendars
from schedules.deadlines import end_of_day, local_instant
from schedules.forecast import coming
from schedules.policy import load as load_policy
from schedules.tools import Tools

_DATE: Final = ["%Y-%m-%d"]
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
    since, until = local_instant(first.date(), time(0), zone), end_of_day(last.date(), zone)
    calendars, policy = Calendars(session.db, session.settings.country), load_policy(session.settings.policy)
    await calendars.current()
    tools = Tools(db=session.db, policy=policy, calendars=calendars, zone=zone)
    async with session.db.reading() as conn:
        notices = await coming(conn, tools, since=since, until=until, now=session.clock.now())
        occasions = await _counted(session, conn, notices)
    if as_json:
        emit_json({"occasions": [_json(occasion) for occasion in occasions]})
    else:
        Console(emoji=False).print(_table(session, occasions))


async def _counted(session: Session, conn: Connection, notices: Sequence[Notice | NewNotice]) -> list[Occasion]:
    renderer = Renderer(session.catalog, session.settings.zone)
    audiences = {notice.audience for notice in notices}
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
        for notice in notices
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
