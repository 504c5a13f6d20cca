"""Answers to warnings are given in full, judged once and returned with a new date; warnings are released."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import insert, update

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.notices import Grade
from messages.organisation.records import Role
from messages.store import answers, tables
from messages.store.database import Database
from messages.text.phrase import english
from messages.text.rendering import Frame, Renderer
from messages.warnings.answers import LONGEST_ANSWER, Given
from messages.warnings.records import Asked, Verdict, WarningRecord, WarningState
from schedules.warnings.deciding import Seen
from tests.district import ZONE
from tests.judged import CHECKED, IN_FULL, Bench

TEMPLATES = ("answered", "returned", "accepted", "release_asked", "released")


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


async def test_an_answer_is_accepted_and_the_warning_is_released_later(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.were_told(warning)
    answered = await bench.answer(warning, IN_FULL)
    assert (answered.state, answered.answered_at) == (WarningState.ANSWERED, bench.now)
    await bench.sweep()
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L"]
    card = await bench.notice("warning_answered")
    assert card.desk == f"answer:{warning}:1"
    assert card.attachments == [{"file": 1, "kind": "document"}]
    assert (await bench.accept(warning)).state is WarningState.ACCEPTED
    assert await bench.to("warning_accepted") == ["P"]
    await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    with pytest.raises(DecidedBefore, match="asked for already"):
        await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    await bench.sweep()
    assert await bench.to("warning_release_asked") == ["L"]
    assert (await bench.release(warning)).state is WarningState.RELEASED
    assert sorted(await bench.to("warning_released")) == ["H", "I", "L", "S"]
    assert await bench.warned.events(warning) == ["issued", "answered", "accepted", "release_asked", "released"]
    with pytest.raises(DecidedBefore, match="was released on 2026-09-07 09:12"):
        await bench.release(warning)


async def test_accepted_and_released_at_once_each_is_told_once_and_nothing_more_follows(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.were_told(warning)
    await bench.answer(warning)
    await bench.accept(warning, release=True)
    assert sorted(await bench.to("warning_released")) == ["H", "S"]
    assert await bench.to("warning_accepted") == []
    assert await bench.outcomes(warning) == {"done", "called_off"}
    await bench.sweep()
    assert await bench.to("warning_answered") == []


async def test_who_was_still_to_be_told_of_a_warning_is_not_told_of_its_release_either(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.release(warning, why="发布有误。")
    assert await bench.to("warning_released") == ["H", "L"]  # L has issued it, and so knows of it


async def test_an_answer_names_every_part_that_is_missing_or_was_not_asked_for(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    given = {Asked.STATEMENT: Given(text=" \n"), Asked.EVIDENCE: Given(text="附后。"), **CHECKED}
    with pytest.raises(Refused) as refusal:
        await bench.answer(warning, given)
    assert [fault.column for fault in refusal.value.faults] == ["statement", "measures", "self_check"]
    for long in ("长" * LONGEST_ANSWER, "🙏" * (LONGEST_ANSWER // 2)):
        with pytest.raises(Refused, match="not complete"):
            await bench.answer(warning, {**IN_FULL, Asked.STATEMENT: Given(text=long)})
    assert (await bench.stands(warning)).state is WarningState.ISSUED


@pytest.mark.parametrize(("minute", "timely"), [(30, True), (31, False)])
async def test_an_answer_is_in_time_until_its_last_minute(sqlite_db: Database, minute: int, *, timely: bool) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn()
    assert (await bench.stands(warning)).answer_by == at(14)
    bench.now = at(14, minute=minute)
    await bench.answer(warning)
    await bench.sweep()
    assert (await bench.notice("warning_answered")).params["timely"] is timely


async def test_on_provisional_days_an_answer_is_neither_in_time_nor_late(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    bench.now = datetime(2026, 12, 30, 10, tzinfo=ZONE)
    warning = await bench.warn()
    bench.later(days=60)
    await bench.answer(warning)
    await bench.sweep()
    assert (await bench.notice("warning_answered")).params["timely"] is None


async def test_a_returned_answer_has_a_new_date_and_a_ladder_anew_and_is_mended(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.answer(warning, IN_FULL)
    bench.now = at(10, 10, 0)
    returned = await bench.give_back(warning)
    assert (returned.state, returned.turn, returned.answered_at) == (WarningState.RETURNED, 2, None)
    assert (returned.answer_by, returned.acknowledge_by) == (at(15), at(8))
    assert None in await bench.outcomes(warning)
    notice = await bench.notice("warning_returned")
    assert (notice.audience, notice.desk, notice.params["why"]) == ('post:"P"', f"warning:{warning}:2", "请补充。")
    assert datetime.fromisoformat(notice.params["answer_by"]) == at(15)
    _, draft = await bench.judging.begin(warning, bench.id("H"), bench.now)
    assert (draft.of(warning), draft.part) == (IN_FULL, Asked.STATEMENT)  # what is written next is taken
    assert (await bench.answer(warning, draft.of(warning))).state is WarningState.ANSWERED
    with pytest.raises(DecidedBefore, match=r"姓名L has returned this answer already \(2026-09-10 10:00\)"):
        await bench.judging.accept(warning, bench.id("L"), bench.now, release=True, answer_id=1)
    await bench.sweep()
    assert (await bench.notice("warning_answered")).params["returned"] == 1
    assert (await bench.accept(warning, release=True)).state is WarningState.RELEASED


@pytest.mark.parametrize("workdays", [0, 61])
async def test_a_new_date_is_from_one_to_sixty_working_days_away(sqlite_db: Database, workdays: int) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn()
    await bench.answer(warning)
    with pytest.raises(Refused, match="From 1 to 60"):
        await bench.give_back(warning, workdays=workdays)


async def test_nobody_answers_or_judges_who_may_not_and_every_try_is_recorded(db: Database) -> None:
    bench = await Bench.open(db)
    await bench.warned.district.unit("教育局", "区")
    await bench.warned.district.person("E", ("PE", "教育局", 1), roles=[(Role.LEADER, "教育局")])
    warning, own = await bench.warn(), await bench.warn(post="PL")
    with pytest.raises(NotEntitled, match="who holds the post"):
        await bench.answer(warning, by="L")
    await bench.answer(warning)
    await bench.answer(own, by="L")
    for who, why in (("H", "own post"), ("S", "only responsible leaders"), ("I", "only responsible"), ("E", "outside")):
        with pytest.raises(NotEntitled, match=why):
            await bench.accept(warning, by=who)
    with pytest.raises(NotEntitled, match="own post"):
        await bench.release(own, why="不再需要。")
    assert [refusal["act"] for refusal in await bench.refusals()] == ["answer_warning", *["judge"] * 5]
    await bench.sweep()
    assert sorted(await bench.to("warning_answered")) == ["L", "M"]
    await bench.accept(own, by="M")


async def test_of_a_post_that_changes_hands_meanwhile_the_answer_is_judged_all_the_same(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.answer(warning)
    await bench.warned.takes("T", "P", bench.now)
    await bench.leads("H", "财政局")
    with pytest.raises(NotEntitled, match="own answer"):
        await bench.accept(warning, by="H")
    await bench.accept(warning)
    with pytest.raises(NotEntitled):
        await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    await bench.judging.ask_release(warning, bench.id("T"), bench.now)


async def test_of_two_who_judge_at_once_one_decides_and_the_other_hears_who_did(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.answer(warning)
    both = await asyncio.gather(bench.accept(warning, by="L"), bench.give_back(warning, by="M"), return_exceptions=True)
    won, lost = sorted(both, key=lambda one: isinstance(one, Exception))
    assert isinstance(won, WarningRecord)
    assert isinstance(lost, DecidedBefore)
    winner = "姓名L has accepted" if won.state is WarningState.ACCEPTED else "姓名M has returned"
    assert winner in english(lost.phrase)
    assert len(await bench.said("warning_accepted")) + len(await bench.said("warning_returned")) == 1


async def test_of_two_answers_at_once_one_is_given(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    both = await asyncio.gather(bench.answer(warning), bench.answer(warning), return_exceptions=True)
    assert sorted(isinstance(one, DecidedBefore) for one in both) == [False, True]
    assert len((await bench.judging.look(warning, bench.id("H"), bench.now)).answers) == 1


async def test_a_reason_is_kept_whatever_signs_are_in_it(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.release(warning, why="发布\0有误\udcff。" + "长" * 490)
    assert (await bench.notice("warning_released")).params["why"].startswith("发布有误?。长")


async def test_after_eight_working_hours_the_leader_above_is_asked_as_the_deputy(db: Database) -> None:
    bench = await Bench.open(db)
    bench.now = at(11, 16, 30)  # a Friday
    warning = await bench.warn()
    await bench.answer(warning)
    await bench.sweep()
    bench.now = at(14, 15, 29)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L"]
    bench.now = at(14, 15, 30)
    await bench.sweep()
    bench.later(days=7)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L", "M"]
    assert (await bench.notice("warning_answered")).params["deputy"] is True
    await bench.accept(warning, by="M")


async def test_who_takes_the_place_of_the_leader_who_was_asked_is_asked_at_once(db: Database) -> None:
    """The card waited with one who leads no more, and then went to the leader above as the deputy's."""
    bench = await Bench.open(db)
    await bench.answer(await bench.warn())
    await bench.sweep()
    bench.later(hours=1)
    async with db.writing() as conn:
        led = tables.roles.c.person_id == bench.id("L"), tables.roles.c.ended_at.is_(None)
        ended = update(tables.roles).where(*led).values(ended_at=bench.now).returning(tables.roles.c.unit_id)
        bureau = await conn.scalar(ended)
        role = {"person_id": bench.id("S"), "role": "leader", "unit_id": bureau, "granted_at": bench.now}
        await conn.execute(insert(tables.roles).values(role))
    for _ in range(2):
        await bench.sweep()
    assert await bench.to("warning_answered") == ["L", "S"]
    bench.later(days=7)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L", "S", "M"]


@pytest.mark.parametrize(("deputy", "told"), [("office", ["O", "Q"]), ("person:Q", ["Q"]), ("person:S", ["M"])])
async def test_the_policy_names_the_deputy(sqlite_db: Database, deputy: str, told: list[str]) -> None:
    bench = await Bench.open(sqlite_db, deputy=deputy)
    await bench.answer(await bench.warn())
    await bench.sweep()
    bench.later(days=2)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L", *told]


async def test_a_leader_whom_no_message_reaches_is_not_waited_for(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    await bench.warned.gone("L")
    await bench.answer(await bench.warn())
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L", "M"]


async def test_of_more_than_a_few_that_wait_one_message_tells(db: Database) -> None:
    bench = await Bench.open(db)
    await bench.answered(3)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L"] * 3
    more = await bench.answered(4)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L"] * 3
    summary = await bench.notice("warnings_waiting")
    assert (summary.audience, summary.desk, summary.params["answer"]) == ('person:"L"', "warnings:0:0", 4)
    page = await bench.judging.waiting(bench.id("L"), 2, bench.now)
    assert (page.number, page.pages, page.total) == (2, 2, 7)
    assert [laid.warning.id for laid in page.matters] == more[-1:]
    assert (await bench.judging.waiting(bench.id("O"), 9, bench.now)).total == 7
    with pytest.raises(NotEntitled):
        await bench.judging.waiting(bench.id("I"), 1, bench.now)


async def test_before_its_answer_is_accepted_a_warning_is_released_with_a_reason_only(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.were_told(warning)
    with pytest.raises(Refused, match="accepted"):
        await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    await bench.answer(warning)
    await bench.proposed(warning, Grade.ORANGE)
    with pytest.raises(Refused, match="reason"):
        await bench.release(warning, why=" ")
    await bench.release(warning, why="发布有误。")
    assert (await bench.judging.waiting(bench.id("L"), 1, bench.now)).total == 0
    assert await bench.warned.events(warning) == ["issued", "answered", "rise_declined", "released"]
    with pytest.raises(DecidedBefore, match="was released"):
        await bench.answer(warning)


async def test_an_answer_that_waits_is_not_accepted_by_a_release_with_a_reason(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn()
    before = Seen(version=await bench.judging.version(warning))
    await bench.answer(warning)
    with pytest.raises(Outdated):
        await bench.judging.release(warning, bench.id("L"), "发布有误。", bench.now, before)
    await bench.release(warning, why="发布有误。")
    async with bench.db.reading() as conn:
        assert [one.verdict for one in await answers.of_warning(conn, warning)] == [Verdict.RELEASED]
    with pytest.raises(DecidedBefore, match="without judging this answer"):
        await bench.accept(warning)


async def test_who_may_not_see_a_warning_does_not_learn_that_there_is_one(db: Database) -> None:
    """A refusal said of what is there that it is not the person's, and of what is not that there is none."""
    bench = await Bench.open(db)
    warning = await bench.warn(post="PS")
    rise = await bench.proposed(warning, Grade.ORANGE)
    judging, who, now = bench.judging, bench.id("H"), bench.now
    said = []
    for one in (warning, 999):
        for tried in (
            judging.begin(one, who, now),
            judging.answer(one, who, CHECKED, now),
            judging.ask_release(one, who, now),
            judging.accept(one, who, now, release=True),
            judging.give_back(one, who, "请补充。", 3, now),
            judging.to_release(one, who, now),
            judging.release(one, who, "发布有误。", now),
            judging.to_propose(one, who, now),
            judging.propose(one, who, "屡次逾期。", now),
            judging.look(one, who, now),
            judging.proposal(one, who, now),
        ):
            with pytest.raises(NotFound) as refused:
                await tried
            said.append(str(refused.value))
    assert len({*said}) == 1
    assert len(await bench.refusals()) == len(said) // 2
    for unknown in (rise, 999):
        with pytest.raises(NotFound, match=f"There is no proposal {unknown}"):
            await judging.raise_(unknown, who, "", now)


async def test_of_a_post_that_no_audience_can_name_the_answer_is_judged_all_the_same(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    await bench.warned.district.person("K", ('P"1', "科室", 4))
    warning = await bench.warn(post='P"1')
    await bench.answer(warning, by="K")
    await bench.give_back(warning)
    await bench.answer(warning, by="K")
    await bench.accept(warning)
    assert (await bench.release(warning)).state is WarningState.RELEASED
    assert await bench.to("warning_released") == ["K"]


async def test_who_decides_sees_the_whole_case_and_the_look_is_recorded(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn()
    await bench.answer(warning)
    case = await bench.judging.look(warning, bench.id("L"), bench.now)
    assert (case.wording.text, case.answers[0].parts, len(case.matters)) == ("请说明情况。", CHECKED, 1)
    assert [one.event.value for one in case.history] == ["issued", "answered"]
    assert (await bench.judging.look(warning, bench.id("H"), bench.now)).warning.id == warning
    assert await bench.looks() == ["L"]
    with pytest.raises(NotEntitled):
        await bench.judging.look(warning, bench.id("I"), bench.now)


async def test_what_is_said_names_the_matter_in_each_language(sqlite_db: Database, renderer: Renderer) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.were_told(warning)
    await bench.answer(warning, IN_FULL)
    await bench.sweep()
    await bench.give_back(warning)
    await bench.answer(warning, IN_FULL)
    await bench.accept(warning)
    await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    await bench.sweep()
    await bench.release(warning)
    for name in TEMPLATES:
        notice = await bench.notice(f"warning_{name}")
        for language in ("zh_CN", "en"):
            said = renderer.notice(notice.template, language, notice.params, Frame(title=None))
            assert "事项1" in said
            assert "岗位P" in said
            assert ("橙色" if language == "zh_CN" else "orange") in said
