"""Crashes, full disks and damaged files lose nothing of what leaves the database, and double nothing."""

import gzip
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from messages.acknowledgements import Recorded
from messages.archive import Archive, ArchiveUnusable
from messages.store import tables
from messages.store.database import Database
from tests.acknowledging import acknowledger
from tests.district import ZONE, District
from tests.retaining import (
    LONG_AFTER,
    PEOPLE,
    archive_all,
    asked_and_reminded,
    lines_of,
    newest_of_all,
    put_back,
    retention,
    rows_of,
    stands,
)


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau(*PEOPLE)
    return district


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


async def archived_but_not_removed(district: District, folder: Path, step: int = 1000) -> list[dict[str, Any]]:
    """A process wrote its file and was killed; gives the deliveries."""
    before = await rows_of(district, tables.deliveries)
    counted = await rows_of(district, tables.archived)
    assert await retention(district, folder, step).step(LONG_AFTER)
    await put_back(district, tables.deliveries, before)
    await put_back(district, tables.archived, counted)
    return before


async def test_a_crash_between_the_file_and_the_removal_is_finished_first(district: District, folder: Path) -> None:
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    before = await stands(district, notice)
    await archived_but_not_removed(district, folder, step=4)
    assert await stands(district, notice) == before

    assert await retention(district, folder, 4).step(LONG_AFTER) == 4
    assert len(list(folder.iterdir())) == 1
    assert await stands(district, notice) == before
    assert await archive_all(district, folder) == 2
    assert await stands(district, notice) == before
    assert len({line["id"] for line in lines_of(folder)}) == len(lines_of(folder)) == 6


async def test_a_crash_while_a_file_is_written_leaves_nothing_behind(district: District, folder: Path) -> None:
    await asked_and_reminded(district)
    await newest_of_all(district)
    folder.mkdir()
    (folder / ".deliveries-x1y2").write_bytes(b"\x1f\x8b half a file")
    assert await archive_all(district, folder) == 6
    assert [path.name for path in folder.iterdir()] == ["deliveries-000001.csv.gz"]


async def test_the_same_deliveries_make_the_same_file(district: District, folder: Path) -> None:
    await asked_and_reminded(district)
    await newest_of_all(district)
    await archived_but_not_removed(district, folder)
    await archived_but_not_removed(district, folder.with_name("other"))
    (one,), (other,) = folder.iterdir(), folder.with_name("other").iterdir()
    assert one.read_bytes() == other.read_bytes()


async def test_two_processes_archive_nothing_twice(district: District, folder: Path) -> None:
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    before = await stands(district, notice)
    one, other = retention(district, folder, 2), retention(district, folder, 2)
    while await one.step(LONG_AFTER) + await other.step(LONG_AFTER):
        pass
    assert sorted(line["id"] for line in lines_of(folder)) == sorted({line["id"] for line in lines_of(folder)})
    assert len(lines_of(folder)) == 6
    assert await stands(district, notice) == before


async def test_what_changed_after_it_was_written_stays_and_leaves_later_as_it_is(
    district: District, folder: Path
) -> None:
    """A late press proves that a delivery arrived, just when it is to leave: neither fact may be lost."""
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    rows = await archived_but_not_removed(district, folder)
    pressed = next(row["id"] for row in rows if row["person_id"] == district.people["B"] and row["wave"] == 0)
    outcome = await acknowledger(district.db).acknowledge(
        chat_id=district.chat("B"), delivery_id=pressed, now=LONG_AFTER
    )
    assert isinstance(outcome, Recorded)
    stood = await stands(district, notice)

    assert await archive_all(district, folder) == 4
    assert await stands(district, notice) == stood
    left = [row for row in await rows_of(district, tables.deliveries) if row["notice_id"] == notice]
    assert {row["person_id"] for row in left} == {district.people["B"]}

    assert await archive_all(district, folder, LONG_AFTER + timedelta(days=800)) == 2
    assert await stands(district, notice) == stood
    (later,) = [line for line in lines_of(folder)[6:] if line["id"] == str(pressed)]
    assert (later["state"], datetime.fromisoformat(later["settled_at"])) == ("delivered", LONG_AFTER)


async def test_a_folder_that_cannot_be_used_keeps_everything_in_the_database(district: District, folder: Path) -> None:
    await asked_and_reminded(district)
    await newest_of_all(district)
    before = await rows_of(district, tables.deliveries)
    folder.write_text("a file where the folder should be", encoding="utf-8")
    keeper = retention(district, folder / "archive")
    with capture_logs() as told:
        assert await keeper.step(LONG_AFTER) == 0
    assert await rows_of(district, tables.deliveries) == before
    (line,) = told
    assert line["event"].startswith("old deliveries stay in the database")
    assert line["error"] == f"The archive cannot be used: {folder / 'archive'}: Not a directory"
    folder.unlink()
    assert await keeper.step(LONG_AFTER) == 6


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_keeps_everything_in_the_database(district: District, folder: Path) -> None:
    await asked_and_reminded(district)
    await newest_of_all(district)
    before = await rows_of(district, tables.deliveries)
    keeper = retention(district, folder)
    with capture_logs() as told, no_file_grows_beyond(100):
        assert await keeper.step(LONG_AFTER) == 0
    assert await rows_of(district, tables.deliveries) == before
    assert [line["error"] for line in told] == [f"The archive cannot be used: {folder}: File too large"]
    assert list(folder.iterdir()) == []
    assert await keeper.step(LONG_AFTER) == 6


@pytest.mark.parametrize(
    "damage", [b"", b"no gzip", gzip.compress(b"another,header\r\n"), None], ids=["empty", "no gzip", "header", "cut"]
)
async def test_while_the_newest_file_is_damaged_nothing_more_leaves(
    district: District, folder: Path, damage: bytes | None
) -> None:
    await asked_and_reminded(district)
    await newest_of_all(district)
    before = await archived_but_not_removed(district, folder)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-20] if damage is None else damage)
    with capture_logs() as told:
        assert await retention(district, folder).step(LONG_AFTER) == 0
    assert [str(path) in line["error"] for line in told] == [True]
    assert await rows_of(district, tables.deliveries) == before
    with pytest.raises(ArchiveUnusable):
        Archive(folder, ZONE).newest()
