"""``lianxun tenders list|show|breaches|limits``: matters as somebody may see them, and the rules of their limits."""

from typing import Annotated

import typer
from rich.console import Console

from bot.cli.acting import A_PAGE, As, PageNumber, person_id, tell_pages, tenders_of, unit_id
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.tenders_shown import TendersShown
from messages.errors import Fault, NotFound, Refused
from messages.tenders.milestones import MatterKind
from messages.tenders.records import MatterState
from messages.tenders.views import Filter
from messages.text.phrase import phrase
from schedules.policy import load as load_policy

Kind = Annotated[MatterKind | None, typer.Option("--kind", help="Of this kind only.")]
UnitName = Annotated[str | None, typer.Option("--unit", metavar="NAME", help="Of this unit, and of all below it.")]
Words = Annotated[str | None, typer.Option("--words", metavar="TEXT", help="What title, number or buyer say.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_matters)
    app.command("show")(show)
    app.command("breaches")(breaches)
    app.command("limits")(limits)


def list_matters(
    state: Annotated[MatterState | None, typer.Option("--state", help="In this state only.")] = None,
    kind: Kind = None,
    unit: UnitName = None,
    words: Words = None,
    unplaced: Annotated[bool, typer.Option("--unplaced", help="Of buyers that are no known unit.")] = False,
    page: PageNumber = 1,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """The matters that are open to a person, the latest changed first."""
    wanted = Filter(
        states=(state,) if state else (), kinds=(kind,) if kind else (), unit=unit, words=words, unplaced=unplaced
    )

    async def work(session: Session) -> None:
        viewer, shown = await person_id(session, speaker), _shown(session)
        if unit is not None:
            await unit_id(session, unit)
        found = await tenders_of(session).list(viewer, wanted, page, session.clock.now(), size=A_PAGE)
        if as_json:
            emit_json(shown.page(found))
            return
        Console(highlight=False, emoji=False).print(shown.matters(found))
        tell_pages(session, found.number, found.pages)

    run(work, as_json=as_json)


def show(
    ocid: Annotated[str, typer.Argument(metavar="OCID", help="The OCID, or the number that the office gave it.")],
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """One matter: its dates, its limits, what is broken, and when people are prompted."""

    async def work(session: Session) -> None:
        viewer, shown = await person_id(session, speaker), _shown(session)
        try:
            whole = await tenders_of(session).of(ocid, viewer, session.clock.now())
        except NotFound as error:
            accepted = phrase("The number of a matter that is open to you is accepted: see lianxun tenders list.")
            raise Refused(error.phrase, [Fault(column="OCID", value=ocid, message=accepted)]) from error
        if as_json:
            emit_json(shown.document(whole))
            return
        typer.echo("\n".join(shown.lines(whole)))
        Console(highlight=False, emoji=False).print(shown.milestones(whole))

    run(work, as_json=as_json)


def breaches(
    kind: Kind = None,
    unit: UnitName = None,
    words: Words = None,
    page: PageNumber = 1,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """Limits that are broken or overdue, of the matters that run and are open to a person."""
    wanted = Filter(kinds=(kind,) if kind else (), unit=unit, words=words)

    async def work(session: Session) -> None:
        viewer, shown = await person_id(session, speaker), _shown(session)
        if unit is not None:
            await unit_id(session, unit)
        found = await tenders_of(session).breaches(viewer, wanted, page, session.clock.now(), size=A_PAGE)
        if as_json:
            emit_json(shown.breach_page(found))
            return
        Console(highlight=False, emoji=False).print(shown.breaches(found))
        tell_pages(session, found.number, found.pages)

    run(work, as_json=as_json)


def limits(kind: Kind = None, as_json: AsJson = False) -> None:
    """The rules that limits are reckoned by, as the policy has them."""

    async def work(session: Session) -> None:
        shown, kinds = _shown(session), (kind,) if kind else tuple(MatterKind)
        if as_json:
            emit_json({"limits": [one for kind in kinds for one in shown.rules_json(kind)]})
            return
        for one in kinds:
            Console(highlight=False, emoji=False).print(shown.rules(one))

    run(work, as_json=as_json)


def _shown(session: Session) -> TendersShown:
    return TendersShown(session, load_policy(session.settings.policy).tenders)
