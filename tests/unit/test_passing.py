"""A notice in charge is passed on to another post of the same unit, which then answers for it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from messages.acknowledgements import PassedOn, Recorded
from messages.deliveries import LONGEST_PASSER, DeliveryState
from messages.errors import NotFound, Refused
from messages.inbox import page
from messages.ledger import Kind
from messages.notices import NewNotice
from messages.passing import Asked, NotInCharge, PassingRefused, charges, chosen, offer, pass_by_code, pass_on
from messages.store import tables
from messages.store.accounts import reopen_unreachable
from messages.store.database import Database
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.markup import visible_length
from messages.text.phrase import english
from messages.text.rendering import Frame, Renderer
from schedules.broadcast_checks import refuse_too_long
from schedules.composer import Composer
from tests.district import MORNING, saying
from tests.passing import DAY_AFTER, LATER, Bureau


@pytest.fixture
async def bureau(db: Database) -> Bureau:
    bureau = Bureau(db)
    await bureau.found()
    return bureau


async def test_the_other_post_answers_from_then_on_and_both_names_are_recorded(bureau: Bureau) -> None:
    notice = await bureau.tell()

    assert await bureau.passes("张", notice, "P1", "P3") == "姓名李"

    assert await bureau.states(notice) == {"张": "delivered", "李": "planned"}
    (kept, taken) = await obligations(bureau, notice)
    assert kept == ("P1", "张", LATER, bureau.people["张"], "P3")
    assert taken == ("P3", "李", None, None, None)
    body = {
        "notice": "broadcast:1",
        "from": {"post": "P1", "person": "张", "name": "姓名张"},
        "to": {"post": "P3", "person": "李", "name": "姓名李"},
        "sent_again": None,
    }
    assert await bureau.events(Kind.NOTICE_PASSED) == [(bureau.people["张"], body)]


async def obligations(bureau: Bureau, notice: int) -> list[tuple[object, ...]]:
    """Each post that has, or had, the notice: its holder, when it was passed on, by whom, and to which post."""
    posts, to, taken = tables.posts, tables.posts.alias(), tables.obligations.alias()
    query = (
        select(
            posts.c.code,
            tables.people.c.code,
            tables.obligations.c.passed_at,
            tables.obligations.c.passed_by,
            to.c.code,
        )
        .select_from(tables.obligations)
        .join(posts, posts.c.id == tables.obligations.c.post_id)
        .join(tables.people, tables.people.c.id == tables.obligations.c.person_id)
        .outerjoin(taken, taken.c.id == tables.obligations.c.passed_to_id)
        .outerjoin(to, to.c.id == taken.c.post_id)
        .where(tables.obligations.c.notice_id == notice)
        .order_by(tables.obligations.c.id)
    )
    async with bureau.db.reading() as conn:
        return [tuple(row) for row in await conn.execute(query)]


async def test_a_passed_obligation_is_not_counted_its_successor_is(bureau: Bureau) -> None:
    notice = await bureau.tell("post:P1, post:P4")
    await bureau.passes("张", notice, "P1", "P3")
    counts = await bureau.counts(notice)
    assert (counts.recipients, counts.obligations, counts.acknowledged) == (3, 2, 0)
    await bureau.deliver()
    await bureau.presses("李", notice)
    assert (await bureau.counts(notice)).acknowledged == 1


async def test_only_who_took_it_over_is_reminded(bureau: Bureau) -> None:
    notice = await bureau.tell(reminders=(DAY_AFTER,))
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.deliver()
    await bureau.plan(DAY_AFTER)
    assert await bureau.states(notice, wave=1) == {"李": "planned"}


async def test_who_passed_it_on_is_told_so_by_a_later_press_and_nothing_is_recorded(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await bureau.passes("张", notice, "P1", "P3")

    outcome = await bureau.presses("张", notice)

    assert outcome == PassedOn(at=LATER, name="姓名李", post="岗位P3", language="zh_CN")
    assert await bureau.events(Kind.PRESS_REFUSED) == []
    assert (await bureau.counts(notice)).acknowledged == 0


async def test_who_took_it_over_acknowledges_for_the_own_post(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.deliver()
    assert await bureau.presses("李", notice) == Recorded(at=DAY_AFTER, posts=1, language="zh_CN")


async def test_the_other_post_of_the_passer_still_answers(bureau: Bureau) -> None:
    notice = await bureau.tell("person:张")
    await bureau.passes("张", notice, "P1", "P3")
    assert await bureau.presses("张", notice) == Recorded(at=DAY_AFTER, posts=1, language="zh_CN")
    assert (await bureau.counts(notice)).obligations == 2


async def test_it_goes_on_in_chains_and_never_in_circles(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.passes("李", notice, "P3", "P4")

    for back in ("P1", "P3"):
        with pytest.raises(PassingRefused) as refusal:
            await bureau.passes("王", notice, "P4", back)
        assert "already" in english(refusal.value.phrase)

    assert await bureau.presses("张", notice) == PassedOn(at=LATER, name="姓名李", post="岗位P3", language="zh_CN")
    assert (await bureau.counts(notice)).obligations == 1
    offered = await offer(bureau.db, await bureau.member("王"), await bureau.charge("王", notice, "P4"), 1, LATER)
    assert [one.post_code for one in offered.items] == ["P2"]


async def test_only_free_posts_of_the_same_unit_that_others_hold_are_offered(bureau: Bureau) -> None:
    await bureau.person("空", ("P0", "财政局", 1))
    async with bureau.db.writing() as conn:
        vacated = tables.assignments.c.person_id == bureau.people["空"]
        await conn.execute(update(tables.assignments).where(vacated).values(ended_at=MORNING))
    notice = await bureau.tell("post:P1, post:P4")
    obligation = await bureau.charge("张", notice, "P1")

    offered = await offer(bureau.db, await bureau.member("张"), obligation, 1, LATER)

    assert [(one.post_code, one.name) for one in offered.items] == [("P3", "姓名李")]
    for other in ("P0", "P2", "P4", "S1"):  # vacant, the own one, obliged, of another unit
        with pytest.raises(PassingRefused):
            await chosen(bureau.db, await bureau.member("张"), obligation, await bureau.post(other), LATER)


async def test_the_offer_has_pages(bureau: Bureau) -> None:
    for number in range(20):
        await bureau.person(f"N{number}", (f"Q{number:02}", "财政局", 5), joined=False)
    notice = await bureau.tell()
    who, obligation = await bureau.member("张"), await bureau.charge("张", notice, "P1")
    pages = [await offer(bureau.db, who, obligation, number, LATER) for number in (1, 2, 3, 99)]
    assert [(one.number, one.pages, len(one.items)) for one in pages] == [(1, 3, 8), (2, 3, 8), (3, 3, 6), (3, 3, 6)]
    assert [one.reachable for one in pages[0].items] == [True, True, *[False] * 6]


async def test_what_another_has_in_charge_is_not_passed_on(bureau: Bureau) -> None:
    notice = await bureau.tell()
    obligation = await bureau.charge("张", notice, "P1")
    with pytest.raises(NotInCharge):
        await pass_on(bureau.db, await bureau.member("李"), obligation, await bureau.post("P4"), LATER)
    assert await charges(bureau.db, await bureau.member("李"), 1) is None


async def test_what_is_not_the_persons_right_is_recorded_and_a_slip_is_not(bureau: Bureau) -> None:
    """A forged button that named another unit's post was answered with a toast and left no trace."""
    notice = await bureau.tell("post:P1, post:P4")
    mine, li = await bureau.charge("张", notice, "P1"), await bureau.member("李")
    street, obliged = await bureau.post("S1"), await bureau.post("P4")
    for to in (street, obliged):
        with pytest.raises(PassingRefused):
            await chosen(bureau.db, await bureau.member("张"), mine, to, LATER)
        with pytest.raises(PassingRefused):
            await pass_on(bureau.db, await bureau.member("张"), mine, to, LATER)
    with pytest.raises(NotInCharge):
        await offer(bureau.db, li, mine, 1, LATER)
    with pytest.raises(NotInCharge):
        await pass_on(bureau.db, li, mine, obliged, LATER)
    outside = (bureau.people["张"], {"act": "pass_on", "obligation": mine, "to": street})
    foreign = {"act": "pass_on", "obligation": mine}
    others = [(li.person_id, foreign), (li.person_id, {**foreign, "to": obliged})]
    assert await bureau.events(Kind.ACT_REFUSED) == [outside, outside, *others]


async def test_by_codes_too_what_is_not_the_persons_right_is_recorded(bureau: Bureau) -> None:
    notice = await bureau.tell("post:P1, post:P4")
    for person, post, to in (("李", "P1", "P3"), ("张", "P1", "S1"), ("张", "P1", "P4"), ("张", "P2", "P3")):
        with pytest.raises(Refused):
            await pass_by_code(bureau.db, Asked(notice_id=notice, person=person, post=post, to=to), LATER)
    assert await bureau.events(Kind.ACT_REFUSED) == [
        (bureau.people[person], {"act": "pass_on", "notice": notice, "post": "P1", "to": to})
        for person, to in (("李", "P3"), ("张", "S1"))
    ]


async def test_what_was_acknowledged_or_passed_on_is_not_passed_on_again(bureau: Bureau) -> None:
    notice = await bureau.tell("person:张")
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.presses("张", notice)
    for post in ("P1", "P2"):
        with pytest.raises(PassingRefused):
            await bureau.passes("张", notice, post, "P4", DAY_AFTER)
    assert await charges(bureau.db, await bureau.member("张"), 1) == ()


async def test_a_notice_that_is_over_is_not_passed_on(bureau: Bureau) -> None:
    expired = await bureau.tell(expires_at=DAY_AFTER)
    with pytest.raises(PassingRefused):
        await bureau.passes("张", expired, "P1", "P3", DAY_AFTER)
    async with bureau.db.writing() as conn:
        await conn.execute(update(tables.notices).values(cancelled_at=LATER))
    with pytest.raises(PassingRefused):
        await bureau.passes("张", expired, "P1", "P3")


async def test_what_was_not_sent_yet_is_not_sent_to_who_passed_it_on(bureau: Bureau) -> None:
    notice = await bureau.issue(saying(audience="post:P1", acknowledge=True))
    await bureau.passes("张", notice, "P1", "P3")
    assert await bureau.states(notice) == {"张": "cancelled", "李": "planned"}


async def test_who_passed_it_on_and_joins_later_is_not_sent_it(bureau: Bureau) -> None:
    await bureau.person("孙", ("P5", "财政局", 5), joined=False)
    notice = await bureau.issue(saying(audience="post:P5", acknowledge=True))
    await pass_by_code(bureau.db, Asked(notice_id=notice, person="孙", post="P5", to="P3"), LATER)
    await bureau.join("孙")
    async with bureau.db.writing() as conn:
        assert await reopen_unreachable(conn, bureau.people["孙"], LATER) == 0
    assert await bureau.states(notice) == {"孙": "unreachable", "李": "planned"}


async def test_who_cannot_be_told_is_unreachable_by_name_until_joining(bureau: Bureau) -> None:
    await bureau.person("孙", ("P5", "财政局", 5), joined=False)
    notice = await bureau.tell()
    await bureau.passes("张", notice, "P1", "P5")
    assert (await bureau.states(notice))["孙"] == "unreachable"
    await bureau.join("孙")
    async with bureau.db.writing() as conn:
        assert await reopen_unreachable(conn, bureau.people["孙"], LATER) == 1


async def test_who_was_told_before_for_another_post_is_told_once_more(bureau: Bureau) -> None:
    notice = await bureau.tell("post:P1, post:P4")
    await bureau.presses("王", notice, LATER)
    await bureau.person("王二", ("P6", "财政局", 5))
    await bureau.hand_over("P6", "王")

    await bureau.passes("张", notice, "P1", "P6")

    assert (await bureau.states(notice))["王"] == "planned"
    ((_, body),) = await bureau.events(Kind.NOTICE_PASSED)
    again = body["sent_again"]
    assert isinstance(again, dict)
    assert again["state"] == "delivered"
    await bureau.deliver()
    assert await bureau.presses("王", notice) == Recorded(at=DAY_AFTER, posts=1, language="zh_CN")


async def test_what_is_on_its_way_to_who_takes_it_over_is_not_planned_twice(bureau: Bureau) -> None:
    notice = await bureau.tell("post:P1")
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.person("李二", ("P7", "财政局", 5))
    await bureau.hand_over("P7", "李")
    second = await bureau.issue(saying("broadcast:2", audience="post:P1, post:P3", acknowledge=True))
    await bureau.passes("张", second, "P1", "P7")
    assert (await bureau.states(second))["李"] == "planned"
    assert len([one for one in await bureau.claimed() if one.notice_id == second]) == 1


@pytest.mark.parametrize(
    ("language", "said"), [("zh_CN", "姓名张 · 岗位P1 转交给您"), ("en", "Passed on to you by 姓名张 · 岗位P1")]
)
async def test_the_message_says_by_whom_it_was_passed_on(
    bureau: Bureau, renderer: Renderer, catalog: Catalog, language: str, said: str
) -> None:
    notice = await bureau.tell(reminders=(DAY_AFTER,))
    async with bureau.db.writing() as conn:
        await conn.execute(update(tables.people).values(language=language))
    await bureau.passes("张", notice, "P1", "P3")
    for at in (LATER, DAY_AFTER):
        await bureau.plan(at)
        (claimed,) = await bureau.claimed(at)
        assert said in Composer(renderer, catalog).compose(claimed, 7).text
        await bureau.settle([claimed.id], DeliveryState.DELIVERED, at=at)


async def test_the_longest_text_is_short_enough_when_it_was_passed_on(renderer: Renderer, catalog: Catalog) -> None:
    frame = Frame(title="通知", acknowledge=True, acknowledge_by=DAY_AFTER)
    text = "字" * 4096
    while is_too_long(replace(saying(text=text, acknowledge=True), acknowledge_by=DAY_AFTER), renderer):
        text = text[:-1]
    passed = replace(frame, reminder=9, repeat=True, passed_by="名" * LONGEST_PASSER)
    assert len(text) > 3800
    assert max(visible_length(renderer.notice("text", one, {"text": text}, passed)) for one in LANGUAGES) == 4096


def is_too_long(notice: NewNotice, renderer: Renderer) -> bool:
    try:
        refuse_too_long(notice, renderer)
    except Refused:
        return True
    return False


async def test_of_several_at_once_one_takes_it_over(bureau: Bureau) -> None:
    notice = await bureau.tell()
    outcomes = await asyncio.gather(
        *(bureau.passes("张", notice, "P1", to) for to in ("P3", "P4") * 3), return_exceptions=True
    )
    assert len([one for one in outcomes if isinstance(one, str)]) == 1
    assert len([one for one in outcomes if isinstance(one, PassingRefused)]) == 5
    assert len(await bureau.events(Kind.NOTICE_PASSED)) == 1


async def test_a_post_takes_a_notice_over_once(bureau: Bureau) -> None:
    notice = await bureau.tell("person:张")
    outcomes = await asyncio.gather(
        *(bureau.passes("张", notice, post, "P3") for post in ("P1", "P2")), return_exceptions=True
    )
    assert {type(one) for one in outcomes} == {str, PassingRefused}
    assert (await bureau.counts(notice)).obligations == 2


async def test_others_are_told_of_no_passing_on(bureau: Bureau, renderer: Renderer, catalog: Catalog) -> None:
    await bureau.issue(saying(audience="post:P1", acknowledge=True))
    (claimed,) = await bureau.claimed()
    assert claimed.passed_by is None
    assert "↪" not in Composer(renderer, catalog).compose(claimed, 7).text


async def test_it_waits_in_the_inbox_of_who_took_it_over_alone(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.deliver()
    assert [(await page(bureau.db, await bureau.member(code))).total for code in ("张", "李")] == [0, 1]


async def test_it_follows_the_post_that_took_it_over_and_not_the_one_that_passed_it_on(bureau: Bureau) -> None:
    notice = await bureau.tell()
    await bureau.passes("张", notice, "P1", "P3")
    await bureau.hand_over("P1", "王")
    await bureau.hand_over("P3", "王")
    assert [(post, holder) for post, holder, *_ in await obligations(bureau, notice)] == [("P1", "张"), ("P3", "王")]
    assert await bureau.states(notice) == {"张": "delivered", "李": "cancelled", "王": "planned"}


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        (Asked(notice_id=1, person="无", post="P1", to="P3"), "as"),
        (Asked(notice_id=1, person="李", post="P1", to="P4"), "from"),
        (Asked(notice_id=1, person="张", post="P2", to="P3"), "from"),
        (Asked(notice_id=1, person="张", post="P1", to="S1"), "to"),
        (Asked(notice_id=1, person="张", post="P1", to="P9"), "to"),
        (Asked(notice_id=1, person="张", post="P1", to="P1"), "to"),
    ],
)
async def test_by_codes_what_cannot_be_passed_on_is_refused_with_its_field(
    bureau: Bureau, asked: Asked, column: str
) -> None:
    await bureau.tell()
    with pytest.raises(Refused) as refusal:
        await pass_by_code(bureau.db, asked, LATER)
    assert [fault.column for fault in refusal.value.faults] == [column]
    assert await bureau.events(Kind.NOTICE_PASSED) == []


async def test_there_must_be_such_a_notice(bureau: Bureau) -> None:
    with pytest.raises(NotFound):
        await pass_by_code(bureau.db, Asked(notice_id=7, person="张", post="P1", to="P3"), LATER)


async def test_passing_on_is_offered_only_where_somebody_can_take_over(bureau: Bureau) -> None:
    """It was offered for what had gone to the whole unit too, and then nobody could be chosen."""
    to_all, to_one = await bureau.tell("unit:财政局"), await bureau.tell("post:P1", key="one")
    shown = await page(bureau.db, await bureau.member("张"))
    offered = [one.delivery_id in shown.transferable for one in shown.items]
    assert (len(shown.items), sum(offered)) == (2, 1)
    await bureau.passes("张", to_one, "P1", "P3")
    after = await page(bureau.db, await bureau.member("张"))
    assert (len(after.items), after.transferable) == (1, frozenset())
    await bureau.deliver()
    assert len((await page(bureau.db, await bureau.member("李"))).transferable) == 1  # to 王
    assert to_all != to_one
