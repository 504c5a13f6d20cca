"""``lianxun scores objections``: what people say against their statements of scores, and what the office answers."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeAlias

import typer

from bot.cli.acting import A_PAGE, By, PageNumber, Why, actor, tell_pages
from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from bot.office import Office
from messages.scores.objections import Objection, objection_state_said, points_of, points_said
from messages.scores.rules import plain
from messages.text.phrase import phrase
from schedules.scores.objecting import Objections

app = typer.Typer(name="objections", help="Objections to statements, and the office's answers.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The objection's number, as «objections list» shows it.")]
Version = Annotated[
    int | None, typer.Option("--version", metavar="N", help="The version that was seen; the present one if not given.")
]

_Deed: TypeAlias = Callable[[Objections, int, int, datetime], Awaitable[Objection]]
"""An act about an objection: by whom, about which version, when."""


@app.command("list")
def list_objections(
    by: By,
    period: Annotated[str | None, typer.Option("--period", help="All of a period, such as 2026-10.")] = None,
    page: PageNumber = 1,
    as_json: AsJson = False,
) -> None:
    """What waits for an answer, what is due first; or all objections to the statements of a period."""
    run(lambda session: _list(session, by, period, page, as_json=as_json), as_json=as_json)


@app.command("make")
def make(
    statement_id: Annotated[int, typer.Argument(metavar="STATEMENT", min=1, help="The statement's number.")],
    by: By,
    why: Why,
    entry: Annotated[
        int | None,
        typer.Option("--entry", metavar="EVENT", help="The entry's event; the whole statement if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Object to a statement of one's own, or to one entry of it."""

    async def work(session: Session) -> None:
        who = await actor(session, by)
        made = await _desk(session).object(statement_id, entry, who, why, session.clock.now())
        _show(session, made, as_json=as_json)

    run(work, as_json=as_json)


@app.command("correct")
def correct(
    objection_id: Id,
    points: Annotated[str, typer.Option("--points", metavar="N", help="What is given or taken, such as 2 or -0.5.")],
    by: By,
    why: Why,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Correct the score by an entry of its own; the person is told why."""

    async def deed(desk: Objections, who: int, seen: int, now: datetime) -> Objection:
        return await desk.correct(objection_id, seen, who, points_of(points), why, now)

    _do(objection_id, by, version, deed, as_json=as_json)


@app.command("refuse")
def refuse(objection_id: Id, by: By, why: Why, version: Version = None, as_json: AsJson = False) -> None:
    """Leave the score as it is; the person is told why."""

    async def deed(desk: Objections, who: int, seen: int, now: datetime) -> Objection:
        return await desk.refuse(objection_id, seen, who, why, now)

    _do(objection_id, by, version, deed, as_json=as_json)


def _do(objection_id: int, by: str, version: int | None, deed: _Deed, *, as_json: bool) -> None:
    async def work(session: Session) -> None:
        desk, who, now = _desk(session), await actor(session, by), session.clock.now()
        seen = version if version is not None else (await desk.find(objection_id, who, now)).version
        with faults_called({"points": "--points", "why": "--why"}):
            _show(session, await deed(desk, who, seen, now), as_json=as_json)

    run(work, as_json=as_json)


def _desk(session: Session) -> Objections:
    return Office.of(session.settings, session.db, session.clock).objections


async def _list(session: Session, by: str, period: str | None, number: int, *, as_json: bool) -> None:
    desk, who, now = _desk(session), await actor(session, by), session.clock.now()
    if period is None:
        some, total = await desk.waiting(who, now, number, size=A_PAGE)
    else:
        every = await desk.of_period(period, who, now)
        some, total = every[(number - 1) * A_PAGE : number * A_PAGE], len(every)
    if as_json:
        emit_json({"objections": [_json(session, one) for one in some], "page": number, "total": total})
        return
    for one in some:
        typer.echo(_line(session, one))
    if not some:
        typer.echo(session.say(phrase("No objection is found.")))
    tell_pages(session, number, max(1, -(-total // A_PAGE)))


def _show(session: Session, objection: Objection, *, as_json: bool) -> None:
    if as_json:
        emit_json(_json(session, objection))
    else:
        typer.echo(_line(session, objection))


def _line(session: Session, one: Objection) -> str:
    points = None if one.points is None else points_said(one.points)
    due = one.due_at.astimezone(session.clock.zone).date().isoformat() if one.waits else None
    state = session.say(objection_state_said(one.state))
    late = session.say(phrase("overdue")) if one.is_overdue(session.clock.now()) else None
    return " · ".join(filter(None, (str(one.id), one.name, one.period, state, points, due, late, one.why or one.text)))


def _json(session: Session, one: Objection) -> dict[str, Any]:
    zone = session.clock.zone
    return {
        "id": one.id,
        "version": one.version,
        "person": one.code,
        "name": one.name,
        "period": one.period,
        "statement": one.statement_id,
        "event": one.entry,
        "text": one.text,
        "state": one.state.value,
        "at": one.at.astimezone(zone).isoformat(),
        "due": one.due_at.astimezone(zone).isoformat(),
        "overdue": one.is_overdue(session.clock.now()),
        "decided_at": one.decided_at.astimezone(zone).isoformat() if one.decided_at else None,
        "decided_by": one.decider,
        "points": plain(one.points) if one.points is not None else None,
        "why": one.why,
    }
