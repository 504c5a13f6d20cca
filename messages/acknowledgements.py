"""Acknowledgement (签收): one press covers every post that the notice was for, and the first time stands.

Thousands press at the same time, so presses are recorded in groups: those that come while a transaction runs are
recorded together by the next. Each is judged by itself, and durable before its outcome is told.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.deliveries import DeliveryState
from messages.ledger import Kind, instant_json
from messages.notices import Json
from messages.scores.days import Dating, OwnDay, Told
from messages.store import acknowledgements, ledger, passed_on, refused_presses
from messages.store.acknowledgements import Acknowledgement, Pair, Pressed
from messages.store.database import Connection, Database
from messages.store.ledger import Event
from messages.store.passed_on import Passed

REFUSALS_RECORDED: Final = 20
"""How many refused presses of one chat the ledger takes within ``REFUSALS_WITHIN``: a flood must not fill it."""

REFUSALS_WITHIN: Final = timedelta(hours=1)

_LARGEST_GROUP: Final = 256

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
class PassedOn:
    """The person passed the notice on at ``at``: ``name`` answers for it now, for ``post``. Nothing was changed."""

    at: datetime
    name: str
    post: str
    language: str


@dataclass(frozen=True, kw_only=True)
class PressRefused:
    """Nothing was changed."""

    why: Why


Acknowledging = Recorded | AlreadyRecorded | PassedOn | PressRefused


@dataclass(frozen=True, kw_only=True)
class _Press:
    """A press in a chat; without a ``delivery_id`` its payload was none of ours."""

    chat_id: int
    at: datetime
    delivery_id: int | None = None
    message_id: int | None = None


class Acknowledger:
    """Records presses; one for a process, so that those of all its chats are recorded together."""

    def __init__(self, db: Database, dating: Dating) -> None:
        """Record in ``db``, with the own days of people as ``dating`` counts them."""
        self._db = db
        self._dating = dating
        self._waiting: list[tuple[_Press, asyncio.Future[Acknowledging]]] = []
        self._recording: asyncio.Task[None] | None = None

    async def acknowledge(
        self, *, chat_id: int, delivery_id: int, now: datetime, message_id: int | None = None
    ) -> Acknowledging:
        """Record that the person of ``chat_id`` acknowledges the notice of a delivery; durable when this returns.

        ``message_id`` is the message that carries the pressed button, where it is the delivery's own. A press proves
        that the message arrived, whatever the wire said. Past its expiry a notice can still be acknowledged: late.
        Raises what the database raises.
        """
        return await self._take(_Press(chat_id=chat_id, at=now, delivery_id=delivery_id, message_id=message_id))

    async def refuse_forged(self, *, chat_id: int, now: datetime) -> Acknowledging:
        """Record a press whose payload is none of ours."""
        return await self._take(_Press(chat_id=chat_id, at=now))

    def _take(self, press: _Press) -> asyncio.Future[Acknowledging]:
        outcome: asyncio.Future[Acknowledging] = asyncio.get_running_loop().create_future()
        self._waiting.append((press, outcome))
        if self._recording is None:
            # A task of its own: a presser who is cut off must not take the others' records along.
            self._recording = asyncio.create_task(self._record())
        return outcome

    async def _record(self) -> None:
        try:
            while self._waiting:
                group = self._waiting[:_LARGEST_GROUP]
                del self._waiting[:_LARGEST_GROUP]
                await self._record_together(group)
        finally:
            self._recording = None

    async def _record_together(self, group: Sequence[tuple[_Press, asyncio.Future[Acknowledging]]]) -> None:
        try:
            outcomes = await _recorded(self._db, self._dating, [press for press, _ in group])
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is raised again where the press came from
            if len(group) > 1:  # the fault may be one press's: nobody else shall suffer from it
                await asyncio.gather(*(self._record_together([one]) for one in group))
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, outcome), found in zip(group, outcomes, strict=True):
            if not outcome.done():
                outcome.set_result(found)


async def _recorded(db: Database, dating: Dating, presses: Sequence[_Press]) -> list[Acknowledging]:
    """Judge and record presses in one transaction; their outcomes, in their order."""
    async with db.writing() as conn:
        judged = await _judge(conn, presses)
        accepted = _first_of_each(presses, judged)
        posts = await acknowledgements.add(conn, list(accepted.values()))
        recorded = {number: one for number, one in accepted.items() if one.pressed.pair in posts}
        others = {one.pair for number, one in enumerate(judged) if isinstance(one, Pressed) and number not in recorded}
        firsts = await acknowledgements.first_at(conn, others)
        passed = await passed_on.found(conn, others - firsts.keys())
        await acknowledgements.settle(conn, recorded.values())
        await _note(conn, dating, list(recorded.values()), posts)
        outcomes = [
            Recorded(at=recorded[number].at, posts=len(posts[one.pair]), language=one.language)
            if isinstance(one, Pressed) and number in recorded
            else _unchanged(one, firsts, passed)
            for number, one in enumerate(judged)
        ]
        await _note_refused(conn, presses, outcomes)
        return outcomes


async def _judge(conn: Connection, presses: Sequence[_Press]) -> list[Pressed | Why]:
    """For each press what it acknowledges, or why it is refused."""
    ids = {press.delivery_id for press in presses if press.delivery_id is not None}
    found = await acknowledgements.pressed(conn, ids)
    return [_judged(press, found) for press in presses]


def _judged(press: _Press, found: Mapping[int, Pressed]) -> Pressed | Why:
    if press.delivery_id is None:
        return Why.FORGED
    pressed = found.get(press.delivery_id)
    if pressed is None:
        return Why.UNKNOWN_DELIVERY
    refusals = (
        (Why.NOT_SENT, pressed.account_id is None),
        (Why.OTHER_ACCOUNT, pressed.chat_id != press.chat_id),
        (Why.ACCOUNT_LEFT, not pressed.account_current),
        (Why.NOT_SENT, pressed.state not in _MAY_HAVE_ARRIVED),
        (Why.NOT_ASKED, not pressed.acknowledge),
        (Why.CANCELLED, pressed.cancelled),
    )
    return next((why for why, holds in refusals if holds), pressed)


def _first_of_each(presses: Sequence[_Press], judged: Sequence[Pressed | Why]) -> dict[int, Acknowledgement]:
    """Of several accepted presses of a person for a notice the first, by its place in the group."""
    first: dict[Pair, int] = {}
    for number, one in enumerate(judged):
        if isinstance(one, Pressed):
            first.setdefault(one.pair, number)
    return {
        number: Acknowledgement(pressed=one, at=presses[number].at, message_id=presses[number].message_id)
        for number, one in enumerate(judged)
        if isinstance(one, Pressed) and first[one.pair] == number
    }


def _unchanged(one: Pressed | Why, firsts: Mapping[Pair, datetime], passed: Mapping[Pair, Passed]) -> Acknowledging:
    if isinstance(one, Why):
        return PressRefused(why=one)
    if (first := firsts.get(one.pair)) is not None:
        return AlreadyRecorded(at=first, language=one.language)
    if (to := passed.get(one.pair)) is not None:
        return PassedOn(at=to.at, name=to.name, post=to.post, language=one.language)
    return PressRefused(why=Why.NO_POST)


async def _note(
    conn: Connection, dating: Dating, recorded: Sequence[Acknowledgement], posts: Mapping[Pair, Sequence[int]]
) -> None:
    """Note acknowledgements, each with all that says whether it was in time: nothing has to be looked up later."""
    days = await dating(conn, [_told(one) for one in recorded])
    events = [_event(one, posts[one.pressed.pair], day) for one, day in zip(recorded, days, strict=True)]
    await ledger.append_all(conn, events)


def _told(one: Acknowledgement) -> Told:
    return Told(
        acknowledge_by=one.pressed.acknowledge_by,
        counted_from=one.pressed.counted_from,
        delivered=_delivered(one),
        provisional=one.pressed.provisional,
    )


def _delivered(one: Acknowledgement) -> datetime:
    """A press proves that it had arrived by then."""
    return min(one.pressed.arrived or one.at, one.at)


def _event(one: Acknowledgement, posts: Sequence[int], day: OwnDay) -> Event:
    pressed = one.pressed
    body: dict[str, Json] = {
        "notice": pressed.notice_id,
        "delivery": pressed.delivery_id,
        "account": pressed.account_id,
        "posts": [*sorted(posts)],
        "key": pressed.key,
        "category": pressed.category.value,
        "sent": instant_json(pressed.sent),
        "due": instant_json(day.due),
        "delivered": instant_json(_delivered(one)),
        "since": instant_json(pressed.since),
        "provisional": day.provisional,
        "first": not pressed.before,
    }
    return Event(at=one.at, kind=Kind.ACKNOWLEDGED, person_id=pressed.person_id, body=body)


async def _note_refused(conn: Connection, presses: Sequence[_Press], outcomes: Sequence[Acknowledging]) -> None:
    """Note refused presses, about the people of the chats (None: strangers); a flood is noted at its start only."""
    refused = [(press, one.why) for press, one in zip(presses, outcomes, strict=True) if isinstance(one, PressRefused)]
    if not refused:
        return
    chats = {press.chat_id for press, _ in refused}
    since = min(press.at for press, _ in refused) - REFUSALS_WITHIN
    noted = Counter(await refused_presses.count(conn, chats, since=since))
    members = await refused_presses.members(conn, chats)
    events = []
    for press, why in refused:
        if noted[press.chat_id] < REFUSALS_RECORDED:
            noted[press.chat_id] += 1
            body: dict[str, Json] = {"chat_id": press.chat_id, "delivery": press.delivery_id, "why": why.value}
            person_id = members.get(press.chat_id)
            events.append(Event(at=press.at, kind=Kind.PRESS_REFUSED, person_id=person_id, body=body))
    await ledger.append_all(conn, events)
