"""Days that need a year without its official notice are provisional: nothing follows before they are official."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NoReturn

import pytest

from messages.notices import Grade
from messages.official_days import OfficialDay
from messages.store import days
from messages.store.database import Database
from tests.district import ZONE
from tests.posts_warned import Warned

ISSUED = datetime(2026, 12, 30, 9, 12, tzinfo=ZONE)
IMPORTED = datetime(2027, 1, 4, 10, 0, tzinfo=ZONE)
AS_TOLD = (date(2027, 1, 1),)
OTHERS = (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5))


async def official(db: Database, off: Sequence[date], makeup: Sequence[date] = ()) -> None:
    """The official notice of 2027 is imported."""
    found = [OfficialDay(date=day, name="元旦", off=True) for day in off]
    found.append(OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True))
    found += [OfficialDay(date=day, name="元旦", off=False) for day in makeup]
    async with db.writing() as conn:
        await days.save(conn, 2027, found, IMPORTED)


async def test_what_was_certain_is_kept_and_what_was_not_waits_for_the_official_days(
    db: Database, database_url: str
) -> None:
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(Grade.ORANGE, "P", at=ISSUED)
    acknowledge = datetime(2026, 12, 31, 17, 30, tzinfo=ZONE)
    assert await warned.run(ISSUED, datetime(2027, 3, 1, tzinfo=ZONE)) == [ISSUED, acknowledge]
    told = await warned.stands(one)
    assert (told.provisional, told.answer_by) == (True, datetime(2027, 1, 7, 17, 30, tzinfo=ZONE))
    assert (await warned.notice(f"warning:{one}:1:issued")).provisional
    await official(db, OTHERS, [date(2027, 1, 9)])
    await warned.run(IMPORTED, datetime(2027, 3, 1, tzinfo=ZONE))
    dated = await warned.stands(one)
    answer = datetime(2027, 1, 9, 17, 30, tzinfo=ZONE)
    assert (dated.provisional, dated.turn, dated.acknowledge_by, dated.answer_by) == (False, 2, acknowledge, answer)
    assert await warned.steps(one) == [
        ("1:issued", "done"),
        ("1:unacknowledged", "done"),
        ("2:answer_soon", "done"),
        ("2:unanswered", "done"),
    ]
    said = await warned.said()
    assert said[f"warning:{one}:2:dates"] == "H"
    assert {key for key in said if "official-days" in key} == {
        f"warning:{one}:2:official-days:{code}" for code in "SIL"
    }
    assert await warned.events(one) == ["issued", "overdue", "redated", "overdue", "rise_proposed"]


async def test_the_same_days_tell_nobody_again_and_steps_run_from_then_on(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(Grade.ORANGE, "P", at=ISSUED)
    await warned.run(ISSUED, ISSUED)
    await official(db, AS_TOLD)
    await warned.run(datetime(2026, 12, 30, 10, 0, tzinfo=ZONE), datetime(2027, 3, 1, tzinfo=ZONE))
    assert not [key for key in await warned.said() if "dates" in key]
    assert [step for step, _ in await warned.steps(one)] == [
        "1:issued",
        "1:unacknowledged",
        "1:answer_soon",
        "1:unanswered",
    ]
    assert not (await warned.notice(f"warning:{one}:1:issued")).provisional


async def test_an_official_day_that_has_passed_before_it_was_known_is_counted_anew(
    db: Database, database_url: str
) -> None:
    warned = await Warned.found(db, database_url)
    issued = datetime(2027, 1, 5, 9, 12, tzinfo=ZONE)
    [one] = await warned.warn(Grade.BLUE, "P", at=issued)
    assert await warned.run(issued, datetime(2027, 3, 1, tzinfo=ZONE)) == [issued]
    await official(db, AS_TOLD)
    late = datetime(2027, 1, 18, 10, 0, tzinfo=ZONE)
    await warned.run(late, late)
    dated = await warned.stands(one)
    assert (dated.acknowledge_by, dated.answer_by) == (
        datetime(2027, 1, 20, 17, 30, tzinfo=ZONE),
        datetime(2027, 1, 25, 17, 30, tzinfo=ZONE),
    )
    assert await warned.events(one) == ["issued", "redated"]
    assert (await warned.notice(f"warning:{one}:1:issued")).acknowledge_by is not None
    await warned.acknowledge(f"warning:{one}:1:issued", "H", late)
    await warned.run(late, datetime(2027, 3, 1, tzinfo=ZONE))
    assert await warned.steps(one) == [
        ("1:issued", "done"),
        ("2:unacknowledged", "needless"),
        ("2:answer_soon", "done"),
        ("2:unanswered", "done"),
    ]


async def test_days_that_stay_provisional_are_looked_at_without_a_write(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each provisional warning once cost a write at each pass, every few seconds until the official days came."""
    warned = await Warned.found(db, database_url)
    await warned.warn(Grade.ORANGE, "P", at=ISSUED)
    await warned.sweep(ISSUED)

    def writes() -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(db, "writing", writes)
    await warned.ladders(db).sweep(ISSUED)
    assert not warned.apart.failures


async def test_days_that_official_ones_move_ahead_leave_all_days_of_the_ladder_from_then_on(
    db: Database, database_url: str
) -> None:
    """A weekend that is worked would have it answered two days earlier than told: one is taken, not both."""
    warned = await Warned.found(db, database_url)
    issued = datetime(2027, 1, 6, 9, 12, tzinfo=ZONE)
    [one] = await warned.warn(Grade.BLUE, "P", at=issued)
    await warned.run(issued, issued)
    assert (await warned.stands(one)).answer_by == datetime(2027, 1, 13, 17, 30, tzinfo=ZONE)
    await official(db, AS_TOLD, [date(2027, 1, 9), date(2027, 1, 10)])
    imported = datetime(2027, 1, 7, 10, 0, tzinfo=ZONE)
    await warned.run(imported, imported)
    dated = await warned.stands(one)
    assert (dated.provisional, dated.answer_by) == (False, datetime(2027, 1, 12, 17, 30, tzinfo=ZONE))
