"""A roster that was sent in is imported as it was looked at, or looked at once more."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster import uploads
from messages.organisation.roster.importing import ImportReport, import_roster
from messages.organisation.roster.uploads import Preview
from messages.store import tables
from messages.store.database import Database
from tests.district import District
from tests.rosters import CHIEF, HEADER, NOW, row, xlsx


@pytest.fixture
async def administrator(db: Database) -> int:
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    return await district.person("A", ("A-0", "推进办", 1), roles=[(Role.OFFICE, "推进办")])


async def looked_at(db: Database, person: int, folder: Path, *lines: Sequence[object]) -> Preview:
    content = xlsx(folder / "r.xlsx", HEADER, *lines).read_bytes()
    upload = await uploads.keep(db, person, "r.xlsx", content, NOW)
    return await uploads.look(db, person, upload, NOW, language="zh_CN")


async def confirm(db: Database, person: int, seen: Preview) -> ImportReport | Preview:
    return await uploads.confirm(db, person, seen.upload, seen.digest, NOW, language="zh_CN")


async def test_another_change_of_as_many_rows_is_shown_before_it_is_done(
    db: Database, administrator: int, tmp_path: Path
) -> None:
    """Only the counts were compared: who looked at the end of one post ended another one that nobody had looked at."""
    keep = ("推进办", "A-0", "岗位A-0", 1, "A", "姓名A")
    seen = await looked_at(db, administrator, tmp_path, keep, CHIEF)
    await import_roster(db, [row("A-0", "A", unit="推进办"), row("B-1", "P9")], NOW)
    again = await confirm(db, administrator, seen)
    assert isinstance(again, Preview)
    meanwhile = await looked_at(db, administrator, tmp_path, keep, CHIEF)
    await import_roster(db, [row("A-0", "A", unit="推进办"), row("B-2", "P8")], NOW)
    other = await confirm(db, administrator, meanwhile)
    assert isinstance(other, Preview)
    assert other.report.plan.counts() == meanwhile.report.plan.counts()
    assert [kept.value.code for kept in meanwhile.report.plan.posts.ended] == ["B-1"]
    assert [kept.value.code for kept in other.report.plan.posts.ended] == ["B-2"]
    async with db.reading() as conn:
        codes = select(tables.posts.c.code).where(tables.posts.c.ended_at.is_(None)).order_by(tables.posts.c.code)
        assert list(await conn.scalars(codes)) == ["A-0", "B-2"]
    assert isinstance(await confirm(db, administrator, other), ImportReport)


async def test_what_was_looked_at_is_imported_once(db: Database, administrator: int, tmp_path: Path) -> None:
    keep = ("推进办", "A-0", "岗位A-0", 1, "A", "姓名A")
    seen = await looked_at(db, administrator, tmp_path, keep, CHIEF)
    again = await uploads.look(db, administrator, seen.upload, NOW, language="zh_CN")
    assert again.digest == seen.digest
    assert isinstance(await confirm(db, administrator, seen), ImportReport)
