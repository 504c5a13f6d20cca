"""Each grade's ladder on a moved clock, to its end: every step once, whatever restarts between two passes."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from messages.notices import Grade
from messages.store.database import Database
from schedules.policy import load
from tests.district import ZONE
from tests.posts_warned import MONDAY, Warned

LONG_AFTER = MONDAY + timedelta(days=60)


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """An instant of September 2026."""
    return datetime.combine(date(2026, 9, day), time(hour, minute), ZONE)


@pytest.mark.parametrize(
    ("grade", "passes", "told", "proposed"),
    [
        (
            Grade.BLUE,
            [at(9), at(11, 9, 12), at(14)],
            {"unacknowledged": "HS", "answer_soon": "H", "unanswered": "HS"},
            ("orange", "unanswered"),
        ),
        (
            Grade.ORANGE,
            [at(8), at(11, 9, 12), at(14)],
            {"unacknowledged": "HSL", "answer_soon": "H", "unanswered": "HSLI"},
            ("red", "unanswered"),
        ),
        (
            Grade.RED,
            [at(7), at(17, 9, 12), at(20)],
            {"unacknowledged": "HSLO", "answer_soon": "HL", "unanswered": "HSLIO"},
            (None, "unanswered"),
        ),
    ],
)
async def test_a_silent_holder_meets_each_step_once(
    db: Database,
    database_url: str,
    grade: Grade,
    passes: list[datetime],
    told: dict[str, str],
    proposed: tuple[str | None, str],
) -> None:
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(grade, "P")
    assert await warned.run(MONDAY, LONG_AFTER) == [MONDAY, *passes]
    later = {f"1:{step}": [*codes] for step, codes in told.items()}
    assert {step: codes for step, codes in (await warned.told(one)).items() if step != "1:issued"} == later
    assert await warned.steps(one) == [(f"1:{step}", "done") for step in ("issued", *told)]
    assert await warned.events(one) == ["issued", "overdue", "overdue", "rise_proposed"]
    assert await warned.proposals() == {one: proposed}
    said = await warned.said()
    for step, codes in told.items():
        keys = {f"warning:{one}:1:{step}" + ("" if code == "H" else f":{code}"): code for code in codes}
        assert keys.items() <= said.items()


async def test_what_was_done_in_time_needs_no_step_and_a_late_acknowledgement_ends_reminding(
    db: Database, database_url: str
) -> None:
    warned = await Warned.found(db, database_url)
    [prompt] = await warned.warn(Grade.ORANGE, "P")
    [late] = await warned.warn(Grade.ORANGE, "PS")
    await warned.run(MONDAY, MONDAY)
    await warned.acknowledge(f"warning:{prompt}:1:issued", "H", at(8, 17, 29))
    await warned.run(at(8), at(8))
    await warned.acknowledge(f"warning:{late}:1:issued", "S", at(9, 9, 0))
    await warned.run(at(9, 9, 0), at(9, 9, 0))
    assert await warned.steps(prompt) == [
        ("1:issued", "done"),
        ("1:unacknowledged", "needless"),
        ("1:answer_soon", None),
        ("1:unanswered", None),
    ]
    assert (await warned.steps(late))[1] == ("1:unacknowledged", "done")
    assert [(await warned.stands(one)).acknowledged_at for one in (prompt, late)] == [at(8, 17, 29), at(9, 9, 0)]
    assert [(await warned.stands(one)).state for one in (prompt, late)] == ["acknowledged", "acknowledged"]
    assert await warned.events(late) == ["issued", "overdue", "acknowledged"]


async def test_a_policy_that_is_edited_changes_nothing_in_flight(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(Grade.BLUE, "P")
    ladders = load().warnings
    other = ladders.blue.model_copy(update={"answer": 60, "steps": ladders.blue.steps[:1]})
    warned.policy = load().model_copy(update={"warnings": ladders.model_copy(update={"blue": other})})
    assert await warned.run(MONDAY, LONG_AFTER) == [MONDAY, at(9), at(11, 9, 12), at(14)]
    assert await warned.proposals() == {one: ("orange", "unanswered")}


async def test_a_new_holder_on_day_two_has_all_days_anew_and_the_old_one_is_told(
    db: Database, database_url: str
) -> None:
    warned = await Warned.found(db, database_url)
    await warned.district.person("N")
    [one] = await warned.warn(Grade.ORANGE, "P")
    await warned.run(MONDAY, MONDAY)
    await warned.acknowledge(f"warning:{one}:1:issued", "H", at(7, 10, 0))
    await warned.sweep(at(7, 10, 0))
    await warned.takes("N", "P", at(8, 10, 0))
    await warned.run(at(8, 10, 0), LONG_AFTER)
    warning = await warned.stands(one)
    assert (warning.holder, warning.turn, warning.acknowledged_at) == ("姓名N", 2, None)
    assert (warning.acknowledge_by, warning.answer_by) == (at(9), at(15))
    assert await warned.steps(one) == [
        ("1:issued", "done"),
        ("1:unacknowledged", "called_off"),
        ("1:answer_soon", "called_off"),
        ("1:unanswered", "called_off"),
        *((f"2:{step}", "done") for step in ("issued", "unacknowledged", "answer_soon", "unanswered")),
    ]
    said = await warned.said()
    assert said[f"warning:{one}:2:issued"] == "N"
    assert said[f"warning:{one}:2:moved:H"] == "H"
    assert (await warned.told(one))["2:issued"] == ["N"]
    lines = (await warned.notice(f"warning:{one}:2:issued")).params["history"]
    assert [line["what"]["message"] for line in lines] == ["it was issued", "it was acknowledged"]


async def test_a_warning_of_a_vacant_post_begins_when_somebody_takes_it(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    await warned.district.person("N")
    [one] = await warned.warn(Grade.ORANGE, "P")
    await warned.leaves("P", at(7, 9, 13))  # before anybody was told
    assert await warned.run(at(7, 9, 13), LONG_AFTER) == [at(7, 9, 13)]
    assert (await warned.stands(one)).answer_by is None
    told = await warned.told(one)
    assert told["2:issued"] == ["S", "L", "I"]
    await warned.takes("N", "P", at(21, 9, 0))
    await warned.run(at(21, 9, 0), at(21, 9, 0))
    warning = await warned.stands(one)
    assert (warning.turn, warning.holder, warning.acknowledge_by) == (3, "姓名N", at(22))
    assert await warned.events(one) == ["issued", "handed_over", "handed_over"]
    said = await warned.said()
    assert said[f"warning:{one}:3:issued"] == "N"
    assert not [key for key in said if "moved" in key]


async def test_what_never_reached_its_holder_does_not_count_and_begins_once_it_does(
    db: Database, database_url: str
) -> None:
    warned = await Warned.found(db, database_url)
    await warned.gone("H")
    [one] = await warned.warn(Grade.ORANGE, "P")
    await warned.run(MONDAY, at(18))
    assert await warned.events(one) == ["issued"]
    assert await warned.proposals() == {}
    assert (await warned.notice(f"warning:{one}:1:unanswered:S")).params["unreached"] is True
    await warned.back("H", at(21, 10, 0))
    await warned.run(at(21, 10, 0), LONG_AFTER)
    warning = await warned.stands(one)
    assert (warning.turn, warning.acknowledge_by, warning.answer_by) == (2, at(22), at(29))
    assert await warned.events(one) == ["issued", "redated", "overdue", "overdue", "rise_proposed"]
    heard = [key for key, code in (await warned.said()).items() if code == "H"]
    assert heard[:2] == [f"warning:{one}:1:issued", f"warning:{one}:2:dates"]


async def test_after_a_long_stop_nobody_is_reminded_of_a_day_that_has_passed(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(Grade.ORANGE, "P")
    await warned.sweep(MONDAY)
    await warned.run(at(21, 9, 0), at(21, 9, 0))
    assert await warned.steps(one) == [
        ("1:issued", "done"),
        ("1:unacknowledged", "done"),
        ("1:answer_soon", "needless"),
        ("1:unanswered", "done"),
    ]


async def test_an_orange_one_waits_for_the_end_of_days_off_and_a_red_one_does_not(db: Database) -> None:
    warned = await Warned.found(db)
    holiday = datetime(2026, 10, 1, 22, 0, tzinfo=ZONE)
    [orange] = await warned.warn(Grade.ORANGE, "P", at=holiday)
    [red] = await warned.warn(Grade.RED, "P", at=holiday)
    await warned.plan(holiday)
    opens = datetime(2026, 10, 8, 8, 0, tzinfo=ZONE)
    due = await warned.due("H")
    assert due == {f"warning:{orange}:1:issued": opens, f"warning:{red}:1:issued": holiday}
    # 8 October is the first working day; the make-up Saturday of 10 October counts.
    assert (await warned.stands(orange)).acknowledge_by == datetime(2026, 10, 9, 17, 30, tzinfo=ZONE)
    assert (await warned.stands(orange)).answer_by == datetime(2026, 10, 14, 17, 30, tzinfo=ZONE)
    assert (await warned.stands(red)).acknowledge_by == datetime(2026, 10, 8, 17, 30, tzinfo=ZONE)


async def test_a_process_that_dies_in_any_transaction_neither_loses_nor_doubles_a_step(
    sqlite_db: Database, tmp_path: Path
) -> None:
    warned = await Warned.found(sqlite_db, f"sqlite:///{tmp_path}/lianxun.db")
    await warned.district.person("N")
    [two, one] = await warned.warn(Grade.RED, "PS", "P")
    assert await warned.sweep_dying(MONDAY) == 8
    await warned.takes("N", "P", at(7, 12, 5))
    for instant in (at(7, 12, 5), at(7), at(17, 9, 12), at(17, 12, 5), at(20)):
        assert await warned.sweep_dying(instant) > 0
    told = {"unacknowledged": "SLO", "answer_soon": "L", "unanswered": "SLIO"}
    expected = {f"2:{step}": ["N", *codes] for step, codes in told.items()} | {
        "1:issued": [*"HSLIO"],
        "2:issued": ["N"],
    }
    assert await warned.told(one) == expected
    assert await warned.events(one) == ["issued", "handed_over", "overdue", "overdue", "rise_proposed"]
    assert await warned.events(two) == ["issued", "overdue", "overdue", "rise_proposed"]
    assert await warned.proposals() == {one: (None, "unanswered"), two: (None, "unanswered")}
