"""Retention: old deliveries leave for the archive in small steps, and nothing else changes."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from messages import lookup
from messages.acknowledgements import Recorded
from messages.archive import Archive
from messages.deliveries import DeliveryState, Reason
from messages.errors import NotFound
from messages.notices import Counts
from messages.organisation.records import Role
from messages.searches import LOOKUPS
from messages.store import anew, organisation, tables
from messages.store.database import Database
from messages.store.unreached import since
from schedules import notice_acts
from schedules.retention import months_before
from tests.acknowledging import acknowledger
from tests.district import MORNING, ZONE, District, saying
from tests.retaining import (
    EXPIRY,
    LONG_AFTER,
    NEXT_DAY,
    PEOPLE,
    archive_all,
    asked_and_reminded,
    lines_of,
    newest_of_all,
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
