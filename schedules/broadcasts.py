"""Broadcasts: what an administrator says to an audience, checked before anyone hears it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.notices import Category, Lane, NewNotice
from schedules.deadlines import acknowledge_by, reminder_times
from schedules.policy import Policy
from schedules.workdays import WorkCalendar

TEMPLATE: Final = "text"


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """What is to be said.

    ``text`` is the Bot API's HTML; ``within`` is working days to acknowledge, None where that is not asked for.
    """

    text: str
    title: str | None
    audience: str
    within: int | None
    send_at: datetime
    lane: Lane
    by: int
    approved_by: int | None


def notice_of(said: Broadcast, calendar: WorkCalendar, policy: Policy, *, key: str, now: datetime) -> NewNotice:
    """The notice of a broadcast, with its deadline and reminders on the official calendar."""
    deadline = None if said.within is None else acknowledge_by(calendar, policy, said.send_at, said.within)
    reminders = () if deadline is None else reminder_times(calendar, policy, said.send_at)
    last = deadline or said.send_at
    return NewNotice(
        key=key,
        category=Category.BROADCAST,
        lane=said.lane,
        template=TEMPLATE,
        params={"text": said.text},
        title=said.title,
        audience=said.audience,
        send_at=said.send_at,
        created_at=now,
        acknowledge=deadline is not None,
        acknowledge_by=deadline,
        expires_at=last + timedelta(days=policy.broadcasts.useful_days),
        reminders=reminders,
        provisional=deadline is not None and calendar.provisional_between(said.send_at.date(), deadline.date()),
        created_by=said.by,
        approved_by=said.approved_by,
    )
