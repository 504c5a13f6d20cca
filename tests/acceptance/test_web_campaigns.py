"""The dashboard's pages of campaigns: their tasks as far as the reader looks after the posts, and no further."""

import pytest
from sqlalchemy import select, update

from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.register.campaigns import TaskState
from messages.store import tables
from messages.store.database import Database
from schedules.clock import Clock
from tests.acceptance.test_web_pages import MARKUP
from tests.district import District
from tests.pages import serving_pages
from tests.points import put_task, put_task_state
from tests.unit.test_visibility import looks

STATES = {"P1": TaskState.OPEN, "P2": TaskState.ACCEPTED, "P3": TaskState.UNIT, "P4": TaskState.RETURNED}
MEANT = {"O": {*STATES}, "L": {"P1", "P2", "P3"}, "I": {"P4"}}
"""Whose tasks each of these looks after."""


@pytest.fixture
async def district(db: Database) -> District:
    """Three posts of one bureau and one of another are asked; of one of them nothing is to be added."""
    district = District(db)
    await district.unit("区", kind=UnitKind.OFFICE)
    for unit in ("财政局", "教育局"):
        await district.unit(unit, "区")
    for number, code in enumerate(STATES, 1):
        await district.person(f"H{number}", (code, "教育局" if code == "P4" else "财政局", 4))
    await district.person("O", roles=[(Role.OFFICE, "区")])
    await district.person("L", roles=[(Role.LEADER, "财政局")])
    await district.person("I", roles=[(Role.INSPECTOR, "教育局")])
    await put_task(db, *STATES, person_id=district.people["O"])
    for code, state in STATES.items():
        await put_task_state(db, code, state)
    async with db.writing() as conn:
        complete = tables.campaign_tasks.c.post_id.in_(select(tables.posts.c.id).where(tables.posts.c.code == "P3"))
        await conn.execute(update(tables.campaign_tasks).where(complete).values(complete=True))
        await conn.execute(update(tables.campaigns).values(title=MARKUP, text="<b>请梳理</b>"))
    return district


async def test_tasks_are_seen_and_narrowed_by_who_looks_after_the_posts(
    district: District, db: Database, clock: Clock
) -> None:
    async with serving_pages(db, clock) as served:
        for who, codes in MEANT.items():
            reader = await served.enter(district.people[who])
            listed = await reader.get("/campaigns")
            assert "1 个专项" in listed.text
            assert MARKUP not in listed.html
            asked = {
                "": codes,
                "state=accepted": codes & {"P2"},
                "complete=yes": codes & {"P3"},
                "complete=no": codes - {"P3"},
                "state=returned&complete=no": codes & {"P4"},
                "in=2": codes & {"P1", "P2", "P3"} or codes,  # a unit that is not the reader's is not narrowed to
                "state=gone&complete=x&in=%00&page=77&units=9": codes,
            }
            for query, expected in asked.items():
                shown = await reader.get(f"/campaigns/1?{query}")
                assert {code for code in STATES if f"/web/posts/{code}" in shown.html} == expected, (who, query)
                assert f"{len(expected)} 项任务" in shown.text
                assert "请梳理" in shown.text
                assert MARKUP not in shown.html
                assert "style=" not in shown.html
            submitted = len(codes & {"P2", "P3"})  # what is accepted was submitted too, here as in chat
            said = f"共 {len(codes)} 项任务，已提交 {submitted} 项，其中已验收 {len(codes & {'P2'})} 项"
            assert said in (await reader.get("/campaigns/1")).html


async def test_who_looks_after_no_post_of_it_learns_nothing_of_a_campaign(
    district: District, db: Database, clock: Clock
) -> None:
    await district.unit("民政局", "区")
    await district.person("X", roles=[(Role.LEADER, "民政局")])
    async with serving_pages(db, clock) as served:
        other = await served.enter(district.people["X"])
        none, one = [await other.get(f"/campaigns/{number}") for number in (999, 1)]
        assert none.status == one.status == 404
        assert none.text == one.text
        assert "0 个专项" in (await other.get("/campaigns")).text
        holder = await served.enter(district.people["H1"])
        assert [(await holder.get(path)).status for path in ("/campaigns", "/campaigns/1", "/campaigns/999")] == [
            403,
            404,
            404,
        ]
    assert await looks(db, Kind.ACT_REFUSED)
