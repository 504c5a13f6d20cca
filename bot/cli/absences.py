"""``lianxun absences``: leave, on whose days nothing late or missed is counted."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.cli import sheets
from bot.cli.acting import A_PAGE, PageNumber, actor, tell_pages
from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from bot.office import Office
from messages.absences import Absence, Days, absence_state_said, days_said
from messages.absences_read import read_absences
from messages.errors import refused
from messages.items import columns
from messages.text.phrase import nphrase, phrase
from schedules.absences.deciding import Wanted
from schedules.absences.desk import Absences

app = typer.Typer(name="absences", help="Leave: on its days nothing late or missed is counted.", no_args_is_help=True)

_OPTIONS: Final = {"first": "--from", "last": "--to", "note": "--note"}
"""Fields whose faults are told by the name of their option."""
_DAY: Final = "2026-09-24, 2026年9月24日"

PersonCode = Annotated[str, typer.Argument(metavar="PERSON", help="The code of the person whose leave it is.")]
Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The leave's number, as «absences list» shows it.")]
MaybeBy = Annotated[
    str | None,
    typer.Option("--as", metavar="PERSON", help="The code of the person who does it; the operator if not given."),
]


@app.command("add")
def add(
    person: PersonCode,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.")],
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; the first if not given.")] = (
        None
    ),
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What it is for.")] = "",
    by: MaybeBy = None,
    as_json: AsJson = False,
) -> None:
    """Enter leave of a person: it is granted by that. Days that were asked for are granted."""
    run(lambda session: _add(session, person, (first, last or first), note, by, as_json=as_json), as_json=as_json)


@app.command("end")
def end(
    absence_id: Id,
    last: Annotated[
        str | None, typer.Option("--last", metavar="DATE", help="The last day that stays granted; none if not given.")
    ] = None,
    by: MaybeBy = None,
    as_json: AsJson = False,
) -> None:
    """Take leave back, all of it or the days after --last; the person is told."""
    run(lambda session: _end(session, absence_id, last, by, as_json=as_json), as_json=as_json)


@app.command("list")
def list_absences(
    by: Annotated[
        str, typer.Option("--as", metavar="PERSON", help="The code of a person who grants leave, or whose leave it is.")
    ],
    own: Annotated[bool, typer.Option("--own", help="The person's own leave.")] = False,
    page: PageNumber = 1,
    as_json: AsJson = False,
) -> None:
    """Leave asked for and granted, from today on, of people whose leave a person may grant; or the person's own."""
    run(lambda session: _list(session, by, page, own=own, as_json=as_json), as_json=as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The leave, .xlsx or .csv.")],
    by: MaybeBy = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check it, and say how much is new.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enter leave from a file, all or none: with any fault nothing is entered, and every fault is listed.

    Columns, in any order: 人员编号 person_code · 姓名 name · 开始日期 first · 结束日期 last · 请假事由 note. The same
    file again changes nothing.
    """
    run(lambda session: _import(session, file, by, dry_run=dry_run, as_json=as_json), as_json=as_json)


def _desk(session: Session) -> Absences:
    return Office.of(session.settings, session.db, session.clock).absences


async def _who(session: Session, code: str | None) -> int | None:
    return None if code is None else await actor(session, code)


def _day(written: str, column: str) -> date:
    found = columns.day(written)
    if found is None:
        raise refused(phrase("Accepted: {words}.", words=_DAY), column=column, value=written)
    return found


async def _add(
    session: Session, person: str, written: tuple[str, str], note: str, by: str | None, *, as_json: bool
) -> None:
    with faults_called(_OPTIONS):
        days = Days(first=_day(written[0], "first"), last=_day(written[1], "last"))
        wanted = Wanted(person_id=await actor(session, person), days=days, note=note)
        entered = await _desk(session).enter(wanted, await _who(session, by), session.clock.now())
    if as_json:
        emit_json(absence_json(entered.absence) | {"created": entered.anew})
        return
    _tell(session, [entered.absence])


async def _end(session: Session, absence_id: int, last: str | None, by: str | None, *, as_json: bool) -> None:
    with faults_called({"last": "--last"}):
        until, who = _day(last, "last") if last else None, await _who(session, by)
        done = await _desk(session).take_back(absence_id, who, session.clock.now(), until)
    if as_json:
        emit_json({"absences": [absence_json(one) for one in done]})
        return
    _tell(session, done)


async def _list(session: Session, by: str, page: int, *, own: bool, as_json: bool) -> None:
    desk, who = _desk(session), await actor(session, by)
    if own:
        found, number, pages = await desk.own(who), 1, 1
    else:
        listed = await desk.list(who, page, session.clock.now(), size=A_PAGE)
        found, number, pages = listed.absences, listed.number, listed.pages
    if as_json:
        emit_json({"absences": [absence_json(one) for one in found], "page": number, "pages": pages})
        return
    table = Table(box=None)
    for heading in (phrase("Number"), phrase("Unit"), phrase("Person"), phrase("Days"), phrase("State")):
        table.add_column(session.say(heading), overflow="fold")
    for one in found:
        table.add_row(*_cells(session, one))
    Console(highlight=False, emoji=False).print(table)
    tell_pages(session, number, pages)


async def _import(session: Session, file: Path, by: str | None, *, dry_run: bool, as_json: bool) -> None:
    nothing = {"created": 0, "unchanged": 0, "dry_run": dry_run}
    with sheets.faults_emitted(session, nothing, as_json=as_json):
        who, rows = await _who(session, by), read_absences(file)
        done = await _desk(session).import_rows(rows, who, session.clock.now(), dry_run=dry_run)
    if as_json:
        emit_json(nothing | {"created": done.created, "unchanged": done.unchanged, "faults": []})
        return
    entered = nphrase("{count} period of leave entered.", "{count} periods of leave entered.", done.created)
    if dry_run:
        entered = nphrase(
            "{count} period of leave would be entered.", "{count} periods of leave would be entered.", done.created
        )
    typer.echo(session.say(entered))
    if done.unchanged:
        before = nphrase("{count} was entered before.", "{count} were entered before.", done.unchanged)
        typer.echo(session.say(before))


def _tell(session: Session, some: tuple[Absence, ...] | list[Absence]) -> None:
    for one in some:
        typer.echo(" · ".join(_cells(session, one)))


def _cells(session: Session, one: Absence) -> list[str]:
    said = session.say(days_said(one.days)), session.say(absence_state_said(one.state))
    return [str(one.id), one.unit or "", f"{one.person} {one.person_code}", *said]


def absence_json(one: Absence) -> dict[str, Any]:
    """An absence as commands write it."""
    return {
        "id": one.id,
        "person": one.person_code,
        "name": one.person,
        "unit": one.unit,
        "first": one.days.first.isoformat(),
        "last": one.days.last.isoformat(),
        "state": one.state.value,
        "note": one.note,
        "decided_by": one.decider_code,
        "why": one.why,
    }
