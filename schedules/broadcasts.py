"""Broadcasts: what an administrator says to an audience, checked before anyone hears it."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from messages.errors import NotFound, refused
from messages.ledger import Kind
from messages.notices import LONGEST_TITLE, Category, Json, Lane, NewNotice
from messages.rights import Act, person_of, reach
from messages.store import audience as audiences
from messages.store import ledger, notices
from messages.store.database import Connection, Database
from messages.text.catalog import LANGUAGES
from messages.text.markup import parse, visible_length
from messages.text.phrase import phrase
from messages.text.rendering import Frame, Renderer
from schedules.deadlines import acknowledge_by, reminder_times
from schedules.planner import Planner
from schedules.policy import Policy
from schedules.workdays import WorkCalendar

TEMPLATE: Final = "text"

_LONGEST: Final = 4096
"""The Bot API's limit for a text, in UTF-16 units after the markup is read."""


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


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A broadcast that was taken: its notice, and how many people it means, and of them cannot be reached now."""

    id: int
    key: str
    recipients: int
    unreachable: int


class Broadcasts:
    """Takes broadcasts for one office."""

    def __init__(self, *, db: Database, planner: Planner, policy: Policy, renderer: Renderer) -> None:
        """Deadlines come from ``policy`` on the planner's calendar; ``renderer`` tells how long a text becomes."""
        self._db = db
        self._planner = planner
        self._policy = policy
        self._renderer = renderer

    async def announce(self, draft: Draft, now: datetime) -> Announced:
        """Say something to an audience; all of it is checked before anything is made.

        Raises ``Refused``: a fault's column is what it is about (``text``, ``title``, ``audience``, ``as``,
        ``approved_by``), or the place of a fault in the markup or in the audience.
        """
        async with self._db.reading() as conn:
            said = await self._checked(conn, draft, now)
        calendar = await self._planner.calendars.current()
        notice = notice_of(said, calendar, self._policy, key=_new_key(said.send_at), now=now)
        _refuse_too_long(notice, self._renderer)
        async with self._db.writing() as conn:
            announced = await _add(conn, notice, approved_by=draft.approved_by)
        await self._planner.fan_out(now)
        return announced

    async def _checked(self, conn: Connection, draft: Draft, now: datetime) -> Broadcast:
        await audiences.check(conn, draft.audience)
        text = draft.text.strip()
        if not parse(text).text.strip():
            raise refused(phrase("a text that is not empty is accepted"), column="text")
        if draft.title is not None and len(draft.title) > LONGEST_TITLE:
            raise refused(phrase("At most {most} characters are accepted.", most=LONGEST_TITLE), column="title")
        by = await _administrator(conn, "as", draft.speaker)
        approved_by = await _administrator(conn, "approved_by", draft.approved_by) if draft.approved_by else None
        if not await audiences.count_people(conn, draft.audience):
            message = phrase("This audience reaches nobody: nobody holds a post that it means.")
            raise refused(message, column="audience", value=draft.audience)
        within = self._policy.broadcasts.within if draft.within is None else draft.within
        return Broadcast(
            text=text,
            title=draft.title,
            audience=draft.audience,
            within=within if draft.acknowledge else None,
            send_at=max(draft.send_at or now, now),
            lane=draft.lane,
            by=by,
            approved_by=approved_by,
        )


async def _administrator(conn: Connection, field: str, code: str) -> int:
    try:
        person = await person_of(conn, code)
    except NotFound as error:
        raise refused(error.phrase, column=field, value=code) from error
    if not await reach(conn, person, Act.BROADCAST):
        only = phrase("«{code}» is not an administrator of the office: only they broadcast.", code=code)
        raise refused(only, column=field, value=code)
    return person


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


def _new_key(send_at: datetime) -> str:
    return f"broadcast:{send_at:%Y%m%dT%H%M}:{secrets.token_hex(4)}"


def _refuse_too_long(notice: NewNotice, renderer: Renderer) -> None:
    """Refuse a text that would be too long for one message in any language, with everything that stands around it."""
    frame = Frame(
        title=notice.title,
        acknowledge=notice.acknowledge,
        acknowledge_by=notice.acknowledge_by,
        provisional=notice.provisional,
        reminder=9,
        repeat=True,
    )
    texts = (renderer.notice(notice.template, language, notice.params, frame) for language in LANGUAGES)
    longest = max(map(visible_length, texts))
    if longest > _LONGEST:
        over = phrase("a text that is {over} characters shorter is accepted", over=longest - _LONGEST)
        raise refused(over, column="text")


async def _add(conn: Connection, notice: NewNotice, *, approved_by: str | None) -> Announced:
    """Make the notice, with its place in the ledger."""
    while (notice_id := await notices.add(conn, notice)) is None:  # another one of this minute has the key
        notice = replace(notice, key=_new_key(notice.send_at))
    recipients = await audiences.count_people(conn, notice.audience)
    unreachable = await audiences.count_unreachable(conn, notice.audience)
    body: dict[str, Json] = {"key": notice.key, "audience": notice.audience, "recipients": recipients}
    body["approved_by"] = approved_by
    at, speaker = notice.created_at, notice.created_by
    await ledger.append(conn, at=at, kind=Kind.NOTICE_BROADCAST, person_id=speaker, body=body)
    return Announced(id=notice_id, key=notice.key, recipients=recipients, unreachable=unreachable)
