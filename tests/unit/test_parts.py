"""A message whose files go first lives on between its parts: a crash, a failure, a move, a cancellation."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from messages.deliveries import (
    ClaimedDelivery,
    Delivered,
    DeliveryState,
    NotYet,
    Outcome,
    PartSent,
    Reason,
    TemporaryFailure,
    Unconfirmed,
)
from messages.files import Attachment, FileKind
from messages.notices import Lane
from messages.store import claims, deliveries, tables
from messages.store.claims import Order, Sender
from messages.store.database import Database
from schedules import notice_acts
from schedules.retry import RetryPolicy, decide
from tests.district import MORNING, District, saying

FILES: Final = (Attachment(file=1, kind=FileKind.PHOTO), Attachment(file=2, kind=FileKind.PHOTO))
RETRY: Final = RetryPolicy(waits=[timedelta(minutes=1)], give_up_attempts=3)
A_MINUTE_ON: Final = MORNING + timedelta(minutes=1)


@pytest.fixture
async def district(db: Database) -> District:
    made = District(db)
    await made.bureau("A")
    return made


async def claim(district: District, term: int = 0, now: datetime = A_MINUTE_ON) -> ClaimedDelivery:
    async with district.db.writing() as conn:
        order = Order(sender=Sender(bot_id=1, term=term), lanes=[*Lane], limit=1)
        (claimed,) = await claims.claim(conn, [order], now)
    return claimed


async def record(district: District, delivery: ClaimedDelivery, outcome: Outcome) -> None:
    async with district.db.writing() as conn:
        await deliveries.settle(conn, [decide(delivery, outcome, RETRY, MORNING).settlement])


async def row(district: District) -> dict[str, Any]:
    async with district.db.reading() as conn:
        return dict((await conn.execute(select(tables.deliveries))).mappings().one())


async def begun(district: District, lane: Lane = Lane.BROADCAST) -> None:
    """A delivery whose files have arrived as the messages 11 and 12."""
    await district.issue(replace(saying(lane=lane), attachments=FILES))
    await record(district, await claim(district), PartSent((11, 12)))


async def test_a_claim_gives_the_files_of_its_notice_and_none_that_arrived(district: District) -> None:
    await district.issue(replace(saying(), attachments=FILES))
    claimed = await claim(district)
    assert (claimed.attachments, claimed.parts) == (FILES, ())


async def test_when_its_files_are_there_the_rest_is_due_at_once_in_its_old_place_in_the_line(
    district: District,
) -> None:
    await begun(district)
    kept = await row(district)
    assert (kept["state"], kept["due_at"], kept["attempts"], kept["parts"]) == ("planned", MORNING, 0, [11, 12])
    assert (await claim(district)).parts == (11, 12)


async def test_every_wave_carries_the_files(district: District) -> None:
    later = MORNING + timedelta(days=2)
    reminded = replace(saying(acknowledge=True, reminders=(later,)), attachments=FILES)
    await district.issue(reminded)
    first = await claim(district)
    await record(district, first, PartSent((11, 12)))
    await record(district, await claim(district), Delivered(13))
    await district.plan(later)
    again = await claim(district, now=later)
    assert (again.reminder, again.attachments, again.parts) == (1, FILES, ())


async def test_further_files_are_added_to_those_that_arrived(district: District) -> None:
    await begun(district)
    await record(district, await claim(district), PartSent((13,)))
    assert (await row(district))["parts"] == [11, 12, 13]


async def test_the_message_itself_settles_it_and_its_files_stay_known(district: District) -> None:
    await begun(district)
    await record(district, await claim(district), Delivered(14))
    kept = await row(district)
    assert (kept["state"], kept["message_id"], kept["parts"]) == ("delivered", 14, [11, 12])


async def test_a_failure_of_the_text_does_not_repeat_the_files(district: District) -> None:
    await begun(district)
    await record(district, await claim(district), TemporaryFailure(Reason.SERVER))
    again = await claim(district)
    assert (again.parts, again.attempts) == ((11, 12), 2)


async def test_a_crash_between_repeats_only_what_was_in_flight(district: District) -> None:
    await begun(district)
    await claim(district)
    async with district.db.writing() as conn:
        await conn.execute(update(tables.bots).values(term=1))
        assert await claims.requeue_interrupted(conn, Sender(bot_id=1, term=1)) == 1
    assert (await claim(district, term=1)).parts == (11, 12)


async def test_files_whose_answer_was_lost_are_sent_once_more_marked_as_a_repeat(district: District) -> None:
    await district.issue(replace(saying(), attachments=FILES))
    await record(district, await claim(district), Unconfirmed(part=True))
    again = await claim(district)
    assert (again.repeat, again.parts) == (True, ())
    await record(district, again, PartSent((11, 12)))
    assert (await claim(district)).repeat


async def test_a_second_lost_answer_is_not_tried_for_ever(district: District) -> None:
    await district.issue(replace(saying(), attachments=FILES))
    await record(district, await claim(district), Unconfirmed(part=True))
    await record(district, await claim(district), Unconfirmed(part=True))
    assert (await row(district))["state"] == DeliveryState.UNCONFIRMED.value


async def test_what_is_being_uploaded_for_another_is_waited_for(district: District) -> None:
    await district.issue(replace(saying(), attachments=FILES))
    await record(district, await claim(district), NotYet())
    kept = await row(district)
    assert (kept["state"], kept["attempts"]) == ("planned", 0)
    assert kept["due_at"] > MORNING


async def test_who_moved_to_another_account_between_gets_the_files_there_too(district: District) -> None:
    await begun(district)
    async with district.db.writing() as conn:
        await conn.execute(update(tables.accounts).values(left_at=MORNING))
        moved = {"person_id": district.people["A"], "chat_id": 77, "joined_at": MORNING}
        await conn.execute(tables.accounts.insert().values(moved))
    claimed = await claim(district)
    assert (claimed.chat_id, claimed.parts) == (77, ())


async def test_a_notice_cancelled_between_sends_no_more(district: District) -> None:
    await begun(district)
    claimed = await claim(district)
    await notice_acts.cancel(district.db, claimed.notice_id, None, MORNING)
    await record(district, claimed, TemporaryFailure(Reason.SERVER))
    assert (await row(district))["state"] == DeliveryState.CANCELLED.value
