"""The policy's tables of scores: how long a period is, what is answered when, and the rules by their versions."""

import re
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from messages.notices import Grade
from messages.scores.periods import Period, PeriodKind
from messages.scores.records import CONDITIONS, Rule, Rules, ScoreKind, When
from messages.text.phrase import phrase
from schedules.policy.faults import NotAccepted
from schedules.policy.table import SendTime, Table

_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
_MOST: Final = 1000
_DECIMALS: Final = 4


def _points(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > _DECIMALS or abs(value) > _MOST:
        raise NotAccepted(phrase("points from -1000 to 1000 with at most four decimals are accepted"))
    return value


def _label(written: str) -> str:
    if Period.read(written) is None:
        raise NotAccepted(phrase("a period is accepted, such as 2026-10, 2026-Q4 or 2026"))
    return written


Points = Annotated[Decimal, AfterValidator(_points)]


class GradePoints(Table):
    """Points by the grade of a warning."""

    blue: Points
    orange: Points
    red: Points


class RuleTerms(Table):
    """A rule, as ``messages.scores.records.Rule``."""

    event: ScoreKind
    when: When
    points: Points | None = None
    by_grade: GradePoints | None = None
    cap: Annotated[Points, Field(gt=0)] | None = None
    cap_period: PeriodKind | None = None

    @model_validator(mode="after")
    def _possible(self) -> "RuleTerms":
        conditions = CONDITIONS.get(self.event)
        if conditions is None:
            raise NotAccepted(phrase("{event}: no rule is accepted for it", event=self.event.value))
        if self.when not in conditions:
            words = ", ".join(one.value for one in conditions)
            raise NotAccepted(
                phrase("{event}: accepted as its condition: {words}", event=self.event.value, words=words)
            )
        graded = self.event is ScoreKind.CHARGED
        if graded != (self.by_grade is not None) or graded == (self.points is not None):
            raise NotAccepted(phrase("points by grade are accepted for warnings, and points for all else"))
        if (self.cap is None) != (self.cap_period is None):
            raise NotAccepted(phrase("a cap and its period are accepted together"))
        return self

    def rule(self) -> Rule:
        """As it is scored by."""
        by_grade = {} if self.by_grade is None else {grade: getattr(self.by_grade, grade.value) for grade in Grade}
        points = {} if self.points is None else {None: self.points}
        return Rule(
            kind=self.event,
            when=self.when,
            points=by_grade | points,
            cap=self.cap,
            cap_period=self.cap_period,
        )


class RulesTerms(Table):
    """One version of the rules: from which period on it holds, to so many decimals, and its rules."""

    from_: Annotated[str, AfterValidator(_label)] = Field(alias="from")
    decimals: int = Field(ge=0, le=2)
    rules: tuple[RuleTerms, ...]

    @model_validator(mode="after")
    def _once(self) -> "RulesTerms":
        if len({(one.event, one.when) for one in self.rules}) < len(self.rules):
            raise NotAccepted(phrase("one rule for each event and condition is accepted"))
        return self

    @property
    def begins(self) -> Period:
        """The first period of it."""
        found = Period.read(self.from_)
        if found is None:
            raise ValueError(self.from_)
        return found


def _versions(terms: dict[str, RulesTerms]) -> dict[str, RulesTerms]:
    if not terms:
        raise NotAccepted(phrase("at least one version of the rules is accepted"))
    for version in terms:
        if not _VERSION.fullmatch(version):
            raise NotAccepted(
                phrase("{version}: letters, digits, points and strokes are accepted as a version", version=version)
            )
    if len({one.begins.first for one in terms.values()}) < len(terms):
        raise NotAccepted(phrase("one version of the rules from each period on is accepted"))
    return terms


class Scores(Table):
    """How people's work is scored (积分).

    Objections are accepted for ``object_within`` working days after a statement, and answered within so many working
    days. Units in which fewer people were addressed than ``smallest_unit`` are not named. On which working day of a
    month, and when, its report goes out.
    """

    period: PeriodKind
    object_within: int = Field(ge=1, le=60)
    answer_within: int = Field(ge=1, le=60)
    smallest_unit: int = Field(ge=2, le=1000)
    report_workday: int = Field(ge=1, le=15)
    report_time: SendTime
    rules: Annotated[dict[str, RulesTerms], AfterValidator(_versions)]

    def rules_for(self, period: Period, zone: str) -> Rules | None:
        """The rules that hold for a period by this policy: the latest that began by its first day; None: none yet."""
        begun = {one.begins.first: version for version, one in self.rules.items() if one.begins.first <= period.first}
        if not begun:
            return None
        version = begun[max(begun)]
        terms = self.rules[version]
        return Rules(
            version=version,
            period=period.kind,
            zone=zone,
            decimals=terms.decimals,
            rules=tuple(one.rule() for one in terms.rules),
        )
