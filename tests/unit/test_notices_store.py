"""Notices in the store: made once, counted by the best that any wave reached, cancelled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from messages.deliveries import DeliveryState, Reason
from messages.notices import Category, Counts, Grade
from messages.store import notice_standing, notices, tables, waves
from messages.store.database import Database
from schedules import notice_acts
from tests.acknowledging import acknowledger
from tests.district import MORNING, District, saying

LATER = MORNING + timedelta(days=1)


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau("A", "B", "C", "D", "E")
    return district


async def counts(district: District, notice: int) -> Counts:
    async with district.db.reading() as conn:
        return await notice_standing.counts(conn, notice)


async def test_what_was_put_in_comes_back(district: District) -> None:
    new = replace(saying(grade=Grade.RED, acknowledge=True, expires_at=LATER), provisional=True)
    notice_id = await district.add(new)
    async with district.db.reading() as conn:
        notice = await notices.find(conn, notice_id)
        assert await notices.find(conn, notice_id + 1) is None
    assert notice is not None
    for name in ("key", "category", "lane", "template", "params", "title", "audience", "acknowledge", "provisional"):
        assert getattr(notice, name) == getattr(new, name)
    for name in ("send_at", "expires_at", "acknowledge_by", "created_at"):
        assert getattr(notice, name) == getattr(new, name)
    assert notice.cancelled_at is None


async def test_an_occasion_makes_one_notice(district: District) -> None:
    first = await district.add(saying("holiday:2026:x:formal"))
    async with district.db.writing() as conn:
        assert await notices.add(conn, saying("holiday:2026:x:formal", text="another")) is None
        assert await notices.told(conn, ["holiday:2026:x:formal", "y"]) == {
            "holiday:2026:x:formal": {"text": "请<b>廉洁</b>过节。"}
        }
        assert await notices.told(conn, []) == {}
    assert await district.plan() == 5
    assert len(await district.states(first)) == 5


async def test_what_was_told_about_an_occasion_comes_in_the_order_in_which_it_was_made(district: District) -> None:
    for key in ("holiday:1:x:formal", "holiday:1:xy:formal", "holiday:1:x:changed:2", "holiday:1:x:changed:1"):
        await district.add(saying(key))
    async with district.db.reading() as conn:
        told = await notices.told_about(conn, "holiday:1:x:")
        assert await notices.told_about(conn, "holiday%") == []
    assert [key for key, _ in told] == ["holiday:1:x:formal", "holiday:1:x:changed:2", "holiday:1:x:changed:1"]


async def test_a_new_notice_counts_nobody(district: District) -> None:
    assert await counts(district, await district.add(saying())) == Counts()


async def test_each_person_is_counted_once_by_the_best_of_all_waves(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    ids = await district.claim()
    states = [
        DeliveryState.UNCONFIRMED,
        DeliveryState.UNCONFIRMED,
        DeliveryState.DELIVERED,
        DeliveryState.DELIVERED,
        DeliveryState.UNREACHABLE,
    ]
    for one, state in zip(ids, states, strict=True):
        await district.settle([one], state)
    assert await counts(district, notice) == Counts(
        recipients=5, delivered=2, unconfirmed=2, unreachable=1, obligations=5
    )

    assert await district.plan(LATER) == 4
    assert await counts(district, notice) == Counts(recipients=5, delivered=2, planned=2, unreachable=1, obligations=5)

    reminders = await district.claim(LATER)
    await district.settle(reminders, DeliveryState.DELIVERED, at=LATER)
    assert await counts(district, notice) == Counts(recipients=5, delivered=4, unreachable=1, obligations=5)


async def standing_of_the_newest_wave(district: District, notice: int) -> tuple[int, Counts]:
    async with district.db.reading() as conn:
        number = await notice_standing.newest_wave(conn, notice)
        return number, await notice_standing.wave_counts(conn, notice, number)


async def test_a_wave_is_counted_by_itself_and_the_newest_is_one_that_tells_somebody(district: District) -> None:
    later_still = LATER + timedelta(days=1)
    notice = await district.add(saying(acknowledge=True, reminders=(LATER, later_still)))
    assert await standing_of_the_newest_wave(district, notice) == (0, Counts())
    await district.plan()
    ids = await district.claim()
    await district.settle(ids, DeliveryState.DELIVERED)
    assert await standing_of_the_newest_wave(district, notice) == (0, Counts(recipients=5, delivered=5, obligations=5))

    await acknowledger(district.db).acknowledge(
        chat_id=district.chat("A"), delivery_id=ids[0], now=MORNING, message_id=None
    )
    assert await district.plan(LATER) == 4
    reminded = (1, Counts(recipients=4, planned=4, obligations=5, acknowledged=1))
    assert await standing_of_the_newest_wave(district, notice) == reminded

    await notice_acts.cancel(district.db, notice, None, later_still)
    cancelled = (1, Counts(recipients=4, cancelled=4, obligations=5, acknowledged=1))
    assert await standing_of_the_newest_wave(district, notice) == cancelled


async def test_posts_are_obliged_and_acknowledged_one_by_one(db: Database) -> None:
    district = District(db)
    await district.unit("财政局")
    await district.person("A", ("P1", "财政局", 1), ("P2", "财政局", 2))
    await district.person("B", ("P3", "财政局", 3))
    notice = await district.issue(saying(acknowledge=True))
    first, second = await district.claim()
    await district.settle([first, second], DeliveryState.DELIVERED)
    assert (await counts(district, notice)).obligations == 3
    await acknowledger(db).acknowledge(chat_id=district.chat("A"), delivery_id=first, now=MORNING, message_id=None)
    stands = await counts(district, notice)
    assert (stands.recipients, stands.acknowledged) == (2, 2)


async def test_a_notice_without_acknowledgement_obliges_nobody(district: District) -> None:
    assert (await counts(district, await district.issue(saying()))).obligations == 0


async def test_the_unreached_are_listed_by_unit_and_name_with_why(db: Database) -> None:
    district = District(db)
    for unit in ("B局", "A局"):
        await district.unit(unit)
    await district.person("1", ("P1", "B局", 1))
    await district.person("2", ("P2", "A局", 1), ("P3", "B局", 2))
    await district.person("3", ("P4", "A局", 1), joined=False)
    await district.person("4", ("P5", "A局", 1))
    notice = await district.issue(saying())
    one, two, four = await district.claim()
    await district.settle([one], DeliveryState.UNREACHABLE, Reason.BLOCKED)
    await district.settle([two], DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await district.settle([four], DeliveryState.DELIVERED)
    async with db.reading() as conn:
        found = await notice_standing.unreached(conn, notice)
    assert [(who.unit, who.person_code, who.name, who.state, who.reason) for who in found] == [
        ("A局", "2", "姓名2", DeliveryState.UNCONFIRMED, Reason.NO_ANSWER),
        ("A局", "3", "姓名3", DeliveryState.UNREACHABLE, Reason.NEVER_JOINED),
        ("B局", "1", "姓名1", DeliveryState.UNREACHABLE, Reason.BLOCKED),
    ]


async def test_who_was_reached_by_a_reminder_is_not_among_the_unreached(district: District) -> None:
    notice = await district.issue(saying(audience="person:A", acknowledge=True, reminders=(LATER,)))
    await district.settle(await district.claim(), DeliveryState.UNCONFIRMED, Reason.NO_ANSWER)
    await district.plan(LATER)
    await district.settle(await district.claim(LATER), DeliveryState.DELIVERED, at=LATER)
    async with district.db.reading() as conn:
        assert await notice_standing.unreached(conn, notice) == []


async def test_a_cancelled_notice_stops_where_it_is(district: District) -> None:
    notice = await district.issue(saying(acknowledge=True, reminders=(LATER,)))
    await district.settle(await district.claim(limit=2), DeliveryState.DELIVERED)
    assert (await notice_acts.cancel(district.db, notice, None, MORNING)).moved == 3
    assert sorted((await district.states(notice)).values()) == ["cancelled"] * 3 + ["delivered"] * 2
    assert await district.plan(LATER) == 0
    async with district.db.reading() as conn:
        assert await waves.upcoming(conn, MORNING) is None
        found = await notices.find(conn, notice)
    assert found is not None
    assert found.cancelled_at == MORNING


async def test_a_notice_that_is_cancelled_before_its_time_reaches_nobody(district: District) -> None:
    notice = await district.add(saying(send_at=LATER))
    assert (await notice_acts.cancel(district.db, notice, None, MORNING)).moved == 0
    assert await district.plan(LATER) == 0


async def test_notices_are_listed_newest_first(district: District) -> None:
    for days in (1, 3, 2):
        await district.add(saying(f"k{days}", send_at=MORNING + timedelta(days=days)))
    async with district.db.reading() as conn:
        assert [notice.key for notice in await notices.recent(conn, 2)] == ["k3", "k2"]


async def test_the_notice_sent_last_is_known_and_reports_do_not_count(district: District) -> None:
    async with district.db.reading() as conn:
        assert await notices.latest_sent(conn) is None
    await district.issue(saying("first"))
    await district.issue(saying("second"), MORNING + timedelta(minutes=1))
    await district.issue(replace(saying("report"), category=Category.REPORT), MORNING + timedelta(minutes=2))
    await district.add(saying("not yet", send_at=LATER))
    async with district.db.reading() as conn:
        latest = await notices.latest_sent(conn)
    assert latest is not None
    assert latest.key == "second"


async def test_what_is_made_and_not_sent_yet_is_upcoming(district: District) -> None:
    await district.issue(saying("sent"))
    for hours in (3, 1, 2, 9):
        await district.add(saying(f"k{hours}", send_at=MORNING + timedelta(hours=hours)))
    cancelled = await district.add(saying("cancelled", send_at=MORNING + timedelta(hours=1)))
    await notice_acts.cancel(district.db, cancelled, None, MORNING)
    async with district.db.reading() as conn:
        found = await notices.upcoming(conn, MORNING, MORNING + timedelta(hours=9))
    assert [notice.key for notice in found] == ["k1", "k2", "k3"]


async def test_a_naive_instant_is_refused(district: District) -> None:
    naive = saying(send_at=MORNING.replace(tzinfo=None))
    with pytest.raises(Exception, match="naive"):
        await district.add(naive)


def test_every_state_of_a_delivery_is_counted() -> None:
    shown_by_itself = set(DeliveryState) - {DeliveryState.PAUSED}  # that is shown as planned
    assert {state.value for state in shown_by_itself} <= set(vars(Counts()))
    assert len(notice_standing.BEST_FIRST) == len(DeliveryState)  # a state left out would not be counted
    assert "state" in tables.deliveries.c
