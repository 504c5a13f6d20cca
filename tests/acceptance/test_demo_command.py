"""``lianxun demo``: what it refuses, it refuses before anything is made or erased; started again, it goes on."""

import asyncio
import re
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.demo import DATABASE, Demo, Place
from bot.office import Office
from messages.ledger_verifying import verify
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.register.views import insight_of
from messages.rights import person_of
from messages.scores.periods import Period
from messages.store import notices, register_lists, tables, waves
from messages.store.database import Database
from messages.store.register_lists import Filters
from messages.store.schema import prepare
from tests.district import MORNING


def demo(*arguments: str) -> Result:
    """Call the command where it is refused: nothing of it begins to run."""
    return CliRunner().invoke(cli, ["demo", *arguments])


def test_a_port_that_is_taken_costs_no_data(tmp_path: Path) -> None:
    """``--fresh`` erased the folder first and was refused the port after it."""
    kept = tmp_path / "lianxun.db"
    kept.write_bytes(b"kept")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = demo("--port", str(taken.getsockname()[1]), "--data", str(tmp_path), "--fresh")
    assert said.exit_code == 1
    assert kept.read_bytes() == b"kept"
    assert "已被占用" in said.stderr
    assert "in use" not in said.stderr


@pytest.mark.parametrize("instant", ["0001-01-01", "9999-12-31T23:59:59Z", "garbage"])
def test_a_clock_out_of_reach_is_refused_plainly(tmp_path: Path, instant: str) -> None:
    said = demo("--port", "0", "--data", str(tmp_path / "new"), "--clock", instant)
    assert said.exit_code == 2
    assert "--clock accepts" in said.stderr
    assert not (tmp_path / "new").exists()


async def lived(data: Path, start: datetime | None = None) -> tuple[datetime, datetime | None]:
    """Start a demo, and end it: what its clock said, and how far that of an earlier one had come."""
    demo = Demo(Place(data=data, port=0, start=start))
    await demo.start()
    now = demo.service.clock.now()
    (stop := asyncio.Event()).set()
    await demo.run(stop)
    return now, demo.lived


async def commanded(data: Path, *arguments: str) -> tuple[datetime, str]:
    """Likewise by the command, in a process of its own: what its clock said, and what it printed."""
    command = ["-m", "bot", "demo", "--port", "0", "--data", str(data), *arguments]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, stderr=DEVNULL)
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(100):
        while "Ctrl-C" not in said:
            said += (await process.stdout.readline()).decode()
    (url,) = re.findall(r"http://\S+/", said)
    async with ClientSession() as session, session.get(f"{url}sandbox/panel") as answer:
        now = datetime.fromisoformat((await answer.json())["clock"])
    process.send_signal(signal.SIGINT)
    await process.wait()
    return now, said


async def test_a_demo_that_is_started_again_goes_on_where_it_was_left(tmp_path: Path) -> None:
    """A demo begun in September jumped to the present: what waited expired, and the same command was refused.

    Its organisation was there before, a small one without a register, as earlier versions made it.
    """
    db = Database(f"sqlite:///{tmp_path / DATABASE}")
    await prepare(db)
    await import_roster(db, sample_roster(units=2, posts=20, people=20), MORNING)
    await db.close()
    begins, week = datetime.fromisoformat("2026-09-21T09:00+08:00"), timedelta(days=7)
    first, before = await lived(tmp_path, begins)
    assert before is None
    then, said = await commanded(tmp_path, "--clock", begins.isoformat())
    assert "--fresh" in said
    again, before = await lived(tmp_path)
    assert before is not None
    assert first < then < before <= again < first + timedelta(minutes=5)
    later, _ = await lived(tmp_path, begins + week)
    assert later >= begins + week


async def test_a_new_demo_has_a_register_leaders_who_are_asked_to_review_and_a_history(tmp_path: Path) -> None:
    demo = Demo(Place(data=tmp_path, port=0, start=MORNING))
    await demo.start()
    office = Office.of(demo.service.settings, demo.db, demo.service.clock)
    now = office.clock.now()
    await _it_has_lived_through_three_months(office, now)
    await office.register.sweep(now)
    async with demo.db.reading() as conn:
        stands = await register_lists.count_by_level(conn, await insight_of(conn, None), Filters())
        administrator = await person_of(conn, "Q00001")
        asked = {one.audience for one in await notices.recent(conn, 50) if one.template == "review_card"}
    assert sum(stands.values()) == 26_638
    assert (await office.register.templates("", 1)).total == 12
    assert (await office.register.waiting(administrator, 1, now)).total == 8
    assert len(asked) == 8
    await demo.sandbox.stop()
    await demo.db.close()


async def _it_has_lived_through_three_months(office: Office, now: datetime) -> None:
    """Nothing of it is told anew; the ledger is whole; figures and statements are what computing them gives."""
    async with office.db.reading() as conn:
        administrator = await person_of(conn, "Q00001")
        assert await waves.due(conn, now) == []
    assert not await office.statistics.sweep(now)
    for label in ("2026-06", "2026-07", "2026-08"):
        tally = (await office.statistics.overview(None, _month(label), now)).now.tally
        assert tally.missed
        assert tally.in_time > tally.late > 0
        assert tally.overdue
    assert [one.period.label for one in await office.scores.closings()] == ["2026-07", "2026-06"]
    again = await office.scores.recompute("2026-07", administrator, "anew", now, dry=True)
    assert again.differences == ()
    assert (await office.scores.of(administrator, "2026-07", administrator, now)).statement
    await _people_have_done_all_kinds_of_things(office)
    verdict = await verify(office.db, lambda _done, _of: None)
    assert verdict.ok
    assert verdict.seals >= 2


async def _people_have_done_all_kinds_of_things(office: Office) -> None:
    """Entries in time and late, returned and approved; warnings answered in time and late, and one that waits."""
    kinds = ("warning", "item_submitted", "item_returned", "absence", "score_corrected", "warning_charged")
    query = select(tables.ledger.c.kind, tables.ledger.c.body).where(tables.ledger.c.kind.in_(kinds))
    async with office.db.reading() as conn:
        said = [(row.kind, row.body.get("event"), row.body.get("timely")) for row in await conn.execute(query)]
        stated = [body async for body in await conn.stream_scalars(select(tables.statements.c.body))]
        states = set(await conn.scalars(select(tables.warnings.c.state)))
        lost = select(func.count()).where(tables.accounts.c.unreachable_since.is_not(None))
        assert await conn.scalar(lost)
    for timely in (True, False):
        assert ("item_submitted", None, timely) in said
        assert ("warning", "answered", timely) in said
    assert {kind for kind, _, _ in said} == set(kinds)
    assert "released" in states
    assert len(states) > 1
    assert {one["reason"] for body in stated for one in body["uncounted"]} == {"on_leave", "unreachable"}


def _month(label: str) -> Period:
    month = Period.read(label)
    assert month is not None
    return month
