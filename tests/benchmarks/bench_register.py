"""The risk register at the seed's scale: loaded, looked through and mapped, and the people of an audience counted."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from messages.organisation.records import Role
from messages.organisation.roster.importing import import_roster
from messages.organisation.roster.rows import RosterRow
from messages.organisation.sample import sample_roster
from messages.register.export import export_register
from messages.register.founding import found_register
from messages.register.importing import Terms, import_register
from messages.register.records import RiskLevel
from messages.register.sample import sample_points
from messages.rights import person_of
from messages.store import audience, demo
from messages.store.database import Database
from messages.store.schema import prepare
from schedules.clock import Clock
from schedules.policy import load
from tests.benchmarks.figures import Line, Part
from tests.benchmarks.looks import HEALTH, cookie, line, serving, timed
from tests.benchmarks.province import DUE, ZONE, databases, tidy

_BEFORE: Final = DUE - timedelta(days=30)
_LOOKS: Final = 20
_SECONDS_AIM: Final = 6
_SHEET_AIM: Final = 30
_AUDIENCE_AIM: Final = 0.05
_AUDIENCES: Final = ("node:开标", "node:评标 risk:high -unit:区财政局")
_HEADER: Final = (
    *("单位", "岗位编号", "岗位职责", "风险节点", "风险类别", "风险点", "廉政风险主要内容及表现形式", "风险等级"),
    *("防控措施", "法规依据", "部门负责人", "责任领导"),
)
_LEVELS: Final = {RiskLevel.HIGH: "高", RiskLevel.MIDDLE: "中", RiskLevel.LOW: "低"}
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
    "/register/progress",
    "/posts/QL010-007",
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
        sheet = await _sheet(found[0], roster)
    return Part(
        title=f"A register of {runs[0].points:,} points",
        lines=[*sheet, *(one for run in runs for one in _lines(run))],
        notes=["Median and 95th percentile over HTTP; the peer is the same server's /healthz in the same run."],
    )


async def _run(db: Database, roster: Sequence[RosterRow]) -> Run:
    await import_roster(db, roster, _BEFORE)
    began = time.perf_counter()
    points = await found_register(db, roster, _BEFORE)
    loading = time.perf_counter() - began
    async with db.writing() as conn:
        await demo.admit_all(conn, _BEFORE)
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


async def _sheet(db: Database, roster: Sequence[RosterRow]) -> list[Line]:
    """A workbook read into an empty register, read again, and the register written as one."""
    policy = load(None)
    terms = Terms(bases=policy.legal_bases, day=DUE.date(), longest_post=policy.risks.longest_post)
    with tempfile.TemporaryDirectory(prefix="lianxun-bench-") as folder:
        path, other = Path(folder) / "register.xlsx", Database(f"sqlite:///{folder}/other.db")
        points = _write(path, roster)
        await prepare(other)
        await import_roster(other, roster, _BEFORE)
        began = time.perf_counter()
        report = await import_register(other, path, terms, DUE)
        read = time.perf_counter() - began
        assert len(report.plan.created) == points, report.plan
        await import_register(other, path, terms, DUE)
        again = time.perf_counter() - began - read
        await export_register(db, path, "zh_CN", DUE)
        written = time.perf_counter() - began - read - again
        await other.close()
    what, aim = f"a workbook of {points:,} points", f"under {_SHEET_AIM} s"
    return [
        Line(what=f"{what}: imported", ours=f"{read:.1f} s", aim=aim, met=read < _SHEET_AIM),
        Line(what=f"{what}: imported again", ours=f"{again:.1f} s", aim=aim, met=again < _SHEET_AIM),
        Line(what=f"{what}: written", ours=f"{written:.1f} s"),
    ]


def _write(path: Path, roster: Sequence[RosterRow]) -> int:
    """The sample's points, as an office might list them; gives how many they are."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("风险点")
    sheet.append(_HEADER)
    points = sample_points(roster)
    units = {row.post_code: row.unit for row in roster}
    for point in points:
        said = point.content
        bases = ";".join(map(str, said.bases))
        texts = said.name, said.description, _LEVELS[said.level], said.controls, bases, said.responsible, said.leading
        sheet.append((units[point.post], point.post, said.duty, said.node, said.category, *texts))
    workbook.save(path)
    return len(points)


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
