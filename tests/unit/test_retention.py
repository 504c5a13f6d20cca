"""Retention: old deliveries leave for the archive in small steps, and nothing else changes."""

import csv
import gzip
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update
from structlog.testing import capture_logs

from messages import lookup
from messages.acknowledgements import Recorded
from messages.archive import Archive, ArchiveUnusable
from messages.deliveries import DeliveryState, Reason
from messages.errors import NotFound
from messages.notices import Counts
from messages.organisation.records import Role
from messages.searches import LOOKUPS
from messages.store import anew, notice_standing, organisation, tables
from messages.store.database import Database
from messages.store.unreached import since
from schedules import notice_acts
from schedules.policy import load
from schedules.retention import Retention, months_before
from tests.acknowledging import acknowledger
from tests.district import MORNING, ZONE, District, saying

NEXT_DAY = MORNING + timedelta(days=1)
EXPIRY = MORNING + timedelta(days=30)
LONG_AFTER = MORNING + timedelta(days=800)
PEOPLE = ("A", "B", "C", "D", "E")


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau(*PEOPLE)
    return district


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def retention(district: District, folder: Path, step: int = 1000) -> Retention:
    policy = load().retention.model_copy(update={"step": step})
    return Retention(db=district.db, policy=policy, zone=ZONE, folder=folder)


async def counted(district: District) -> None:
    """All that is to be counted has been; until then nothing of it leaves."""
    async with district.db.writing() as conn:
        await conn.execute(delete(tables.uncounted))


async def archive_all(district: District, folder: Path, now: datetime = LONG_AFTER, step: int = 1000) -> int:
    """Every step until nothing is left; gives how many deliveries left. What is to be counted has been."""
    await counted(district)
    keeper, left = retention(district, folder, step), 0
    while archived := await keeper.step(now):
        left += archived
    return left


async def rows_of(district: District, table: Table) -> list[dict[str, Any]]:
    async with district.db.reading() as conn:
        found = await conn.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]


async def put_back(district: District, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """What a crash before the removal leaves: the table as it was."""
    async with district.db.writing() as conn:
        await conn.execute(delete(table))
        if rows:
            await conn.execute(insert(table), list(rows))


async def stands(district: District, notice: int) -> tuple[Counts, int, list[Counts]]:
    async with district.db.reading() as conn:
        newest = await notice_standing.newest_wave(conn, notice)
        by_wave = [await notice_standing.wave_counts(conn, notice, number) for number in range(3)]
        return await notice_standing.counts(conn, notice), newest, by_wave


async def asked_and_reminded(district: District, key: str = "broadcast:1") -> int:
    """A notice that reached A at once, B by a reminder, C never, and was acknowledged by A; D's and E's expired."""
    new = saying(key, acknowledge=True, reminders=(NEXT_DAY,), expires_at=EXPIRY)
    notice = await district.issue(new)
    a, b, c = await district.claim(limit=3)
    await district.settle([a], DeliveryState.DELIVERED)
    await district.settle([b], DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await district.settle([c], DeliveryState.UNREACHABLE, Reason.BLOCKED)
    await acknowledger(district.db).acknowledge(chat_id=district.chat("A"), delivery_id=a, now=MORNING, message_id=None)
    async with district.db.writing() as conn:
        expired = {"state": "expired", "reason": "too_late", "settled_at": MORNING}
        await conn.execute(update(tables.deliveries).where(tables.deliveries.c.state == "planned").values(expired))
    await district.plan(NEXT_DAY)
    await district.settle(await district.claim(NEXT_DAY), DeliveryState.DELIVERED, at=NEXT_DAY)
    await counted(district)
    return notice


async def newest_of_all(district: District) -> int:
    """A delivery of today: the newest one never leaves."""
    newest = await district.issue(saying("today", send_at=LONG_AFTER), LONG_AFTER)
    await counted(district)
    return newest


def lines_of(folder: Path) -> list[dict[str, str]]:
    found = []
    for path in sorted(folder.iterdir()):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            found += list(csv.DictReader(stream))
    return found


async def test_the_file_holds_every_delivery_that_left(district: District, folder: Path) -> None:
    notice = await asked_and_reminded(district)
    before = await rows_of(district, tables.deliveries)
    await newest_of_all(district)
    assert await archive_all(district, folder) == len(before) == 6

    assert {row["notice_id"] for row in await rows_of(district, tables.deliveries)} == {notice + 1}
    archive = Archive(folder, ZONE).newest()
    codes = {number: code for code, number in district.people.items()}
    kept = ("id", "wave", "lane", "state", "due_at", "settled_at", "attempts", "account_id", "message_id", "reason")
    expected = [
        {"notice": "broadcast:1", "person": codes[row["person_id"]], **{name: row[name] for name in kept}}
        for row in before
    ]
    by_id = sorted(archive, key=lambda one: one.id)
    assert [{name: getattr(one, name) for name in row} for one, row in zip(by_id, expected, strict=True)] == expected


async def test_the_file_is_plain_csv_with_local_instants_for_its_owner_only(district: District, folder: Path) -> None:
    await district.issue(saying("=1+1", expires_at=EXPIRY, audience="person:A"))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await newest_of_all(district)
    assert await archive_all(district, folder) == 1
    (path,) = folder.iterdir()
    assert path.name == "deliveries-000001.csv.gz"
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    (line,) = lines_of(folder)
    names = "id,notice,person,wave,lane,state,due_at,settled_at,attempts,account_id,message_id,reason"
    assert ",".join(line) == names
    assert (line["notice"], line["person"], line["state"]) == ("'=1+1", "A", "delivered")  # no spreadsheet's formula
    assert line["settled_at"] == MORNING.isoformat()
    assert Archive(folder, ZONE).newest()[0].notice == "=1+1"


@pytest.mark.parametrize("step", [1, 2, 4, 1000])
async def test_the_figures_of_a_notice_stay_the_same_after_every_step(
    district: District, folder: Path, step: int
) -> None:
    first, second = await asked_and_reminded(district), await asked_and_reminded(district, "broadcast:2")
    await newest_of_all(district)
    before = [await stands(district, first), await stands(district, second)]
    assert before[0][0] == Counts(recipients=5, delivered=2, unreachable=1, expired=2, obligations=5, acknowledged=1)
    keeper, left = retention(district, folder, step), 0
    while archived := await keeper.step(LONG_AFTER):
        left += archived
        assert archived <= step + 1
        assert [await stands(district, first), await stands(district, second)] == before
    assert left == 12
    assert len(lines_of(folder)) == 12
    assert len({line["id"] for line in lines_of(folder)}) == 12


async def test_what_was_looked_for_is_deleted_after_a_day(district: District, folder: Path) -> None:
    """The names that people searched for were kept for ever."""
    viewer = district.people["A"]
    search = await LOOKUPS.begin(district.db, viewer, "姓名B", MORNING)
    await retention(district, folder).step(MORNING + timedelta(hours=23))
    assert (await lookup.again(district.db, viewer, search, 1, size=8)).words == "姓名B"
    await retention(district, folder).step(MORNING + timedelta(hours=25))
    with pytest.raises(NotFound):
        await lookup.again(district.db, viewer, search, 1, size=8)


async def test_acknowledgements_and_the_ledger_stay(district: District, folder: Path) -> None:
    await asked_and_reminded(district)
    await newest_of_all(district)
    kept = tables.acknowledgements, tables.obligations, tables.ledger, tables.notices, tables.waves
    before = [await rows_of(district, table) for table in kept]
    assert await archive_all(district, folder) == 6
    assert [await rows_of(district, table) for table in kept] == before


async def test_a_button_of_an_archived_delivery_records_nothing(district: District, folder: Path) -> None:
    await asked_and_reminded(district)
    numbers = {row["person_id"]: row["id"] for row in await rows_of(district, tables.deliveries)}
    await newest_of_all(district)
    await archive_all(district, folder)
    before = await rows_of(district, tables.acknowledgements)
    for person in ("A", "B"):
        pressed = numbers[district.people[person]]
        outcome = await acknowledger(district.db).acknowledge(
            chat_id=district.chat(person), delivery_id=pressed, now=LONG_AFTER
        )
        assert not isinstance(outcome, Recorded)
    assert await rows_of(district, tables.acknowledgements) == before


async def test_what_is_not_older_than_the_months_stays(district: District, folder: Path) -> None:
    await district.issue(saying(expires_at=MORNING + timedelta(hours=1)))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await newest_of_all(district)
    exactly = MORNING.replace(year=2028)
    assert await archive_all(district, folder, exactly) == 0
    assert await archive_all(district, folder, exactly + timedelta(hours=1)) == 0
    assert not folder.exists()
    assert await archive_all(district, folder, exactly + timedelta(hours=1, seconds=1)) == 5


async def test_what_is_not_settled_for_good_stays(district: District, folder: Path) -> None:
    await district.issue(saying(expires_at=EXPIRY))
    sending, done, *_ = await district.claim(limit=2)
    await district.settle([done], DeliveryState.DELIVERED)
    await newest_of_all(district)
    assert await archive_all(district, folder) == 1
    assert sending in {row["id"] for row in await rows_of(district, tables.deliveries)}


async def test_earlier_messages_leave_with_their_delivery_and_hold_it_while_they_are_to_be_deleted(
    district: District, folder: Path
) -> None:
    await district.issue(saying(audience="person:A", expires_at=EXPIRY))
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    async with district.db.writing() as conn:
        await anew.plan_anew(conn, ids, MORNING)
        await conn.execute(update(tables.earlier_messages).values(recall="wanted"))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    await newest_of_all(district)
    assert await archive_all(district, folder) == 0
    async with district.db.writing() as conn:
        await conn.execute(update(tables.earlier_messages).values(recall="done"))
    assert await archive_all(district, folder) == 1
    assert await rows_of(district, tables.earlier_messages) == []


async def test_what_was_called_off_without_an_instant_leaves_by_when_it_was_due(
    district: District, folder: Path
) -> None:
    """A crash cut its sending short, and the notice was cancelled before the next start: nobody noted when."""
    notice = await district.issue(saying(expires_at=EXPIRY))
    await newest_of_all(district)
    async with district.db.writing() as conn:
        mine = tables.deliveries.c.notice_id == notice
        await conn.execute(update(tables.deliveries).where(mine).values(state="cancelled", settled_at=None))
    before = await stands(district, notice)
    assert await archive_all(district, folder) == 5
    assert {line["settled_at"] for line in lines_of(folder)} == {""}
    assert {one.settled_at for one in Archive(folder, ZONE).newest()} == {None}
    assert await stands(district, notice) == before


async def test_all_that_a_person_was_sent_of_a_notice_leaves_together(district: District, folder: Path) -> None:
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    lately = {"settled_at": LONG_AFTER - timedelta(days=1)}
    reminder = tables.deliveries.c.notice_id == notice, tables.deliveries.c.wave == 1
    async with district.db.writing() as conn:
        await conn.execute(update(tables.deliveries).where(*reminder).values(lately))
    before = await stands(district, notice)
    assert await archive_all(district, folder) == 4
    assert await stands(district, notice) == before
    left = await rows_of(district, tables.deliveries)
    assert {(row["person_id"], row["wave"]) for row in left if row["notice_id"] == notice} == {
        (district.people["B"], 0),
        (district.people["B"], 1),
    }


@pytest.mark.parametrize(
    "still",
    [
        {"expires_at": LONG_AFTER},
        {"expires_at": None},
        {"acknowledge_by": LONG_AFTER},
        {"send_at": LONG_AFTER},
    ],
)
async def test_a_notice_that_still_asks_keeps_its_deliveries(
    district: District, folder: Path, still: dict[str, datetime | None]
) -> None:
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    async with district.db.writing() as conn:
        await conn.execute(update(tables.notices).where(tables.notices.c.id == notice).values(still))
    assert await archive_all(district, folder) == 0
    await notice_acts.cancel(district.db, notice, None, NEXT_DAY)
    assert await archive_all(district, folder) == (0 if "send_at" in still else 6)


async def test_a_notice_with_a_wave_to_come_keeps_its_deliveries(district: District, folder: Path) -> None:
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    async with district.db.writing() as conn:
        await conn.execute(insert(tables.waves).values(notice_id=notice, number=2, at=LONG_AFTER))
    assert await archive_all(district, folder) == 0


async def test_the_newest_delivery_of_all_stays_so_that_no_number_comes_twice(district: District, folder: Path) -> None:
    await district.issue(saying(expires_at=EXPIRY))
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    assert await archive_all(district, folder) == 4
    await newest_of_all(district)
    after = {row["id"] for row in await rows_of(district, tables.deliveries)}
    assert min(after) == max(ids)
    assert len(after) == 6


async def test_who_takes_over_a_post_is_not_sent_what_was_archived(district: District, folder: Path) -> None:
    notice = await asked_and_reminded(district)
    await newest_of_all(district)
    assert await archive_all(district, folder) == 6
    async with district.db.writing() as conn:
        mine = tables.assignments.c.person_id == district.people["C"]
        post = await conn.scalar(select(tables.assignments.c.post_id).where(mine))
        await conn.execute(update(tables.assignments).where(mine).values(ended_at=LONG_AFTER))
        taken = {"post_id": post, "person_id": district.people["D"], "started_at": LONG_AFTER}
        await conn.execute(insert(tables.assignments).values(taken))
        await organisation.move_open_obligations(conn, LONG_AFTER)
    assert await district.states(notice) == {}


async def test_a_digest_still_tells_of_whom_nothing_reached_lately(district: District, folder: Path) -> None:
    await district.person("L", roles=[(Role.LEADER, "财政局")])
    await asked_and_reminded(district)
    await newest_of_all(district)
    await archive_all(district, folder)
    await district.settle(await district.claim(LONG_AFTER, 1), DeliveryState.UNREACHABLE, Reason.BLOCKED, LONG_AFTER)
    async with district.db.reading() as conn:
        told = await since(conn, LONG_AFTER - timedelta(days=120), LONG_AFTER)
    assert [one.person_code for one in told] == ["A"]


# --- crashes and full disks -------------------------------------------------------------------------------------------


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


# --- calendar months --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "months", "before"),
    [
        ("2026-11-23T10:00+08:00", 24, "2024-11-23T10:00+08:00"),
        ("2026-08-31T10:00+08:00", 6, "2026-02-28T10:00+08:00"),
        ("2026-01-15T10:00+08:00", 12, "2025-01-15T10:00+08:00"),
        ("2026-12-31T23:59+08:00", 22, "2025-02-28T23:59+08:00"),
        ("2026-02-28T20:00+00:00", 24, "2024-03-01T04:00+08:00"),  # the office's day has begun
    ],
)
def test_months_are_the_calendar_months_of_the_office(now: str, months: int, before: str) -> None:
    assert months_before(datetime.fromisoformat(now), months, ZONE) == datetime.fromisoformat(before)
