"""Acknowledgement (签收): one press covers every post that the notice was for, and the first time stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.deliveries import DeliveryState
from messages.ledger import Kind
from messages.store import accounts, acknowledgements, ledger
from messages.store.acknowledgements import Pressed
from messages.store.database import Connection, Database

REFUSALS_RECORDED: Final = 20
"""How many refused presses of one chat the ledger takes within ``REFUSALS_WITHIN``: a flood must not fill it."""

REFUSALS_WITHIN: Final = timedelta(hours=1)

# The outcome of a send may not be recorded yet when the press comes; after a crash what was being sent is planned
# again (and may have expired or been called off since), and may have arrived before it.
_MAY_HAVE_ARRIVED: Final = frozenset(DeliveryState) - {DeliveryState.UNREACHABLE}


class Why(StrEnum):
    """Why a press changed nothing. The presser is not told; the ledger is."""

    FORGED = "forged"  # not a payload of ours
    UNKNOWN_DELIVERY = "unknown_delivery"
    OTHER_ACCOUNT = "other_account"
    ACCOUNT_LEFT = "account_left"
    NOT_SENT = "not_sent"
    NOT_ASKED = "not_asked"  # the notice needs no acknowledgement
    CANCELLED = "cancelled"
    NO_POST = "no_post"  # the post was handed over, and nothing of this notice is left with the person


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Recorded now, for so many ``posts`` of a person who speaks ``language``."""

    at: datetime
    posts: int
    language: str


@dataclass(frozen=True, kw_only=True)
class AlreadyRecorded:
    """It was recorded before, and that time stands."""

    at: datetime
    language: str


@dataclass(frozen=True, kw_only=True)
class PressRefused:
    """Nothing was changed."""

    why: Why


Acknowledging = Recorded | AlreadyRecorded | PressRefused


async def acknowledge(
    db: Database, *, chat_id: int, delivery_id: int, now: datetime, message_id: int | None = None
) -> Acknowledging:
    """Record that the person of ``chat_id`` acknowledges the notice of a delivery; durable when this returns.

    ``message_id`` is the message that carries the pressed button, where it is the delivery's own. A press proves that
    the message arrived, whatever the wire said. Past its expiry a notice can still be acknowledged: late.
    """
    async with db.writing() as conn:
        pressed = await acknowledgements.pressed(conn, delivery_id)
        why = _refusal(pressed, chat_id)
        if pressed is None or why is not None:
            return await _refuse(conn, chat_id, delivery_id, why or Why.UNKNOWN_DELIVERY, now)
        posts = await acknowledgements.add(conn, pressed, at=now)
        if not posts:
            first = await acknowledgements.first_at(conn, pressed)
            if first is None:
                return await _refuse(conn, chat_id, delivery_id, Why.NO_POST, now)
            return AlreadyRecorded(at=first, language=pressed.language)
        await acknowledgements.settle(conn, pressed, at=now, message_id=message_id)
        await ledger.append(
            conn,
            at=now,
            kind=Kind.ACKNOWLEDGED,
            person_id=pressed.person_id,
            body={
                "notice": pressed.notice_id,
                "delivery": delivery_id,
                "account": pressed.account_id,
                "posts": [*sorted(posts)],
            },
        )
        return Recorded(at=now, posts=len(posts), language=pressed.language)


async def refuse_forged(db: Database, *, chat_id: int, now: datetime) -> PressRefused:
    """Record a press whose payload is none of ours."""
    async with db.writing() as conn:
        return await _refuse(conn, chat_id, None, Why.FORGED, now)


def _refusal(pressed: Pressed | None, chat_id: int) -> Why | None:
    if pressed is None:
        return Why.UNKNOWN_DELIVERY
    refusals = (
        (Why.NOT_SENT, pressed.account_id is None),
        (Why.OTHER_ACCOUNT, pressed.chat_id != chat_id),
        (Why.ACCOUNT_LEFT, not pressed.account_current),
        (Why.NOT_SENT, pressed.state not in _MAY_HAVE_ARRIVED),
        (Why.NOT_ASKED, not pressed.acknowledge),
        (Why.CANCELLED, pressed.cancelled),
    )
    return next((why for why, holds in refusals if holds), None)


async def _refuse(conn: Connection, chat_id: int, delivery_id: int | None, why: Why, now: datetime) -> PressRefused:
    """Note a refused press, about the person of the chat (None: a stranger); a flood is noted at its start only."""
    noted = await acknowledgements.count_refused(conn, chat_id, since=now - REFUSALS_WITHIN)
    if noted < REFUSALS_RECORDED:
        presser = await accounts.find(conn, chat_id)
        await ledger.append(
            conn,
            at=now,
            kind=Kind.PRESS_REFUSED,
            person_id=presser.person_id if presser else None,
            body={"chat_id": chat_id, "delivery": delivery_id, "why": why.value},
        )
    return PressRefused(why=why)
