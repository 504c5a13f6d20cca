"""``lianxun warnings accept|return|release|keep|propose|raise|decline|decide``: what people decide about a warning."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeAlias

import typer

from bot.cli.acting import By, Why, actor, judging_of
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.warning_view import WarningView
from messages.warnings.records import WarningRecord
from schedules.warnings.judging import Judging

Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The warning's number, as «warnings list» shows it.")]
Workdays = Annotated[int, typer.Option("--workdays", metavar="N", help="Working days from now to answer anew.")]

_Deed: TypeAlias = Callable[[Judging, int, datetime], Awaitable[WarningRecord]]
"""A decision: by whom, when."""
_RiseDeed: TypeAlias = Callable[[Judging, int, int, datetime], Awaitable[WarningRecord]]
"""A decision about a proposal: which one, by whom, when."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands: dict[str, Callable[..., None]] = {
        "accept": accept,
        "return": give_back,
        "release": release,
        "keep": keep,
        "propose": propose,
        "raise": raise_,
        "decline": decline,
        "decide": decide,
    }
    for name, command in commands.items():
        app.command(name)(command)


def accept(
    warning_id: Id,
    by: By,
    released: Annotated[bool, typer.Option("--release/--no-release", help="Release it at once, or later.")] = True,
    as_json: AsJson = False,
) -> None:
    """Accept the answer that waits, and release the warning."""
    _do(lambda judging, who, now: judging.accept(warning_id, who, now, release=released), by, as_json=as_json)


def give_back(warning_id: Id, by: By, why: Why, workdays: Workdays, as_json: AsJson = False) -> None:
    """Return the answer that waits, with a reason and a new date."""
    _do(lambda judging, who, now: judging.give_back(warning_id, who, why, workdays, now), by, as_json=as_json)


def release(
    warning_id: Id,
    by: By,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Needed before its answer was accepted.")] = "",
    as_json: AsJson = False,
) -> None:
    """Release a warning: everyone who was told of it is told."""
    _do(lambda judging, who, now: judging.release(warning_id, who, why, now), by, as_json=as_json)


def keep(warning_id: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """Do not release a warning yet whose release its holder has asked for; the holder is told why."""
    _do(lambda judging, who, now: judging.refuse_release(warning_id, who, why, now), by, as_json=as_json)


def propose(warning_id: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """Propose to raise a warning by a grade; of a red one, to decide what becomes of it."""
    _do(lambda judging, who, now: judging.propose(warning_id, who, why, now), by, as_json=as_json)


def raise_(warning_id: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """Raise a warning as it is proposed."""
    _do_rise(warning_id, lambda judging, rise, who, now: judging.raise_(rise, who, why, now), by, as_json=as_json)


def decline(warning_id: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """Do not raise a warning that is proposed to rise."""
    _do_rise(warning_id, lambda judging, rise, who, now: judging.decline(rise, who, why, now), by, as_json=as_json)


def decide(
    warning_id: Id,
    by: By,
    why: Why,
    workdays: Annotated[int | None, typer.Option("--workdays", metavar="N", help="A new date to answer.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record what was decided about a red warning that is overdue."""
    _do_rise(
        warning_id,
        lambda judging, rise, who, now: judging.decide(rise, who, why, workdays, now),
        by,
        as_json=as_json,
    )


def _do(deed: _Deed, by: str, *, as_json: bool) -> None:
    async def work(session: Session) -> None:
        done = await deed(judging_of(session), await actor(session, by), session.clock.now())
        _tell(session, done, as_json=as_json)

    run(work, as_json=as_json)


def _do_rise(warning_id: int, deed: _RiseDeed, by: str, *, as_json: bool) -> None:
    """Decide about the proposal that waits about a warning: there is one at most."""

    async def work(session: Session) -> None:
        who = await actor(session, by)
        judging, now = judging_of(session), session.clock.now()
        rise = await judging.proposal(warning_id, who, now)
        _tell(session, await deed(judging, rise, who, now), as_json=as_json)

    run(work, as_json=as_json)


def _tell(session: Session, done: WarningRecord, *, as_json: bool) -> None:
    view = WarningView(session)
    if as_json:
        emit_json(view.record(done))
    else:
        typer.echo(view.said(done))
