"""The monthly report: leaders and the office are told what the last month's notices came to in their units.

One picture, five lines and a link. It goes out on the policy's working day of each month, to each of them once; whoever
looks after nothing that was done in that month is told nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from messages.audience import sayable
from messages.errors import NotEntitled
from messages.files import Attachment, FileKind, GivenFile
from messages.notices import Grade, Json, Lane, NewNotice
from messages.organisation.records import Role
from messages.scores.periods import Period, PeriodKind
from messages.statistics import Overview, Summary
from messages.store import accounts, files, notices, rights
from messages.store.database import Connection
from messages.store.rights import Bearer
from messages.text.phrase import Phrase, kept, phrase
from schedules.apart import Apart
from schedules.deadlines import local_instant
from schedules.reporting import report
from schedules.statistics.desk import Statistics
from schedules.tools import Tools

Drawing: TypeAlias = Callable[[Sequence[Summary], str], Awaitable[bytes]]
"""Draws periods, the oldest first, for a reader of a language, as a PNG."""

_TOLD: Final = (Role.OFFICE, Role.LEADER)
_AT_ONCE: Final = 1
"""So many in a pass: a picture takes a while to be drawn, and whatever is urgent waits for the next pass."""
_SHOWN: Final = 6
"""So many months does a picture show."""
_USEFUL: Final = timedelta(days=14)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Monthly:
    """The monthly reports of one office."""

    def __init__(
        self, *, tools: Tools, statistics: Statistics, apart: Apart, draw: Drawing, address: Callable[[], str]
    ) -> None:
        """``draw`` makes the picture; ``address`` is where the pages are."""
        self._tools = tools
        self._statistics = statistics
        self._apart = apart
        self._draw = draw
        self._address = address
        self._told: Period | None = None

    async def sweep(self, now: datetime) -> bool:
        """Tell those of the last month who have not been told; gives whether more are to be told at once."""
        month = await self._due(now)
        if month is None:
            return False
        async with self._tools.db.reading() as conn:
            bearers = [one for one in await rights.bearing(conn, _TOLD) if sayable(one.code)]
            told = await notices.told(conn, [_key(month, one) for one in bearers])
        left = [one for one in bearers if _key(month, one) not in told]
        made = 0
        for one in left:
            with self._apart.doing("monthly report", person=one.id):
                made += await self._tell(month, one, now)
            if made >= _AT_ONCE:
                return True
        self._told = month
        return False

    async def _due(self, now: datetime) -> Period | None:
        """The last month, once its report's time has come and all of it is counted; None where all have been told."""
        local = now.astimezone(self._tools.zone)
        present = Period.of(PeriodKind.MONTH, local.date())
        if present.before == self._told:
            return None
        terms = self._tools.policy.scores
        calendar = await self._tools.calendars.current()
        day = calendar.add_workdays(present.first - _DAY, terms.report_workday)
        at = local_instant(day, terms.report_time, self._tools.zone)
        if not at <= now < at + _USEFUL:
            return None
        counted = (await self._statistics.overview(None, present.before, now)).counted_at
        return present.before if counted is not None and counted >= at else None

    async def _tell(self, month: Period, bearer: Bearer, now: datetime) -> bool:
        try:
            found = await self._statistics.overview(bearer.id, month, now)
        except NotEntitled:  # the role has just ended
            return False
        if not found.now.notices:
            return False
        past = await self._statistics.periods(bearer.id, month, now, count=_SHOWN)
        async with self._tools.db.reading() as conn:
            language = (await accounts.person(conn, bearer.id)).language
        picture = await self._draw(past, language)
        async with self._tools.db.writing() as conn:
            notice = self._notice(month, bearer, found, await _keep(conn, month, picture, now), now)
            return await notices.add(conn, notice) is not None

    def _notice(self, month: Period, bearer: Bearer, found: Overview, picture: int, now: datetime) -> NewNotice:
        params = _figures(found) | {
            "month": month.label,
            "link": f"{self._address()}/statistics?period={month.label}",
        }
        return report(
            _key(month, bearer),
            "monthly_report",
            params,
            bearer.code,
            now,
            lane=Lane.BROADCAST,
            expires_at=now + _USEFUL,
            attachments=(Attachment(file=picture, kind=FileKind.PHOTO),),
        )


def _key(month: Period, bearer: Bearer) -> str:
    return f"monthly:{month.label}:{bearer.code}"


async def _keep(conn: Connection, month: Period, picture: bytes, now: datetime) -> int:
    given = GivenFile(
        kind=FileKind.PHOTO, name=f"{month.label}.png", mime="image/png", size=len(picture), content=picture
    )
    return await files.keep(conn, given, by=None, now=now)


def _figures(found: Overview) -> dict[str, Json]:
    """What the five lines say; rates are whole hundredths, None of nothing."""
    tally, standing = found.now.tally, found.standing
    return {
        "notices": found.now.notices,
        "people": tally.people,
        "delivered": tally.delivered,
        "delivered_rate": _percent(tally.delivery_rate),
        "asked": tally.reached,
        "acknowledged": tally.acknowledged,
        "acknowledged_rate": _percent(tally.acknowledgement_rate),
        "rate_before": _percent(found.before.tally.acknowledgement_rate),
        "timely_rate": _percent(tally.timely_rate),
        "median": None if found.now.median is None else kept(_lasting(found.now.median)),
        "warnings": {grade.value: standing.warnings.get(grade, 0) for grade in Grade},
        "overdue_items": standing.overdue_items,
        "unreachable": standing.unreachable,
        "members": standing.members,
    }


def _percent(rate: float | None) -> int | None:
    return None if rate is None else round(rate * 100)


def _lasting(time: timedelta) -> Phrase:
    """A time in the largest unit of which it is one at least."""
    if time < _HOUR:
        return phrase("{count} min", count=round(time / _MINUTE))
    if time < _DAY:
        return phrase("{count} h", count=f"{time / _HOUR:g}")
    return phrase("{count} d", count=f"{time / _DAY:g}")
