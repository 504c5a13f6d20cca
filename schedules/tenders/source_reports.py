"""What the office is told of a source of matters: what it gave was refused, or it gives nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from messages.errors import Fault
from messages.notices import Category, Json, Lane, NewNotice
from messages.store.feeds import Feed
from messages.text.lengths import cut
from messages.text.phrase import kept, phrase
from schedules.tenders.importing import ImportReport

_NAMED: Final = 5
_SHORT: Final = 80
_USEFUL: Final = timedelta(days=7)
_DIGITS: Final = 16


def told_of(feed: Feed, faults: Sequence[Fault], now: datetime, *, refused: int) -> NewNotice:
    """The notice of the first of these faults to the office's administrators.

    They are of so many matters that were ``refused`` while others were taken, or (0) of the whole.
    """
    about = sha256(f"{feed.file}\n{feed.digest}\n{feed.error}".encode()).hexdigest()[:_DIGITS]
    return NewNotice(
        key=f"source:{feed.name}:{about}:{int(now.timestamp())}",
        category=Category.REPORT,
        lane=Lane.PROMPT,
        template="source_refused",
        params={
            "source": feed.name,
            "file": cut(feed.file, _SHORT),
            "refused": refused,
            "faults": [_fault(one) for one in faults[:_NAMED]],
            "more": max(0, (refused or len(faults)) - len(faults[:_NAMED])),
        },
        audience="role:office",
        send_at=now,
        created_at=now,
        expires_at=now + _USEFUL,
    )


def left_of(report: ImportReport) -> list[Fault]:
    """What keeps matters from being taken while others were, by their numbers."""
    left = [Fault(column=one.ref, message=one.message) for one in report.remarks if one.ref and not one.field]
    unnamed = [Fault(message=phrase("The input was refused."))] if report.refused and not left else []
    return left or unnamed


def _fault(fault: Fault) -> Json:
    where = [fault.sheet, str(fault.line) if fault.line is not None else None, fault.column]
    return {
        "where": cut(" · ".join(one for one in where if one), _SHORT),
        "value": fault.shown,
        "message": kept(fault.message),
    }
