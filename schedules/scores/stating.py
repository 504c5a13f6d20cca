"""What people are told when a period is closed: their statement, with what of it they may object to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from messages.notices import Json, Lane, NewNotice
from messages.scores.kept import scored_json
from messages.scores.records import Closing, Scored, ScoreKind, ScorePerson, Uncounted
from messages.scores.rules import plain
from messages.scores.words import kind_said, reason_said
from messages.text.phrase import kept
from schedules.desks import DeskKind, DeskOf
from schedules.reporting import report

_USEFUL: Final = timedelta(days=60)


def statement_notice(
    closing: Closing, person: ScorePerson, statement_id: int, scored: Scored, before: Decimal | None, now: datetime
) -> NewNotice:
    """The statement of a person; of a revision with the total that the person was told ``before``."""
    params: dict[str, Json] = {
        "period": closing.period.label,
        "revision": closing.revision,
        "why": closing.why,
        "total": plain(scored.total),
        "before": None if before is None else plain(before),
        "kinds": _kinds(scored),
        "uncounted": _reasons(scored.uncounted),
        "object_by": closing.object_by.isoformat(),
    }
    desk = str(DeskOf(kind=DeskKind.STATEMENT, id=statement_id, version=closing.revision))
    key = f"statement:{closing.period.label}:{closing.revision}:{person.code}"
    # Thousands at once wait behind everything that anybody has to do something about.
    return report(key, "statement", params, person.code, now, lane=Lane.STUDY, expires_at=now + _USEFUL, desk=desk)


def _kinds(scored: Scored) -> list[Json]:
    known = scored.by_kind()
    return [
        {"kind": kept(kind_said(kind)), "count": known[kind][0], "points": plain(known[kind][1])}
        for kind in ScoreKind
        if kind in known
    ]


def _reasons(uncounted: Sequence[Uncounted]) -> list[Json]:
    counts: dict[str, int] = {}
    for one in uncounted:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    reasons = {one.reason: reason_said(one.reason) for one in uncounted}
    return [{"reason": kept(said), "count": counts[reason]} for reason, said in reasons.items()]


def statement_body(closing: Closing, scored: Scored) -> dict[str, Json]:
    """What the ledger has of a statement."""
    return {
        "period": closing.period.label,
        "revision": closing.revision,
        "total": plain(scored.total),
        **scored_json(scored),
        "rules": closing.rules,
        "upto": closing.upto,
    }
