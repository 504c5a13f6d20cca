"""``lianxun mydata``: all that is recorded about a person, for a person who asks the office for it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.acting import actor
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.mydata import my_data
from messages.organisation.spreadsheets import write_private
from messages.store import mine
from messages.text.phrase import phrase
from messages.text.rendering import Renderer


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("mydata")(mydata)


def mydata(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The code of the person.")],
    folder: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", file_okay=False, exists=True, help="Where the files are written.")
    ] = Path(),
    as_json: AsJson = False,
) -> None:
    """Write all that is recorded about a person as two files, for programs and to read; with --json only show it.

    It is for that person, who gets the same in chat by /mydata. That it was given is recorded.
    """
    run(lambda session: _mydata(session, person, folder, as_json=as_json), as_json=as_json)


async def _mydata(session: Session, code: str, folder: Path, *, as_json: bool) -> None:
    person_id, now = await actor(session, code), session.clock.now()
    async with session.db.reading() as conn:
        language = str((await mine.person(conn, person_id))["language"])
    renderer = Renderer(session.catalog, session.settings.zone)
    given = await my_data(session.db, renderer, session.catalog, person_id, language, now, by="operator")
    if as_json:
        emit_json(given.document)
        return
    for name, content in given.files.items():
        path = folder / name
        write_private(path, content)
        typer.echo(session.say(phrase("{file} written, for its person alone.", file=str(path))))
