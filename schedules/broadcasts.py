"""Broadcasts: what an administrator says to an audience, checked before anyone hears it."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from messages.errors import refused
from messages.files import Attachment, check_files, sends
from messages.ledger import Kind
from messages.notices import Category, Json, Lane, NewNotice
from messages.store import ledger, notices, reach
from messages.store.database import Connection, Database
from messages.store.reach import Reach
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules import broadcast_checks as checks
from schedules.deadlines import acknowledge_by, reminder_times, zone_of
from schedules.planner import Planner
from schedules.policy import Policy
from schedules.quiet_hours import opening
from schedules.workdays import WorkCalendar

TEMPLATE: Final = "text"

Along: TypeAlias = Callable[[Connection, int], Awaitable[None]]
"""What is recorded together with a notice, of which it is given the id."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is to be said, as it was given.

    ``text`` is the Bot API's HTML; ``within`` is working days to acknowledge, None for the policy's. ``send_at`` is
    in the office's zone; None, or past, for at once. ``speaker`` and ``approved_by`` are codes of administrators.
    """

    text: str
    audience: str
    speaker: str
    title: str | None = None
    acknowledge: bool = True
    within: int | None = None
    send_at: datetime | None = None
    approved_by: str | None = None
    lane: Lane = Lane.BROADCAST
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """What is to be said, checked: ``within`` is None where no acknowledgement is asked for; who says it, by id."""

    text: str
    title: str | None
    audience: str
    within: int | None
    send_at: datetime
    lane: Lane
    by: int
    approved_by: int | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A broadcast that was taken: its notice, and how many people it means, and of them cannot be reached now.

    ``goes_out`` says when it is told to who has the office's quiet hours.
    """

    id: int
    key: str
    recipients: int
    unreachable: int
    goes_out: datetime


class Broadcasts:
    """Takes broadcasts for one office: the one place where they are announced, whichever face they come from."""

    def __init__(self, *, db: Database, planner: Planner, policy: Policy, renderer: Renderer) -> None:
        """Deadlines come from ``policy`` on the planner's calendar; ``renderer`` tells how long a text becomes."""
        self._db = db
        self._planner = planner
        self._policy = policy
        self._renderer = renderer

    async def announce(self, draft: Draft, now: datetime, along: Along | None = None) -> Announced:
        """Say something to an audience; all of it is checked before anything is made.

        ``along`` records what belongs to it, given the notice's id, in the same transaction; what it raises undoes all.
        Raises ``Refused``: a fault's column is what it is about (``text``, ``title``, ``audience``, ``as``,
        ``approved_by``), or the place of a fault in the markup or in the audience. Raises ``NotEntitled``, and records
        it, where the audience goes beyond the speaker's scope.
        """
        notice, meant = await self.checked(draft, now)
        if meant.people > self._policy.broadcasts.approval_above and notice.approved_by is None:
            raise checks.approval_wanted(meant.people, self._policy.broadcasts.approval_above)
        goes_out = await self.goes_out(notice)
        async with self._db.writing() as conn:
            announced = await _add(conn, notice, meant, goes_out, approved_by=draft.approved_by)
            if along is not None:
                await along(conn, announced.id)
        await self._planner.fan_out(now)
        return announced

    async def goes_out(self, notice: NewNotice) -> datetime:
        """When a notice is told to who has the office's quiet hours."""
        return _goes_out(notice, await self._planner.calendars.current(), self._policy)

    async def checked(self, draft: Draft, now: datetime) -> tuple[NewNotice, Reach]:
        """What would be announced, checked, and whom it would reach."""
        text = checks.check_text(draft.text, alone=not draft.attachments)
        checks.check_title(draft.title)
        check_files(len(draft.attachments))
        by, scope = await checks.speaker(self._db, draft.speaker, now)
        audience = await checks.audience_within(self._db, draft.audience, by, scope, now)
        approved_by = None
        if draft.approved_by:
            approved_by = await checks.approver(self._db, draft.approved_by, by, audience, now)
        async with self._db.reading() as conn:
            meant = await reach.count(conn, audience)
        if not meant.people:
            message = phrase("This audience reaches nobody: nobody holds a post that it means.")
            raise refused(message, column="audience", value=draft.audience)
        within = self._policy.broadcasts.within if draft.within is None else draft.within
        said = Broadcast(
            text=text,
            title=draft.title,
            attachments=draft.attachments,
            audience=audience,
            within=within if draft.acknowledge else None,
            send_at=max(draft.send_at or now, now),
            lane=draft.lane,
            by=by,
            approved_by=approved_by,
        )
        calendar = await self._planner.calendars.current()
        notice = notice_of(said, calendar, self._policy, key=_new_key(said.send_at), now=now)
        checks.refuse_too_long(notice, self._renderer)
        return notice, meant

    def sends(self, notice: NewNotice) -> int:
        """In how many sends it reaches each of its people."""
        return sends(notice.attachments, checks.length(notice, self._renderer))


def notice_of(said: Broadcast, calendar: WorkCalendar, policy: Policy, *, key: str, now: datetime) -> NewNotice:
    """The notice of a broadcast; its deadline and reminders, on the official calendar, count from when it goes out."""
    goes_out = _goes_out(said, calendar, policy)
    deadline = None if said.within is None else acknowledge_by(calendar, policy, goes_out, said.within)
    reminders = () if deadline is None else reminder_times(calendar, policy, goes_out)
    last = deadline or goes_out
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
        attachments=said.attachments,
        created_by=said.by,
        approved_by=said.approved_by,
    )


def _goes_out(said: Broadcast | NewNotice, calendar: WorkCalendar, policy: Policy) -> datetime:
    """When it is told to who has the office's quiet hours: nobody can answer before that."""
    if said.lane is Lane.RED:
        return said.send_at
    return opening(said.send_at, calendar, policy.quiet_hours, zone_of(said.send_at))


def _new_key(send_at: datetime) -> str:
    return f"broadcast:{send_at:%Y%m%dT%H%M}:{secrets.token_hex(4)}"


async def _add(
    conn: Connection, notice: NewNotice, meant: Reach, goes_out: datetime, *, approved_by: str | None
) -> Announced:
    """Make the notice, with its place in the ledger."""
    while (notice_id := await notices.add(conn, notice)) is None:  # another one of this minute has the key
        notice = replace(notice, key=_new_key(notice.send_at))
    body: dict[str, Json] = {"key": notice.key, "audience": notice.audience, "recipients": meant.people}
    body["approved_by"] = approved_by
    at, speaker = notice.created_at, notice.created_by
    await ledger.append(conn, at=at, kind=Kind.NOTICE_BROADCAST, person_id=speaker, body=body)
    return Announced(
        id=notice_id, key=notice.key, recipients=meant.people, unreachable=meant.unreachable, goes_out=goes_out
    )
