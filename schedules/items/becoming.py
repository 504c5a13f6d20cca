"""What becomes of an approved item: a notice to its audience, or of a reminder a warning for each of its posts."""

from datetime import datetime, timedelta

from messages.errors import Refused
from messages.items.kinds import category_said, kind_said
from messages.items.records import Item, ItemState
from messages.ledger import Kind
from messages.notices import Category, Lane, NewNotice
from messages.store import audience as audiences
from messages.store import items, ledger, notices
from messages.store.database import Connection
from messages.text.phrase import kept, phrase
from schedules.deadlines import acknowledge_by, reminder_times
from schedules.quiet_hours import opening
from schedules.tools import Tools
from schedules.warnings import issuing
from schedules.workdays import WorkCalendar


async def issue(conn: Connection, tools: Tools, calendar: WorkCalendar, item: Item, now: datetime) -> Item:
    """Issue an item that has all approvals it needs, in the same transaction; gives it as it stands then.

    Raises ``Refused`` where its audience names what is no longer there.
    """
    notice_id = None
    if item.given.category is Category.REMINDER:
        await issuing.issue(conn, item=item, calendar=calendar, policy=tools.policy, zone=tools.zone, now=now)
    else:
        notice_id = await _notify(conn, tools, calendar, item, now)
    await items.change(conn, item.id, state=ItemState.ISSUED.value, notice_id=notice_id)
    body = {"item": item.id, "category": item.given.category.value, "notice": notice_id}
    await ledger.append(conn, at=now, kind=Kind.ITEM_ISSUED, person_id=item.person_id, body=body)
    issued = await items.find(conn, item.id)
    assert issued is not None  # noqa: S101 -- it was changed just now
    return issued


async def _notify(conn: Connection, tools: Tools, calendar: WorkCalendar, item: Item, now: datetime) -> int | None:
    notice = notice_of(item, tools, calendar, now)
    await audiences.check(conn, notice.audience)
    if not await audiences.count_people(conn, notice.audience):
        raise Refused(phrase("This audience reaches nobody: nobody holds a post that it means."))
    return await notices.add(conn, notice)


def notice_of(item: Item, tools: Tools, calendar: WorkCalendar, now: datetime) -> NewNotice:
    """The notice that an item becomes; its deadline and reminders count from when it goes out."""
    given, terms = item.given, tools.policy.items.terms(item.given.category)
    send_at = now.astimezone(tools.zone)
    goes_out = opening(send_at, calendar, tools.policy.quiet_hours, tools.zone).astimezone(tools.zone)
    deadline = acknowledge_by(calendar, tools.policy, goes_out, terms.acknowledge_within) if terms.acknowledge else None
    return NewNotice(
        key=f"item:{item.id}",
        category=given.category,
        lane=Lane[given.category.name],  # each category has a lane of its own name
        template="item",
        params={
            "category": kept(category_said(given.category)),
            "kind": kept(kind_said(given.kind)),
            "text": given.text,
            "unit": item.unit,
        },
        title=given.title,
        audience=given.audience or "",
        send_at=send_at,
        created_at=now,
        acknowledge=deadline is not None,
        acknowledge_by=deadline,
        expires_at=(deadline or goes_out) + timedelta(days=tools.policy.broadcasts.useful_days),
        reminders=reminder_times(calendar, tools.policy, goes_out) if deadline else (),
        provisional=deadline is not None and calendar.provisional_between(send_at.date(), deadline.date()),
        attachments=given.attachments,
        created_by=item.person_id,
        approved_by=item.approved_by,
    )
