"""How posts, points and reviews stand now: found, held while they are changed, and what is told of changed ones."""

from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import CHANGED, DecidedBefore, LianxunError, NotEntitled, NotFound, Outdated
from messages.register.own import OwnPoint
from messages.register.records import Progress, ReviewState
from messages.register.reviews import Review, review_state_said
from messages.register.templates import Template
from messages.store import reviews, risk_points, risk_templates, visibility
from messages.store.database import Connection
from messages.store.visibility import PostFound
from messages.text.phrase import phrase
from schedules.tools import Tools

WRITE: Final = "write_risks"
"""What the ledger calls it where somebody else's post was to be written for."""


async def own_post(tools: Tools, post_id: int, person_id: int, now: datetime) -> PostFound:
    """A post that this person holds. Raises ``NotFound``, and ``NotEntitled``, which is recorded."""
    async with tools.db.reading() as conn:
        post = await visibility.post(conn, post_id)
    if post is None:
        raise NotFound(phrase("There is no such post."))
    if post.holder_id != person_id:
        await rights.record_refused(tools.db, person_id, WRITE, now, post=post.code)
        raise NotEntitled(phrase("Only who holds a post writes its risk points down."))
    return post


async def own_point(tools: Tools, point_id: int, person_id: int, now: datetime) -> OwnPoint:
    """A point of a post that this person holds; any other is ``NotFound``, and somebody else's is recorded."""
    async with tools.db.reading() as conn:
        found = await risk_points.find(conn, point_id)
        held = await visibility.held(conn, person_id)
    if found is None:
        raise missing_point()
    if found.point.post_id not in held:
        await rights.record_refused(tools.db, person_id, WRITE, now, point=point_id)
        raise missing_point()
    return found


async def held_post(conn: Connection, post_id: int | None, person_id: int) -> PostFound:
    """A post of this person's, of which nothing else is written or submitted before this transaction has ended."""
    if post_id is not None:
        await risk_points.hold_post(conn, post_id)
        post = await visibility.post(conn, post_id)
        if post is not None and post.holder_id == person_id:
            return post
    raise Outdated(CHANGED)  # it was handed over meanwhile


async def present_point(conn: Connection, post: PostFound, point_id: int, version: int | None) -> OwnPoint:
    """A point of a held post that may be written on, which nobody else changes meanwhile.

    Raises ``NotFound``, ``DecidedBefore`` for one that has ended or is being decided, and ``Outdated`` where another
    ``version`` was seen.
    """
    found = await risk_points.lock(conn, point_id)
    if found is None or found.point.post_id != post.id:
        raise missing_point()
    if found.point.ended_at is not None:
        raise DecidedBefore(phrase("This risk point has ended."))
    if found.point.progress is Progress.SUBMITTED:
        raise DecidedBefore(phrase("This has been submitted: it can be changed once it is decided, or taken back."))
    if version is not None and version != found.point.version:
        raise Outdated(CHANGED)
    return found


def missing_point() -> NotFound:
    """What is told of a point that is not there, or is not open to who asks: the one is not told from the other."""
    return NotFound(phrase("There is no such risk point, or it is not open to you."))


async def present_template(conn: Connection, template_id: int) -> Template:
    """A template that has not ended; raises ``NotFound``."""
    template = await risk_templates.find(conn, template_id)
    if template is None:
        raise NotFound(phrase("This template is offered no more."))
    return template


async def found(conn: Connection, review_id: int) -> Review:
    """A review as it stands; raises ``NotFound``."""
    review = await reviews.find(conn, review_id)
    if review is None:
        raise missing_review()
    return review


async def present(conn: Connection, seen: Review) -> Review:
    """A review that waits as it was ``seen``, which nobody else decides before this transaction has ended.

    Raises ``DecidedBefore`` and ``Outdated``.
    """
    review = await reviews.lock(conn, seen.id)
    if review is None:
        raise missing_review()
    if review.state is not seen.state:
        raise decided_before(review)
    if error := stale(review, seen.version):
        raise error
    return review


def stale(review: Review, version: int) -> LianxunError | None:
    """What is told of a review that was decided, or seen in another version; None where it waits as it was seen."""
    if not review.waits:
        return decided_before(review)
    return Outdated(CHANGED) if review.version != version else None


def missing_review() -> NotFound:
    """What is told of a review that is not there, or is not open to who asks."""
    return NotFound(phrase("There is no such submission, or it is not open to you."))


def decided_before(review: Review) -> DecidedBefore:
    """What is told of a review that somebody has decided."""
    name = review.inspector_name or review.unit_name
    if review.state is ReviewState.WITHDRAWN and review.post_ended:
        return DecidedBefore(phrase("This post has ended: nothing is to be decided about it any more."))
    if review.state is ReviewState.WITHDRAWN:
        return DecidedBefore(phrase("Its holder has taken this back."))
    if review.state is ReviewState.RETURNED and name:
        return DecidedBefore(phrase("{name} has returned this already.", name=name))
    if review.state in {ReviewState.ACCEPTED, ReviewState.INSPECTOR} and name:
        return DecidedBefore(phrase("{name} has accepted this already.", name=name))
    return DecidedBefore(phrase("This submission is: {state}.", state=review_state_said(review.state)))
