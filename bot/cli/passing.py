"""``lianxun notice pass``: who has a notice in charge gives it to another post of the same unit."""

from typing import Annotated

import typer

from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from messages.passing import Asked, pass_by_code
from messages.text.phrase import phrase

Id = Annotated[int, typer.Argument(metavar="ID", help="The notice's number, as «notice list» shows it.")]
From = Annotated[str, typer.Option("--from", metavar="POST", help="The code of the post that has it to acknowledge.")]
To = Annotated[str, typer.Option("--to", metavar="POST", help="The code of the post that takes it over.")]
As = Annotated[str, typer.Option("--as", metavar="PERSON", help="The code of the person who has it in charge.")]


def register(app: typer.Typer) -> None:
    """Add the command to those of notices."""
    app.command("pass")(pass_on)


def pass_on(notice_id: Id, post: From, to: To, person: As, as_json: AsJson = False) -> None:
    """Pass a notice on to another post of the same unit, whose holder acknowledges it instead.

    Both names are recorded, and it cannot be taken back.
    """
    asked = Asked(notice_id=notice_id, person=person, post=post, to=to)
    run(lambda session: _pass_on(session, asked, as_json=as_json), as_json=as_json)


async def _pass_on(session: Session, asked: Asked, *, as_json: bool) -> None:
    with faults_called({"as": "--as", "from": "--from", "to": "--to"}):
        to = await pass_by_code(session.db, asked, session.clock.now())
    if as_json:
        emit_json({"id": asked.notice_id, "from": asked.post, "to": asked.to, "person": to.person_code})
        return
    typer.echo(session.say(phrase("Passed on to {name} ({post}).", name=to.name, post=to.post)))
