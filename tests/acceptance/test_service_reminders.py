"""Reminders, urgency and stopping: to whom again, what overtakes, and what is said to administrators."""

from datetime import datetime, timedelta

from bot.service import Service
from messages.notices import Lane
from tests.service import BEFORE, DUE, HOLIDAY, ZONE, Founding, Town, chat, until

HEADING = "国庆节"
FIRST, SECOND = "第1次提醒", "第2次提醒"
DIGEST = datetime(2026, 9, 22, 9, 20, tzinfo=ZONE)


async def told_all(place: Town, service: Service) -> int:
    await service.move_clock(DUE)
    notice_id = await place.notice_id()
    await place.settled(notice_id, planned=0, sending=0)
    return notice_id


async def test_the_silent_are_reminded_after_one_and_two_working_days(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        notice_id = await told_all(place, service)
        for number in (1, 2, 3):
            await place.press(number, place.heard(number, HEADING)[0])
        await service.move_clock(DUE + timedelta(days=1))
        silent = {number: int(number > 3) for number in range(1, 9)}
        await until(lambda: place.said(FIRST) == silent)
        await place.press(4, place.heard(4, FIRST)[0])
        await service.move_clock(DUE + timedelta(days=2))
        silent |= {4: 0}
        await until(lambda: place.said(SECOND) == silent)
        assert (await place.counts(notice_id)).recipients == 8
        assert await place.acknowledged() == 5


async def test_who_cannot_be_reached_is_not_reminded_and_does_not_count_as_silent(found: Founding) -> None:
    async with found() as place:
        place.sandbox.block(chat(5))
        async with place.serving(BEFORE) as service:
            notice_id = await told_all(place, service)
            await service.move_clock(DUE + timedelta(days=1))
            await until(lambda: sum(place.said(FIRST).values()) == 7)
            counts = await place.counts(notice_id)
            assert (counts.delivered, counts.unreachable) == (7, 1)
            assert not place.heard(5, HEADING)


async def test_nobody_is_reminded_once_the_holiday_has_begun(found: Founding) -> None:
    """The short notice of 30 September would be followed by reminders inside the holiday."""
    async with found() as place, place.serving(HOLIDAY - timedelta(days=1)) as service:
        await service.move_clock(HOLIDAY - timedelta(hours=8))
        await until(lambda: place.said(HEADING) == place.everyone())
        for days in range(9):
            await service.move_clock(HOLIDAY + timedelta(days=days, hours=16))
        assert place.said("次提醒") == place.everyone(0)


async def test_reminders_missed_while_the_service_was_off_are_sent_as_one(found: Founding) -> None:
    async with found() as place:
        async with place.serving(BEFORE) as service:
            await told_all(place, service)
        async with place.serving(DUE + timedelta(days=3)) as service:
            await until(lambda: place.said("次提醒") == place.everyone())
            await service.plan()
            assert place.said("次提醒") == place.everyone()


async def test_the_unit_s_admins_get_one_digest_a_day_of_who_could_not_be_reached(found: Founding) -> None:
    async with found() as place:
        for number in (4, 6):
            place.sandbox.block(chat(number))
        async with place.serving(BEFORE) as service:
            await told_all(place, service)
            await service.move_clock(DIGEST)
            digest = "人员4"
            await until(lambda: bool(place.heard(2, digest)))
            assert "人员6" in place.heard(2, digest)[0].text
            await service.plan()
            await service.move_clock(DIGEST + timedelta(days=1))
            await service.plan()
            assert place.said(digest) == {number: int(number == 2) for number in range(1, 9)}


async def test_a_digest_of_a_later_day_does_not_stop_an_earlier_one_when_the_clock_is_set_back(found: Founding) -> None:
    """An office is prepared by today's clock, and started with another day's."""
    async with found() as place:
        async with place.serving(DIGEST + timedelta(days=62)):
            pass
        place.sandbox.block(chat(4))
        async with place.serving(BEFORE) as service:
            await told_all(place, service)
            await service.move_clock(DIGEST)
            await until(lambda: bool(place.heard(2, "人员4")))


async def test_cancelling_stops_what_is_not_sent_and_every_reminder(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        notice_id = await told_all(place, service)
        code, _, err = await place.command("notice", "cancel", str(notice_id), "--json", at=service.clock.now())
        assert code == 0, err
        for days in (1, 2, 3):
            await service.move_clock(DUE + timedelta(days=days))
        assert place.said("次提醒") == place.everyone(0)


async def test_a_broadcast_is_cancelled_in_the_middle(found: Founding) -> None:
    async with found(people=40) as place, place.serving(BEFORE, send_rate=2) as service:
        notice_id = await place.issue(service, "停水通知")
        await until(lambda: sum(place.said("停水通知").values()) >= 2)
        assert (await place.command("notice", "cancel", str(notice_id), at=service.clock.now()))[0] == 0
        counts = await place.settled(notice_id, planned=0, sending=0)
        assert counts.cancelled + counts.delivered == 40
        assert counts.cancelled > 0
        assert sum(place.said("停水通知").values()) == counts.delivered


async def test_people_may_be_reminded_by_hand_every_five_minutes(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        notice_id = str(await told_all(place, service))
        await place.press(1, place.heard(1, HEADING)[0])
        now = service.clock.now()
        code, out, err = await place.command("notice", "remind", notice_id, "--json", at=now)
        assert code == 0, err
        assert '"reminded": 7' in out
        await until(lambda: place.said(FIRST) == place.everyone() | {1: 0})
        assert (await place.command("notice", "remind", notice_id, at=now + timedelta(minutes=4)))[0] == 1
        assert (await place.command("notice", "remind", notice_id, at=now + timedelta(minutes=6)))[0] == 0
        service.senders.wake()


async def test_red_overtakes_a_running_broadcast(found: Founding) -> None:
    async with found(people=40) as place, place.serving(BEFORE, send_rate=5) as service:
        await place.issue(service, "普通通知")
        await until(lambda: sum(place.said("普通通知").values()) >= 3)
        before = sum(place.said("普通通知").values())
        await place.issue(service, "红色预警", lane=Lane.RED, audience="person:R040")
        await until(lambda: bool(place.heard(40, "红色预警")))
        assert sum(place.said("普通通知").values()) - before < 20
