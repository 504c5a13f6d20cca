"""``lianxun statistics show|verify|recount``: what notices have come to, and whether it was counted rightly."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Drawn

from bot.cli.acting import As, person_id
from bot.cli.frame import REFUSED, AsJson, Session, emit_json, faults_called, run
from bot.office import Office
from bot.tables import Table
from bot.web.api.problems import refused_by
from bot.web.api.statistics import StatisticsCalls
from bot.web.api.statistics_shapes import By, Parts, StatisticsWanted, Work
from bot.web.statistics_report import Tables
from messages.organisation.spreadsheets import Share, Value
from messages.text.phrase import nphrase, phrase
from schedules.statistics.desk import Statistics
from schedules.statistics.verifying import Verified

app = typer.Typer(name="statistics", help="What notices have come to, and whether it was counted rightly.")


@app.callback()
def of_statistics() -> None:
    """What notices have come to, and whether it was counted rightly."""


@app.command("show")
def show(
    period: Annotated[
        str | None, typer.Option("--period", metavar="P", help="2026, 2026-Q4 or 2026-11; the present month if not.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="NAME", help="This unit, and all below it.")] = None,
    category: Annotated[Work | None, typer.Option("--category", help="Of this category only.")] = None,
    by: Annotated[By | None, typer.Option("--by", help="The same once more by these.")] = None,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """A period beside the one before it, and how things stand now."""
    said = {"period": period, "unit": unit, "category": category and category.value, "by": by and by.value}
    run(lambda session: _show(session, said, speaker, as_json=as_json), as_json=as_json)


@app.command("verify")
def verify(as_json: AsJson = False) -> None:
    """Count everything anew and compare it with what was counted. Exit code 1 where anything differs."""
    if not run(lambda session: _verify(session, as_json=as_json), as_json=as_json):
        raise typer.Exit(REFUSED)


@app.command("recount")
def recount(as_json: AsJson = False) -> None:
    """Put the sums right and have every notice counted anew, step by step, by the service that runs or is started."""
    run(lambda session: _recount(session, as_json=as_json), as_json=as_json)


def _statistics(session: Session) -> Statistics:
    return Office.of(session.settings, session.db, session.clock).statistics


async def _show(session: Session, said: dict[str, Any], speaker: str | None, *, as_json: bool) -> None:
    with faults_called({name: f"--{name}" for name in said}):
        try:
            wanted = StatisticsWanted.model_validate(said)
        except ValidationError as error:
            raise refused_by(error) from None
    viewer, statistics = await person_id(session, speaker), _statistics(session)
    calls = StatisticsCalls(session.db, statistics, session.settings.zone)
    now = session.clock.now()
    if as_json:
        emit_json((await calls.answer(wanted, viewer, now)).model_dump(mode="json"))
        return
    seen, parts = await calls.look(wanted, viewer, now)
    tables = Tables(say=session.say, language=session.language)
    console = Console(highlight=False, emoji=False)
    for table in (tables.overview(seen), tables.standing(seen), *_parts(tables, parts)):
        console.print(_drawn(table))


def _parts(tables: Tables, parts: Parts) -> Iterator[Table]:
    if parts.units is not None:
        yield tables.units(parts.units)
    if parts.categories is not None:
        yield tables.categories(parts.categories)
    if parts.periods is not None:
        yield tables.periods(parts.periods)
    if parts.days is not None:
        yield tables.days(parts.days)


def _drawn(table: Table) -> Drawn:
    drawn = Drawn(title=escape(table.title))
    for column in table.columns:
        drawn.add_column(escape(column.label), justify="right" if column.number else "left", no_wrap=not column.number)
    for row in table.rows:
        drawn.add_row(*(escape(_said(value)) for value in row))
    return drawn


def _said(value: Value) -> str:
    if isinstance(value, Share):
        return f"{value:.1%}"
    return "" if value is None else str(value)


async def _verify(session: Session, *, as_json: bool) -> bool:
    found = await _statistics(session).verify(session.clock.now())
    if as_json:
        emit_json(_document(found))
        return found.ok
    if found.first is None:
        right = nphrase("{count} notice: counted rightly.", "{count} notices: counted rightly.", found.notices)
        typer.echo(session.say(right))
    else:
        told = phrase(
            "Counted otherwise than a recount gives: {where}. Counted: {counted}; recount: {recount}.",
            where=found.first.where,
            counted=str(found.first.counted),
            recount=str(found.first.recount),
        )
        typer.echo(session.say(told))
    if found.waiting:
        waits = nphrase("{count} waits to be counted.", "{count} wait to be counted.", found.waiting)
        typer.echo(session.say(waits))
    return found.ok


def _document(found: Verified) -> dict[str, Any]:
    first = found.first
    return {
        "ok": found.ok,
        "notices": found.notices,
        "waiting": found.waiting,
        "archived": found.archived,
        "first_difference": first and {"where": first.where, "counted": first.counted, "recount": first.recount},
    }


async def _recount(session: Session, *, as_json: bool) -> None:
    found = await _statistics(session).recount()
    if as_json:
        emit_json({"notices": found.notices, "sums": found.sums})
        return
    anew = nphrase("{count} notice is counted anew.", "{count} notices are counted anew.", found.notices)
    typer.echo(session.say(anew))
    if found.sums:
        typer.echo(session.say(nphrase("{count} sum was put right.", "{count} sums were put right.", found.sums)))
