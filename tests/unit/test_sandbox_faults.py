"""The sandbox's fault switches."""

import asyncio

import aiohttp
import pytest

from bot.sandbox import NO_LIMITS
from tests.sandboxed import sandboxed


async def test_a_server_error_strikes_as_often_as_it_was_told_to() -> None:
    async with sandboxed() as (sandbox, line):
        sandbox.faults.server_error(502, method="sendMessage", times=2)
        await line.done("getMe")
        for _ in range(2):
            assert (await line.call("sendMessage", chat_id=5, text="x"))["error_code"] == 502
        await line.done("sendMessage", chat_id=5, text="x")
        assert [call.status for call in sandbox.calls("sendMessage")] == [502, 502, 200]


async def test_a_fault_of_one_chat_leaves_the_others_alone() -> None:
    async with sandboxed() as (sandbox, line):
        sandbox.add_person(6, "李伟")
        sandbox.faults.flood(3, chat_id=6, times=None)
        await line.done("sendMessage", chat_id=5, text="x")
        answer = await line.call("sendMessage", chat_id=6, text="x")
        assert answer["parameters"] == {"retry_after": 3}
        sandbox.faults.clear()
        await line.done("sendMessage", chat_id=6, text="x")


@pytest.mark.parametrize("after", [False, True])
async def test_a_dropped_line_gives_no_answer_and_may_have_stored_the_message(*, after: bool) -> None:
    async with sandboxed() as (sandbox, line):
        sandbox.faults.drop(method="sendMessage", after=after)
        with pytest.raises(aiohttp.ClientConnectionError):
            await line.call("sendMessage", chat_id=5, text="x")
        assert len(sandbox.messages(5)) == int(after)


@pytest.mark.parametrize("after", [False, True])
async def test_a_call_hangs_until_the_switches_are_cleared(*, after: bool) -> None:
    async with sandboxed() as (sandbox, line):
        switch = sandbox.faults.hang(method="sendMessage", after=after)
        call = asyncio.create_task(line.call("sendMessage", chat_id=5, text="x"))
        await switch.hit.wait()
        assert not call.done()
        assert len(sandbox.messages(5)) == int(after)
        sandbox.faults.clear()
        with pytest.raises(aiohttp.ClientConnectionError):
            await call


async def test_stopping_the_sandbox_ends_what_hangs() -> None:
    async with sandboxed() as (sandbox, line):
        switch = sandbox.faults.hang()
        call = asyncio.create_task(line.call("getMe"))
        await switch.hit.wait()
        await sandbox.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await call


async def test_people_who_cannot_be_reached_are_refused_by_their_reason() -> None:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, line):
        sandbox.block(5)
        assert await line.refusal("sendMessage", chat_id=5, text="x") == "Forbidden: bot was blocked by the user"
        sandbox.unblock(5)
        await line.done("sendMessage", chat_id=5, text="x")
        sandbox.deactivate(5)
        assert await line.refusal("sendMessage", chat_id=5, text="x") == "Forbidden: user is deactivated"
        sandbox.lose(5)
        assert await line.refusal("sendMessage", chat_id=5, text="x") == "Bad Request: chat not found"


async def test_the_bot_is_told_of_a_block() -> None:
    async with sandboxed() as (sandbox, line):
        sandbox.block(5)
        (update,) = await line.done("getUpdates")
        assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_group_that_became_a_supergroup_names_its_new_id() -> None:
    async with sandboxed() as (sandbox, line):
        sandbox.chats.migrate(-7, -1007)
        answer = await line.call("sendMessage", chat_id=-7, text="x")
        assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
        assert answer["parameters"] == {"migrate_to_chat_id": -1007}
        await line.done("sendMessage", chat_id=-1007, text="x")


async def test_a_fault_of_a_share_strikes_about_so_many_and_the_same_ones_for_the_same_seed() -> None:
    async with sandboxed() as (sandbox, line):
        answers = []
        for _ in range(2):
            sandbox.faults.server_error(502, method="getMe", times=None).sometimes(0.3, seed=7)
            answers.append([(await line.call("getMe"))["ok"] for _ in range(100)])
            sandbox.faults.clear()
    first, second = answers
    assert 15 <= first.count(False) <= 45
    assert first == second
