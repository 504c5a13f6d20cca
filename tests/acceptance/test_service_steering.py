"""A broadcast that runs is paused, goes on, and is taken back, over the real service and the sandbox."""

from messages.deliveries import Reason
from messages.store.recalls import Recalled
from schedules import notice_acts
from schedules.workdays import WorkCalendar
from tests.service import BEFORE, Founding, Town, chat, until

SAID = "停水通知"


def told(place: Town) -> int:
    return sum(place.said(SAID).values())


async def recalled(place: Town, notice_id: int, **expected: int) -> Recalled:
    """How a recall stands, once it stands as expected."""

    async def standing() -> Recalled:
        async with place.db.reading() as conn:
            return await notice_acts.recalled(conn, notice_id)

    async def stands() -> bool:
        found = await standing()
        return all(getattr(found, name) == number for name, number in expected.items())

    await until(stands)
    return await standing()


async def test_a_broadcast_is_paused_in_the_middle_and_goes_on(found: Founding) -> None:
    async with found(people=20) as place, place.serving(BEFORE, send_rate=8) as service:
        notice_id = await place.issue(service, SAID)
        await until(lambda: told(place) >= 2)
        assert (await notice_acts.pause(place.db, notice_id, None, service.clock.now())).counts.planned > 0
        counts = await place.settled(notice_id, sending=0)
        before = told(place)
        assert (counts.delivered, counts.planned) == (before, 20 - before)
        await service.plan()  # whatever else goes on
        assert told(place) == before
        assert (
            await notice_acts.resume(place.db, notice_id, None, service.clock.now(), WorkCalendar())
        ).moved == 20 - before
        await place.settled(notice_id, delivered=20)
    assert place.said(SAID) == place.everyone()


async def test_a_broadcast_is_paused_and_the_service_begins_again(found: Founding) -> None:
    async with found(people=20) as place:
        async with place.serving(BEFORE, send_rate=4) as service:
            notice_id = await place.issue(service, SAID)
            await until(lambda: told(place) >= 2)
            await notice_acts.pause(place.db, notice_id, None, service.clock.now())
        before = told(place)
        async with place.serving(BEFORE) as service:
            counts = await place.settled(notice_id, sending=0)
            assert (counts.delivered, counts.planned) == (before, 20 - before)
            await notice_acts.resume(place.db, notice_id, None, service.clock.now(), WorkCalendar())
            await place.settled(notice_id, delivered=20)
    assert place.said(SAID) == place.everyone()


async def test_a_recall_in_the_middle_takes_back_everything_that_arrived(found: Founding) -> None:
    async with found(people=20) as place, place.serving(BEFORE, send_rate=4) as service:
        notice_id = await place.issue(service, SAID)
        await until(lambda: told(place) >= 2)
        await notice_acts.recall(place.db, notice_id, None, service.clock.now())
        counts = await place.settled(notice_id, planned=0, sending=0)
        assert counts.cancelled + counts.delivered == 20
        await service.plan()  # what was in flight has landed
        await recalled(place, notice_id, done=counts.delivered, wanted=0)
    assert told(place) == 0


async def test_a_recall_names_whom_it_could_not_reach(found: Founding) -> None:
    async with found(people=8) as place, place.serving(BEFORE) as service:
        notice_id = await place.issue(service, SAID)
        await place.settled(notice_id, delivered=8)
        place.sandbox.block(chat(4))
        place.sandbox.chats.remove(gone := place.sandbox.chats.get(chat(5)), place.heard(5, SAID)[0])
        await notice_acts.recall(place.db, notice_id, None, service.clock.now())
        standing = await recalled(place, notice_id, done=7, failed=1)
        assert [(one.person_code, one.reason) for one in standing.missed] == [("R004", Reason.BLOCKED)]
    assert gone.standing.value == "open"
    assert place.said(SAID) == place.everyone(0) | {4: 1}


async def test_floods_while_messages_are_deleted_are_obeyed(found: Founding) -> None:
    async with found(people=6) as place, place.serving(BEFORE) as service:
        notice_id = await place.issue(service, SAID)
        await place.settled(notice_id, delivered=6)
        place.sandbox.faults.flood(1, method="deleteMessage")
        await notice_acts.recall(place.db, notice_id, None, service.clock.now())
        await recalled(place, notice_id, done=6)
    calls = place.sandbox.calls("deleteMessage")
    (flooded,) = [number for number, call in enumerate(calls) if call.status == 429]
    assert calls[flooded + 1].at - calls[flooded].at >= 1.0
