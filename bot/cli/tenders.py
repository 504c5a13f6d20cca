"""``lianxun tenders``: tenders, government purchases and recruitments, and their limits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.cli import sheets, tenders_view
from bot.cli.acting import actor, tenders_of
from bot.cli.frame import AsJson, Session, emit_json, progress, run
from messages.tenders.milestones import MatterKind
from messages.tenders.remarks import Remark
from messages.tenders.views import Filter
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.tenders.importing import ImportReport, Wish, import_matters

app = typer.Typer(name="tenders", help="Tenders, government purchases, recruitments, and their limits.")
tenders_view.register(app)

_LOOKED_AT: Final = 200
_COUNTS: Final = ("matters", "created", "updated", "unchanged", "unplaced")


@app.callback()
def of_tenders() -> None:
    """Tenders, government purchases, recruitments, and their limits."""


@app.command("import")
def import_file(
    path: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", exists=True, help="OCDS in JSON, or a sheet; or a folder of them.")
    ],
    kind: Annotated[MatterKind | None, typer.Option("--kind", help="What all of it is.")] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="U", help="The unit of matters whose buyer is no known unit.")
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="NAME",
            help="Whose sheet it is: of sheets that disagree each keeps its word, and the newer word stands.",
        ),
    ] = "",
    by: Annotated[
        str | None, typer.Option("--as", metavar="PERSON", help="The code of the person who does it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check, and say how many matters there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take matters from a file, or from all .json, .jsonl, .ndjson, .xlsx, .csv and .tsv files of a folder.

    JSON: releases of the Open Contracting Data Standard 1.0 or 1.1 (release packages, record packages, single \
releases or records, lists of these, one after another or one a line; .gz too). Matters are known by their OCID: \
importing again takes what has changed. With any fault in any file nothing is imported; dates that cannot be read \
are only remarked on.

    Sheets, columns in any order: 项目编号 ref · 项目名称 title · 采购人 buyer · 类别 kind · 采购方式 method · \
预算金额 amount · 状态 state · 公告日期, 文件获取开始, 投标截止时间, 开标时间 and the dates of all other steps · \
责任岗位 posts, 开标责任岗 and so on for one step (codes, ; between); many other names that offices give them are \
known. A row without a number is known by its buyer and title.
    """
    wish = Wish(kind=kind, unit=unit, source=source)
    run(lambda session: _import(session, path, wish, by, dry_run=dry_run, as_json=as_json), as_json=as_json)


async def _import(session: Session, path: Path, wish: Wish, by: str | None, *, dry_run: bool, as_json: bool) -> None:
    who = None if by is None else await actor(session, by)
    nothing = {**dict.fromkeys(_COUNTS, 0), "remarks": [], "dry_run": dry_run}
    with sheets.faults_emitted(session, nothing, as_json=as_json), progress(session) as port:
        report = await import_matters(
            tenders_of(session),
            path,
            session.clock.now(),
            wish=wish,
            person_id=who,
            dry_run=dry_run,
            progress=sheets.told(session, port),
        )
    if as_json:
        emit_json(_report_json(session, report))
        return
    sheets.tell_some(session, [_remark(session, one) for one in report.remarks[: sheets.LISTED]], _remarks(report))
    for said in _told(report):
        typer.echo(session.say(said))
    if report.unplaced and not report.dry_run:
        await _tell_unplaced(session, who)


async def _tell_unplaced(session: Session, who: int | None) -> None:
    """The buyers that are no known units, by name, and how somebody says which units they are."""
    unplaced = await tenders_of(session).list(who, Filter(unplaced=True), 1, session.clock.now(), size=_LOOKED_AT)
    names = list(dict.fromkeys(line.matter.buyer for line in unplaced.lines))
    sheets.tell_some(session, names[: sheets.LISTED], len(names))
    if names:
        typer.echo(
            session.say(
                phrase(
                    "Say which units these are in chat (/tender) or on the tenders' page; or import with --unit, where "
                    "they are all of one."
                )
            )
        )


def _report_json(session: Session, report: ImportReport) -> dict[str, Any]:
    remarks = [
        {
            "file": one.file,
            "ocid": one.ref,
            "field": one.field,
            "value": one.value,
            "message": session.say(one.message),
        }
        for one in report.remarks
    ]
    return {
        **{name: getattr(report, name) for name in _COUNTS},
        "remarks": remarks,
        "more_remarks": report.more_remarks,
        "dry_run": report.dry_run,
        "faults": [],
    }


def _remarks(report: ImportReport) -> int:
    return len(report.remarks) + report.more_remarks


def _remark(session: Session, one: Remark) -> str:
    said = session.say(one.message)
    return " · ".join(filter(None, (one.file, one.ref, one.field, f"“{one.value}”" if one.value else "", said)))


def _told(report: ImportReport) -> Iterator[Phrase]:
    yield phrase(
        "Matters: {created} created, {updated} changed, {unchanged} unchanged.",
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
    )
    if report.unplaced:
        yield nphrase(
            "{count} is of a buyer that is no known unit: nobody is told of it until it is placed.",
            "{count} are of buyers that are no known units: nobody is told of them until they are placed.",
            report.unplaced,
        )
    if report.dry_run:
        yield phrase("Nothing was written: this was a dry run.")
