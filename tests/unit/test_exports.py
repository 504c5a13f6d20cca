"""The workbook of a notice, opened by another library than the one that wrote it."""

import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from messages.deliveries import DeliveryState
from messages.errors import NotEntitled
from messages.exports import Reader, charted, workbook
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from schedules.clock import Clock
from schedules.figures import Counting
from tests.district import MORNING, ZONE, District, saying
from tests.unit.test_figures import acknowledge

LATER = MORNING + timedelta(hours=1)
ON_THE_CLOCK = MORNING.replace(tzinfo=None)
"""Of a spreadsheet, which knows no zones: what the office's clock shows."""
Sheets = dict[str, list[list[Any]]]


@pytest.fixture
async def district(db: Database) -> District:
    """An office above two bureaus; A leads one, B holds a post in each, D never joined."""
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.unit("财政局", "推进办")
    await district.unit("教育局", "推进办")
    await district.person("O", ("P0", "推进办", 2), roles=[(Role.OFFICE, "推进办")])
    await district.person("A", ("P1", "财政局", 3), roles=[(Role.LEADER, "财政局")])
    await district.person("B", ("P2", "财政局", 3), ("P3", "教育局", 3))
    await district.person("D", ("P5", "教育局", 4), joined=False)
    return district


async def issued(district: District) -> int:
    """A notice that all got whom it could reach, acknowledged by B."""
    notice = await district.issue(saying("broadcast:x", acknowledge=True))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await acknowledge(district, notice, "B", LATER)
    return notice


def reader(language: str = "zh_CN", title: str = "国庆节廉洁提醒") -> Reader:
    catalog = Catalog.load()
    return Reader(say=lambda what: catalog.say(what, language), title=lambda _: title, zone=ZONE)


async def exported(district: District, notice: int, who: str | None = "O", **how: str) -> bytes:
    figures = await Counting(district.db, Clock(ZONE, LATER)).now(notice)
    viewer = district.people[who] if who else None
    return await workbook(district.db, viewer, LATER, figures, reader(**how))


def opened(content: bytes) -> Sheets:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def recorded(db: Database) -> list[tuple[str, int | None, Any]]:
    query = select(tables.ledger.c.kind, tables.ledger.c.person_id, tables.ledger.c.body).order_by(tables.ledger.c.id)
    async with db.reading() as conn:
        return [tuple(row) for row in await conn.execute(query)]


async def test_one_sheet_has_the_state_and_one_the_people(district: District) -> None:
    sheets = opened(await exported(district, await issued(district)))
    state, people = sheets["状态"], sheets["人员名单"]
    assert state[0][0] == "国庆节廉洁提醒"
    assert state[1][:2] == ["发送时间", ON_THE_CLOCK]
    assert state[2][:5] == ["单位", "人数", "已送达", "待发送", "未送达"]
    assert state[3][:9] == ["合计", 4, 3, 0, 1, 5, 2, 2, 3]
    assert [row[0] for row in state[4:]] == ["推进办", "财政局", "教育局"]
    assert [row[:4] for row in people[1:]] == [
        ["推进办", "岗位P0", "O", "姓名O"],
        ["财政局", "岗位P1", "A", "姓名A"],
        ["财政局", "岗位P2", "B", "姓名B"],
        ["教育局", "岗位P3", "B", "姓名B"],
        ["教育局", "岗位P5", "D", "姓名D"],
    ]
    assert people[3][4:9] == ["已送达", "", ON_THE_CLOCK, ON_THE_CLOCK + timedelta(hours=1), "是"]
    assert people[5][4:6] == ["未送达", "尚未加入"]


async def test_it_speaks_the_reader_s_language(district: District) -> None:
    sheets = opened(await exported(district, await issued(district), language="en"))
    assert set(sheets) == {"State", "Everybody"}
    assert sheets["State"][2][:3] == ["Unit", "People", "Delivered"]
    assert sheets["Everybody"][5][4:6] == ["not reached", "has not joined yet"]


async def test_heads_stay_in_sight_and_columns_are_wide_enough(district: District) -> None:
    book = load_workbook(io.BytesIO(await exported(district, await issued(district))))
    assert (book["状态"].freeze_panes, book["人员名单"].freeze_panes) == ("A4", "A2")
    assert book["人员名单"].column_dimensions["G"].width == 18
    assert book["人员名单"]["G2"].number_format == "yyyy-mm-dd hh:mm"


async def test_a_leader_exports_the_own_units_and_nobody_else(district: District) -> None:
    sheets = opened(await exported(district, await issued(district), "A"))
    assert [row[0] for row in sheets["状态"][3:]] == ["合计", "财政局"]
    assert sheets["状态"][3][1] == 2
    assert {row[2] for row in sheets["人员名单"][1:]} == {"A", "B"}


async def test_an_export_is_recorded_with_who_made_it(district: District) -> None:
    await exported(district, await issued(district), "A")
    body = {"notice": "broadcast:x", "units": 1, "people": 2}
    assert await recorded(district.db) == [("records_exported", district.people["A"], body)]


async def test_who_may_not_export_is_refused_and_that_is_recorded(district: District) -> None:
    notice = await issued(district)
    with pytest.raises(NotEntitled):
        await exported(district, notice, "B")
    figures = await Counting(district.db, Clock(ZONE, LATER)).now(notice)
    with pytest.raises(NotEntitled):
        await charted(district.db, district.people["B"], LATER, figures)
    body = {"act": "export", "notice": "broadcast:x"}
    assert await recorded(district.db) == [("act_refused", district.people["B"], body)] * 2


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "#REF!", "'=1"])
async def test_no_text_becomes_a_formula(district: District, text: str) -> None:
    notice = await issued(district)
    async with district.db.writing() as conn:
        await conn.execute(update(tables.people).values(name=text))
        await conn.execute(update(tables.posts).values(title=text))
        await conn.execute(update(tables.units).where(tables.units.c.name == "财政局").values(name=text))
    content = await exported(district, notice, title=text)
    with ZipFile(io.BytesIO(content)) as archive:
        written = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert len(written) == 2
    assert not any(b"<f>" in sheet or b't="e"' in sheet for sheet in written)
    book = load_workbook(io.BytesIO(content))
    assert {book["人员名单"]["D2"].data_type, book["状态"]["A1"].data_type} == {"s"}
    assert book["人员名单"]["D2"].value == text


async def test_what_no_spreadsheet_can_hold_is_left_out(district: District) -> None:
    content = await exported(district, await issued(district), title="响铃\x07结束")
    assert opened(content)["状态"][0][0] == "响铃结束"


async def test_of_a_notice_that_asks_nothing_those_are_listed_who_were_told(district: District) -> None:
    notice = await district.issue(saying(audience="post:P1"))
    sheets = opened(await exported(district, notice))
    assert [row[2:5] for row in sheets["人员名单"][1:]] == [["A", "姓名A", "待发送"]]


async def test_the_chart_shows_what_lies_within_the_scope(district: District) -> None:
    notice = await issued(district)
    figures = await Counting(district.db, Clock(ZONE, LATER)).now(notice)
    whole = await charted(district.db, district.people["O"], LATER, figures)
    assert (whole.people, whole.posts, whole.delivered[-1][1], whole.acknowledged[-1][1]) == (4, 5, 3, 2)
    own = await charted(district.db, district.people["A"], LATER, figures)
    assert (own.people, own.posts, own.delivered[-1][1], own.acknowledged[-1][1]) == (2, 2, 2, 1)
