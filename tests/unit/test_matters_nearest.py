"""Who does so in the unit itself answers for a step of its matters; those of the units below only where nobody does."""

from messages.calendar_links import Feed
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import Matter, PromptKind
from schedules.tenders import entitling
from schedules.tenders.feed import entries_of
from tests.prompted import Prompted, key
from tests.tendering import at, fact

CURRENT = key("contract", PromptKind.CURRENT)
AWARDED = fact(Milestone.AWARD_NOTICE, at(7))


async def town_with_two(db: Database) -> Prompted:
    """Besides D in 住建局 B answers for 合同签订, in 质监站 below it."""
    town = await Prompted.found(db)
    await town.district.person("B", ("K4", "质监站", 4))
    await town.district.mark("K4", "合同签订")
    return town


async def told(town: Prompted, day: int, hour: int) -> list[str]:
    return [who for who, what in await town.hear(at(day, hour)) if what.startswith(CURRENT)]


async def in_calendar(town: Prompted, who: str) -> bool:
    return bool(await entries_of(town.tenders.tools, town.people[who], Feed.OWN, at(7, 10)))


async def may_move(town: Prompted, matter: Matter, who: str) -> bool:
    async with town.db.reading() as conn:
        return await entitling.may_move(conn, matter, town.people[who])


async def test_who_answers_in_the_unit_itself_is_told_and_nobody_below_it(db: Database) -> None:
    town = await town_with_two(db)
    await town.put_matter(AWARDED)
    assert await told(town, 7, 10) == ["D"]
    assert await told(town, 8, 10) == []  # nor as somebody who came later


async def test_where_the_unit_has_none_those_below_it_are_told(db: Database) -> None:
    town = await town_with_two(db)
    await town.vacate("K3")
    await town.put_matter(AWARDED)
    assert await told(town, 7, 10) == ["B"]


async def test_only_who_is_asked_may_move_its_dates_and_has_it_in_the_calendar(db: Database) -> None:
    town = await town_with_two(db)
    matter = await town.put_matter(AWARDED)
    assert (await in_calendar(town, "D"), await may_move(town, matter, "D")) == (True, True)
    assert (await in_calendar(town, "B"), await may_move(town, matter, "B")) == (False, False)
    await town.vacate("K3")
    assert (await in_calendar(town, "B"), await may_move(town, matter, "B")) == (True, True)
