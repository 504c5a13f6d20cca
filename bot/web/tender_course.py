"""The course of a matter as a page draws it: dates that are known and days by which something is due, in one line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from messages.tenders.milestones import PLANS, Milestone
from messages.tenders.records import OVER, Fact, Limit, LimitState, is_passed_by
from messages.tenders.views import KnownFact, Whole


@dataclass(frozen=True, kw_only=True)
class Station:
    """A stop of the course: a date that is known (``fact``), with the limits that are about it; or a limit alone.

    ``at`` is where it stands in the course, None for what has no date yet. ``mark`` names how it is drawn: ``broken``,
    ``late``, ``done``, ``ahead``, or ``waiting``.
    """

    milestone: Milestone
    part: str
    at: datetime | None
    fact: KnownFact | None
    limits: tuple[Limit, ...]
    mark: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """What was, what is ahead, and what has no date yet, each in the order of time."""

    past: tuple[Station, ...]
    ahead: tuple[Station, ...]
    undated: tuple[Station, ...]


def course_of(whole: Whole, now: datetime) -> Course:
    """The course of a matter at ``now``."""
    stations = [*_of_facts(whole, now), *_of_limits(whole, now)]
    dated = sorted((one for one in stations if one.at), key=lambda one: (one.at or now, one.part))
    return Course(
        past=tuple(one for one in dated if one.at and one.at <= now),
        ahead=tuple(one for one in dated if one.at and one.at > now),
        undated=tuple(one for one in stations if one.at is None),
    )


def _of_facts(whole: Whole, now: datetime) -> Iterator[Station]:
    for known in whole.facts:
        fact = known.fact
        limits = tuple(one.limit for one in whole.limits if _about(one.limit) == (fact.milestone, fact.part))
        mark = "broken" if _has(limits, LimitState.BROKEN) else "done" if _is_done(fact, now) else "ahead"
        yield Station(milestone=fact.milestone, part=fact.part, at=fact.at, fact=known, limits=limits, mark=mark)


def _is_done(fact: Fact, now: datetime) -> bool:
    """Whether its day has come, and proves anything."""
    return fact.at <= now and fact.milestone not in PLANS


def is_settled(limit: Limit, now: datetime, *, over: bool) -> bool:
    """Whether nothing is to be said of a limit any more: it was passed by, or its matter was ``over`` before it."""
    return (over and limit.state in {LimitState.OPEN, LimitState.WAITING}) or is_passed_by(limit, now)


def _of_limits(whole: Whole, now: datetime) -> Iterator[Station]:
    """Limits of milestones of which no date is known; what was passed by has no place among the dates."""
    known = {(one.fact.milestone, one.fact.part) for one in whole.facts}
    marks = {LimitState.OVERDUE: "late", LimitState.BROKEN: "broken", LimitState.KEPT: "done"}
    for limit in (one.limit for one in whole.limits if _about(one.limit) not in known):
        mark = marks.get(limit.state, "waiting")
        at = None if is_settled(limit, now, over=whole.matter.state in OVER) else limit.due_at
        yield Station(milestone=limit.milestone, part=limit.part, at=at, fact=None, limits=(limit,), mark=mark)


def _about(limit: Limit) -> tuple[Milestone, str]:
    return limit.milestone, limit.part


def _has(limits: Sequence[Limit], state: LimitState) -> bool:
    return any(one.state is state for one in limits)
