"""``lianxun notice``: how notices stand, and what can be done about them."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.frame import AsJson, Session, emit_json, run
from messages.errors import LianxunError, NotFound
from messages.ledger import Kind
from messages.notices import Counts, Json, Notice
from messages.store import ledger, notices, waves
from messages.store.database import Connection
from messages.store.notices import Unreached
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.planner import REMIND_EVERY, Planner
from schedules.policy import load

app = typer.Typer(name="notice", help="How notices stand.", no_args_is_help=True)

_LISTED: Final = 30
_NAMED: Final = 50

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
    renderer = Renderer(session.catalog, session.settings.zone)
    rows = [_summary(session, renderer, notice, counts) for notice, counts in found]
    if as_json:
        emit_json({"notices": rows})
        return
    heads = ("Number", "When", "Title", "People", "Delivered", "Acknowledged")
    table = Table(*(session.say(_HEADS[head]) for head in heads))
    for row in rows:
        acknowledged = f"{row['acknowledged']}/{row['obligations']}" if row["obligations"] else "–"
        people = str(row["recipients"]), str(row["delivered"])
        table.add_row(str(row["id"]), f"{row['send_at'][:16].replace('T', ' ')}", row["title"], *people, acknowledged)
    Console().print(table)


_HEADS: Final = {
    "Number": phrase("No."),
    "When": phrase("When"),
    "Title": phrase("Title"),
    "People": phrase("People"),
    "Delivered": phrase("Delivered"),
    "Acknowledged": phrase("Acknowledged"),
}


def _summary(session: Session, renderer: Renderer, notice: Notice, counts: Counts) -> dict[str, Any]:
    """The contract's keys first, what else is known after them."""
    zone = session.settings.zone
    return {
        "id": notice.id,
        "key": notice.key,
        "category": notice.category.value,
        **asdict(counts),
        "title": notice.title or renderer.title(notice.template, session.language, heading_text="", **notice.params),
        "audience": notice.audience,
        "send_at": notice.send_at.astimezone(zone).isoformat(),
        "acknowledge_by": notice.acknowledge_by and notice.acknowledge_by.astimezone(zone).isoformat(),
        "expires_at": notice.expires_at and notice.expires_at.astimezone(zone).isoformat(),
        "cancelled_at": notice.cancelled_at and notice.cancelled_at.astimezone(zone).isoformat(),
        "provisional": notice.provisional,
    }


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
    summary = _summary(session, Renderer(session.catalog, session.settings.zone), notice, counts)
    summary["unreached"] = [
        {"person_code": one.person_code, "name": one.name, "unit": one.unit, "state": one.state, "reason": one.reason}
        for one in missed
    ]
    if as_json:
        emit_json(summary)
        return
    table = Table(show_header=False, box=None)
    for name, value in summary.items():
        if name != "unreached" and value is not None:
            table.add_row(name, str(value))
    Console().print(table)
    _name(session, missed)


def _name(session: Session, missed: list[Unreached]) -> None:
    """Those not reached, by unit and name."""
    if not missed:
        return
    typer.echo(session.say(phrase("Not reached:")))
    for one in missed[:_NAMED]:
        typer.echo(f"  {one.unit} · {one.name} ({one.person_code}): {one.reason or one.state}")
    if len(missed) > _NAMED:
        typer.echo(f"  … +{len(missed) - _NAMED}")


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
    settings, now = session.settings, session.clock.now()
    planner = Planner(db=session.db, policy=load(settings.policy), zone=settings.zone, country=settings.country)
    async with session.db.writing() as conn:
        notice = await _found(conn, notice_id)
        _refuse_useless(notice, await waves.last_reminded_at(conn, notice_id), now)
        number = await waves.add_reminder(conn, notice_id, now)
        body: dict[str, Json] = {"notice": notice.key, "wave": number}
        await ledger.append(conn, at=now, kind=Kind.NOTICE_REMINDED, person_id=None, body=body)
    reminded = await planner.fan_out(now)
    if as_json:
        emit_json({"id": notice_id, "wave": number, "reminded": reminded})
    else:
        typer.echo(session.say(phrase("{count} people are reminded.", count=reminded)))


def _refuse_useless(notice: Notice, last: datetime | None, now: datetime) -> None:
    if not notice.acknowledge:
        raise ReminderRefused(phrase("This notice asks for no acknowledgement, so there is nobody to remind."))
    if notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now):
        raise ReminderRefused(phrase("This notice is over; nobody is reminded of it."))
    if last is not None and now - last < REMIND_EVERY:
        raise ReminderRefused(phrase("A reminder went out less than five minutes ago."))
