"""``lianxun warnings``: graded warnings as somebody may see them, and what is decided about them."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from bot.cli import warning_acts
from bot.cli.acting import A_PAGE, By, PageNumber, actor, judging_of, tell_pages
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.warning_acts import Id
from bot.cli.warning_view import WarningView
from messages.notices import Grade
from messages.store.warning_lists import Filters
from messages.warnings import views
from messages.warnings.records import WarningState

app = typer.Typer(name="warnings", help="Graded warnings, and what is decided about them.", no_args_is_help=True)
warning_acts.register(app)


@app.command("list")
def list_warnings(
    by: By,
    post: Annotated[str | None, typer.Option("--post", metavar="CODE", help="All of one post.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="What waits for the person's decision.")] = False,
    unit: Annotated[str, typer.Option("--unit", help="Open ones of units called so, and all below them.")] = "",
    grade: Annotated[Grade | None, typer.Option("--grade", help="Open ones of this grade.")] = None,
    state: Annotated[WarningState | None, typer.Option("--state", help="Open ones in this state.")] = None,
    page: PageNumber = 1,
    as_json: AsJson = False,
) -> None:
    """The open warnings of the units that a person looks after; of one post; or what waits for the person.

    That somebody looked is recorded.
    """
    filters = Filters(unit=unit, grade=grade, state=state)

    async def work(session: Session) -> None:
        who, now = await actor(session, by), session.clock.now()
        if waiting:
            await _waiting(session, who, page, now, as_json=as_json)
        else:
            await _list(session, who, post, filters, page, now, as_json=as_json)

    run(work, as_json=as_json)


@app.command("show")
def show(warning_id: Id, by: By, as_json: AsJson = False) -> None:
    """One warning: its dates, what happened to it, and what is still to come. That somebody looked is recorded."""
    run(lambda session: _show(session, warning_id, by, as_json=as_json), as_json=as_json)


async def _list(
    session: Session, who: int, post: str | None, filters: Filters, page: int, now: datetime, *, as_json: bool
) -> None:
    if post is not None:
        found = (await views.of_post(session.db, who, post, page, now, size=A_PAGE)).page
    else:
        found = await views.open_of(session.db, who, filters, page, now, size=A_PAGE)
    view = WarningView(session)
    if as_json:
        counts = {"page": found.number, "pages": found.pages, "total": found.total}
        emit_json({"warnings": [view.line(told.warning) for told in found.rows], **counts})
        return
    Console(highlight=False, emoji=False).print(view.table([told.warning for told in found.rows]))
    tell_pages(session, found.number, found.pages)


async def _waiting(session: Session, who: int, page: int, now: datetime, *, as_json: bool) -> None:
    found = await judging_of(session).waiting(who, page, now)
    view = WarningView(session)
    if as_json:
        counts = {"page": found.number, "pages": found.pages, "total": found.total}
        emit_json({"waiting": [view.matter(one) for one in found.matters], **counts})
        return
    Console(highlight=False, emoji=False).print(view.matters(found.matters))
    tell_pages(session, found.number, found.pages)


async def _show(session: Session, warning_id: int, by: str, *, as_json: bool) -> None:
    told = await views.of_warning(session.db, await actor(session, by), warning_id, session.clock.now())
    view = WarningView(session)
    if as_json:
        emit_json(view.whole(told))
    else:
        typer.echo("\n".join(view.lines(told)))
