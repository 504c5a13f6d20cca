"""Warnings are proposed to be raised, by the service or by hand, and a named person decides, once."""

import asyncio
from datetime import datetime

import pytest

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.notices import Grade, Lane
from messages.store.database import Database
from messages.text.rendering import Frame, Renderer
from messages.warnings.records import RiseCause, WarningRecord, WarningState
from schedules.warnings.deciding import Seen
from tests.district import ZONE
from tests.judged import CHECKED, IN_FULL, Bench

NIGHT = datetime(2026, 9, 9, 23, 5, tzinfo=ZONE)


async def test_the_nearest_leader_raises_to_orange_and_all_begins_anew(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.were_told(warning)
    rise = await bench.proposed(warning, Grade.ORANGE)
    await bench.sweep()
    await bench.sweep()
    assert await bench.to("warning_rise") == ["L"]
    assert (await bench.notice("warning_rise")).desk == f"rise:{rise}:1"
    bench.later(days=1)
    raised = await bench.judging.raise_(rise, bench.id("L"), "", bench.now)
    assert (raised.grade, raised.state, raised.turn) == (Grade.ORANGE, WarningState.ISSUED, 2)
    assert raised.ladder.checklist == bench.warned.policy.warnings.orange.checklist
    assert raised.answer_by == datetime(2026, 9, 15, 17, 30, tzinfo=ZONE)
    assert sorted((await bench.warned.told(warning))["2:issued"]) == ["H", "I", "L", "S"]
    assert await bench.to("warning_rise_decided") == []
    with pytest.raises(DecidedBefore, match=r"姓名L has raised it already \(2026-09-08 09:12\)"):
        await bench.judging.decline(rise, bench.id("M"), "不必。", bench.now)


async def test_red_is_the_offices_and_is_told_at_once_also_at_night(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    bench.now = NIGHT
    rise = await bench.proposed(warning, Grade.RED)
    await bench.sweep()
    assert await bench.to("warning_rise") == ["O", "Q"]
    card = await bench.notice("warning_rise")
    assert (card.lane, card.anytime) == (Lane.RED, True)
    with pytest.raises(NotEntitled, match="only administrators of the office confirm"):
        await bench.judging.raise_(rise, bench.id("L"), "", bench.now)
    assert [refusal["act"] for refusal in await bench.refusals()] == ["confirm_red"]
    raised = await bench.judging.raise_(rise, bench.id("O"), "多次逾期。", bench.now)
    assert (raised.grade, raised.confirmed_by, raised.issued_by) == (Grade.RED, bench.id("O"), bench.id("L"))


async def test_nobody_decides_about_the_own_post(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE, post="PO")
    rise = await bench.proposed(warning, Grade.RED)
    await bench.sweep()
    assert await bench.to("warning_rise") == ["Q"]
    for decide in (bench.judging.raise_, bench.judging.decline):
        with pytest.raises(NotEntitled, match="own post"):
            await decide(rise, bench.id("O"), "不必。", bench.now)
    with pytest.raises(NotEntitled, match="own post"):
        await bench.judging.propose(warning, bench.id("O"), "请升级。", bench.now)
    assert (await bench.judging.waiting(bench.id("O"), 1, bench.now)).total == 0
    assert (await bench.judging.waiting(bench.id("Q"), 1, bench.now)).total == 1


async def test_beyond_red_a_person_decides_with_a_new_date_or_without(db: Database) -> None:
    bench = await Bench.open(db)
    dated, noted = await bench.warn(Grade.RED), await bench.warn(Grade.RED)
    rises = [await bench.proposed(warning, None) for warning in (dated, noted)]
    await bench.sweep()
    assert (await bench.notice("warning_rise")).desk == f"decision:{rises[1]}:1"
    with pytest.raises(Refused, match="no grade"):
        await bench.judging.raise_(rises[0], bench.id("O"), "", bench.now)
    with pytest.raises(Refused, match="reason"):
        await bench.judging.decide(rises[0], bench.id("O"), "", 5, bench.now)
    decided = await bench.judging.decide(rises[0], bench.id("O"), "限期整改。", 5, bench.now)
    assert (decided.turn, decided.state) == (2, WarningState.ISSUED)
    assert decided.answer_by == datetime(2026, 9, 14, 17, 30, tzinfo=ZONE)
    notice = await bench.notice("warning_rise_decided")
    assert (notice.audience, notice.desk) == ('post:"P"', f"warning:{dated}:2")
    assert notice.params["why"] == "限期整改。"
    assert (await bench.judging.decide(rises[1], bench.id("O"), "组织处理。", None, bench.now)).turn == 1
    assert await bench.warned.events(noted) == ["issued", "decided"]


async def test_a_decision_gives_no_new_date_to_what_is_answered_by_now(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn(Grade.RED)
    rise = await bench.proposed(warning, None)
    await bench.answer(warning, IN_FULL)
    with pytest.raises(Refused, match="judge the answer"):
        await bench.judging.decide(rise, bench.id("O"), "限期整改。", 5, bench.now)
    await bench.judging.decide(rise, bench.id("O"), "待审核。", None, bench.now)


async def test_a_second_orange_warning_is_raised_to_red_by_the_office_or_not(db: Database) -> None:
    bench = await Bench.open(db)
    await bench.warn(Grade.ORANGE)
    second = await bench.warn(Grade.ORANGE)
    assert await bench.warned.proposals() == {second: ("red", RiseCause.TWO_ORANGE.value)}
    await bench.sweep()
    assert await bench.to("warning_rise") == ["O", "Q"]
    page = await bench.judging.waiting(bench.id("O"), 1, bench.now)
    rise = page.matters[0].matter.id
    with pytest.raises(Refused, match="reason"):
        await bench.judging.decline(rise, bench.id("O"), "", bench.now)
    stands = await bench.judging.decline(rise, bench.id("O"), "情况不同。", bench.now)
    assert (stands.grade, stands.turn) == (Grade.ORANGE, 1)
    assert await bench.warned.proposals() == {}
    assert (await bench.warned.events(second))[-1] == "rise_declined"


async def test_a_blue_warning_that_is_raised_is_the_second_orange_one(db: Database) -> None:
    bench = await Bench.open(db)
    await bench.warn(Grade.ORANGE)
    blue = await bench.warn()
    rise = await bench.proposed(blue, Grade.ORANGE)
    await bench.judging.raise_(rise, bench.id("L"), "", bench.now)
    assert await bench.warned.proposals() == {blue: ("red", RiseCause.TWO_ORANGE.value)}


async def test_who_proposed_by_hand_and_who_was_told_it_is_overdue_hears_what_was_decided(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.overdue(warning)
    await bench.judging.propose(warning, bench.id("I"), "屡次逾期。", bench.now)
    with pytest.raises(DecidedBefore, match="waits already"):
        await bench.judging.propose(warning, bench.id("L"), "屡次逾期。", bench.now)
    with pytest.raises(NotEntitled):
        await bench.judging.propose(warning, bench.id("S"), "屡次逾期。", bench.now)
    rise = (await bench.judging.waiting(bench.id("L"), 1, bench.now)).matters[0].matter.id
    await bench.judging.decline(rise, bench.id("L"), "已有说明。", bench.now)
    assert sorted(await bench.to("warning_rise_decided")) == ["I", "S"]


async def test_a_holder_who_was_told_of_a_proposal_is_told_that_it_was_declined_and_a_former_one_is_not(
    db: Database,
) -> None:
    """The holder's last message said that it was proposed to raise the warning; of what came of it nothing."""
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.overdue(warning)
    rise = await bench.proposed(warning, Grade.ORANGE)
    await bench.judging.decline(rise, bench.id("L"), "家中有事。", bench.now)
    assert sorted(await bench.to("warning_rise_decided")) == ["P", "S"]


async def test_what_the_raised_turn_tells_is_not_told_twice(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.overdue(warning)
    await bench.judging.propose(warning, bench.id("O"), "屡次逾期。", bench.now)
    rise = (await bench.judging.waiting(bench.id("L"), 1, bench.now)).matters[0].matter.id
    await bench.judging.raise_(rise, bench.id("L"), "", bench.now)
    assert await bench.to("warning_rise_decided") == ["O"]


async def test_an_answer_that_waits_is_returned_by_a_raise_which_asks_for_another(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    rise = await bench.proposed(warning, Grade.ORANGE)
    await bench.answer(warning)
    await bench.judging.raise_(rise, bench.id("L"), "内容不实。", bench.now)
    assert (await bench.judging.waiting(bench.id("L"), 1, bench.now)).total == 0
    with pytest.raises(DecidedBefore, match="has returned this answer already"):
        await bench.accept(warning)
    with pytest.raises(Refused):
        await bench.answer(warning, CHECKED)
    await bench.answer(warning, IN_FULL)
    await bench.accept(warning, release=True)


async def test_of_two_who_decide_at_once_one_does(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    rise = await bench.proposed(warning, Grade.ORANGE)
    both = await asyncio.gather(
        bench.judging.raise_(rise, bench.id("L"), "", bench.now),
        bench.judging.decline(rise, bench.id("M"), "不必。", bench.now),
        bench.release(warning, by="O", why="发布有误。"),
        return_exceptions=True,
    )
    assert all(isinstance(one, WarningRecord | DecidedBefore) for one in both)
    events = await bench.warned.events(warning)
    assert events in (["issued", "raised", "released"], ["issued", "rise_declined", "released"])


async def test_a_silent_holder_climbs_to_the_end_and_everyone_told_hears_of_the_release(
    db: Database, database_url: str
) -> None:
    bench = await Bench.open(db, database_url)
    warning = await bench.warn()
    for grade, who in ((Grade.ORANGE, "L"), (Grade.RED, "O")):
        rise = await bench.overdue_again(warning)
        assert (rise.grade, rise.cause) == (grade, RiseCause.UNANSWERED)
        assert (await bench.judging.raise_(rise.id, bench.id(who), "", bench.now)).grade is grade
    for turn in (4, 5):
        rise = await bench.overdue_again(warning)
        assert rise.grade is None
        decided = await bench.judging.decide(rise.id, bench.id("O"), "限期整改。", 3, bench.now)
        assert decided.turn == turn
    await bench.warned.takes("H", "PT", bench.now)
    await bench.warned.leaves("PT", bench.now)
    await bench.warned.takes("S", "P", bench.now)
    await bench.warned.sweep(bench.now)
    await bench.answer(warning, IN_FULL, by="S")
    await bench.accept(warning, release=True)
    await bench.warned.sweep(bench.now)
    said = await bench.warned.said()
    released = {key.rpartition(":")[2]: who for key, who in said.items() if ":released:" in key}
    assert released == {code: code for code in "HILOQS"}
    assert await bench.outcomes(warning) == {"done", "called_off"}


async def test_what_was_proposed_for_one_holders_silence_is_not_decided_about_the_next_one(
    db: Database, database_url: str
) -> None:
    """It had stayed open: raised a week later, it would have been for what somebody else had left undone."""
    bench = await Bench.open(db, database_url)
    await bench.warned.district.person("N")
    warning = await bench.warn()
    rise = await bench.overdue_again(warning)
    await bench.warned.takes("N", "P", bench.now)
    await bench.warned.sweep(bench.now)
    with pytest.raises(DecidedBefore, match="overtaken"):
        await bench.judging.raise_(rise.id, bench.id("L"), "", bench.now)
    assert (await bench.warned.events(warning))[-2:] == ["rise_declined", "handed_over"]
    assert (await bench.overdue_again(warning)).cause is RiseCause.UNANSWERED


@pytest.mark.parametrize("accepted", [True, False])
async def test_what_was_proposed_for_a_missing_answer_ends_with_it_and_what_is_by_hand_does_not(
    sqlite_db: Database, *, accepted: bool
) -> None:
    bench = await Bench.open(sqlite_db)
    silent, other = await bench.warn(), await bench.warn()
    await bench.proposed(silent, Grade.ORANGE)
    await bench.proposed(other, Grade.ORANGE, RiseCause.BY_HAND)
    for warning in (silent, other):
        await bench.answer(warning)
        await (bench.accept(warning) if accepted else bench.give_back(warning))
    assert await bench.warned.proposals() == {other: ("orange", RiseCause.BY_HAND.value)}


async def test_a_rise_is_decided_on_how_the_warning_was_seen(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn()
    rise = await bench.proposed(warning, Grade.ORANGE, RiseCause.BY_HAND)
    seen = [await bench.judging.version(warning)]
    await bench.answer(warning)
    seen.append(await bench.judging.version(warning))
    await bench.give_back(warning)
    for version in seen:
        for decide in (bench.judging.raise_, bench.judging.decline):
            with pytest.raises(Outdated):
                await decide(rise, bench.id("L"), "屡次逾期。", bench.now, Seen(version=version))
        with pytest.raises(Outdated):
            await bench.judging.to_decide(rise, bench.id("L"), bench.now, version=version)
    seen.append(await bench.judging.version(warning))
    assert len({*seen}) == 3
    await bench.judging.raise_(rise, bench.id("L"), "", bench.now, Seen(version=seen[-1]))


async def test_nobody_proposes_and_raises_alone(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.judging.propose(warning, bench.id("O"), "屡次逾期。", bench.now)
    await bench.sweep()
    assert await bench.to("warning_rise") == ["Q"]
    assert (await bench.judging.waiting(bench.id("O"), 1, bench.now)).total == 0
    rise = (await bench.judging.waiting(bench.id("Q"), 1, bench.now)).matters[0].matter.id
    with pytest.raises(NotEntitled, match="own proposal"):
        await bench.judging.raise_(rise, bench.id("O"), "", bench.now)
    assert (await bench.judging.raise_(rise, bench.id("Q"), "", bench.now)).confirmed_by == bench.id("Q")


async def test_of_two_orange_ones_that_are_issued_at_once_the_second_is_proposed_to_rise(db: Database) -> None:
    """Neither saw the other, as neither transaction had ended."""
    bench = await Bench.open(db)
    await asyncio.gather(bench.warn(Grade.ORANGE), bench.warn(Grade.ORANGE))
    assert list((await bench.warned.proposals()).values()) == [("red", RiseCause.TWO_ORANGE.value)]


async def test_why_it_was_decided_so_is_told_to_who_proposed_it_and_to_nobody_else(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.overdue(warning)
    await bench.judging.propose(warning, bench.id("I"), "屡次逾期。", bench.now)
    rise = (await bench.judging.waiting(bench.id("L"), 1, bench.now)).matters[0].matter.id
    await bench.judging.decline(rise, bench.id("L"), "家中有事。", bench.now)
    await bench.release(warning, why="家中有事。")
    assert await bench.reasons("warning_rise_decided") == {"I": "家中有事。", "S": None}
    assert await bench.reasons("warning_released") == {"H": "家中有事。", "S": None}


async def test_what_is_not_there_is_not_found(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    with pytest.raises(NotFound):
        await bench.judging.raise_(7, bench.id("O"), "", bench.now)
    with pytest.raises(NotFound):
        await bench.answer(7)


async def test_a_proposal_and_its_decision_are_said_in_each_language(sqlite_db: Database, renderer: Renderer) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.overdue(warning)
    await bench.judging.propose(warning, bench.id("I"), "屡次逾期。", bench.now)
    await bench.sweep()
    page = await bench.judging.waiting(bench.id("O"), 1, bench.now)
    await bench.judging.decline(page.matters[0].matter.id, bench.id("O"), "已有说明。", bench.now)
    for template, words in (("warning_rise", "屡次逾期"), ("warning_rise_decided", "已有说明")):
        notice = await bench.notice(template)
        for language, grade in (("zh_CN", "橙色"), ("en", "orange")):
            said = renderer.notice(template, language, notice.params, Frame(title=None))
            assert words in said
            assert grade in said
