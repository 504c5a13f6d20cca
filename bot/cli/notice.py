"""``lianxun notice``: how notices stand, and what can be done about them."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.console import Console

from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.notice_view import NoticeView
from messages.errors import LianxunError, NotFound
from messages.ledger import Kind
from messages.notices import Json, Notice
from messages.store import ledger, notices, waves
from messages.store.database import Connection
from messages.text.phrase import nphrase, phrase
from schedules.planner import REMIND_EVERY

app = typer.Typer(name="notice", help="How notices stand.", no_args_is_help=True)

_LISTED: Final = 30

Id = Annotated[int, typer.Argument(metavar="ID", help="The notice's number, as «notice list» shows it.")]


class ReminderRefused(LianxunError):
    """A reminder would be of no use, or comes too soon."""


@app.command("list")
def list_notices(as_json: AsJson = False) -> None:
    """The newest notices and how they stand."""
    run(lambda session: _list(session, as_json=as_json), as_json=as_json)


@app.command("show")
def show(notice_id: Id, as_json: AsJson = False) -> None:
    """One notice: how it stands, and whom it did not reach, by unit and name."""
    run(lambda session: _show(session, notice_id, as_json=as_json), as_json=as_json)


@app.command("cancel")
def cancel(notice_id: Id, as_json: AsJson = False) -> None:
    """Stop what has not been sent yet; what was delivered stays."""
    run(lambda session: _cancel(session, notice_id, as_json=as_json), as_json=as_json)


@app.command("remind")
def remind(notice_id: Id, as_json: AsJson = False) -> None:
    """Remind those who have not acknowledged, now; at most every five minutes."""
    run(lambda session: _remind(session, notice_id, as_json=as_json), as_json=as_json)


async def _list(session: Session, *, as_json: bool) -> None:
    async with session.db.reading() as conn:
        found = [(notice, await notices.counts(conn, notice.id)) for notice in await notices.recent(conn, _LISTED)]
    view = NoticeView(session)
    rows = [view.summary(notice, counts) for notice, counts in found]
    if as_json:
        emit_json({"notices": rows})
    else:
        Console().print(view.table(rows))


async def _found(conn: Connection, notice_id: int) -> Notice:
    notice = await notices.find(conn, notice_id)
    if notice is None:
        raise NotFound(phrase("There is no notice {id}.", id=notice_id))
    return notice


async def _show(session: Session, notice_id: int, *, as_json: bool) -> None:
    async with session.db.reading() as conn:
        notice = await _found(conn, notice_id)
        counts = await notices.counts(conn, notice_id)
        missed = await notices.unreached(conn, notice_id)
    view = NoticeView(session)
    summary = view.summary(notice, counts)
    if as_json:
        emit_json({**summary, "unreached": [asdict(one) for one in missed]})
        return
    console = Console(highlight=False)
    console.print(view.sheet(summary))
    for line in view.names(missed):
        console.print(line, markup=False)


async def _cancel(session: Session, notice_id: int, *, as_json: bool) -> None:
    now = session.clock.now()
    async with session.db.writing() as conn:
        notice = await _found(conn, notice_id)
        stopped = await notices.cancel(conn, notice_id, now)
        body: dict[str, Json] = {"notice": notice.key, "stopped": stopped}
        await ledger.append(conn, at=now, kind=Kind.NOTICE_CANCELLED, person_id=None, body=body)
        counts = await notices.counts(conn, notice_id)
    if as_json:
        emit_json({"id": notice_id, "stopped": stopped, **asdict(counts)})
    else:
        told = phrase(
            "Cancelled; {stopped} not sent, {delivered} delivered before.", stopped=stopped, delivered=counts.delivered
        )
        typer.echo(session.say(told))


async def _remind(session: Session, notice_id: int, *, as_json: bool) -> None:
    now = session.clock.now()
    async with session.db.writing() as conn:
        notice = await _found(conn, notice_id)
        _refuse_useless(notice, await waves.last_reminded_at(conn, notice_id), now)
        number, reminded = await waves.remind_now(conn, notice_id, now)
        body: dict[str, Json] = {"notice": notice.key, "wave": number}
        await ledger.append(conn, at=now, kind=Kind.NOTICE_REMINDED, person_id=None, body=body)
    if as_json:
        emit_json({"id": notice_id, "wave": number, "reminded": reminded})
    else:
        told = nphrase("{count} person is reminded.", "{count} people are reminded.", reminded)
        typer.echo(session.say(told))


def _refuse_useless(notice: Notice, last: datetime | None, now: datetime) -> None:
    if not notice.acknowledge:
        raise ReminderRefused(phrase("This notice asks for no acknowledgement, so there is nobody to remind."))
    if notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now):
        raise ReminderRefused(phrase("This notice is over; nobody is reminded of it."))
    if last is not None and now - last < REMIND_EVERY:
        raise ReminderRefused(phrase("A reminder went out less than five minutes ago."))
