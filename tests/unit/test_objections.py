"""Objections to statements of scores: who makes them, who answers, and what follows where nobody does."""

from asyncio import gather
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from messages.drafting import digest_of
from messages.errors import DecidedBefore, LianxunError, NotEntitled, NotFound, Outdated, Refused
from messages.organisation.records import Role
from messages.scores.fact_reading import fact_of
from messages.scores.facts import Corrected, LedgerEvent
from messages.scores.objections import ObjectionState, points_of, points_said, text_of
from messages.scores.records import Statement
from messages.store import tables
from messages.store.database import Database
from tests.district import MORNING, ZONE
from tests.stated import CHARGED, LATE, OBJECT_BY, PERIOD, UNREACHED, WHY, Stated

BECAUSE = "会议通知属实，按时签收处理。"
DUE = datetime(2026, 10, 12, 17, 30, tzinfo=ZONE)
"""Ten working days after ``MORNING``: 1 to 7 October are off, 10 October is worked."""


@pytest.fixture
async def place(db: Database) -> Stated:
    return await Stated.found(db)


async def test_the_whole_office_is_asked_but_nobody_who_administers_a_part_of_it(place: Stated) -> None:
    made = await place.objects()
    assert (made.entry, made.text, made.state, made.period) == (LATE, WHY, ObjectionState.MADE, PERIOD)
    await place.objections.sweep(MORNING)
    await place.objections.sweep(MORNING + timedelta(minutes=1))
    assert await place.told("objection") == ["A", "B"]
    said = await place.said("objection")
    assert (said["name"], said["text"], said["entry"]["points"]) == ("姓名H", WHY, "+1")
    [event] = await place.events("objection")
    assert (event["event"], event["entry"], event["digest"]) == ("made", LATE, digest_of({"text": WHY}))
    assert (event["by"], WHY in str(event)) == ("H", False)


async def test_it_is_to_be_answered_within_working_days(place: Stated) -> None:
    assert (await place.objects()).due_at == DUE


async def test_an_entry_is_objected_to_once_and_another_or_the_whole_beside_it(place: Stated) -> None:
    await place.objects()
    for entry in (CHARGED, UNREACHED, None):
        await place.objects(entry=entry)
    for entry in (LATE, None):
        with pytest.raises(DecidedBefore):
            await place.objects(entry=entry)
    assert len(await place.objections.of_person(place.id("H"), PERIOD)) == 4


async def test_who_objects_twice_at_the_same_instant_has_objected_once(place: Stated) -> None:
    outcomes = await gather(*(place.objects() for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["DecidedBefore", "DecidedBefore", "Objection"]


async def test_nobody_objects_to_the_statement_of_another_nor_to_what_it_does_not_say(place: Stated) -> None:
    for statement in (place.other, 9_999, -1):
        with pytest.raises(NotFound):
            await place.objects(statement=statement)
    with pytest.raises(NotFound):
        await place.objects(entry=999)
    assert [one["act"] for one in await place.events("act_refused")] == ["object", "object", "object"]


async def test_an_objection_is_taken_to_the_last_day_and_to_the_newest_statement_only(place: Stated) -> None:
    last = datetime(OBJECT_BY.year, OBJECT_BY.month, OBJECT_BY.day, 23, 59, tzinfo=ZONE)
    await place.objects(now=last)
    with pytest.raises(Refused):
        await place.objects(entry=None, now=last + timedelta(minutes=1))
    older = place.statement
    await place.close(2)
    with pytest.raises(Outdated):
        await place.objects(entry=None, statement=older)
    await place.objects()  # what was objected to before can be, of another statement


async def test_a_correction_is_an_event_that_scores_read_and_the_person_is_told(place: Stated) -> None:
    made = await place.objects()
    points = Decimal("1.5")
    done = await place.objections.correct(made.id, 1, place.id("A"), points, BECAUSE, MORNING)
    assert (done.state, done.points, done.why, done.decider, done.version) == (
        ObjectionState.CORRECTED,
        points,
        BECAUSE,
        "姓名A",
        2,
    )
    [body] = await place.events("score_corrected")
    fact = fact_of(LedgerEvent(id=7, at=MORNING, kind="score_corrected", body=body))
    assert isinstance(fact, Corrected)
    assert (fact.period, fact.points, fact.why, fact.about) == (PERIOD, points, BECAUSE, LATE)
    assert (body["by"], body["objection"], body["statement"]) == ("A", made.id, place.statement)
    assert await place.told("objection_answered") == ["H"]
    said = await place.said("objection_answered")
    assert (said["points"], said["why"], said["by"]) == ("+1.5", BECAUSE, "姓名A")


async def test_a_refusal_has_a_reason_and_changes_no_score(place: Stated) -> None:
    made = await place.objects(entry=None)
    with pytest.raises(Refused):
        await place.objections.refuse(made.id, 1, place.id("B"), "  ", MORNING)
    done = await place.objections.refuse(made.id, 1, place.id("B"), "经核实，记录无误。", MORNING)
    assert (done.state, done.points) == (ObjectionState.REFUSED, None)
    assert await place.events("score_corrected") == []
    assert [one["event"] for one in await place.events("objection")] == ["made", "refused"]
    assert (await place.said("objection_answered"))["points"] is None


async def test_of_two_who_answer_one_does(place: Stated) -> None:
    made = await place.objects()
    outcomes = await gather(
        place.objections.correct(made.id, 1, place.id("A"), Decimal(1), BECAUSE, MORNING),
        place.objections.refuse(made.id, 1, place.id("B"), BECAUSE, MORNING),
        return_exceptions=True,
    )
    assert sum(isinstance(one, DecidedBefore) for one in outcomes) == 1
    assert len(await place.told("objection_answered")) == 1
    assert len(await place.events("objection")) == 2


async def test_only_the_whole_office_answers_and_nobody_the_own_objection(place: Stated) -> None:
    made = await place.objects()
    for code in "LDN":
        with pytest.raises(NotFound):
            await place.objections.refuse(made.id, 1, place.id(code), BECAUSE, MORNING)
        assert [one["act"] for one in await place.events("act_refused", code)] == ["close_scores"]
    with pytest.raises(LianxunError):
        await place.objections.refuse(made.id, 1, place.id("H"), BECAUSE, MORNING)

    own = await place.objections.object(await _statement_of(place, "A"), None, place.id("A"), WHY, MORNING)
    with pytest.raises(NotEntitled):
        await place.objections.correct(own.id, 1, place.id("A"), Decimal(4), BECAUSE, MORNING)
    await place.objections.sweep(MORNING)
    assert await place.told("objection") == ["A", "B", "B"]
    assert (await place.objections.correct(own.id, 1, place.id("B"), Decimal(4), BECAUSE, MORNING)).points == 4


async def test_of_the_only_administrator_who_supervises_that_one_answers_or_a_second_one_who_is_named(
    place: Stated,
) -> None:
    """It waited until it was told as overdue, and nobody was asked."""
    b = tables.roles.c.person_id == place.id("B")
    async with place.db.writing() as conn:
        await conn.execute(update(tables.roles).where(b).values(ended_at=MORNING))
    statement = await _statement_of(place, "A")
    whole = await place.objections.object(statement, None, place.id("A"), WHY, MORNING)
    assert await place.objections.answered_by(whole) is None
    await place.objections.sweep(MORNING)
    assert await place.told("objection") == []

    await place.district.person("I", roles=[(Role.INSPECTOR, "推进办")])
    late = await place.objections.object(statement, LATE, place.id("A"), WHY, MORNING)
    await place.objects()
    assert await place.objections.answered_by(late) is Role.INSPECTOR
    await place.objections.sweep(MORNING)
    assert await place.told("objection") == ["I", "I", "A"]
    waiting = await place.objections.waiting(place.id("I"), MORNING, 1, size=5)
    assert ([one.code for one in waiting[0]], waiting[1]) == (["A", "A"], 2)
    for code in "ADL":
        with pytest.raises(LianxunError):
            await place.objections.refuse(whole.id, 1, place.id(code), BECAUSE, MORNING)
    done = await place.objections.refuse(whole.id, 1, place.id("I"), BECAUSE, MORNING)
    assert done.decider == "姓名I"

    async with place.db.writing() as conn:
        await conn.execute(update(tables.roles).where(b).values(ended_at=None))
    assert not await place.objections.answers(place.id("I"))
    with pytest.raises(NotFound):
        await place.objections.refuse(late.id, 1, place.id("I"), BECAUSE, MORNING)
    assert (await place.objections.refuse(late.id, 1, place.id("B"), BECAUSE, MORNING)).decider == "姓名B"


async def test_a_statement_that_is_replaced_while_somebody_objects_is_not_objected_to(
    place: Stated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was looked up before, and another process published the period anew."""
    to_object, older = place.objections.to_object, place.statement

    async def replaced_meanwhile(*given: Any) -> Statement:  # noqa: ANN401 -- whatever it takes
        found = await to_object(*given)
        await place.close(2)
        return found

    monkeypatch.setattr(place.objections, "to_object", replaced_meanwhile)
    with pytest.raises(Outdated):
        await place.objects(statement=older)
    assert await place.events("objection") == []


async def _statement_of(place: Stated, code: str) -> int:
    query = tables.statements.select().where(tables.statements.c.person_id == place.id(code))
    async with place.db.reading() as conn:
        return int((await conn.execute(query)).one().id)


async def test_another_version_than_was_seen_is_not_decided_about(place: Stated) -> None:
    made = await place.objects()
    with pytest.raises(Outdated):
        await place.objections.refuse(made.id, 2, place.id("A"), BECAUSE, MORNING)


@pytest.mark.parametrize("points", [Decimal(0), Decimal(101), Decimal("0.005"), Decimal("-100.01")])
async def test_no_correction_of_nothing_too_much_or_parts_of_a_hundredth(place: Stated, points: Decimal) -> None:
    made = await place.objects()
    with pytest.raises(Refused):
        await place.objections.correct(made.id, 1, place.id("A"), points, BECAUSE, MORNING)


async def test_a_card_that_was_not_sent_yet_is_not_sent_once_another_has_answered(place: Stated) -> None:
    made = await place.objects()
    await place.objections.sweep(MORNING)
    await place.objections.refuse(made.id, 1, place.id("B"), BECAUSE, MORNING)
    assert await place.told("objection") == []


async def test_who_was_asked_and_administers_no_more_is_followed_by_who_does(place: Stated) -> None:
    await place.objects()
    async with place.db.writing() as conn:
        others = tables.roles.c.person_id == place.id("B")
        await conn.execute(update(tables.roles).where(others).values(ended_at=MORNING - timedelta(days=1)))
    await place.objections.sweep(MORNING)
    assert await place.told("objection") == ["A"]
    later = MORNING + timedelta(hours=1)
    async with place.db.writing() as conn:
        a, b = (tables.roles.c.person_id == place.id(code) for code in "AB")
        await conn.execute(update(tables.roles).where(a).values(ended_at=later))
        await conn.execute(update(tables.roles).where(b).values(ended_at=None))
    await place.objections.sweep(later)
    await place.objections.sweep(later)
    assert await place.told("objection") == ["A", "B"]


async def test_who_stood_in_and_may_answer_no_more_is_followed_by_who_may(place: Stated) -> None:
    """The card stayed with who had stood in: nobody else heard of it before the day on which it was nearly due."""
    b, i = (tables.roles.c.person_id == place.id("B"), tables.roles.c.role == Role.INSPECTOR.value)
    async with place.db.writing() as conn:
        await conn.execute(update(tables.roles).where(b).values(ended_at=MORNING - timedelta(days=1)))
    await place.district.person("I", roles=[(Role.INSPECTOR, "推进办")])
    await place.objections.object(await _statement_of(place, "A"), LATE, place.id("A"), WHY, MORNING)
    await place.objections.sweep(MORNING)
    later, named = MORNING + timedelta(hours=1), MORNING + timedelta(hours=2)
    async with place.db.writing() as conn:
        await conn.execute(update(tables.roles).where(i).values(ended_at=later))
    await place.district.person("J", roles=[(Role.INSPECTOR, "推进办")])
    for _ in range(2):
        await place.objections.sweep(later)
    assert await place.told("objection") == ["I", "J"]
    async with place.db.writing() as conn:
        await conn.execute(update(tables.roles).where(b).values(ended_at=None, granted_at=named))
    for _ in range(2):
        await place.objections.sweep(named)
    assert await place.told("objection") == ["I", "J", "B"]


async def test_the_office_is_reminded_once_the_working_day_before(place: Stated) -> None:
    await place.objects()
    await place.objects(entry=None)
    before = datetime(2026, 10, 10, 8, 0, tzinfo=ZONE)
    await place.objections.sweep(before)
    assert await place.told("objections_waiting") == []
    for hours in (2, 3):
        await place.objections.sweep(before + timedelta(hours=hours))
    assert await place.told("objections_waiting") == ["A", "B"]
    said = await place.said("objections_waiting")
    assert (said["late"], len(said["objections"])) == (False, 2)


async def test_what_is_overdue_is_told_to_the_office_and_to_who_waits_and_is_recorded(place: Stated) -> None:
    made = await place.objects()
    await place.objections.sweep(DUE + timedelta(days=3))  # after days off each thing happens once
    await place.objections.sweep(DUE + timedelta(days=4))
    assert await place.told("objection_late") == ["H"]
    assert (await place.told("objections_waiting")).count("A") == 1
    assert (await place.said("objections_waiting"))["late"] is True
    assert [one["event"] for one in await place.events("objection")] == ["made", "overdue"]
    done = await place.objections.correct(made.id, 1, place.id("A"), Decimal(1), BECAUSE, DUE + timedelta(days=5))
    assert done.state is ObjectionState.CORRECTED


async def test_what_was_answered_is_neither_reminded_of_nor_overdue(place: Stated) -> None:
    made = await place.objects()
    await place.objections.refuse(made.id, 1, place.id("A"), BECAUSE, MORNING)
    await place.objections.sweep(DUE + timedelta(days=1))
    assert await place.told("objections_waiting") == await place.told("objection_late") == []


@pytest.mark.parametrize(
    ("given", "points"),
    [("2", "2"), ("+2", "2"), ("－0.5", "-0.5"), ("−1.25", "-1.25"), (" 3 ", "3"), ("100", "100")],
)
def test_points_are_read_as_people_write_them(given: str, points: str) -> None:
    assert points_of(given) == Decimal(points)


@pytest.mark.parametrize("given", ["", "0", "-0.00", "101", "1.234", "1e2", "两分", "nan", "--1", "٣"])
def test_what_is_no_number_of_points_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        points_of(given)


def test_points_are_said_with_their_sign() -> None:
    assert [points_said(Decimal(one)) for one in ("2", "-0.50", "0", "10")] == ["+2", "−0.5", "0", "+10"]


def test_a_text_keeps_its_lines_and_is_not_too_long() -> None:
    assert text_of(" 第一行  有空格\n\n\x00第二行 ") == "第一行 有空格\n第二行"
    for given in ("", " \n ", "长" * 1001):
        with pytest.raises(Refused):
            text_of(given)
