"""The steps of one matter in the order of time: each with its date and its limits, as its card shows them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.chat.buttons import Forged
from bot.chat.desk import Desk
from bot.chat.tenders.words import said_at, said_limit, said_step
from messages.tenders.milestones import MILESTONES, PLANS, Milestone
from messages.tenders.records import Fact, Limit, LimitState
from messages.tenders.views import KnownFact, Whole
from messages.text.phrase import Phrase, phrase

_KEY: Final = 8
_ORDER: Final = {one: place for place, one in enumerate(Milestone)}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step, or of several awards or contracts one's: its date where that is known, and its limits."""

    milestone: Milestone
    part: str = ""
    known: KnownFact | None = None
    limits: tuple[Limit, ...] = ()

    @property
    def fact(self) -> Fact | None:
        """Its date."""
        return self.known.fact if self.known else None

    @property
    def key(self) -> str:
        """By what its buttons name it: as long as a matter has it, it has this."""
        return hashlib.sha256(f"{self.milestone.value}:{self.part}".encode()).hexdigest()[:_KEY]

    def is_shown(self, now: datetime, *, over: bool) -> bool:
        """Whether there is anything to be seen of it: a date, or a limit that is counted or has begun.

        What need not be done is past with its last day; and what is not counted, once a later step is ``over``.
        """
        return self.fact is not None or any(
            one.required or one.earliest or one.due_at > now if one.due_at else bool(one.begins_at) and not over
            for one in self.limits
            if one.state is not LimitState.WAITING
        )

    def rank(self, now: datetime) -> int:
        """Which steps come first where a date is moved: what is wrong or ahead, then what has a date, then others."""
        if self.worst is not None or (self.when is not None and self.when > now):
            return 0
        return 1 if self.fact is not None else 2 if self.when is not None else 3

    @property
    def worst(self) -> LimitState | None:
        """How its limits stand, the worst of them."""
        states = {one.state for one in self.limits}
        return next((one for one in (LimitState.BROKEN, LimitState.OVERDUE) if one in states), None)

    @property
    def when(self) -> datetime | None:
        """When it is, or is to be done by; None where nothing of it is known."""
        if self.fact is not None:
            return self.fact.at
        return min((at for one in self.limits if (at := one.due_at or one.begins_at)), default=None)

    def mark(self, now: datetime) -> str:
        """How it stands, as a mark."""
        if self.worst is not None:
            return "⚠️" if self.worst is LimitState.BROKEN else "🔴"
        if self.fact is None:
            return "⏳"
        if self.awaits_word(now):
            return "🕘"
        return "✅" if self.is_done(now) else "📅"

    def awaits_word(self, now: datetime) -> bool:
        """Whether its planned time has passed, and nobody has said that it was done."""
        return self.known is not None and self.known.awaits_word(now)

    def is_done(self, now: datetime) -> bool:
        """Whether its date has passed, and it stands; a plan is never done."""
        has_passed = self.fact is not None and self.fact.at <= now and not self.awaits_word(now)
        return has_passed and self.milestone not in PLANS


def stages_of(whole: Whole) -> tuple[Stage, ...]:
    """All steps of a matter, the first first; those of which nothing is known come last, as they usually follow."""
    facts = {(one.fact.milestone, one.fact.part): one for one in whole.facts}
    limits: dict[tuple[Milestone, str], list[Limit]] = {}
    for one in whole.limits:
        limits.setdefault((one.limit.milestone, one.limit.part), []).append(one.limit)
    dated = {milestone for milestone, _ in (*facts, *limits)}
    others = [(one, "") for one in MILESTONES[whole.matter.kind] if one not in dated]
    found = [
        Stage(milestone=step, part=part, known=facts.get((step, part)), limits=tuple(limits.get((step, part), ())))
        for step, part in {**facts, **limits, **dict.fromkeys(others)}
    ]
    return tuple(sorted(found, key=_place))


def shown_of(whole: Whole, now: datetime) -> list[Stage]:
    """The steps of a matter of which there is anything to be seen."""
    stages = stages_of(whole)
    latest = _latest(stages, now)
    return [one for one in stages if one.is_shown(now, over=_ORDER[one.milestone] < latest)]


def _latest(stages: Sequence[Stage], now: datetime) -> int:
    """The place, in their usual order, of the last step whose date has passed; -1 while none has."""
    passed = (one.milestone for one in stages if one.fact and one.fact.at <= now)
    return max((_ORDER[one] for one in passed if one not in PLANS), default=-1)


def to_do(stages: Sequence[Stage], now: datetime, *, usual: bool) -> list[Stage]:
    """The steps that are not done; ``usual``: but for those before what has passed, of which nothing is waited for."""
    left, latest = [one for one in stages if not one.is_done(now)], _latest(stages, now)

    def makes_sense(one: Stage) -> bool:
        is_due = one.fact is not None or any(
            limit.required and limit.state in {LimitState.OPEN, LimitState.OVERDUE} for limit in one.limits
        )
        return is_due or (_ORDER[one.milestone] > latest and one.milestone not in PLANS)

    return [one for one in left if makes_sense(one)] if usual else left


def _place(stage: Stage) -> tuple[bool, float, int, str]:
    when = stage.when
    return (when is None, when.timestamp() if when else 0.0, _ORDER[stage.milestone], stage.part)


def stage_of(stages: Sequence[Stage], key: str) -> Stage:
    """The step that a button names; it comes from outside."""
    found = next((one for one in stages if one.key == key), None)
    if found is None:
        raise Forged
    return found


def said_stage(desk: Desk, stage: Stage, language: str, now: datetime) -> dict[str, str]:
    """A step as a line of the card: its mark, its name, its date, and what its limits ask for."""
    limits = [said for one in stage.limits if (said := said_limit(desk, one, language))]
    at = said_at(desk, stage.fact.at, whole_day=stage.fact.whole_day) if stage.fact else ""
    name = said_step(desk, stage.milestone, language, stage.part)
    at = at or desk.catalog.say(_undated(stage), language)
    if stage.awaits_word(now):
        at += " · " + desk.catalog.say(phrase("its planned time has passed: to be confirmed"), language)
    return {"mark": stage.mark(now), "name": name, "at": at, "limits": " · ".join(limits)}


def _undated(stage: Stage) -> Phrase:
    """What is said of a step without a date: it is to be done, or it may come to be, or its day is still open."""
    if any(one.required or one.due_on is None for one in stage.limits):
        return phrase("to do")
    return phrase("not set yet") if all(one.earliest for one in stage.limits) else phrase("if any")
