"""``lianxun scores``: what periods come to, who closes them, by which rules, and what units come to."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bot.cli import objections
from bot.cli.acting import As, By, Why, actor, person_id
from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from bot.cli.scores_shown import ScoresShown
from bot.office import Office
from messages import rights
from messages.text.phrase import phrase
from schedules.scores.desk import Scores
from schedules.scores.ranking import RANKING_NOTICE

app = typer.Typer(name="scores", help="Scores: shown, closed, computed anew.", no_args_is_help=True)
app.add_typer(objections.app)

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The code of the person.")]
Which = Annotated[
    str | None,
    typer.Option("--period", metavar="PERIOD", help="2026-10, 2026-Q4, 2026; the present one if not given."),
]
Closed = Annotated[str | None, typer.Option("--period", metavar="PERIOD", help="The one closed last if not given.")]
PeriodGiven = Annotated[str, typer.Argument(metavar="PERIOD", help="2026-10, 2026-Q4 or 2026.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only show whose total would be another.")]


class Switch(StrEnum):
    """What becomes of the ranking."""

    ON = "on"
    OFF = "off"


Turned = Annotated[Switch | None, typer.Argument(metavar="[on|off]", help="Turn it on or off; neither: show it.")]


def scores_of(session: Session) -> Scores:
    """The office's scores."""
    return Office.of(session.settings, session.db, session.clock).scores


@app.command("show")
def show(person: Person, period: Which = None, speaker: As = None, as_json: AsJson = False) -> None:
    """A person's score of a period: each entry with its why, and what was not counted."""

    async def work(session: Session) -> None:
        viewer = await person_id(session, speaker)
        async with session.db.reading() as conn:
            whose = await rights.person_of(conn, person)
        with faults_called({"period": "--period"}):
            score = await scores_of(session).of(whose, period, viewer, session.clock.now())
        shown = ScoresShown(session)
        if as_json:
            emit_json(shown.document(score))
        else:
            Console(highlight=False, emoji=False).print(*shown.lines(score), sep="\n", markup=False, soft_wrap=True)

    run(work, as_json=as_json)


@app.command("close")
def close(period: PeriodGiven, by: By, as_json: AsJson = False) -> None:
    """Close a period that is over: everybody gets a statement. One that was ended midway is finished."""

    async def work(session: Session) -> None:
        who = await actor(session, by)
        with faults_called({"period": "PERIOD"}):
            done = await scores_of(session).close(period, who, session.clock.now())
        shown = ScoresShown(session)
        if as_json:
            emit_json(shown.closing(done.closing) | {"made": done.made, "statements": done.statements})
            return
        typer.echo(
            session.say(
                phrase(
                    "{period} is closed: {made} statements made, {statements} in all; objections until {day}.",
                    period=done.closing.period.label,
                    made=done.made,
                    statements=done.statements,
                    day=done.closing.object_by.isoformat(),
                )
            )
        )

    run(work, as_json=as_json)


@app.command("recompute")
def recompute(period: PeriodGiven, by: By, why: Why = "", dry: Dry = False, as_json: AsJson = False) -> None:
    """Compute a closed period anew, by the policy's present rules and all that the ledger says by now.

    It becomes a revision, and whose statement changes is told the old and the new total.
    """

    async def work(session: Session) -> None:
        who = await actor(session, by)
        with faults_called({"period": "PERIOD", "why": "--why"}):
            done = await scores_of(session).recompute(period, who, why, session.clock.now(), dry=dry)
        shown = ScoresShown(session)
        if as_json:
            emit_json(shown.recomputed(done))
            return
        if done.differences:
            Console(highlight=False, emoji=False).print(shown.differences(done))
        else:
            typer.echo(session.say(phrase("Nobody's points differ.")))
        if dry:
            typer.echo(session.say(phrase("Nothing was written.")))

    run(work, as_json=as_json)


@app.command("rules")
def rules(period: Which = None, as_json: AsJson = False) -> None:
    """The rules that hold for a period."""

    async def work(session: Session) -> None:
        with faults_called({"period": "--period"}):
            held = await scores_of(session).rules(period, session.clock.now())
        shown = ScoresShown(session)
        if as_json:
            emit_json(shown.rules(held))
        else:
            Console(highlight=False, emoji=False).print(shown.rules_table(held))

    run(work, as_json=as_json)


@app.command("statements")
def statements(as_json: AsJson = False) -> None:
    """The periods that were closed, each revision with its statements and the last day for objections."""

    async def work(session: Session) -> None:
        known, shown = await scores_of(session).closings(), ScoresShown(session)
        if as_json:
            emit_json({"closings": [shown.closing(one) for one in known]})
        else:
            Console(highlight=False, emoji=False).print(shown.closings_table(known))

    run(work, as_json=as_json)


@app.command("units")
def units(period: Closed = None, speaker: As = None, as_json: AsJson = False) -> None:
    """What units come to in a closed period: points per person addressed and rates, never sums."""

    async def work(session: Session) -> None:
        viewer = await person_id(session, speaker)
        with faults_called({"period": "--period"}):
            found = await scores_of(session).units(period, viewer, session.clock.now())
        shown = ScoresShown(session)
        if as_json:
            emit_json(shown.units(found))
        else:
            Console(highlight=False, emoji=False).print(shown.units_table(found))

    run(work, as_json=as_json)


@app.command("ranking")
def ranking(
    switch: Turned = None,
    period: Closed = None,
    speaker: As = None,
    as_json: AsJson = False,
) -> None:
    """The ranking of units, which is off; turning it on shows what is to be minded, and is recorded."""
    if switch is not None and speaker is None:
        raise typer.BadParameter("--as names who turns it on or off")  # noqa: EM101, TRY003 -- usage, said by Typer

    async def work(session: Session) -> None:
        viewer, desk, shown = await person_id(session, speaker), scores_of(session), ScoresShown(session)
        if switch is not None and viewer is not None:
            if switch is Switch.ON:
                Console(stderr=True, highlight=False, emoji=False).print(
                    session.say(RANKING_NOTICE), markup=False, soft_wrap=True
                )
            now = session.clock.now()
            done = await desk.switch_ranking(on=switch is Switch.ON, person_id=viewer, now=now)
            if as_json:
                emit_json(shown.switch(done))
            else:
                typer.echo(session.say(shown.switched(done)))
            return
        found = await desk.ranking(period, viewer, session.clock.now())
        if as_json:
            emit_json(shown.units(found))
        else:
            Console(highlight=False, emoji=False).print(shown.units_table(found))

    run(work, as_json=as_json)
