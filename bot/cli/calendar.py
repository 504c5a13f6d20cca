"""``lianxun calendar``: the official days as the service counts them, and the import of a year's notice."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from babel.dates import format_date
from rich.console import Console
from rich.table import Table

from bot.cli.frame import AsJson, Session, emit_json, run
from messages.official_days import Festival, festival_name
from messages.official_notice import OfficialNotice
from messages.store import days as stored_days
from messages.text.phrase import nphrase, phrase
from schedules.holidays import ChangedDays
from schedules.official_year import ImportedYear, import_year
from schedules.workdays import DaysOff, WorkCalendar

app = typer.Typer(name="calendar", help="The official working-day calendar.", no_args_is_help=True)

_FIRST_YEAR: Final = 1950
_LAST_YEAR: Final = 2199


@app.command("show")
def show_year(
    year: Annotated[int, typer.Argument(min=_FIRST_YEAR, max=_LAST_YEAR, help="The year to show.")],
    as_json: AsJson = False,
) -> None:
    """A year's days off and make-up workdays.

    days_off are the days that the official notice names as off (weekend days inside a holiday too, plain weekends not).
    A year whose notice is not known yet is provisional: it has its statutory days only.
    """
    run(lambda session: _show(session, year, as_json=as_json), as_json=as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The year's official days, JSON.")],
    as_json: AsJson = False,
) -> None:
    """Take a year's official days from a file; what is still planned follows them.

    The file: {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, …]}
    """
    run(lambda session: _import(session, file, as_json=as_json), as_json=as_json)


async def _show(session: Session, year: int, *, as_json: bool) -> None:
    async with session.db.reading() as conn:
        calendar = WorkCalendar(session.settings.country, await stored_days.load(conn))
    if as_json:
        emit_json(year_json(calendar, year))
    else:
        _show_table(session, calendar, year)


def year_json(calendar: WorkCalendar, year: int) -> dict[str, Any]:
    """The contract's document of a year."""
    return {
        "year": year,
        "provisional": calendar.provisional(year),
        "days_off": [day.isoformat() for day in calendar.days_off(year)],
        "makeup_workdays": [day.isoformat() for day in calendar.makeup_workdays(year)],
        "holidays": [{"holiday": days.slug, **_span(days)} for days in calendar.festivals(year)],
    }


def _span(days: DaysOff) -> dict[str, str]:
    return {"first": days.first.isoformat(), "last": days.last.isoformat()}


def _show_table(session: Session, calendar: WorkCalendar, year: int) -> None:
    title = phrase("{year}: official days", year=str(year))
    if calendar.provisional(year):
        title = phrase("{year}: provisional, the official notice is not known yet", year=str(year))
    table = Table(title=session.say(title), title_style="bold")
    for heading in (phrase("Holiday"), phrase("First day off"), phrase("Last day off"), phrase("Days")):
        table.add_column(session.say(heading))
    for days in calendar.festivals(year):
        table.add_row(_name(session, days), _day(session, days.first), _day(session, days.last), str(days.days))
    console = Console(emoji=False)
    console.print(table)
    if worked := calendar.makeup_workdays(year):
        listed = session.say(phrase("Make-up workdays: {days}", days=", ".join(_day(session, day) for day in worked)))
        console.print(listed, markup=False, highlight=False)


def _name(session: Session, days: DaysOff) -> str:
    if days.festival is Festival.OTHER:
        return days.name
    return " + ".join(session.say(festival_name(festival)) for festival in days.festivals)


def _day(session: Session, day: date) -> str:
    return format_date(day, "yyyy-MM-dd EEE", locale=session.language)


async def _import(session: Session, file: Path, *, as_json: bool) -> None:
    country, now = session.settings.country, session.clock.now()
    imported = await import_year(session.db, file, country=country, now=now)
    if as_json:
        emit_json(_import_json(imported))
    else:
        _tell(session, imported.notice, imported.changes)


def _import_json(imported: ImportedYear) -> dict[str, Any]:
    days = imported.notice.days
    return {
        "year": imported.notice.year,
        "provisional": False,
        "days_off": sum(day.off for day in days),
        "makeup_workdays": sum(not day.off for day in days),
        "changed": [_change_json(change) for change in imported.changes],
    }


def _change_json(change: ChangedDays) -> dict[str, Any]:
    before = _span(change.before) if change.before else None
    return {"holiday": change.after.slug, "before": before, "after": _span(change.after)}


def _tell(session: Session, notice: OfficialNotice, changes: Sequence[ChangedDays]) -> None:
    console = Console(emoji=False)
    year, count = str(notice.year), len(notice.days)
    done = nphrase(
        "{year} is official now: {count} day taken.", "{year} is official now: {count} days taken.", count, year=year
    )
    console.print(session.say(done), markup=False, highlight=False)
    if not changes:
        console.print(session.say(phrase("No holiday moved.")), markup=False, highlight=False)
        return
    table = Table(
        title=session.say(phrase("Holidays that moved; what is still planned follows them")), title_style="bold"
    )
    for heading in (phrase("Holiday"), phrase("Before"), phrase("Now")):
        table.add_column(session.say(heading))
    for change in changes:
        before = _days(session, change.before) if change.before else "–"
        table.add_row(_name(session, change.after), before, _days(session, change.after))
    console.print(table)


def _days(session: Session, days: DaysOff) -> str:
    return f"{_day(session, days.first)} – {_day(session, days.last)}"
