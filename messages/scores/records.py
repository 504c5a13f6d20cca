"""What scores are made of: rules, entries with their why, and what has no entry with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.notices import Grade
from messages.scores.periods import Period, PeriodKind

NOTHING: Final = Decimal(0)


class ScoreKind(StrEnum):
    """The kinds of events that count."""

    ACKNOWLEDGED = "acknowledged"
    MISSED = "acknowledgement_missed"
    ANSWERED = "warning_answered"
    ENTERED = "item_submitted"
    CHARGED = "warning_charged"
    CORRECTED = "score_corrected"  # no rule has it: its points are said with it


class When(StrEnum):
    """What has to hold of an event for a rule."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"
    ISSUED = "issued"  # of warnings, by the grade


CONDITIONS: Final[Mapping[ScoreKind, tuple[When, ...]]] = MappingProxyType(
    {
        ScoreKind.ACKNOWLEDGED: (When.IN_TIME, When.LATE),
        ScoreKind.MISSED: (When.MISSED,),
        ScoreKind.ANSWERED: (When.IN_TIME, When.LATE),
        ScoreKind.ENTERED: (When.IN_TIME, When.LATE),
        ScoreKind.CHARGED: (When.ISSUED,),
    }
)
"""What can hold of each kind."""


class Reason(StrEnum):
    """Why something has no entry."""

    UNDELIVERED = "undelivered"
    UNREACHABLE = "unreachable"
    ON_LEAVE = "on_leave"
    NOT_HOLDER = "not_holder"  # when it was sent
    HANDED_OVER = "handed_over"  # before its day had passed
    PROVISIONAL = "provisional"  # its day was not official
    CAPPED = "capped"  # no more of it counts in the cap's period


@dataclass(frozen=True, kw_only=True)
class Rule:
    """So many ``points`` for an event of a kind of which ``when`` holds; of warnings by the grade, else under None.

    What a rule gives in one period of ``cap_period`` is at most ``cap``, and takes at most as much.
    """

    kind: ScoreKind
    when: When
    points: Mapping[Grade | None, Decimal]
    cap: Decimal | None = None
    cap_period: PeriodKind | None = None

    @property
    def code(self) -> str:
        """The rule's name, and the why of its entries."""
        return code_of(self.kind, self.when)


def code_of(kind: ScoreKind, when: When) -> str:
    """The name of a rule, and the why of its entries."""
    return f"{kind.value}:{when.value}"


IN_TIME: Final = code_of(ScoreKind.ACKNOWLEDGED, When.IN_TIME)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of a period. Points are rounded half up to so many ``decimals``; days are those of ``zone``."""

    version: str
    period: PeriodKind
    zone: str
    decimals: int
    rules: tuple[Rule, ...]

    def of(self, kind: ScoreKind, when: When) -> Rule | None:
        """The rule for what happened; None where nothing counts."""
        return next((one for one in self.rules if one.kind is kind and one.when is when), None)


@dataclass(frozen=True, kw_only=True)
class About:
    """What an entry is about, by the ids: a notice, a warning or an item."""

    notice: int | None = None
    warning: int | None = None
    item: int | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """So many points of a person, for one event of the ledger.

    ``code`` is the rule's, or ``score_corrected``; ``grade`` is a warning's, ``before`` what it was raised from;
    ``text`` is the reason that somebody gave for a correction, ``capped`` whether the rule would have given more.
    """

    at: datetime
    kind: ScoreKind
    points: Decimal
    code: str
    event: int
    about: About = field(default_factory=About)
    grade: Grade | None = None
    before: Grade | None = None
    text: str | None = None
    capped: bool = False


@dataclass(frozen=True, kw_only=True)
class Uncounted:
    """Something that would have counted, and the reason why it does not."""

    at: datetime
    kind: ScoreKind
    reason: Reason
    event: int
    about: About = field(default_factory=About)


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A person's entries of one period and what has none, both in order of time."""

    entries: tuple[Entry, ...] = ()
    uncounted: tuple[Uncounted, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of all points."""
        return sum((one.points for one in self.entries), NOTHING)

    @property
    def addressed(self) -> int:
        """How many things counted that the person was asked or had to do."""
        return sum(one.kind is not ScoreKind.CORRECTED for one in self.entries)

    @property
    def asked(self) -> int:
        """How many notices to acknowledge counted."""
        return sum(one.kind in {ScoreKind.ACKNOWLEDGED, ScoreKind.MISSED} for one in self.entries)

    @property
    def acknowledged(self) -> int:
        """How many of these the person acknowledged, in time or not."""
        return sum(one.kind is ScoreKind.ACKNOWLEDGED for one in self.entries)

    @property
    def in_time(self) -> int:
        """How many of these in time."""
        return sum(one.code == IN_TIME for one in self.entries)

    def by_kind(self) -> dict[ScoreKind, tuple[int, Decimal]]:
        """How many entries each kind has, and their points."""
        found: dict[ScoreKind, tuple[int, Decimal]] = {}
        for one in self.entries:
            count, points = found.get(one.kind, (0, NOTHING))
            found[one.kind] = (count + 1, points + one.points)
        return found


@dataclass(frozen=True, kw_only=True)
class ScorePerson:
    """Whose score it is."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A period that a named person has closed; ``revision`` counts from 1, more where it was computed anew.

    ``upto`` is the last row of the ledger's chain that counts, ``object_by`` the last day on which one may disagree.
    ``ended_at`` is None until every statement is made.
    """

    id: int
    period: Period
    revision: int
    at: datetime
    closed_by: str
    rules: str
    upto: int
    why: str | None
    object_by: date
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a closed period came to for one person, as it was told, and by what notice."""

    id: int
    person: ScorePerson
    closing: Closing
    scored: Scored
    notice_id: int | None

    @property
    def object_by(self) -> date:
        """The last day on which the person may disagree."""
        return self.closing.object_by


@dataclass(frozen=True, kw_only=True)
class Score:
    """A person's score of one period: as it stands now or, where it is closed, the statement with later corrections."""

    person: ScorePerson
    period: Period
    rules: Rules
    scored: Scored
    statement: Statement | None


@dataclass(frozen=True, kw_only=True)
class PastScore:
    """What a period came to; one that is not ``closed`` may still change."""

    period: Period
    total: Decimal
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Closed:
    """What closing came to: so many statements made by it now, of so many in all."""

    closing: Closing
    made: int
    statements: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Whose total another computation changes; ``before`` is None where there was no statement."""

    person: ScorePerson
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True, kw_only=True)
class Recomputed:
    """What computing a closed period anew comes to; without a ``closing`` nothing of it was written."""

    period: Period
    rules: Rules
    differences: tuple[Difference, ...]
    closing: Closing | None
