"""The frame of every command: settings, database and languages opened and closed, errors told, one JSON document."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.logs import configure as configure_logs
from bot.settings import Settings, SettingsRefused, load
from messages.errors import Fault, LianxunError, Refused
from messages.store import marks
from messages.store.database import Database, DatabaseFailure
from messages.store.schema import prepare
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase, phrase
from schedules.clock import PROCESS_BEGAN, Clock

REFUSED: Final = 1
USAGE: Final = 2

_UNNAMED: Final = re.compile(r"(Sheet|工作表)\d*")

Result = TypeVar("Result")
ProgressPort = Callable[[str, int, int], None]
"""Told as work goes on: what is being done, how much is done, of how much."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a command works with."""

    settings: Settings
    db: Database
    catalog: Catalog
    clock: Clock
    console: Console  # on standard error: standard output is for the result

    @property
    def language(self) -> str:
        """The office's language."""
        return self.settings.locale

    def say(self, what: Phrase) -> str:
        """A phrase in the office's language."""
        return self.catalog.say(what, self.language)


@asynccontextmanager
async def open_session(settings: Settings, *, prepared: bool = True) -> AsyncIterator[Session]:
    """Open what a command needs. ``prepared`` makes an empty database ready and refuses one of another version."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    try:
        if prepared:
            await prepare(db)
        start = settings.start or (await _of_demo(db) if prepared else None)
        clock = Clock(settings.zone, start, began=PROCESS_BEGAN)
        yield Session(
            settings=settings, db=db, catalog=Catalog.load(), clock=clock, console=Console(stderr=True, emoji=False)
        )
    finally:
        await db.close()


async def _of_demo(db: Database) -> datetime | None:
    """Where the clock of a demo stands that keeps its data here: what is done to it happens then, not now."""
    async with db.reading() as conn:
        return await marks.find(conn, marks.DEMO_CLOCK)


def run(work: Callable[[Session], Awaitable[Result]], *, as_json: bool = False, prepared: bool = True) -> Result:
    """Run one command; refusals are told and end the process with their exit code."""
    settings = settings_or_exit()
    configure_logs(settings.log_format)

    async def in_session() -> Result:
        async with open_session(settings, prepared=prepared) as session:
            return await work(session)

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(in_session())
    except LianxunError as error:
        tell(error, Catalog.load(), settings.locale, as_json=as_json)
        raise typer.Exit(USAGE if isinstance(error, SettingsRefused) else REFUSED) from None
    except DatabaseFailure as error:
        failed = phrase("The database failed: {why}. What was not complete was not kept.", why=str(error.orig))
        tell(LianxunError(failed), Catalog.load(), settings.locale, as_json=as_json)
        raise typer.Exit(REFUSED) from None


def settings_or_exit(**overrides: object) -> Settings:
    """The settings, or the end of the process with every one that cannot be used."""
    try:
        return load(**overrides)
    except SettingsRefused as error:
        Console(stderr=True, emoji=False).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(USAGE) from None


def tell(error: LianxunError, catalog: Catalog, language: str, *, as_json: bool) -> None:
    """Say what was refused: faults one a line, or as a JSON document."""
    faults = error.faults if isinstance(error, Refused) else ()
    if as_json:
        emit_json({"error": catalog.say(error.phrase, language), "faults": faults_json(faults, catalog, language)})
        return
    console = Console(stderr=True, emoji=False)
    console.print(catalog.say(error.phrase, language), style="red", markup=False, highlight=False, soft_wrap=True)
    for fault in faults:
        console.print(fault_line(fault, catalog, language), markup=False, highlight=False, soft_wrap=True)


def fault_line(fault: Fault, catalog: Catalog, language: str) -> str:
    """``sheet · line 2 · column: “value”: what is accepted``, leaving out what the fault has not.

    A sheet that its program has named says nothing, and neither does a value that is empty.
    """
    sheet = None if _UNNAMED.fullmatch(fault.sheet or "") else fault.sheet
    line = catalog.say(phrase("line {line}", line=fault.line), language) if fault.line is not None else None
    said, column = catalog.say(fault.message, language), fault.column
    if column is not None and column.isdecimal():  # a place in a text, and no header
        column = catalog.say(phrase("column {column}", column=column), language)
    for before in (
        f"“{fault.shown}”" if fault.shown else "",
        " · ".join(filter(None, (fault.file, sheet, line, column))),
    ):
        said = catalog.say(phrase("{before}: {said}", before=before, said=said), language) if before else said
    return said


@contextmanager
def faults_called(names: Mapping[str, str]) -> Iterator[None]:
    """Tell the faults of a field by the name of the option or argument that it was given with."""
    try:
        yield
    except Refused as error:
        faults = [replace(fault, column=names.get(fault.column or "", fault.column)) for fault in error.faults]
        raise Refused(error.phrase, faults) from error


def faults_json(faults: tuple[Fault, ...], catalog: Catalog, language: str) -> list[dict[str, Any]]:
    """Faults as the contract's JSON."""
    return [
        {
            **({} if fault.file is None else {"file": fault.file}),
            "sheet": fault.sheet,
            "line": fault.line,
            "column": fault.column,
            "value": fault.value,
            "message": catalog.say(fault.message, language),
        }
        for fault in faults
    ]


def emit_json(document: object) -> None:
    """The one JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@contextmanager
def progress(session: Session) -> Iterator[ProgressPort]:
    """A bar on a terminal; elsewhere a plain line as each step ends."""
    if not session.console.is_terminal:
        yield lambda what, done, total: _plain(session, what, done, total)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=session.console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


def _plain(session: Session, what: str, done: int, total: int) -> None:
    if done >= total:
        ended = session.say(phrase("{label}: {value}", label=what, value=total))
        session.console.print(ended, markup=False, highlight=False)
