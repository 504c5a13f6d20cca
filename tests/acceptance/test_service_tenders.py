"""Matters by the running service: a prompt reaches the holder once, whatever restarts; a date that moved is told."""

from bot.panel import ServicePanel
from bot.sandbox.panel import Step
from messages.scopes import EVERYWHERE
from messages.tenders.milestones import Milestone
from messages.tenders.records import Told
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.policy import load
from schedules.tenders.desk import Tenders
from tests.district import District
from tests.service import ZONE, Founding, Town, until
from tests.tendering import REF, at, fact, told

ISSUED = fact(Milestone.DOCUMENTS_FROM, at(7))


async def take(place: Town, what: Told, hour: int, minute: int, day: int = 28) -> None:
    tenders = Tenders(db=place.db, policy=load(), calendars=Calendars(place.db, "CN"), zone=ZONE, apart=Apart())
    await tenders.take(what, None, at(day, hour, minute), scope=EVERYWHERE)


async def test_the_opening_is_prompted_on_its_day_and_its_new_date_told_once(found: Founding) -> None:
    async with found(people=4) as place:
        await District(place.db).mark("P004", "开标")
        await take(place, told(ISSUED, fact(Milestone.BID_DEADLINE, at(28)), buyer="财政局"), 8, 0)
        async with place.serving(at(28, 8, 5)) as service:
            await service.move_clock(at(28, 8, 25))
            await until(lambda: len(place.heard(4, "即将进行")) == 1)
            [prompt] = place.heard(4, "即将进行")
            assert "请按公布的时间、地点公开开标。" in (prompt.text or "")
            await place.press(4, prompt)
            assert await place.acknowledged() == 1
        await take(place, told(ISSUED, fact(Milestone.BID_DEADLINE, at(30)), buyer="财政局"), 8, 40)
        async with place.serving(at(28, 8, 45)) as service:
            await until(lambda: len(place.heard(4, "由9月28日 09:30调整为9月30日 09:30")) == 1)
            await service.move_clock(at(30, 8, 25))
            await until(lambda: len(place.heard(4, "即将进行")) == 2)
        [first, *reminded] = place.heard(4, "时间调整")
        assert not first.text.startswith("🔔")
        assert all(one.text.startswith("🔔") for one in reminded)
        assert await place.notice_id(f"tender:{REF}:opening") is not None
        assert not place.heard(3, "滨河路")


async def test_a_demo_that_jumps_a_day_hears_what_was_of_use_for_an_hour_only(found: Founding) -> None:
    """The clock stood at its end at once, where the opening of that morning was over: nobody was told of it."""
    async with found(people=4) as place:
        await District(place.db).mark("P004", "开标")
        await take(place, told(ISSUED, fact(Milestone.BID_DEADLINE, at(28)), buyer="财政局"), 8, 0, day=25)
        async with place.serving(at(25, 14, 0)) as service:
            await ServicePanel(service).move(Step.WORKDAY)
            assert service.clock.now() >= at(28, 14, 0)
            await until(lambda: len(place.heard(4, "即将进行")) == 1)
