"""Laying what is ready before the unit, and taking it back while it is there."""

from collections.abc import Sequence
from datetime import datetime

from messages.errors import DecidedBefore, NotFound, Refused
from messages.organisation.records import LONGEST_WHY
from messages.register import life
from messages.register.campaigns import TaskState, task_state_said
from messages.register.checking import line_of
from messages.register.life import Change, PointEvent
from messages.register.own import OwnPoint
from messages.register.records import Progress, ReviewState
from messages.register.reviews import Review
from messages.store import campaign_tasks, reviews, risk_points, risk_versions
from messages.store.campaign_tasks import HeldTask
from messages.store.database import Connection
from messages.store.visibility import PostFound
from messages.text.phrase import phrase
from schedules.register.asking import call_off
from schedules.register.entitling import refused
from schedules.register.finding import found, held_post, own_post, present, stale
from schedules.register.recording import ReviewEvent, move_task, record
from schedules.tools import Tools


async def submit(
    tools: Tools,
    post_id: int,
    person_id: int,
    now: datetime,
    *,
    task_id: int | None,
    complete: bool,
    note: str | None,
) -> Review:
    """Lay all drafts of the own post before the unit, or say that nothing is to be added."""
    await own_post(tools, post_id, person_id, now)
    said = line_of("note", note, LONGEST_WHY) if note and note.strip() else None
    async with tools.db.writing() as conn:
        post = await held_post(conn, post_id, person_id)
        await _refuse_again(conn, post, task_id)
        drafts = await _drafts(conn, post, complete=complete)
        review_id = await reviews.add(
            conn,
            post_id=post.id,
            task_id=task_id,
            person_id=person_id,
            complete=complete,
            note=said,
            state=ReviewState.UNIT.value,
            submitted_at=now,
            handed_at=now,
        )
        by = await life.actor(conn, person_id, post.id)
        return await _submitted(conn, review_id, drafts, by, now)


async def _refuse_again(conn: Connection, post: PostFound, task_id: int | None) -> None:
    """Refuse what waits for a decision already, and a task that is not to be submitted."""
    if any(one.task_id == task_id for one in await reviews.open_of_post(conn, post.id)):
        raise DecidedBefore(phrase("This has been submitted already, and waits for a decision."))
    if task_id is not None:
        _to_submit(await campaign_tasks.lock(conn, task_id), post)


async def _submitted(
    conn: Connection, review_id: int, drafts: Sequence[OwnPoint], by: life.Actor, now: datetime
) -> Review:
    """Record what follows of a new review for its points and its task; gives it as it stands then."""
    change = Change(event=PointEvent.SUBMITTED, progress=Progress.SUBMITTED, review=review_id)
    for one in drafts:
        await life.record(conn, one, change, by, now)
    review = await found(conn, review_id)
    await record(conn, review, ReviewEvent.SUBMITTED, by, now)
    await move_task(conn, review, TaskState.UNIT, by, now)
    return review


def _to_submit(held: HeldTask | None, post: PostFound) -> None:
    """Refuse a task that is not this post's, or not to be submitted now."""
    if held is None or held.post_id != post.id:
        raise NotFound(phrase("There is no such task of this post."))
    if not held.running:
        raise Refused(phrase("This campaign has ended: what is ready can be submitted without it."))
    if not held.task.to_submit:
        raise DecidedBefore(phrase("This task is: {state}.", state=task_state_said(held.task.state)))


async def _drafts(conn: Connection, post: PostFound, *, complete: bool) -> Sequence[OwnPoint]:
    drafts = await risk_points.drafts_of(conn, post.id)
    if not complete and not drafts:
        raise Refused(phrase("Nothing is ready to be submitted."))
    if complete and (drafts or await risk_points.count(conn, post.id, progress=Progress.RETURNED)):
        raise Refused(phrase("There are drafts, or points to be corrected: please submit or drop them first."))
    return drafts


async def withdraw(tools: Tools, review_id: int, person_id: int, version: int, now: datetime) -> Review:
    """Take back what was submitted, while it is with the unit."""
    async with tools.db.reading() as conn:
        before = await found(conn, review_id)
    if before.holder_id != person_id:
        raise await refused(tools, before, person_id, now, phrase("Only who holds the post takes this back."))
    if before.inspecting:
        raise DecidedBefore(phrase("The unit has accepted this: it cannot be taken back any more."))
    if error := stale(before, version):
        raise error
    async with tools.db.writing() as conn:
        review = await present(conn, before)
        await held_post(conn, review.post_id, person_id)
        return await _take_back(conn, review, await life.actor(conn, person_id, review.post_id), now)


async def end_with_posts(tools: Tools, now: datetime) -> None:
    """What waits of a post that has ended is taken back by itself: were there the post again, it could be submitted."""
    async with tools.db.reading() as conn:
        some = await reviews.of_ended_posts(conn, held=False)
    if some:
        async with tools.db.writing() as conn:
            for review in await reviews.of_ended_posts(conn, held=True):
                await _take_back(conn, review, life.Actor(id=None, code=None, holder_id=review.holder_id), now)


async def _take_back(conn: Connection, before: Review, by: life.Actor, now: datetime) -> Review:
    await call_off(conn, before, now)
    await put_back(conn, before, by, now)
    await reviews.change(conn, before.id, state=ReviewState.WITHDRAWN.value)
    review = await found(conn, before.id)
    await record(conn, review, ReviewEvent.WITHDRAWN, by, now)
    await move_task(conn, review, TaskState.OPEN, by, now)
    return review


async def put_back(conn: Connection, review: Review, by: life.Actor, now: datetime) -> None:
    """What of a review was not decided is a draft again, as the next version."""
    change = Change(event=PointEvent.WITHDRAWN, progress=Progress.DRAFT)
    for one in await risk_points.lock_all(conn, await risk_versions.waiting(conn, review.id)):
        await life.record(conn, one, change, by, now)
