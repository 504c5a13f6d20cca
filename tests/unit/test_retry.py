"""The table from outcomes to decisions."""

from datetime import timedelta

import pytest

from messages.deliveries import (
    ClaimedDelivery,
    Delivered,
    DeliveryState,
    Flooded,
    Migrated,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.notices import Lane
from messages.store.deliveries import Settlement
from schedules.retry import Decision, RetryPolicy, decide, unsent
from tests.district import MORNING as NOW

POLICY = RetryPolicy(waits=[timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=60)], give_up_attempts=6)


def claimed(*, lane: Lane = Lane.PROMPT, attempts: int = 1, repeat: bool = False) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=5,
        notice_id=1,
        person_id=2,
        bot_id=1,
        term=3,
        chat_id=7,
        language="zh_CN",
        reminder=0,
        repeat=repeat,
        lane=lane,
        attempts=attempts,
        template="text",
        params={},
        title=None,
        acknowledge=True,
        acknowledge_by=None,
        provisional=False,
        protect=False,
    )


def final(state: DeliveryState, reason: Reason | None = None, message_id: int | None = None) -> Settlement:
    return Settlement(delivery_id=5, term=3, state=state, at=NOW, reason=reason, message_id=message_id)


def back(seconds: float, reason: Reason | None = None, *, unsent: bool = False) -> Settlement:
    due_at = NOW + timedelta(seconds=seconds)
    return Settlement(
        delivery_id=5, term=3, state=DeliveryState.PLANNED, at=NOW, due_at=due_at, reason=reason, unsent=unsent
    )


def test_what_arrived_is_delivered() -> None:
    expected = Decision(settlement=final(DeliveryState.DELIVERED, message_id=99))
    assert decide(claimed(), Delivered(99), POLICY, NOW) == expected


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 5), (3, 60), (4, 60), (5, 60)])
def test_a_temporary_failure_waits_longer_each_time(attempts: int, seconds: float) -> None:
    decision = decide(claimed(attempts=attempts), TemporaryFailure(Reason.SERVER), POLICY, NOW)
    assert decision == Decision(settlement=back(seconds, Reason.SERVER))


def test_after_the_last_attempt_it_is_given_up_by_name_and_the_person_is_not_lost() -> None:
    decision = decide(claimed(attempts=6), TemporaryFailure(Reason.NETWORK), POLICY, NOW)
    assert decision == Decision(settlement=final(DeliveryState.UNREACHABLE, Reason.GAVE_UP))


def test_a_flood_error_takes_the_attempt_back_and_silences_the_bot() -> None:
    decision = decide(claimed(attempts=6), Flooded(timedelta(seconds=3)), POLICY, NOW)
    assert decision == Decision(settlement=back(3, unsent=True), pause=timedelta(seconds=3), flood=True)


def test_a_group_that_moved_is_sent_to_at_its_new_place_at_once() -> None:
    assert decide(claimed(), Migrated(-1007), POLICY, NOW) == Decision(settlement=back(0, unsent=True), moved_to=-1007)


def test_a_refused_token_costs_no_delivery_an_attempt() -> None:
    decision = decide(claimed(), TokenRefused(), POLICY, NOW)
    assert decision.settlement == back(0, unsent=True)
    assert decision.pause is not None
    assert (decision.pause >= timedelta(seconds=10), decision.flood) == (True, False)


@pytest.mark.parametrize("lane", [Lane.RED, Lane.ORANGE])
def test_an_unconfirmed_urgent_message_is_sent_once_more(lane: Lane) -> None:
    assert decide(claimed(lane=lane), Unconfirmed(), POLICY, NOW) == Decision(settlement=back(2, Reason.NO_ANSWER))


@pytest.mark.parametrize("lane", [Lane.RED, Lane.ORANGE])
def test_an_unconfirmed_repeat_is_not_sent_a_third_time(lane: Lane) -> None:
    decision = decide(claimed(lane=lane, attempts=2, repeat=True), Unconfirmed(), POLICY, NOW)
    assert decision == Decision(settlement=final(DeliveryState.UNCONFIRMED, Reason.NO_ANSWER))


@pytest.mark.parametrize("lane", [lane for lane in Lane if lane > Lane.ORANGE])
def test_any_other_unconfirmed_message_waits_for_the_reminder(lane: Lane) -> None:
    decision = decide(claimed(lane=lane), Unconfirmed(), POLICY, NOW)
    assert decision == Decision(settlement=final(DeliveryState.UNCONFIRMED, Reason.NO_ANSWER))


@pytest.mark.parametrize("reason", [Reason.BLOCKED, Reason.DEACTIVATED, Reason.CHAT_NOT_FOUND, Reason.NEVER_JOINED])
def test_who_cannot_be_reached_is_lost_until_joining_again(reason: Reason) -> None:
    decision = decide(claimed(), PermanentFailure(reason), POLICY, NOW)
    assert decision == Decision(settlement=final(DeliveryState.UNREACHABLE, reason), lost=reason)


def test_a_message_that_is_refused_as_such_does_not_lose_the_person() -> None:
    decision = decide(claimed(), PermanentFailure(Reason.REJECTED), POLICY, NOW)
    assert decision == Decision(settlement=final(DeliveryState.UNREACHABLE, Reason.REJECTED))


@pytest.mark.parametrize("outcome", [TemporaryFailure(Reason.SERVER), Flooded(timedelta(seconds=1)), TokenRefused()])
def test_a_repeat_stays_marked_as_one_through_every_failure(
    outcome: TemporaryFailure | Flooded | TokenRefused,
) -> None:
    """The first send may still have arrived: whoever reads both must know that they are one."""
    decision = decide(claimed(lane=Lane.RED, attempts=2, repeat=True), outcome, POLICY, NOW)
    assert decision.settlement.reason is Reason.NO_ANSWER


def test_what_is_given_back_counts_no_attempt() -> None:
    assert unsent(claimed(), NOW) == back(0, unsent=True)
