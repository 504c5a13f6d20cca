"""What is past is told once where it is news, and nobody is reminded of it."""

from datetime import datetime, time

from sqlalchemy import func, select

from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, MatterState, PromptKind
from schedules.tenders.keys import key_of
from tests.district import ZONE
from tests.prompted import Prompted
from tests.tendering import REF, at, fact

ISSUED = fact(Milestone.DOCUMENTS_FROM, at(7))
AWARDED = fact(Milestone.AWARD_NOTICE, at(7))
CURRENT = key_of(REF, "contract", PromptKind.CURRENT)
MOVED = key_of(REF, "contract", PromptKind.MOVED)


async def put(town: Prompted, now: datetime, *facts: Fact, title: str = "滨河路改造工程") -> None:
    await town.put_matter(*(facts or (AWARDED,)), now=now, title=title, state=MatterState.AWARDED)


async def overdue(db: Database) -> Prompted:
    """The contract of a tender was due on 8 October, and people were told that it is overdue."""
    town = await Prompted.found(db)
    await put(town, at(7))
    await town.through(at(7, 10), at(9, 10, month=10))
    return town


async def test_what_was_done_today_is_called_to_mind_no_more_also_where_only_the_day_is_known(db: Database) -> None:
    town = await Prompted.found(db)
    await put(town, at(7))
    await town.hear(at(7, 10))
    signed = fact(Milestone.CONTRACT_SIGNED, datetime.combine(at(8), time(0), ZONE), whole_day=True)
    await put(town, at(8, 9), AWARDED, signed)
    await town.hear(at(8, 9, 20))
    assert (await town.notice(CURRENT))["cancelled_at"] is not None


async def test_that_a_limit_was_kept_after_all_is_told_though_the_matter_changes_before_it_has_gone_out(
    db: Database,
) -> None:
    town = await overdue(db)
    await put(town, at(12, 10, month=10), AWARDED, fact(Milestone.CONTRACT_SIGNED, at(8, 15, month=10)))
    assert not await town.tenders.sweep(at(12, 10, 1, month=10))
    await put(town, at(12, 10, 2, month=10), title="滨河路改造二期工程")
    assert ("D", MOVED) in await town.hear(at(12, 10, 3, month=10))
    reminders = select(func.count()).select_from(tables.waves).join(tables.notices)
    async with db.reading() as conn:
        assert await conn.scalar(reminders.where(tables.notices.c.key == MOVED, tables.waves.c.number > 0)) == 0


async def test_that_a_limit_is_not_overdue_any_more_is_told_once(db: Database) -> None:
    town = await overdue(db)
    later = fact(Milestone.AWARD_NOTICE, at(21))  # so it is due on 21 October
    await put(town, at(10, 10, month=10), later)
    assert ("D", MOVED) in await town.hear(at(10, 10, 1, month=10))
    await put(town, at(10, 10, 2, month=10), later, title="滨河路改造二期工程")
    assert await town.hear(at(10, 10, 3, month=10)) == []


async def test_of_a_date_that_moved_twice_it_is_said_what_people_knew_and_not_what_it_was_in_between(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(28)))
    await town.hear(at(7, 10))
    for hour, day in ((21, 30), (22, 29)):
        await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(day)), now=at(7, hour))
        assert not await town.tenders.sweep(at(7, hour, 1))
    (told,) = {key for _, key in await town.hear(at(8, 9, 20))}
    (cause,) = (await town.notice(told))["params"]["causes"]
    assert datetime.fromisoformat(cause["was_at"]) == at(28)
