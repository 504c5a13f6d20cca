"""What a person may do about a notice: see how it stands, pause and stop it, take it back. To remind: ``reminding``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final, TypeAlias

from messages import rights
from messages.errors import LianxunError, NotFound
from messages.ledger import Kind
from messages.notices import Counts, Json, Notice
from messages.rights import Act
from messages.store import boards, ledger, notice_standing, notices, recalls, steering
from messages.store.database import Connection, Database
from messages.store.notice_standing import Unreached
from messages.store.recalls import Recalled
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.postponing import postponed
from schedules.steering import follow
from schedules.workdays import WorkCalendar

_STEPS_AT_ONCE: Final = 5
"""So far deliveries follow while somebody waits for the answer; the rest of very many by the sweep of who plans."""


_OUTSIDE: Final = phrase("This notice goes to people outside your scope too: you cannot stop it.")


class Steering(StrEnum):
    """What is done with a notice that is under way."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RECALL = "recall"


class SteeringRefused(LianxunError):
    """There is nothing left to pause or resume."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A notice and how it stands; ``unreached`` are those whom it did not reach, by unit and name."""

    notice: Notice
    counts: Counts
    unreached: tuple[Unreached, ...]


@dataclass(frozen=True, kw_only=True)
class Steered:
    """How a notice stands after it was paused, resumed, cancelled or recalled, and how many deliveries that moved.

    ``at`` is the first time, which stands; ``before`` tells that an earlier call had done it, or that there was nothing
    to do. Of very many deliveries the last are moved a little later; nothing of them is sent all the same. ``days`` are
    the working days by which a resumption moved what was ahead.
    """

    at: datetime
    before: bool
    moved: int
    counts: Counts
    days: int = 0


Steer: TypeAlias = Callable[[Database, int, int | None, datetime], Awaitable[Steered]]
"""One of these acts: about a notice, asked for by a person (None: the operator), at an instant."""


async def standing(db: Database, notice_id: int, now: datetime) -> Standing:
    """One notice as it stands, for the operator: that it names people is recorded. Raises ``NotFound``."""
    async with db.reading() as conn:
        notice = await _find(conn, notice_id)
        counts = await notice_standing.counts(conn, notice_id)
        unreached = await notice_standing.unreached(conn, notice_id)
    if unreached:
        codes: list[Json] = [one.person_code for one in unreached]
        body: dict[str, Json] = {"what": "unreached", "by": "operator", "notice": notice.key, "people": codes}
        async with db.writing() as conn:
            await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=None, body=body)
    return Standing(notice=notice, counts=counts, unreached=tuple(unreached))


async def pause(db: Database, notice_id: int, by: int | None, now: datetime) -> Steered:
    """Send nothing more of a notice until it is resumed; what is in flight may still arrive.

    ``by`` is the person who asks for it; None is the operator at the command line, who may steer everything. Raises
    ``NotFound``, ``NotEntitled``, and ``SteeringRefused`` where the notice is over.
    """
    async with _steering(db, notice_id, by, now, Steering.PAUSE) as (conn, notice):
        _refuse_over(notice, now)
        before = notice.paused_at is not None
        if not before:
            await _mark(conn, notice, by, now, Kind.NOTICE_PAUSED, paused_at=now)
    return await _followed(db, notice_id, now, at=notice.paused_at or now, before=before)


async def resume(db: Database, notice_id: int, by: int | None, now: datetime, calendar: WorkCalendar) -> Steered:
    """Go on with a notice that is paused; what was ahead of it moves on by working days, see ``postponing``.

    ``now`` is in the office's zone. Raises as ``pause`` does.
    """
    days = 0
    async with _steering(db, notice_id, by, now, Steering.RESUME) as (conn, notice):
        _refuse_over(notice, now)
        before = notice.paused_at is None
        if not before:
            days, ahead = postponed(notice, await steering.ahead(conn, notice), now, calendar)
            await steering.postpone(conn, notice, ahead)
            await _mark(conn, notice, by, now, Kind.NOTICE_RESUMED, paused_at=None)
    return replace(await _followed(db, notice_id, now, at=now, before=before), days=days)


async def cancel(db: Database, notice_id: int, by: int | None, now: datetime) -> Steered:
    """Stop for good what has not been sent; what was delivered stays. Raises ``NotFound`` and ``NotEntitled``."""
    async with _steering(db, notice_id, by, now, Steering.CANCEL) as (conn, notice):
        before = notice.cancelled_at is not None
        if not before:
            await _mark(conn, notice, by, now, Kind.NOTICE_CANCELLED, cancelled_at=now)
    return await _followed(db, notice_id, now, at=notice.cancelled_at or now, before=before)


async def recall(db: Database, notice_id: int, by: int | None, now: datetime) -> Steered:
    """Cancel a notice and have every message of it deleted where the Bot API allows that. Raises as ``cancel`` does.

    The messages are deleted by who sends (``schedules/recaller.py``); ``recalled`` tells how far that is.
    """
    async with _steering(db, notice_id, by, now, Steering.RECALL) as (conn, notice):
        before = notice.recalled_at is not None
        if not before:
            cancelled_at = notice.cancelled_at or now
            await _mark(conn, notice, by, now, Kind.NOTICE_RECALLED, recalled_at=now, cancelled_at=cancelled_at)
    return await _followed(db, notice_id, now, at=notice.recalled_at or now, before=before)


def acts(calendar: WorkCalendar) -> Mapping[Steering, Steer]:
    """The acts by their names, on the official calendar."""
    goes_on = partial(resume, calendar=calendar)
    return {Steering.PAUSE: pause, Steering.RESUME: goes_on, Steering.CANCEL: cancel, Steering.RECALL: recall}


def resumed_said(done: Steered) -> Phrase:
    """What came of a resumption, in a sentence."""
    if not done.days:
        return phrase("It goes on.")
    return nphrase(
        "It goes on. Its reminders and its deadline have moved by {count} working day.",
        "It goes on. Its reminders and its deadline have moved by {count} working days.",
        done.days,
    )


def steered_said(what: Steering, steered: Steered) -> Phrase:
    """What came of an act, in a sentence."""
    had = steered.counts.delivered
    match what:
        case Steering.PAUSE:
            return phrase("Paused: nothing more of it is sent before it is resumed.")
        case Steering.RESUME:
            return resumed_said(steered)
        case Steering.CANCEL:
            return nphrase(
                "Cancelled. {count} person had received it already.",
                "Cancelled. {count} people had received it already.",
                had,
            )
        case Steering.RECALL:
            return nphrase(
                "It is being recalled: the message of {count} person is deleted where that is still possible.",
                "It is being recalled: the messages of {count} people are deleted where that is still possible.",
                had,
            )


async def recalled(conn: Connection, notice_id: int) -> Recalled:
    """How far a recall is, and whom it could not reach, with the reasons."""
    return await recalls.standing(conn, notice_id)


@asynccontextmanager
async def _steering(
    db: Database, notice_id: int, by: int | None, now: datetime, what: Steering
) -> AsyncIterator[tuple[Connection, Notice]]:
    """A transaction in which nobody else steers the notice; refuses who may not."""
    if by is not None:
        await steerable(db, notice_id, by, now, what)
    async with db.writing() as conn:
        notice = await steering.hold(conn, notice_id)
        if notice is None:
            raise _not_found(notice_id)
        yield conn, notice


async def steerable(db: Database, notice_id: int, by: int, now: datetime, what: Steering) -> Notice:
    """The notice that a person may pause, stop or take back. Raises ``NotFound`` and ``NotEntitled``."""
    async with db.reading() as conn:
        notice = await notices.find(conn, notice_id)
    about: dict[str, Json] = {"notice": notice.key if notice else notice_id, "what": what.value}
    scope = await rights.entitle(db, by, Act.STEER, now, **about)
    if notice is None:
        raise _not_found(notice_id)
    async with db.reading() as conn:
        outside = await steering.reaches_outside(conn, notice, scope)
    if outside:
        raise await rights.refuse(db, by, Act.STEER, now, _OUTSIDE, **about)
    return notice


async def _mark(
    conn: Connection, notice: Notice, by: int | None, now: datetime, kind: Kind, **marks: datetime | None
) -> None:
    """Set marks, with their place in the ledger; boards that showed an end show what follows."""
    await steering.mark(conn, notice.id, now, **marks)
    await boards.hang_again(conn, notice.id)
    await ledger.append(conn, at=now, kind=kind, person_id=by, body={"notice": notice.key})


async def _followed(db: Database, notice_id: int, now: datetime, *, at: datetime, before: bool) -> Steered:
    moved = await follow(db, notice_id, now, steps=_STEPS_AT_ONCE)
    async with db.reading() as conn:
        counts = await notice_standing.counts(conn, notice_id)
    return Steered(at=at, before=before, moved=moved, counts=counts)


def _refuse_over(notice: Notice, now: datetime) -> None:
    if notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now):
        raise SteeringRefused(phrase("This notice is over; it is neither paused nor resumed."))


async def _find(conn: Connection, notice_id: int) -> Notice:
    notice = await notices.find(conn, notice_id)
    if notice is None:
        raise _not_found(notice_id)
    return notice


def _not_found(notice_id: int) -> NotFound:
    return NotFound(phrase("There is no notice {id}.", id=notice_id))
