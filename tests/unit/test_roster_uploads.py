"""A roster that was sent in is imported as it was looked at, or looked at once more."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from messages.errors import Refused
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster import uploads
from messages.organisation.roster.importing import Agreed, ImportReport, import_roster
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


async def confirm(db: Database, person: int, seen: Preview, word: str | None = None) -> ImportReport | Preview:
    agreed = Agreed(digest=seen.digest, word=seen.report.losses.word if word is None else word)
    return await uploads.confirm(db, person, seen.upload, agreed, NOW, language="zh_CN")


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


async def test_what_ends_much_of_the_office_is_imported_only_by_who_types_its_number(
    db: Database, administrator: int, tmp_path: Path
) -> None:
    """One click on the roster of another office ended every post and person of this one."""
    more = [row(f"B-{number}", f"P{number}") for number in range(1, 9)]
    await import_roster(db, [row("A-0", "A", unit="推进办", roles=(Role.OFFICE,)), *more], NOW)
    keep = ("推进办", "A-0", "岗位A-0", 1, "A", "姓名A")
    seen = await looked_at(db, administrator, tmp_path, keep)
    losses = seen.report.losses
    assert (losses.posts, losses.holders, losses.grave, losses.nobody_left) == ((8, 9), (8, 9), True, False)
    for word in ("", "1"):
        again = await confirm(db, administrator, seen, word)
        assert isinstance(again, Preview)
        assert again.unsure
    done = await confirm(db, administrator, seen)
    assert isinstance(done, ImportReport)


async def test_no_import_in_the_browser_ends_the_last_administrator(
    db: Database, administrator: int, tmp_path: Path
) -> None:
    """The roster of another office, valid in itself, took the importer's own role, and nobody could mend it."""
    await import_roster(db, [row("A-0", "A", unit="推进办", roles=(Role.OFFICE,))], NOW)
    seen = await looked_at(db, administrator, tmp_path, CHIEF)
    assert seen.report.losses.nobody_left
    assert seen.report.losses.administrators == ("人员A",)
    with pytest.raises(Refused):
        await confirm(db, administrator, seen)
    assert (await import_roster(db, [row("B-1", "P9")], NOW)).losses.nobody_left
