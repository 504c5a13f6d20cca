"""What may be done with a notice as it stands: one answer for chat, browser and boards."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from messages.figures import Figures
from messages.notices import Notice
from messages.rights import Act


class Doing(StrEnum):
    """What can be done with a notice; those that steer it are called as in ``notice_acts.Steering``."""

    REMIND = "remind"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RECALL = "recall"
    SEE_RECALL = "recalled"  # how far it is, and who still has a message
    EXPORT = "export"


def possible(notice: Notice, figures: Figures, acts: Collection[Act], now: datetime) -> frozenset[Doing]:
    """What is of use now, by who may do ``acts``. Of what is being counted everything may still be of use."""
    stops = {Doing.RESUME if notice.paused_at else Doing.PAUSE, Doing.CANCEL}
    arrived = not figures.counted or figures.counts.delivered + figures.counts.sending > 0
    of_use: set[Doing] = set()
    if Act.STEER in acts:
        of_use |= stops if _goes_on(notice, figures, now) else set()
        of_use |= {Doing.SEE_RECALL} if notice.recalled_at else {Doing.RECALL} if arrived else set()
    if Act.REMIND in acts and figures.silent and notice.paused_at is None and not _is_over(notice, now):
        of_use.add(Doing.REMIND)
    if Act.EXPORT in acts:
        of_use.add(Doing.EXPORT)
    return frozenset(of_use)


def _is_over(notice: Notice, now: datetime) -> bool:
    return notice.cancelled_at is not None or (notice.expires_at is not None and notice.expires_at <= now)


def _goes_on(notice: Notice, figures: Figures, now: datetime) -> bool:
    """Whether something of it may still be sent: to those who wait, or reminders to those who are silent."""
    counts = figures.counts
    waits = not figures.counted or not counts.recipients or counts.planned + counts.sending > 0 or notice.send_at > now
    return not _is_over(notice, now) and (waits or notice.paused_at is not None or figures.silent > 0)
