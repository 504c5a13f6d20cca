"""A holder writes risk points down, the unit decides about them, and what stands is kept with its versions."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.register.bases import Cited
from messages.register.records import PointState, ReviewState, RiskLevel
from messages.register.reviews import Review
from messages.store import tables
from messages.store.database import Database
from tests.district import MORNING
from tests.holders import GIFTS, LEAKS, Holders, short


@pytest.fixture
async def place(db: Database) -> Holders:
    return await Holders(db).found()


async def bases_of(place: Holders) -> set[tuple[str, int]]:
    async with place.db.reading() as conn:
        rows = await conn.execute(select(tables.point_bases.c.law, tables.point_bases.c.article))
        return {(row.law, row.article) for row in rows}


async def versions_of(place: Holders, point_id: int) -> list[tuple[int, str, str]]:
    versions = tables.risk_versions
    query = select(versions).where(versions.c.point_id == point_id).order_by(versions.c.number)
    async with place.db.reading() as conn:
        return [(row.number, row.progress, row.content["name"]) for row in await conn.execute(query)]


async def test_a_point_lives_from_a_draft_to_its_end_and_every_version_is_kept(place: Holders) -> None:
    point = await place.save()
    assert (point.state, point.content) == (PointState.DRAFT, GIFTS)
    assert not await bases_of(place)
    point = await place.save(replace(GIFTS, level=RiskLevel.LOW), point=point)
    assert (point.version, point.content.level) == (1, RiskLevel.LOW)
    review = await place.lay(note=" 请审定 ")
    assert (review.new, review.changed, review.ended, review.note) == (1, 0, 0, "请审定")
    assert await place.states(point) == ["submitted"]
    assert (await place.accept(review)).state is ReviewState.ACCEPTED
    assert await bases_of(place) == {("ZWCF2020", 34), ("JLCF2023", 0)}

    changed = await place.save(
        replace(GIFTS, name="收受礼品礼金", bases=(Cited(law="LJZL2016", article=1),)), point=point
    )
    assert (changed.state, changed.version, changed.standing) == (PointState.REVISED, 2, 1)
    assert changed.content.name == "收受投标人礼品"
    back = await place.returns(await place.lay())
    assert (back.changed, back.state, back.why) == (1, ReviewState.RETURNED, "请写具体")
    came_back = await place.point(point)
    assert (came_back.state, came_back.why) == (PointState.REVISED, "请写具体")
    await place.save(replace(GIFTS, name="收受礼品礼金等"), point=came_back)
    await place.accept(await place.lay())
    stands = await place.point(point)
    assert (stands.state, stands.content.name, stands.why) == (PointState.ACCEPTED, "收受礼品礼金等", None)

    ending = await place.register.propose_end(point.id, place.id("H"), stands.version, "业务已取消", MORNING)
    assert ending.state is PointState.REVISED
    review = await place.lay()
    seen = await place.register.review(review.id, place.id("L"), MORNING)
    assert [(one.ends, one.because, one.before == one.content) for one in seen.points] == [(True, "业务已取消", True)]
    await place.accept(review)
    assert await place.states(point) == ["ended"]
    assert not (await place.register.mine(place.posts["PH"], place.id("H"), MORNING)).points
    assert await versions_of(place, point.id) == [
        (1, "accepted", "收受投标人礼品"),
        (2, "returned", "收受礼品礼金"),
        (3, "accepted", "收受礼品礼金等"),
        (4, "accepted", "收受礼品礼金等"),
    ]
    assert await place.happened("risk_point") == [
        "drafted", "changed", "submitted", "accepted", "changed", "submitted", "returned",
        "changed", "submitted", "accepted", "to_end", "submitted", "ended",
    ]  # fmt: skip
    assert await place.happened("risk_review") == [
        "submitted", "accepted", "submitted", "returned", "submitted", "accepted", "submitted", "accepted",
    ]  # fmt: skip


async def test_a_draft_is_dropped_and_what_stood_before_goes_on(place: Holders) -> None:
    stands, draft = await place.stands(), await place.save(LEAKS)
    await place.register.drop(draft.id, place.id("H"), 1, MORNING)
    await place.register.propose_end(stands.id, place.id("H"), 1, "不再适用", MORNING)
    await place.register.drop(stands.id, place.id("H"), 2, MORNING)
    assert await place.states(stands, draft) == ["accepted", "ended"]
    with pytest.raises(DecidedBefore):
        await place.register.drop(stands.id, place.id("H"), 2, MORNING)
    with pytest.raises(Refused):
        await place.save(point=await place.point(stands))
    with pytest.raises(Outdated):
        await place.save(LEAKS, point=stands)


async def test_what_cannot_be_taken_is_told_by_field(place: Holders) -> None:
    bad = replace(
        GIFTS,
        name="  ",
        category="类" * 101,
        controls="x" * 2001,
        node="\u202e开标",
        bases=(Cited(law="ZWCF2020", article=69),),
    )
    with pytest.raises(Refused) as refusal:
        await place.save(bad)
    assert {fault.column for fault in refusal.value.faults} == {"name", "category", "controls", "node", "bases"}
    tidy = await place.save(
        replace(GIFTS, name=" 收受  礼品 ", description="一\r\n二 ", bases=(Cited(law="JLCF2023"),) * 2)
    )
    said = tidy.content
    assert (said.name, said.description, len(said.bases)) == ("收受 礼品", "一\n二", 1)


async def test_nodes_and_duties_are_found_by_their_words_or_made_once_they_stand(place: Holders) -> None:
    await place.district.mark("PG", "开标")
    duty = await place.register.add_duty(place.posts["PH"], place.id("H"), " 组织评标 ", MORNING)
    await place.save(replace(GIFTS, duty="组织评标"))
    await place.save(replace(LEAKS, duty="保管标底"))
    mine = await place.register.mine(place.posts["PH"], place.id("H"), MORNING)
    assert (mine.duties, mine.nodes, mine.drafts) == ((duty,), (), 2)
    assert [(one.latest.node, one.latest.duty) for one in mine.points] == [("评标", "组织评标"), ("开标", "保管标底")]
    await place.accept(await place.lay())
    mine = await place.register.mine(place.posts["PH"], place.id("H"), MORNING)
    assert ([one.text for one in mine.duties], mine.nodes) == (["组织评标", "保管标底"], ("开标", "评标"))
    async with place.db.reading() as conn:
        assert sorted(await conn.scalars(select(tables.nodes.c.name))) == ["开标", "评标"]
    await place.register.end_duty(mine.duties[1].id, place.id("H"), MORNING)
    await place.register.end_duty(duty.id, place.id("H"), MORNING)
    assert not (await place.register.mine(place.posts["PH"], place.id("H"), MORNING)).duties
    with pytest.raises(NotFound):
        await place.register.end_duty(duty.id, place.id("H"), MORNING)


async def test_only_who_holds_the_post_writes_for_it_and_the_rest_is_recorded(place: Holders) -> None:
    point, ids = await place.save(), (place.id("G"), place.id("L"), place.id("A"))
    for person in ids:
        with pytest.raises(NotEntitled):
            await place.register.save(place.posts["PH"], person, LEAKS, MORNING)
        with pytest.raises(NotFound):
            await place.register.drop(point.id, person, 1, MORNING)
        with pytest.raises(NotEntitled):
            await place.register.mine(place.posts["PH"], person, MORNING)
    with pytest.raises(NotFound):
        await place.register.mine(9999, place.id("H"), MORNING)
    assert len(await place.events("act_refused")) == 9


async def test_a_post_has_so_many_points_at_most(db: Database) -> None:
    place = await Holders(db, short()).found()
    first = await place.save()
    await place.save(LEAKS)
    with pytest.raises(Refused):
        await place.save(replace(LEAKS, name="第三"))
    await place.register.drop(first.id, place.id("H"), 1, MORNING)
    await place.save(replace(LEAKS, name="第三"))


async def test_one_point_is_returned_while_the_others_wait_and_then_stand(place: Holders) -> None:
    gifts, leaks = await place.save(), await place.save(LEAKS)
    review = await place.lay()
    back = await place.returns_point(review, leaks, why="请写明环节")
    assert (back.state, back.returned) == (ReviewState.UNIT, 1)
    assert await place.states(gifts, leaks) == ["submitted", "returned"]
    with pytest.raises(Outdated):
        await place.accept(review)
    with pytest.raises(DecidedBefore):
        await place.returns_point(back, leaks)
    corrected = await place.save(replace(LEAKS, name="泄露评标情况"), point=await place.point(leaks))
    assert (corrected.version, corrected.why) == (2, "请写明环节")
    ended = await place.accept(back)
    assert (ended.state, await place.states(gifts, leaks)) == (ReviewState.RETURNED, ["accepted", "draft"])
    (told,) = await place.told_of_post()
    assert (told.template, told.params["outcome"], told.params["by"]) == ("review_outcome", "partly", "姓名L")
    assert (told.params["stand"], told.params["ended"]) == (1, 0)
    assert [(one["name"], one["why"]) for one in told.params["returned"]] == [("泄露标底", "请写明环节")]
    assert (await place.accept(await place.lay())).state is ReviewState.ACCEPTED
    assert await place.states(leaks) == ["accepted"]


async def test_where_every_point_is_returned_or_the_returned_one_dropped_the_review_ends_so(place: Holders) -> None:
    leaks = await place.save(LEAKS)
    assert (await place.returns_point(await place.lay(), leaks)).state is ReviewState.RETURNED
    gifts = await place.save()
    leaks = await place.save(LEAKS, point=await place.point(leaks))
    review = await place.returns_point(await place.lay(), leaks)
    await place.register.drop(leaks.id, place.id("H"), leaks.version, MORNING)
    assert (await place.accept(review)).state is ReviewState.ACCEPTED
    assert await place.states(gifts, leaks) == ["accepted", "ended"]


async def test_nothing_to_add_is_said_only_without_drafts_and_nothing_is_submitted_twice(place: Holders) -> None:
    with pytest.raises(Refused):
        await place.lay()
    point = await place.save()
    with pytest.raises(Refused):
        await place.lay(complete=True)
    done = await asyncio.gather(place.lay(), place.lay(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["DecidedBefore", "Review"]
    with pytest.raises(DecidedBefore):
        await place.lay()
    with pytest.raises(DecidedBefore):
        await place.save(LEAKS, point=point)
    (review,) = (await place.register.mine(place.posts["PH"], place.id("H"), MORNING)).reviews
    await place.returns(review)
    with pytest.raises(Refused):
        await place.lay(complete=True)
    await place.register.drop(point.id, place.id("H"), 1, MORNING)
    assert (await place.accept(await place.lay(complete=True))).complete


async def test_its_holder_takes_it_back_while_it_is_with_the_unit(place: Holders) -> None:
    point, review = await place.save(), await place.lay()
    for other in ("G", "L"):
        with pytest.raises((NotEntitled, NotFound)):
            await place.register.withdraw(review.id, place.id(other), review.version, MORNING)
    await place.register.withdraw(review.id, place.id("H"), review.version, MORNING)
    assert await place.states(point) == ["draft"]
    for act in (place.accept, place.returns):
        with pytest.raises(DecidedBefore):
            await act(review)
    await place.save(LEAKS, point=await place.point(point))
    seen = await place.register.review(review.id, place.id("L"), MORNING)
    assert [(one.progress, one.content.name) for one in seen.points] == [("back", GIFTS.name)]  # and no draft
    assert (await place.lay()).new == seen.review.new == 1


async def test_a_number_that_no_database_knows_is_of_nothing(place: Holders) -> None:
    register, person = place.register, place.id("A")
    for number in (0, 1 << 63, 10**30):
        for act in (
            register.review(number, person, MORNING),
            register.mine(number, person, MORNING),
            register.adopt(number, place.posts["PH"], place.id("H"), MORNING),
            register.propose_end(number, person, 1, "不再适用", MORNING),
            register.unpublish(number, person, MORNING),
            register.publish(number, person, MORNING),
            register.end_duty(number, person, MORNING),
            register.submit(place.posts["PH"], place.id("H"), MORNING, task_id=number, complete=True),
        ):
            with pytest.raises(NotFound):
                await act


async def test_nobody_decides_what_is_the_own_and_nobody_without_the_right(place: Holders) -> None:
    await place.save(by="L", post="PL")
    own = await place.lay("L", "PL")
    with pytest.raises(NotEntitled):
        await place.accept(own)
    with pytest.raises(NotFound):
        await place.accept(own, "L2")
    await place.takes("K", "PL")
    with pytest.raises(NotEntitled):  # it concerns who holds the post by now, and who has submitted it
        await place.accept(own, "K")
    with pytest.raises(NotEntitled):
        await place.accept(own, "L")
    assert (await place.accept(own, "A")).unit_name == "姓名A"
    assert {body["review"] for _, body in await place.events("act_refused")} == {own.id}


async def test_of_two_who_act_at_once_one_wins(place: Holders) -> None:
    async def takes_back(review: Review) -> Review:
        return await place.register.withdraw(review.id, place.id("H"), review.version, MORNING)

    async def returns(review: Review) -> Review:
        return await place.returns(review, "K")

    for other, otherwise in ((place.accept, "accepted"), (returns, "returned"), (takes_back, "draft")):
        point = await place.save(replace(LEAKS, name=f"泄露{otherwise}"))
        review = await place.lay()
        done = await asyncio.gather(place.accept(review), other(review), return_exceptions=True)
        (lost,) = (one for one in done if isinstance(one, BaseException))
        assert isinstance(lost, DecidedBefore)
        assert await place.states(point) == ["accepted" if lost is done[1] else otherwise]
        if await place.states(point) != ["accepted"]:
            await place.register.drop(point.id, place.id("H"), (await place.point(point)).version, MORNING)


async def test_after_a_handover_the_review_goes_on_and_both_are_told(place: Holders) -> None:
    point, review = await place.save(), await place.lay()
    await place.takes("G", "PH")
    with pytest.raises(NotEntitled):
        await place.register.withdraw(review.id, place.id("H"), review.version, MORNING)
    await place.accept(review)
    (own,), (before,) = await place.told_of_post(), await place.told("H")
    assert (own.params["outcome"], own.params["own"], before.params["own"]) == ("accepted", True, False)
    assert own.desk == f"risks:{place.posts['PH']}:0"
    assert (await place.register.mine(place.posts["PH"], place.id("G"), MORNING)).points[0].point.id == point.id


async def test_what_is_submitted_is_open_to_its_holder_and_to_who_decides_whose_look_is_recorded(
    place: Holders,
) -> None:
    await place.save()
    review = await place.lay()
    for viewer, may in (("H", False), ("L", True), ("K", True), ("A", True)):
        assert (await place.register.review(review.id, place.id(viewer), MORNING)).may is may
    for viewer in ("L2", "I", "G", "C"):  # an inspector sees what the unit has accepted for a campaign
        with pytest.raises(NotFound):
            await place.register.review(review.id, place.id(viewer), MORNING)
    await place.register.waiting(place.id("L"), 1, MORNING)
    looks = [(body["by"], body["what"], body["post"]) for _, body in await place.events("record_seen")]
    assert looks == [(code, "review", "PH") for code in ("L", "K", "A")]


async def test_what_waits_is_listed_for_who_may_decide_it(place: Holders) -> None:
    await place.save()
    review = await place.lay()
    await place.save(by="L", post="PL")
    await place.lay("L", "PL")
    for viewer, total in (("L", 1), ("K", 2), ("A", 2), ("I", 0)):
        page = await place.register.waiting(place.id(viewer), 9, MORNING)
        assert (page.total, page.number, [await place.register.may(one, place.id(viewer)) for one in page.reviews]) == (
            total, 1, [True] * total,
        )  # fmt: skip
    await place.accept(review)
    assert (await place.register.waiting(place.id("L"), 1, MORNING)).total == 0
    with pytest.raises(NotEntitled):
        await place.register.waiting(place.id("H"), 1, MORNING)
