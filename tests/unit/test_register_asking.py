"""Reviews are laid before who decides about them, and later before a deputy; each person is asked once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from messages.errors import DecidedBefore
from messages.register.records import RiskLevel
from messages.store.database import Database
from messages.text.markup import LONGEST_TEXT, visible_length
from messages.text.rendering import Frame, Renderer
from schedules.register.telling import Outcome, outcome_notices
from tests.district import MORNING
from tests.holders import GIFTS, LEAKS, Holders

FRAME = Frame(title=None)
FRIDAY = datetime(2026, 10, 16, 15, 0, tzinfo=MORNING.tzinfo)


@pytest.fixture
async def place(db: Database) -> Holders:
    return await Holders(db).found()


async def asked(place: Holders, template: str = "review_card") -> set[str]:
    """Who was told by this template."""
    codes = place.district.people
    return {code for code in codes if any(notice.template == template for notice in await place.told(code))}


async def test_the_nearest_leader_gets_a_card_with_what_is_new_changed_and_to_end(
    place: Holders, renderer: Renderer
) -> None:
    stands = await place.stands()
    await place.stands(replace(LEAKS, name="<b>已有</b>"))
    await place.save(LEAKS)
    await place.save(replace(GIFTS, level=RiskLevel.LOW), point=stands)
    review = await place.lay(note="请审定 <i>")
    for minute in range(2):
        await place.register.sweep(MORNING + timedelta(minutes=minute))
    assert await asked(place) == {"L"}
    (card,) = await place.told("L")
    assert (card.desk, card.category) == (f"review:{review.id}:1", "report")
    said = renderer.notice("review_card", "zh_CN", card.params, FRAME)
    for words in (
        "岗位PH",
        "财政局",
        "姓名H",
        "新增 1 · 修改 1 · 不再适用 0",
        "🟠 泄露标底",
        "低风险",
        "请审定 &lt;i&gt;",
    ):
        assert words in said
    said = renderer.notice("review_card", "en", card.params, FRAME)
    assert "New 1 · changed 1 · no longer applies 0" in said


async def test_the_longest_card_and_the_longest_outcome_fit_into_one_message(
    place: Holders, renderer: Renderer
) -> None:
    task = await place.begun("PH", title="专" * 200)
    points = [await place.save(replace(LEAKS, name=f"{number}{'长' * 198}")) for number in range(9)]
    review = await place.lay(task=task, note="&" * 500)
    await place.register.sweep(MORNING)
    (card,) = await place.told("L")
    said = renderer.notice("review_card", "zh_CN", card.params, FRAME)
    assert "截止" in said
    assert "另有 3 项" in said
    for point in points:
        review = await place.returns_point(review, point, why="改" * 500)
    (outcome,) = await place.told_of_post()
    for template, params in ((card.template, card.params), (outcome.template, outcome.params)):
        for language in ("zh_CN", "en"):
            assert visible_length(renderer.notice(template, language, params, FRAME)) < LONGEST_TEXT


async def test_what_came_of_it_is_told_in_words(place: Holders, renderer: Renderer) -> None:
    task = await place.begun("PH")
    review = await place.lay(task=task, complete=True)
    await place.register.sweep(MORNING)
    (card,) = await place.told("L")
    assert "岗位责任人报“无新增”。" in renderer.notice("review_card", "zh_CN", card.params, FRAME)
    handed = await place.accept(review)
    await place.returns(handed, "I", "请再核对")
    unit, back = (renderer.notice("review_outcome", "zh_CN", one.params, FRAME) for one in await place.told_of_post())
    assert "单位已审核通过（姓名L）" in unit
    for words in ("已由姓名I退回", "请再核对", "/risk"):
        assert words in back
    ended = await place.register.review(review.id, place.id("H"), MORNING)
    (own, *_) = outcome_notices(ended.review, ended.points, Outcome.ACCEPTED, MORNING)
    assert "已由姓名I通过" in renderer.notice("review_outcome", "zh_CN", own.params, FRAME)


async def test_the_outcome_tells_which_points_stand_and_which_do_so_no_more(place: Holders, renderer: Renderer) -> None:
    gifts = await place.stands()
    await place.register.propose_end(gifts.id, place.id("H"), gifts.version, "已撤销", MORNING)
    await place.accept(await place.lay())
    again = await place.stands()
    await place.register.propose_end(again.id, place.id("H"), again.version, "已撤销", MORNING)
    await place.save(LEAKS)
    await place.accept(await place.lay())
    _, ended, _, both = [
        renderer.notice("review_outcome", "zh_CN", one.params, FRAME) for one in await place.told_of_post()
    ]
    assert "风险点终止" in ended
    assert "1 项列入风险库，1 项终止" in both


async def test_whom_it_concerns_is_not_asked_and_for_the_inspector_inspectors_are(place: Holders) -> None:
    task = await place.begun("PL")
    review = await place.lay("L", "PL", task, complete=True)
    await place.register.sweep(MORNING)
    assert await asked(place) == {"K"}
    handed = await place.accept(review, "K")
    await place.register.sweep(MORNING)
    assert await asked(place) == {"K", "I"}
    (card,) = await place.told("I")
    assert (card.params["inspecting"], card.params["unit_by"], card.desk) == (True, "姓名K", f"review:{handed.id}:2")


async def test_without_an_inspector_the_office_is_asked_but_not_who_accepted_for_the_unit(place: Holders) -> None:
    task = await place.begun("PG")
    await place.accept(await place.lay("G", "PG", task, complete=True), "A")
    await place.register.sweep(MORNING)
    assert await asked(place) == {"B"}


async def test_many_at_once_are_told_in_one_message(place: Holders) -> None:
    for post, by in (("PH", "H"), ("PC", "C"), ("PL", "L"), ("PG", "G"), ("PD", "D"), ("PL2", "L2")):
        await place.lay(by, post, complete=True)
    await place.bears_no_more("L", MORNING - timedelta(days=1))
    await place.bears_no_more("L2", MORNING - timedelta(days=1))
    await place.register.sweep(MORNING)
    (together,) = await place.told("K")
    assert (together.template, together.params["count"], together.desk) == ("reviews_waiting", 6, "reviews:0:0")


async def test_who_does_not_decide_has_a_deputy_after_working_hours_over_a_weekend(place: Holders) -> None:
    await place.lay(complete=True, now=FRIDAY)
    await place.register.sweep(FRIDAY)
    monday = datetime(2026, 10, 19, 14, 0, tzinfo=MORNING.tzinfo)
    await place.register.sweep(monday - timedelta(seconds=1))
    assert await asked(place) == {"L"}
    for _ in range(2):
        await place.register.sweep(monday)
    assert await asked(place) == {"L", "K"}
    (card,) = await place.told("K")
    assert card.params["deputy"]


async def test_where_nobody_who_was_told_may_decide_any_more_others_are_asked(place: Holders) -> None:
    await place.lay(complete=True)
    await place.lay("G", "PG", complete=True)
    await place.register.sweep(MORNING)
    later = MORNING + timedelta(minutes=5)
    await place.bears_no_more("L", later)
    await place.takes("L2", "PG", later)
    await place.register.sweep(later)
    assert await asked(place) == {"L", "L2", "K"}
    assert len(await place.told("K")) == 2


async def test_a_post_that_moves_is_asked_about_in_its_new_unit(place: Holders) -> None:
    await place.lay(complete=True)
    await place.register.sweep(MORNING)
    await place.move("PH", "教育局")
    for minutes in (5, 10):
        await place.register.sweep(MORNING + timedelta(minutes=minutes))
    assert await asked(place) == {"L", "L2"}
    assert len(await place.told("L2")) == 1
    (card,) = await place.told("L")
    assert card.cancelled_at == MORNING + timedelta(minutes=5)  # not sent yet


async def test_what_is_of_a_post_that_ended_is_laid_before_nobody_and_taken_back(place: Holders) -> None:
    point, task = await place.save(), await place.begun("PH")
    review = await place.lay(task=task)
    await place.end("PH")
    assert not (await place.register.waiting(place.id("L"), 1, MORNING)).total
    await place.register.sweep(MORNING)
    assert (await asked(place), await place.states(point)) == (set(), ["draft"])
    assert (await place.happened("risk_review"), await place.happened("campaign_task"))[0] == ["submitted", "withdrawn"]
    with pytest.raises(DecidedBefore):
        await place.accept(review)


async def test_where_nobody_may_decide_who_could_have_somebody_named_is_told_once(
    place: Holders, renderer: Renderer
) -> None:
    task = await place.begun("PG")
    await place.accept(await place.lay("G", "PG", task, complete=True), "A")
    for one in ("B", "I"):
        await place.bears_no_more(one, MORNING - timedelta(days=1))
    for days in range(2):
        await place.register.sweep(MORNING + timedelta(days=days))
    (told,) = [one for one in await place.told("A") if one.template == "reviews_forlorn"]
    assert "岗位PG" in renderer.notice("reviews_forlorn", "zh_CN", told.params, FRAME)


async def test_what_was_decided_or_taken_back_is_not_asked_for_any_more(place: Holders) -> None:
    review = await place.lay(complete=True)
    await place.register.sweep(MORNING)
    await place.accept(review)
    again = await place.lay("G", "PG", complete=True)
    await place.register.withdraw(again.id, place.id("G"), again.version, MORNING)
    await place.register.sweep(MORNING + timedelta(days=3))
    assert (await asked(place), len(await place.told("K"))) == ({"L"}, 0)
    (card,) = await place.told("L")
    assert card.cancelled_at == MORNING  # nothing of it was sent yet
