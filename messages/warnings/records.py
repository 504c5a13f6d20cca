"""A warning (预警) as a record: its life, its ladder as it was at the issue, and whoever is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from messages.notices import Grade
from messages.text.phrase import Phrase, phrase

GRADES: Final = (Grade.BLUE, Grade.ORANGE, Grade.RED)
"""The grades, rising."""


class WarningState(StrEnum):
    """Where a warning stands. That it is proposed to rise is an open row of ``rises`` beside its state."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"  # waits for the issuer's judgement
    RETURNED = "returned"  # with a reason and a new date
    ACCEPTED = "accepted"  # what was asked for was given; to be released
    RELEASED = "released"


class WarningEvent(StrEnum):
    """What happens to a warning."""

    ISSUED = "issued"
    HANDED_OVER = "handed_over"  # to another holder, or to none
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    RELEASE_ASKED = "release_asked"
    RELEASE_REFUSED = "release_refused"  # not yet, with a reason
    RELEASED = "released"
    OVERDUE = "overdue"
    RISE_PROPOSED = "rise_proposed"
    RAISED = "raised"
    RISE_DECLINED = "rise_declined"
    DECIDED = "decided"  # beyond red, by a person
    REDATED = "redated"  # its days are counted anew: the body's cause is a DateCause


class DateCause(StrEnum):
    """Why the days of a warning are counted anew."""

    OFFICIAL_DAYS = "official_days"  # provisional dates became official ones
    ARRIVED_LATE = "arrived_late"


class Part(StrEnum):
    """As what a person is told of a warning."""

    HOLDER = "holder"
    SUPERIOR = "superior"
    LEADER = "leader"
    INSPECTOR = "inspector"
    OFFICE = "office"


class Counted(StrEnum):
    """What a step's days count from."""

    ISSUE = "issue"
    ACKNOWLEDGE = "acknowledge"  # the day by which to acknowledge; the step is needless once that is done
    ANSWER = "answer"  # the day by which to answer; likewise


class Asked(StrEnum):
    """What an answer has to bring."""

    SELF_CHECK = "self_check"  # 自查自纠
    STATEMENT = "statement"  # 书面说明
    MEASURES = "measures"  # 整改措施
    EVIDENCE = "evidence"  # 佐证材料


class StepOutcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    UNREACHED = "unreached"  # people were told, but nothing followed: no message had reached the holder
    NEEDLESS = "needless"  # what it waits for was done before
    CALLED_OFF = "called_off"  # by a release, a raise, a return or a handover


class RiseCause(StrEnum):
    """Why a warning is proposed to rise."""

    UNACKNOWLEDGED = "unacknowledged"
    UNANSWERED = "unanswered"
    TWO_ORANGE = "two_orange"  # within 12 months, of one post
    BY_HAND = "by_hand"


class RiseDecision(StrEnum):
    """What the named person decided."""

    RAISED = "raised"
    DECLINED = "declined"
    DECIDED = "decided"  # beyond red: the reason says what


class Verdict(StrEnum):
    """How an answer was judged."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    RELEASED = "released"  # the warning was, by hand: nobody has accepted the answer that waited


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of a ladder: ``workdays`` after (or, negative, before) what it counts from, these are told.

    ``proposes`` is the grade that an overdue step proposes; with ``decides`` it lays the matter before a person.
    """

    name: str
    counts_from: Counted
    workdays: int
    told: tuple[Part, ...]
    proposes: Grade | None = None
    decides: bool = False


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """What a grade asks for and when, as the policy ``version`` said at the issue: nothing in flight changes with it.

    ``acknowledge`` and ``answer`` are working days; 0 is by the end of the same one.
    """

    version: str
    acknowledge: int
    answer: int
    checklist: tuple[Asked, ...]
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """As a warning keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made, once JSON has written it."""
        return cls(
            version=kept["version"],
            acknowledge=kept["acknowledge"],
            answer=kept["answer"],
            checklist=tuple(map(Asked, kept["checklist"])),
            steps=tuple(map(_step, kept["steps"])),
        )


def _step(kept: Mapping[str, Any]) -> Step:
    return Step(
        name=kept["name"],
        counts_from=Counted(kept["counts_from"]),
        workdays=kept["workdays"],
        told=tuple(map(Part, kept["told"])),
        proposes=Grade(kept["proposes"]) if kept["proposes"] else None,
        decides=kept["decides"],
    )


@dataclass(frozen=True, kw_only=True)
class WarningRecord:
    """A warning as it stands. ``path`` is of the post's unit; ``level`` the post's.

    Of a vacant post ``assignment_id``, ``holder_id`` and ``holder`` are None, and so are its dates. ``since`` is when
    the days of its turn begin to count, ``answer_within`` how many working days there are to answer.
    """

    id: int
    item_id: int
    title: str
    post_id: int
    post_code: str
    post: str
    unit: str
    path: str
    level: int
    grade: Grade
    state: WarningState
    turn: int
    ladder: Ladder
    issued_at: datetime
    issued_by: int
    issuer: str
    confirmed_by: int | None
    assignment_id: int | None
    holder_id: int | None
    holder: str | None
    since: datetime | None
    acknowledge_by: datetime | None
    answer_by: datetime | None
    answer_within: int
    provisional: bool
    notice_id: int | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    accepted_at: datetime | None
    released_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it is not released yet."""
        return self.state is not WarningState.RELEASED


_STATES_SAID: Final[Mapping[WarningState, Phrase]] = MappingProxyType(
    {
        WarningState.ISSUED: phrase("to be acknowledged"),
        WarningState.ACKNOWLEDGED: phrase("to be answered"),
        WarningState.ANSWERED: phrase("answered, waits for the issuer"),
        WarningState.RETURNED: phrase("returned, to be answered again"),
        WarningState.ACCEPTED: phrase("accepted, to be released"),
        WarningState.RELEASED: phrase("released"),
    }
)
_ASKED_SAID: Final[Mapping[Asked, Phrase]] = MappingProxyType(
    {
        Asked.SELF_CHECK: phrase("self-check"),
        Asked.STATEMENT: phrase("written statement"),
        Asked.MEASURES: phrase("measures of rectification"),
        Asked.EVIDENCE: phrase("evidence"),
    }
)
_PARTS_SAID: Final[Mapping[Part, Phrase]] = MappingProxyType(
    {
        Part.HOLDER: phrase("holder of the post"),
        Part.SUPERIOR: phrase("direct superior"),
        Part.LEADER: phrase("responsible leader"),
        Part.INSPECTOR: phrase("inspector"),
        Part.OFFICE: phrase("promotion office"),
    }
)
_CAUSES_SAID: Final[Mapping[RiseCause, Phrase]] = MappingProxyType(
    {
        RiseCause.UNACKNOWLEDGED: phrase("it was not acknowledged in time"),
        RiseCause.UNANSWERED: phrase("it was not answered in time"),
        RiseCause.TWO_ORANGE: phrase("it is the second orange one of the post within 12 months"),
        RiseCause.BY_HAND: phrase("it was proposed by hand"),
    }
)
_EVENTS_SAID: Final[Mapping[WarningEvent, Phrase]] = MappingProxyType(
    {
        WarningEvent.ISSUED: phrase("issued"),
        WarningEvent.HANDED_OVER: phrase("handed over with the post"),
        WarningEvent.ACKNOWLEDGED: phrase("acknowledged"),
        WarningEvent.ANSWERED: phrase("answered"),
        WarningEvent.ACCEPTED: phrase("answer accepted"),
        WarningEvent.RETURNED: phrase("answer returned"),
        WarningEvent.RELEASE_ASKED: phrase("release asked for"),
        WarningEvent.RELEASE_REFUSED: phrase("not released yet"),
        WarningEvent.RELEASED: phrase("released"),
        WarningEvent.OVERDUE: phrase("overdue"),
        WarningEvent.RISE_PROPOSED: phrase("proposed to rise"),
        WarningEvent.RAISED: phrase("raised"),
        WarningEvent.RISE_DECLINED: phrase("not raised"),
        WarningEvent.DECIDED: phrase("decided by a person"),
        WarningEvent.REDATED: phrase("dates became official"),
    }
)


def warning_state_said(state: WarningState) -> Phrase:
    """The state of a warning, to be said to people."""
    return _STATES_SAID[state]


def asked_said(asked: Asked) -> Phrase:
    """What an answer has to bring, to be said to people."""
    return _ASKED_SAID[asked]


def part_said(part: Part) -> Phrase:
    """As what a person is told, to be said to people."""
    return _PARTS_SAID[part]


def cause_said(cause: RiseCause) -> Phrase:
    """Why a warning is proposed to rise, to be said to people."""
    return _CAUSES_SAID[cause]


def event_said(event: WarningEvent) -> Phrase:
    """What happened to a warning, to be said to people."""
    return _EVENTS_SAID[event]


def named(steps: Sequence[Step], name: str) -> Step:
    """The step of a name."""
    return next(step for step in steps if step.name == name)
