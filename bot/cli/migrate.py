"""``lianxun migrate``: the database at this version's schema."""

import typer

from bot.cli.frame import AsJson, Session, emit_json, run
from messages.store.schema import migrate as migrate_database


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("migrate")(migrate)


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to this version's schema."""
    before, after = run(_migrate, as_json=as_json, prepared=False)
    if as_json:
        emit_json({"before": before, "after": after})
    else:
        typer.echo(f"{before or '-'} → {after}")


async def _migrate(session: Session) -> tuple[str | None, str | None]:
    return await migrate_database(session.db)
