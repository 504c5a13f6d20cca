"""The service's side of the sandbox's panel: its clock, what comes next, how sending goes on."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.demo_clock import pass_to
from bot.sandbox.panel import MoveRefused, NextNotice, PanelState, SendingProgress, Step
from bot.service import Service
from messages.notices import FIRST_WAVE, Counts, Json, Notice
from messages.store import notice_standing, notices
from messages.text.phrase import phrase
from schedules.deadlines import local_instant
from schedules.planner import Upcoming

_MEASURED: Final = 5.0
"""Seconds over which the rate is measured."""
_PAGE_LANGUAGES: Final = {"zh": "zh_CN", "en": "en"}
_NOTHING_DUE: Final = phrase("Nothing is due in the year ahead.")


def _kind(wave: int) -> Literal["notice", "reminder"]:
    return "notice" if wave == FIRST_WAVE else "reminder"


class ServicePanel:
    """Shows and moves one service."""

    def __init__(self, service: Service) -> None:
        """Show ``service``."""
        self._service = service
        self._sent: deque[tuple[float, int]] = deque()

    async def state(self) -> PanelState:
        """What to show now."""
        now = self._service.clock.now()
        upcoming = await self._service.planner.next_due(now, reports_too=False)
        return PanelState(
            clock=now,
            zone=self._service.settings.timezone,
            next=self._next(upcoming) if upcoming else None,
            progress=await self._progress(),
        )

    async def move(self, to: Step) -> PanelState:
        """Move the clock forward, past all that is due on the way."""
        await pass_to(self._service, await self._target(to))
        return await self.state()

    async def _target(self, to: Step) -> datetime:
        now = self._service.clock.now()
        if to is Step.HOUR:
            return now + timedelta(hours=1)
        if to is Step.WORKDAY:
            calendar = await self._service.planner.calendars.current()
            return local_instant(calendar.add_workdays(now.date(), 1), now.time(), self._service.clock.zone)
        upcoming = await self._service.planner.next_due(now, reports_too=False)
        if upcoming is None:
            raise MoveRefused(self._service.say(_NOTHING_DUE))
        return max(now, upcoming.at)

    def _next(self, upcoming: Upcoming) -> NextNotice:
        titles = self._titles(upcoming.template, upcoming.params, upcoming.title)
        return NextNotice(
            at=upcoming.at.astimezone(self._service.clock.zone),
            title=titles["zh"],
            titles=titles,
            kind=_kind(upcoming.number),
        )

    def _titles(self, template: str, params: Mapping[str, Json], given: str | None) -> dict[str, str]:
        """A notice's title by the page's languages; what a person wrote stands as it is."""
        title = self._service.renderer.title
        return {page: title(template, language, given, **params) for page, language in _PAGE_LANGUAGES.items()}

    async def _progress(self) -> SendingProgress | None:
        async with self._service.db.reading() as conn:
            latest = await notices.latest_sent(conn)
            if latest is None:
                return None
            wave = await notice_standing.newest_wave(conn, latest.id)
            # One wave by itself: people whom the notice reached would hide that a reminder is still on its way to them.
            counts = await notice_standing.wave_counts(conn, latest.id, wave)
        return self._shown(latest, wave, counts)

    def _shown(self, notice: Notice, wave: int, counts: Counts) -> SendingProgress:
        rate = self._rate()
        left = counts.planned + counts.sending
        titles = self._titles(notice.template, notice.params, notice.title)
        return SendingProgress(
            title=titles["zh"],
            titles=titles,
            kind=_kind(wave),
            recipients=counts.recipients,
            delivered=counts.delivered,
            planned=left,
            unreachable=counts.unreachable + counts.unconfirmed + counts.expired,
            acknowledged=counts.acknowledged,
            obligations=counts.obligations,
            rate=round(rate, 1),
            seconds_left=round(left / rate) if left and rate else None,
        )

    def _rate(self) -> float:
        """Messages a second over the last few seconds."""
        now, sent = self._service.clock.steady(), self._service.senders.tally.sent
        self._sent.append((now, sent))
        while len(self._sent) > 1 and now - self._sent[1][0] >= _MEASURED:
            self._sent.popleft()
        first_at, first = self._sent[0]
        return (sent - first) / (now - first_at) if now > first_at else 0.0
