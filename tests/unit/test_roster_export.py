"""The roster written and read again is the same roster."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from messages.errors import Refused
from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.export import content_of, export_roster
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.organisation.spreadsheets import guard, unguard
from messages.store import tables
from messages.store.database import Database
from messages.store.organisation import roster_rows
from messages.store.schema import prepare
from tests.rosters import NOW, row, rows_of

FORMULAS = "=+-@\uff1d"
HOSTILE = ("=1+1", "+86", "-1", "@SUM(A1)", "'=1", "''-", "#REF", "\uff1d1", 'a,b;"c"', "0012", "1e5", "是")


def mode_and_content(path: Path) -> tuple[int, bytes]:
    return path.stat().st_mode & 0o777, path.read_bytes()


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_what_is_written_is_read_as_the_same(db: Database, tmp_path: Path, ending: str, language: str) -> None:
    await import_roster(db, sample_roster(units=12, posts=200, people=190), NOW)
    path = tmp_path / f"r{ending}"
    assert await export_roster(db, path, language, NOW) == 200
    report = await import_roster(db, path, NOW)
    assert [report.plan.total(what) for what in ("created", "updated", "ended")] == [0, 0, 0]
    other = Database(f"sqlite:///{tmp_path}/other.db")
    await prepare(other)
    await import_roster(other, path, NOW)
    async with db.reading() as here, other.reading() as there:
        assert await roster_rows(there) == await roster_rows(here)
    await other.close()


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_looks_like_a_formula_or_a_number_stays_what_it_is(
    tmp_path: Path, ending: str, value: str
) -> None:
    path = tmp_path / f"r{ending}"
    name = value.replace('"', "'")  # what an audience can name has no such marks
    written = row(name, name, value, unit=name, post=value, parent_unit="", unit_kind=UnitKind.STREET)
    path.write_bytes(content_of([written], ending, "zh_CN"))
    (read,) = rows_of(path)
    assert (read.unit, read.post, read.name) == (name, value, value)
    if ending == ".xlsx":
        sheet = load_workbook(path).active
        assert sheet is not None
        assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "inlineStr"}
    else:
        assert f"\r\n{value}".encode() not in path.read_bytes() or value[0] not in FORMULAS


@pytest.mark.parametrize("value", HOSTILE)
def test_the_guard_of_a_value_comes_off(value: str) -> None:
    assert unguard(guard(value)) == value
    assert guard(value)[0] not in FORMULAS


async def test_vacant_posts_roles_and_units_without_posts_are_written_too(db: Database, tmp_path: Path) -> None:
    rows = [
        row("A-1", "P1", roles=(Role.OFFICE, Role.DUTY), unit="甲"),
        row("B-1", None, unit="乙", parent_unit="甲", reports_to="A-1", risk_post=True),
    ]
    await import_roster(db, rows, NOW)
    await import_roster(db, [row("B-1", None, unit="乙", parent_unit="甲", reports_to="")], NOW)
    path = tmp_path / "r.csv"
    assert await export_roster(db, path, "zh_CN", NOW) == 2
    unit, post = rows_of(path)
    assert (unit.unit, unit.post_code) == ("甲", None)
    assert (post.person_code, post.risk_post) == (None, True)


async def test_roles_are_written_in_the_glossary_s_words(db: Database, tmp_path: Path) -> None:
    await import_roster(db, [row("A-1", "P1", roles=tuple(Role))], NOW)
    await export_roster(db, tmp_path / "r.csv", "zh_CN", NOW)
    assert "推进办;分管领导;信息采集员;派出机构;值班人员" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    (post,) = rows_of(tmp_path / "r.csv")
    assert post.roles == tuple(Role)


async def test_the_file_is_readable_by_its_owner_only_and_marked(db: Database, tmp_path: Path) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    await export_roster(db, tmp_path / "r.csv", "zh_CN", NOW)
    mode, content = mode_and_content(tmp_path / "r.csv")
    left_behind = tmp_path.glob(".*")
    assert mode == 0o600
    assert content.startswith("\ufeff单位,上级单位".encode())
    assert list(left_behind) == []


async def test_another_ending_and_a_missing_folder_are_refused(db: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "r.pdf", tmp_path / "none" / "r.csv"):
        with pytest.raises(Refused):
            await export_roster(db, path, "zh_CN", NOW)


async def test_that_the_operator_wrote_out_who_is_who_is_recorded(db: Database, tmp_path: Path) -> None:
    """It was the one export that left no trace."""
    await import_roster(db, [row("A-1", "P1"), row("A-2", "P1"), row("A-3", None)], NOW)
    await export_roster(db, tmp_path / "r.csv", "zh_CN", NOW)
    exported = tables.ledger.c.kind == Kind.RECORDS_EXPORTED
    async with db.reading() as conn:
        found = await conn.execute(select(tables.ledger.c.person_id, tables.ledger.c.body).where(exported))
    assert [tuple(one) for one in found] == [(None, {"what": "roster", "by": "operator", "lines": 3, "people": 1})]
