"""What has waited for a person is claimed, sent and recorded as one, where it is more than three."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from messages.deliveries import ClaimedDelivery, Outcome, PermanentFailure, Reason, TemporaryFailure, Unconfirmed
from messages.files import Attachment, FileKind
from messages.notices import Lane
from messages.store import claims, tables
from messages.store.claims import Order, Sender
from messages.store.database import Database
from messages.store.gathering import MOST
from messages.store.lease import leases_of
from messages.text.catalog import Catalog
from messages.text.phrase import kept, phrase
from messages.text.rendering import Renderer
from schedules import notice_acts
from schedules.clock import Clock
from schedules.composer import Composer
from schedules.notifier import Outgoing
from tests.district import MORNING, ZONE, District, saying
from tests.leasing import keeping
from tests.sending import Sending, answering, taken

pytestmark = pytest.mark.usefixtures("district")


@pytest.fixture
async def district(db: Database) -> District:
    district = District(db)
    await district.bureau("A", "B", "C")
    return district


@pytest.fixture
async def sending(district: District, renderer: Renderer, catalog: Catalog) -> AsyncIterator[Sending]:
    async with keeping(leases_of(district.db, Clock(ZONE).since_boot, sends=True)) as leases:
        yield Sending(district, Composer(renderer, catalog), leases)


async def gather(district: District, number: int, *, audience: str = "person:A", waited: bool = True) -> list[int]:
    """So many notices that have waited overnight; gives them."""
    lanes = (Lane.STUDY, Lane.BROADCAST, Lane.ORANGE)
    notices = [
        await district.issue(saying(f"n{one}:{audience}:{waited}", audience=audience, lane=lanes[one % 3]))
        for one in range(number)
    ]
    async with district.db.writing() as conn:
        mine = tables.deliveries.c.notice_id.in_(notices)
        await conn.execute(update(tables.deliveries).where(mine).values(waited=waited))
    return notices


async def claim(district: District, limit: int = 100) -> list[ClaimedDelivery]:
    order = Order(sender=Sender(bot_id=1, term=0), lanes=[*Lane], limit=limit)
    async with district.db.writing() as conn:
        return await claims.claim(conn, [order], MORNING)


async def states(district: District) -> list[str]:
    async with district.db.reading() as conn:
        return list(await conn.scalars(select(tables.deliveries.c.state).order_by(tables.deliveries.c.id)))


def sizes(claimed: list[ClaimedDelivery]) -> list[int]:
    return sorted(len(one.together) for one in claimed)


async def test_more_than_three_are_claimed_as_one_with_the_most_urgent_at_their_head(district: District) -> None:
    await gather(district, 4)
    (digest,) = await claim(district)
    assert [one.lane for one in digest.together] == [Lane.ORANGE, Lane.BROADCAST, Lane.STUDY, Lane.STUDY]
    assert await states(district) == ["sending"] * 4
    assert {(one.attempts, one.term) for one in digest.together} == {(1, 0)}


async def test_a_claim_of_one_takes_all_that_has_waited_with_it(district: District) -> None:
    await gather(district, 6)
    assert sizes(await claim(district, limit=1)) == [6]
    assert await claim(district) == []


async def test_three_go_singly(district: District) -> None:
    await gather(district, 3)
    assert sizes(await claim(district)) == [1, 1, 1]


async def test_what_has_not_waited_is_never_gathered(district: District) -> None:
    await gather(district, 5, waited=False)
    await gather(district, 3)
    assert sizes(await claim(district)) == [1] * 8


async def test_each_person_gets_a_digest_of_the_own(district: District) -> None:
    await gather(district, 4, audience="all")
    digests = await claim(district, limit=2)
    assert sizes(digests) == [4, 4]
    assert all(len({one.person_id for one in digest.together}) == 1 for digest in digests)


async def test_what_is_too_much_for_one_message_follows_in_the_next(district: District) -> None:
    await gather(district, MOST + 5)
    assert sizes(await claim(district)) == [MOST]
    (rest,) = await claim(district)
    assert (len(rest.together), {one.attempts for one in rest.together}) == (5, {1})


async def test_what_is_due_later_or_expired_or_paused_is_not_gathered(district: District) -> None:
    notices = await gather(district, 7)
    d = tables.deliveries.c
    async with district.db.writing() as conn:
        later = update(tables.deliveries).where(d.notice_id == notices[0])
        await conn.execute(later.values(due_at=MORNING + timedelta(hours=1)))
        expired = update(tables.deliveries).where(d.notice_id == notices[1])
        await conn.execute(expired.values(expires_at=MORNING - timedelta(hours=1)))
        paused = update(tables.notices).where(tables.notices.c.id == notices[2])
        await conn.execute(paused.values(paused_at=MORNING))
    (digest,) = await claim(district)
    assert {one.notice_id for one in digest.together} == {*notices[3:]}


async def test_files_of_which_a_part_arrived_get_their_text_by_itself(district: District) -> None:
    notices = await gather(district, 5)
    async with district.db.writing() as conn:
        mine = tables.deliveries.c.notice_id == notices[0]
        await conn.execute(update(tables.deliveries).where(mine).values(parts=[77], account_id=1))
    assert sizes(await claim(district)) == [1, 4]


# --- on the wire ------------------------------------------------------------------------------------------------------


async def test_a_digest_is_sent_once_and_recorded_for_each_with_the_same_message(sending: Sending) -> None:
    await gather(sending.district, 4)
    senders = await sending.all_sent(1)
    (message,) = sending.kept.sent
    assert [row[:3] for row in await sending.rows()] == [("delivered", None, 1)] * 4
    assert {row[3] for row in await sending.rows()} == {message.delivery_id + 5000}
    assert senders.tally.sent == 1
    assert message.acknowledge is None


async def test_a_digest_that_a_crash_left_in_flight_is_sent_again_as_one(sending: Sending) -> None:
    await gather(sending.district, 5)
    assert sizes(await claim(sending.district)) == [5]
    await sending.all_sent(1)
    assert len(sending.kept.sent) == 1
    assert {row[0] for row in await sending.rows()} == {"delivered"}


async def test_a_digest_that_failed_for_a_while_is_tried_again_as_one(sending: Sending) -> None:
    await gather(sending.district, 4)
    fails: list[Outcome] = [TemporaryFailure(Reason.SERVER)]

    async def respond(message: Outgoing) -> Outcome:
        return fails.pop() if fails else await taken(message)

    sending.kept.respond = respond
    await sending.all_sent(2)
    assert [row[:3] for row in await sending.rows()] == [("delivered", None, 2)] * 4


async def test_a_digest_that_is_refused_goes_in_pieces_and_only_the_faulty_notice_is_lost(sending: Sending) -> None:
    notices = await gather(sending.district, 4)
    async with sending.district.db.writing() as conn:
        broken = update(tables.notices).where(tables.notices.c.id == notices[1])
        await conn.execute(broken.values(template="no_such_template"))
    await sending.all_sent(3)
    assert [row[:2] for row in await sending.rows()] == [
        ("delivered", None),
        ("unreachable", "rejected"),
        ("delivered", None),
        ("delivered", None),
    ]


async def test_an_unconfirmed_digest_leaves_the_others_to_their_reminder_and_repeats_what_is_orange(
    sending: Sending,
) -> None:
    await gather(sending.district, 4)
    sending.kept.respond = answering({1001: Unconfirmed()})
    await sending.all_sent(2)
    assert [row[:3] for row in await sending.rows()] == [
        ("unconfirmed", "no_answer", 1),
        ("unconfirmed", "no_answer", 1),
        ("unconfirmed", "no_answer", 2),
        ("unconfirmed", "no_answer", 1),
    ]


async def test_who_blocked_the_bot_got_nothing_of_a_digest(sending: Sending) -> None:
    await gather(sending.district, 4)
    sending.kept.respond = answering({1001: PermanentFailure(Reason.BLOCKED)})
    await sending.all_sent(1)
    assert [row[:2] for row in await sending.rows()] == [("unreachable", "blocked")] * 4


async def test_a_paused_notice_is_not_in_the_digest_and_follows_when_it_is_resumed(sending: Sending) -> None:
    notices = await gather(sending.district, 5)
    await notice_acts.pause(sending.district.db, notices[0], None, MORNING)
    await sending.all_sent(1)
    assert sorted(row[0] for row in await sending.rows()) == ["delivered"] * 4 + ["paused"]


async def test_the_files_of_a_notice_in_a_digest_wait_behind_its_button(sending: Sending) -> None:
    notices = await gather(sending.district, 4)
    file = Attachment(file=1, kind=FileKind.PHOTO)
    async with sending.district.db.writing() as conn:
        mine = update(tables.notices).where(tables.notices.c.id == notices[0])
        await conn.execute(mine.values(attachments=[{"file": file.file, "kind": file.kind.value}]))
    await sending.all_sent(1)
    (message,) = sending.kept.sent
    assert message.attachments == ()
    assert [[choice.kind for choice in row] for row in message.choices] == [["read"]]


async def test_what_is_told_of_matters_at_one_time_goes_as_one_and_once_refused_singly(sending: Sending) -> None:
    about = {"matter_title": "滨河路改造工程", "unit": "住建局", "state": kept(phrase("cancelled")), "why": None}
    for number in range(4):
        said = saying(f"tender:{number}", audience="person:A")
        await sending.district.issue(replace(said, template="tender_stopped", title=None, params=about))
    async with sending.district.db.writing() as conn:
        broken = update(tables.notices).where(tables.notices.c.key == "tender:1")
        await conn.execute(broken.values(template="tender_no_such"))
    await sending.all_sent(3)
    assert sorted(row[0] for row in await sending.rows()) == ["delivered"] * 3 + ["unreachable"]
