"""The file of a year's official days: what is taken and what is refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from messages.errors import Fault, Refused
from messages.official_notice import OfficialNotice, read_notice
from messages.store import days as stored_days
from messages.store.database import Database
from schedules.workdays import WorkCalendar

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def day(name: str, iso: str, *, off: bool = True) -> dict[str, Any]:
    return {"name": name, "date": iso, "isOffDay": off}


def notice_2027() -> dict[str, Any]:
    """A notice of 2027 as it might come."""
    days = [
        day("元旦", "2026-12-31"),
        day("元旦", "2027-01-01"),
        day("元旦", "2027-01-02"),
        *(day("春节", f"2027-02-{n:02}") for n in range(5, 13)),
        day("春节", "2027-02-14", off=False),
        *(day("清明节", f"2027-04-{n:02}") for n in range(3, 6)),
        *(day("劳动节", f"2027-05-{n:02}") for n in range(1, 6)),
        day("端午节", "2027-06-09"),
        day("中秋节", "2027-09-15"),
        *(day("国庆节", f"2027-10-{n:02}") for n in range(1, 8)),
        day("国庆节", "2027-10-09", off=False),
    ]
    return {"$schema": "…", "year": 2027, "papers": [], "days": days}


def faults_of(document: object) -> list[Fault]:
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    with pytest.raises(Refused) as refusal:
        read_notice(text, "2027.json")
    return list(refusal.value.faults)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = notice_2027()
    change(document)
    return document


def read(document: dict[str, Any]) -> OfficialNotice:
    return read_notice(json.dumps(document), "2027.json")


def test_a_whole_notice_is_taken_with_new_years_day_in_december() -> None:
    notice = read(notice_2027())
    assert (notice.year, len(notice.days)) == (2027, 30)
    assert notice.days[0].date == date(2026, 12, 31)
    assert {one.year for one in notice.days} == {2027}


def test_two_festivals_in_one_name_count_as_both() -> None:
    document = notice_2027()
    document["days"] = [one for one in document["days"] if one["name"] != "中秋节"]
    document["days"][-2]["name"] = "国庆节、中秋节"
    assert len(read(document).days) == 29


def test_broken_json_is_refused_with_line_and_column() -> None:
    (fault,) = faults_of('{"year": 2027,\n "days": [}')
    assert (fault.sheet, fault.line, fault.column) == ("2027.json", 2, "11")


@pytest.mark.parametrize("document", ["[]", "null", "3", '"x"', "[" * 100_000])
def test_anything_but_an_object_is_refused(document: str) -> None:
    assert len(faults_of(document)) == 1


@pytest.mark.parametrize("year", [None, "2027", 27, 2027.0, True])
def test_a_year_that_is_none_is_refused(year: object) -> None:
    (fault,) = faults_of(changed(lambda document: document.update(year=year)))
    assert fault.column == "year"


@pytest.mark.parametrize("days", [None, [], {}, "x"])
def test_a_notice_without_days_is_refused(days: object) -> None:
    (fault,) = faults_of(changed(lambda document: document.update(days=days)))
    assert fault.column == "days"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("date", "2027-02-30"),
        ("date", "2027/02/05"),
        ("date", "20270205"),
        ("date", None),
        ("name", ""),
        ("name", 5),
        ("isOffDay", "true"),
        ("isOffDay", 1),
        ("isOffDay", None),
    ],
)
def test_a_faulty_entry_is_refused_by_its_place_and_key(key: str, value: object) -> None:
    (fault,) = faults_of(changed(lambda document: document["days"][3].update({key: value})))
    assert fault.column == f"days[3].{key}"


def test_every_faulty_entry_is_told() -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["days"][1] = 5
        document["days"][3]["date"] = "x"

    assert [fault.column for fault in faults_of(changed(spoil))] == ["days[1]", "days[3].date"]


@pytest.mark.parametrize(
    "entry",
    [
        day("国庆节", "2026-10-01"),
        day("春节", "2026-12-30"),
        day("元旦", "2028-01-01"),
        day("元旦", "2027-12-31"),
        day("元旦", "2027-01-01"),  # a second time
        day("国庆节", "2027-10-11", off=False),  # a Monday
    ],
)
def test_a_day_that_cannot_be_of_this_notice_is_refused(entry: dict[str, Any]) -> None:
    (fault,) = faults_of(changed(lambda document: document["days"].append(entry)))
    assert fault.column == "days[30].date"


def test_a_notice_that_leaves_out_a_festival_is_refused() -> None:
    document = notice_2027()
    document["days"] = [one for one in document["days"] if one["name"] not in {"国庆节", "端午节"}]
    assert len(faults_of(document)) == 2


async def test_imported_days_come_back_and_make_the_year_official(db: Database) -> None:
    notice = read(notice_2027())
    async with db.writing() as conn:
        await stored_days.save(conn, notice.year, notice.days, NOW)
    async with db.reading() as conn:
        calendar = WorkCalendar(imported=await stored_days.load(conn))
    assert not calendar.provisional(2027)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert calendar.is_workday(date(2027, 2, 14))


async def test_a_second_import_replaces_the_whole_year_and_no_other(db: Database) -> None:
    first, second = read(notice_2027()), notice_2027()
    del second["days"][0]
    other = json.loads(json.dumps(notice_2027()).replace("2027-", "2029-").replace("2026-", "2028-"))
    other["year"] = 2029
    for one in other["days"]:
        one["isOffDay"] = True  # the weekdays are others
    async with db.writing() as conn:
        for notice in (first, read(other), read(second)):
            await stored_days.save(conn, notice.year, notice.days, NOW)
        kept = await stored_days.load(conn)
    assert date(2026, 12, 31) not in kept
    assert date(2028, 12, 31) in kept
    assert sum(one.year == 2027 for one in kept.values()) == 29
