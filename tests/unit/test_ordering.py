"""Acts of people run side by side, those of one person in order; an update is processed once."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.telegram.incoming import Update, read
from bot.telegram.ordering import Afterwards, Inbox, InOrder, Later


def said(number: int, person: int = 5) -> Update:
    """A message of a person."""
    user = {"id": person, "is_bot": False, "first_name": "张"}
    message = {"message_id": number, "date": 0, "chat": {"id": person, "type": "private"}, "from": user, "text": "x"}
    return update_of({"update_id": number, "message": message})


def update_of(body: dict[str, object]) -> Update:
    update = read(body)
    assert update is not None
    return update


async def test_one_persons_acts_run_in_order_and_others_do_not_wait() -> None:
    told: list[str] = []
    release = asyncio.Event()
    acts = InOrder()

    async def slow() -> None:
        await release.wait()
        told.append("first of A")

    async def quick(name: str) -> None:
        told.append(name)

    first = acts.submit(1, slow)
    second = acts.submit(1, lambda: quick("second of A"))
    await acts.submit(2, lambda: quick("first of B"))
    assert told == ["first of B"]
    release.set()
    await asyncio.gather(first, second)
    assert told == ["first of B", "first of A", "second of A"]


async def test_an_error_in_one_act_stops_no_other() -> None:
    told: list[int] = []
    acts = InOrder()

    async def act(number: int) -> None:
        if number == 1:
            raise ValueError(number)
        told.append(number)

    await asyncio.gather(*(acts.submit(7, lambda number=number: act(number)) for number in (1, 2, 3)))  # type: ignore[misc]
    assert told == [2, 3]


async def test_no_more_than_the_limit_run_at_a_time() -> None:
    running = most = 0
    acts = InOrder(limit=3)

    async def act() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(acts.submit(person, act) for person in range(20)))
    assert most == 3


async def test_closing_lets_acts_finish_and_cancels_what_does_not() -> None:
    acts = InOrder()
    finished = acts.submit(1, lambda: asyncio.sleep(0))
    stuck = acts.submit(2, asyncio.Event().wait)  # type: ignore[arg-type]
    behind = acts.submit(2, lambda: asyncio.sleep(0))
    await acts.close(0.01)
    assert finished.done()
    assert not finished.cancelled()
    assert stuck.cancelled()
    assert behind.cancelled()


async def test_a_repeated_update_is_processed_once_and_waits_for_the_first() -> None:
    seen: list[int] = []

    async def process(update: Update) -> None:
        seen.append(update.update_id)

    inbox = Inbox(process)
    assert inbox.take(said(1)) is inbox.take(said(1))
    await inbox.take(said(1))
    await inbox.take(said(1))
    assert seen == [1]


async def test_the_memory_of_updates_is_bounded() -> None:
    seen: list[int] = []

    async def process(update: Update) -> None:
        seen.append(update.update_id)

    inbox = Inbox(process, remembered=2)
    for number in (1, 2, 3, 1):
        await inbox.take(said(number))
    assert seen == [1, 2, 3, 1]


async def test_what_was_cancelled_stays_unfinished_so_that_it_comes_again() -> None:
    release = asyncio.Event()

    async def process(update: Update) -> None:
        if update.update_id == 2:
            await release.wait()

    inbox = Inbox(process)
    await inbox.take(said(1))
    stuck = inbox.take(said(2))
    await inbox.close(0.01)
    assert stuck.cancelled()
    assert inbox.lowest_unfinished == 2
    release.set()
    await inbox.take(said(2))
    assert inbox.lowest_unfinished is None


@pytest.mark.parametrize(
    "body",
    [
        {"update_id": 9},
        {"update_id": 9, "poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["a"]}},
    ],
)
async def test_an_update_of_nobody_is_processed(body: dict[str, object]) -> None:
    seen: list[int] = []

    async def process(update: Update) -> None:
        seen.append(update.update_id)

    await Inbox(process).take(update_of(body))
    assert seen == [9]


async def test_what_an_act_leaves_for_later_holds_up_neither_the_act_nor_the_person() -> None:
    told: list[str] = []
    release = asyncio.Event()
    acts = InOrder()

    async def later() -> None:
        await release.wait()
        told.append("later")

    async def press() -> Later:
        told.append("press")
        return later

    await acts.submit(1, press)
    await acts.submit(1, press)
    assert told == ["press", "press"]
    release.set()
    await acts.close(1)
    assert told == ["press", "press", "later", "later"]


async def test_what_is_later_is_done_one_at_a_time_while_people_are_waiting_and_by_several_when_not() -> None:
    crowd = True
    running, most = 0, {True: 0, False: 0}
    afterwards = Afterwards(lambda: crowd, limit=3)

    async def work() -> None:
        nonlocal running
        running += 1
        most[crowd] = max(most[crowd], running)
        await asyncio.sleep(0)
        running -= 1

    for _ in range(20):
        afterwards.take(work)
    for _ in range(6):
        await asyncio.sleep(0)
    crowd = False
    await afterwards.close(1)
    assert most == {True: 1, False: 3}


async def test_an_error_in_what_is_later_stops_nothing() -> None:
    told: list[str] = []
    afterwards = Afterwards(lambda: False, limit=1)

    async def broken() -> None:
        raise ValueError

    async def sound() -> None:
        told.append("sound")

    afterwards.take(broken)
    afterwards.take(sound)
    await afterwards.close(1)
    assert told == ["sound"]


async def test_what_is_later_has_an_end_and_what_is_left_undone_is_told() -> None:
    done: list[int] = []
    afterwards = Afterwards(lambda: False, limit=1, most=2)

    async def work(number: int) -> None:
        done.append(number)

    with capture_logs() as logs:
        afterwards.take(asyncio.Event().wait)  # type: ignore[arg-type]
        await asyncio.sleep(0)
        for number in (1, 2, 3, 4):
            afterwards.take(lambda number=number: work(number))  # type: ignore[misc]
        await afterwards.close(0.01)
    assert done == []
    assert [line["log_level"] for line in logs] == ["warning", "warning"]
    assert logs[1]["messages"] == 2
