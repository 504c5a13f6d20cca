"""What is told of objections: to the office that answers them, and to who has made them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from messages.notices import Json, NewNotice
from messages.scores.objections import Objection, points_said
from messages.scores.records import Entry, Uncounted
from messages.scores.words import why_said
from messages.text.lengths import cut
from messages.text.phrase import kept
from schedules.desks import DeskKind, DeskOf
from schedules.laying import one_key
from schedules.reporting import report

_USEFUL: Final = timedelta(days=60)
_LISTED: Final = 15
_NAME_LISTED: Final = 20
"""So that the longest list fits into one message."""


def card(objection: Objection, entry: Entry | Uncounted | None) -> dict[str, Json]:
    """All of an objection, for who answers it; ``entry`` is the one that is meant, None for the whole statement."""
    return {
        "name": objection.name,
        "period": objection.period,
        "entry": entry_json(entry),
        "text": objection.text,
        "made_at": objection.at.isoformat(),
        "due_at": objection.due_at.isoformat(),
    }


def entry_json(entry: Entry | Uncounted | None) -> Json:
    """An entry, or what has none, as messages show it: its instant, its points and why."""
    if entry is None:
        return None
    points = points_said(entry.points) if isinstance(entry, Entry) else None
    return {"at": entry.at.isoformat(), "points": points, "why": kept(why_said(entry))}


def asked_notice(objection: Objection, entry: Entry | Uncounted | None, code: str, now: datetime) -> NewNotice:
    """The objection, for an administrator who may answer it."""
    desk = str(DeskOf(kind=DeskKind.OBJECTION, id=objection.id, version=objection.version))
    key = f"{one_key(objection.key, deputy=False)}:{code}"
    return report(key, "objection", card(objection, entry), code, now, expires_at=now + _USEFUL, desk=desk)


def answered_notice(objection: Objection, entry: Entry | Uncounted | None, now: datetime) -> NewNotice:
    """What the office has answered, for who has made the objection."""
    params: dict[str, Json] = {
        "period": objection.period,
        "entry": entry_json(entry),
        "points": None if objection.points is None else points_said(objection.points),
        "why": objection.why,
        "by": objection.decider,
    }
    key = f"{objection.key}:answered"
    return report(key, "objection_answered", params, objection.code, now, expires_at=now + _USEFUL)


def late_notice(objection: Objection, now: datetime) -> NewNotice:
    """That the office has not answered in time, for who waits for it."""
    params: dict[str, Json] = {"period": objection.period, "due_at": objection.due_at.isoformat()}
    return report(f"{objection.key}:late", "objection_late", params, objection.code, now, expires_at=now + _USEFUL)


def waiting_notice(some: Sequence[Objection], code: str, now: datetime, *, late: bool) -> NewNotice:
    """Several that wait for an answer, for an administrator: they are due soon, or ``late``."""
    listed: list[Json] = [
        {"name": cut(one.name, _NAME_LISTED), "period": one.period, "due_at": one.due_at.isoformat()}
        for one in some[:_LISTED]
    ]
    params: dict[str, Json] = {"late": late, "objections": listed, "more": len(some) - len(listed)}
    key = f"objections:{'late' if late else 'soon'}:{now.astimezone(UTC).isoformat()}:{code}"
    desk = str(DeskOf(kind=DeskKind.OBJECTIONS))
    return report(key, "objections_waiting", params, code, now, expires_at=now + _USEFUL, desk=desk)
