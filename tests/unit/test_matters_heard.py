"""What people know of a matter is what has reached somebody: nobody is taken to have heard what never arrived."""

from datetime import UTC

from sqlalchemy import delete, insert

from messages.organisation.records import Role
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import MatterState, PromptKind
from schedules.tenders.keys import key_of
from tests.prompted import Prompted
from tests.tendering import REF, at, fact

AWARDED = fact(Milestone.AWARD_NOTICE, at(7))
OCTOBER = 10


async def awarded(db: Database) -> Prompted:
    """A tender that was awarded on 7 September: its contract is due on 8 October, and overdue on the 9th."""
    town = await Prompted.found(db)
    await town.put_matter(AWARDED, state=MatterState.AWARDED)
    await town.hear(at(7, 10))
    return town


async def test_what_is_done_before_anybody_heard_that_it_was_overdue_is_told_to_its_post_too(db: Database) -> None:
    town = await awarded(db)
    await town.tenders.sweep(at(9, 10, month=OCTOBER))
    overdue = key_of(REF, "contract", PromptKind.OVERDUE)
    assert overdue in await town.notices()
    signed = fact(Milestone.CONTRACT_SIGNED, at(9, 9, month=OCTOBER))
    await town.put_matter(AWARDED, signed, state=MatterState.AWARDED, now=at(9, 10, 1, month=OCTOBER))
    heard = await town.hear(at(9, 10, 2, month=OCTOBER))
    assert (await town.notice(overdue))["cancelled_at"] is not None
    assert ("D", key_of(REF, "contract", PromptKind.BROKEN)) in heard


async def test_another_date_that_nobody_could_hear_is_told_once_somebody_is_there_as_it_is_by_then(
    db: Database,
) -> None:
    town = await awarded(db)
    contract = key_of(REF, "contract", PromptKind.MOVED)
    await town.depart("D", "L", "O")
    for day in (9, 10):
        award = fact(Milestone.AWARD_NOTICE, at(day))
        await town.put_matter(award, state=MatterState.AWARDED, now=at(day, 9))
        assert not [one for one in await town.hear(at(day, 9, 20)) if one[1] == contract]
    await town.district.person("N", roles=[(Role.LEADER, "住建局")])
    assert [one for one in await town.through(at(10, 10), at(11, 9, 20), at(14, 9, 20)) if one[2] == contract] == [
        ("09-11", "N", contract)
    ]
    (change,) = [one for one in (await town.notice(contract))["params"]["changes"] if one["was_due"] == "2026-10-08"]
    assert change["due"] == "2026-10-10"


async def test_that_a_breach_is_none_any_more_is_told_though_the_dates_change_once_more_before_that_is_heard(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    broken, moved = (key_of(REF, "opening", kind) for kind in (PromptKind.BROKEN, PromptKind.MOVED))
    issued = fact(Milestone.DOCUMENTS_FROM, at(7))

    async def put(deadline: int, opening: int, hour: int) -> None:
        dates = fact(Milestone.BID_DEADLINE, at(deadline)), fact(Milestone.OPENING, at(opening))
        await town.put_matter(issued, *dates, now=at(8, hour, 0))
        await town.tenders.sweep(at(8, hour, 1))

    await put(28, 29, 9)
    assert ("H", broken) in await town.hear(at(8, 9, 20))
    await put(30, 30, 20)
    await put(29, 29, 21)
    await put(30, 30, 22)
    heard = [key for code, key in await town.hear(at(9, 9)) if code == "H"]
    assert [key.removesuffix(".2") for key in heard] == [moved]
    (change,) = (await town.notice(heard[0]))["params"]["changes"]
    assert (change["was_at"], change["right"]) == (at(29).astimezone(UTC).isoformat(), True)


async def test_that_a_breach_of_which_nobody_heard_is_none_any_more_is_told_to_nobody(db: Database) -> None:
    town = await awarded(db)
    moved = key_of(REF, "contract", PromptKind.MOVED)
    for minute, award, signed in ((0, 7, 20), (1, 9, None), (2, 10, None)):
        dates = [fact(Milestone.AWARD_NOTICE, at(award))]
        dates += [fact(Milestone.CONTRACT_SIGNED, at(signed, month=OCTOBER))] if signed else []
        await town.put_matter(*dates, state=MatterState.AWARDED, whole=True, now=at(8, 10, minute))
        await town.tenders.sweep(at(8, 10, minute))
    assert key_of(REF, "contract", PromptKind.BROKEN) in await town.notices()
    (heard,) = [key for code, key in await town.hear(at(8, 10, 3)) if code == "D"]
    assert heard.startswith(moved)
    (change,) = [one for one in (await town.notice(heard))["params"]["changes"] if one["was_due"] == "2026-10-08"]
    assert (change["due"], change["right"]) == ("2026-10-10", False)


async def test_what_arrived_and_has_left_for_the_archive_since_was_heard(db: Database) -> None:
    """It was taken for unheard, and its step told as a new one where its date had changed."""
    town = await awarded(db)
    current = await town.notice(key_of(REF, "contract", PromptKind.CURRENT))
    gone = {"notice_id": current["id"], "wave": 0, "state": "delivered", "count": 1}
    async with db.writing() as conn:
        await conn.execute(delete(tables.deliveries).where(tables.deliveries.c.notice_id == current["id"]))
        await conn.execute(insert(tables.archived).values(gone))
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(9)), state=MatterState.AWARDED, now=at(9, 10))
    await town.tenders.sweep(at(9, 10))
    told = {one for one in await town.notices() if ":contract:" in one}
    assert told == {key_of(REF, "contract", kind) for kind in (PromptKind.CURRENT, PromptKind.MOVED)}
