"""What its holder alone is to know of the register stays with the holder: drafts, and what was not handed on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from messages.errors import NotFound
from messages.register import point_views
from messages.register.progress import unit_progress
from messages.register.records import Point, PointState
from messages.register.views import points_of
from messages.store import register_points, tables
from messages.store.database import Database
from messages.store.register_lists import Filters, PointLine, Sort
from messages.store.register_progress import Figures
from schedules.policy import load
from tests.district import MORNING
from tests.holders import GIFTS, LEAKS, Holders

BASES = load().legal_bases
SECRET = replace(GIFTS, name="只给自己看的", node="没有人知道的环节", duty="没有人知道的职责")


@pytest.fixture
async def place(db: Database) -> Holders:
    return await Holders(db).found()


async def listed(place: Holders, who: str, state: PointState | None = None) -> list[PointLine]:
    sees = Filters(state=state), Sort.CHANGED, 1, MORNING
    found = await points_of(place.db, place.id(who), *sees, bases=BASES, size=9)
    return [one.line for one in found.page.rows]


async def read(place: Holders, who: str, point: Point) -> list[str]:
    """The names of all versions of a point that somebody reads, the newest first."""
    found = await point_views.of_point(place.db, place.id(who), point.id, MORNING, bases=BASES)
    return [one.version.content.name for one in found.versions]


async def test_what_is_written_on_since_a_review_came_back_is_in_no_review(place: Holders) -> None:
    bad, good, task = await place.save(), await place.save(LEAKS), await place.begun("PH")
    review = await place.accept(await place.returns_point(await place.lay(task=task), bad))
    assert await place.states(bad, good) == ["returned", "draft"]
    draft = await place.save(SECRET, point=await place.point(good))
    await place.register.drop(draft.id, place.id("H"), draft.version, MORNING)
    seen = await place.register.review(review.id, place.id("L"), MORNING)
    assert [one.content.name for one in seen.points] == [GIFTS.name, LEAKS.name]
    assert await read(place, "H", good) == [SECRET.name, LEAKS.name]


async def test_a_draft_that_was_dropped_is_nobody_elses_and_what_was_submitted_is_the_deciders_too(
    place: Holders,
) -> None:
    never, returned = await place.save(SECRET), await place.save(LEAKS)
    await place.register.drop(never.id, place.id("H"), 1, MORNING)
    await place.returns(await place.lay())
    await place.register.drop(returned.id, place.id("H"), 1, MORNING)
    assert [one.name for one in await listed(place, "L", PointState.ENDED)] == [LEAKS.name]
    assert {one.id for one in await listed(place, "H", PointState.ENDED)} == {never.id, returned.id}
    with pytest.raises(NotFound):
        await read(place, "L", never)


async def test_an_inspector_reads_and_counts_what_the_unit_has_accepted_and_nothing_before(place: Holders) -> None:
    point, task = await place.stands(), await place.begun("PH")
    await place.save(SECRET, point=point)
    review = await place.lay(task=task)
    assert [(await counted(place, who)).waiting for who in ("L", "I")] == [1, 0]
    await place.returns(review)
    assert [(await counted(place, who)).returned for who in ("L", "I")] == [1, 0]
    assert await read(place, "I", point) == [GIFTS.name]
    await place.save(LEAKS, point=await place.point(point))
    await place.accept(await place.lay(task=task))
    assert [(await counted(place, who)).waiting for who in ("L", "I")] == [1, 1]
    assert await read(place, "I", point) == [LEAKS.name, GIFTS.name]


async def counted(place: Holders, who: str) -> Figures:
    async with place.db.reading() as conn:
        unit = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == "财政局"))
    assert unit is not None
    return (await unit_progress(place.db, place.id(who), unit, 1, MORNING, outdated=(), size=9)).figures


async def test_a_draft_makes_no_node_and_no_duty_and_nobody_learns_when_it_was_written(place: Holders) -> None:
    point = await place.stands(replace(GIFTS, duty=""))
    draft = await place.save(SECRET, point=point, now=MORNING + timedelta(days=3))
    new = await place.save(replace(SECRET, name="另一个"))
    assert [one.changed_at for one in await listed(place, "A")] == [MORNING]
    for one, version in ((draft, draft.version), (new, 1)):
        await place.register.drop(one.id, place.id("H"), version, MORNING + timedelta(days=5))
    assert [one.changed_at for one in await listed(place, "A")] == [MORNING]
    async with place.db.reading() as conn:
        assert list(await conn.scalars(select(tables.nodes.c.name))) == ["评标"]
        assert not await register_points.duties_of(conn, place.posts["PH"])
