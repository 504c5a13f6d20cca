"""What a person who looks after units sees of notices, and what is recorded of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.errors import NotEntitled, NotFound
from messages.notice_views import NOTICES_A_PAGE, PEOPLE_A_PAGE, Listed, Which, notice_of, notices_of, people_of
from messages.notices import Category
from messages.organisation.records import Role, UnitKind
from messages.rights import REFUSALS_RECORDED, REFUSALS_WITHIN, SAME_REFUSALS, Act, refuse
from messages.scopes import Scope
from messages.store import notice_lists, tables
from messages.store import notices as stored
from messages.store.database import Database
from schedules.notice_acts import cancel
from tests.district import MORNING, District, saying
from tests.unit.test_figures import acknowledge, deliver

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def district(db: Database) -> District:
    """An office above two bureaus with a leader each; B holds a post in both."""
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.unit("财政局", "推进办")
    await district.unit("教育局", "推进办")
    await district.person("O", ("P0", "推进办", 2), roles=[(Role.OFFICE, "推进办")])
    await district.person("A", ("P1", "财政局", 3), roles=[(Role.LEADER, "财政局")])
    await district.person("B", ("P2", "财政局", 3), ("P3", "教育局", 3))
    await district.person("C", ("P4", "教育局", 4), roles=[(Role.INSPECTOR, "教育局")])
    await district.person("D", ("P5", "教育局", 4), joined=False)
    return district


def unit(district: District, name: str) -> int:
    return int(district.paths[name].rstrip("/").rpartition("/")[2])


async def seen(district: District, who: str, page: int = 1) -> list[str]:
    found = await notices_of(district.db, district.people[who], page, LATER)
    return [notice.key for notice in found.items]


async def listed(district: District, notice: int, name: str, which: Which = Which.ALL, who: str = "O") -> list[Listed]:
    page = await people_of(district.db, district.people[who], notice, unit(district, name), which, 1, LATER)
    assert page.total == len(page.items)
    return list(page.items)


async def recorded(db: Database) -> list[tuple[str, int | None, Any]]:
    query = select(tables.ledger.c.kind, tables.ledger.c.person_id, tables.ledger.c.body).order_by(tables.ledger.c.id)
    async with db.reading() as conn:
        return [tuple(row) for row in await conn.execute(query)]


async def test_each_sees_the_notices_that_reach_the_own_units(district: District) -> None:
    await district.issue(saying("broadcast:all", acknowledge=True))
    await district.issue(saying("broadcast:finance", audience="unit:财政局", acknowledge=True))
    await district.issue(saying("broadcast:education", audience="unit:教育局 -post:P3"))
    assert await seen(district, "O") == ["broadcast:education", "broadcast:finance", "broadcast:all"]
    assert await seen(district, "A") == ["broadcast:finance", "broadcast:all"]
    assert await seen(district, "C") == ["broadcast:education", "broadcast:all"]


async def test_a_large_scope_is_looked_through_like_a_small_one(district: District) -> None:
    await district.issue(saying("broadcast:all", acknowledge=True))
    await district.issue(saying("broadcast:finance", audience="unit:财政局 -post:P2", acknowledge=True))
    education = Scope(paths=(district.paths["教育局"],))
    async with district.db.reading() as conn:
        for named in (1, 2, 1_000):
            found = await notice_lists.newest(conn, education, limit=9, named=named)
            assert [one.key for one in found] == ["broadcast:all"]


async def test_notices_come_in_pages_newest_first_without_the_service_s_own_reports(district: District) -> None:
    for number in range(NOTICES_A_PAGE + 1):
        await district.add(saying(f"broadcast:{number}", send_at=MORNING + timedelta(minutes=number)))
    async with district.db.writing() as conn:
        report = tables.notices.c.key == "broadcast:3"
        await conn.execute(update(tables.notices).where(report).values(category=Category.REPORT.value))
        await conn.execute(update(tables.waves).values(planned_at=MORNING))
    first = await notices_of(district.db, district.people["O"], 1, LATER)
    assert [one.key for one in first.items][:2] == ["broadcast:8", "broadcast:7"]
    assert (len(first.items), first.further) == (NOTICES_A_PAGE, False)
    await district.add(saying("broadcast:oldest", send_at=MORNING - timedelta(days=1)))
    assert (await notices_of(district.db, district.people["O"], 1, LATER)).further
    second = await notices_of(district.db, district.people["O"], 2, LATER)
    assert ([one.key for one in second.items], second.number, second.further) == (["broadcast:oldest"], 2, False)


async def test_who_looks_after_nobody_sees_no_notices_and_the_try_is_recorded(district: District) -> None:
    notice = await district.issue(saying("broadcast:x"))
    for look in (
        notices_of(district.db, district.people["B"], 1, LATER),
        notice_of(district.db, district.people["B"], notice, LATER),
        people_of(district.db, district.people["B"], notice, unit(district, "财政局"), Which.ALL, 1, LATER),
    ):
        with pytest.raises(NotEntitled):
            await look
    abouts: list[dict[str, Any]] = [{}, {"notice": "broadcast:x"}, {"notice": "broadcast:x"}]
    expected = [("act_refused", district.people["B"], {"act": "see_notices", **about}) for about in abouts]
    assert await recorded(district.db) == expected


async def test_a_notice_outside_does_not_show_itself_through_a_unit_inside(district: District) -> None:
    """By its number and the own unit, a leader read the title of any notice."""
    notice = await district.issue(saying("broadcast:x", audience="unit:财政局 -post:P2", acknowledge=True))
    with pytest.raises(NotEntitled, match="outside your units"):
        await people_of(district.db, district.people["C"], notice, unit(district, "教育局"), Which.ALL, 1, LATER)
    body = {"act": "see_notices", "notice": "broadcast:x"}
    assert await recorded(district.db) == [("act_refused", district.people["C"], body)]


async def test_a_flood_of_refusals_hides_no_other_and_is_bounded(district: District) -> None:
    """After twenty refusals within an hour whatever followed went unrecorded."""
    who = district.people["B"]
    for _ in range(SAME_REFUSALS + 5):
        await refuse(district.db, who, Act.SEE_NOTICES, LATER, notice="broadcast:1")
    assert len(await recorded(district.db)) == SAME_REFUSALS
    await refuse(district.db, who, Act.SEE_NOTICES, LATER, notice="broadcast:2")
    await refuse(district.db, who, Act.STEER, LATER, notice="broadcast:1")
    bodies = [body for _, _, body in await recorded(district.db)]
    assert bodies[SAME_REFUSALS:] == [
        {"act": "see_notices", "notice": "broadcast:2"},
        {"act": "steer", "notice": "broadcast:1"},
    ]
    for number in range(REFUSALS_RECORDED):
        await refuse(district.db, who, Act.SEE_NOTICES, LATER, notice=f"broadcast:{number}")
    assert len(await recorded(district.db)) == REFUSALS_RECORDED + 1
    await refuse(district.db, who, Act.SEE_NOTICES, LATER + REFUSALS_WITHIN, notice="broadcast:1")
    assert len(await recorded(district.db)) == REFUSALS_RECORDED + 2


async def test_a_notice_outside_the_own_units_is_refused_and_that_is_recorded(district: District) -> None:
    notice = await district.issue(saying("broadcast:x", audience="unit:财政局 -post:P2", acknowledge=True))
    assert (await notice_of(district.db, district.people["A"], notice, LATER, Act.REMIND)).notice.id == notice
    assert (await notice_of(district.db, None, notice, LATER)).scope.everything
    with pytest.raises(NotEntitled, match="outside your units"):
        await notice_of(district.db, district.people["C"], notice, LATER)
    body = {"act": "see_notices", "notice": "broadcast:x"}
    assert await recorded(district.db) == [("act_refused", district.people["C"], body)]


async def test_people_are_listed_by_post_with_how_they_stand(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await deliver(district)
    await acknowledge(district, notice, "B", LATER)
    first, second, third = await listed(district, notice, "教育局")
    assert (first.person_code, first.post, first.acknowledged_at, first.late) == ("B", "岗位P3", LATER, True)
    assert (second.person_code, second.state, second.delivered_at) == ("C", DeliveryState.DELIVERED, MORNING)
    assert (third.person_code, third.state, third.reason) == ("D", DeliveryState.UNREACHABLE, Reason.NEVER_JOINED)
    assert (third.name, third.unit, third.delivered_at, third.passed_to) == ("姓名D", "教育局", None, None)


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        (Which.ALL, ["B", "C", "D"]),
        (Which.SILENT, ["C", "D"]),
        (Which.ACKNOWLEDGED, ["B"]),
        (Which.MISSED, ["D"]),
        (Which.DELIVERED, ["B", "C"]),
        (Which.PASSED, []),
    ],
)
async def test_a_list_names_those_that_it_is_asked_for(district: District, which: Which, codes: list[str]) -> None:
    notice = await district.issue(saying(acknowledge=True))
    await deliver(district)
    await acknowledge(district, notice, "B", LATER)
    assert [one.person_code for one in await listed(district, notice, "教育局", which)] == codes


async def test_who_passed_it_on_is_listed_with_whom_it_was_passed_to(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, audience="post:P4,post:P5"))
    of = tables.obligations.c
    async with district.db.writing() as conn:
        to = await conn.scalar(select(of.id).where(of.person_id == district.people["D"]))
        passed = {"passed_at": LATER, "passed_by": district.people["C"], "passed_to_id": to}
        await conn.execute(update(tables.obligations).where(of.person_id == district.people["C"]).values(**passed))
    (passer,) = await listed(district, notice, "教育局", Which.PASSED)
    assert (passer.person_code, passer.passed_to) == ("C", "姓名D · 岗位P5")
    assert [one.person_code for one in await listed(district, notice, "教育局", Which.SILENT)] == ["D"]


async def test_of_a_notice_that_asks_nothing_those_are_listed_who_were_told(district: District) -> None:
    notice = await district.issue(saying(audience="post:P4"))
    (only,) = await listed(district, notice, "教育局")
    assert (only.person_code, only.state, only.acknowledged_at) == ("C", DeliveryState.PLANNED, None)


async def test_a_look_at_people_is_recorded_with_whom_it_named(district: District) -> None:
    notice = await district.issue(saying("broadcast:x", acknowledge=True))
    await listed(district, notice, "财政局", Which.SILENT, who="A")
    body = {"notice": "broadcast:x", "unit": "财政局", "which": "silent", "people": ["A", "B"]}
    assert await recorded(district.db) == [("records_viewed", district.people["A"], body)]


async def test_people_outside_the_own_units_are_not_shown_and_the_try_is_recorded(district: District) -> None:
    notice = await district.issue(saying("broadcast:x", acknowledge=True))
    with pytest.raises(NotEntitled):
        await listed(district, notice, "教育局", who="A")
    body = {"act": "see_notices", "notice": "broadcast:x", "unit": "教育局"}
    assert await recorded(district.db) == [("act_refused", district.people["A"], body)]


async def test_people_come_in_pages_and_a_page_beyond_the_last_is_the_first(district: District) -> None:
    rows = [
        {"code": f"M{number:02}", "unit_id": unit(district, "财政局"), "title": "科员", "level": 5, "risk": False,
         "created_at": MORNING}
        for number in range(2 * PEOPLE_A_PAGE)
    ]  # fmt: skip
    async with district.db.writing() as conn:
        await conn.execute(insert(tables.posts), rows)
        ids = await conn.scalars(select(tables.posts.c.id).where(tables.posts.c.title == "科员"))
        ties = [{"post_id": one, "person_id": district.people["D"], "started_at": MORNING} for one in ids]
        await conn.execute(insert(tables.assignments), ties)
    notice = await district.issue(saying(acknowledge=True))

    async def page(number: int) -> tuple[int, int, int, int]:
        found = await people_of(district.db, None, notice, unit(district, "财政局"), Which.ALL, number, LATER)
        return found.number, found.pages, found.total, len(found.items)

    assert await page(1) == (1, 3, 22, 10)
    assert await page(3) == (3, 3, 22, 2)
    assert await page(4) == (1, 3, 22, 10)


async def test_what_is_not_there_is_not_found(district: District) -> None:
    notice = await district.issue(saying())
    with pytest.raises(NotFound):
        await notice_of(district.db, None, 99, LATER)
    for notice_id, unit_id in ((99, 1), (notice, 99)):
        with pytest.raises(NotFound):
            await people_of(district.db, None, notice_id, unit_id, Which.ALL, 1, LATER)


async def test_who_has_received_a_notice_that_asks_for_nothing_is_listed_too(district: District) -> None:
    """Also once it was cancelled: that says how many had received it, and this says who."""
    notice = await district.issue(saying())
    await deliver(district)
    await cancel(district.db, notice, None, LATER)
    assert [one.person_code for one in await listed(district, notice, "教育局", Which.DELIVERED)] == ["B", "C"]


async def test_what_single_people_are_told_of_warnings_and_items_is_in_no_list(district: District) -> None:
    """Each step of each warning was a line, and what the office had sent was nowhere to be seen."""
    notice = await district.issue(saying("item:7"))
    for key in ("warning:1:1:issued", "rise:1:decided", "item:7:2:card:A"):
        await district.issue(saying(key, send_at=MORNING + timedelta(minutes=1)))
    assert await seen(district, "O") == ["item:7"]
    async with district.db.reading() as conn:
        assert [one.id for one in await stored.recent(conn, 9)] == [notice]
