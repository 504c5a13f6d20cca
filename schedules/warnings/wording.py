"""What is said of a warning, and to whom: the notices of its steps, of a handover and of other days.

What the collector wrote goes to the holder alone; whoever stands above is told the post, its holder, title and days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from messages.audience import quoted
from messages.items.records import MARKS, grade_said
from messages.notices import Category, Grade, Json, Lane, NewNotice
from messages.store.warning_steps import OFFICIAL_DAYS
from messages.store.warnings import Wording
from messages.text.phrase import Phrase, kept, phrase
from messages.warnings.records import Counted, Part, Step, WarningRecord, WarningState, asked_said, named, part_said
from schedules.desks import DeskKind, DeskOf

LANES: Final[Mapping[Grade, Lane]] = MappingProxyType(
    {Grade.BLUE: Lane.BLUE, Grade.ORANGE: Lane.ORANGE, Grade.RED: Lane.RED}
)
USEFUL: Final = timedelta(days=14)
"""What is said about a step is of no use after this; the warning itself stands until it is released."""

_SAID: Final[Mapping[tuple[Counted, bool], Phrase]] = MappingProxyType(
    {
        (Counted.ISSUE, False): phrase("it waits to be dealt with"),
        (Counted.ACKNOWLEDGE, True): phrase("it is soon to be acknowledged"),
        (Counted.ACKNOWLEDGE, False): phrase("it was not acknowledged in time"),
        (Counted.ANSWER, True): phrase("it is soon to be answered"),
        (Counted.ANSWER, False): phrase("it was not answered in time"),
    }
)


REDATED: Final = Step(name=OFFICIAL_DAYS, counts_from=Counted.ISSUE, workdays=0, told=tuple(Part)[1:])
"""No step of a ladder: official days have become known, and are others than those told before."""


def about(warning: WarningRecord, step: Step, raised_from: Grade | None = None) -> Phrase:
    """What a step of a warning is about, to be said to people; the first one, how it came."""
    if step is REDATED:
        return phrase("its days are official now, and others than those told before")
    if step == warning.ladder.steps[0]:
        if raised_from is not None:
            return phrase("raised from {was} to {grade}", was=grade_said(raised_from), grade=grade_said(warning.grade))
        if warning.assignment_id is None:
            return phrase("the post is vacant, it waits for a new holder")
        return phrase("it was issued")
    return _SAID[step.counts_from, step.workdays < 0]


def titled(warning: WarningRecord, step: str) -> dict[str, Json]:
    """What the title of a step's notice says, by the names of its template."""
    return names(warning) | {"about": kept(about(warning, named(warning.ladder.steps, step)))}


def overdue(step: Step) -> bool:
    """Whether a step is about a day that has passed."""
    return step.counts_from is not Counted.ISSUE and step.workdays >= 0


def issued_notice(warning: WarningRecord, said: Wording, history: Sequence[Json], key: str, now: datetime) -> NewNotice:
    """The warning itself, to who holds the post: to acknowledge and to answer, or to know of where that was done."""
    asks = warning.answer_by is not None
    params = names(warning) | {
        "text": said.text,
        "issuer": warning.issuer,
        "checklist": [kept(asked_said(one)) for one in warning.ladder.checklist] if asks else [],
        "accepted": warning.state is WarningState.ACCEPTED,
        "history": [*history],
    }
    notice = _notice(warning, "warning", key, params, f"post:{quoted(warning.post_code)}", now)
    return replace(
        notice,
        acknowledge=asks,
        acknowledge_by=warning.acknowledge_by if asks else None,
        expires_at=None,
        attachments=said.attachments,
        desk=answering(warning) if asks else None,
        created_by=said.person_id,
        approved_by=warning.issued_by,
    )


def step_notice(warning: WarningRecord, step: Step, key: str, person_code: str, now: datetime) -> NewNotice:
    """What a later step says to the holder."""
    acknowledges = step.counts_from is Counted.ACKNOWLEDGE
    params = names(warning) | {
        "about": kept(about(warning, step)),
        "acknowledges": acknowledges,
        "by": iso(warning.acknowledge_by if acknowledges else warning.answer_by),
        "overdue": overdue(step),
        "proposes": kept(grade_said(step.proposes)) if step.proposes else None,
        "decides": step.decides,
    }
    notice = _notice(warning, "warning_step", key, params, f"person:{quoted(person_code)}", now)
    return replace(notice, desk=answering(warning))


def told_notice(
    warning: WarningRecord,
    step: Step,
    part: Part,
    key: str,
    person_code: str,
    now: datetime,
    *,
    reached: bool,
    raised_from: Grade | None = None,
) -> NewNotice:
    """What a step says to somebody above the post; whether the holder was ``reached`` at all matters to them."""
    params = names(warning) | {
        "about": kept(about(warning, step, raised_from)),
        "part": kept(part_said(part)),
        "holder": warning.holder,
        "first": step == warning.ladder.steps[0],
        "proposes": kept(grade_said(step.proposes)) if step.proposes and reached else None,
        "decides": step.decides and reached,
        "unreached": warning.holder is not None and not reached,
    }
    return _report(warning, "warning_told", key, params, person_code, now)


def moved_notice(warning: WarningRecord, begun: WarningRecord, person_code: str, now: datetime) -> NewNotice:
    """To who held the post before: the warning is no longer theirs."""
    key = f"warning:{begun.id}:{begun.turn}:moved:{person_code}"
    return _report(warning, "warning_moved", key, names(warning) | {"holder": begun.holder}, person_code, now)


def dates_notice(warning: WarningRecord, person_code: str, now: datetime, *, late: bool) -> NewNotice:
    """To the holder: other days hold than those told before, official ones, or because that came too ``late``."""
    asks = warning.state is WarningState.ISSUED and warning.acknowledged_at is None
    params = names(warning) | {"acknowledge_day": iso(warning.acknowledge_by) if asks else None, "late": late}
    key = f"warning:{warning.id}:{warning.turn}:dates"
    notice = _notice(warning, "warning_dates", key, params, f"person:{quoted(person_code)}", now)
    return replace(notice, desk=answering(warning))


def names(warning: WarningRecord) -> dict[str, Json]:
    """What every one of them names."""
    return {
        "mark": MARKS[warning.grade],
        "grade": kept(grade_said(warning.grade)),
        "title": warning.title,
        "post": warning.post,
        "unit": warning.unit,
        "answer_by": iso(warning.answer_by),
    }


def iso(at: datetime | None) -> str | None:
    """An instant as a notice keeps it."""
    return at.isoformat() if at else None


def answering(warning: WarningRecord) -> str:
    """What leads the holder to the answer."""
    return str(DeskOf(kind=DeskKind.WARNING, id=warning.id, version=warning.turn))


def _notice(
    warning: WarningRecord, template: str, key: str, params: Mapping[str, Any], audience: str, now: datetime
) -> NewNotice:
    """One that goes out now, protected; of a red warning in quiet hours, too."""
    return NewNotice(
        key=key,
        category=Category.REMINDER,
        lane=LANES[warning.grade],
        grade=warning.grade,
        template=template,
        params=params,
        audience=audience,
        send_at=now,
        created_at=now,
        expires_at=now + USEFUL,
        provisional=warning.provisional,
        anytime=warning.grade is Grade.RED,
    )


def _report(
    warning: WarningRecord, template: str, key: str, params: Mapping[str, Any], person_code: str, now: datetime
) -> NewNotice:
    notice = _notice(warning, template, key, params, f"person:{quoted(person_code)}", now)
    return replace(notice, category=Category.REPORT)
