"""What follows of a matter itself: it has no unit, another one or another kind, it ends, it goes on."""

from datetime import timedelta

from messages.organisation.records import Role
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import MatterState, PromptKind
from schedules.policy import load
from tests.prompted import ISSUED, OPENING, Prompted, awarded, key, mornings, opening
from tests.tendering import REF, at, fact


async def test_who_was_prompted_of_a_matter_that_was_called_off_hears_that_once(db: Database) -> None:
    town = await opening(db)
    await town.hear(at(7, 10))
    matter = (await town.whole()).matter
    await town.tenders.stop(matter.id, MatterState.CANCELLED, "资金调整", town.people["L"], matter.version, at(8, 9))
    assert await town.hear(at(8, 9, 20)) == [("L", f"tender:{REF}:matter:stopped")]
    assert not await town.through(at(9, 9, 20), at(28, 9, 20))
    assert all(outcome is not None for *_, outcome in await town.prompts())
    assert (await town.notice(key("clarified", PromptKind.CURRENT)))["cancelled_at"] is not None


async def test_all_who_were_told_one_by_one_hear_that_a_matter_was_called_off(db: Database) -> None:
    town = await Prompted.found(db)
    await town.district.person("L2", roles=[(Role.LEADER, "住建局")])
    await town.vacate("K3")
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), state=MatterState.AWARDED)
    told = await town.hear(at(7, 10))
    whole = await town.whole()
    stop = town.tenders.stop
    await stop(whole.matter.id, MatterState.CANCELLED, "资金调整", town.people["L"], whole.matter.version, at(8, 9))
    assert {code for code, _ in await town.hear(at(8, 9, 20))} == {"L", "L2"} <= {code for code, _ in told}
    live = [one for one in await town.notices() if (await town.notice(one))["cancelled_at"] is None]
    assert all("stopped" in one for one in live)
    (current,) = (
        prompt
        for limit in whole.limits
        for prompt in limit.prompts
        if limit.limit.rule == "contract" and prompt.kind is PromptKind.CURRENT
    )
    assert current.people == current.delivered == 2


async def test_a_matter_without_a_unit_tells_the_office_once_a_day_and_its_posts_once_it_is_placed(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), buyer="建设局")
    assert await town.hear(at(7, 10)) == [("O", "matters:unplaced:2026-09-07:O")]
    assert not await town.hear(at(7, 16))
    assert await town.hear(at(8, 9, 20)) == [("O", "matters:unplaced:2026-09-08:O")]
    await town.tenders.place("建设局", "住建局", town.people["O"], at(8, 10))
    assert ("D", key("contract", PromptKind.CURRENT, 1)) in await town.hear(at(8, 10, 5))
    assert not await town.hear(at(9, 9, 20))


async def test_once_a_matter_is_placed_its_present_dates_are_told_and_none_that_it_had_before(db: Database) -> None:
    town = await Prompted.found(db)
    await town.district.person("B", ("K4", "住建局", 3))
    await town.district.mark("K4", "招标公告")
    for day, now in ((19, at(7)), (21, at(8))):
        await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(day)), now=now, buyer="建设局")
        await town.hear(now + timedelta(hours=1))
    await town.tenders.place("建设局", "住建局", town.people["O"], at(9, 10))
    (broken,) = [told for code, told in await town.hear(at(9, 10, 5)) if code == "B"]
    assert (await town.notice(broken))["params"]["at"][:10] == "2026-09-21"


async def test_a_limit_whose_count_was_taken_away_is_called_off_and_that_is_told_once(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    matter = (await town.whole()).matter
    await town.tenders.clear(matter.id, Milestone.AWARD_NOTICE, town.people["L"], matter.version, at(8, 9))
    assert ("D", key("contract", PromptKind.MOVED)) in await town.hear(at(8, 9, 20))
    assert (await town.notice(key("contract", PromptKind.CURRENT)))["cancelled_at"] is not None
    assert not await town.through(at(9, 9, 20), at(10, 9, 20))
    assert (await town.notice(key("contract", PromptKind.MOVED)))["cancelled_at"] is None
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(10)), now=at(10, 10))
    assert ("D", key("contract", PromptKind.CURRENT, 1)) in await town.hear(at(10, 10, 45))


async def test_a_matter_of_another_unit_is_told_to_its_posts_and_those_of_the_old_one_hear_that_once(
    db: Database,
) -> None:
    town = await opening(db)
    await town.district.mark("K9", "开标")
    assert {code for code, _ in await town.hear(at(7, 10))} == {"L"}
    matter = (await town.whole()).matter
    await town.tenders.place(matter.id, "财政局", town.people["O"], at(8, 10))
    heard = await town.hear(at(8, 10, 5))
    assert [one for one in heard if one[0] == "L"] == [("L", f"tender:{REF}:matter:placed")]
    assert (await town.notice(key("clarified", PromptKind.CURRENT)))["cancelled_at"] is not None
    assert "L" not in {code for _, code, _ in await town.through(*mornings(at(9, 9, 20), 3))}
    assert ("G", OPENING) in await town.hear(at(28, 8, 25))


async def test_what_ended_and_goes_on_is_told_to_who_heard_its_end_and_prompted_again(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    matter, me = (await town.whole()).matter, town.people["L"]
    await town.tenders.stop(matter.id, MatterState.CANCELLED, "资金调整", me, matter.version, at(8, 9))
    await town.hear(at(8, 9, 20))
    await town.tenders.reopen(matter.id, me, matter.version + 1, at(9, 9))
    heard = [told for code, told in await town.hear(at(9, 9, 45)) if code == "D"]
    assert set(heard) == {f"tender:{REF}:matter:resumed", key("contract", PromptKind.CURRENT, 1)}
    await town.tenders.stop(matter.id, MatterState.COMPLETE, "", me, matter.version + 2, at(10, 9))
    assert not await town.hear(at(10, 9, 20))
    assert (await town.notice(key("contract", PromptKind.CURRENT, 1)))["cancelled_at"] is not None


async def test_what_was_told_by_the_law_of_another_kind_is_told_by_its_own(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    awarded_on = fact(Milestone.AWARD_NOTICE, at(7))
    await town.put_matter(awarded_on, kind=MatterKind.PROCUREMENT, state=MatterState.AWARDED, now=at(7, 11))
    assert ("D", key("contract", PromptKind.CURRENT, 1)) in await town.hear(at(7, 12))
    old, new = [await town.notice(key("contract", PromptKind.CURRENT, turn)) for turn in (0, 1)]
    assert old["params"]["article"] != new["params"]["article"]
    assert (old["cancelled_at"] is None, new["cancelled_at"] is None) == (False, True)


async def test_what_waited_for_a_unit_is_told_in_working_time_with_what_holds_then(db: Database) -> None:
    town = await Prompted.found(db, load())
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), buyer="建设局")
    await town.hear(at(7, 10))
    await town.tenders.place("建设局", "住建局", town.people["O"], at(11, 23))
    while await town.tenders.sweep(at(11, 23, 1)):
        pass
    told = key("contract", PromptKind.CURRENT, 1)
    assert told not in await town.notices()
    assert ("D", told) in await town.hear(at(14, 9, 30))
