"""What the Bot API and the way to it can do to a notice, one by one, while the service runs."""

from datetime import timedelta

import aiohttp
import pytest

from bot.service import Service
from messages.notices import Lane
from tests.service import BEFORE, Founding, Town, chat, until

TEXT = "请大家注意"
REPEAT = "重发"


async def test_a_flood_error_silences_the_whole_bot_and_then_all_goes_on_at_half_the_rate(found: Founding) -> None:
    async with found(people=20) as place, place.serving(BEFORE, send_rate=200) as service:
        flood = place.sandbox.faults.flood(1, method="sendMessage")
        notice_id = await place.issue(service, TEXT)
        await flood.hit.wait()
        await place.settled(notice_id, delivered=20)
        assert place.said(TEXT) == place.everyone()
        assert service.senders.tally.floods == 1
        assert 90 <= sum(pacer.rate for _, pacer in service.senders.wires()) <= 130
        calls = place.sandbox.calls("sendMessage")
        refused = next(call.at for call in calls if call.status == 429)
        # What was in flight may still come; then the wire is silent for the second that was asked for.
        assert not [call for call in calls if refused + 0.5 < call.at < refused + 0.95]


@pytest.mark.parametrize("status", [500, 502])
async def test_a_server_error_is_tried_again(found: Founding, status: int) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        fault = place.sandbox.faults.server_error(status, method="sendMessage", times=2)
        notice_id = await place.issue(service, TEXT)
        await fault.hit.wait()
        await until(lambda: fault.struck == 2)
        await again(place, service, notice_id, delivered=3)
        assert place.said(TEXT) == place.everyone()


async def again(place: Town, service: Service, notice_id: int, **expected: int) -> None:
    """The first wait after a failure is over."""
    await place.settled(notice_id, sending=0)
    await service.move_clock(service.clock.now() + timedelta(seconds=3))
    await place.settled(notice_id, **expected)


async def test_a_connection_cut_before_the_message_was_taken_is_unconfirmed(found: Founding) -> None:
    """Nobody can know that it was not taken: a broadcast waits for its reminder, and is shown by name."""
    async with found(people=3) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.drop(method="sendMessage", chat_id=chat(3))
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=2, unconfirmed=1)
        assert [one.name for one in await place.unreached(notice_id)] == ["人员3"]


async def test_a_connection_cut_after_the_message_was_taken_repeats_nothing(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.drop(method="sendMessage", chat_id=chat(3), after=True)
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=2, unconfirmed=1)
        await service.move_clock(service.clock.now() + timedelta(hours=1))
        assert place.said(TEXT) == place.everyone()


async def test_a_press_on_an_unconfirmed_message_proves_that_it_arrived(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.drop(method="sendMessage", chat_id=chat(3), after=True)
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, unconfirmed=1)
        await place.press(3, place.heard(3, TEXT)[0])
        await place.settled(notice_id, delivered=3, unconfirmed=0, acknowledged=1)


async def test_a_send_that_hangs_is_unconfirmed_and_holds_up_nobody(found: Founding) -> None:
    async with found(people=8) as place, place.serving(BEFORE, read_timeout=0.4) as service:
        place.sandbox.faults.hang(method="sendMessage", chat_id=chat(1))
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=7, unconfirmed=1)


@pytest.mark.parametrize("lane", [Lane.RED, Lane.ORANGE])
async def test_orange_and_red_without_an_answer_are_sent_once_more_and_say_so(found: Founding, lane: Lane) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.drop(method="sendMessage", chat_id=chat(3), after=True, times=1)
        notice_id = await place.issue(service, TEXT, lane=lane)
        await place.settled(notice_id, delivered=2, planned=1)
        await again(place, service, notice_id, delivered=3)
        first, second = place.heard(3, TEXT)
        assert REPEAT in second.text
        assert REPEAT not in first.text


async def test_orange_and_red_are_repeated_only_once(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.drop(method="sendMessage", chat_id=chat(3), after=True, times=None)
        notice_id = await place.issue(service, TEXT, lane=Lane.RED)
        await place.settled(notice_id, delivered=2, planned=1)
        await again(place, service, notice_id, unconfirmed=1)
        await service.move_clock(service.clock.now() + timedelta(hours=1))
        assert len(place.heard(3, TEXT)) == 2


@pytest.mark.parametrize(
    ("lose", "reason"), [("block", "blocked"), ("deactivate", "deactivated"), ("lose", "chat_not_found")]
)
async def test_who_cannot_be_written_to_is_shown_by_name_and_unit_and_tried_again_on_a_sign_of_life(
    found: Founding, lose: str, reason: str
) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service:
        getattr(place.sandbox, lose)(chat(3))
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=3, unreachable=1, planned=0)
        (missed,) = await place.unreached(notice_id)
        assert (missed.name, missed.unit, missed.person_code, str(missed.reason)) == ("人员3", "教育局", "R003", reason)
        place.sandbox.unblock(chat(3))
        await place.sandbox.send_text(chat(3), "/start")
        await place.settled(notice_id, delivered=4, unreachable=0)
        assert len(place.heard(3, TEXT)) == 1


async def test_who_unblocks_the_bot_gets_what_was_missed_without_a_word(found: Founding) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service:
        place.sandbox.block(chat(3))
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=3, unreachable=1)
        place.sandbox.unblock(chat(3))
        await place.settled(notice_id, delivered=4)


async def test_who_never_joined_is_shown_by_name_and_gets_it_on_joining(found: Founding) -> None:
    async with found(people=3, joined=False) as place:
        await place.join(1)
        async with place.serving(BEFORE) as service:
            notice_id = await place.issue(service, TEXT)
            await place.settled(notice_id, delivered=1, unreachable=2)
            assert {str(one.reason) for one in await place.unreached(notice_id)} == {"never_joined"}


async def test_a_chat_that_moved_gets_it_under_its_new_number(found: Founding) -> None:
    """Only groups migrate; whoever's account it is, the answer names the new chat and the message follows."""
    async with found(people=3) as place, place.serving(BEFORE) as service:
        place.sandbox.chats.migrate(chat(3), -100_003)
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=3)
        assert [m for m in place.sandbox.messages(-100_003) if TEXT in m.text]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "Bad Request: can't parse entities: Unsupported start tag"),
        (413, "Request Entity Too Large"),
    ],
)
async def test_a_message_that_is_refused_stops_no_other(found: Founding, code: int, words: str) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.refuse(code, words, method="sendMessage", chat_id=chat(3))
        notice_id = await place.issue(service, TEXT)
        await place.settled(notice_id, delivered=3, unreachable=1)
        assert str((await place.unreached(notice_id))[0].reason) == "rejected"
        other = await place.issue(service, "另一则")
        await place.settled(other, delivered=4)


async def test_a_refused_token_loses_nothing_is_told_by_readyz_and_passes(
    found: Founding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedules.retry.TOKEN_PAUSE", timedelta(seconds=0.3))
    async with found(people=4) as place, place.serving(BEFORE) as service:
        place.sandbox.faults.refuse(401, "Unauthorized", method="sendMessage", times=None)
        notice_id = await place.issue(service, TEXT)
        await until(lambda: len(place.sandbox.calls("sendMessage")) >= 1)
        await until(lambda: bool(service.senders.tally.refused))
        assert await ready(service.web.url) == 503
        place.sandbox.faults.clear()
        await place.settled(notice_id, delivered=4)
        assert place.said(TEXT) == place.everyone()
        assert await ready(service.web.url) == 200


async def ready(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status


async def test_a_bot_api_that_is_away_at_the_start_may_come_back(found: Founding) -> None:
    async with found(people=3) as place:
        place.sandbox.faults.server_error(502, times=6)
        async with place.serving(BEFORE) as service:
            notice_id = await place.issue(service, TEXT)
            await until(lambda: not place.sandbox.faults.on or place.sandbox.faults.on[0].struck == 6)
            await again(place, service, notice_id, delivered=3)


async def test_an_answer_to_a_person_comes_while_notices_hang(found: Founding) -> None:
    async with found(people=30) as place:
        fault = place.sandbox.faults.hang(method="sendMessage", times=20)
        async with place.serving(BEFORE, read_timeout=60) as service:
            notice_id = await place.issue(service, TEXT)
            await until(lambda: fault.struck == 20 and bool(place.heard(30, TEXT)))
            await place.sandbox.send_text(chat(30), "/help")
            await until(lambda: bool(place.heard(30, "/inbox")))
            # They hang still; what arrived may not be recorded yet.
            assert (await place.counts(notice_id)).sending >= 20
            place.sandbox.faults.clear()
