"""A reminder that was approved becomes warnings: one for each post that it is about."""

from datetime import datetime, tzinfo

from messages.errors import Refused
from messages.items.records import Item
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.policy import Policy
from schedules.workdays import WorkCalendar


async def issue(
    conn: Connection, *, item: Item, calendar: WorkCalendar, policy: Policy, zone: tzinfo, now: datetime
) -> list[int]:
    """Issue the warnings of an item; gives their ids."""
    del conn, item, calendar, policy, zone, now
    raise Refused(phrase("Reminders cannot be issued yet."))
