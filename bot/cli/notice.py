"""``lianxun notice``: how notices stand, and what can be done about them."""

from dataclasses import asdict
from typing import Final

import typer
from rich.console import Console

from bot.cli import listing, steering
from bot.cli.acting import As, person_id
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.notice_view import NoticeView
from bot.cli.steering import Id
from messages.store import notice_standing, notices
from messages.text.phrase import nphrase, phrase
from schedules import notice_acts
from schedules.figures import Counting
from schedules.policy import load as load_policy
from schedules.reminding import remind as remind_silent

app = typer.Typer(name="notice", help="How notices stand.", no_args_is_help=True)
steering.register(app)
listing.register(app)

_LISTED: Final = 30


@app.command("list")
def list_notices(as_json: AsJson = False) -> None:
    """The newest notices and how they stand."""
    run(lambda session: _list(session, as_json=as_json), as_json=as_json)


@app.command("show")
def show(notice_id: Id, as_json: AsJson = False) -> None:
    """One notice: how it stands as a whole and by unit, and whom it did not reach, by unit and name."""
    run(lambda session: _show(session, notice_id, as_json=as_json), as_json=as_json)


@app.command("remind")
def remind(notice_id: Id, speaker: As = None, as_json: AsJson = False) -> None:
    """Remind those who have not acknowledged, now.

    Each at most every five minutes, and as often as the policy says; of a person by --as only those of the own units.
    """
    run(lambda session: _remind(session, notice_id, speaker, as_json=as_json), as_json=as_json)


async def _list(session: Session, *, as_json: bool) -> None:
    async with session.db.reading() as conn:
        found = [
            (notice, await notice_standing.counts(conn, notice.id)) for notice in await notices.recent(conn, _LISTED)
        ]
    view = NoticeView(session)
    rows = [view.summary(notice, counts) for notice, counts in found]
    if as_json:
        emit_json({"notices": rows})
    else:
        Console(emoji=False).print(view.table(rows))


async def _show(session: Session, notice_id: int, *, as_json: bool) -> None:
    found = await notice_acts.standing(session.db, notice_id, session.clock.now())
    units = (await Counting(session.db, session.clock).now(notice_id)).units
    view = NoticeView(session)
    summary = view.summary(found.notice, found.counts)
    if as_json:
        by_unit = [{**asdict(unit), "silent": unit.silent} for unit in units]
        emit_json({**summary, "unreached": [asdict(one) for one in found.unreached], "units": by_unit})
        return
    console = Console(highlight=False, emoji=False)
    console.print(view.sheet(summary))
    console.print(view.by_unit(units))
    for line in view.names(found.unreached):
        console.print(line, markup=False)


async def _remind(session: Session, notice_id: int, speaker: str | None, *, as_json: bool) -> None:
    most = load_policy(session.settings.policy).reminders.by_hand_most
    by = await person_id(session, speaker)
    done = await remind_silent(session.db, notice_id, by, session.clock.now(), most=most)
    if as_json:
        emit_json({"id": notice_id, "wave": done.wave, "reminded": done.people})
        return
    if done.people:
        told = nphrase("{count} person is reminded.", "{count} people are reminded.", done.people)
    elif 0 < done.counts.obligations == done.counts.acknowledged:
        told = phrase("All have acknowledged: there is nobody to remind.")
    else:
        told = phrase("Nobody whom the notice has reached is silent: there is nobody to remind.")
    typer.echo(session.say(told))
