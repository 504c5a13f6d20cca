"""A reminder that was approved becomes warnings: one for each post that it is about."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from messages.items.records import Item
from messages.notices import Grade
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.store.warnings import AboutTo
from messages.warnings import life
from messages.warnings.records import Ladder, WarningEvent, WarningState
from schedules.policy import Policy
from schedules.warnings.proposing import propose_second
from schedules.warnings.steps import Terms, dates_of
from schedules.warnings.turns import days, plan_steps, tell_first
from schedules.workdays import WorkCalendar


async def issue(
    conn: Connection, *, item: Item, calendar: WorkCalendar, policy: Policy, zone: tzinfo, now: datetime
) -> list[int]:
    """Issue the warnings of an item that was approved, in the transaction that records the approval; gives their ids.

    A post that has one of this item already gets no second one. Each keeps the policy's ladder as it is now.
    """
    if item.given.grade is None or item.approved_by is None:
        message = f"item {item.id} is no reminder that was approved"
        raise ValueError(message)
    terms = Terms(calendar=calendar, policy=policy, zone=zone)
    ladder = policy.warnings.of(item.given.grade).ladder(policy.version)
    by_whom = {"issued_by": item.approved_by, "confirmed_by": item.confirmed_by}
    issued = {"item_id": item.id, "grade": item.given.grade.value, "issued_at": now, **by_whom}
    posts = await stored.about(conn, item.id, [post.id for post in item.posts])
    return [await _issue(conn, post, ladder, issued, terms, now) for post in posts]


async def _issue(
    conn: Connection, post: AboutTo, ladder: Ladder, issued: Mapping[str, Any], terms: Terms, now: datetime
) -> int:
    """Issue one warning; of a vacant post it waits, without any dates, until somebody holds it."""
    since = None if post.assignment_id is None else terms.begins(Grade(issued["grade"]), now)
    dates = None if since is None else dates_of(terms, ladder, since, ladder.answer)
    stands = {"state": WarningState.ISSUED.value, "turn": 1, "ladder": ladder, "answer_within": ladder.answer}
    stands |= {"post_id": post.post_id, "assignment_id": post.assignment_id}
    warning_id = await stored.add(conn, {**issued, **stands, **days(dates)})
    warning = await stored.get(conn, warning_id)
    await life.record(conn, warning, WarningEvent.ISSUED, now, by=warning.issued_by, ladder=ladder.version)
    if dates is not None:
        await plan_steps(conn, warning, dates, terms)
    await tell_first(conn, warning, None, now, knows=warning.issued_by)
    await propose_second(conn, warning, terms, now)
    return warning_id
