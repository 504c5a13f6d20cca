"""Plans and the end of enquiries: shown as what they are, they do no step and break no limit."""

from datetime import timedelta

from bot.chat.tenders.stages import stages_of, to_do
from bot.web.tender_course import course_of
from messages.store.database import Database
from messages.tenders.milestones import PLANS, MatterKind, Milestone
from messages.tenders.records import LimitState
from tests.tendering import MONDAY, Tendering, at, fact

PASSED = (
    fact(Milestone.PLANNED_AWARD_UNTIL, at(2)),
    fact(Milestone.PLANNED_PERFORMANCE_FROM, at(3)),
    fact(Milestone.PLANNED_PERFORMANCE_UNTIL, at(4)),
)


async def test_a_plan_whose_day_has_passed_proves_nothing_and_no_limit_counts_from_it(db: Database) -> None:
    tendering = await Tendering.found(db)
    for kind in (MatterKind.TENDER, MatterKind.PROCUREMENT):
        await tendering.put_matter(*PASSED, ref=kind.value, kind=kind)
        whole = await tendering.whole(kind.value)
        assert {one.limit.state for one in whole.limits} == {LimitState.WAITING}
        assert await tendering.prompts(kind.value) == []
        assert {one.mark for one in course_of(whole, MONDAY).past} == {"ahead"}
        stages = stages_of(whole)
        plans = [one for one in stages if one.milestone in PLANS]
        assert {(one.mark(MONDAY), one.is_done(MONDAY)) for one in plans} == {("📅", False)}
        usual = to_do(stages, MONDAY, usual=True)
        assert Milestone.ANNOUNCED in {one.milestone for one in usual}, "what comes before a plan may still come"


async def test_a_plan_that_has_passed_keeps_nobody_from_being_prompted(db: Database) -> None:
    tendering = await Tendering.found(db)
    await tendering.put_matter(*PASSED, fact(Milestone.BID_DEADLINE, at(9)))
    assert ("evaluation", "current") in [one[:2] for one in await tendering.prompts()]


async def test_that_questions_end_soon_is_told_once_and_breaks_nothing(db: Database) -> None:
    tendering = await Tendering.found(db)
    dates = {
        Milestone.DOCUMENTS_FROM: at(1),
        Milestone.ENQUIRIES_UNTIL: at(15, 17),
        Milestone.BID_DEADLINE: at(24),
        Milestone.OPENING: at(24),
    }
    await tendering.put_matter(*(fact(milestone, when) for milestone, when in dates.items()))
    told = [one[1:] for one in await tendering.prompts() if one[0] == "enquiries"]
    assert told == [("current", at(11, 9, 10), None)], "two working days before"
    assert (await tendering.limit("enquiries")).state is LimitState.OPEN
    whole = await tendering.whole(now=MONDAY + timedelta(days=60))
    assert not [one for one in whole.limits if one.limit.state is LimitState.BROKEN]
