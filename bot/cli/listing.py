"""``lianxun notice people|export``: who stands how with a notice, and the same as a file."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.acting import As, person_id, unit_id
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.steering import Id
from bot.cli.tables import headed
from messages.errors import refused
from messages.exports import Reader, charted, workbook
from messages.notice_views import Listed, PeoplePage, Which, people_of, standing_said
from messages.organisation.spreadsheets import write_private
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.figures import Counting

_BOOK, _PICTURE = ".xlsx", ".png"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("people")(people)
    app.command("export")(export)


def people(
    notice_id: Id,
    unit: Annotated[str, typer.Option("--unit", help="The unit, by its name; those below it are not included.")],
    which: Annotated[Which, typer.Option("--which", help="Whom to name.")] = Which.ALL,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page of a long list.")] = 1,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """Who stands how with a notice, in one unit. That somebody looked is recorded."""
    run(
        lambda session: _people(session, notice_id, unit, which, page, speaker, as_json=as_json),
        as_json=as_json,
    )


def export(
    notice_id: Id,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write: .xlsx, or .png for a chart.")],
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """Write how a notice stands: by unit and person, or as a chart over time. That somebody did is recorded."""
    run(lambda session: _export(session, notice_id, file, speaker, as_json=as_json), as_json=as_json)


async def _people(
    session: Session, notice_id: int, unit: str, which: Which, page: int, speaker: str | None, *, as_json: bool
) -> None:
    viewer = await person_id(session, speaker)
    of_unit = await unit_id(session, unit)
    shown = await people_of(session.db, viewer, notice_id, of_unit, which, page, session.clock.now())
    if as_json:
        emit_json(_document(session, notice_id, shown))
        return
    console = Console(highlight=False, emoji=False)
    console.print(_table(session, shown))
    if shown.pages > 1:
        told = phrase("Page {number} of {pages}: --page shows another.", number=shown.number, pages=shown.pages)
        console.print(session.say(told), markup=False)


def _document(session: Session, notice_id: int, shown: PeoplePage) -> dict[str, Any]:
    zone = session.settings.zone
    told = [
        {
            name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(one).items()
        }
        for one in shown.items
    ]
    page = {"page": shown.number, "pages": shown.pages, "total": shown.total}
    return {"id": notice_id, "unit": shown.unit.name, "which": shown.which.value, **page, "people": told}


def _table(session: Session, shown: PeoplePage) -> Table:
    heads = phrase("Post"), phrase("Person's code"), phrase("Full name"), phrase("State")
    table = headed(map(session.say, heads))
    for one in shown.items:
        table.add_row(escape(one.post), escape(one.person_code), escape(one.name), escape(_said(session, one)))
    return table


def _said(session: Session, one: Listed) -> str:
    return session.say(standing_said(one, lambda at: f"{at.astimezone(session.settings.zone):%Y-%m-%d %H:%M}"))


async def _export(session: Session, notice_id: int, file: Path, speaker: str | None, *, as_json: bool) -> None:
    ending = file.suffix.lower()
    if ending not in {_BOOK, _PICTURE}:
        raise refused(phrase("A file ending in .xlsx or .png is accepted."), value=file.name)
    viewer = await person_id(session, speaker)
    content = await (_book if ending == _BOOK else _picture)(session, notice_id, viewer)
    write_private(file, content)
    if as_json:
        emit_json({"id": notice_id, "file": str(file), "bytes": len(content)})
    else:
        typer.echo(session.say(phrase("Written to {file}.", file=str(file))))


def _reader(session: Session) -> Reader:
    renderer = Renderer(session.catalog, session.settings.zone)
    return Reader(
        say=session.say,
        title=lambda notice: renderer.title(notice.template, session.language, notice.title, **notice.params),
        zone=session.settings.zone,
    )


async def _book(session: Session, notice_id: int, viewer: int | None) -> bytes:
    figures = await Counting(session.db, session.clock).now(notice_id)
    return await workbook(session.db, viewer, session.clock.now(), figures, _reader(session))


async def _picture(session: Session, notice_id: int, viewer: int | None) -> bytes:
    from bot.chart import png

    figures = await Counting(session.db, session.clock).now(notice_id)
    shown, reader = await charted(session.db, viewer, session.clock.now(), figures), _reader(session)
    title = reader.title(shown.notice)
    return await asyncio.to_thread(
        lambda: png(shown, title, say=reader.say, zone=reader.zone, language=session.language)
    )
