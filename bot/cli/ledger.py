"""``lianxun ledger``: the ledger verified, exported for others to verify, and its daily seals."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, TextIO

import typer
from rich.console import Console
from rich.markup import escape

from bot.cli.frame import REFUSED, AsJson, Session, emit_json, progress, run
from bot.cli.tables import headed
from messages.errors import Refused, refused
from messages.ledger_chain import Seal, seal_of
from messages.ledger_checking import Finding
from messages.ledger_export import Wanted, lines
from messages.ledger_saying import place_said, wrong_said
from messages.ledger_verifying import Verdict
from messages.ledger_verifying import verify as verify_ledger
from messages.ledger_views import ShownSeal, all_seals
from messages.store import ledger_links
from messages.text.phrase import nphrase, phrase

app = typer.Typer(name="ledger", help="The ledger: verified, exported, sealed.", no_args_is_help=True)

_HEADS: Final = (phrase("Seal: date, rows, hash of the last row"), phrase("Agrees"))

Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE|ROW",
        help="From this row, or the last seal before a day: what is before is trusted.",
    ),
]


@app.command("verify")
def verify(
    since: Since = None,
    seal: Annotated[
        list[str] | None,
        typer.Option("--seal", metavar='"DATE ROWS HASH"', help="A seal as it was posted; may be given again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the whole chain, compare it with the seals, and name the first row that is bad.

    Exit code 1 where anything is wrong. What somebody changed who could change the whole database shows only by seals
    that were kept elsewhere, in the administrators' chats: give them with --seal.
    """
    if not run(lambda session: _verify(session, since, seal or [], as_json=as_json), as_json=as_json):
        raise typer.Exit(REFUSED)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, allow_dash=True, help="Where to write; - for the output.")],
    since: Since = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="CODE", help="Only what is about this person; of the rest the hashes."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the ledger as JSON lines that anyone can verify without this program.

    docs/ledger.md describes the format, with an example program. The file names people: only its owner can read it.
    """
    run(lambda session: _export(session, file, since, person, as_json=as_json), as_json=as_json)


@app.command("seals")
def list_seals(as_json: AsJson = False) -> None:
    """The seals that are kept, the newest first."""
    run(lambda session: _seals(session, as_json=as_json), as_json=as_json)


async def _verify(session: Session, since: str | None, posted: Sequence[str], *, as_json: bool) -> bool:
    what, given = session.say(phrase("Verifying the ledger")), [_posted(one) for one in posted]
    with progress(session) as port:
        verdict = await verify_ledger(
            session.db, lambda done, total: port(what, done, total), since=_since(since), posted=given
        )
    if as_json:
        emit_json(_document(session, verdict))
    else:
        typer.echo("\n".join(_told(session, verdict)))
    return verdict.ok


def _since(given: str | None) -> int | date | None:
    if given is None or given.isdecimal():
        return None if given is None else int(given)
    try:
        return date.fromisoformat(given)
    except ValueError:
        accepted = phrase("Accepted: a day such as 2026-11-26, or the number of a row.")
        raise refused(accepted, column="--since", value=given) from None


def _posted(given: str) -> Seal:
    found = seal_of(given)
    if found is None:
        raise refused(phrase("A seal as it was posted is accepted: date, rows and hash."), column="--seal", value=given)
    return found


def _document(session: Session, verdict: Verdict) -> dict[str, Any]:
    found = {"first_bad": verdict.first_bad, "backdated": verdict.backdated}
    return {"ok": verdict.ok} | asdict(verdict) | {name: _finding(session, one) for name, one in found.items()}


def _finding(session: Session, finding: Finding | None) -> dict[str, Any] | None:
    if finding is None:
        return None
    return asdict(finding) | {"said": session.say(wrong_said(finding))}


def _told(session: Session, verdict: Verdict) -> Iterator[str]:
    say = session.say
    checked = verdict.rows - verdict.since + 1
    if verdict.first_bad is None:
        yield say(
            nphrase(
                "The ledger is as it was recorded: {count} row was recomputed, all seals agree.",
                "The ledger is as it was recorded: {count} rows were recomputed, all seals agree.",
                checked,
            )
        )
    else:
        yield say(phrase("The ledger has been tampered with, or is damaged."))
        yield say(phrase("{label}: {value}", label=place_said(verdict.first_bad), value=wrong_said(verdict.first_bad)))
        if verdict.bad > 1:
            yield say(phrase("Faults in all: {count}.", count=verdict.bad))
    if verdict.backdated is not None:
        yield say(phrase("To be looked at, no fault by itself:"))
        yield say(phrase("{label}: {value}", label=place_said(verdict.backdated), value=wrong_said(verdict.backdated)))
    yield say(phrase("Rows: {rows}, seals: {seals}, waiting for their link: {waiting}.", **_counts(verdict)))
    yield say(phrase("Hash of the last row: {head}", head=verdict.head))
    if not verdict.guarded:
        yield say(
            phrase("The database does not refuse changes of the ledger by itself any more: its triggers are missing.")
        )


def _counts(verdict: Verdict) -> dict[str, int]:
    return {"rows": verdict.rows, "seals": verdict.seals, "waiting": verdict.waiting}


async def _export(session: Session, file: Path, since: str | None, person: str | None, *, as_json: bool) -> None:
    wanted, written = Wanted(since=_since(since), person=person), 0
    with _opened(file) as out:
        async for line in lines(session.db, wanted, session.clock.now()):
            out.write(line)
            written += 1
    if str(file) == "-":
        return
    if as_json:
        emit_json({"file": str(file), "lines": written})
    else:
        typer.echo(session.say(phrase("Lines written to {file}: {count}.", file=str(file), count=written)))


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """The file to write, for its owner only; a dash is standard output."""
    if str(file) == "-":
        yield sys.stdout
        return
    try:
        file.touch(mode=0o600)
        with file.open("w", encoding="utf-8") as out:
            yield out
    except OSError as error:
        raise Refused(phrase("The file cannot be written: {why}.", why=error.strerror or "")) from error


async def _seals(session: Session, *, as_json: bool) -> None:
    async with session.db.reading() as conn:
        found, end = await all_seals(conn), await ledger_links.head(conn)
    if as_json:
        emit_json({"rows": end.rows, "head": end.hash, "seals": [_seal(one) for one in found]})
        return
    table = headed(map(session.say, _HEADS))
    for one in found:
        table.add_row(escape(one.said), session.say(phrase("yes") if one.agrees else phrase("no")))
    Console(highlight=False, emoji=False).print(table)


def _seal(one: ShownSeal) -> dict[str, Any]:
    at = one.at.isoformat() if one.at else None
    return {"seal": one.said, "at": at, "agrees": one.agrees} | (asdict(one.seal) if one.seal else {})
