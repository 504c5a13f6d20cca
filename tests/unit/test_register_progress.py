"""How far units have come with the register: each figure against a recount of the rows, within the viewer's reach."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from messages.errors import NotEntitled, NotFound
from messages.ledger import Kind
from messages.organisation.records import Role
from messages.register.bases import Bases, Basis
from messages.register.progress import outdated_of, progress_of, unit_progress
from messages.register.records import Progress, ReviewState, RiskLevel
from messages.store import tables
from messages.store.database import Database
from messages.store.register_progress import Figures, UnitFigures
from tests.collectors import Collectors
from tests.district import MORNING
from tests.points import put_point
from tests.unit.test_visibility import looks

OUTDATED = ("DYZJ2010", "XZCF2007")


@pytest.fixture
async def place(db: Database) -> Collectors:
    """Points of every kind: standing, waiting, returned, ended, of a vacant and of an ended post, of a unit alone."""
    place = await Collectors(db).found()
    district = place.district
    await district.unit("预算科", "财政局")
    await district.person("Y", ("PY", "预算科", 4))
    await district.person("V", ("PV", "财政局", 4))
    await district.person("E", ("PE", "财政局", 4))
    ids = {}
    for post, name, level, progress in (
        ("PH", "一", RiskLevel.HIGH, Progress.ACCEPTED),
        ("PH", "二", RiskLevel.LOW, Progress.ACCEPTED),
        ("PH", "三", RiskLevel.LOW, Progress.RETURNED),
        ("PL", "四", RiskLevel.MIDDLE, Progress.SUBMITTED),
        ("PL", "五", RiskLevel.MIDDLE, Progress.DRAFT),
        ("PY", "六", RiskLevel.MIDDLE, Progress.ACCEPTED),
        ("PG", "七", RiskLevel.HIGH, Progress.ACCEPTED),
        ("PV", "八", RiskLevel.HIGH, Progress.ACCEPTED),
        ("PE", "九", RiskLevel.HIGH, Progress.ACCEPTED),
        ("PC", "十", RiskLevel.HIGH, Progress.ACCEPTED),
    ):
        ended_at = MORNING if name == "十" else None
        ids[name] = await put_point(db, post, name, level=level, progress=progress, ended_at=ended_at)
    points, posts = tables.risk_points, tables.posts.c
    async with db.writing() as conn:
        cited = [("一", OUTDATED[0], 0), ("一", OUTDATED[1], 3), ("七", OUTDATED[0], 2), ("八", "LZZL2016", 1)]
        for name, law, article in (*cited, ("三", OUTDATED[0], 1)):
            await conn.execute(insert(tables.point_bases).values(point_id=ids[name], law=law, article=article))
        await conn.execute(update(points).where(points.c.id == ids["二"]).values(post_id=None))
        await conn.execute(
            update(points).where(points.c.id == ids["六"]).values(progress=Progress.SUBMITTED, version=2)
        )
        await conn.execute(update(tables.posts).where(posts.code == "PE").values(ended_at=MORNING))
        vacant = select(posts.id).where(posts.code == "PV").scalar_subquery()
        tie = tables.assignments
        await conn.execute(update(tie).where(tie.c.post_id == vacant).values(ended_at=MORNING))
    await claim(place, "PH", complete=True, state=ReviewState.ACCEPTED)
    await claim(place, "PL", complete=True, state=ReviewState.ACCEPTED)
    await claim(place, "PL", complete=False, state=ReviewState.UNIT)  # no more
    await claim(place, "PY", complete=True, state=ReviewState.UNIT)
    await claim(place, "PY", complete=False, state=ReviewState.WITHDRAWN)  # does not count
    await claim(place, "PG", complete=True, state=ReviewState.RETURNED)
    return place


async def claim(place: Collectors, post: str, *, complete: bool, state: ReviewState) -> None:
    mine = select(tables.posts.c.id).where(tables.posts.c.code == post).scalar_subquery()
    said = {"complete": complete, "state": state.value, "version": 1, "person_id": place.id("H"), "post_id": mine}
    async with place.db.writing() as conn:
        await conn.execute(insert(tables.reviews).values(said | {"submitted_at": MORNING, "handed_at": MORNING}))


async def recount(db: Database, unit: str) -> dict[str, int]:
    """The figures of a unit from its rows, one by one."""
    t = tables
    async with db.reading() as conn:
        rows: dict[str, list[Mapping[str, Any]]] = {
            table.name: [dict(row) for row in (await conn.execute(select(table))).mappings()]
            for table in (t.units, t.posts, t.assignments, t.risk_points, t.point_bases, t.reviews)
        }
    [unit_id] = [row["id"] for row in rows["units"] if row["name"] == unit]
    posts = [row["id"] for row in rows["posts"] if row["unit_id"] == unit_id and row["ended_at"] is None]
    held = {row["post_id"] for row in rows["assignments"] if row["ended_at"] is None}
    kept = Counter(posts=len(posts), vacant=len([post for post in posts if post not in held]))
    covered = set()
    for point in rows["risk_points"]:
        place = point["post_id"] in posts if point["post_id"] else point["unit_id"] == unit_id
        if not place or point["ended_at"]:
            continue
        kept["waiting"] += point["progress"] == "submitted"
        kept["returned"] += point["progress"] == "returned"
        if point["standing"] is None:
            continue
        covered.add(point["post_id"])
        kept[point["level"]] += 1
        kept["unplaced"] += point["post_id"] is None
        laws = {row["law"] for row in rows["point_bases"] if row["point_id"] == point["id"]}
        kept["superseded"] += not laws.isdisjoint(OUTDATED)
    for post in posts:
        said = [row for row in rows["reviews"] if row["post_id"] == post and row["state"] != "withdrawn"]
        kept["complete"] += bool(said) and said[-1]["complete"] and said[-1]["state"] != "returned"
    kept["covered"] = len(covered - {None})
    return dict(kept)


ended = partial(Basis, version="1", articles=99, effective_from=date(2007, 1, 1), effective_to=date(2020, 1, 1))


async def seen(place: Collectors, who: str, search: str = "") -> dict[str, UnitFigures]:
    found = await progress_of(place.db, place.id(who), search, 1, MORNING, outdated=OUTDATED, size=50)
    assert found.total == Figures.sum(one.figures for one in found.page.rows)
    return {one.name: one for one in found.page.rows}


async def test_each_figure_is_what_a_recount_of_the_rows_gives(place: Collectors) -> None:
    found = await seen(place, "A")
    assert list(found) == ["推进办", "区", "财政局", "预算科", "教育局"]
    for name, unit in found.items():
        assert unit.figures == Figures(**await recount(place.db, name)), name
    bureau = found["财政局"].figures
    assert (bureau.posts, bureau.vacant, bureau.covered, bureau.points, bureau.unplaced) == (4, 1, 2, 3, 1)
    assert (bureau.superseded, bureau.waiting, bureau.returned, bureau.complete) == (1, 1, 1, 1)


async def test_a_unit_shows_the_same_figures_by_post_and_its_holders_learn_of_the_look(place: Collectors) -> None:
    bureau = (await seen(place, "L"))["财政局"]
    found = await unit_progress(place.db, place.id("L"), bureau.id, 1, MORNING, outdated=OUTDATED, size=50)
    together = Figures.sum(row.figures for row in found.page.rows)
    assert found.figures == bureau.figures
    assert (together.posts, together.superseded, together.complete) == (4, 1, 1)
    assert together.points + found.figures.unplaced == found.figures.points
    assert {row.post.code: row.figures.vacant for row in found.page.rows} == {"PL": 0, "PH": 0, "PC": 0, "PV": 1}
    [(by, body)] = await looks(place.db, Kind.RECORDS_VIEWED)
    assert by == place.id("L")
    assert body == {"what": "register", "unit": "财政局", "people": ["L", "H", "C"]}
    second = await unit_progress(place.db, place.id("L"), bureau.id, 9, MORNING, outdated=OUTDATED, size=3)
    assert [row.post.code for row in second.page.rows] == ["PV"]
    assert second.page.number == 2


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("L", ["财政局", "预算科"]),
        ("I", ["财政局", "预算科"]),
        ("L2", ["教育局"]),
        ("K", ["区", "财政局", "预算科", "教育局"]),
    ],
)
async def test_the_reach_is_that_of_the_role(place: Collectors, who: str, units: list[str]) -> None:
    found = await seen(place, who)
    assert list(found) == units
    assert list(await seen(place, who, "财政")) == [name for name in units if name in {"财政局", "预算科"}]
    await place.bears_no_more(who, MORNING + timedelta(minutes=1))
    with pytest.raises(NotEntitled):
        await seen(place, who)


@pytest.mark.parametrize(("who", "search"), [("A", ""), ("L", ""), ("I", ""), ("L2", ""), ("A", "教育")])
async def test_as_many_points_with_outdated_bases_are_listed_as_are_counted(
    place: Collectors, who: str, search: str
) -> None:
    found = await seen(place, who, search)
    counted = sum(one.figures.superseded for one in found.values())
    bases = Bases(ended(code=code, title=code) for code in OUTDATED)
    page = await outdated_of(place.db, place.id(who), search, 1, MORNING, bases=bases, size=50)
    assert page.total == len(page.rows) == counted > 0
    assert {point.line.unit for point in page.rows} <= set(found)
    assert all(point.outdated for point in page.rows)


async def test_a_unit_beyond_the_reach_is_refused_and_nobody_is_named(place: Collectors) -> None:
    other = (await seen(place, "A"))["教育局"].id
    look = partial(unit_progress, outdated=OUTDATED, size=5)
    for who in ("L", "I", "H"):
        with pytest.raises(NotEntitled):
            await look(place.db, place.id(who), other, 1, MORNING)
    with pytest.raises(NotFound):
        await look(place.db, place.id("A"), 10**9, 1, MORNING)
    assert await looks(place.db, Kind.RECORDS_VIEWED) == []
    assert [body["act"] for _, body in await looks(place.db, Kind.ACT_REFUSED)] == ["review_risks"] * 3


async def test_a_leader_elsewhere_who_inspects_here_looks_after_both(place: Collectors) -> None:
    async with place.db.writing() as conn:
        unit = select(tables.units.c.id).where(tables.units.c.name == "预算科").scalar_subquery()
        role = {"person_id": place.id("L2"), "role": Role.INSPECTOR.value, "unit_id": unit, "granted_at": MORNING}
        await conn.execute(insert(tables.roles).values(role))
    assert list(await seen(place, "L2")) == ["预算科", "教育局"]
