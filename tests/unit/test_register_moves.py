"""What a post has in the register goes with it to another unit, and an ended unit's points are seen by nobody."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, func, select

from messages.organisation.roster.importing import import_roster
from messages.organisation.roster.rows import RosterRow
from messages.register.importing import ImportReport, Wish, import_register
from messages.store import tables
from messages.store.database import Database
from messages.store.register_lists import located
from tests.registers import TERMS, Lines, book
from tests.rosters import NOW, row

HEADER = ("单位", "岗位编号", "职责", "风险点", "等级", "编号")
PAYING = ("财政局", "A-1", "付款", "违规拨付", "高", "FX-01")
BUYING = ("教育局", "E-1", "采购", "泄露标底", "中", "FX-02")
LATER = NOW + timedelta(days=30)


def roster(unit: str) -> list[RosterRow]:
    """Two bureaus; the post A-1 is in one of them."""
    return [row("A-1", "P1", unit=unit), row("A-2", "P2"), row("E-1", "P3", unit="教育局")]


async def take(db: Database, folder: Path, *lines: Sequence[object], replace: bool = False) -> ImportReport:
    rows: Lines = (HEADER, *lines)
    return await import_register(db, book(folder / "r.xlsx", {"表": rows}), TERMS, LATER, wish=Wish(replace=replace))


async def stored(db: Database, table: Any) -> Sequence[Row[Any]]:  # noqa: ANN401 -- a table
    async with db.reading() as conn:
        query = select(table, tables.units.c.name.label("unit")).join(
            tables.units, tables.units.c.id == table.c.unit_id
        )
        return (await conn.execute(query.order_by(table.c.id))).all()


@pytest.fixture
async def moved(db: Database, tmp_path: Path) -> None:
    """A point of a post that has moved to the other bureau since."""
    await import_roster(db, roster("财政局"), NOW)
    await take(db, tmp_path, PAYING, BUYING)
    await import_roster(db, roster("教育局"), LATER)


async def test_points_and_duties_of_a_post_that_moves_are_of_its_new_unit(db: Database, moved: None) -> None:
    for table in (tables.risk_points, tables.duties):
        assert [one.unit for one in await stored(db, table)] == ["教育局", "教育局"]
    assert [one.ref for one in await stored(db, tables.risk_points)] == ["FX-01", "FX-02"]


async def test_what_a_sheet_of_the_old_unit_lacks_stays_with_the_post_that_left(
    db: Database, moved: None, tmp_path: Path
) -> None:
    report = await take(db, tmp_path, ("财政局", "A-2", "", "坐支现金", "低", ""), replace=True)
    assert (len(report.plan.created), len(report.plan.ended), report.plan.left) == (1, 0, 0)
    gone = (await take(db, tmp_path, BUYING, replace=True)).plan.ended
    assert [one.content.name for one in gone] == ["违规拨付"]  # it is the new unit's to say what its posts have


async def test_a_point_imported_after_a_move_keeps_its_post_s_duty(db: Database, moved: None, tmp_path: Path) -> None:
    await take(db, tmp_path, ("教育局", "A-1", "付款", "违规拨付", "中", "FX-01"))
    assert [one.text for one in await stored(db, tables.duties)] == ["付款", "采购"]


async def test_a_point_that_moves_where_another_is_called_so_is_called_so_no_more(db: Database, tmp_path: Path) -> None:
    await import_roster(db, roster("财政局"), NOW)
    await take(db, tmp_path, PAYING)
    await take(db, tmp_path, (*BUYING[:5], "FX-03"), ("财政局", "A-2", "", "坐支现金", "低", "FX-04"))
    async with db.writing() as conn:
        called = tables.risk_points.update().where(tables.risk_points.c.name == "泄露标底")
        await conn.execute(called.values(ref="FX-01"))
    await import_roster(db, roster("教育局"), LATER)
    assert [one.ref for one in await stored(db, tables.risk_points)] == [None, "FX-01", "FX-04"]


async def test_points_of_a_unit_that_has_ended_are_not_found(db: Database, tmp_path: Path) -> None:
    await import_roster(db, roster("财政局"), NOW)
    await take(db, tmp_path, ("教育局", "", "", "泄露标底", "中", ""), PAYING)
    await import_roster(db, roster("财政局")[:2], LATER)
    async with db.reading() as conn:
        assert await conn.scalar(located(select(func.count(tables.risk_points.c.id)))) == 1
