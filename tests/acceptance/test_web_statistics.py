"""The dashboard's statistics: every page in both languages, no further than its reader may look; files to keep."""

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select

from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.statistics import FIGURES
from messages.store import tables
from messages.store.database import Database
from messages.store.statistics import ALL_UNITS
from schedules.clock import Clock
from tests.acceptance.test_web_pages import MARKUP
from tests.district import District
from tests.pages import serving_pages
from tests.printed import text_of

PAGES = ("", "/units", "/units/2", "/periods", "/categories", "/year")
FILES = ("/export.xlsx", "/export.pdf")
STRANGE = "period=%00&unit=99999999999999999999&category=gone&page=77&beside=2026-Q9"


@pytest.fixture
async def district(db: Database) -> District:
    """A bureau whose notices of September were half acknowledged, those of August all; another bureau has nothing."""
    district = District(db)
    await district.unit("区", kind=UnitKind.OFFICE)
    for unit in ("财政局", MARKUP):
        await district.unit(unit, "区")
    await district.person("O", roles=[(Role.OFFICE, "区")])
    await district.person("L", ("P2", "财政局", 3), roles=[(Role.LEADER, "财政局")])
    await district.person("I", roles=[(Role.INSPECTOR, MARKUP)])
    await district.person("H", ("P1", "财政局", 4))
    september = {"people": 1000, "delivered": 900, "missed": 100, "obligations": 900, "in_time": 400, "late": 50}
    await counted(db, "2026-09-14", 2, **september, overdue=250)
    await counted(db, "2026-08-17", 2, people=10, delivered=10, obligations=10, in_time=10)
    return district


async def counted(db: Database, day: str, unit_id: int, **figures: int) -> None:
    """What the notices of a day have come to in a unit, as the sweep keeps it; most took up to three hours."""
    sums = dict.fromkeys(FIGURES, 0) | figures
    async with db.writing() as conn:
        for unit in (unit_id, ALL_UNITS):
            kept: Mapping[str, Any] = {"unit_id": unit, "category": "prompt"}
            await conn.execute(insert(tables.counted_days).values(day=day, notices=3, **kept, **sums))
            took = {"month": day[:7], "took": 13, "count": figures["in_time"]}
            await conn.execute(insert(tables.counted_times).values(**kept, **took))
        notice = {"notice_id": int(day[5:7]), "unit_id": unit_id, "day": day, "category": "prompt", "times": []}
        await conn.execute(insert(tables.counted_notices).values(**notice, **sums))


async def test_every_page_is_drawn_in_both_languages_and_nothing_runs_on_it(
    district: District, db: Database, clock: Clock
) -> None:
    async with serving_pages(db, clock) as served:
        reader = await served.enter(district.people["O"])
        for language, said in (("zh_CN", "成效评估"), ("en", "Statistics")):
            first = await reader.get("/statistics")
            await reader.submit(first, "/language", language=language)
            for path in PAGES:
                for query in ("", "?period=2026&unit=2&category=prompt", f"?{STRANGE}"):
                    shown = await reader.get(f"/statistics{path}{query}")
                    assert shown.status == 200, (path, query, shown.text)
                    assert said in shown.text
                    assert MARKUP not in shown.html
                    assert "style=" not in shown.html
                    drawn_for_everybody(shown.html)


def drawn_for_everybody(html: str) -> None:
    """Each picture that says something has a name and a description that are on the page."""
    for named in re.findall(r'<svg[^>]* role="img"[^>]* aria-labelledby="([^"]+)"', html):
        for one in named.split():
            assert re.search(rf'<(title|desc) id="{one}">[^<]+<', html), one
    pictures = re.findall(r"<svg[^>]*>", html)
    assert all("aria-labelledby=" in one or "aria-hidden=" in one for one in pictures), pictures


async def test_rates_are_of_those_reached_and_stand_beside_the_period_before(
    district: District, db: Database, clock: Clock
) -> None:
    async with serving_pages(db, clock) as served:
        reader = await served.enter(district.people["O"])
        shown = await reader.get("/statistics?period=2026-09")
        assert "送达率 90% 应送达 1,000，已送达 900 ▼ 下降 10 个百分点" in shown.text
        assert "签收率 50% 应签收 900，已签收 450 ▼ 下降 50 个百分点" in shown.text
        assert "按时签收率 57.1% 迟签 50，逾期未签 250 ▼ 下降 42.9 个百分点" in shown.text
        compared = await reader.get("/statistics/periods?period=2026-08&beside=2026-09")
        assert "送达率 100% 90% ▲ 上升 10 个百分点" in compared.text
        year = await reader.get("/statistics/year?period=2026-09")
        assert "共 2 天发送通知，逐日累计 1,010 人次；最多的是2026年9月14日（周一），1,000 人次。" in year.text


async def test_who_looks_after_some_units_sees_no_others(district: District, db: Database, clock: Clock) -> None:
    async with serving_pages(db, clock) as served:
        leader, inspector = [await served.enter(district.people[who]) for who in ("L", "I")]
        assert "应送达 1,000" in (await leader.get("/statistics?period=2026-09")).text
        assert "应送达 0" in (await inspector.get("/statistics?period=2026-09")).text
        for path in ("/units/2", "?unit=2", "/periods?unit=2", "/categories?unit=2", "/year?unit=2", *FILES):
            query = "" if "?" in path else "?unit=2"
            assert (await inspector.get(f"/statistics{path}{query}")).status == 403, path
        assert (await leader.get("/statistics/units/3")).status == 403


async def test_who_looks_after_nobody_is_neither_offered_nor_shown_any(
    district: District, db: Database, clock: Clock
) -> None:
    async with serving_pages(db, clock) as served:
        holder = await served.enter(district.people["H"])
        assert "成效评估" not in (await holder.get("/warnings")).text
        for path in (*PAGES, *FILES):
            assert (await holder.get(f"/statistics{path}")).status == 403


async def test_the_files_open_and_say_the_same(district: District, db: Database, clock: Clock) -> None:
    async with serving_pages(db, clock) as served:
        reader = await served.enter(district.people["O"])
        book = await reader.get("/statistics/export.xlsx?period=2026-09")
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(book.body))
        assert sheets.sheet_names == ["概况", "当前情况", "按类别", "单位", "按周期", "全年逐日"]
        units = sheets.get_sheet_by_name("单位").to_python()
        assert units[-1][:8] == ["　财政局", 1000, 0.9, 900, 0.5, 400 / 700, 50, 250]
        printed = await reader.get("/statistics/export.pdf?period=2026-09")
        assert printed.headers["Content-Type"] == "application/pdf"
        text = text_of(printed.body)
        assert "　财政局" in text.split("\n")  # below the office
        assert all(
            said in text for said in ("通知送达与签收统计报告", "全部单位 · 2026年9月", "财政局", "90.0%", "57.1%")
        )
        assert await exported(db) == []  # nobody is named in them


async def test_that_a_file_with_people_was_handed_out_is_recorded(
    district: District, db: Database, clock: Clock
) -> None:
    async with serving_pages(db, clock) as served:
        reader = await served.enter(district.people["L"])
        book = await reader.get("/statistics/export.xlsx?period=2026-09&unit=2")
        assert book.status == 200, book.text
        assert "本单位人员" in CalamineWorkbook.from_filelike(io.BytesIO(book.body)).sheet_names
        assert await exported(db) == [{"statistics": "2026-09", "unit": 2, "people": 2}]


async def exported(db: Database) -> list[Any]:
    async with db.reading() as conn:
        kind = tables.ledger.c.kind == Kind.RECORDS_EXPORTED.value
        return list(await conn.scalars(select(tables.ledger.c.body).where(kind)))
