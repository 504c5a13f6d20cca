"""Boards: messages that show a speaker how the notice goes on, from its announcement to its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.figures import Figures
from messages.notices import Notice
from messages.store import accounts, boards, notices, quiet_hours, recalls, steering
from messages.store.database import Connection, Database
from messages.store.recalls import Recalled
from schedules.figures import Counting

_FOLLOWED_FOR: Final = timedelta(days=3)
"""Acknowledgements of a notice without a deadline are shown for so long."""


class Phase(StrEnum):
    """How far a notice is."""

    AHEAD = "ahead"  # its time has not come
    WAITING = "waiting"  # for the end of quiet hours
    RUNNING = "running"
    PAUSED = "paused"
    SENT = "sent"  # to all who can be told
    EXPIRED = "expired"  # before it could be sent to all
    CANCELLED = "cancelled"
    RECALLING = "recalling"
    RECALLED = "recalled"


@dataclass(frozen=True, kw_only=True)
class Look:
    """A notice as it stands when it is looked at.

    ``recalled`` says how far a recall is, ``waits_until`` when a notice goes out that waits for it.
    """

    notice: Notice
    figures: Figures
    phase: Phase
    recalled: Recalled
    waits_until: datetime | None
    final: bool

    @property
    def left(self) -> int:
        """How many people are still to be told."""
        return self.figures.counts.planned + self.figures.counts.sending


async def hang_board(conn: Connection, notice_id: int, person_id: int, now: datetime) -> None:
    """Show a person how a notice goes on, in the chat that the person has now, if any."""
    member = await accounts.find_person(conn, person_id)
    if member is not None:
        await boards.hang(
            conn,
            notice_id=notice_id,
            person_id=person_id,
            bot_id=member.bot_id,
            chat_id=member.chat_id,
            now=now,
        )


async def look(db: Database, counting: Counting, notice_id: int, now: datetime) -> Look:
    """How a notice stands. Raises ``NotFound``."""
    figures = await counting.of(notice_id)
    async with db.reading() as conn:
        notice = await notices.find(conn, notice_id)
        assert notice is not None  # noqa: S101 -- it was counted, and notices are never deleted
        recalled = await recalls.standing(conn, notice_id) if notice.recalled_at else Recalled()
        waits_until = await quiet_hours.waits_until(conn, notice_id, now) if figures.counts.planned else None
        following = await steering.follows(conn, notice_id)
    phase = phase_of(notice, figures, recalled, now, waits=waits_until is not None, following=following)
    return Look(
        notice=notice,
        figures=figures,
        phase=phase,
        recalled=recalled,
        waits_until=waits_until,
        final=not following and is_final(notice, figures, phase, now),
    )


def phase_of(
    notice: Notice, figures: Figures, recalled: Recalled, now: datetime, *, waits: bool = False, following: bool = False
) -> Phase:
    """How far a notice is, by what was asked of it and by what is left.

    ``following`` tells that this is not known yet: what was asked last has not reached all its deliveries.
    """
    counts = figures.counts
    if notice.recalled_at is not None:
        return Phase.RECALLING if recalled.wanted or following else Phase.RECALLED
    if notice.cancelled_at is not None:
        return Phase.CANCELLED
    if notice.paused_at is not None:
        return Phase.PAUSED
    if now < notice.send_at:
        return Phase.AHEAD
    if counts.planned or counts.sending or not counts.recipients:
        return Phase.WAITING if waits else Phase.RUNNING
    return Phase.EXPIRED if counts.expired else Phase.SENT


def is_final(notice: Notice, figures: Figures, phase: Phase, now: datetime) -> bool:
    """Whether nothing changes any more that a board would show; what was counted before the end does not tell."""
    counts = figures.counts
    if phase is Phase.RECALLING or counts.planned or counts.sending:
        return False
    if phase in {Phase.CANCELLED, Phase.RECALLED}:
        return figures.at >= (notice.recalled_at or notice.cancelled_at or now)
    if notice.expires_at is not None and notice.expires_at <= now:
        return True
    if phase not in {Phase.SENT, Phase.EXPIRED}:
        return False
    if not notice.acknowledge or counts.acknowledged >= counts.obligations:
        return True
    return now >= (notice.acknowledge_by or notice.send_at + _FOLLOWED_FOR)
