"""Occasions: what is due goes to everyone once, also late; what is past its use expires by name."""

from datetime import timedelta

from messages.text.phrase import phrase
from tests.service import BEFORE, DUE, HOLIDAY, NOTICE, Founding, lines, until

HEADING = "国庆节"
NOTHING_TO_ACKNOWLEDGE = phrase("There is nothing to acknowledge here any more. Nothing was changed.")


async def test_what_becomes_due_while_the_service_runs_goes_to_everyone_once(found: Founding) -> None:
    async with found() as place, place.serving(DUE - timedelta(seconds=3)):
        await until(lambda: place.said(HEADING) == place.everyone())
        notice_id = await place.notice_id()
        counts = await place.settled(notice_id, delivered=8, obligations=9)
        assert (counts.recipients, counts.planned, counts.sending, counts.unreachable) == (8, 0, 0, 0)


async def test_what_was_due_while_the_service_was_off_goes_once_at_its_next_start(found: Founding) -> None:
    async with found() as place:
        async with place.serving(BEFORE):
            pass
        async with place.serving(DUE + timedelta(days=2)):
            await until(lambda: place.said(HEADING) == place.everyone())
            await place.settled(await place.notice_id(), delivered=8)
        async with place.serving(DUE + timedelta(days=2, hours=1)) as service:
            await service.plan()
            assert place.said(HEADING) == place.everyone()


async def test_planning_again_and_again_makes_one_notice(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        for _ in range(3):
            await service.plan()
        assert (await place.keys()).count(NOTICE) == 1
        await place.settled(await place.notice_id(), delivered=8)
        assert place.said(HEADING) == place.everyone()


async def test_what_the_service_slept_through_to_the_end_of_the_holiday_expires_by_name(found: Founding) -> None:
    async with found() as place:
        async with place.serving(BEFORE):
            pass
        async with place.serving(HOLIDAY + timedelta(days=12)) as service:
            await service.plan()
            missed = await place.notice_id()
            counts = await place.settled(missed, expired=8)
            assert counts.delivered == 0
            assert {one.name for one in await place.unreached(missed)} == {f"人员{n}" for n in range(1, 9)}
        assert place.said(HEADING) == place.everyone(0)


async def test_what_was_planned_and_not_sent_before_the_holiday_is_over_expires_by_name(found: Founding) -> None:
    async with found() as place:
        place.sandbox.faults.server_error(502, method="sendMessage", times=None)
        async with place.serving(BEFORE) as service:
            await service.move_clock(DUE)
            await until(lambda: len(place.sandbox.calls("sendMessage")) >= 8)
        place.sandbox.faults.clear()
        async with place.serving(HOLIDAY + timedelta(days=12)):
            await place.settled(await place.notice_id(), expired=8)
        assert place.said(HEADING) == place.everyone(0)


async def test_what_was_due_before_the_office_first_started_is_not_sent(found: Founding) -> None:
    async with found() as place, place.serving(DUE + timedelta(minutes=1)) as service:
        await service.plan()
        assert await place.keys() == []


async def test_a_clock_set_back_to_an_earlier_day_finds_that_day_s_occasions(found: Founding) -> None:
    """An office that was prepared in November is started with its clock in September."""
    async with found() as place:
        async with place.serving(DUE + timedelta(days=60)):
            pass
        async with place.serving(BEFORE) as service:
            await service.move_clock(DUE)
            await place.settled(await place.notice_id(), delivered=8)


async def test_people_join_by_their_codes_and_get_what_comes(found: Founding) -> None:
    async with found(joined=False) as place, place.serving(BEFORE) as service:
        for number in range(1, 9):
            place.sandbox.add_person(1000 + number, f"人员{number}", "zh-hans")
            await place.sandbox.send_text(1000 + number, f"/start {await place.invite(number)}")
        await until(lambda: place.said("人员") == place.everyone())
        await service.move_clock(DUE)
        await until(lambda: place.said(HEADING) == place.everyone())


async def test_who_joins_later_gets_what_is_still_open_once(found: Founding) -> None:
    async with found(joined=False) as place:
        for number in range(1, 8):
            await place.join(number)
        async with place.serving(BEFORE) as service:
            await service.move_clock(DUE)
            notice_id = await place.notice_id()
            await place.settled(notice_id, delivered=7, unreachable=1)
            place.sandbox.add_person(1008, "人员8", "zh-hans")
            await place.sandbox.send_text(1008, f"/start {await place.invite(8, service.clock.now())}")
            await place.settled(notice_id, delivered=8, unreachable=0)
            assert place.said(HEADING) == place.everyone()


async def test_a_new_holder_in_a_second_roster_takes_over_the_open_obligation(found: Founding) -> None:
    """The new one is told and can acknowledge; the old one's button does nothing any more."""
    rows = lines(8)
    changed = [row | {"人员编号": "R009", "姓名": "人员9"} if row["岗位编号"] == "P008" else row for row in rows]
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        notice_id = await place.notice_id()
        await place.settled(notice_id, delivered=8)
        report = await place.import_roster(changed, service.clock.now())
        assert report.moved_obligations == 1
        await place.join(9, service.clock.now())
        service.senders.wake()
        await until(lambda: bool(place.heard(9, HEADING)))
        assert await place.press(8, place.heard(8, HEADING)[0]) == place.zh(NOTHING_TO_ACKNOWLEDGE)
        assert await place.acknowledged() == 0
        taken = await place.press(9, place.heard(9, HEADING)[0])
        assert taken is not None
        assert "已记录" in taken
        assert await place.acknowledged() == 1
        assert (await place.counts(notice_id)).obligations == 9


async def test_who_takes_over_a_post_after_acknowledging_for_another_is_reminded_of_it(found: Founding) -> None:
    changed = [row | {"人员编号": "R003", "姓名": "人员3"} if row["岗位编号"] == "P008" else row for row in lines(8)]
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), delivered=8)
        await place.press(3, place.heard(3, HEADING)[0])
        assert await place.acknowledged() == 1
        assert (await place.import_roster(changed, service.clock.now())).moved_obligations == 1
        await service.move_clock(DUE + timedelta(days=1))
        await until(lambda: len(place.heard(3, HEADING)) == 2)
        await place.press(3, place.heard(3, HEADING)[1])
        assert await place.acknowledged() == 2
