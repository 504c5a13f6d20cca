"""The policy's tables of items and of graded warnings: entry deadlines, deputies, ladders."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from messages.audience import Person, parse
from messages.errors import Refused
from messages.notices import Category, Grade
from messages.text.phrase import phrase
from messages.warnings.records import GRADES, Asked, Counted, Ladder, Part, Step
from schedules.policy.faults import NotAccepted
from schedules.policy.table import SendTime, Table, Workdays

ABOVE: Final = "above"
OFFICE: Final = "office"


def _deputy(written: str) -> str:
    if written in {ABOVE, OFFICE}:
        return written
    try:
        if isinstance(parse(written), Person):
            return written
    except Refused:
        pass
    raise NotAccepted(phrase('one of "above", "office" and "person:CODE" is accepted'))


class ItemTerms(Table):
    """What becomes of a category's items: whether a leader approves them, and by when they are acknowledged.

    ``within``: working days after the decisive day to enter one; None where there is no such day.
    """

    within: Workdays | None = None
    approval: bool
    acknowledge: bool
    acknowledge_within: Workdays


class ReminderTerms(Table):
    """Reminders always need approval, and become warnings."""

    within: Workdays


class Entry(Table):
    """On which working days before the last day an announced item is called to mind."""

    remind_before: tuple[Annotated[int, Field(ge=0, le=60)], ...]


class Items(Table):
    """What collectors submit."""

    caution: ItemTerms
    reminder: ReminderTerms
    prompt: ItemTerms
    study: ItemTerms
    entry: Entry

    def within(self, category: Category) -> int | None:
        """The working days to enter an item of a category; None where there is no last day."""
        return self.reminder.within if category is Category.REMINDER else self.terms(category).within

    def terms(self, category: Category) -> ItemTerms:
        """What becomes of a category whose items become notices."""
        return {Category.CAUTION: self.caution, Category.PROMPT: self.prompt, Category.STUDY: self.study}[category]


class ApprovalTerms(Table):
    """Who stands in for an approver who does not decide within so many working hours; how many cards go singly."""

    deputy: Annotated[str, AfterValidator(_deputy)]
    deputy_after_hours: float = Field(gt=0, le=240)
    singly: int = Field(ge=1, le=20)


class Interface(Table):
    """How often one token may ask the HTTP interface."""

    requests_a_minute: int = Field(ge=1, le=60_000)


class LadderStep(Table):
    """A step of a ladder, as ``messages.warnings.records.Step``."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    counts_from: Counted
    workdays: Annotated[int, Field(ge=-60, le=60)]
    told: tuple[Part, ...] = Field(min_length=1)
    proposes: Grade | None = None
    decides: bool = False

    @model_validator(mode="after")
    def _overdue(self) -> "LadderStep":
        if (self.proposes or self.decides) and (self.counts_from is Counted.ISSUE or self.workdays < 0):
            raise NotAccepted(
                phrase("only a step after the day by which to acknowledge or to answer proposes or decides anything")
            )
        if self.counts_from is Counted.ISSUE and self.workdays < 0:
            raise NotAccepted(phrase("a number of working days from 0 is accepted after the issue"))
        return self


class GradeLadder(Table):
    """What a grade asks for, and its steps."""

    acknowledge: Workdays
    answer: Annotated[int, Field(ge=1, le=120)]
    checklist: tuple[Asked, ...] = Field(min_length=1)
    steps: tuple[LadderStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _begins(self) -> "GradeLadder":
        first, names = self.steps[0], [step.name for step in self.steps]
        if (first.counts_from, first.workdays) != (Counted.ISSUE, 0) or Part.HOLDER not in first.told:
            raise NotAccepted(
                phrase("the first step counts from the issue, after 0 working days, and tells the holder")
            )
        if len(set(names)) < len(names) or len(set(self.checklist)) < len(self.checklist):
            raise NotAccepted(phrase("each name once is accepted"))
        if self.acknowledge > self.answer:
            raise NotAccepted(phrase("the days to acknowledge are no more than those to answer"))
        return self

    def ladder(self, version: str) -> Ladder:
        """As a warning keeps it."""
        return Ladder(
            version=version,
            acknowledge=self.acknowledge,
            answer=self.answer,
            checklist=self.checklist,
            steps=tuple(Step(**dict(step)) for step in self.steps),
        )


class Warnings(Table):
    """Graded warnings: a ladder for each grade, and who is told how."""

    digest_time: SendTime
    singly: int = Field(ge=0, le=20)
    two_orange_months: int = Field(ge=1, le=60)
    blue: GradeLadder
    orange: GradeLadder
    red: GradeLadder

    @model_validator(mode="after")
    def _rising(self) -> "Warnings":
        for place, grade in enumerate(GRADES):
            if any(step.proposes and GRADES.index(step.proposes) <= place for step in self.of(grade).steps):
                raise NotAccepted(
                    phrase("{grade}: a higher grade is accepted as what a step proposes", grade=grade.value)
                )
        return self

    def of(self, grade: Grade) -> GradeLadder:
        """The ladder of a grade."""
        ladders: Mapping[Grade, GradeLadder] = MappingProxyType(
            {Grade.BLUE: self.blue, Grade.ORANGE: self.orange, Grade.RED: self.red}
        )
        return ladders[grade]
