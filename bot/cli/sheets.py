"""Spreadsheets that commands read and write: what is told of them, whatever they hold."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import typer

from bot.cli.frame import REFUSED, ProgressPort, Session, emit_json, faults_json
from messages.errors import Refused
from messages.text.phrase import Phrase, nphrase, phrase

LISTED: Final = 20
"""So many changes of a kind are listed."""
_STEPS: Final[Mapping[str, Phrase]] = {"reading": phrase("Reading"), "writing": phrase("Writing")}


def told(session: Session, port: ProgressPort) -> ProgressPort:
    """How far an import has come, told to ``port`` in the office's language; a step is ``reading`` or ``writing``."""
    steps = {step: session.say(what) for step, what in _STEPS.items()}
    return lambda step, done, total: port(steps[step], done, total)


@contextmanager
def faults_emitted(session: Session, nothing: Mapping[str, Any], *, as_json: bool) -> Iterator[None]:
    """What is refused is emitted as JSON where that was asked for: ``nothing`` was done, and the faults."""
    try:
        yield
    except Refused as refusal:
        if not as_json:
            raise
        emit_json({**nothing, "faults": faults_json(refusal.faults, session.catalog, session.language)})
        raise typer.Exit(REFUSED) from None


def tell_written(session: Session, file: Path, lines: int, *, as_json: bool) -> None:
    """Say what was written, and where."""
    if as_json:
        emit_json({"file": str(file), "lines": lines})
    else:
        message = nphrase("{count} line written to {file}.", "{count} lines written to {file}.", lines, file=str(file))
        typer.echo(session.say(message))


def tell_some(session: Session, lines: Sequence[str], count: int) -> None:
    """Some lines of so many."""
    for line in lines:
        typer.echo(f"  {line}")
    if count > len(lines):
        typer.echo(f"  {session.say(nphrase('… and {count} more', '… and {count} more', count - len(lines)))}")
