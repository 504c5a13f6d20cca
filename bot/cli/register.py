"""``lianxun register``: the risk register read from the offices' spreadsheets, and written as one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.cli import register_view, sheets
from bot.cli.acting import By, actor
from bot.cli.frame import AsJson, Session, emit_json, progress, run
from messages.register.export import export_register
from messages.register.importing import ImportReport, Terms, Wish, import_register
from messages.register.plans import Plan
from messages.register.records import RiskLevel
from messages.register.rows import RegisterFile
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.policy import load as load_policy
from schedules.register.template_files import Published, publish_file

app = typer.Typer(name="register", help="The risk register: duties, nodes and risk points.", no_args_is_help=True)
register_view.register(app)

templates = typer.Typer(name="templates", help="Template points that posts may adopt.", no_args_is_help=True)
app.add_typer(templates)

Level = Annotated[RiskLevel, typer.Option("--level", help="The level of new points of sheets without levels.")]

_COUNTS: Final = ("units", "posts", "points", "created", "updated", "ended", "unchanged", "in_chat", "revising", "left")
_TEMPLATES: Final = ("templates", "created", "unchanged")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The register, .xlsx or .csv.")],
    unit: Annotated[str | None, typer.Option("--unit", help="The unit of sheets that name none.")] = None,
    level: Level = RiskLevel.MIDDLE,
    replace: Annotated[
        bool, typer.Option("--replace", help="End the points of the file's units that it lacks.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take risk points into the register: they stand at once.

    Units and posts are those of the roster. The unit is what its column says, else what the sheet or a title above the
    table is called by, else --unit. A point of a sheet without posts belongs to its unit. What a sheet has no column
    for stays as it is, and so do points that are not accepted yet or that their holders are revising: those are theirs,
    in chat, and --replace does not end them. A unit's own numbers in 编号 are known within the unit; #123, as an export
    writes it, names a point wherever it is. With any fault in the file nothing is imported, and every fault is listed.
    The same file again changes nothing.

    Columns, in any order: 单位 unit · 科室 section · 岗位编号 post_code · 岗位 post · 岗位职责 duty ·
    业务流程 workflow · 风险节点 node · 风险类别 category · 风险点 name · 廉政风险主要内容及表现形式 description ·
    风险等级 level · 防控措施 controls · 监测指标 indicators · 部门负责人 responsible · 责任领导 leading ·
    法规依据 bases · 状态 state · 编号 ref; many other names that offices give them are known.
    """
    wish = Wish(unit=unit, replace=replace, level=level)
    run(lambda session: _import(session, file, wish, dry_run=dry_run, as_json=as_json), as_json=as_json)


@app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write, .xlsx or .csv.")],
    unit: Annotated[str | None, typer.Option("--unit", help="Only this unit and all below it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the register as it stands, a sheet for each unit; importing it again changes nothing.

    Points that are not accepted yet are in it with their state.
    """
    run(lambda session: _export(session, file, unit, as_json=as_json), as_json=as_json)


@templates.callback()
def of_templates() -> None:
    """Template points that posts may adopt."""


@templates.command("import")
def import_templates(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The points, .xlsx or .csv.")],
    by: By,
    level: Level = RiskLevel.MIDDLE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check them, and say how many are new.")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish the points of a file as templates, without whose they are: all or none.

    Columns as of lianxun register import; units and posts are not needed, and not looked at. What was published before
    is not published again.
    """
    wish = Wish(level=level)
    run(lambda session: _publish(session, file, by, wish, dry_run=dry_run, as_json=as_json), as_json=as_json)


async def _publish(session: Session, file: Path, by: str, wish: Wish, *, dry_run: bool, as_json: bool) -> None:
    who, now = await actor(session, by), session.clock.now()
    nothing = {**dict.fromkeys(_TEMPLATES, 0), "dry_run": dry_run}
    with sheets.faults_emitted(session, nothing, as_json=as_json):
        done = await publish_file(session.db, file, terms_of(session), wish, who, now, dry_run=dry_run)
    if as_json:
        counts = {name: getattr(done, name) for name in _TEMPLATES}
        emit_json({**counts, **_passed_over_json(done.file), "dry_run": dry_run, "faults": []})
        return
    for said in (*_passed_over(session, done.file), *_published(done, dry_run=dry_run)):
        typer.echo(session.say(said))


def _published(done: Published, *, dry_run: bool) -> Iterator[Phrase]:
    if dry_run:
        yield nphrase("{count} template would be published.", "{count} templates would be published.", done.created)
    else:
        yield nphrase("{count} template published.", "{count} templates published.", done.created)
    if done.unchanged:
        yield nphrase("{count} was published before.", "{count} were published before.", done.unchanged)


async def _import(session: Session, file: Path, wish: Wish, *, dry_run: bool, as_json: bool) -> None:
    nothing = {**dict.fromkeys(_COUNTS, 0), "dry_run": dry_run}
    with sheets.faults_emitted(session, nothing, as_json=as_json), progress(session) as port:
        report = await import_register(
            session.db,
            file,
            terms_of(session),
            session.clock.now(),
            wish=wish,
            dry_run=dry_run,
            progress=sheets.told(session, port),
        )
    if as_json:
        emit_json(_report_json(report))
    else:
        _tell(session, report)


def terms_of(session: Session) -> Terms:
    """The rules by which points are taken."""
    policy = load_policy(session.settings.policy)
    today = session.clock.now().astimezone(session.settings.zone).date()
    return Terms(bases=policy.legal_bases, day=today, longest_post=policy.risks.longest_post)


async def _export(session: Session, file: Path, unit: str | None, *, as_json: bool) -> None:
    lines = await export_register(session.db, file, session.language, session.clock.now(), unit=unit)
    sheets.tell_written(session, file, lines, as_json=as_json)


def _report_json(report: ImportReport) -> dict[str, Any]:
    plan = report.plan
    return {
        "units": report.units,
        "posts": report.posts,
        "points": report.points,
        "created": len(plan.created),
        "updated": len(plan.updated),
        "ended": len(plan.ended),
        "unchanged": plan.unchanged,
        "in_chat": plan.in_chat,
        "revising": plan.revising,
        "left": plan.left,
        **_passed_over_json(report.file),
        "dry_run": report.dry_run,
        "faults": [],
    }


def _passed_over_json(file: RegisterFile) -> dict[str, Any]:
    return {
        "passed_over": file.passed_over,
        "skipped_sheets": list(file.skipped_sheets),
        "skipped_columns": list(file.skipped_columns),
        "without_level": list(file.no_level),
    }


def _tell(session: Session, report: ImportReport) -> None:
    counted = phrase(
        "In the file: {points} risk points of {units} units and {posts} posts.",
        points=report.points,
        units=report.units,
        posts=report.posts,
    )
    for said in (counted, *_passed_over(session, report.file), *_planned(report.plan)):
        typer.echo(session.say(said))
    if report.dry_run:
        _tell_changes(session, report)
    typer.echo(session.say(_conclusion(report)))


def _planned(plan: Plan) -> Iterator[Phrase]:
    """What becomes of the points."""
    yield phrase(
        "Points: {created} created, {updated} changed, {ended} ended, {unchanged} unchanged.",
        created=len(plan.created),
        updated=len(plan.updated),
        ended=len(plan.ended),
        unchanged=plan.unchanged,
    )
    if plan.in_chat:
        yield nphrase(
            "{count} is not accepted yet: it is left to its holder, in chat.",
            "{count} are not accepted yet: they are left to their holders, in chat.",
            plan.in_chat,
        )
    if plan.revising:
        yield nphrase(
            "{count} is being revised by its holder: it stays as it stands.",
            "{count} are being revised by their holders: they stay as they stand.",
            plan.revising,
        )
    if plan.left:
        yield nphrase(
            "{count} point of these units is not in the file, and stays.",
            "{count} points of these units are not in the file, and stay.",
            plan.left,
        )


def _passed_over(session: Session, file: RegisterFile) -> Iterator[Phrase]:
    """What of a file was not read."""
    comma = session.say(phrase(", "))
    if file.passed_over:
        message = nphrase(
            "{count} line passed over: a title, a note or a sum.",
            "{count} lines passed over: titles, notes and sums.",
            file.passed_over,
        )
        yield message
    if file.skipped_sheets:
        sheets = comma.join(file.skipped_sheets)
        yield phrase("Sheets passed over, for they are hidden or no register: {sheets}.", sheets=sheets)
    if file.skipped_columns:
        columns = comma.join(file.skipped_columns)
        yield phrase("Columns passed over, for their names are not known: {columns}.", columns=columns)
    if file.no_level:
        yield phrase("Some sheets have no levels: what is new in them has the level that --level says.")


def _conclusion(report: ImportReport) -> Phrase:
    if not report.plan.changes:
        return phrase("Everything stands as the file says already.")
    if report.dry_run:
        return phrase("Nothing was written: this was a dry run.")
    return phrase("The register is imported.")


def _tell_changes(session: Session, report: ImportReport) -> None:
    plan, units = report.plan, {unit.id: unit.name for unit in report.directory.units}
    parts = (
        (phrase("Points to create:"), plan.created),
        (phrase("Points to change:"), plan.updated),
        (phrase("Points to end:"), plan.ended),
    )
    for title, points in parts:
        if points:
            typer.echo(f"\n{session.say(title)}")
            lines = [f"{units.get(one.unit_id, '')} · {one.content.name}" for one in points[: sheets.LISTED]]
            sheets.tell_some(session, lines, len(points))
