"""What follows from the outcome of a send: a decision as a value; the dispatcher acts on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, chain, repeat
from typing import Final, Self

from messages.deliveries import (
    ClaimedDelivery,
    Delivered,
    DeliveryState,
    Flooded,
    Migrated,
    NotYet,
    Outcome,
    PartSent,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)
from messages.notices import Lane
from messages.store.deliveries import Settlement
from schedules.policy.model import Delivery

_PERSON_LOST: Final = frozenset({Reason.BLOCKED, Reason.DEACTIVATED, Reason.CHAT_NOT_FOUND, Reason.NEVER_JOINED})
TOKEN_PAUSE: Final = timedelta(seconds=30)
_MOMENT: Final = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Waits after temporary failures (the last one repeats), and when to stop trying."""

    waits: Sequence[timedelta]
    give_up_attempts: int

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """As the policy's table has it: it is tried until the waits come to the time after which it is given up."""
        waits = chain(delivery.retry_seconds, repeat(delivery.retry_seconds[-1]))
        limit = delivery.give_up_after.total_seconds()
        attempts = next(number for number, waited in enumerate(accumulate(waits), start=1) if waited >= limit)
        return cls(waits=[timedelta(seconds=s) for s in delivery.retry_seconds], give_up_attempts=attempts)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to record of the delivery, and what it means for the person, the chat and the wire.

    ``lost``: the person's account cannot be reached. ``moved_to``: the chat's new id. ``pause``: the whole bot is
    silent for so long, ``flood`` because it was asked to, or else because its token is refused.
    """

    settlement: Settlement
    lost: Reason | None = None
    moved_to: int | None = None
    pause: timedelta | None = None
    flood: bool = False


def decide_each(
    delivery: ClaimedDelivery, outcome: Outcome, policy: RetryPolicy, now: datetime
) -> list[tuple[ClaimedDelivery, Decision]]:
    """What to do about ``outcome``, for each delivery that the message was about.

    A digest that the Bot API refuses has a fault in one of its notices: they go singly then. It has been tried: what
    gathers on its first attempt alone does so no more.
    """
    if delivery.gathered and outcome == PermanentFailure(Reason.REJECTED):
        singly = (replace(unsent(one, now, waited=False), unsent=False) for one in delivery.together)
        return [(one, Decision(settlement=back)) for one, back in zip(delivery.together, singly, strict=True)]
    return [(one, decide(one, outcome, policy, now)) for one in delivery.together]


def decide(  # noqa: PLR0911 -- one return for each outcome reads best
    delivery: ClaimedDelivery, outcome: Outcome, policy: RetryPolicy, now: datetime
) -> Decision:
    """What to do about ``outcome``."""
    match outcome:
        case Delivered(message_id):
            return Decision(settlement=_settled(delivery, DeliveryState.DELIVERED, now, message_id=message_id))
        case PartSent(message_ids):
            return Decision(settlement=_rest(delivery, message_ids, now))
        case NotYet():
            return Decision(settlement=_unsent(delivery, now + _MOMENT, now))
        case TemporaryFailure(reason):
            return Decision(settlement=_again_or_give_up(delivery, reason, policy, now))
        case Flooded(retry_after):
            return Decision(settlement=_unsent(delivery, now + retry_after, now), pause=retry_after, flood=True)
        case Migrated(chat_id):
            return Decision(settlement=_unsent(delivery, now, now), moved_to=chat_id)
        case TokenRefused():
            return Decision(settlement=_unsent(delivery, now, now), pause=TOKEN_PAUSE)
        case Unconfirmed(part):
            return Decision(settlement=_unconfirmed(delivery, policy, now, part=part))
        case PermanentFailure(reason):
            settlement = _settled(delivery, DeliveryState.UNREACHABLE, now, reason=reason)
            return Decision(settlement=settlement, lost=reason if reason in _PERSON_LOST else None)


def unsent(
    delivery: ClaimedDelivery, now: datetime, due_at: datetime | None = None, *, waited: bool | None = None
) -> Settlement:
    """Give a claimed delivery back, which never left: due at once, or at ``due_at``, where quiet hours end (waited)."""
    return replace(_unsent(delivery, due_at or now, now), waited=waited)


def _settled(
    delivery: ClaimedDelivery,
    state: DeliveryState,
    now: datetime,
    *,
    message_id: int | None = None,
    reason: Reason | None = None,
) -> Settlement:
    return Settlement(
        delivery_id=delivery.id, term=delivery.term, state=state, at=now, message_id=message_id, reason=reason
    )


def _unsent(delivery: ClaimedDelivery, due_at: datetime, now: datetime) -> Settlement:
    reason = Reason.NO_ANSWER if delivery.repeat else None
    return Settlement(
        delivery_id=delivery.id,
        term=delivery.term,
        state=DeliveryState.PLANNED,
        at=now,
        due_at=due_at,
        reason=reason,
        unsent=True,
    )


def _rest(delivery: ClaimedDelivery, arrived: tuple[int, ...], now: datetime) -> Settlement:
    """The rest follows: it keeps its place in the line, so that a broadcast does not come between."""
    return replace(_unsent(delivery, now, now), due_at=None, parts=delivery.parts + arrived)


def _again(delivery: ClaimedDelivery, reason: Reason, policy: RetryPolicy, now: datetime) -> Settlement:
    wait = policy.waits[min(delivery.attempts, len(policy.waits)) - 1]
    return Settlement(
        delivery_id=delivery.id,
        term=delivery.term,
        state=DeliveryState.PLANNED,
        at=now,
        due_at=now + wait,
        reason=reason,
    )


def _again_or_give_up(delivery: ClaimedDelivery, reason: Reason, policy: RetryPolicy, now: datetime) -> Settlement:
    if delivery.attempts >= policy.give_up_attempts:
        return _settled(delivery, DeliveryState.UNREACHABLE, now, reason=Reason.GAVE_UP)
    # A repeat stays one: the earlier send may still have arrived.
    return _again(delivery, Reason.NO_ANSWER if delivery.repeat else reason, policy, now)


def _unconfirmed(delivery: ClaimedDelivery, policy: RetryPolicy, now: datetime, *, part: bool) -> Settlement:
    """Orange and red are sent once more, marked as a repeat; the others wait for the reminder wave.

    So are files whose message has not left yet: it would be lost with them.
    """
    if (delivery.lane <= Lane.ORANGE or part) and not delivery.repeat:
        return _again(delivery, Reason.NO_ANSWER, policy, now)
    return _settled(delivery, DeliveryState.UNCONFIRMED, now, reason=Reason.NO_ANSWER)
