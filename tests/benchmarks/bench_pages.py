"""The dashboard's pages with a million deliveries of one notice, beside the health of the same server."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import aiohttp
from sqlalchemy import insert, literal, select, update

from messages.deliveries import DeliveryState
from messages.notices import Category, Lane, NewNotice
from messages.organisation.records import Role, UnitKind
from messages.store import notices
from messages.store.database import Database
from messages.store.tables import acknowledgements, deliveries, obligations, roles, units
from schedules.clock import Clock
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.looks import HEALTH, LOOKS, cookie, line, serving, timed
from tests.benchmarks.province import DUE, ZONE, databases, instant, planner_of, populate, tidy

_ADMIN, _LEADER = 1, 2
_PAGES: Final = (
    "/",
    "/notices/1",
    "/notices/1?page=9999",
    "/notices/1/units/7",
    "/notices/1/units/7?which=silent",
    "/forecast?month=2026-09",
    "/unreachable",
    "/unreachable?page=150",
    "/unreachable/units/7",
    "/roster",
    "/roster?unit=U77",
    "/roster/units/7",
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds of each look at each page, by an administrator and a leader of one unit, and at the server's health."""

    name: str
    admin: Mapping[str, Sequence[float]]
    leader: Mapping[str, Sequence[float]]
    health: Sequence[float]


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other."""
    count = 50_000 if quick else 1_000_000
    async with databases() as found:
        runs = [await _run(db, count) for db in found]
    return _part(runs, count)


async def _run(db: Database, count: int) -> Run:
    await populate(db, count)
    await _appoint(db)
    await _send(db)
    clock = Clock(ZONE, DUE + timedelta(hours=2))
    async with serving(db, clock) as (server, seals):
        admin, leader = [await cookie(db, seals, person, clock) for person in (_ADMIN, _LEADER)]
        await _counted(server.url, admin)
        return Run(
            name=db.dialect,
            admin=await _look(server.url, admin),
            leader=await _look(server.url, leader),
            health=await timed(f"{server.url}{HEALTH}", {}),
        )


async def _appoint(db: Database) -> None:
    """The office above all with an administrator, and a leader of one unit."""
    async with db.writing() as conn:
        await conn.execute(update(units).where(units.c.id == 1).values(kind=UnitKind.OFFICE.value))
        for person, role, unit in ((_ADMIN, Role.OFFICE, 1), (_LEADER, Role.LEADER, 7)):
            await conn.execute(insert(roles).values(person_id=person, role=role.value, unit_id=unit, granted_at=DUE))


async def _send(db: Database) -> None:
    """A notice to everybody: most deliveries are made, and a tenth of the posts have acknowledged."""
    async with db.writing() as conn:
        await notices.add(conn, _notice())
    await planner_of(db).fan_out(DUE)
    made = {"state": DeliveryState.DELIVERED.value, "settled_at": instant(DUE), "message_id": deliveries.c.id}
    mine = deliveries.c.state == DeliveryState.PLANNED.value, deliveries.c.id % 10 != 0
    said = select(
        obligations.c.notice_id,
        obligations.c.assignment_id,
        obligations.c.post_id,
        obligations.c.person_id,
        literal(1),
        literal(1),
        instant(DUE + timedelta(hours=1)),
    ).where(obligations.c.person_id % 10 == 1)
    columns = ["notice_id", "assignment_id", "post_id", "person_id", "delivery_id", "account_id", "at"]
    async with db.writing() as conn:
        await conn.execute(update(deliveries).where(*mine).values(made))
        await conn.execute(insert(acknowledgements).from_select(columns, said))
    await tidy(db)


def _notice() -> NewNotice:
    return NewNotice(
        key="province",
        category=Category.BROADCAST,
        lane=Lane.BROADCAST,
        template="text",
        params={"text": "请廉洁过节。"},
        title="通知",
        audience="all",
        send_at=DUE,
        created_at=DUE,
        acknowledge=True,
        acknowledge_by=DUE + timedelta(days=3),
    )


async def _counted(url: str, headers: Mapping[str, str]) -> None:
    """The first look at a large notice has it counted, and everybody looked through; wait until that is done."""
    async with asyncio.timeout(600), aiohttp.ClientSession(headers=headers) as http:
        for path, counting in (("/notices/1", "统计中"), ("/unreachable", "正在统计")):
            while True:
                async with http.get(f"{url}/web{path}") as answer:
                    if counting not in await answer.text():
                        break
                await asyncio.sleep(0.5)


async def _look(url: str, headers: Mapping[str, str]) -> dict[str, Sequence[float]]:
    return {path: await timed(f"{url}/web{path}", headers) for path in _PAGES}


def _part(runs: Sequence[Run], count: int) -> Part:
    return Part(
        title=f"The dashboard's pages with {count:,} deliveries of one notice",
        lines=[line for run in runs for line in _lines(run)],
        notes=["Median and 95th percentile over HTTP; the peer is the same server's /healthz in the same run."],
    )


def _lines(run: Run) -> list[Line]:
    found = [("administrator", path, looks) for path, looks in run.admin.items()]
    found += [("leader", path, looks) for path, looks in run.leader.items() if len(looks) == LOOKS]
    return [line(f"{run.name}, {who}: {path}", looks, run.health) for who, path, looks in found]
