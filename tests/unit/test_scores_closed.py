"""Periods that are closed: by whom, when, with what for everybody, and what becomes of them afterwards."""

import asyncio
import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from messages.deliveries import DeliveryState
from messages.errors import NotEntitled, NotFound, Refused
from messages.ledger import Kind
from messages.scores.fact_reading import fact_of
from messages.scores.kept import scored_of
from messages.scores.periods import Period, PeriodKind
from messages.scores.records import Reason
from messages.scores.rules import rules_of
from messages.scores.working_days import days_of
from messages.store import statements, tables
from messages.store.database import Database
from messages.visibility import What
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.scores.days import OwnDays
from schedules.scores.missing import Missing
from schedules.scores.scoring import score
from tests.district import ZONE, saying
from tests.scoring import (
    CLOSED_AT,
    IN_OCTOBER,
    Scoring,
    absence,
    acknowledged,
    corrected,
    entered,
    missed,
)

OCTOBER = "2026-10"
SOON = CLOSED_AT + timedelta(days=1)


@pytest.fixture
async def office(db: Database) -> Scoring:
    """An office in October: B did all in time, C missed a day, D was on leave."""
    office = await Scoring.found(db)
    await office.say(Kind.ACKNOWLEDGED, "B", acknowledged(1))
    await office.say(Kind.ITEM_SUBMITTED, "B", entered(1))
    await office.say(Kind.ACKNOWLEDGEMENT_MISSED, "C", missed(1))
    await office.say(Kind.ACKNOWLEDGEMENT_MISSED, "D", missed(1))
    await office.say(Kind.ABSENCE, "D", absence("2026-10-15", "2026-10-16"))
    return office


async def close(office: Scoring, now: datetime = CLOSED_AT) -> int:
    return (await office.scores.close(OCTOBER, office.id("A"), now)).made


async def total(office: Scoring, code: str, now: datetime = SOON) -> Decimal:
    found = await office.scores.of(office.id(code), OCTOBER, office.id(code), now)
    return found.scored.total


def changed(policy: Policy, **points: Any) -> Policy:  # noqa: ANN401 -- a number
    """The policy with another version of the rules, in which an acknowledgement in time is worth something else."""
    terms = policy.scores.rules["2026-1"]
    rules = [
        one.model_copy(update={"points": Decimal(points["acknowledged"])}) if one.when == "in_time" else one
        for one in terms.rules
    ]
    versions = policy.scores.rules | {"2026-2": terms.model_copy(update={"from_": points["since"], "rules": (*rules,)})}
    return policy.model_copy(update={"scores": policy.scores.model_copy(update={"rules": versions})})


# Closing


async def test_everybody_who_held_a_post_gets_one_statement_and_a_notice_with_it(office: Scoring) -> None:
    done = await office.scores.close(OCTOBER, office.id("A"), CLOSED_AT)
    assert (done.made, done.statements, done.closing.revision) == (5, 5, 1)
    told = await office.notices()
    assert sorted(told) == [f"statement:2026-10:1:{code}" for code in "ABCDL"]
    assert told["statement:2026-10:1:B"]["total"] == "4"
    assert [one["count"] for one in told["statement:2026-10:1:D"]["uncounted"]] == [1]
    [said] = await office.events(Kind.STATEMENT, "B")
    assert (said.body["total"], said.body["revision"], said.body["upto"]) == ("4", 1, done.closing.upto)
    found = await office.scores.of(office.id("D"), OCTOBER, office.id("D"), SOON)
    assert [one.reason for one in found.scored.uncounted] == [Reason.ON_LEAVE]
    assert found.statement is not None
    assert found.statement.notice_id is not None
    assert found.statement.object_by.isoformat() == "2026-11-16"


async def test_a_period_is_closed_only_when_it_is_over_and_by_who_may(office: Scoring) -> None:
    over = datetime(2026, 11, 1, tzinfo=ZONE)
    with pytest.raises(Refused):
        await close(office, over - timedelta(microseconds=1))
    with pytest.raises(NotEntitled):
        await office.scores.close(OCTOBER, office.id("L"), CLOSED_AT)
    for label in ("2026-13", "", "2026-10; DROP"):
        with pytest.raises(Refused):
            await office.scores.close(label, office.id("A"), CLOSED_AT)
    with pytest.raises(NotFound):
        await office.scores.close("2026-09", office.id("A"), CLOSED_AT)
    assert not await office.scores.closings()
    assert await close(office, over) == 5
    with pytest.raises(Refused):
        await close(office, over)
    [refusal] = await office.events(Kind.ACT_REFUSED, "L")
    assert refusal.body == {"act": "close_scores", "period": OCTOBER}


async def test_a_period_is_closed_when_it_is_written_down_who_has_not_acknowledged_in_it(office: Scoring) -> None:
    """After an outage over the month's end it was written down in November, and October did not have it."""
    due = datetime(2026, 10, 30, 17, 30, tzinfo=ZONE)
    notice = await office.district.issue(
        replace(saying(audience="person:L", send_at=IN_OCTOBER, acknowledge=True), acknowledge_by=due), IN_OCTOBER
    )
    await office.district.settle(await office.district.claim(IN_OCTOBER), DeliveryState.DELIVERED, at=IN_OCTOBER)
    with pytest.raises(Refused, match=f": 1, the first is {notice}"):
        await close(office)
    calendars = Calendars(office.db, "CN")
    dating = OwnDays(calendars, office.policy, ZONE)
    await Missing(db=office.db, dating=dating, apart=Apart(), zone=ZONE).sweep(CLOSED_AT)
    await close(office)
    found = await office.scores.of(office.id("L"), OCTOBER, office.id("L"), SOON)
    assert [one.at for one in found.scored.entries] == [due]


async def test_a_closing_that_was_ended_midway_is_finished_by_running_it_again(
    office: Scoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedules.scores.computing._AT_ONCE", 2)
    put, calls = statements.put, 0

    async def ends_midway(*given: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it takes
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return await put(*given, **named)

    monkeypatch.setattr(statements, "put", ends_midway)
    with pytest.raises(KeyboardInterrupt):
        await close(office)
    assert len(await office.events(Kind.STATEMENT)) == 2
    await office.say(Kind.ITEM_SUBMITTED, "D", entered(9), at=IN_OCTOBER)  # too late: the rows that count are named
    assert await close(office, SOON) == 3
    assert len(await office.events(Kind.STATEMENT)) == len(await office.notices()) == 5
    assert len(await office.events(Kind.SCORES_CLOSED)) == 1
    assert await total(office, "D") == 0


async def test_two_who_close_at_the_same_time_make_one_statement_for_each(office: Scoring) -> None:
    made = await asyncio.gather(close(office), close(office), return_exceptions=True)
    assert sum(one for one in made if isinstance(one, int)) == 5
    async with office.db.reading() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.statements)) == 5
        assert await conn.scalar(select(func.count()).select_from(tables.closings)) == 1


async def test_what_comes_later_changes_nothing_of_a_closed_period_but_corrections_do(office: Scoring) -> None:
    await close(office)
    await office.say(Kind.ACKNOWLEDGED, "B", acknowledged(2))
    await office.say(Kind.ABSENCE, "C", absence("2026-10-15", "2026-10-15"))
    assert [await total(office, "B"), await total(office, "C")] == [4, 0]
    await office.say(Kind.SCORE_CORRECTED, "B", corrected("-1.5"), at=SOON)
    assert await total(office, "B") == Decimal("2.5")
    history = await office.scores.history(office.id("B"), SOON, most=6)
    assert [(one.period.label, one.total, one.closed) for one in history] == [
        ("2026-10", Decimal("2.5"), True),
        ("2026-11", Decimal(0), False),
    ]


async def test_a_closed_period_is_computed_anew_from_the_ledger_alone(office: Scoring) -> None:
    await close(office)
    await office.say(Kind.ITEM_SUBMITTED, "B", entered(9))
    [closed] = await office.events(Kind.SCORES_CLOSED)
    [rules] = [one for one in await office.events(Kind.SCORE_RULES) if one.body["period"] == OCTOBER]
    period = Period.read(OCTOBER)
    assert period is not None
    async with office.db.reading() as conn:
        query = select(tables.ledger_links.c.event_id).where(tables.ledger_links.c.seq <= closed.body["upto"])
        linked = {*await conn.scalars(query)}
    for code in "ABCDL":
        events = [one for kind in Kind for one in await office.events(kind, code) if one.id in linked]
        random.shuffle(events)
        facts = [fact for one in events if (fact := fact_of(one))]
        found = score(facts, rules_of(rules.body["rules"]), period, days_of(closed.body["days"]))
        [said] = await office.events(Kind.STATEMENT, code)
        assert found == scored_of(said.body)


# Rules


async def test_a_policy_that_is_changed_in_the_middle_changes_nothing_before_the_next_boundary(office: Scoring) -> None:
    office.scores = office.desk(office.db, changed(office.policy, acknowledged=7, since="2026"))
    await office.scores.sweep(IN_OCTOBER + timedelta(days=1))
    assert await total(office, "B", IN_OCTOBER) == 4
    november = datetime(2026, 11, 3, 9, tzinfo=ZONE)
    await office.scores.sweep(november)
    await office.say(Kind.ACKNOWLEDGED, "B", acknowledged(5), at=november)
    late = await office.scores.of(office.id("B"), None, office.id("B"), november)
    assert (late.period.label, late.rules.version, late.scored.total) == ("2026-11", "2026-2", Decimal(1))
    await close(office)
    assert await total(office, "B") == 4


async def test_periods_that_went_by_unseen_are_caught_up_with_and_a_longer_kind_begins_at_its_own_boundary(
    office: Scoring,
) -> None:
    terms = office.policy.scores.model_copy(update={"period": PeriodKind.QUARTER})
    quarters = office.policy.model_copy(update={"scores": terms})
    scores = office.desk(office.db, quarters)
    await scores.sweep(datetime(2027, 4, 1, tzinfo=ZONE))
    await scores.sweep(datetime(2027, 4, 2, tzinfo=ZONE))
    said = [one.body["period"] for one in await office.events(Kind.SCORE_RULES)]
    assert said == ["2026-10", "2026-11", "2026-12", "2027-Q1", "2027-Q2"]


async def test_other_rules_are_published_by_computing_anew_with_the_difference(office: Scoring) -> None:
    await close(office)
    office.scores = office.desk(office.db, changed(office.policy, acknowledged=3, since="2026"))
    dry = await office.scores.recompute(OCTOBER, office.id("A"), "", SOON, dry=True)
    assert dry.closing is None
    assert [(one.person.code, one.before, one.after) for one in dry.differences] == [("B", Decimal(4), Decimal(6))]
    assert len(await office.events(Kind.SCORES_CLOSED)) == 1
    done = await office.scores.recompute(OCTOBER, office.id("A"), "新规则追溯适用", SOON, dry=False)
    assert done.differences == dry.differences
    assert done.closing is not None
    assert done.closing.revision == 2
    told = await office.notices()
    assert [key for key in told if ":2:" in key] == ["statement:2026-10:2:B"]
    assert (told["statement:2026-10:2:B"]["before"], told["statement:2026-10:2:B"]["total"]) == ("4", "6")
    assert await total(office, "B") == 6
    superseding = (await office.events(Kind.SCORE_RULES))[-1]
    assert superseding.body["supersedes"] == (await office.events(Kind.SCORE_RULES))[0].id


async def test_computing_anew_keeps_corrections_and_takes_what_came_since(office: Scoring) -> None:
    await close(office)
    await office.say(Kind.SCORE_CORRECTED, "C", corrected("1"), at=SOON)
    await office.say(Kind.ACKNOWLEDGEMENT_MISSED, "B", missed(7))
    await office.say(Kind.ABSENCE, "C", absence("2026-10-15", "2026-10-15"), at=SOON)
    done = await office.scores.recompute(OCTOBER, office.id("A"), "补录请假", SOON, dry=False)
    assert [(one.person.code, one.before, one.after) for one in done.differences] == [
        ("B", Decimal(4), Decimal(4)),
        ("C", Decimal(1), Decimal(1)),
    ]
    found = await office.scores.of(office.id("C"), OCTOBER, office.id("C"), SOON)
    assert [one.points for one in found.scored.entries] == [1]
    assert [one.reason for one in found.scored.uncounted] == [Reason.ON_LEAVE]


async def test_only_a_closed_period_is_computed_anew_and_not_without_a_reason(office: Scoring) -> None:
    with pytest.raises(Refused):
        await office.scores.recompute(OCTOBER, office.id("A"), "更正", SOON, dry=True)
    await close(office)
    with pytest.raises(Refused):
        await office.scores.recompute(OCTOBER, office.id("A"), " ", SOON, dry=False)
    with pytest.raises(NotEntitled):
        await office.scores.recompute(OCTOBER, office.id("L"), "更正", SOON, dry=True)


# Who sees what


async def test_a_score_is_open_to_the_person_and_to_who_supervises_and_each_look_is_recorded(office: Scoring) -> None:
    for viewer in ("L", "A", "A"):
        await office.scores.of(office.id("B"), OCTOBER, office.id(viewer), SOON)
    for viewer, seen in (("C", "B"), ("L", "D"), ("B", "A")):
        with pytest.raises(NotEntitled):
            await office.scores.of(office.id(seen), OCTOBER, office.id(viewer), SOON)
    looks = await office.events(Kind.RECORD_SEEN, "B")
    assert [(one.body["by"], one.body["what"]) for one in looks] == [("L", What.SCORES), ("A", What.SCORES)]
    assert not await office.events(Kind.RECORD_SEEN, "A")
    refused = await office.events(Kind.ACT_REFUSED, "C")
    assert [one.body["act"] for one in refused] == ["see_scores"]


async def test_who_has_left_a_unit_is_supervised_there_for_the_periods_spent_there_alone(office: Scoring) -> None:
    """Who led a unit in which somebody had ever worked saw all scores of that person for good."""
    mine = tables.assignments.c.person_id == office.id("B")
    for left, may in ((datetime(2026, 10, 15, tzinfo=ZONE), True), (datetime(2026, 9, 15, tzinfo=ZONE), False)):
        async with office.db.writing() as conn:
            await conn.execute(update(tables.assignments).where(mine).values(ended_at=left))
        if may:
            await office.scores.of(office.id("B"), OCTOBER, office.id("L"), SOON)
    with pytest.raises(NotEntitled):
        await office.scores.of(office.id("B"), OCTOBER, office.id("L"), SOON)
    await office.scores.of(office.id("B"), OCTOBER, office.id("A"), SOON)


async def test_a_statement_is_open_to_the_same(office: Scoring) -> None:
    await close(office)
    mine = (await office.scores.of(office.id("B"), OCTOBER, office.id("B"), SOON)).statement
    assert mine is not None
    assert (await office.scores.statement(mine.id, office.id("L"), SOON)).scored.total == 4
    with pytest.raises(NotEntitled):
        await office.scores.statement(mine.id, office.id("D"), SOON)
    with pytest.raises(NotFound):
        await office.scores.statement(mine.id + 100, office.id("A"), SOON)


# Units


async def test_units_have_rates_and_small_ones_are_not_named(office: Scoring) -> None:
    await close(office)
    with pytest.raises(NotEntitled):
        await office.scores.units(OCTOBER, office.id("B"), SOON)
    few = await office.scores.units(OCTOBER, office.id("A"), SOON)
    assert [(one.unit, one.people, one.points_per_person) for one in few.units] == [(None, 2, None)]
    smallest = office.policy.scores.model_copy(update={"smallest_unit": 2})
    scores = office.desk(office.db, office.policy.model_copy(update={"scores": smallest}))
    [bureau] = (await scores.units(None, office.id("L"), SOON)).units
    assert (bureau.unit, bureau.people, bureau.points_per_person) == ("财政局", 2, Decimal("2.00"))
    assert (bureau.acknowledged_rate, bureau.in_time_rate) == (Decimal("0.5"), Decimal("0.5"))


async def test_the_ranking_is_off_until_somebody_answers_for_it(office: Scoring) -> None:
    await close(office)
    with pytest.raises(Refused):
        await office.scores.ranking(None, office.id("A"), SOON)
    with pytest.raises(NotEntitled):
        await office.scores.switch_ranking(on=True, person_id=office.id("L"), now=SOON)
    assert not (await office.scores.ranking_switch()).on
    on = await office.scores.switch_ranking(on=True, person_id=office.id("A"), now=SOON)
    assert (on.on, on.by) == (True, "A")
    await office.scores.switch_ranking(on=True, person_id=office.id("A"), now=SOON)
    assert [one.unit for one in (await office.scores.ranking(None, office.id("A"), SOON)).units] == [None]
    await office.scores.switch_ranking(on=False, person_id=office.id("A"), now=SOON)
    with pytest.raises(Refused):
        await office.scores.ranking(None, office.id("A"), SOON)
    assert [one.body for one in await office.events(Kind.RANKING)] == [
        {"on": True, "by": "A"},
        {"on": False, "by": "A"},
    ]
