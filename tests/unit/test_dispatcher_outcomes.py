"""What a dispatcher does about each outcome of a send: it marks, tries again, waits, or goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from messages.deliveries import (
    Flooded,
    Migrated,
    Outcome,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.notices import Grade, Lane
from messages.store import tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.composer import Composer
from schedules.notifier import Outgoing
from tests.district import MORNING, saying
from tests.sending import Sending, answering, sending_to_four, taken


@pytest.fixture
async def sending(db: Database, renderer: Renderer, catalog: Catalog) -> AsyncIterator[Sending]:
    async with sending_to_four(db, Composer(renderer, catalog)) as sending:
        yield sending


async def test_a_message_that_cannot_be_made_does_not_stop_the_others(sending: Sending) -> None:
    broken = saying("broken", audience="person:A", lane=Lane.RED)
    await sending.district.issue(type(broken)(**{**vars(broken), "template": "no_such_template"}))
    await sending.district.issue(saying("good", audience="person:B"))
    senders = await sending.all_sent(1)
    assert await sending.rows() == [
        ("unreachable", "rejected", 1, None),
        ("delivered", None, 1, sending.kept.sent[0].delivery_id + 5000),
    ]
    assert senders.tally.faults == 1


async def test_a_notifier_that_raises_does_not_stop_the_others(sending: Sending) -> None:
    async def respond(message: Outgoing) -> Outcome:
        if message.chat_id == 1001:
            raise RuntimeError
        return await taken(message)

    sending.kept.respond = respond
    await sending.district.issue(saying())
    await sending.all_sent(4)
    assert sorted(row[0] for row in await sending.rows()) == ["delivered"] * 3 + ["unreachable"]


async def test_who_blocked_the_bot_is_marked_and_everything_else_planned_for_them_too(sending: Sending) -> None:
    await sending.district.issue(saying("first", audience="person:A", lane=Lane.RED))
    later = MORNING + timedelta(hours=1)
    await sending.district.issue(saying("later", audience="person:A", send_at=later), later)
    sending.kept.respond = answering({1001: PermanentFailure(Reason.BLOCKED)})
    await sending.all_sent(1)
    assert [row[:2] for row in await sending.rows()] == [("unreachable", "blocked")] * 2
    await sending.district.issue(saying("after"))
    assert [row[:2] for row in await sending.rows()][2:].count(("unreachable", "blocked")) == 1


async def test_who_has_no_account_any_more_is_not_sent_to(sending: Sending) -> None:
    await sending.district.issue(saying())
    async with sending.district.db.writing() as conn:
        left = tables.accounts.update().where(tables.accounts.c.chat_id == 1001).values(left_at=MORNING)
        await conn.execute(left)
    await sending.all_sent(3)
    assert 1001 not in sending.kept.chats
    assert [row[:2] for row in await sending.rows()].count(("unreachable", "never_joined")) == 1


async def test_a_temporary_failure_is_tried_again_until_it_is_given_up(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = answering({1001: TemporaryFailure(Reason.SERVER)})
    await sending.all_sent(3)
    assert await sending.rows() == [("unreachable", "gave_up", 3, None)]
    assert len(sending.kept.sent) == 3


async def test_an_unconfirmed_red_message_is_sent_once_more_and_says_so(sending: Sending) -> None:
    red = saying("red", audience="person:A", lane=Lane.RED, grade=Grade.RED)
    await sending.district.issue(red)
    sending.kept.respond = answering({1001: Unconfirmed()})
    await sending.all_sent(2)
    first, second = sending.kept.sent
    assert first.protect
    assert second.text.endswith(first.text)
    assert second.text != first.text
    assert await sending.rows() == [("unconfirmed", "no_answer", 2, None)]


async def test_an_unconfirmed_broadcast_is_not_repeated(sending: Sending) -> None:
    await sending.district.issue(saying())
    sending.kept.respond = answering({1001: Unconfirmed()})
    await sending.all_sent(4)
    assert sending.kept.chats.count(1001) == 1
    assert ("unconfirmed", "no_answer", 1, None) in await sending.rows()


async def test_a_group_that_moved_is_written_to_at_its_new_place(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = answering({1001: Migrated(-1007)})
    await sending.all_sent(2)
    assert sending.kept.chats == [1001, -1007]
    assert (await sending.rows())[0][:3] == ("delivered", None, 1)


async def test_a_flood_error_silences_everything_for_its_time(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A", lane=Lane.RED))
    sending.kept.respond = answering({1001: Flooded(timedelta(hours=1))})
    async with sending.running(sending.senders()) as senders:
        await sending.kept.until(1)
        await sending.district.issue(saying("another", audience="person:B"))
        senders.wake()
    assert sending.kept.chats == [1001]
    assert senders.tally.floods == 1
    assert sorted(row[:3] for row in await sending.rows()) == [("planned", None, 0)] * 2


async def test_a_refused_token_pauses_everything_and_loses_nobody(sending: Sending) -> None:
    await sending.district.issue(saying(audience="person:A", lane=Lane.RED))
    sending.kept.respond = answering({1001: TokenRefused()})
    async with sending.running(sending.senders()) as senders:
        await sending.kept.until(1)
        await sending.district.issue(saying("another", audience="person:B"))
        senders.wake()
    assert senders.tally.refused == {MAIN_BOT}
    assert sending.kept.chats == [1001]
    assert sorted(row[:3] for row in await sending.rows()) == [("planned", None, 0)] * 2


async def test_a_token_that_works_again_is_no_longer_told_as_refused(sending: Sending) -> None:
    await sending.district.issue(saying())
    async with sending.running(sending.senders()) as senders:
        senders.tally.refused.add(MAIN_BOT)
        await sending.kept.until(4)
    assert not senders.tally.refused
