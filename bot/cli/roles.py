"""``lianxun roles``: who bears which role, and roles granted and revoked beside those that the roster gives."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from bot.cli.tables import headed
from messages.organisation import roles
from messages.organisation.records import Role, role_said
from messages.organisation.roles import RoleChange
from messages.store.roles import RoleBorne
from messages.text.phrase import phrase

app = typer.Typer(name="roles", help="Who bears which role.", no_args_is_help=True)

_HEADS: Final = (
    phrase("Unit, and all below it"),
    phrase("Role"),
    phrase("Person"),
    phrase("Name"),
    phrase("Since"),
    phrase("Given by"),
    phrase("Why"),
)
_FIELDS: Final = {"person": "PERSON", "role": "ROLE", "unit": "UNIT", "why": "--why", "as": "--as"}
_ROLES: Final = " | ".join(Role)

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The code of the person who bears the role.")]
WhichRole = Annotated[str, typer.Argument(metavar="ROLE", help=f"{_ROLES}, or its Chinese word.")]
Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit; the role reaches it and all below it.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; it is kept in the ledger.")]
As = Annotated[str, typer.Option("--as", metavar="PERSON", help="The code of the administrator who does it.")]
AsUnlessFirst = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="PERSON",
        help="The code of the administrator who does it; not needed while nobody administers the whole office.",
    ),
]


@app.command("list")
def list_borne(
    person: Annotated[str | None, typer.Option("--person", metavar="CODE", help="Only this person's.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="U", help="Only this unit and all below it.")] = None,
    as_json: AsJson = False,
) -> None:
    """The roles that are borne now, with who gave them and why."""
    run(lambda session: _list(session, person, unit, as_json=as_json), as_json=as_json)


@app.command("grant")
def grant(
    person: Person, role: WhichRole, unit: Unit, why: Why, by: AsUnlessFirst = None, as_json: AsJson = False
) -> None:
    """Give a role, from now on.

    No roster takes it away: it lasts until it is revoked.
    """
    change = RoleChange(person=person, role=role, unit=unit, why=why, by=by)
    run(lambda session: _grant(session, change, as_json=as_json), as_json=as_json)


@app.command("revoke")
def revoke(person: Person, role: WhichRole, unit: Unit, why: Why, by: As, as_json: AsJson = False) -> None:
    """End a role, from now on.

    One that the roster gave comes back with the next import of a roster that names it.
    """
    change = RoleChange(person=person, role=role, unit=unit, why=why, by=by)
    run(lambda session: _revoke(session, change, as_json=as_json), as_json=as_json)


async def _list(session: Session, person: str | None, unit: str | None, *, as_json: bool) -> None:
    with faults_called({"person": "--person", "unit": "--unit"}):
        borne = await roles.list_roles(session.db, person=person, unit=unit)
    if as_json:
        emit_json({"roles": [_json(session, one) for one in borne]})
    else:
        Console(emoji=False).print(_table(session, borne))


async def _grant(session: Session, change: RoleChange, *, as_json: bool) -> None:
    with faults_called(_FIELDS):
        await roles.grant(session.db, change, session.clock.now())
    if as_json:
        emit_json({"person": change.person, "role": change.role, "unit": change.unit, "granted": True})
        return
    done = phrase("Granted; the person's menu shows it with the next thing that the person does.")
    typer.echo(session.say(done))


async def _revoke(session: Session, change: RoleChange, *, as_json: bool) -> None:
    with faults_called(_FIELDS):
        of_roster = await roles.revoke(session.db, change, session.clock.now())
    if as_json:
        document = {"person": change.person, "role": change.role, "unit": change.unit, "revoked": True}
        emit_json({**document, "given_by_roster": of_roster})
        return
    typer.echo(session.say(phrase("Revoked.")))
    if of_roster:
        again = phrase("The roster had given it: the next import of a roster that names it gives it again.")
        typer.echo(session.say(again))


def _json(session: Session, borne: RoleBorne) -> dict[str, Any]:
    return {
        "person_code": borne.person_code,
        "name": borne.name,
        "role": borne.role.value,
        "unit": borne.unit,
        "since": borne.since.astimezone(session.settings.zone).isoformat(),
        "granted": borne.granted,
        "granted_by": borne.granted_by,
        "why": borne.why,
    }


def _table(session: Session, borne: Sequence[RoleBorne]) -> Table:
    table = headed(map(session.say, _HEADS))
    for one in borne:
        since = f"{one.since.astimezone(session.settings.zone):%Y-%m-%d}"
        cells = one.unit, session.say(role_said(one.role)), one.person_code, one.name, since, _giver(session, one)
        table.add_row(*map(escape, (*cells, one.why or "")))
    return table


def _giver(session: Session, borne: RoleBorne) -> str:
    if not borne.granted:
        return session.say(phrase("the roster"))
    return borne.granted_by or session.say(phrase("the operator"))
