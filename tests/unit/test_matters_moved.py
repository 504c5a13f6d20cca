"""What people do with matters: dates moved and taken away, ends and new beginnings, posts named; what follows of it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.ledger import Kind
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import LimitState, MatterState
from messages.tenders.views import Outcome
from tests.awake import AWAKE
from tests.tendering import MONDAY, REF, Tendering, at, fact, told

OPENING = Milestone.OPENING
DEADLINE = Milestone.BID_DEADLINE
ISSUED = Milestone.DOCUMENTS_FROM
LATER = MONDAY + timedelta(days=1)


async def _begun(town: Tendering) -> int:
    """A tender whose documents were issued at the beginning of the month, to be opened at its end."""
    matter = await town.put_matter(fact(ISSUED, at(1)), fact(DEADLINE, at(28)), fact(OPENING, at(28)))
    return matter.id


def _waiting(prompts: Sequence[tuple[str, str, object, str | None]], rule: str) -> list[tuple[str, object]]:
    return [(kind, when) for of, kind, when, outcome in prompts if of == rule and outcome is None]


async def test_who_answers_for_a_step_moves_a_date_and_the_limits_move_with_it(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    ids = {(one.limit.rule, one.limit.part): one.id for one in (await town.whole()).limits}
    before = _waiting(await town.prompts(), "opening")
    taken = await town.tenders.move(matter_id, OPENING, at(29), town.people["H"], 1, LATER)
    assert (taken.outcome, taken.matter.version, taken.matter.changed_at) == (Outcome.CHANGED, 2, LATER)
    whole = await town.whole()
    assert {(one.limit.rule, one.limit.part): one.id for one in whole.limits} == ids
    assert {one.limit.state for one in whole.limits if one.limit.rule == "opening"} == {LimitState.BROKEN}
    assert [(one.kind, one.person) for one in whole.events] == [("created", None), ("moved", "H")]
    assert _waiting(await town.prompts(), "opening") != before
    row = (await town.ledger(Kind.MATTER))[-1]
    assert (row["event"], row["by"], row["dates"]) == (
        "moved",
        "H",
        [{"milestone": "opening", "part": "", "from": at(28).isoformat(), "to": at(29).isoformat()}],
    )
    again = await town.tenders.move(matter_id, OPENING, at(29), town.people["H"], 2, LATER)
    assert (again.outcome, again.matter.version) == (Outcome.UNCHANGED, 2)


async def test_what_was_seen_otherwise_is_looked_at_once_more(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    await town.tenders.move(matter_id, OPENING, at(29), town.people["C"], 1, MONDAY)
    with pytest.raises(Outdated):
        await town.tenders.move(matter_id, OPENING, at(30), town.people["L"], 1, MONDAY)
    with pytest.raises(Outdated):
        await town.tenders.clear(matter_id, OPENING, town.people["L"], 1, MONDAY)
    with pytest.raises(Outdated):
        await town.tenders.stop(matter_id, MatterState.CANCELLED, "项目调整", town.people["L"], 1, MONDAY)
    assert (await town.dates())[OPENING, ""] == at(29)


async def test_a_date_that_no_matter_can_have_is_refused(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    for milestone, when in ((OPENING, at(28).replace(year=1949)), (Milestone.EXAMINATION, at(28))):
        with pytest.raises(Refused) as refused:
            await town.tenders.move(matter_id, milestone, when, town.people["C"], 1, MONDAY)
        assert [fault.column for fault in refused.value.faults] == [milestone.value]


async def test_a_matter_that_is_over_prompts_nobody_until_it_goes_on(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    leader = town.people["L"]
    planned = {(rule, kind, when) for rule, kind, when, outcome in await town.prompts() if outcome is None}
    assert planned
    with pytest.raises(Refused):
        await town.tenders.stop(matter_id, MatterState.CANCELLED, " ", leader, 1, MONDAY)
    stopped = await town.tenders.stop(matter_id, MatterState.CANCELLED, "项目调整", leader, 1, MONDAY)
    assert (stopped.matter.state, stopped.matter.why) == (MatterState.CANCELLED, "项目调整")
    assert {outcome for *_, outcome in await town.prompts()} == {"withdrawn"}
    for act in (
        town.tenders.stop(matter_id, MatterState.COMPLETE, "", leader, 2, MONDAY),
        town.tenders.move(matter_id, OPENING, at(29), leader, 2, MONDAY),
    ):
        with pytest.raises(DecidedBefore):
            await act
    reopened = await town.tenders.reopen(matter_id, leader, 2, MONDAY)
    assert (reopened.matter.state, reopened.matter.why) == (MatterState.ACTIVE, None)
    assert {(rule, kind, when) for rule, kind, when, outcome in await town.prompts() if outcome is None} == planned
    with pytest.raises(DecidedBefore):
        await town.tenders.reopen(matter_id, leader, 3, MONDAY)
    assert [kind for kind, _ in await town.events()] == ["created", "stopped", "reopened"]


async def test_what_was_told_of_a_date_is_told_again_of_another_one_only(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    day = ("day", dict(_waiting(await town.prompts(), "opening"))["day"])
    await town.settle("opening", "day")
    await town.put_matter(fact(Milestone.EXPERTS_DRAWN, at(27)), now=LATER)
    assert day not in _waiting(await town.prompts(), "opening")
    await town.tenders.move(matter_id, DEADLINE, at(29), town.people["C"], 2, LATER)
    await town.tenders.move(matter_id, OPENING, at(29), town.people["C"], 3, LATER)
    kinds = [kind for kind, _ in _waiting(await town.prompts(), "opening")]
    assert kinds == ["day"]
    turns = [one.turn for limit in (await town.whole()).limits for one in limit.prompts if one.kind.value == "day"]
    assert turns == [0, 1]


async def test_named_posts_answer_instead_of_those_of_the_node(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    leader = town.people["L"]
    assert await town.tenders.may_move((await town.whole()).matter, town.people["H"])
    assert not await town.tenders.may_move((await town.whole()).matter, town.people["G"])
    await town.tenders.name_posts(matter_id, None, ["K9"], leader, MONDAY)
    matter = (await town.whole()).matter
    assert not await town.tenders.may_move(matter, town.people["H"])
    assert await town.tenders.may_move(matter, town.people["G"])
    assert [(one.milestone, one.code, one.holder) for one in (await town.whole()).posts] == [(None, "K9", "姓名G")]
    assert (await town.tenders.name_posts(matter_id, None, ["K9"], leader, MONDAY)).outcome is Outcome.UNCHANGED
    await town.tenders.name_posts(matter_id, None, [], leader, MONDAY)
    assert await town.tenders.may_move(matter, town.people["H"])
    for codes in (["没有"], ["\0"], ["K1"] * 101):
        with pytest.raises(Refused):
            await town.tenders.name_posts(matter_id, OPENING, codes, leader, MONDAY)


async def test_who_may_not_is_told_so_and_the_ledger_says_it(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    with pytest.raises(NotEntitled):  # inspects, and so sees it
        await town.tenders.move(matter_id, OPENING, at(29), town.people["I"], 1, MONDAY)
    with pytest.raises(NotFound):  # to whom it is not open it is not there
        await town.tenders.move(matter_id, OPENING, at(29), town.people["M"], 1, MONDAY)
    with pytest.raises(NotEntitled):  # answers for a step, and moves dates alone
        await town.tenders.stop(matter_id, MatterState.CANCELLED, "项目调整", town.people["H"], 1, MONDAY)
    with pytest.raises(NotEntitled):
        await town.tenders.name_posts(matter_id, None, ["K1"], town.people["H"], MONDAY)
    with pytest.raises(NotFound):
        await town.tenders.of(REF, town.people["M"], MONDAY)
    refused = [(row["act"], row["matter"]) for row in await town.ledger(Kind.ACT_REFUSED)]
    assert refused == [("enter_matters", REF)] * 4 + [("see_matters", REF)]


async def test_two_who_tell_of_the_same_matter_at_once_make_one(db: Database) -> None:
    town = await Tendering.found(db)
    what = [told(fact(OPENING, at(day)), ref=f"R-{number}") for number in range(20) for day in (28,)]
    all_of_it = (town.tenders.take_all(order, None, MONDAY) for order in (what, [*reversed(what)], what))
    taken = await asyncio.gather(*all_of_it)
    assert (sum(one.created for one in taken), sum(one.changed for one in taken)) == (20, 0)
    assert sum(one.unchanged for one in taken) == 40
    assert len(await town.ledger(Kind.MATTER)) == 20


async def test_two_who_move_a_date_at_once_are_not_both_heard(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)
    moves = (town.tenders.move(matter_id, OPENING, at(day), town.people["C"], 1, MONDAY) for day in (20, 21))
    done = await asyncio.gather(*moves, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Outdated", "Taken"]
    assert len(await town.events()) == 2


async def test_limits_are_reckoned_anew_once_when_the_rules_change_and_when_one_has_passed(db: Database) -> None:
    town = await Tendering.found(db)
    matter_id = await _begun(town)

    assert await town.stale(MONDAY) == []
    terms = AWAKE.tenders.rules.tender["bid_deadline"]
    rules = AWAKE.tenders.rules.model_copy(
        update={"tender": {**AWAKE.tenders.rules.tender, "bid_deadline": terms.model_copy(update={"n": 30})}}
    )
    policy = AWAKE.model_copy(update={"tenders": AWAKE.tenders.model_copy(update={"rules": rules})})
    other = Tendering.over(db, town.district, policy)
    assert await other.stale(MONDAY) == [matter_id]
    assert await other.tenders.reckon_anew(matter_id, MONDAY)
    assert await other.stale(MONDAY) == []
    states = {one.limit.rule: one.limit.state for one in (await other.whole()).limits}
    assert states["bid_deadline"] is LimitState.BROKEN
    assert not await other.tenders.reckon_anew(matter_id, MONDAY)
    assert (await other.whole()).matter.version == 2  # a day came out otherwise: calendars are to take it


async def test_a_limit_is_kept_when_its_step_has_come_and_one_that_is_provisional_waits_for_official_days(
    db: Database,
) -> None:
    town = await Tendering.found(db)
    award = Milestone.AWARD_NOTICE
    signed = Milestone.CONTRACT_SIGNED
    kept = await town.put_matter(fact(award, at(1)), fact(signed, at(9)), ref="R-1")
    assert await town.stale(at(8)) == []
    assert await town.stale(at(10)) == [kept.id]
    await town.tenders.reckon_anew(kept.id, at(10))
    assert await town.stale(at(10)) == []
    assert (await town.limit("contract", "R-1")).state is LimitState.KEPT
    await town.put_matter(fact(award, at(20).replace(year=2029)), ref="R-2")
    after = at(20).replace(year=2030)
    for matter_id in await town.stale(after):
        await town.tenders.reckon_anew(matter_id, after)
    assert await town.stale(after) == []
    contract = await town.limit("contract", "R-2")
    assert (contract.provisional, contract.state) == (True, LimitState.OPEN)
