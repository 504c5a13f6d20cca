"""``lianxun roster``: the organisation read from the offices' spreadsheet, and written as one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.cli import sheets
from bot.cli.frame import AsJson, Session, emit_json, progress, run
from messages.organisation.roster.change import Change, Plan
from messages.organisation.roster.export import export_roster
from messages.organisation.roster.importing import ImportReport, import_roster
from messages.organisation.roster.telling import KINDS, line_of
from messages.text.phrase import Phrase, nphrase, phrase

app = typer.Typer(name="roster", help="Units, posts and who holds them.", no_args_is_help=True)

_COUNTS: Final = ("units", "posts", "people", "assignments")
_CHANGES: Final = ("created", "updated", "ended")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The roster, .xlsx or .csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the organisation as a roster says.

    Posts that the roster does not name are ended, with their assignments; nothing is deleted. With any fault in the
    file nothing is imported, and every fault is listed.

    Columns, in any order: 单位 unit · 上级单位 parent_unit · 单位类别 unit_kind · 岗位编号 post_code · 岗位 post ·
    层级 level · 风险岗位 risk_post · 风险节点 nodes · 上级岗位编号 reports_to · 人员编号 person_code · 姓名 name ·
    角色 roles · 语言 language
    """
    run(lambda session: _import(session, file, dry_run=dry_run, as_json=as_json), as_json=as_json)


@app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write, .xlsx or .csv.")],
    as_json: AsJson = False,
) -> None:
    """Write the roster as it stands; importing it again changes nothing."""
    run(lambda session: _export(session, file, as_json=as_json), as_json=as_json)


async def _import(session: Session, file: Path, *, dry_run: bool, as_json: bool) -> None:
    nothing = {**dict.fromkeys((*_COUNTS, *_CHANGES), 0), "dry_run": dry_run}
    with sheets.faults_emitted(session, nothing, as_json=as_json), progress(session) as port:
        report = await import_roster(
            session.db,
            file,
            session.clock.now(),
            dry_run=dry_run,
            progress=sheets.told(session, port),
            default_language=session.language,
        )
    if as_json:
        emit_json({**_report_json(report), "warnings": [session.say(one) for one in report.losses.warnings()]})
    else:
        _tell(session, report)


async def _export(session: Session, file: Path, *, as_json: bool) -> None:
    lines = await export_roster(session.db, file, session.language, session.clock.now())
    sheets.tell_written(session, file, lines, as_json=as_json)


def _report_json(report: ImportReport) -> dict[str, Any]:
    return {
        "units": report.units,
        "posts": report.posts,
        "people": report.people,
        "assignments": report.assignments,
        **{what: report.plan.total(what) for what in _CHANGES},
        "changes": report.plan.counts(),
        "moved_obligations": report.moved_obligations,
        "skipped_sheets": list(report.skipped_sheets),
        "dry_run": report.dry_run,
        "faults": [],
    }


def _tell(session: Session, report: ImportReport) -> None:
    for warning in report.losses.warnings():
        typer.echo(session.say(warning), err=True)
    for line in _of_file(report):
        typer.echo(session.say(line))
    for kind, counts in report.plan.counts().items():
        if any(counts.values()):
            what = phrase("{kind}: {created} created, {updated} changed, {ended} ended", kind=KINDS[kind], **counts)
            typer.echo(f"  {session.say(what)}")
    if report.dry_run:
        _tell_changes(session, report.plan)
    if report.moved_obligations:
        message = nphrase(
            "{count} open acknowledgement moved to a new holder.",
            "{count} open acknowledgements moved to new holders.",
            report.moved_obligations,
        )
        typer.echo(session.say(message))
    typer.echo(session.say(_conclusion(report)))


def _of_file(report: ImportReport) -> Iterator[Phrase]:
    yield phrase(
        "In the file: {units} units, {posts} posts, {people} people, {assignments} assignments.",
        units=report.units,
        posts=report.posts,
        people=report.people,
        assignments=report.assignments,
    )
    if report.skipped_sheets:
        sheets = ", ".join(report.skipped_sheets)
        yield phrase("Sheets passed over, for they are hidden or no roster: {sheets}.", sheets=sheets)


def _conclusion(report: ImportReport) -> Phrase:
    if not any(report.plan.total(what) for what in _CHANGES):
        return phrase("Everything stands as the roster says already.")
    return phrase("Nothing was written: this was a dry run.") if report.dry_run else phrase("The roster is imported.")


def _tell_changes(session: Session, plan: Plan) -> None:
    for kind, change in plan.changes().items():
        for title, values in _parts(KINDS[kind], change):
            if values:
                typer.echo(f"\n{session.say(title)}")
                told = [line_of(value, session.say) for value in values[: sheets.LISTED]]
                sheets.tell_some(session, told, len(values))


def _parts(kind: Phrase, change: Change[Any]) -> Iterator[tuple[Phrase, Sequence[Any]]]:
    yield phrase("{kind} to create:", kind=kind), change.created
    yield phrase("{kind} to change:", kind=kind), [kept.value for kept in change.updated]
    yield phrase("{kind} to end:", kind=kind), [kept.value for kept in change.ended]
