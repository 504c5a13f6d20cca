"""One message may tell of several steps: what becomes of one of them takes nothing from the others."""

from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, MatterState, PromptKind
from messages.text.catalog import Catalog
from messages.text.rendering import Frame, Renderer
from schedules.tenders.keys import key_of
from tests.district import ZONE
from tests.prompted import Prompted
from tests.tendering import REF, at, fact

CURRENT = key_of(REF, "contract", PromptKind.CURRENT)
BY_D = {None: ["K3"]}
"""Whatever is to be done, ``D`` answers for it."""


async def told(town: Prompted, *facts: Fact, day: int, hour: int = 10) -> list[str]:
    """What ``D`` hears of an awarded tender once its dates are these."""
    await town.put_matter(*facts, now=at(day, hour), state=MatterState.AWARDED, posts=BY_D)
    return [key for code, key in await town.hear(at(day, hour + 1)) if code == "D"]


async def changes(town: Prompted, key: str) -> dict[str, bool]:
    """The steps that a message tells of, and whether their dates are as before."""
    params = (await town.notice(key))["params"]
    return {one["milestone"]["message"]: one["stays"] for one in params["changes"]}


async def test_who_was_told_of_two_dates_is_reminded_of_that_which_stays_when_the_other_one_moves(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await told(town, fact(Milestone.AWARD_NOTICE, at(7)), fact(Milestone.CONTRACT_SIGNED, at(29)), day=7)
    award = fact(Milestone.AWARD_NOTICE, at(9))
    (first,) = await told(town, award, fact(Milestone.CONTRACT_SIGNED, at(29)), day=9)
    both = await changes(town, first)
    assert len(both) > 1
    assert not any(both.values())
    (second,) = await told(town, award, fact(Milestone.CONTRACT_SIGNED, at(30)), day=10)
    assert (await town.notice(first))["cancelled_at"] is not None  # it would remind of the old date, too
    again = await changes(town, second)
    assert again.keys() == both.keys()
    assert sorted(again.values()) == [False, *[True] * (len(both) - 1)]
    params = (await town.notice(second))["params"]
    text = Renderer(Catalog.load(), ZONE).notice("tender_moved", "zh_CN", params, Frame(title=None))
    assert "与之前告知的一致" in text
    assert await town.hear(at(10, 12)) == []


async def test_who_answers_for_two_nodes_hears_of_dates_of_both_by_one_message(db: Database) -> None:
    town = await Prompted.found(db)
    await town.district.mark("K3", "招投标情况报告")
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), state=MatterState.AWARDED)
    assert [code for code, _ in await town.hear(at(7, 11))].count("D") > 1
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(9)), now=at(9, 10), state=MatterState.AWARDED)
    (moved,) = [key for code, key in await town.hear(at(9, 11)) if code == "D"]
    assert len(await changes(town, moved)) > 1


async def test_who_was_told_of_two_dates_is_reminded_of_the_other_one_when_one_is_done(db: Database) -> None:
    town = await Prompted.found(db)
    await told(town, fact(Milestone.AWARD_NOTICE, at(7)), day=7)
    award = fact(Milestone.AWARD_NOTICE, at(9))
    (first,) = await told(town, award, day=9)
    await told(town, award, fact(Milestone.CONTRACT_SIGNED, at(10)), day=10)
    assert (await town.notice(first))["cancelled_at"] is None


async def test_of_parts_that_were_told_as_one_those_are_reminded_of_that_stay_when_another_one_moves(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await told(town, fact(Milestone.AWARD_NOTICE, at(7)), day=7)
    first, second = (fact(Milestone.AWARD_NOTICE, at(7), part) for part in ("A1", "A2"))
    assert await told(town, fact(Milestone.AWARD_NOTICE, at(7)), first, second, day=8) == []
    later = fact(Milestone.AWARD_NOTICE, at(9), "A1")
    moved = await told(town, fact(Milestone.AWARD_NOTICE, at(7)), later, second, day=9)
    assert [PromptKind.MOVED.value in one for one in moved] == [True]
    assert (await town.notice(CURRENT))["cancelled_at"] is None
