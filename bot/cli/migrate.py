"""``lianxun migrate``: the database at this version's schema, or all of it moved from SQLite to PostgreSQL."""

from typing import Annotated, Final

import typer

from bot.cli.frame import AsJson, Session, emit_json, progress, run
from bot.cli.serve import alone
from messages.store.moving import Moved, Step, ends, move, shown
from messages.store.schema import migrate as migrate_database
from messages.text.phrase import phrase

_STEPS: Final = {
    Step.RECHECKING: phrase("Rechecking"),
    Step.COPYING: phrase("Copying"),
    Step.VERIFYING: phrase("Comparing"),
}


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("migrate")(migrate)


def migrate(
    source: Annotated[str | None, typer.Option("--from", metavar="sqlite:///…", help="The database to move.")] = None,
    target: Annotated[str | None, typer.Option("--to", metavar="postgresql://…", help="An empty database.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the database to this version's schema; with --from and --to, move everything from SQLite to PostgreSQL.

    A move that was interrupted goes on when it is run again. It ends when every row has been compared; until then the
    new database cannot be used. The old one is left as it is.
    """
    if source is not None and target is not None:
        run(lambda session: _move(session, source, target, as_json=as_json), as_json=as_json, prepared=False)
    elif source is not None or target is not None:
        message = "--from and --to go together."
        raise typer.BadParameter(message)
    else:
        _upgrade(as_json=as_json)


def _upgrade(*, as_json: bool) -> None:
    before, after = run(_migrate, as_json=as_json, prepared=False)
    if as_json:
        emit_json({"before": before, "after": after})
    else:
        typer.echo(f"{before or '-'} → {after}")


async def _migrate(session: Session) -> tuple[str | None, str | None]:
    return await migrate_database(session.db)


async def _move(session: Session, source: str, target: str, *, as_json: bool) -> None:
    moved = await _moved(session, source, target)
    if as_json:
        emit_json({"from": shown(source), "to": shown(target)} | _document(moved))
        return
    rows, ledger = sum(moved.tables.values()), moved.tables["ledger"]
    typer.echo(
        session.say(
            phrase(
                "Moved and compared. Rows: {rows}; of the ledger: {ledger}, SHA-256 {digest}. "
                "Now set LIANXUN_DATABASE_URL to the new address and start the service.",
                rows=rows,
                ledger=ledger,
                digest=moved.ledger_digest,
            )
        )
    )


async def _moved(session: Session, source: str, target: str) -> Moved:
    old, new = ends(source, target)
    try:
        with alone(old.path), progress(session) as bar:

            def told(step: Step, table: str, done: int, total: int) -> None:
                bar(f"{session.say(_STEPS[step])} {table}", done, total)

            return await move(old, new, now=session.clock.now(), told=told)
    finally:
        await old.close()
        await new.close()


def _document(moved: Moved) -> dict[str, object]:
    return {
        "tables": dict(moved.tables),
        "ledger": {"rows": moved.tables["ledger"], "digest": moved.ledger_digest},
        "resumed": moved.resumed,
        "verified": True,
    }
