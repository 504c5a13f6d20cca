"""Who comes to answer for a step after others were told of it hears of it, once, in working time, while it is open."""

import pytest
from sqlalchemy import update

from messages.register.records import Workflow
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import MatterState, PromptKind
from schedules.tenders.keys import key_of
from tests.prompted import OPENING, Prompted, mornings
from tests.tendering import REF, at, fact

AWARDED = fact(Milestone.AWARD_NOTICE, at(7))
OCTOBER = 10


async def told(db: Database) -> Prompted:
    """A tender that was awarded on 7 September: ``D`` was told of its contract, which is due on 8 October."""
    town = await Prompted.found(db)
    await town.district.person("N")
    await town.put_matter(AWARDED, state=MatterState.AWARDED)
    await town.hear(at(7, 10))
    return town


def of_contract(heard: list[tuple[str, str, str]], *but: str) -> list[tuple[str, str]]:
    """The days on which people hear of the contract, and who."""
    return [(day, code) for day, code, key in heard if ":contract:" in key and code not in but]


async def name(town: Prompted, *codes: str, day: int, hour: int) -> None:
    matter = (await town.whole()).matter
    await town.tenders.name_posts(matter.id, Milestone.CONTRACT_SIGNED, codes, town.people["L"], at(day, hour))


async def test_who_takes_over_a_post_in_the_evening_hears_of_its_open_step_in_the_morning_once(db: Database) -> None:
    town = await told(db)
    await town.hand_over("K3", "N", at(8, 20))
    heard = await town.through(at(8, 21), at(9, 6), at(9, 9, 20), at(9, 11), *mornings(at(10, 9, 20), 5))
    assert of_contract(heard) == [("09-09", "N")]
    ((_, _, key),) = [one for one in heard if one[1] == "N"]
    notice = await town.notice(key)
    assert (notice["audience"], notice["acknowledge"], notice["params"]["why"]) == ('post:"K3"', True, "node")
    again = Prompted.over(town.db, town.district)  # a process that begins looks at all of them
    again.last = town.last
    assert of_contract(await again.through(at(14, 11))) == []
    later = await town.through(at(28, 10), at(29, 10), at(9, 10, month=OCTOBER))
    assert of_contract(later, "L", "C") == [("09-29", "N"), ("10-09", "N")]
    current = next(one for one in (await town.whole()).limits if one.limit.rule == "contract").prompts[0]
    assert (current.kind, current.people) == (PromptKind.CURRENT, 2)


async def test_a_post_that_is_named_when_its_step_was_told_hears_of_it_and_nobody_who_had_heard(db: Database) -> None:
    town = await told(db)
    await name(town, "K2", "K3", day=8, hour=9)
    assert of_contract(await town.through(at(8, 10), at(8, 11))) == [("09-08", "E")]
    await name(town, "K3", day=9, hour=9)
    await name(town, "K2", day=9, hour=10)
    assert of_contract(await town.through(at(9, 11), *mornings(at(10, 9, 20), 5))) == []


async def test_who_fills_a_vacant_post_hears_of_what_the_leader_was_told_instead(db: Database) -> None:
    town = await Prompted.found(db)
    await town.district.person("N")
    await town.vacate("K3")
    await town.put_matter(AWARDED, state=MatterState.AWARDED)
    assert ("09-07", "L") in of_contract(await town.through(at(7, 10)))
    await town.hand_over("K3", "N", at(8, 10))
    assert of_contract(await town.through(at(8, 10), at(9, 9, 20))) == [("09-08", "N")]


async def test_what_a_newcomer_was_told_is_called_off_and_told_anew_as_to_everybody_else(db: Database) -> None:
    town = await told(db)
    await town.hand_over("K3", "N", at(8, 10))
    ((_, key),) = [one for one in await town.hear(at(8, 10)) if one[0] == "N"]
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(9)), state=MatterState.AWARDED, now=at(9, 10))
    moved = key_of(REF, "contract", PromptKind.MOVED)
    assert {code for code, told_by in await town.hear(at(9, 11)) if told_by == moved} >= {"N"}
    assert (await town.notice(key))["cancelled_at"] is not None
    matter = (await town.whole()).matter
    await town.tenders.stop(matter.id, MatterState.CANCELLED, "资金调整", town.people["L"], matter.version, at(10, 9))
    assert {code for code, told_by in await town.hear(at(10, 10)) if ":stopped" in told_by} == {"L", "N"}


async def test_of_what_is_overdue_a_newcomer_hears_that(db: Database) -> None:
    town = await told(db)
    await town.through(at(28, 10), at(9, 10, month=OCTOBER))
    await town.hand_over("K3", "N", at(12, 9, month=OCTOBER))
    ((code, key),) = await town.hear(at(12, 10, month=OCTOBER))
    assert (code, (await town.notice(key))["template"]) == ("N", "tender_overdue")


async def test_who_takes_over_a_post_that_was_told_for_its_other_work_of_the_kind_hears_of_it(db: Database) -> None:
    """Nobody answers for the step itself: only who answers for it was looked for on a working day."""
    town = await Prompted.found(db)
    await town.district.person("N")
    await town.vacate("K3")
    async with db.writing() as conn:
        await conn.execute(update(tables.nodes).values(workflow=Workflow.TENDER.value))
    await town.put_matter(AWARDED, state=MatterState.AWARDED)
    ((_, key), *_) = [one for one in await town.hear(at(7, 10)) if one[0] == "H"]
    assert (await town.notice(key))["params"]["why"] == "work"
    await town.hand_over("K1", "N", at(8, 10))
    assert of_contract(await town.through(at(8, 10), at(8, 11), at(9, 9, 20))) == [("09-08", "N")]


@pytest.mark.parametrize("own", [False, True])
async def test_who_takes_over_on_the_day_of_an_opening_hears_that_it_is_today(db: Database, own: bool) -> None:  # noqa: FBT001 -- a parameter
    """Where the opening had a date of its own its limit was kept, and nobody was looked for."""
    town = await Prompted.found(db)
    await town.district.person("N")
    dates = [fact(one, at(28, 15, 0)) for one in (Milestone.BID_DEADLINE, Milestone.OPENING)]
    await town.put_matter(fact(Milestone.DOCUMENTS_FROM, at(7)), *(dates if own else dates[:1]))
    assert ("H", OPENING) in await town.hear(at(28, 9, 20))
    await town.hand_over("K1", "N", at(28, 10))
    heard = await town.through(at(28, 10), at(28, 11), at(28, 15, 1))
    assert [(day, code) for day, code, _ in heard if code == "N"] == [("09-28", "N")]
    ((_, _, key),) = [one for one in heard if one[1] == "N"]
    assert (await town.notice(key))["params"]["prompt"] == "day"


@pytest.mark.parametrize("ended", ["done", "cancelled", "past"])
async def test_of_what_is_done_over_or_past_no_newcomer_hears(db: Database, ended: str) -> None:
    town = await told(db)
    day, month = (9, 9) if ended != "past" else (8, OCTOBER)
    matter = (await town.whole()).matter
    if ended == "done":
        signed = fact(Milestone.CONTRACT_SIGNED, at(9))
        await town.put_matter(AWARDED, signed, state=MatterState.AWARDED, now=at(9, 9))
    elif ended == "cancelled":
        await town.tenders.stop(
            matter.id, MatterState.CANCELLED, "资金调整", town.people["L"], matter.version, at(9, 9)
        )
    await town.through(at(day, 9, 40, month=month))
    await town.hand_over("K3", "N", at(day, 21, month=month))
    assert [one for one in await town.through(at(day + 1, 9, 15, month=month)) if one[1] == "N"] == []


async def test_a_post_that_is_named_at_night_hears_of_its_step_in_the_morning(db: Database) -> None:
    town = await told(db)
    await town.hear(at(8, 10))
    await name(town, "K2", "K3", day=8, hour=22)
    assert of_contract(await town.through(at(8, 23), at(9, 8), at(9, 9, 20), at(9, 11))) == [("09-09", "E")]
