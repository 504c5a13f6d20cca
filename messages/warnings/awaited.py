"""What a warning still waits for: by when and whether that day has passed, and what follows where it is not done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Any, Final, Protocol

from messages.items.records import grade_said
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import Counted, DateCause, Step, WarningEvent, WarningState, event_said, part_said

UNANSWERED: Final = frozenset({WarningState.ISSUED, WarningState.ACKNOWLEDGED, WarningState.RETURNED})
"""The states in which an answer is still waited for."""

_VACANT: Final = phrase("the post is vacant, and its days stand still")
_OVERDUE_SAID: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        Counted.ACKNOWLEDGE.value: phrase("not acknowledged in time"),
        Counted.ANSWER.value: phrase("not answered in time"),
    }
)


class Dated(Protocol):
    """A warning's state and days."""

    @property
    def state(self) -> WarningState:
        """Where it stands."""
        ...

    @property
    def acknowledge_by(self) -> datetime | None:
        """By when to acknowledge it."""
        ...

    @property
    def answer_by(self) -> datetime | None:
        """By when to answer it."""
        ...

    @property
    def provisional(self) -> bool:
        """Whether these days are not official yet: nothing is overdue by them."""
        ...


@dataclass(frozen=True, kw_only=True)
class Days:
    """By when what is still waited for is to be done, None for what is not; and whether that has passed."""

    acknowledge_by: datetime | None
    answer_by: datetime | None
    unacknowledged: bool
    unanswered: bool

    @property
    def any(self) -> bool:
        """Whether anything is waited for by some day."""
        return bool(self.acknowledge_by or self.answer_by)

    @property
    def overdue(self) -> bool:
        """Whether any of it has passed."""
        return self.unacknowledged or self.unanswered


def days_of(warning: Dated, now: datetime) -> Days:
    """By when a warning is still to be acknowledged and answered."""
    acknowledge_by = warning.acknowledge_by if waits_for(Counted.ACKNOWLEDGE, warning.state) else None
    answer_by = warning.answer_by if waits_for(Counted.ANSWER, warning.state) else None

    def passed(by: datetime | None) -> bool:
        return by is not None and by <= now and not warning.provisional

    return Days(
        acknowledge_by=acknowledge_by,
        answer_by=answer_by,
        unacknowledged=passed(acknowledge_by),
        unanswered=passed(answer_by),
    )


def waits_for(counted: Counted, state: WarningState) -> bool:
    """Whether in this state a step that counts from that is still wanted."""
    return state is WarningState.ISSUED if counted is Counted.ACKNOWLEDGE else state in UNANSWERED


def step_said(step: Step) -> Phrase:
    """What follows at a step's day, if by then nothing was done."""
    whom = _listed([part_said(part) for part in step.told])
    if step.counts_from is Counted.ACKNOWLEDGE:
        said = phrase("if it is still not acknowledged then, to be told: {whom}", whom=whom)
    else:
        said = phrase("if it is still not answered then, to be told: {whom}", whom=whom)
    if step.proposes:
        return phrase("{said}; to be proposed: {grade}", said=said, grade=grade_said(step.proposes))
    return phrase("{said}; a person is to decide what follows", said=said) if step.decides else said


def _listed(some: Sequence[Phrase]) -> Phrase:
    def joined(before: Phrase, one: Phrase) -> Phrase:
        return phrase("{some}, {one}", some=before, one=one)

    return reduce(joined, some)


def happened_said(event: WarningEvent, body: Mapping[str, Any]) -> Phrase:
    """What happened to a warning: of what became overdue, which; of days counted anew, why; of no new holder, that."""
    if event is WarningEvent.REDATED and body.get("cause") == DateCause.ARRIVED_LATE:
        return phrase("arrived late: its days begin then")
    if event is WarningEvent.HANDED_OVER and not body.get("holder"):
        return _VACANT
    counted = str(body.get("counts_from", "")) if event is WarningEvent.OVERDUE else ""
    return _OVERDUE_SAID.get(counted) or event_said(event)
