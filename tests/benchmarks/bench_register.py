"""The risk register at the seed's scale: loaded, looked through and mapped, and the people of an audience counted."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from messages.organisation.records import Role
from messages.organisation.roster.importing import import_roster
from messages.organisation.roster.rows import RosterRow
from messages.organisation.sample import sample_roster
from messages.register.founding import found_register
from messages.rights import person_of
from messages.store import audience, demo
from messages.store.database import Database
from schedules.clock import Clock
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.looks import HEALTH, cookie, line, serving, timed
from tests.benchmarks.province import DUE, ZONE, databases, tidy
from tests.points import put_task

_BEFORE: Final = DUE - timedelta(days=30)
_LOOKS: Final = 20
_SECONDS_AIM: Final = 6
_AUDIENCE_AIM: Final = 0.05
_AUDIENCES: Final = ("node:开标", "node:评标 risk:high -unit:区财政局")
_PAGES: Final = (
    "/register",
    "/register?page=500",
    "/register?words=礼品",
    "/register?words=评审 投标人&level=high",
    "/register?unit=区财政局&sort=level",
    "/register?node=开标",
    "/register?basis=superseded",
    "/register?state=submitted",
    "/register/map",
    "/register/map?workflow=tender&level=high",
    "/register/points/7",
    "/register/progress",
    "/register/progress/units/7",
    "/posts/QL010-007",
    "/campaigns",
    "/campaigns/1",
    "/lookup?words=采购",
    "/lookup/units/7",
    "/warnings",
    "/who-saw-me",
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds: of loading, of counting each audience, and of each look at each page by three people."""

    name: str
    points: int
    loading: float
    audiences: Mapping[str, float]
    pages: Mapping[tuple[str, str], Sequence[float]]
    health: Sequence[float]


async def measure(*, quick: bool) -> Part:
    """Both databases, one after the other; a look at a sixth of the district if ``quick``."""
    roster = sample_roster(units=10, posts=400, people=380) if quick else sample_roster()
    async with databases() as found:
        runs = [await _run(db, roster) for db in found]
    return Part(
        title=f"A register of {runs[0].points:,} points",
        lines=[one for run in runs for one in _lines(run)],
        notes=["Median and 95th percentile over HTTP; the peer is the same server's /healthz in the same run."],
    )


async def _run(db: Database, roster: Sequence[RosterRow]) -> Run:
    await import_roster(db, roster, _BEFORE)
    began = time.perf_counter()
    points = await found_register(db, roster, _BEFORE)
    loading = time.perf_counter() - began
    async with db.writing() as conn:
        await demo.admit_all(conn, _BEFORE)
    await put_task(db, *(str(row.post_code) for row in roster if row.risk_post), at=_BEFORE)
    await tidy(db)
    clock = Clock(ZONE, DUE)
    async with serving(db, clock) as (server, seals):
        looks: dict[tuple[str, str], Sequence[float]] = {}
        for who, code in _viewers(roster).items():
            async with db.reading() as conn:
                person = await person_of(conn, code)
            headers = await cookie(db, seals, person, clock)
            looks |= {(who, page): await timed(f"{server.url}/web{page}", headers, _LOOKS) for page in _PAGES}
        health = await timed(f"{server.url}{HEALTH}", {}, _LOOKS)
    audiences = {one: await _counted(db, one) for one in _AUDIENCES}
    return Run(name=db.dialect, points=points, loading=loading, audiences=audiences, pages=looks, health=health)


def _viewers(roster: Sequence[RosterRow]) -> dict[str, str]:
    """An administrator, a unit's leader, and one who holds a post of the lowest level."""
    borne = {role: row.person_code or "" for row in reversed(roster) for role in row.roles or ()}
    clerk = next(row.person_code or "" for row in roster if row.level == 5 and not row.roles)
    return {"administrator": borne[Role.OFFICE], "leader": borne[Role.LEADER], "clerk": clerk}


async def _counted(db: Database, expression: str) -> float:
    began = time.perf_counter()
    async with db.reading() as conn:
        await audience.count_people(conn, expression)
    return time.perf_counter() - began


def _lines(run: Run) -> list[Line]:
    rate = f"{run.points / run.loading:,.0f}/s"
    met = run.loading < _SECONDS_AIM
    loading = Line(what=f"{run.name}: loaded", ours=f"{run.loading:.1f} s", ratio=rate, aim="under 6 s", met=met)
    counted = [
        Line(
            what=f"{run.name}: people of {expression}",
            ours=f"{seconds * 1000:.1f} ms",
            aim=f"under {_AUDIENCE_AIM * 1000:.0f} ms",
            met=seconds < _AUDIENCE_AIM,
        )
        for expression, seconds in run.audiences.items()
    ]
    looked = [
        line(f"{run.name}, {who}: {page}", looks, run.health) for (who, page), looks in run.pages.items() if looks[1:]
    ]
    return [loading, *counted, *looked]
