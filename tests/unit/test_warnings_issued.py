"""A reminder becomes warnings: whom the first step tells, by when to acknowledge and to answer."""

from datetime import datetime, timedelta

import pytest

from messages.notices import Grade
from messages.store.database import Database
from tests.district import ZONE
from tests.judged import IN_FULL, Bench
from tests.posts_warned import MONDAY, Warned


@pytest.mark.parametrize(
    ("grade", "acknowledge", "answer", "told"),
    [
        (Grade.BLUE, 9, 14, ["H", "S"]),
        (Grade.ORANGE, 8, 14, ["H", "S", "L", "I"]),
        (Grade.RED, 7, 20, ["H", "S", "L", "I", "O"]),  # a Sunday that is worked
    ],
)
async def test_each_grade_has_its_days_and_its_people(
    db: Database, grade: Grade, acknowledge: int, answer: int, told: list[str]
) -> None:
    warned = await Warned.found(db)
    [warning_id] = await warned.warn(grade, "P")
    warning = await warned.stands(warning_id)
    assert warning.acknowledge_by == datetime(2026, 9, acknowledge, 17, 30, tzinfo=ZONE)
    assert warning.answer_by == datetime(2026, 9, answer, 17, 30, tzinfo=ZONE)
    assert (warning.holder, warning.turn, warning.issuer) == ("姓名H", 1, "姓名L")
    assert await warned.told(warning_id) == {"1:issued": told}
    assert await warned.events(warning_id) == ["issued"]


async def test_days_begin_when_quiet_hours_end_except_those_of_a_red_one(db: Database) -> None:
    warned = await Warned.found(db)
    saturday = MONDAY + timedelta(days=5, hours=13)
    [orange] = await warned.warn(Grade.ORANGE, "P", at=saturday)
    [red] = await warned.warn(Grade.RED, "P", at=saturday)
    assert (await warned.stands(orange)).since == datetime(2026, 9, 14, 8, 0, tzinfo=ZONE)
    assert (await warned.stands(orange)).acknowledge_by == datetime(2026, 9, 15, 17, 30, tzinfo=ZONE)
    assert (await warned.stands(red)).since == saturday
    assert (await warned.stands(red)).acknowledge_by == datetime(2026, 9, 14, 17, 30, tzinfo=ZONE)


async def test_one_person_in_several_parts_is_told_once_and_the_holder_never_from_above(db: Database) -> None:
    warned = await Warned.found(db)
    [of_leader] = await warned.warn(Grade.RED, "PL")
    assert await warned.told(of_leader) == {"1:issued": ["L", "O"]}


async def test_a_superior_who_cannot_be_reached_is_told_and_so_is_the_next_one_up(db: Database) -> None:
    warned = await Warned.found(db)
    await warned.gone("S")
    [warning_id] = await warned.warn(Grade.BLUE, "P")
    assert await warned.told(warning_id) == {"1:issued": ["H", "S", "T"]}
    await warned.leaves("PS", MONDAY)
    [another] = await warned.warn(Grade.BLUE, "P")
    assert await warned.told(another) == {"1:issued": ["H", "T"]}


async def test_a_vacant_post_has_no_days_and_the_others_are_told(db: Database) -> None:
    warned = await Warned.found(db)
    await warned.leaves("P", MONDAY)
    [warning_id] = await warned.warn(Grade.ORANGE, "P")
    warning = await warned.stands(warning_id)
    assert (warning.holder, warning.since, warning.acknowledge_by, warning.answer_by) == (None, None, None, None)
    assert await warned.told(warning_id) == {"1:issued": ["S", "L", "I"]}


async def test_a_second_orange_one_within_twelve_months_proposes_red_on_itself(db: Database) -> None:
    warned = await Warned.found(db)
    [first] = await warned.warn(Grade.ORANGE, "P")
    [elsewhere] = await warned.warn(Grade.ORANGE, "PS", at=MONDAY + timedelta(days=1))
    [second] = await warned.warn(Grade.ORANGE, "P", at=MONDAY + timedelta(days=360))
    [late] = await warned.warn(Grade.ORANGE, "PS", at=MONDAY + timedelta(days=370))
    assert await warned.proposals() == {second: ("red", "two_orange")}
    assert await warned.events(second) == ["issued", "rise_proposed"]
    assert [await warned.events(one) for one in (first, elsewhere, late)] == [["issued"]] * 3


async def test_an_orange_one_that_was_released_as_issued_in_error_is_not_the_first_of_two(db: Database) -> None:
    bench = await Bench.open(db)
    await bench.release(await bench.warn(Grade.ORANGE), why="发错对象。")
    first = await bench.warn(Grade.ORANGE)
    assert await bench.warned.proposals() == {}
    await bench.answer(first, IN_FULL)
    await bench.accept(first, release=True)
    second = await bench.warn(Grade.ORANGE)
    assert await bench.warned.proposals() == {second: ("red", "two_orange")}
