"""What a broadcast comes to, told before anything is sent: whom it reaches, when, and whether it was said before."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from messages.drafts import Content, Sending
from messages.errors import Outdated, refused
from messages.ledger import Kind
from messages.notices import Json, Lane, NewNotice
from messages.quiet_hours import OwnHours
from messages.rights import Act, reach
from messages.store import ledger, rights
from messages.store import reach as reaches
from messages.store.database import Database
from messages.store.reach import Before, Reach, Untold
from messages.text.phrase import phrase
from schedules.broadcasts import Broadcasts, Draft
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.deadlines import next_working_morning
from schedules.policy import Policy
from schedules.quiet_hours import closing, opening

_SAID_WITHIN: Final = timedelta(days=7)
_DIGEST: Final = 16
_INSTANT: Final = re.compile("[0-9a-f]{1,10}")

Rate = Callable[[int], float]
"""Messages a second that a bot sends at present; 0 for no overall limit."""


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """Quiet hours begin at ``at``, midway: at the present rate ``people`` have it by then, the rest from ``until``."""

    people: int
    at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A broadcast as it stands before it is sent.

    ``seconds`` is how long sending takes at the present rate; ``begins`` when the first is sent, after any quiet hours;
    ``interrupted`` whether it runs into the next ones; ``own_hours`` how many people wait for the end of their own.
    ``before`` whether the same was said lately; ``most`` how many people it may reach without approval; ``lasts`` how
    long after it was shown it may be agreed to.
    """

    content: Content
    notice: NewNotice
    reach: Reach
    seconds: float
    begins: datetime
    interrupted: Interrupted | None
    own_hours: int
    before: Before | None
    most: int
    lasts: timedelta

    @property
    def at(self) -> datetime | None:
        """When it is to be sent; None for at once."""
        return self.notice.send_at if self.notice.send_at > self.notice.created_at else None

    @property
    def waits_until(self) -> datetime | None:
        """When it goes out after quiet hours; None where it does not wait."""
        return self.begins if self.begins > self.notice.send_at else None

    @property
    def passed(self) -> datetime | None:
        """The instant that was chosen and has passed; None where none has."""
        chosen = self.content.at if self.content.sending is Sending.AT else None
        return chosen if self.at is None else None

    @property
    def seen(self) -> str:
        """Names what is shown here, and since when: what is agreed to carries it."""
        return f"{self._digest}-{int(self.notice.created_at.timestamp()):x}"

    def holds(self, seen: str) -> bool:
        """Whether what was shown before is still how it stands, and was shown lately."""
        digest, _, shown = seen.partition("-")
        if digest != self._digest or not _INSTANT.fullmatch(shown):
            return False
        return timedelta() <= self.notice.created_at - datetime.fromtimestamp(int(shown, 16), UTC) <= self.lasts

    @property
    def _digest(self) -> str:
        instants = [one.isoformat() if one else None for one in (self.at, self.waits_until, self.notice.acknowledge_by)]
        shown = json.dumps([self.content.digest, self.reach.people, *instants])
        return sha256(shown.encode()).hexdigest()[:_DIGEST]

    @property
    def needs_approval(self) -> bool:
        """Whether a second person has to approve it."""
        return self.reach.people > self.most


def _waits_for_nobody(notice: NewNotice) -> bool:
    return notice.lane is Lane.RED or notice.anytime


class Previews:
    """Looks at drafts before they are sent."""

    def __init__(
        self, *, db: Database, broadcasts: Broadcasts, policy: Policy, calendars: Calendars, clock: Clock, rate: Rate
    ) -> None:
        """Look with the rules of ``broadcasts``."""
        self._db = db
        self._broadcasts = broadcasts
        self._policy = policy
        self._calendars = calendars
        self._clock = clock
        self._rate = rate

    async def preview(self, content: Content, person_id: int, now: datetime) -> Preview:
        """What a person's draft comes to. Raises what announcing it would raise, save that approval may be missing."""
        notice, meant = await self._broadcasts.checked(await self.given(content, person_id, now), now)
        async with self._db.reading() as conn:
            text = str(notice.params["text"])
            since = now - _SAID_WITHIN
            before = await reaches.said_before(conn, notice.audience, text, notice.attachments, since)
            own = await reaches.own_hours(conn, notice.audience)
        begins = await self._opening(notice)
        return Preview(
            content=content,
            notice=notice,
            reach=meant,
            seconds=self._seconds(meant, notice),
            begins=begins,
            interrupted=await self._interrupted(meant, notice, begins),
            own_hours=sum([people for one, people in own.items() if await self._opening(notice, one) > begins]),
            before=before,
            most=self._policy.broadcasts.approval_above,
            lasts=timedelta(minutes=self._policy.broadcasts.preview_minutes),
        )

    async def agreed(self, content: Content, person_id: int, seen: str, now: datetime) -> Preview:
        """What a draft comes to, as it was shown. Raises ``Outdated`` where it comes to something else by now."""
        preview = await self.preview(content, person_id, now)
        if not preview.holds(seen):
            raise Outdated(phrase("This preview is out of date: please look at it once more."))
        return preview

    async def unreached(
        self, content: Content, person_id: int, now: datetime, *, offset: int, limit: int
    ) -> tuple[list[Untold], int]:
        """Who of a draft's audience cannot be reached, by unit, and how many; that its person looked is recorded."""
        preview = await self.preview(content, person_id, now)
        audience = preview.notice.audience
        async with self._db.writing() as conn:
            found = await reaches.untold(conn, audience, offset=offset, limit=limit)
            codes: list[Json] = [one.person_code for one in found]
            body: dict[str, Json] = {"what": "unreachable", "audience": audience, "people": codes}
            await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=person_id, body=body)
        return found, preview.reach.unreachable

    async def given(self, content: Content, person_id: int, now: datetime, approved_by: str | None = None) -> Draft:
        """A draft's content as it is announced: the audience written out, "tomorrow morning" an instant."""
        async with self._db.reading() as conn:
            speaker = await rights.person_code(conn, person_id)
        expression = await self.expression(content, person_id)
        if not expression:
            raise refused(phrase("an audience is needed: nobody is chosen yet"), column="audience")
        return Draft(
            text=content.text,
            title=content.title,
            attachments=content.attachments,
            audience=expression,
            speaker=speaker,
            acknowledge=content.acknowledge,
            within=content.within,
            send_at=await self._instant(content, now),
            approved_by=approved_by,
            lane=content.lane,
        )

    async def expression(self, content: Content, person_id: int) -> str:
        """The audience that a person has chosen, within the units that the person speaks for."""
        async with self._db.reading() as conn:
            scope = await reach(conn, person_id, Act.BROADCAST)
            return content.audience.written(await reaches.unit_names(conn, scope))

    async def _opening(self, notice: NewNotice, own: OwnHours | None = None) -> datetime:
        """When it goes out to who has the office's quiet hours, or own ones."""
        if _waits_for_nobody(notice):
            return notice.send_at
        calendar = await self._calendars.current()
        return opening(notice.send_at, calendar, self._policy.quiet_hours, self._clock.zone, own)

    async def _interrupted(self, meant: Reach, notice: NewNotice, begins: datetime) -> Interrupted | None:
        """Whether quiet hours begin before all who can be told have it."""
        calendar, hours, zone = await self._calendars.current(), self._policy.quiet_hours, self._clock.zone
        ends = None if _waits_for_nobody(notice) else closing(begins, calendar, hours, zone)
        if ends is None or begins + timedelta(seconds=self._seconds(meant, notice)) <= ends:
            return None
        return Interrupted(
            people=self._told_within((ends - begins).total_seconds(), meant, notice),
            at=ends,
            until=opening(ends, calendar, hours, zone),
        )

    async def _instant(self, content: Content, now: datetime) -> datetime | None:
        if content.sending is not Sending.MORNING:
            return content.at.astimezone(self._clock.zone) if content.at and content.sending is Sending.AT else None
        return next_working_morning(await self._calendars.current(), self._policy, now)

    def _told_within(self, seconds: float, meant: Reach, notice: NewNotice) -> int:
        each, rates = self._broadcasts.sends(notice), {bot: self._rate(bot) for bot in meant.by_bot}
        return sum(
            min(people, int(seconds * rates[bot] / each)) if rates[bot] else people
            for bot, people in meant.by_bot.items()
        )

    def _seconds(self, meant: Reach, notice: NewNotice) -> float:
        """Each bot sends to its own people, all at the same time."""
        each, rates = self._broadcasts.sends(notice), {bot: self._rate(bot) for bot in meant.by_bot}
        return max((people * each / rates[bot] for bot, people in meant.by_bot.items() if rates[bot]), default=0.0)
