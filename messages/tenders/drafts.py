"""The draft of a matter: what has been said of it so far, and which question comes next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self
from zoneinfo import ZoneInfo

from messages.drafting import Drafts, Stepped, fields_of
from messages.drafts import Kind
from messages.items.kinds import ItemKind
from messages.store import drafts
from messages.tenders.dating import day_fact
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.tenders.records import DEFAULT_CURRENCY, METHODS, Fact, Method, Source, Told


class MatterStep(StrEnum):
    """A question of the dialogue; at the last one everything is looked at before it is saved."""

    KIND = "kind"
    TITLE = "title"
    NUMBER = "ref"
    UNIT = "unit"
    METHOD = "method"
    AMOUNT = "amount"
    DATES = "facts"
    CHECK = "check"


_OF_RECRUITMENT: Final = (MatterStep.KIND, MatterStep.TITLE, MatterStep.NUMBER, MatterStep.UNIT, MatterStep.DATES)
_OF_BUYING: Final = (*_OF_RECRUITMENT[:-1], MatterStep.METHOD, MatterStep.AMOUNT, MatterStep.DATES)
OPTIONAL: Final = frozenset({MatterStep.NUMBER, MatterStep.AMOUNT, MatterStep.DATES})
"""What need not be said: a number is made for who has none."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """The day of a milestone, and its time where that is known, by the clock of the office."""

    milestone: Milestone
    day: date
    clock: time | None = None

    def fact(self, zone: ZoneInfo) -> Fact:
        """As a matter keeps it."""
        if self.clock is None:
            return day_fact(self.milestone, self.day, zone)
        return Fact(milestone=self.milestone, at=datetime.combine(self.day, self.clock, zone))


@dataclass(frozen=True, kw_only=True)
class MatterContent:
    """What is said of a matter so far. ``ref`` is its number; ``unit`` the buyer's; ``dates`` as milestones come."""

    kind: MatterKind | None = None
    title: str = ""
    ref: str = ""
    unit: str = ""
    method: Method | None = None
    amount: str = ""
    dates: tuple[Dated, ...] = ()

    @property
    def methods(self) -> tuple[Method, ...]:
        """The methods that a matter of this kind may have."""
        return METHODS[self.kind] if self.kind is not None else ()

    @property
    def steps(self) -> tuple[MatterStep, ...]:
        """The questions about a matter of this kind, in their order."""
        if self.kind is None:
            return (MatterStep.KIND,)
        return _OF_RECRUITMENT if self.kind is MatterKind.RECRUITMENT else _OF_BUYING

    def answered(self, step: MatterStep) -> bool:
        """Whether there is an answer to a question."""
        return {
            MatterStep.KIND: self.kind is not None,
            MatterStep.TITLE: bool(self.title),
            MatterStep.NUMBER: bool(self.ref),
            MatterStep.UNIT: bool(self.unit),
            MatterStep.METHOD: self.method is not None,
            MatterStep.AMOUNT: bool(self.amount),
            MatterStep.DATES: bool(self.dates),
            MatterStep.CHECK: False,
        }[step]

    @property
    def missing(self) -> tuple[MatterStep, ...]:
        """What is still needed before it can be saved."""
        return tuple(step for step in self.steps if step not in OPTIONAL and not self.answered(step))

    def of_kind(self, kind: MatterKind) -> Self:
        """The same as another kind: dates of steps, and a method, that this has not are left out."""
        kept = tuple(one for one in self.dates if one.milestone in MILESTONES[kind])
        method = self.method if self.method in METHODS[kind] else None
        return replace(self, kind=kind, dates=kept, method=method)

    def dated(self, *dates: Dated) -> Self:
        """The same with these dates, instead of those of the same milestones."""
        found = {one.milestone: one for one in (*self.dates, *dates)}
        return replace(self, dates=tuple(found[one] for one in Milestone if one in found))

    def undated(self, milestone: Milestone) -> Self:
        """The same without the date of a milestone."""
        return replace(self, dates=tuple(one for one in self.dates if one.milestone is not milestone))

    def told(self, ref: str, zone: ZoneInfo) -> Told:
        """What is told of the matter, by hand; ``ref`` is the number that was made, where none was given."""
        return Told(
            ref=self.ref or ref,
            kind=self.kind,
            title=self.title,
            buyer=self.unit,
            unit=self.unit,
            source=Source.HAND,
            method=self.method or Method.OTHER,
            amount=self.amount or None,
            currency=DEFAULT_CURRENCY if self.amount else None,
            facts=tuple(one.fact(zone) for one in self.dates),
        )

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        kept = [
            [one.milestone.value, one.day.isoformat(), one.clock.isoformat() if one.clock else None]
            for one in self.dates
        ]
        return asdict(self) | {"dates": kept}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made, once JSON has written it."""
        return cls(
            kind=MatterKind(kept["kind"]) if kept["kind"] else None,
            title=kept["title"],
            ref=kept["ref"],
            unit=kept["unit"],
            method=Method(kept["method"]) if kept["method"] else None,
            amount=kept["amount"],
            dates=tuple(
                Dated(
                    milestone=Milestone(milestone),
                    day=date.fromisoformat(day),
                    clock=time.fromisoformat(clock) if clock else None,
                )
                for milestone, day, clock in kept["dates"]
            ),
        )


@dataclass(frozen=True, kw_only=True)
class MatterDraft(Stepped[MatterStep]):
    """A matter that is being entered; at the question about dates, ``milestone`` is whose date is asked for."""

    last: ClassVar[MatterStep] = MatterStep.CHECK

    content: MatterContent
    step: MatterStep = MatterStep.KIND
    milestone: Milestone | None = None

    def at(self, step: MatterStep) -> Self:
        """The draft at a question; no date is asked for yet."""
        return replace(super().at(step), milestone=None)

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        return super().as_json() | {"milestone": self.milestone.value if self.milestone else None}


def _draft(row: drafts.Kept) -> MatterDraft:
    kept = fields_of(row)
    content, step, milestone = MatterContent.of(kept.pop("content")), kept.pop("step"), kept.pop("milestone")
    of = Milestone(milestone) if milestone else None
    return MatterDraft(content=content, step=MatterStep(step), milestone=of, **kept)


EMPTY: Final = MatterContent()

MATTERS_OF: Final[Mapping[ItemKind | None, MatterKind]] = MappingProxyType(
    {
        ItemKind.TENDER: MatterKind.TENDER,
        ItemKind.PROCUREMENT: MatterKind.PROCUREMENT,
        ItemKind.RECRUITMENT: MatterKind.RECRUITMENT,
    }
)
"""The kinds of items that can be entered as matters instead."""

MATTERS: Final = Drafts(Kind.MATTER, _draft)
"""The matters that are being entered."""
