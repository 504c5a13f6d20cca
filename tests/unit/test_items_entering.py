"""Announced items are called to mind and told as overdue; provisional days become official ones."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from messages.official_days import OfficialDay
from messages.store import days
from messages.store.database import Database
from messages.text.rendering import Frame, Renderer
from tests.collectors import CAUTION, Collectors
from tests.district import ZONE

NEAR = datetime(2026, 9, 28, 9, 15, tzinfo=ZONE)
"""When an item concluded on 09-18 is called to mind: its last day is 09-29."""
OVER = datetime(2026, 9, 30, tzinfo=ZONE)
LAST_OF_2026 = replace(CAUTION, decisive_on=date(2026, 12, 24))
DECEMBER = datetime(2026, 12, 28, 9, 10, tzinfo=ZONE)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def place(db: Database) -> Collectors:
    return await Collectors(db).found()


async def told(place: Collectors, code: str) -> list[tuple[str, bool]]:
    return [
        (notice.template, notice.params["overdue"])
        for notice in await place.told(code)
        if notice.template == "entry_due"
    ]


async def test_the_collector_and_the_leader_are_reminded_and_told_when_it_is_overdue(
    place: Collectors, renderer: Renderer
) -> None:
    item = await place.announce()
    await place.items.sweep(NEAR - SECOND)
    assert (await told(place, "C"), await told(place, "L")) == ([], [])
    for _ in range(2):
        await place.items.sweep(NEAR)
    assert (await told(place, "C"), await told(place, "L")) == ([("entry_due", False)],) * 2
    await place.items.sweep(OVER - SECOND)
    for _ in range(2):
        await place.items.sweep(OVER)
    expected = [("entry_due", False), ("entry_due", True)]
    assert (await told(place, "C"), await told(place, "L"), await told(place, "K")) == (expected, expected, [])
    mine, theirs = (await place.told("C"))[0], (await place.told("L"))[0]
    assert (mine.desk, theirs.desk) == (f"entry:{item.id}:1", None)
    for notice, words in ((mine, "/mine"), (theirs, "姓名C · 财政局")):
        said = renderer.notice(notice.template, "zh_CN", notice.params, Frame(title=None))
        assert words in said
        assert "截止09-29" in said


async def test_several_are_told_in_one_message(place: Collectors) -> None:
    for number in range(20):
        await place.announce(replace(CAUTION, title=f"第{number}件"))
    await place.items.sweep(NEAR)
    (mine,) = await place.told("C")
    assert (len(mine.params["entries"]), mine.params["more"], mine.desk) == (12, 8, None)


async def test_after_a_pause_an_overdue_item_is_told_once_and_not_as_near(place: Collectors) -> None:
    await place.announce()
    await place.items.sweep(OVER + timedelta(days=9))
    assert await told(place, "C") == [("entry_due", True)]


async def test_what_is_entered_or_withdrawn_is_not_called_to_mind(place: Collectors) -> None:
    entered, withdrawn = await place.announce(), await place.announce()
    await place.submit(item_id=entered.id, version=1)
    await place.items.withdraw(withdrawn.id, place.id("C"), NEAR, 1)
    await place.items.sweep(NEAR)
    await place.items.sweep(OVER)
    assert await told(place, "C") == []


async def test_what_is_announced_after_its_reminder_was_due_waits_for_its_end(place: Collectors) -> None:
    await place.announce(now=NEAR + SECOND)
    await place.items.sweep(NEAR + SECOND)
    await place.items.sweep(OVER)
    assert await told(place, "C") == [("entry_due", True)]


async def known(place: Collectors, *off: date) -> None:
    """The official days of 2027 are known."""
    named = [OfficialDay(date=day, name="元旦", off=True) for day in off]
    national = OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True)
    async with place.db.writing() as conn:
        await days.save(conn, 2027, [*named, national], DECEMBER)


async def test_of_a_provisional_day_nothing_follows_until_it_is_official(place: Collectors) -> None:
    announced = await place.announce(LAST_OF_2026, now=DECEMBER)
    assert (announced.provisional, announced.due_on) == (True, date(2027, 1, 5))
    waits = await place.submit(LAST_OF_2026, now=DECEMBER)
    late = await place.submit(LAST_OF_2026, now=datetime(2027, 1, 6, tzinfo=ZONE))
    assert (waits.timely, late.timely) == (None, None)
    issued = await place.approve(await place.submit(LAST_OF_2026, now=DECEMBER), now=DECEMBER)
    withdrawn = await place.items.withdraw(
        (await place.announce(LAST_OF_2026, now=DECEMBER)).id, place.id("C"), DECEMBER, 1
    )
    later = datetime(2027, 1, 20, 10, 0, tzinfo=ZONE)
    await place.items.sweep(later)
    assert await told(place, "C") == []
    await known(place, date(2027, 1, 1), date(2027, 1, 4))
    for _ in range(2):
        await place.items.sweep(later)
    found = [await place.items.of(one.id, place.id("C"), later) for one in (announced, waits, late, issued, withdrawn)]
    assert [one.due_on for one in found] == [date(2027, 1, 6)] * 4 + [date(2027, 1, 5)]
    assert [one.timely for one in found] == [None, True, True, True, None]
    assert [one.provisional for one in found] == [False] * 4 + [True]
    assert [one.version for one in found[:3]] == [announced.version, waits.version, late.version]
    assert [notice.template for notice in await place.told("C") if "redated" in notice.key] == ["items_redated"]
    assert await told(place, "C") == [("entry_due", True)]
    recorded = [body for _, body in await place.events("item_redated")]
    assert [body["item"] for body in recorded] == [one.id for one in found[:4]]
    assert recorded[0] == {"item": announced.id, "was": "2027-01-05", "due_on": "2027-01-06", "provisional": False}


async def test_who_entered_after_the_official_day_is_late_and_an_unchanged_day_is_not_told(place: Collectors) -> None:
    late = await place.submit(LAST_OF_2026, now=datetime(2027, 1, 6, tzinfo=ZONE))
    await known(place, date(2027, 1, 1))
    await place.items.sweep(datetime(2027, 1, 7, tzinfo=ZONE))
    found = await place.items.of(late.id, place.id("C"), DECEMBER)
    assert (found.due_on, found.timely, found.provisional) == (date(2027, 1, 5), False, False)
    assert [notice.template for notice in await place.told("C")] == []
    assert not (await place.submit(LAST_OF_2026, now=DECEMBER)).provisional
