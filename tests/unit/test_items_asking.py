"""Items are laid before who decides about them, and later before a deputy; each person is asked once."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import literal, update

from messages.deliveries import DeliveryState
from messages.errors import NotFound
from messages.files import Attachment, FileKind
from messages.items.records import COMMAND, ItemState
from messages.notices import Grade, Lane
from messages.organisation.records import Role
from messages.store import items, tables
from messages.store.database import Database
from messages.text.markup import LONGEST_TEXT, visible_length
from messages.text.rendering import Frame, Renderer
from schedules.policy import Policy, load
from tests.collectors import CAUTION, RED, REMINDER, Collectors
from tests.district import MORNING

FRAME = {"frame": Frame(title=None)}
FRIDAY = datetime(2026, 10, 16, 15, 0, tzinfo=MORNING.tzinfo)


@pytest.fixture
async def place(db: Database) -> Collectors:
    return await Collectors(db).found()


async def asked(place: Collectors, template: str = "item_card") -> set[str]:
    """Who was told by this template."""
    codes = place.district.people
    return {code for code in codes if any(notice.template == template for notice in await place.told(code))}


async def test_the_nearest_leader_gets_a_card_with_everything_and_nobody_else(
    place: Collectors, renderer: Renderer
) -> None:
    files = (Attachment(file=1, kind=FileKind.DOCUMENT),)
    item = await place.submit(replace(REMINDER, attachments=files))
    await place.items.sweep(MORNING)
    await place.items.sweep(MORNING + timedelta(minutes=1))
    assert await asked(place) == {"L"}
    (card,) = await place.told("L")
    assert (card.desk, card.lane, card.grade) == (f"reminder:{item.id}:1", Lane.PROMPT, "blue")
    assert card.attachments == [{"file": 1, "kind": "document"}]
    said = renderer.render("item_card", "zh_CN", **card.params, **FRAME, heading_text="")
    for words in (
        "姓名C",
        "财政局",
        "提醒",
        "🔵 蓝",
        "群众反映集中",
        "请自查。",
        "09-18",
        "09-20",
        "岗位PH",
        "姓名H",
        "1 个附件",
    ):
        assert words in said
    await place.submit()
    await place.items.sweep(MORNING)
    caution = (await place.told("L"))[-1]
    assert caution.desk == "item:2:1"
    said = renderer.render("item_card", "en", **caution.params, **FRAME, heading_text="")
    assert "concluded 09-18, 7 working days with the make-up day 09-20, due 09-29 · entered in time" in said
    assert "3 people · 财政局" in said


async def test_without_a_leader_the_next_above_is_asked_and_then_the_office(place: Collectors) -> None:
    own = await place.district.person("M", ("PM", "财政局", 2), roles=[(Role.COLLECTOR, "区"), (Role.LEADER, "区")])
    assert own
    await place.submit(replace(CAUTION, audience="level:3"), by="M")
    await place.items.sweep(MORNING)
    assert await asked(place) == {"K"}
    await place.submit(replace(CAUTION, audience="level:1 unit:推进办"), by="A")
    await place.items.sweep(MORNING)
    assert await asked(place) == {"K", "B"}


async def test_red_is_told_at_once_and_then_laid_before_the_rest_of_the_office(place: Collectors) -> None:
    item = await place.submit(RED)
    await place.items.sweep(MORNING)
    (card,) = await place.told("L")
    assert (card.lane, card.anytime, card.grade) == (Lane.RED, True, "red")
    await place.approve(item, "A")
    await place.items.sweep(MORNING)
    assert await asked(place) == {"L", "B"}
    (second,) = await place.told("B")
    assert (second.desk, second.params["confirming"]) == (f"red:{item.id}:2", True)


async def test_many_at_once_are_told_in_one_message(place: Collectors) -> None:
    rows = [replace(CAUTION, title=f"第{number}件") for number in range(4)]
    await place.items.submit_many(rows[:3], place.id("C"), MORNING, by=COMMAND)
    await place.items.sweep(MORNING)
    assert [notice.template for notice in await place.told("L")] == ["item_card"] * 3
    await place.items.submit_many(rows, place.id("C"), MORNING, by=COMMAND)
    await place.items.sweep(MORNING)
    together = (await place.told("L"))[-1]
    assert (together.template, together.params["count"], together.desk) == ("items_waiting", 4, "items:0:0")
    assert len(await place.told("L")) == 4


async def test_who_does_not_decide_has_a_deputy_after_working_hours_over_a_weekend(place: Collectors) -> None:
    await place.submit(now=FRIDAY)  # two and a half working hours of Friday, five and a half of Monday
    await place.items.sweep(FRIDAY)
    monday = datetime(2026, 10, 19, 14, 0, tzinfo=MORNING.tzinfo)
    await place.items.sweep(monday - timedelta(seconds=1))
    assert await asked(place) == {"L"}
    for _ in range(2):
        await place.items.sweep(monday)
    assert await asked(place) == {"L", "K"}
    (card,) = await place.told("K")
    assert card.params["deputy"]
    await place.items.sweep(monday + timedelta(days=30))
    assert len(await place.told("K")) == 1
    assert not await asked(place) & {"A", "B"}


@pytest.mark.parametrize(("deputy", "told"), [("office", {"A", "B"}), ("person:B", {"B"}), ("person:H", {"K"})])
async def test_the_policy_names_the_deputy_who_has_to_have_the_right(db: Database, deputy: str, told: set[str]) -> None:
    place = await Collectors(db, _with(deputy)).found()
    item = await place.submit()
    await place.items.sweep(MORNING)
    await place.items.sweep(MORNING + timedelta(days=3))
    assert await asked(place) == {"L"} | told
    by = min(told)
    assert (await place.approve(item, by)).state is ItemState.ISSUED
    if deputy == "person:H":
        with pytest.raises(NotFound):
            await place.approve(await place.submit(), "H")


def _with(deputy: str) -> Policy:
    policy = load()
    return policy.model_copy(update={"approvals": policy.approvals.model_copy(update={"deputy": deputy})})


async def test_what_was_decided_is_not_asked_for_again_and_what_came_back_is(place: Collectors) -> None:
    item = await place.submit()
    await place.items.sweep(MORNING)
    back = await place.give_back(item)
    await place.items.sweep(MORNING + timedelta(days=3))
    assert (len(await place.told("L")), len(await place.told("K"))) == (1, 0)
    await place.submit(now=MORNING + timedelta(days=3), item_id=item.id, version=back.version)
    await place.items.sweep(MORNING + timedelta(days=3))
    assert [notice.desk for notice in await place.told("L")] == ["item:1:1", "item:1:3"]
    withdrawn = await place.submit(REMINDER)
    await place.items.withdraw(withdrawn.id, place.id("C"), MORNING, withdrawn.version)
    await place.items.sweep(MORNING + timedelta(days=3))
    assert len(await place.told("L")) == 2


async def test_a_card_that_still_waits_is_called_off_once_it_is_decided(place: Collectors) -> None:
    """Another leader had decided at night; in the morning the card still came."""
    decided = await place.submit()
    await place.items.sweep(MORNING)
    await place.approve(decided, "K")
    [card] = await place.told("L")
    assert card.cancelled_at == MORNING
    withdrawn = await place.submit()
    await place.items.sweep(MORNING)
    await place.district.plan()
    await place.items.withdraw(withdrawn.id, place.id("C"), MORNING, withdrawn.version)
    assert await place.district.states((await place.told("L"))[1].id) == {"L": "planned"}
    sent = await place.submit()
    await place.items.sweep(MORNING)
    await place.district.plan()
    await place.district.settle(await place.district.claim(), DeliveryState.DELIVERED)
    await place.give_back(sent, "K")
    assert [card.cancelled_at for card in await place.told("L")] == [MORNING, MORNING, None]
    assert await place.district.states((await place.told("L"))[1].id) == {"L": "cancelled"}


async def test_a_leader_who_cannot_be_told_is_not_the_only_one_who_is_asked(place: Collectors) -> None:
    await place.district.unit("审计局", "区")
    await place.district.person("N", ("PN", "审计局", 2), roles=[(Role.LEADER, "审计局")], joined=False)
    await place.district.person("O", ("PO", "审计局", 4), roles=[(Role.COLLECTOR, "审计局")])
    await place.submit(replace(CAUTION, audience="unit:审计局"), by="O")
    await place.items.sweep(MORNING)
    assert await asked(place) == {"N", "K"}


async def test_a_leader_who_holds_no_post_is_told_all_the_same(place: Collectors) -> None:
    """Such a leader was taken for one who cannot be told, so that the next above got each card, too."""
    await place.district.unit("审计局", "区")
    await place.district.person("N", roles=[(Role.LEADER, "审计局")])
    await place.district.person("O", ("PO", "审计局", 4), roles=[(Role.COLLECTOR, "审计局")])
    await place.submit(replace(CAUTION, audience="unit:审计局"), by="O")
    await place.items.sweep(MORNING)
    assert await asked(place) == {"N"}


@pytest.mark.parametrize(("count", "template"), [(1, "item_card"), (4, "items_waiting")])
async def test_a_leader_who_is_appointed_after_the_card_was_sent_is_asked(
    place: Collectors, count: int, template: str
) -> None:
    """Whoever would be asked by now counted as told: the card of the one before waited in vain, then the next above's.

    It is so of cards, and of a message that tells of several.
    """
    rows = [replace(CAUTION, title=f"第{number}件") for number in range(count)]
    await place.items.submit_many(rows, place.id("C"), MORNING, by=COMMAND)
    await place.items.sweep(MORNING)
    later = MORNING + timedelta(hours=1)
    await place.district.person("L3", ("P3", "财政局", 2), roles=[(Role.LEADER, "财政局")])
    await place.items.sweep(later)
    assert await asked(place, template) == {"L"}  # who may still decide
    await place.bears_no_more("L", later)
    for _ in range(2):
        await place.items.sweep(later)
    assert await asked(place, template) == {"L", "L3"}
    await place.items.sweep(MORNING + timedelta(hours=9))  # eight working hours since the first was asked
    assert await asked(place, template) == {"L", "L3"}
    await place.items.sweep(MORNING + timedelta(days=3))
    assert await asked(place, template) == {"L", "L3", "K"}
    assert len(await place.told("L3")) == 1


async def test_a_leader_who_comes_beside_the_one_who_was_told_is_the_first_deputy(place: Collectors) -> None:
    item = await place.submit(REMINDER)
    await place.items.sweep(MORNING)
    await place.items.regrade(item.id, place.id("L"), item.version, Grade.ORANGE, MORNING)
    await place.district.person("L3", ("P3", "财政局", 2), roles=[(Role.LEADER, "财政局")])
    await place.items.sweep(MORNING + timedelta(days=3))
    assert await asked(place) == {"L", "L3"}


async def test_who_takes_the_post_after_the_card_was_sent_is_not_the_only_one_who_was_asked(place: Collectors) -> None:
    await place.submit(REMINDER)
    await place.items.sweep(MORNING)
    await place.takes("L", "PH", MORNING + timedelta(hours=1))
    await place.items.sweep(MORNING + timedelta(hours=1))
    assert await asked(place) == {"L", "K"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # an SQLite takes one transaction at a time
async def test_what_is_decided_or_entered_just_now_is_asked_for_as_it_stands_then(place: Collectors) -> None:
    """The red item was approved while a pass laid it before its leader, who was marked as asked: the office never was.

    A collector entered what a pass told as overdue just then.
    """
    red, announced = await place.submit(RED), await place.announce()
    over = MORNING + timedelta(days=30)
    async with place.db.writing() as conn, asyncio.timeout(30):
        for item in (red, announced):
            await items.lock(conn, item.id)
        await place.items.sweep(over)
        await items.change(conn, red.id, state="confirming", handed_at=over, approved_by=place.id("L"))
        await items.change(conn, announced.id, state="submitted", handed_at=over)
    assert (await asked(place), await asked(place, "entry_due")) == (set(), set())
    await place.items.sweep(over)
    assert await asked(place) == {"A", "B", "L"}


async def test_without_approval_by_policy_an_item_is_issued_at_once(db: Database) -> None:
    policy = load()
    caution = policy.items.caution.model_copy(update={"approval": False})
    free = policy.model_copy(update={"items": policy.items.model_copy(update={"caution": caution})})
    place = await Collectors(db, free).found()
    assert (await place.submit()).state is ItemState.ISSUED
    announced = await place.announce()
    entered = await place.submit(item_id=announced.id, version=announced.version)
    assert (entered.state, entered.approver) == (ItemState.ISSUED, None)
    many = await place.items.submit_many([CAUTION, REMINDER], place.id("C"), MORNING, by=COMMAND)
    assert [item.state for item in many.items] == [ItemState.ISSUED, ItemState.SUBMITTED]


async def test_what_is_told_is_read_in_both_languages(place: Collectors, renderer: Renderer) -> None:
    item = await place.submit(RED)
    await place.items.sweep(MORNING)
    changed = await place.items.regrade(item.id, place.id("L"), item.version, Grade.ORANGE, MORNING)
    back = await place.give_back(changed)
    await place.approve(await place.submit(RED, item_id=item.id, version=back.version))
    await place.items.sweep(MORNING)
    issued = await place.approve(await place.submit())
    notices = [notice for code in ("C", "A", "L") for notice in await place.told(code)]
    shown = {notice.params.get("outcome", notice.template) for notice in notices}
    assert shown == {"regraded", "returned", "approved", "issued", "item_card"}
    for notice in [*notices, await place.notice(issued)]:
        for language in ("zh_CN", "en"):
            said = renderer.notice(notice.template, language, notice.params, Frame(title=notice.title))
            assert "None" not in said
            assert renderer.title(notice.template, language, notice.title, **notice.params)


async def test_the_longest_of_all_fits_into_one_message(place: Collectors, renderer: Renderer) -> None:
    everything = tables.units, tables.posts, tables.people
    async with place.db.writing() as conn:
        for table, column, most in zip(everything, ("name", "title", "name"), (200, 200, 100), strict=True):
            await conn.execute(update(table).values({column: literal("一" * (most - 9)) + table.c[column]}))
    longest = replace(RED, title="一" * 200, text="一" * 3000, posts=("PH", "PL", "PC"), decisive_on=date(2025, 12, 30))
    item = await place.approve(await place.submit(longest), "K")
    await place.items.sweep(MORNING)
    caution = replace(CAUTION, title="一" * 200, text="一" * 3000, audience=", ".join(["post:PH"] * 4))
    issued = await place.approve(await place.submit(caution))
    for number in range(30):
        await place.announce(replace(CAUTION, title=f"{number}" + "一" * 190, audience=None))
    await place.items.sweep(datetime(2026, 9, 30, tzinfo=MORNING.tzinfo))
    codes = place.district.people
    notices = [notice for code in codes for notice in await place.told(code)] + [await place.notice(issued)]
    assert {notice.template for notice in notices} == {"item", "item_card", "item_outcome", "entry_due"}
    assert item.state is ItemState.CONFIRMING
    frame = Frame(
        title=CAUTION.title, acknowledge=True, acknowledge_by=MORNING, reminder=9, repeat=True, passed_by="一" * 50
    )
    for notice in notices:
        for language in ("zh_CN", "en"):
            around = replace(frame, title=notice.title) if notice.template == "item" else Frame(title=None)
            said = renderer.notice(notice.template, language, notice.params | {"deputy": True}, around)
            assert visible_length(said) <= LONGEST_TEXT
