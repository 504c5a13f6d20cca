"""Acknowledging while the service runs: durable before the answer, once for each post, and only by the addressed."""

import asyncio
from datetime import timedelta

from messages.text.phrase import phrase
from tests.service import BEFORE, DUE, HOLIDAY, Founding, Town, chat, until

HEADING = "国庆节"
REFUSED = phrase("This button is not in use for this account. Nothing was changed.")


async def told(place: Town, number: int) -> None:
    await until(lambda: bool(place.heard(number, HEADING)))


async def test_one_press_acknowledges_for_both_posts_of_a_person(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await told(place, 2)
        toast = await place.press(2, place.heard(2, HEADING)[0])
        assert toast is not None
        assert "09:10" in toast
        assert "2个岗位" in toast
        assert await place.acknowledged() == 2
        await until(lambda: "✅" in place.heard(2, HEADING)[0].text and not place.heard(2, HEADING)[0].reply_markup)


async def test_a_second_press_says_when_it_was_recorded_and_the_first_time_stands(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await told(place, 3)
        message = place.heard(3, HEADING)[0]
        await place.press(3, message)
        await service.move_clock(DUE + timedelta(hours=1))
        again = await place.press(3, message)
        assert again is not None
        assert "09:10" in again
        assert "10:10" not in again
        assert await place.acknowledged() == 1


async def test_a_forged_payload_changes_nothing(found: Founding) -> None:
    """The last ones are real deliveries', of other people."""
    async with found(people=3) as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), delivered=3)
        others = [str(_data(place, number)) for number in (1, 2)]
        for data in ("a1:zzzz", "a1:", "a1:1'--", "a9:1", "", "x" * 64, "a1:1y2p0ij32e8e8", *others):
            toast = await place.sandbox.press(chat(3), place.heard(3, HEADING)[0].message_id, data)
            assert toast is not None
            assert toast.text == place.zh(REFUSED)
        assert await place.acknowledged() == 0


def _data(place: Town, number: int) -> object:
    markup = place.heard(number, HEADING)[0].reply_markup
    assert markup is not None
    return markup["inline_keyboard"][0][0]["callback_data"]


async def test_a_press_from_another_account_changes_nothing_and_a_stranger_s_neither(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await told(place, 3)
        place.sandbox.add_person(chat(77), "路人", "zh-hans")
        for other in (4, 77):
            assert await place.press(3, place.heard(3, HEADING)[0], by=other) == place.zh(REFUSED)
        assert await place.acknowledged() == 0


async def test_two_hundred_presses_at_once_are_each_recorded_once_and_answered(found: Founding) -> None:
    """Everybody presses four times."""
    people = 50
    async with found(people) as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), delivered=people)
        presses = [place.press(n, place.heard(n, HEADING)[0]) for n in range(1, people + 1) for _ in range(4)]
        toasts = await asyncio.gather(*presses)
        assert all(toasts)
        assert sum(toast is not None and toast.startswith("已记录") for toast in toasts) >= people
        assert await place.acknowledged() == people + 1


async def test_a_late_press_is_still_taken(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await told(place, 5)
        message = place.heard(5, HEADING)[0]
        await service.move_clock(HOLIDAY + timedelta(days=20))
        assert await place.press(5, message)
        assert await place.acknowledged() == 1


async def test_the_same_update_twice_is_one_act(found: Founding) -> None:
    async with found() as place, place.serving(BEFORE) as service:
        await service.move_clock(DUE)
        await told(place, 5)
        message = place.heard(5, HEADING)[0]
        person = {"id": chat(5), "is_bot": False, "first_name": "人员5"}
        shown = {
            "message_id": message.message_id,
            "date": 1,
            "chat": {"id": chat(5), "type": "private", "first_name": "人员5"},
            "text": message.text,
        }
        press = {"id": "1", "from": person, "chat_instance": "1", "message": shown, "data": _data(place, 5)}
        for _ in range(3):
            place.sandbox.push_update({"update_id": 900_000_000, "callback_query": press})
        await until(lambda: len(place.sandbox.calls("answerCallbackQuery")) >= 1)
        await place.press(5, message)
        assert await place.acknowledged() == 1
        assert len(place.sandbox.calls("answerCallbackQuery")) == 2
