"""Decisions about reviews: accepted or returned, as a whole or point by point, by the unit and then by the inspector.

What a task's review comes to is decided by the inspector, and of one whose campaign has ended by the unit alone. Where
points of it were returned meanwhile, accepting the others returns the review: in the last stage the others stand, in
the unit they are drafts again, so that the inspector is given all of it together once they are corrected.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from messages import reasons
from messages.errors import CHANGED, DecidedBefore, Outdated
from messages.register import life
from messages.register.campaigns import TaskState
from messages.register.life import Actor, Change, PointEvent
from messages.register.records import Progress, ReviewState
from messages.register.reviews import Review
from messages.store import notices, reviews, risk_points, risk_versions
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.register.asking import call_off
from schedules.register.entitling import concerned, entitle
from schedules.register.finding import found, present
from schedules.register.recording import ReviewEvent, move_task, record
from schedules.register.submitting import put_back
from schedules.register.telling import Outcome, outcome_notices
from schedules.tools import Tools


async def accept(tools: Tools, review_id: int, person_id: int, version: int, now: datetime) -> Review:
    """Accept all points that were not returned; a reason to return them is not asked for any more."""
    seen = await entitle(tools, review_id, person_id, version, now)
    async with tools.db.writing() as conn:
        before = await _held(conn, seen, person_id, now)
        by = await life.actor(conn, person_id, before.post_id)
        last = before.inspecting or not before.running
        await reasons.stop(conn, person_id, now)
        if not last and not await risk_versions.returned(conn, review_id):
            return await _hand_on(conn, before, by, now)
        if last:
            await _accept_points(conn, before, by, now)
        else:
            await put_back(conn, before, by, now)
        if await risk_versions.returned(conn, review_id):
            return await _return(conn, before, by, now, partly=last)
        return await _end(conn, before, ReviewState.ACCEPTED, by, now)


async def give_back(
    tools: Tools, review_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None
) -> Review:
    """Return all points, with one reason; who returns them is not asked for it any more."""
    said = reasons.reason_of(why)
    seen = await entitle(tools, review_id, person_id, version, now)
    async with tools.db.writing() as conn:
        before = await _held(conn, seen, person_id, now)
        by = await life.actor(conn, person_id, before.post_id)
        await _return_points(conn, await risk_versions.waiting(conn, review_id), said, by, now)
        review = await _return(conn, before, by, now, why=said)
        await reasons.stop(conn, person_id, now, message_id)
    return review


async def give_back_point(
    tools: Tools,
    review_id: int,
    point_id: int,
    person_id: int,
    version: int,
    why: str,
    now: datetime,
    message_id: int | None,
) -> Review:
    """Return one point with a reason; where none is left to be decided, the review is returned by that."""
    said = reasons.reason_of(why)
    seen = await entitle(tools, review_id, person_id, version, now)
    async with tools.db.writing() as conn:
        before = await _held(conn, seen, person_id, now, off=False)
        by = await life.actor(conn, person_id, before.post_id)
        waiting = await risk_versions.waiting(conn, review_id)
        if point_id not in waiting:
            raise DecidedBefore(phrase("This point has been returned already, or is not of this submission."))
        await _return_points(conn, [point_id], said, by, now)
        await reasons.stop(conn, person_id, now, message_id)
        if len(waiting) == 1:
            await call_off(conn, before, now)
            return await _return(conn, before, by, now)
        await reviews.change(conn, review_id)
        review = await found(conn, review_id)
        await record(conn, review, ReviewEvent.POINT_RETURNED, by, now, point=point_id, why=said)
    return review


async def _held(conn: Connection, seen: Review, person_id: int, now: datetime, *, off: bool = True) -> Review:
    """A review that waits as it was seen, which nobody else decides meanwhile, and still does not concern this person.

    No card of it is sent any more, unless it goes on to wait.
    """
    review = await present(conn, seen)
    if concerned(review, person_id) is not None:  # who decides has taken the post that it is about
        raise Outdated(CHANGED)
    if off:
        await call_off(conn, review, now)
    return review


async def _accept_points(conn: Connection, review: Review, by: Actor, now: datetime) -> None:
    for one in await risk_points.lock_all(conn, await risk_versions.waiting(conn, review.id)):
        event = PointEvent.ENDED if one.ends else PointEvent.ACCEPTED
        await life.record(conn, one, Change(event=event, progress=Progress.ACCEPTED), by, now)


async def _return_points(conn: Connection, ids: Sequence[int], why: str, by: Actor, now: datetime) -> None:
    change = Change(event=PointEvent.RETURNED, progress=Progress.RETURNED, why=why)
    for one in await risk_points.lock_all(conn, ids):
        await life.record(conn, one, change, by, now)


async def _hand_on(conn: Connection, before: Review, by: Actor, now: datetime) -> Review:
    """The unit has accepted a task's review: it goes on to the inspector."""
    onward = {"state": ReviewState.INSPECTOR.value, "handed_at": now, "asked_at": None, "deputy_at": None}
    await reviews.change(conn, before.id, **onward, unit_at=now, unit_by=by.id)
    review = await found(conn, before.id)
    await record(conn, review, ReviewEvent.UNIT_ACCEPTED, by, now)
    await move_task(conn, review, TaskState.INSPECTOR, by, now)
    await _tell(conn, review, Outcome.UNIT, now)
    return review


async def _return(
    conn: Connection, before: Review, by: Actor, now: datetime, *, why: str | None = None, partly: bool = False
) -> Review:
    outcome = Outcome.PARTLY if partly else Outcome.RETURNED
    return await _end(conn, before, ReviewState.RETURNED, by, now, why=why, outcome=outcome)


async def _end(
    conn: Connection,
    before: Review,
    state: ReviewState,
    by: Actor,
    now: datetime,
    *,
    why: str | None = None,
    outcome: Outcome = Outcome.ACCEPTED,
) -> Review:
    """Nobody decides about a review any more: whoever decided it last is kept, and those concerned are told."""
    decided: dict[str, Any] = {"inspector_at": now, "inspector_by": by.id}
    if not before.inspecting:
        decided = {"unit_at": now, "unit_by": by.id}
    await reviews.change(conn, before.id, state=state.value, why=why, **decided)
    review = await found(conn, before.id)
    event = ReviewEvent.ACCEPTED if state is ReviewState.ACCEPTED else ReviewEvent.RETURNED
    await record(conn, review, event, by, now, why=why, returned=review.returned)
    await move_task(conn, review, TaskState(state.value), by, now, why=why)
    await _tell(conn, review, outcome, now)
    return review


async def _tell(conn: Connection, review: Review, outcome: Outcome, now: datetime) -> None:
    points = await risk_versions.of_review(conn, review.id)
    for notice in outcome_notices(review, points, outcome, now):
        await notices.add(conn, notice)
