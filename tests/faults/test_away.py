"""The Bot API is away, the service is off, the clock goes back: afterwards everything goes on where it stood."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from structlog.testing import capture_logs

from bot.sandbox.limits import Limits
from schedules.clock import Clock
from tests.awake import policy_file
from tests.promises import FAIL, keep_on, lines, nothing_is_permanent
from tests.service import BEFORE, DUE, NOTICE, ZONE, Founding, until
from tests.set_back import TOLD, Machine

HEADING = "国庆节"
TEXT = "请大家注意"
EVE = datetime(2026, 9, 30, 15, 20, tzinfo=ZONE)
"""When the short notice before the National Day of 2026 is due."""
SHORT = "holiday:2026:national-day:short"
AN_HOUR = timedelta(hours=1)


async def test_the_bot_api_is_away_for_an_hour_and_then_everyone_gets_it_once(found: Founding) -> None:
    """Promise: lost 0, repeated 0 (nothing was connected), nobody is given up; one line says that nothing is lost."""
    async with found() as place, place.serving(BEFORE) as service:
        port = urlsplit(place.sandbox.url).port or 0
        await place.sandbox.stop()
        with capture_logs() as logs:
            await service.move_clock(DUE)
            notice_id = await place.notice_id(NOTICE)
            while service.clock.now() < DUE + AN_HOUR:
                await place.settled(notice_id, sending=0)
                await service.move_clock(service.clock.now() + timedelta(minutes=10))
        counts = await place.settled(notice_id, sending=0)
        assert (counts.planned, counts.delivered) == (8, 0)
        assert lines(logs, FAIL)[0]["tried_again"] == 1
        assert len(lines(logs, FAIL)) <= 3
        await nothing_is_permanent(place)
        await place.sandbox.start(port=port)
        await keep_on(place, service, notice_id)
        assert (await place.counts(notice_id)).delivered == 8
        assert place.said(HEADING) == place.everyone()


async def test_the_service_is_off_for_three_days_over_a_holiday_and_everyone_is_told_once(found: Founding) -> None:
    """Promise: lost 0 (what can still be of use is sent late), repeated 0, and no burst of reminders in the holiday."""
    async with found() as place:
        async with place.serving(EVE - timedelta(days=1)):
            pass
        with capture_logs() as logs:
            async with place.serving(EVE + timedelta(days=2)) as service:
                await place.settled(await place.notice_id(SHORT), delivered=8)
                for days in range(3, 8):
                    await service.move_clock(EVE + timedelta(days=days))
        assert place.said(HEADING) == place.everyone()
        assert (await place.keys()).count(SHORT) == 1
        seals = [key for key in await place.keys() if key.startswith("ledger:seal:2026-10")]
        assert sum(line["deliveries"] for line in lines(logs, "planned")) == 8 + len(seals)
        assert len(seals) == 6  # one for all the time off, then one a day, to the one administrator


async def test_what_is_late_for_a_holiday_is_said_in_it_but_not_at_night(found: Founding) -> None:
    """Promise: what can still be of use is sent. Days off are quiet, but it would be of no use after them."""
    async with found() as place:
        async with place.serving(EVE - timedelta(days=1)):
            pass
        night = EVE.replace(hour=23) + timedelta(days=2)
        async with place.serving(night) as service:
            notice_id = await place.notice_id(SHORT)
            await place.settled(notice_id, planned=8)
            await service.move_clock(night.replace(hour=8, minute=1) + timedelta(days=1))
            await place.settled(notice_id, delivered=8)
        assert place.said(HEADING) == place.everyone()


async def test_what_waited_for_its_next_try_when_the_service_went_off_is_sent_three_days_later(found: Founding) -> None:
    """Promise: lost 0, repeated 0, nothing permanent from a temporary failure."""
    async with found() as place:
        async with place.serving(EVE - timedelta(minutes=1)) as service:
            place.sandbox.faults.server_error(502, method="sendMessage", times=3)
            await service.move_clock(EVE)
            await place.settled(await place.notice_id(SHORT), delivered=5, planned=3, sending=0)
        async with place.serving(EVE + timedelta(days=3)):
            await place.settled(await place.notice_id(SHORT), delivered=8)
        assert place.said(HEADING) == place.everyone()
        await nothing_is_permanent(place)


async def test_a_clock_that_is_an_hour_back_after_a_restart_repeats_and_loses_nothing(found: Founding) -> None:
    """Promise: what was sent is not sent again; what waited goes when its time comes again; acknowledgements stand."""
    async with found() as place:
        async with place.serving(BEFORE) as service:
            place.sandbox.faults.server_error(502, method="sendMessage", times=3)
            await service.move_clock(DUE)
            notice_id = await place.notice_id()
            await place.settled(notice_id, delivered=5, planned=3, sending=0)
            first, second, *_ = [number for number, times in place.said(HEADING).items() if times and number != 2]
            pressed = replace(place.heard(first, HEADING)[0])
            await place.press(first, pressed)
            told = place.said(HEADING)
        async with place.serving(DUE - AN_HOUR) as service:
            await service.plan()
            await place.press(second, place.heard(second, HEADING)[0])
            await place.press(first, pressed)
            assert await place.acknowledged() == 2
            assert place.said(HEADING) == told
            await service.move_clock(DUE + timedelta(minutes=1))
            await place.settled(notice_id, delivered=8)
            assert place.said(HEADING) == place.everyone()
            await service.move_clock(DUE + timedelta(days=1, minutes=2))
            silent = place.everyone() | {first: 0, second: 0}
            await until(lambda: place.said("第1次提醒") == silent)
        assert (await place.keys()).count(NOTICE) == 1
        await nothing_is_permanent(place)


async def test_the_machines_clock_jumps_back_an_hour_under_the_service_and_all_stays_on_time(found: Founding) -> None:
    """Promises 1 and 2: what goes out goes on, a retry and the next planning come when they should; one line tells."""
    machine = Machine()
    async with (
        found(people=40, limits=Limits(per_chat=0)) as place,
        place.serving(
            clock=Clock(ZONE, BEFORE - 3 * AN_HOUR, machine=machine), send_rate=30, policy=policy_file(place.folder)
        ) as service,
    ):
        place.sandbox.faults.server_error(502, method="sendMessage", times=3)
        notice_id = await place.issue(service, TEXT)
        await until(lambda: sum(place.said(TEXT).values()) >= 10)
        with capture_logs() as logs:
            machine.back = AN_HOUR
            await place.settled(notice_id, delivered=37, planned=3, sending=0)
            await keep_on(place, service, notice_id)
            assert place.said(TEXT) == place.everyone()
            await service.move_clock(DUE + timedelta(minutes=5))
            await until(lambda: place.said(HEADING) == place.everyone())
        assert len(lines(logs, TOLD)) == 1
        await nothing_is_permanent(place)
