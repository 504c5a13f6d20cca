"""Imports a roster: everything checked first, then one transaction; with any fault nothing is taken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from messages.errors import Fault, LianxunError, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.roster.change import Plan, Standing, plan
from messages.organisation.roster.checking import check
from messages.organisation.roster.losses import Losses, losses_of
from messages.organisation.roster.parsing import Parser
from messages.organisation.roster.rows import RosterRow, Table
from messages.organisation.roster.wanted import Wanted, gather
from messages.sheets.faults import in_order
from messages.sheets.progress import Progress, Step, counted, silently
from messages.sheets.reading import read
from messages.store import ledger, organisation, rights, roster, roster_writing
from messages.store.database import Connection, Database
from messages.text.phrase import phrase

DEFAULT_LANGUAGE: Final = "zh_CN"

NOBODY_LEFT: Final = phrase(
    "This roster would leave nobody who administers the whole office; nothing of it was imported. Please name an "
    "administrator in it, or grant somebody the role first."
)


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What a person has agreed to: the plan of this ``digest``, and the ``word`` that its losses want typed."""

    digest: str
    word: str = ""


class OtherOutcome(LianxunError):
    """An import would do something else than was agreed to: ``report`` says what.

    Or it is ``unsure`` whether somebody means what it would take away.
    """

    def __init__(self, report: "ImportReport", *, unsure: bool = False) -> None:
        """Keep what it would do."""
        super().__init__(phrase("The organisation has changed meanwhile: the import would do something else."))
        self.report = report
        self.unsure = unsure


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What was imported, or with ``dry_run`` would be. The first four are counts of the file.

    ``skipped_sheets`` names the sheets that are no roster, and were passed over.
    """

    units: int
    posts: int
    people: int
    assignments: int
    plan: Plan
    losses: Losses
    dry_run: bool
    moved_obligations: int = 0
    skipped_sheets: tuple[str, ...] = ()


async def import_roster(
    db: Database,
    source: Path | Sequence[RosterRow],
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Progress = silently,
    default_language: str = DEFAULT_LANGUAGE,
    by: int | None = None,
    agreed: Agreed | None = None,
) -> ImportReport:
    """Make the organisation as ``source`` (a ``.xlsx`` or ``.csv`` file, or rows) says, from ``now`` on.

    Posts that it does not name are ended, with their assignments; nothing is deleted. What waits for an acknowledgement
    moves with its post to a new holder. Raises ``Refused`` with every fault, in the order of the file. ``by`` is the
    person who imports it (None: the operator at the command line); ``agreed`` says which one plan may be carried
    out, else ``OtherOutcome`` is raised (None: any). A person
    leaves the whole office an administrator.
    """
    table, faults = await asyncio.to_thread(_read, source, progress)  # seconds, for a large file: others go on
    if dry_run:
        async with db.reading() as conn:
            return _decide(table, faults, await roster.standing(conn), default_language)
    async with db.writing() as conn:
        await rights.hold_administrators(conn)
        decided = _decide(table, faults, await roster.standing(conn), default_language)
        if agreed is not None and decided.plan.digest != agreed.digest:
            raise OtherOutcome(decided)
        if by is not None and decided.losses.nobody_left:
            raise Refused(NOBODY_LEFT)
        if agreed is not None and decided.losses.grave and agreed.word.strip() != decided.losses.word:
            raise OtherOutcome(decided, unsure=True)
        return await _write(conn, decided, now, progress, by)


def _read(source: Path | Sequence[RosterRow], progress: Progress) -> tuple[Table, list[Fault]]:
    if not isinstance(source, Path):
        return Table(rows=tuple(source)), []
    parser = Parser(counted(progress, Step.READING))
    table = parser.parse(read(source))
    progress(Step.READING, len(table.rows), len(table.rows))
    return table, parser.faults


def _decide(table: Table, faults: list[Fault], standing: Standing, default_language: str) -> ImportReport:
    """What the import does; raises ``Refused`` where there is any fault."""
    every = [*faults, *check(table, standing.parents())]
    if not table.rows and not every:
        every = [Fault(message=phrase("A roster of at least one line is accepted: an empty one would end everything."))]
    if every:
        raise Refused(
            phrase("The roster was refused; nothing of it was imported."),
            in_order(every, (row.sheet for row in table.rows)),
        )
    wanted = gather(table.rows)
    decided = plan(wanted, standing, default_language)
    return _report(wanted, decided, losses_of(wanted, standing, decided), table.skipped)


def _report(wanted: Wanted, decided: Plan, losses: Losses, skipped: tuple[str, ...]) -> ImportReport:
    return ImportReport(
        units=len(wanted.units),
        posts=len(wanted.posts),
        people=len(wanted.people),
        assignments=wanted.assignments,
        plan=decided,
        losses=losses,
        dry_run=True,
        skipped_sheets=skipped,
    )


async def _write(
    conn: Connection, decided: ImportReport, now: datetime, progress: Progress, by: int | None
) -> ImportReport:
    total = sum(decided.plan.total(what) for what in ("created", "updated", "ended"))
    written = counted(progress, Step.WRITING, total)
    await roster_writing.apply(conn, decided.plan, now, written)
    moved = await organisation.move_open_obligations(conn, now)
    totals: dict[str, Json] = {what: decided.plan.total(what) for what in ("created", "updated", "ended")}
    body = {"posts": decided.posts, "people": decided.people, **totals, "moved_obligations": moved}
    await ledger.append(conn, at=now, kind=Kind.ROSTER_IMPORTED, person_id=by, body=body)
    return replace(decided, dry_run=False, moved_obligations=moved)
