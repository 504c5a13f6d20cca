"""Items are submitted, withdrawn, approved and returned, each by whom it concerns and once."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.items.kinds import ItemKind
from messages.items.records import COMMAND, Given, Item, ItemState
from messages.notices import Category, Grade
from messages.store import tables
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.items.files import foresee_file, submit_file
from schedules.workdays import WorkCalendar
from tests.collectors import CAUTION, RED, REMINDER, STUDY, Collectors
from tests.district import MORNING
from tests.rosters import csv_file

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def place(db: Database) -> Collectors:
    return await Collectors(db).found()


async def test_an_item_is_checked_with_its_day_and_whom_it_means(place: Collectors) -> None:
    checked = await place.items.check(CAUTION, place.id("C"), MORNING)
    assert checked.due is not None
    assert (checked.due.on, checked.due.makeup) == (date(2026, 9, 29), (date(2026, 9, 20),))
    assert (checked.unit, checked.people, checked.posts) == ("财政局", 3, ())
    about = await place.items.check(REMINDER, place.id("C"), MORNING)
    assert [post.code for post in about.posts] == ["PH"]
    assert about.people == 1
    study = await place.items.check(STUDY, place.id("C"), MORNING)
    assert study.due is None


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (replace(CAUTION, title=" "), "title"),
        (replace(CAUTION, title="x" * 201), "title"),
        (replace(CAUTION, title="a\0b"), "title"),
        (replace(CAUTION, text=" "), "text"),
        (replace(CAUTION, text="<b>x"), "text"),
        (replace(CAUTION, text="x" * 3001), "text"),
        (replace(CAUTION, text="\ud800"), "text"),
        (replace(CAUTION, kind=ItemKind.TENDER), "kind"),
        (replace(CAUTION, category=Category.BROADCAST), "category"),
        (replace(CAUTION, decisive_on=None), "date"),
        (replace(CAUTION, decisive_on=date(2026, 9, 22)), "date"),
        (replace(CAUTION, decisive_on=date(1999, 1, 1)), "date"),
        (replace(STUDY, decisive_on=date(2026, 9, 18)), "date"),
        (replace(CAUTION, audience=None), "audience"),
        (replace(CAUTION, audience="nonsense"), "audience"),
        (replace(CAUTION, audience="unit:财政"), "audience"),
        (replace(CAUTION, audience="unit:教育局"), "audience"),
        (replace(CAUTION, audience="all"), "audience"),
        (replace(CAUTION, audience="unit:财政局 level:5"), "audience"),
        (replace(CAUTION, grade=Grade.BLUE), "grade"),
        (replace(CAUTION, posts=("PH",)), "posts"),
        (replace(REMINDER, grade=None), "grade"),
        (replace(REMINDER, posts=()), "posts"),
        (replace(REMINDER, posts=("P?",)), "posts"),
        (replace(REMINDER, posts=("PG",)), "posts"),
        (replace(REMINDER, audience="all"), "audience"),
        (replace(CAUTION, ref="x" * 81), "ref"),
    ],
)
async def test_what_cannot_be_taken_names_its_field(place: Collectors, given: Given, column: str) -> None:
    with pytest.raises(Refused) as refusal:
        await place.submit(given)
    assert [fault.column for fault in refusal.value.faults] == [column]
    assert (await place.items.mine(place.id("C"), 1, MORNING)).total == 0


async def test_who_collects_nothing_submits_nothing_and_that_is_recorded(place: Collectors) -> None:
    for code in ("H", "L", "I"):
        with pytest.raises(NotEntitled):
            await place.submit(by=code)
    assert [body["act"] for _, body in await place.events("act_refused")] == ["submit"] * 3


async def test_a_look_beyond_the_own_units_is_refused_and_recorded(place: Collectors) -> None:
    with pytest.raises(Refused):
        await place.submit(replace(CAUTION, audience="unit:教育局"))
    assert await place.events("act_refused") == [("act_refused", {"act": "submit", "outside": "unit:教育局"})]


async def test_what_is_submitted_waits_and_is_recorded_as_timely_or_late(place: Collectors) -> None:
    item = await place.submit()
    assert (item.state, item.version, item.timely, item.unit) == (ItemState.SUBMITTED, 1, True, "财政局")
    assert (item.submitted_at, item.handed_at, item.due_on) == (MORNING, MORNING, date(2026, 9, 29))
    late = await place.submit(REMINDER)
    assert (late.timely, late.due_on) == (False, date(2026, 9, 20))
    study = await place.submit(STUDY)
    assert (study.timely, study.due_on) == (None, None)
    recorded = await place.events("item_submitted")
    assert [body["timely"] for _, body in recorded] == [True, False, None]
    assert [body["item"] for _, body in recorded] == [item.id, late.id, study.id]
    assert [one.id for one in (await place.items.mine(place.id("C"), 1, MORNING)).items] == [study.id, late.id, item.id]


async def test_the_first_submission_decides_through_returns_also_of_a_corrected_date(place: Collectors) -> None:
    item = await place.submit()
    back = await place.give_back(item)
    much_later = datetime(2026, 10, 20, 9, 10, tzinfo=MORNING.tzinfo)
    again = await place.submit(CAUTION, now=much_later, item_id=item.id, version=back.version)
    assert (again.timely, again.submitted_at, again.handed_at) == (True, MORNING, much_later)
    back = await place.give_back(again)
    corrected = replace(CAUTION, decisive_on=date(2026, 9, 1))
    again = await place.submit(corrected, now=much_later, item_id=item.id, version=back.version)
    assert (again.due_on, again.timely, again.submitted_at) == (date(2026, 9, 10), False, MORNING)
    said = [body for _, body in await place.events("item_submitted")]
    assert [body["first"] for body in said] == [True, False, False]
    assert said[0]["due"] == "2026-09-29T16:00:00+00:00"  # the end of that day in the office's zone
    assert not said[0]["provisional"]


async def test_an_announced_item_is_entered_later(place: Collectors) -> None:
    announced = await place.announce(replace(CAUTION, audience=None))
    assert (announced.state, announced.submitted_at, announced.timely) == (ItemState.ANNOUNCED, None, None)
    entered = await place.submit(CAUTION, now=LATER, item_id=announced.id, version=announced.version)
    assert (entered.id, entered.state, entered.timely) == (announced.id, ItemState.SUBMITTED, True)
    assert [kind for kind, _ in await place.events()] == ["item_announced", "item_submitted"]
    with pytest.raises(Refused):
        await place.announce(STUDY)
    with pytest.raises(DecidedBefore):
        await place.submit(CAUTION, item_id=announced.id, version=entered.version)


async def test_somebody_elses_item_is_not_entered_nor_withdrawn(place: Collectors) -> None:
    """Also not by a leader who collects: such a one sees it, and is told why; to another bureau it is not there."""
    item = await place.announce()
    for by, error in (("A", NotEntitled), ("D", NotFound)):
        with pytest.raises(error):
            await place.submit(CAUTION, by=by, item_id=item.id)
        with pytest.raises(error):
            await place.items.withdraw(item.id, place.id(by), MORNING, item.version)
    with pytest.raises(NotFound):
        await place.items.withdraw(999, place.id("C"), MORNING, 1)
    assert [body["item"] for _, body in await place.events("act_refused")] == [item.id] * 4


async def test_what_is_given_twice_under_its_name_is_one_item(place: Collectors) -> None:
    named = replace(CAUTION, ref="2026-17")
    item = await place.submit(named)
    assert await place.submit(named) == item
    with pytest.raises(Refused) as refusal:
        await place.submit(replace(named, title="别的"))
    assert [fault.column for fault in refusal.value.faults] == ["ref"]
    assert (await place.submit(replace(named, audience="unit:教育局"), by="D")).id != item.id
    assert len(await place.events("item_submitted")) == 2


async def test_what_was_corrected_since_is_known_by_what_was_given_under_its_name_and_by_what_it_says_now(
    place: Collectors,
) -> None:
    named, corrected = replace(REMINDER, ref="2026-17"), replace(REMINDER, title="更正")
    item = await place.submit(named)
    back = await place.give_back(item)
    again = await place.submit(corrected, item_id=item.id, version=back.version)
    assert (again.given.ref, again.given.title) == ("2026-17", "更正")
    for given in (named, replace(corrected, ref="2026-17")):
        assert await place.submit(given) == again
    with pytest.raises(Refused):
        await place.submit(replace(named, title="别的"))


async def test_what_is_entered_under_the_name_of_an_announced_item_is_what_is_compared_later(place: Collectors) -> None:
    await place.announce(named := replace(CAUTION, ref="2026-17"))
    item = await place.submit(named)
    back = await place.give_back(item)
    again = await place.submit(replace(CAUTION, title="更正"), item_id=item.id, version=back.version)
    many = await place.items.submit_many([named], place.id("C"), LATER, by=COMMAND)
    assert (many.unchanged, many.items) == (1, (again,))


async def test_the_ledger_tells_by_which_door_an_item_came_in(place: Collectors) -> None:
    announced = await place.announce(replace(CAUTION, ref="n"))
    await place.items.submit_many([replace(CAUTION, ref="n"), REMINDER], place.id("C"), LATER, by=COMMAND)
    assert [(body["item"], body["by"]) for _, body in await place.events("item_announced", "item_submitted")] == [
        *((announced.id, "chat"), (announced.id, "command"), (announced.id + 1, "command")),
    ]


async def test_two_who_give_the_same_at_once_make_one_item(place: Collectors) -> None:
    named = replace(CAUTION, ref="2026-17")
    made = await asyncio.gather(*(place.submit(named) for _ in range(4)))
    assert len({item.id for item in made}) == 1
    assert len(await place.events("item_submitted")) == 1


async def test_many_are_taken_together_or_not_at_all(place: Collectors) -> None:
    rows = [replace(CAUTION, ref=f"n{number}", title=f"第{number}件") for number in range(3)]
    many = await place.items.submit_many(rows, place.id("C"), MORNING, by=COMMAND)
    assert (many.created, many.unchanged) == (3, 0)
    assert [item.given.ref for item in many.items] == ["n0", "n1", "n2"]
    announced = await place.announce(replace(CAUTION, ref="n3"))
    more = [*rows, replace(CAUTION, ref="n3"), replace(REMINDER, ref="n4")]
    many = await place.items.submit_many(more, place.id("C"), LATER, by=COMMAND)
    assert (many.created, many.unchanged) == (2, 3)
    assert (many.items[3].id, many.items[3].state) == (announced.id, ItemState.SUBMITTED)
    bad = [replace(CAUTION, ref="n5"), replace(CAUTION, ref="n5"), replace(rows[0], title="别的"), CAUTION]
    with pytest.raises(Refused) as refusal:
        await place.items.submit_many(bad, place.id("C"), LATER, by=COMMAND)
    assert [(fault.line, fault.column) for fault in refusal.value.faults] == [(2, "ref")]
    with pytest.raises(Refused) as refusal:
        await place.items.submit_many([CAUTION, *bad[2:]], place.id("C"), LATER, by=COMMAND)
    assert [(fault.line, fault.column) for fault in refusal.value.faults] == [(2, "ref")]
    assert (await place.items.mine(place.id("C"), 1, LATER)).total == 5


async def test_a_leader_approves_and_the_audience_gets_it(place: Collectors) -> None:
    item = await place.approve(await place.submit(replace(CAUTION, audience="person:H, risk:high unit:财政局")))
    assert (item.state, item.approver) == (ItemState.ISSUED, "姓名L")
    notice = await place.notice(item)
    assert (notice.key, notice.category, notice.template) == (f"item:{item.id}", "caution", "item")
    assert (notice.title, notice.created_by, notice.approved_by) == (CAUTION.title, place.id("C"), place.id("L"))
    assert notice.audience == 'person:H unit:"财政局", risk:high unit:财政局'
    assert notice.acknowledge
    assert [kind for kind, _ in await place.events()] == ["item_submitted", "item_approved", "item_issued"]
    (told,) = await place.told("C")
    assert (told.template, told.params["outcome"], told.desk) == ("item_outcome", "issued", f"own_item:{item.id}:0")


@pytest.mark.parametrize("by", ["C", "D", "H", "I", "L2"])
async def test_nobody_approves_without_the_right_over_that_unit(place: Collectors, by: str) -> None:
    item = await place.submit()
    error = NotEntitled if by in {"C", "I"} else NotFound  # who does not see it is not told that it is there
    with pytest.raises(error):
        await place.approve(item, by)
    with pytest.raises(error):
        await place.give_back(item, by)
    assert len(await place.events("act_refused")) == 2
    for entitled in ("L", "K", "A"):
        assert (await place.items.for_decision(item.id, place.id(entitled), MORNING)).id == item.id


async def test_nobody_approves_the_own_item(place: Collectors) -> None:
    item = await place.submit(by="A")
    with pytest.raises(NotEntitled, match="own item"):
        await place.approve(item, "A")
    assert (await place.items.waiting(place.id("A"), 1, MORNING)).total == 0
    assert (await place.approve(item, "B")).state is ItemState.ISSUED


async def test_who_holds_the_post_does_not_decide_about_its_reminder(place: Collectors) -> None:
    """A leader got the card about the own post, made it blue and returned it."""
    item, leader = await place.submit(replace(REMINDER, posts=("PH", "PL"))), place.id("L")
    for decide in (
        place.approve(item),
        place.give_back(item),
        place.items.regrade(item.id, leader, item.version, Grade.RED, MORNING),
        place.items.for_decision(item.id, leader, MORNING),
    ):
        with pytest.raises(NotEntitled, match="a post that you hold yourself"):
            await decide
    await place.submit(REMINDER)
    assert [one.id for one in (await place.items.waiting(leader, 1, MORNING)).items] == [2]
    assert [one.code for one in await place.items.approvers(item.path, item.person_id, item.posts)] == ["K"]
    assert not await place.items.may(item, leader)
    red = await place.approve(await place.submit(RED))
    await place.takes("A", "PH")
    with pytest.raises(NotEntitled, match="a post that you hold yourself"):
        await place.confirm(red, "A")


async def test_who_takes_the_post_while_deciding_decides_no_more(
    place: Collectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, real = await place.submit(REMINDER), Calendars.current

    async def hand_over(calendars: Calendars) -> WorkCalendar:
        await place.takes("L", "PH")
        return await real(calendars)

    monkeypatch.setattr(Calendars, "current", hand_over)
    with pytest.raises(Outdated):
        await place.approve(item)
    assert (await place.approve(item, "K")).state is ItemState.ISSUED


async def test_a_stale_version_decides_nothing(place: Collectors) -> None:
    item = await place.submit(REMINDER)
    changed = await place.items.regrade(item.id, place.id("L"), item.version, Grade.ORANGE, MORNING)
    assert (changed.version, changed.given.grade) == (item.version + 1, Grade.ORANGE)
    for decide in (place.approve(item), place.give_back(item)):
        with pytest.raises(Outdated):
            await decide
    with pytest.raises(Outdated):
        await place.items.withdraw(item.id, place.id("C"), MORNING, item.version)
    assert await place.items.regrade(item.id, place.id("L"), changed.version, Grade.ORANGE, MORNING) == changed
    (told,) = await place.told("C")
    assert told.params["outcome"] == "regraded"
    assert [body["was"] for _, body in await place.events("item_graded")] == ["blue"]
    with pytest.raises(Refused):
        await place.items.regrade((await place.submit()).id, place.id("L"), 1, Grade.RED, MORNING)


async def test_what_is_returned_tells_why_and_can_be_submitted_again(place: Collectors) -> None:
    item = await place.submit()
    for why in (" ", "x" * 501):
        with pytest.raises(Refused):
            await place.give_back(item, why=why)
    back = await place.give_back(item, why=" 请补充 附件 ")
    assert (back.state, back.why) == (ItemState.RETURNED, "请补充 附件")
    (told,) = await place.told("C")
    assert (told.params["outcome"], told.params["why"], told.params["by"]) == ("returned", "请补充 附件", "姓名L")
    with pytest.raises(DecidedBefore):
        await place.approve(back)
    again = await place.submit(replace(CAUTION, title="更正"), item_id=item.id, version=back.version)
    assert (again.state, again.why, again.given.title) == (ItemState.SUBMITTED, None, "更正")


async def test_of_an_approval_and_a_withdrawal_at_once_one_holds(place: Collectors) -> None:
    for _ in range(3):
        item = await place.submit()
        withdraw = place.items.withdraw(item.id, place.id("C"), MORNING, item.version)
        done = await asyncio.gather(place.approve(item), withdraw, return_exceptions=True)
        assert sorted(type(one).__name__ for one in done) == ["DecidedBefore", "Item"]
        (held,) = (one for one in done if isinstance(one, Item))
        assert await place.items.of(item.id, place.id("C"), MORNING) == held


async def test_of_two_who_approve_at_once_one_wins(place: Collectors) -> None:
    item = await place.submit()
    done = await asyncio.gather(*(place.approve(item, by) for by in ("L", "K", "A")), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["DecidedBefore", "DecidedBefore", "Item"]
    assert len(await place.events("item_issued")) == 1


async def test_red_needs_a_second_person_of_the_office(place: Collectors) -> None:
    item = await place.approve(await place.submit(RED), "A")
    assert (item.state, item.approver, item.handed_at) == (ItemState.CONFIRMING, "姓名A", MORNING)
    for by in ("A", "L", "K", "C"):
        with pytest.raises(NotEntitled):
            await place.confirm(item, by)
    assert (await place.items.waiting(place.id("A"), 1, MORNING)).total == 0
    assert [one.id for one in (await place.items.waiting(place.id("B"), 1, MORNING)).items] == [item.id]
    with pytest.raises(NotEntitled):
        await place.give_back(item, "L")
    back = await place.give_back(item, "B")
    assert (back.state, back.approved_by) == (ItemState.RETURNED, None)


async def test_an_item_is_seen_by_whom_it_concerns(place: Collectors) -> None:
    item = await place.submit()
    for code in ("C", "L", "K", "A", "I"):
        assert (await place.items.of(item.id, place.id(code), MORNING)).id == item.id
    seen = [body for _, body in await place.events("record_seen")]
    assert [(one["by"], one["roles"]) for one in seen] == [
        ("L", ["leader"]), ("K", ["leader"]), ("A", ["office"]), ("I", ["inspector"]),
    ]  # fmt: skip
    assert {(one["what"], one["item"]) for one in seen} == {("item", item.id)}
    for code in ("D", "H", "L2"):
        with pytest.raises(NotFound, match="no such item"):
            await place.items.of(item.id, place.id(code), MORNING)
    assert len(await place.events("act_refused")) == 3
    for code in ("H", "C", "I"):
        with pytest.raises(NotEntitled):
            await place.items.waiting(place.id(code), 1, MORNING)


async def test_who_opens_an_item_again_soon_has_looked_at_it_once(place: Collectors) -> None:
    item = await place.submit()
    for minutes in (0, 9, 11):
        await place.items.of(item.id, place.id("L"), MORNING + timedelta(minutes=minutes))
    assert len(await place.events("record_seen")) == 2


async def test_an_approved_reminder_becomes_a_warning_for_each_post(place: Collectors) -> None:
    item = await place.approve(await place.submit(replace(REMINDER, posts=("PH", "PL"))), "K")
    assert (item.state, item.notice_id) == (ItemState.ISSUED, None)
    confirmed = await place.confirm(await place.approve(await place.submit(RED)), "A")
    assert (confirmed.state, confirmed.approver, confirmed.confirmer) == (ItemState.ISSUED, "姓名L", "姓名A")
    query = select(tables.warnings.c.item_id, tables.warnings.c.grade).order_by(tables.warnings.c.id)
    async with place.db.reading() as conn:
        assert [*map(tuple, await conn.execute(query))] == [(item.id, "blue")] * 2 + [(confirmed.id, "red")]
    outcomes = [notice.params["outcome"] for notice in await place.told("C")]
    assert outcomes == ["issued", "approved", "issued"]


async def test_of_a_decision_and_a_correction_at_once_neither_waits_for_the_other_for_good(place: Collectors) -> None:
    item = await place.submit()
    for _ in range(3):
        back = await place.give_back(item)
        again = place.submit(CAUTION, item_id=item.id, version=back.version)
        many = (place.submit(replace(CAUTION, title=f"第{number}件")) for number in range(3))
        done = await asyncio.gather(again, place.approve(back), *many, return_exceptions=True)
        assert isinstance(done[0], Item)
        assert isinstance(done[1], DecidedBefore | Outdated)
        assert all(isinstance(one, Item) for one in done[2:])
        item = done[0]


async def test_a_file_corrects_what_came_back_and_is_taken_again_whatever_became_of_it(place: Collectors) -> None:
    rows = [replace(CAUTION, ref="n1"), replace(REMINDER, ref="n2")]
    caution, reminder = (await place.items.submit_many(rows, place.id("C"), MORNING, by=COMMAND)).items
    await place.items.regrade(reminder.id, place.id("L"), reminder.version, Grade.ORANGE, MORNING)
    await place.give_back(caution)
    again = await place.items.submit_many(rows, place.id("C"), LATER, by=COMMAND)
    assert (again.created, again.unchanged, again.items[0].state) == (0, 2, ItemState.RETURNED)
    corrected = [replace(rows[0], title="更正"), rows[1]]
    many = await place.items.submit_many(corrected, place.id("C"), LATER, by=COMMAND)
    assert (many.created, many.unchanged) == (1, 1)
    entered = many.items[0]
    assert (entered.id, entered.state, entered.given.title) == (caution.id, ItemState.SUBMITTED, "更正")
    assert (entered.submitted_at, entered.handed_at) == (MORNING, LATER)


async def test_a_row_without_a_name_is_known_again_after_its_correction_in_chat(
    place: Collectors, tmp_path: Path
) -> None:
    (tmp_path / "纪要.txt").write_text("x")
    row = "信息类型,标题,内容,确定日期,受众,附件\n审计,题,文,2026-09-18,unit:财政局,纪要.txt\n"
    file = csv_file(tmp_path / "a.csv", row, "utf-8")
    (item,) = (await submit_file(place.items, file, place.id("C"), MORNING)).items
    back = await place.give_back(item)
    corrected = await place.submit(replace(CAUTION, title="更正"), item_id=item.id, version=back.version)
    for _ in range(2):  # also where it came back once more
        assert (await foresee_file(place.items, file, place.id("C"), LATER)).unchanged == 1
        many = await submit_file(place.items, file, place.id("C"), LATER)
        assert (many.unchanged, many.items) == (1, (corrected,))
        corrected = await place.give_back(corrected) if corrected.state is ItemState.SUBMITTED else corrected


async def test_a_collector_whom_no_audience_can_name_keeps_no_item_from_its_approval(db: Database) -> None:
    """The notice of the outcome could not be made, and the approval failed with it."""
    place = await Collectors(db).found()
    item = await place.submit()
    async with db.writing() as conn:
        await conn.execute(update(tables.people).where(tables.people.c.id == place.id("C")).values(code='C"'))
    assert (await place.approve(item)).state is ItemState.ISSUED
