"""The sandbox keeps the Bot API's limits, in sliding windows."""

from bot.sandbox.limits import FloodGate, Limits
from tests.sandboxed import Time, sandboxed


async def test_the_second_message_in_a_second_to_one_chat_is_a_flood() -> None:
    time = Time()
    async with sandboxed(steady=time.steady) as (sandbox, line):
        await line.done("sendMessage", chat_id=5, text="1")
        assert await line.call("sendMessage", chat_id=5, text="2") == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        time.seconds += 1
        await line.done("sendMessage", chat_id=5, text="3")
        assert [message.text for message in sandbox.messages(5)] == ["1", "3"]
        assert sandbox.floods == {"per_chat": 1}


async def test_a_call_that_sends_nothing_is_not_counted() -> None:
    async with sandboxed() as (sandbox, line):
        sent = await line.done("sendMessage", chat_id=5, text="1")
        for number in range(40):
            await line.done("editMessageText", chat_id=5, message_id=sent["message_id"], text=f"edit {number}")
            await line.refusal("sendMessage", chat_id=5, text="")
        assert sandbox.floods == {}


def test_thirty_messages_fit_in_any_second_and_no_more() -> None:
    gate = FloodGate(Limits())
    for number in range(30):
        assert gate.admit(number, number / 100) == 0
    assert gate.admit(31, 0.999) == 1
    assert gate.admit(31, 1.0) == 0
    assert gate.admit(32, 1.005) == 1  # the second of the first thirty goes out of the window at 1.01
    assert gate.admit(32, 1.01) == 0
    assert gate.floods == {"overall": 2}


def test_a_group_takes_twenty_messages_in_any_minute() -> None:
    gate = FloodGate(Limits())
    for second in range(20):
        assert gate.admit(-7, float(second)) == 0
    assert gate.admit(-7, 20.0) == 40
    assert gate.admit(-7, 60.0) == 0
    assert gate.floods == {"group_per_minute": 1}


def test_a_refused_message_does_not_use_up_room() -> None:
    gate = FloodGate(Limits(overall=1, per_chat=0))
    assert gate.admit(1, 0.0) == 0
    for _ in range(5):
        assert gate.admit(2, 0.5) == 1
    assert gate.admit(2, 1.0) == 0


def test_a_limit_of_nought_is_lifted() -> None:
    gate = FloodGate(Limits(overall=0, per_chat=0, group_per_minute=0))
    assert {gate.admit(-7, 0.0) for _ in range(1000)} == {0}
