"""What happens to reviews and tasks, as the ledger keeps it; what happens to points goes through their life."""

from datetime import datetime
from enum import StrEnum

from messages.ledger import Kind
from messages.notices import Json
from messages.register.campaigns import TaskState
from messages.register.life import Actor
from messages.register.reviews import Review
from messages.store import campaign_tasks, ledger, reviews
from messages.store.campaign_tasks import HeldTask
from messages.store.database import Connection


class ReviewEvent(StrEnum):
    """What happens to a review."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    POINT_RETURNED = "point_returned"
    UNIT_ACCEPTED = "unit_accepted"  # it goes on to the inspector
    ACCEPTED = "accepted"
    RETURNED = "returned"


async def record(conn: Connection, review: Review, event: ReviewEvent, by: Actor, now: datetime, **about: Json) -> None:
    """Keep what happened to a review as it stands now: about who submitted it."""
    body: dict[str, Json] = {
        "event": event.value,
        "review": review.id,
        "version": review.version,
        "post": review.post_code,
        "campaign": review.campaign_id,
        "complete": review.complete,
        "points": review.points,
        "by": by.code,
        **about,
    }
    await ledger.append(conn, at=now, kind=Kind.RISK_REVIEW, person_id=review.person_id, body=body)


async def move_task(
    conn: Connection, review: Review, state: TaskState, by: Actor, now: datetime, *, why: str | None = None
) -> None:
    """A task's submission has come so far; a campaign that has ended leaves its tasks as they are."""
    held = await campaign_tasks.lock(conn, review.task_id) if review.task_id is not None else None
    if held is None or not held.running:
        return
    values: dict[str, object] = {"state": state.value}
    match state:
        case TaskState.UNIT:
            values |= {"complete": review.complete, **(_at(held, now) if held.task.submitted_at is None else {})}
        case TaskState.OPEN:
            values |= {"complete": False, **_at(held, await reviews.first_submitted(conn, held.post_id, held.task.id))}
        case TaskState.RETURNED:
            values["complete"] = False  # that nothing is to be added was not taken
        case TaskState.ACCEPTED:
            values["accepted_at"] = now
        case _:
            pass
    await campaign_tasks.change(conn, held.task.id, **values)
    body: dict[str, Json] = {
        "event": state.value,
        "campaign": held.task.campaign_id,
        "task": held.task.id,
        "post": review.post_code,
        "review": review.id,
        "by": by.code,
        "why": why,
    }
    await ledger.append(conn, at=now, kind=Kind.CAMPAIGN_TASK, person_id=by.holder_id, body=body)


def _at(held: HeldTask, first: datetime | None) -> dict[str, object]:
    """The first submission that was not taken back decides whether a task was done in time."""
    return {"submitted_at": first, "timely": None if first is None else campaign_tasks.timely(held.task, first)}
