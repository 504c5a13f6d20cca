"""``lianxun tokens``: tokens with which other systems act as a person."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.acting import person_id
from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from bot.cli.tables import headed
from messages import api_tokens
from messages.api_tokens import ApiScope, TokenState, Wanted, state_of
from messages.store.api_tokens import KeptToken
from messages.text.phrase import phrase

app = typer.Typer(name="tokens", help="Tokens of other systems, for the HTTP interface.", no_args_is_help=True)

_FIELDS: Final = {"person": "--person", "scopes": "--scope", "name": "--name", "days": "--days"}
_HEADS: Final = (
    phrase("Token"),
    phrase("System"),
    phrase("Acts as"),
    phrase("Scopes"),
    phrase("Until"),
    phrase("State"),
)
_STATES: Final = {
    TokenState.GOOD: phrase("good"),
    TokenState.EXPIRED: phrase("expired"),
    TokenState.REVOKED: phrase("revoked"),
}

As = Annotated[
    str | None,
    typer.Option("--as", metavar="ADMIN", help="The code of the administrator who does it; the operator if not given."),
]


@app.command("issue")
def issue(
    person: Annotated[str, typer.Option("--person", metavar="CODE", help="As whom its bearer acts.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", help=f"What it is good for, several times or with commas: {', '.join(ApiScope)}."),
    ],
    name: Annotated[str, typer.Option("--name", help="The system that will bear it.")],
    days: Annotated[int, typer.Option("--days", help="So many days it is good for.")] = 365,
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """Issue a token. It is shown this once: only its hash is kept."""
    wanted = Wanted(person=person, scopes=",".join(scope), name=name, days=days)
    run(lambda session: _issue(session, wanted, by, as_json=as_json), as_json=as_json)


@app.command("list")
def list_tokens(by: As = None, as_json: AsJson = False) -> None:
    """The tokens that were issued, the newest first."""
    run(lambda session: _list(session, by, as_json=as_json), as_json=as_json)


@app.command("revoke")
def revoke(
    token_id: Annotated[int, typer.Argument(metavar="ID", help="The token's number, as «tokens list» shows it.")],
    by: As = None,
    as_json: AsJson = False,
) -> None:
    """End a token at once."""
    run(lambda session: _revoke(session, token_id, by, as_json=as_json), as_json=as_json)


async def _issue(session: Session, wanted: Wanted, by: str | None, *, as_json: bool) -> None:
    with faults_called(_FIELDS):
        done = await api_tokens.issue(session.db, await person_id(session, by), wanted, session.clock.now())
    if as_json:
        emit_json({"token": done.token, **_json(session, done.kept)})
        return
    until = f"{done.kept.expires_at.astimezone(session.settings.zone):%Y-%m-%d}"
    said = phrase("Token {id} is good until {until}. It is shown only now:", id=done.kept.id, until=until)
    typer.echo(session.say(said), err=True)
    typer.echo(done.token)


async def _list(session: Session, by: str | None, *, as_json: bool) -> None:
    found = await api_tokens.issued(session.db, await person_id(session, by), session.clock.now())
    if as_json:
        emit_json({"tokens": [_json(session, one) for one in found]})
    else:
        Console(emoji=False).print(_table(session, found))


async def _revoke(session: Session, token_id: int, by: str | None, *, as_json: bool) -> None:
    done = await api_tokens.revoke(session.db, await person_id(session, by), token_id, session.clock.now())
    if as_json:
        emit_json(_json(session, done))
    else:
        typer.echo(session.say(phrase("Revoked; nothing more is done with it.")))


def _json(session: Session, token: KeptToken) -> dict[str, Any]:
    zone = session.settings.zone
    return {
        "id": token.id,
        "name": token.name,
        "person_code": token.person_code,
        "person": token.person,
        "scopes": list(token.scopes),
        "state": state_of(token, session.clock.now()).value,
        "created_at": token.created_at.astimezone(zone).isoformat(),
        "created_by": token.created_by,
        "expires_at": token.expires_at.astimezone(zone).isoformat(),
        "revoked_at": token.revoked_at.astimezone(zone).isoformat() if token.revoked_at else None,
    }


def _table(session: Session, tokens: Sequence[KeptToken]) -> Table:
    table = headed(map(session.say, _HEADS))
    for one in tokens:
        until = f"{one.expires_at.astimezone(session.settings.zone):%Y-%m-%d}"
        state = session.say(_STATES[state_of(one, session.clock.now())])
        who = f"{one.person} ({one.person_code})"
        table.add_row(*map(escape, (str(one.id), one.name, who, ", ".join(one.scopes), until, state)))
    return table
