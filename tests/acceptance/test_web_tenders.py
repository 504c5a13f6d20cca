"""The dashboard's pages of matters: to whom they are open, how they are narrowed, and what one of them shows."""

import io
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import LimitState, MatterState
from schedules.clock import Clock
from tests.acceptance.test_web_pages import MARKUP
from tests.district import MORNING, ZONE, District
from tests.pages import serving_pages
from tests.tendered import put_date, put_limit, put_matter
from tests.unit.test_visibility import looks

OPENING = datetime(2026, 9, 25, 9, 30, tzinfo=ZONE)
MATTERS = {"school": ("财政局", "中学教学楼"), "field": ("教育局", "操场"), "lost": (None, MARKUP)}
OPEN = {
    "O": {"school", "field", "lost"},
    "L": {"school"},
    "I": {"field"},
    "H1": {"school"},
    "H2": {"school"},
    "H3": set(),
}
"""Which matters are open to whom: H1 opens bids in the bureau, H2 is in it, H3 has nothing to do with them."""


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.unit("区", kind=UnitKind.OFFICE)
    for unit in ("财政局", "教育局", "民政局"):
        await district.unit(unit, "区")
    await district.person("O", roles=[(Role.OFFICE, "区")])
    await district.person("L", roles=[(Role.LEADER, "财政局")])
    await district.person("I", roles=[(Role.INSPECTOR, "教育局")])
    for code, unit in (("P1", "财政局"), ("P2", "财政局"), ("P3", "民政局")):
        await district.person(f"H{code[1]}", (code, unit, 4))
    await district.mark("P1", "开标")
    return district


@pytest.fixture
async def ids(district: District, db: Database) -> dict[str, int]:
    """The school's tender breaks a limit; the field is a purchase that was awarded; nobody knows whose the third is."""
    kinds = {"field": (MatterKind.PROCUREMENT, MatterState.AWARDED)}
    found = {}
    for ref, (unit, title) in MATTERS.items():
        kind, state = kinds.get(ref, (MatterKind.TENDER, MatterState.ACTIVE))
        found[ref] = await put_matter(db, ref, unit, title=title, kind=kind, state=state)
    school = found["school"]
    await put_limit(
        db, school, Milestone.BID_DEADLINE, OPENING.date() + timedelta(days=8), earliest=True, at=OPENING,
        state=LimitState.BROKEN, article="B24", node="招标文件编制",
    )  # fmt: skip
    await put_limit(db, school, Milestone.OPENING, None, node="开标", article="B34")
    await put_limit(db, school, Milestone.CONTRACT_SIGNED, date(2026, 10, 30), provisional=True)
    for step in (Milestone.BID_DEADLINE, Milestone.OPENING):
        await put_date(db, school, step, OPENING)
    return found


async def test_lists_are_as_far_as_matters_are_open_to_their_reader(
    district: District, ids: dict[str, int], db: Database, clock: Clock
) -> None:
    async with serving_pages(db, clock) as served:
        for who, refs in OPEN.items():
            reader = await served.enter(district.people[who])
            shown = {
                query: await reader.get(f"/tenders{query}")
                for query in (
                    "",
                    "?state=awarded&kind=procurement",
                    "?broken=yes",
                    "?words=教学楼",
                    "?unit=财政局",
                    "?state=gone&kind=x&page=77&unit=%00&words=%25",
                )
            }
            listed = {query: _listed(page.html, ids) for query, page in shown.items()}
            assert listed == {
                "": refs,
                "?state=awarded&kind=procurement": refs & {"field"},
                "?broken=yes": refs & {"school"},
                "?words=教学楼": refs & {"school"},
                "?unit=财政局": refs & {"school"},
                "?state=gone&kind=x&page=77&unit=%00&words=%25": set() if refs else refs,
            }, who
            assert all(
                page.status == 200 and MARKUP not in page.html and "style=" not in page.html for page in shown.values()
            )
            assert ("未对应单位，" in shown[""].text) == (who == "O")
            assert _listed((await reader.get("/tenders/breaches")).html, ids) == refs & {"school"}, who
            for ref, matter_id in ids.items():
                assert (await reader.get(f"/tenders/{matter_id}")).status == (200 if ref in refs else 404), (who, ref)
        holder = await served.enter(district.people["H1"])
        assert [_listed((await holder.get(f"/tenders?{one}")).html, ids) for one in ("mine=yes", "unplaced=yes")] == [
            {"school"},
            set(),
        ]
        assert "如需登记或调整时间" in (await holder.get(f"/tenders/{ids['school']}")).text
        inspector = await served.enter(district.people["I"])
        assert "如需登记或调整时间" not in (await inspector.get(f"/tenders/{ids['school']}")).text
        other = await served.enter(district.people["H2"])
        assert _listed((await other.get("/tenders?mine=yes")).html, ids) == set()
        none, hidden = [await other.get(f"/tenders/{one}") for one in (999_999, ids["field"])]
        assert none.text == hidden.text
    assert await looks(db, Kind.ACT_REFUSED)


def _listed(html: str, ids: dict[str, int]) -> set[str]:
    return {ref for ref, matter_id in ids.items() if f'href="/web/tenders/{matter_id}"' in html}


async def test_a_matter_shows_its_course_with_what_is_broken_first(
    district: District, ids: dict[str, int], db: Database, clock: Clock
) -> None:
    school = ids["school"]
    async with db.writing() as conn:
        prompt = {
            "matter_id": school,
            "rule": "opening",
            "part": "",
            "kind": "day",
            "turn": 0,
            "at": OPENING,
            "tells": {},
        }
        await conn.execute(insert(tables.matter_prompts).values(prompt))
        body = {"dates": [{"milestone": "opening", "part": "", "from": MORNING.isoformat(), "to": OPENING.isoformat()}]}
        event = {"matter_id": school, "at": MORNING, "kind": "moved", "person_id": district.people["L"], "body": body}
        await conn.execute(insert(tables.matter_events).values(event))
        fields = {"kind": ["procurement", "tender"], "method": ["inquiry", "open"], "title": ["旧名", "中学教学楼"]}
        stopped = {"kind": "stopped", "body": {"state": ["active", "cancelled"], "why": "预算调整"}}
        await conn.execute(insert(tables.matter_events).values(event | stopped))
        await conn.execute(insert(tables.matter_events).values(event | {"kind": "changed", "body": {"fields": fields}}))
        proposed = {"kind": "proposed", "body": {"rule": "contract", "limit": 1}}
        await conn.execute(insert(tables.matter_events).values(event | proposed))
        first = {"kind": "created", "body": {"source": "ocds", "dates": 2}, "person_id": None}
        await conn.execute(insert(tables.matter_events).values(event | first))
    async with serving_pages(db, clock) as served:
        leader = await served.enter(district.people["L"])
        shown = await leader.get(f"/tenders/{school}")
        text = shown.text
        assert "1 项不合时限或逾期 投标（响应）截止" in text
        assert "《招标投标法》第二十四条" in text
        assert "不早于2026年10月3日" in text
        assert "当日提示 开标 2026年9月25日 09:30 待发送" in text
        assert "设定了时间 · 姓名L 开标： 2026年9月21日 09:10 → 2026年9月25日 09:30" in text
        assert "事项结束 · 姓名L 进行中 → 已终止 预算调整" in text
        told = (
            "提出提醒：签订合同 · 姓名L",
            "事项录入（开放合同数据导入）",
            "现定： 2026年9月25日 09:30",
            "应与投标（响应）截止同时",
            "类别：政府采购 → 工程招标 方式：询价 → 公开招标 标题： 旧名 中学教学楼",
        )
        assert [one for one in told if one not in text] == []
        assert text.index("今天") < text.index("投标（响应）截止", text.index("今天")) < text.index("签订合同")
        assert "暂定" in text
        assert "style=" not in shown.html
        assert "The limits" not in text

        breaches = await leader.get("/tenders/breaches")
        assert "1 项时限" in breaches.text
        assert _listed(breaches.html, ids) == {"school"}
        book = load_workbook(io.BytesIO((await leader.get("/tenders/breaches.xlsx")).body)).active
        assert book is not None
        assert [cell.value for cell in book[2]][:3] == ["财政局", "school", "中学教学楼"]
        table = (await leader.get("/tenders/breaches.csv")).body.decode("utf-8-sig").splitlines()
        assert len(table) == 2
        assert "不早于,2026-10-03,2026-09-25 09:30,不合时限" in table[1]
        await put_limit(db, ids["field"], Milestone.CONTRACT_SIGNED, date(2026, 9, 1), state=LimitState.OVERDUE)
        await put_limit(db, ids["lost"], Milestone.CONTRACT_SIGNED, date(2026, 9, 1), state=LimitState.OVERDUE)
        office = await served.enter(district.people["O"])
        everything = await office.get("/tenders/breaches?kind=gone")
        assert "教育局 1 财政局 1" in everything.text
        assert _listed((await office.get("/tenders/breaches?unit=财政局")).html, ids) == {"school"}
        await put_limit(db, school, Milestone.SUPERVISOR_REPORTED, date(2026, 9, 1), state=LimitState.OVERDUE)
        assert "财政局 2 教育局 1" in (await office.get("/tenders/breaches")).text
        inspector = await served.enter(district.people["I"])
        assert len((await inspector.get("/tenders/breaches.csv")).body.splitlines()) == 2


async def test_the_office_says_whose_a_matter_is_and_nobody_else(
    district: District, ids: dict[str, int], db: Database, clock: Clock
) -> None:
    path = f"/tenders/{ids['lost']}"
    async with serving_pages(db, clock) as served:
        office = await served.enter(district.people["O"])
        listed = await office.get("/tenders?unplaced=yes")
        assert _listed(listed.html, ids) == {"lost"}
        assert "水利局" in (await office.submit(listed, f"{path}/place", unit="水利局")).text
        placed = await office.submit(listed, f"{path}/place", unit="教育局")
        assert "该采购人的 1 个事项已归入单位" in placed.text
        assert "教育局" in placed.text
        leader = await served.enter(district.people["L"])
        stamp = (await leader.get("/tenders")).form("/leave")["stamp"]
        assert (await leader.post(f"{path}/place", {"stamp": stamp, "unit": "财政局"})).status in (403, 404)
        assert (await office.post(f"{path}/place", {"stamp": "x", "unit": "财政局"})).status == 400
    async with db.reading() as conn:
        units = tables.units.c
        query = select(units.name).join(tables.matters, tables.matters.c.unit_id == units.id)
        assert await conn.scalar(query.where(tables.matters.c.id == ids["lost"])) == "教育局"


async def test_declarations_are_listed_by_name_and_their_details_read_one_by_one(
    district: District, ids: dict[str, int], db: Database, clock: Clock
) -> None:
    async with db.writing() as conn:
        post = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == "P1"))
        row = {
            "matter_id": ids["school"],
            "post_id": post,
            "person_id": district.people["H1"],
            "at": MORNING,
            "milestone": "opening",
        }
        await conn.execute(
            insert(tables.declarations).values(row | {"interest": True, "who": MARKUP, "what": "亲属在投标单位"})
        )
    async with serving_pages(db, clock) as served:
        leader = await served.enter(district.people["L"])
        assert "1 人有利害关系" in (await leader.get(f"/tenders/{ids['school']}")).text
        listed = await leader.get(f"/tenders/{ids['school']}/declarations")
        assert "姓名H1" in listed.text
        assert "亲属在投标单位" not in listed.text
        assert await looks(db, Kind.RECORD_SEEN) == []
        read = await leader.get("/tenders/declarations/1")
        assert "亲属在投标单位" in read.text
        assert MARKUP not in read.html
        assert len(await looks(db, Kind.RECORD_SEEN)) == 1
        other = await served.enter(district.people["H2"])
        assert "姓名H1" not in (await other.get(f"/tenders/{ids['school']}/declarations")).text
        assert (await other.get("/tenders/declarations/1")).status == 404
