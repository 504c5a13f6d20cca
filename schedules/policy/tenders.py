"""The policy's tables of matters: the rules that their limits are reckoned by, the laws these cite, and times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar, Final

from pydantic import Field, ValidationInfo, field_validator, model_validator

from messages.tenders.milestones import MILESTONES, PLANS, MatterKind, Milestone, matter_kind_said
from messages.tenders.records import Method
from messages.text.articles import article_of
from messages.text.phrase import Phrase, phrase
from schedules.policy.faults import NotAccepted
from schedules.policy.table import SendTime, Table, Workdays
from schedules.policy.tender_sources import SourceName, SourceTerms

_LONGEST_LAW: Final = 100

RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LawCode = Annotated[str, Field(pattern=r"^[A-Z]{1,8}$")]


class Side(StrEnum):
    """Whether days are counted on from what a limit counts from, or back from it."""

    AFTER = "after"
    BEFORE = "before"


class Bound(StrEnum):
    """What a count is: the least or the most that is allowed, none at all, or the same instant."""

    LEAST = "least"
    MOST = "most"
    SAME = "same"
    NONE = "none"


class Unit(StrEnum):
    """What is counted."""

    DAYS = "d"
    WORKDAYS = "wd"


COUNTED: Final = frozenset({Bound.LEAST, Bound.MOST})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a kind of matter: the limit of a milestone, counted from another one.

    ``n`` days of ``unit`` on the ``side`` of ``counts_from``; all None where nothing is counted (``none``; ``same``
    has ``counts_from`` only). The step becomes current with ``begins_with``, ``begins_workdays`` working days later
    (negative: before). ``methods``: for which it goes, empty for all. ``rolls``: a count forward that ends on a day
    off ends on the next working day. ``required``: what passes without its fact is overdue. ``template`` is the
    milestone whose text goes with its prompts.
    """

    name: str
    milestone: Milestone
    counts_from: Milestone | None
    side: Side | None
    bound: Bound
    n: int | None
    unit: Unit | None
    article: str | None
    node: str
    template: Milestone
    begins_with: Milestone
    begins_workdays: int
    required: bool
    methods: frozenset[Method]
    rolls: bool

    @property
    def comes_with(self) -> bool:
        """Whether its milestone is taken to be when what it goes with is, while it has no date of its own.

        So it is of what is to be at the same time, and of an opening that begins with another step.
        """
        opens = self.milestone is Milestone.OPENING and self.bound is Bound.NONE and not self.begins_workdays
        return opens or self.bound is Bound.SAME


class RuleTerms(Table):
    """A rule as the file has it; ``off`` ends a rule that is shipped."""

    kind: ClassVar[MatterKind]

    milestone: Milestone
    counts_from: Milestone | None = None
    side: Side | None = None
    bound: Bound
    n: Annotated[int, Field(ge=1, le=400)] | None = None
    unit: Unit | None = None
    article: Annotated[str, Field(max_length=40)] | None = None
    node: str = Field(min_length=1, max_length=200)
    template: Milestone | None = None
    begins_with: Milestone | None = None
    begins_workdays: int = Field(default=0, ge=-60, le=60)
    required: bool = False
    methods: tuple[Method, ...] = ()
    rolls: bool = True
    off: bool = False

    @field_validator("milestone", "counts_from", "begins_with")
    @classmethod
    def _of_the_kind(cls, milestone: Milestone | None) -> Milestone | None:
        accepted = [one for one in MILESTONES[cls.kind] if one not in PLANS]
        if milestone is not None and milestone not in accepted:
            raise NotAccepted(
                phrase(
                    "a milestone of this kind ({kind}) is accepted: {words}",
                    kind=matter_kind_said(cls.kind),
                    words=", ".join(accepted),
                )
            )
        return milestone

    @field_validator("template")
    @classmethod
    def _has_a_text(cls, template: Milestone | None) -> Milestone | None:
        if template in PLANS:
            raise NotAccepted(phrase("a milestone that is no plan is accepted: there is no text about plans"))
        return template

    @model_validator(mode="after")
    def _makes_sense(self) -> "RuleTerms":
        for refused, what in _NO_SENSE:
            if refused(self):
                raise NotAccepted(what)
        return self

    @property
    def earliest(self) -> bool:
        """Whether it tells the first day on which its milestone may be, not the last one."""
        return self.bound is Bound.LEAST and self.side is Side.AFTER

    def rule(self, name: str) -> Rule:
        """As limits are reckoned by it."""
        begins_with = self.begins_with or self.counts_from
        assert begins_with is not None  # noqa: S101 -- checked above
        return Rule(
            name=name,
            milestone=self.milestone,
            counts_from=self.counts_from,
            side=self.side,
            bound=self.bound,
            n=self.n,
            unit=self.unit,
            article=self.article,
            node=self.node,
            template=self.template or self.milestone,
            begins_with=begins_with,
            begins_workdays=self.begins_workdays,
            required=self.required,
            methods=frozenset(self.methods),
            rolls=self.rolls,
        )


_NO_SENSE: Final[tuple[tuple[Callable[[RuleTerms], bool], Phrase], ...]] = (
    (
        lambda one: {given is not None for given in (one.side, one.n, one.unit)} != {one.bound in COUNTED},
        phrase('"side", "n" and "unit" are accepted with the bounds "least" and "most", and are needed there'),
    ),
    (
        lambda one: (one.bound is not Bound.NONE) != (one.counts_from is not None),
        phrase('"counts_from" is accepted with every bound but "none", and is needed there'),
    ),
    (
        lambda one: one.counts_from is one.milestone,
        phrase('another milestone than its own is accepted as "counts_from"'),
    ),
    (
        lambda one: one.bound is Bound.MOST and one.side is Side.BEFORE,
        phrase('the side "before" is accepted with the bound "least" only'),
    ),
    (
        lambda one: one.required and (one.bound is Bound.NONE or one.earliest),
        phrase('"required" is accepted only where there is a last day'),
    ),
    (
        lambda one: one.begins_with is None and one.counts_from is None,
        phrase('"begins_with" is needed where nothing is counted'),
    ),
    (
        lambda one: one.begins_with is one.milestone and one.begins_workdays >= 0,
        phrase('a step begins with its own milestone only with "begins_workdays" below 0'),
    ),
)
"""What makes no sense of a rule, and what is said of it."""


class TenderRule(RuleTerms):
    """A rule for works tenders."""

    kind = MatterKind.TENDER


class ProcurementRule(RuleTerms):
    """A rule for government procurement."""

    kind = MatterKind.PROCUREMENT


class RecruitmentRule(RuleTerms):
    """A rule for recruitment."""

    kind = MatterKind.RECRUITMENT


class Rules(Table):
    """The rules of each kind of matter, by name; ``rules[kind]`` are those that hold, as records."""

    tender: dict[RuleName, TenderRule]
    procurement: dict[RuleName, ProcurementRule]
    recruitment: dict[RuleName, RecruitmentRule]

    def __getitem__(self, kind: MatterKind) -> tuple[Rule, ...]:
        """The rules of a kind that hold, in the order of the file."""
        return tuple(terms.rule(name) for name, terms in self.terms(kind).items() if not terms.off)

    def terms(self, kind: MatterKind) -> Mapping[str, RuleTerms]:
        """The rules of a kind as the file has them."""
        tables: Mapping[MatterKind, Mapping[str, RuleTerms]] = MappingProxyType(
            {
                MatterKind.TENDER: self.tender,
                MatterKind.PROCUREMENT: self.procurement,
                MatterKind.RECRUITMENT: self.recruitment,
            }
        )
        return tables[kind]


def _cites_none(source: str | None, laws: Mapping[str, str]) -> bool:
    article = article_of(source, laws)
    return article is not None and "law" not in article


class Tenders(Table):
    """Matters: when and of what people are prompted, and the rules that limits are reckoned by.

    ``prompt_time``, ``overdue_time``: of a working day. ``soon_workdays``: so many before a last day. A prompt is
    acknowledged ``acknowledge_within`` working days, and is of use for ``useful_workdays`` working days after its date.
    Nobody is prompted of what was over more than ``told_back_days`` ago. ``sources`` are where matters come from by
    themselves.
    """

    prompt_time: SendTime
    overdue_time: SendTime
    soon_workdays: int = Field(ge=1, le=60)
    acknowledge_within: Workdays
    useful_workdays: int = Field(ge=1, le=365)
    told_back_days: int = Field(ge=0, le=3650)
    laws: dict[LawCode, Annotated[str, Field(min_length=1, max_length=_LONGEST_LAW)]]
    rules: Rules
    sources: dict[SourceName, SourceTerms] = Field(default={})

    def together(self, milestone: Milestone) -> dict[str, Milestone]:
        """The rules by which a step is to be at the very time of another one, and of which."""
        rules = (rule for kind in MatterKind for rule in self.rules[kind])
        return {
            rule.name: rule.counts_from
            for rule in rules
            if rule.bound is Bound.SAME and rule.milestone is milestone and rule.counts_from is not None
        }

    @field_validator("rules")
    @classmethod
    def _cites_known_laws(cls, rules: Rules, info: ValidationInfo) -> Rules:
        laws = info.data.get("laws")
        for kind in MatterKind:
            for name, terms in rules.terms(kind).items():
                if laws is not None and _cites_none(terms.article, laws):
                    raise NotAccepted(
                        phrase(
                            "{key}: the code of one of the laws and a number are accepted, such as B24",
                            key=f"{kind}.{name}.article",
                        )
                    )
        return rules

    def by_name(self) -> Mapping[str, Rule]:
        """The rules by their names: one that several kinds of matters have is about the same step in each of them."""
        return {rule.name: rule for kind in MatterKind for rule in self.rules[kind]}
