"""A campaign's task is submitted to the unit, accepted there, and then by an inspector; or it comes back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.register.records import ReviewState
from messages.store import tables
from messages.store.database import Database
from tests.district import MORNING
from tests.holders import LEAKS, Holders


@pytest.fixture
async def place(db: Database) -> Holders:
    return await Holders(db).found()


async def task_of(place: Holders, task: int) -> Row[Any]:
    async with place.db.reading() as conn:
        query = select(tables.campaign_tasks).where(tables.campaign_tasks.c.id == task)
        return (await conn.execute(query)).one()


async def close(place: Holders) -> None:
    async with place.db.writing() as conn:
        await conn.execute(update(tables.campaigns).values(state="closed"))


async def test_the_unit_and_then_the_inspector_accept_it_and_only_then_it_stands(place: Holders) -> None:
    task, point = await place.begun("PH"), await place.save()
    (own,) = (await place.register.mine(place.posts["PH"], place.id("H"), MORNING)).tasks
    assert (own.id, own.title, own.state.value) == (task, "工程建设专项", "open")
    review = await place.lay(task=task)
    assert (review.campaign, review.running, (await task_of(place, task)).state) == ("工程建设专项", True, "unit")
    with pytest.raises(NotFound):
        await place.accept(review, "I")
    handed = await place.accept(review)
    assert (handed.state, await place.states(point)) == (ReviewState.INSPECTOR, ["submitted"])
    with pytest.raises(DecidedBefore):
        await place.accept(review)
    for other in ("L", "K"):
        with pytest.raises(NotEntitled):
            await place.accept(handed, other)
    with pytest.raises(DecidedBefore):
        await place.register.withdraw(review.id, place.id("H"), handed.version, MORNING)
    later = MORNING + timedelta(days=1)
    assert (await place.register.review(review.id, place.id("I"), MORNING)).may
    assert (await place.accept(handed, "I", later)).state is ReviewState.ACCEPTED
    ended = await task_of(place, task)
    assert (ended.state, ended.accepted_at, ended.timely) == ("accepted", later, True)
    assert await place.states(point) == ["accepted"]
    assert not (await place.register.mine(place.posts["PH"], place.id("H"), MORNING)).tasks
    assert await place.happened("campaign_task") == ["unit", "inspector", "accepted"]
    assert [notice.params["outcome"] for notice in await place.told_of_post()] == ["unit", "accepted"]
    with pytest.raises(DecidedBefore):
        await place.lay(task=task, complete=True)


async def test_nobody_takes_both_stages(place: Holders) -> None:
    task = await place.begun("PH")
    handed = await place.accept(await place.lay(task=task, complete=True), "A")
    assert (await place.register.waiting(place.id("A"), 1, MORNING)).total == 0
    with pytest.raises(NotEntitled):
        await place.accept(handed, "A")
    assert (await place.accept(handed, "B")).inspector_name == "姓名B"


async def test_what_the_inspector_returns_is_told_to_the_unit_and_submitted_once_more(place: Holders) -> None:
    task, point = await place.begun("PH"), await place.save()
    handed = await place.accept(await place.lay(task=task))
    await place.returns(handed, "I", "缺少防控措施")
    assert (await task_of(place, task)).state == "returned"
    for notice in (*await place.told("L"), (await place.told_of_post())[-1]):
        assert (notice.params["outcome"], notice.params["why"]) == ("returned", "缺少防控措施")
    await place.save(LEAKS, point=await place.point(point))
    again = await place.accept(await place.lay(task=task, now=MORNING + timedelta(days=9)))
    await place.accept(again, "I")
    ended = await task_of(place, task)
    assert (ended.submitted_at, ended.timely, ended.state) == (MORNING, True, "accepted")


async def test_a_point_that_the_unit_returns_holds_the_others_back_for_the_inspector(place: Holders) -> None:
    task, gifts, leaks = await place.begun("PH"), await place.save(), await place.save(LEAKS)
    review = await place.returns_point(await place.lay(task=task), leaks)
    assert (await place.accept(review)).state is ReviewState.RETURNED
    with pytest.raises(NotFound):  # what the unit returns never came to the inspector
        await place.register.review(review.id, place.id("I"), MORNING)
    assert (await place.states(gifts, leaks), (await task_of(place, task)).state) == (["draft", "returned"], "returned")
    await place.register.drop(leaks.id, place.id("H"), 1, MORNING)
    handed = await place.accept(await place.lay(task=task))
    one = await place.save(LEAKS)  # what is written meanwhile waits for the next submission
    back = await place.returns_point(handed, gifts, "I")
    assert (back.state, await place.states(gifts, one)) == (ReviewState.RETURNED, ["returned", "draft"])


async def test_submitting_late_or_on_a_provisional_day_is_kept_as_such(place: Holders) -> None:
    late = await place.begun("PH", due_at=MORNING - timedelta(seconds=1))
    perhaps = await place.begun("PG", due_at=MORNING - timedelta(days=9), provisional=True)
    await place.lay(task=late, complete=True)
    await place.lay("G", "PG", perhaps, complete=True)
    assert [(await task_of(place, task)).timely for task in (late, perhaps)] == [False, None]


async def test_a_task_taken_back_is_to_be_submitted_again(place: Holders) -> None:
    task = await place.begun("PH")
    review = await place.lay(task=task, complete=True)
    assert (await task_of(place, task)).complete
    await place.register.withdraw(review.id, place.id("H"), review.version, MORNING)
    stands = await task_of(place, task)
    assert (stands.state, stands.complete, stands.submitted_at) == ("open", False, None)


async def test_a_claim_that_was_returned_is_none_any_more(place: Holders) -> None:
    task = await place.begun("PH")
    await place.returns(await place.lay(task=task, complete=True))
    stands = await task_of(place, task)
    assert (stands.state, stands.complete) == ("returned", False)


async def test_a_task_is_submitted_for_its_own_post_beside_what_waits_of_own_accord(place: Holders) -> None:
    task = await place.begun("PH")
    await place.save()
    await place.lay()
    with pytest.raises(NotFound):
        await place.lay("G", "PG", task, complete=True)
    await place.lay(task=task, complete=True)
    with pytest.raises(DecidedBefore):
        await place.lay(task=task, complete=True)
    assert len((await place.register.mine(place.posts["PH"], place.id("H"), MORNING)).reviews) == 2


async def test_of_a_campaign_that_has_ended_the_unit_decides_for_good_and_the_task_stays_as_it_is(
    place: Holders,
) -> None:
    task, point = await place.begun("PH", "PG"), await place.save()
    review = await place.lay(task=task)
    await close(place)
    assert (await place.accept(review)).state is ReviewState.ACCEPTED
    assert (await place.states(point), (await task_of(place, task)).state) == (["accepted"], "unit")
    with pytest.raises(Refused):
        await place.lay("G", "PG", task + 1, complete=True)


async def test_a_card_of_an_earlier_state_decides_nothing(place: Holders) -> None:
    task = await place.begun("PH")
    review = await place.lay(task=task, complete=True)
    await place.accept(review)
    with pytest.raises(Outdated):  # who may decide as the inspector, too, is to look at it once more
        await place.accept(review, "B")


async def test_what_was_taken_back_made_no_task_timely_and_what_came_before_it_does(place: Holders) -> None:
    """“Nothing to add” on the first day, taken back at once, was in time whenever the points came."""
    task = await place.begun("PH", due_at=MORNING + timedelta(days=3))
    empty = await place.lay(task=task, complete=True)
    await place.register.withdraw(empty.id, place.id("H"), empty.version, MORNING)
    back = await task_of(place, task)
    assert (back.state, back.submitted_at, back.timely) == ("open", None, None)
    late = MORNING + timedelta(days=60)
    await place.returns(await place.lay(task=task, complete=True, now=late), now=late)
    again = await place.lay(task=task, complete=True, now=late + timedelta(days=1))
    await place.register.withdraw(again.id, place.id("H"), again.version, late + timedelta(days=1))
    back = await task_of(place, task)
    assert (back.state, back.submitted_at, back.timely) == ("open", late, False)
