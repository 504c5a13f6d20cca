"""What posts submit to the register is looked at, accepted and returned in chat, by whom it waits for, each once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from messages import reasons
from messages.organisation.records import Role
from messages.register.records import Content, ReviewState, RiskLevel
from messages.register.reviews import Review
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.points import put_task
from tests.registered import GIFTS, OUTDATED, Registered

NOT_OPEN = "There is no such submission, or it is not open to you."
MARKED = "↩️ Marked as returned: its holder is told once the others are decided too."
FORGED = "This button is not in use for this account. Nothing was changed."


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Registered]:
    room = Registered(db, clock, catalog, renderer)
    await room.found()
    async with room.open():
        yield room


async def laid_before(room: Registered, *contents: Content, task_id: int | None = None) -> Review:
    """Points of H's are submitted, and their card sent to who decides about them."""
    review = await room.submit(*contents or (GIFTS,), task_id=task_id)
    await room.told()
    return await room.reviewed(review)


def card_of(room: Registered, code: str, message_id: int) -> str:
    [card] = [one for one in room.sandbox.messages(room.of(code)) if one.message_id == message_id]
    return card.text


async def test_a_leader_accepts_under_the_notice_which_then_says_so(room: Registered) -> None:
    review = await laid_before(room)
    assert "收受投标人礼品" in room.sees("L")
    assert room.buttons_of("L") == ["✅ Accept", "↩️ Return", "👁 Look at it"]
    card = room.last(room.of("L"))
    await room.pushes("L", "Accept")
    assert (await room.reviewed(review)).state is ReviewState.ACCEPTED
    assert "✅ Reviewed and accepted by 姓名L on 21 September, 09:09" in room.sees("L")
    assert room.buttons_of("L") == ["👁 Look at it"]
    toast = await room.press(card.chat_id, card.message_id, f"rv1:accept:{review.id}:{review.version}")  # twice
    assert toast == "姓名L has accepted this already."
    assert room.woken == 1
    await room.told()
    assert "accepted" in room.sees("H").lower()


async def test_all_of_it_is_returned_with_a_reason_and_the_card_says_so(room: Registered) -> None:
    review = await laid_before(room, GIFTS, OUTDATED)
    card = room.last(room.of("L"))
    await room.pushes("L", "Return")
    assert "Why is it returned? Please write the reason." in room.sees("L")
    await room.pushes("L", "Go back")
    assert "/help" in (await room.says("L", "just talking"))[0]
    await room.pushes("L", "Return")
    assert await room.says("L", "Name <the> controls") == ["↩️ Returned with your reason."]
    assert (await room.reviewed(review)).state is ReviewState.RETURNED
    assert "↩️ Returned by 姓名L on 21 September, 09:09. Reason: Name <the> controls" in card_of(
        room, "L", card.message_id
    )
    await room.told()
    assert "Name <the> controls" in room.sees("H")


async def test_its_points_are_turned_over_with_what_stood_before_beside_what_is_new(room: Registered) -> None:
    [point] = await room.stands(GIFTS)
    changed = replace(GIFTS, level=RiskLevel.LOW, controls="双人评标 & <全程>录像", bases=OUTDATED.bases)
    await room.write_down(changed, point_id=point)
    await laid_before(room, replace(GIFTS, name="泄露标底"))
    before = len(room.texts(room.of("L")))
    await room.pushes("L", "Look at it")
    assert len(room.texts(room.of("L"))) == before + 1  # a message of its own
    assert "1 of 2" in room.sees("L")
    pages = [room.sees("L")]
    await room.pushes("L", "»")
    pages.append(room.sees("L"))
    changes, new = sorted(pages, key=lambda text: "A new point" in text)
    assert "A change of a point" in changes
    assert "🔵 low risk\nBefore: 🔴 high risk" in changes
    assert "双人评标 & <全程>录像\nBefore: 双人评标" in changes
    assert "Before: 评标期间收受礼品" not in changes  # nothing of it has changed
    assert "is superseded by “中国共产党廉洁自律准则”" in changes
    assert "A new point" in new
    assert "泄露标底" in new
    assert "Before:" not in new
    assert "superseded" not in new


async def test_one_point_is_returned_with_a_reason_and_the_others_are_accepted(room: Registered) -> None:
    review = await laid_before(room, GIFTS, replace(GIFTS, name="泄露标底"))
    notice = room.last(room.of("L"))
    await room.pushes("L", "Look at it", "Return this one")
    looked_at = room.last(room.of("L"))
    assert "Why is it returned?" in looked_at.text
    await room.pushes("L", "Go back")
    assert "/help" in (await room.says("L", "just talking"))[0]  # not taken for the reason
    await room.pushes("L", "Return this one")
    assert await room.says("L", "Which tender?") == [MARKED]
    assert "Returned · Reason: Which tender?" in card_of(room, "L", looked_at.message_id)
    stale = f"rv1:accept:{review.id}:{review.version}"
    assert await room.press(notice.chat_id, notice.message_id, stale) == (
        "It has changed meanwhile: please look at it once more."
    )
    assert (await room.reviewed(review)).state is ReviewState.UNIT
    await room.pushes("L", "Accept the others")
    assert "returned 1, accepted 1" in card_of(room, "L", looked_at.message_id)
    assert (await room.reviewed(review)).state is ReviewState.RETURNED
    async with room.db.reading() as conn:
        names = select(tables.risk_points.c.name).where(tables.risk_points.c.standing.is_not(None))
        assert list(await conn.scalars(names)) == ["泄露标底"]


async def test_who_accepts_the_others_is_not_asked_why_one_is_returned(room: Registered) -> None:
    """The reason stayed asked for: what was written next was refused as one, instead of being attended to."""
    review = await laid_before(room, GIFTS, OUTDATED)
    await room.pushes("L", "Look at it")
    card = room.of("L"), room.last(room.of("L")).message_id
    assert await room.press(*card, f"rv1:one:{review.id}:{review.version}:77") == FORGED  # of another submission
    assert await reasons.asked(room.db, room.place.id("L")) is None
    await room.pushes("L", "Return this one")
    assert await reasons.asked(room.db, room.place.id("L"))
    await room.press(*card, f"rv1:accept:{review.id}:{review.version}")
    assert (await room.reviewed(review)).state is ReviewState.ACCEPTED
    assert await reasons.asked(room.db, room.place.id("L")) is None


async def test_of_what_its_holder_takes_back_the_card_says_so_kindly(room: Registered) -> None:
    review = await laid_before(room)
    await room.pushes("L", "Return")
    await room.desk.register.withdraw(review.id, room.place.id("H"), review.version, room.clock.now())
    assert await room.says("L", "Too late") == ["Its holder has taken this back."]
    assert any("✖️ Taken back by 姓名H" in text for text in room.texts(room.of("L")))
    again = await room.submit()
    assert again.id != review.id
    card = room.last(room.of("L"))
    assert await room.press(card.chat_id, card.message_id, f"rv1:return:{review.id}:{review.version}") == (
        "Its holder has taken this back."
    )


async def test_an_inspector_accepts_for_the_campaign_what_another_has_accepted_for_the_unit(room: Registered) -> None:
    async with room.db.writing() as conn:  # L inspects what L leads
        unit = select(tables.units.c.id).where(tables.units.c.name == "财政局").scalar_subquery()
        role = {"person_id": room.place.id("L"), "role": Role.INSPECTOR.value, "unit_id": unit}
        await conn.execute(insert(tables.roles).values(role | {"granted_at": room.now}))
    await put_task(room.db, "PH")
    async with room.db.reading() as conn:
        task = await conn.scalar(select(tables.campaign_tasks.c.id))
    review = await laid_before(room, task_id=task)
    assert await room.says("I", "/approvals") == ["Nothing waits for your approval."]
    await room.pushes("L", "Accept")
    assert "✅ Accepted for the unit by 姓名L on 21 September, 09:09; waits for the inspector" in room.sees("L")
    standing = await room.reviewed(review)
    card = room.last(room.of("L"))
    toast = await room.press(card.chat_id, card.message_id, f"rv1:accept:{review.id}:{standing.version}")
    assert toast == "You have accepted this for the unit: somebody else accepts it for the campaign."
    await room.says("I", "/approvals")
    assert "1 submission to the register" in room.sees("I")
    await room.pushes("I", "岗位PH", "Look at it", "Accept")
    assert "✅ Accepted: for the unit by 姓名L, by 姓名I on 21 September, 09:09" in room.sees("I")
    assert (await room.reviewed(review)).state is ReviewState.ACCEPTED
    assert [entry["description"] for entry in room.menu(room.of("I")) if entry["command"] == "approvals"] == [
        "What waits for my review"
    ]


async def test_what_the_inspector_returns_is_told_to_its_holder_and_to_who_accepted_it(room: Registered) -> None:
    await put_task(room.db, "PH")
    async with room.db.reading() as conn:
        task = await conn.scalar(select(tables.campaign_tasks.c.id))
    review = await laid_before(room, GIFTS, replace(GIFTS, name="泄露标底"), task_id=task)
    await room.pushes("L", "Accept")
    await room.told()
    notice, seen = room.last(room.of("I")), await room.reviewed(review)
    await room.pushes("I", "Look at it", "Return this one")
    await room.says("I", "Which tender?")
    stale = f"rv1:accept:{review.id}:{seen.version}"
    assert await room.press(notice.chat_id, notice.message_id, stale) == (
        "It has changed meanwhile: please look at it once more."
    )
    await room.press(notice.chat_id, notice.message_id, f"rv1:accept:{review.id}:{seen.version + 1}")
    assert (await room.reviewed(review)).state is ReviewState.RETURNED
    await room.told()
    for code in ("H", "L"):
        assert "Which tender?" in room.sees(code)


async def test_that_nothing_is_to_be_added_is_accepted_without_points(room: Registered) -> None:
    review = await laid_before_complete(room)
    await room.pushes("L", "Look at it")
    assert room.buttons_of("L") == ["✅ Accept", "↩️ Return", "👁 Look at it"]
    await room.pushes("L", "Accept")
    assert (await room.reviewed(review)).state is ReviewState.ACCEPTED


async def test_a_page_that_a_submission_does_not_have_is_not_shown(room: Registered) -> None:
    """Of one without points there was none to draw."""
    review = await laid_before_complete(room)
    of_l = room.of("L"), room.last(room.of("L")).message_id
    assert not await room.press(*of_l, f"rv1:page:{review.id}:{review.version}:1")


async def laid_before_complete(room: Registered) -> Review:
    review = await room.submit(complete=True, note="本岗位风险点无变化")
    await room.told()
    assert "本岗位风险点无变化" in room.sees("L")
    return review


async def test_what_waits_is_listed_and_many_are_told_together(room: Registered) -> None:
    for code in ("H", "C"):
        await room.submit(GIFTS, by=code)
    limit = room.policy.approvals.singly
    await room.says("L", "/approvals")
    assert "• 2 submissions to the register" in room.sees("L")
    assert room.buttons_of("L") == ["✏️ 财政局 · 岗位PH · 姓名H", "✏️ 财政局 · 岗位PC · 姓名C"]
    await room.press(room.of("L"), room.last(room.of("L")).message_id, "rl1:list:0:0")  # as a notice of many has it
    assert room.buttons_of("L") == ["✏️ 财政局 · 岗位PH · 姓名H", "✏️ 财政局 · 岗位PC · 姓名C", "↩ Overview"]
    await room.pushes("L", "岗位PC", "Accept")
    await room.says("L", "/approvals")
    assert "• 1 submission to the register" in room.sees("L")
    assert limit > 1


async def test_who_may_not_decide_learns_nothing_and_that_is_recorded(room: Registered) -> None:
    review = await laid_before(room)
    for act in ("accept", "return", "show", "open"):
        for code in ("L2", "C", "I"):
            assert await room.press(room.of(code), 1, f"rv1:{act}:{review.id}:{review.version}") == NOT_OPEN
            assert await room.press(room.of(code), 1, f"rv1:{act}:999999:1") == NOT_OPEN
    for act in ("accept", "return", "one"):
        tail = ":1" if act == "one" else ""
        toast = await room.press(room.of("H"), 1, f"rv1:{act}:{review.id}:{review.version}{tail}")
        assert toast == "This is about a post that you hold yourself: somebody else decides about it."
    assert (await room.reviewed(review)).state is ReviewState.UNIT
    assert not any("收受" in text for code in ("L2", "C", "I") for text in room.texts(room.of(code)))
    assert len(await room.events("act_refused")) >= 6


@pytest.mark.parametrize(
    "data",
    ["rv1:accept:x:1", "rv1:accept:1", "rv1:delete:1:1", "rv1:page:1:1:0", "rv1:one:1:1:x", "rv1:one:1:1", "rl1:mine"],
)
async def test_forged_words_change_nothing(room: Registered, data: str) -> None:
    review = await laid_before(room)
    assert await room.press(room.of("L"), 1, data) == FORGED
    assert (await room.reviewed(review)).state is ReviewState.UNIT


async def test_a_leader_reads_it_all_in_chinese(room: Registered) -> None:
    async with room.db.writing() as conn:
        await conn.execute(update(tables.people).values(language="zh_CN"))
    await laid_before(room, GIFTS, OUTDATED)
    assert room.buttons_of("L") == ["✅ 通过", "↩️ 退回", "👁 查看"]
    await room.pushes("L", "查看", "»")
    assert "取代" in room.sees("L")
    await room.pushes("L", "退回这一项")
    await room.says("L", "请补充依据")
    await room.pushes("L", "通过其余")
    assert any("退回 1 项" in text for text in room.texts(room.of("L")))


async def test_the_longest_point_fits_with_what_stood_before_and_the_reason(room: Registered) -> None:
    long = replace(GIFTS, description="长" * 2000, controls="控" * 2000, indicators="标" * 2000)
    [point] = await room.stands(long)
    changed = replace(long, description="新" * 2000, controls="措" * 2000, indicators="指" * 2000)
    await room.write_down(changed, point_id=point)
    await laid_before(room)
    await room.pushes("L", "Look at it")
    card = room.last(room.of("L"))
    await room.pushes("L", "Return")
    await room.says("L", "why " * 125)
    assert "why why" in card_of(room, "L", card.message_id)
