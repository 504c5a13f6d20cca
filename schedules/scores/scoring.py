"""Scoring: what a person's events come to by the rules of a period. Nothing is looked up, and no clock is read.

1. Of what happened about one notice in one period one thing counts: the acknowledgement, or that there was none.
2. Each thing is judged by itself: an entry by its rule, no entry with a reason, or nothing where no rule is about it.
3. What a cap's rule gives is added up in order of time, from the beginning of the cap's own period.
4. What happened in the period is left, with the corrections that name it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from messages.scores.facts import (
    HANDED_OVER,
    AbsenceEvent,
    Absent,
    Acknowledged,
    Answered,
    Asked,
    Charged,
    Corrected,
    Entered,
    Fact,
    Missed,
)
from messages.scores.periods import Period
from messages.scores.records import (
    NOTHING,
    About,
    Entry,
    Reason,
    Rule,
    Rules,
    Scored,
    ScoreKind,
    Uncounted,
    When,
)
from messages.scores.working_days import WorkingDays

_Outcome: TypeAlias = Entry | Uncounted
_AboutNotice: TypeAlias = Acknowledged | Missed


def since(rules: Rules, period: Period) -> date:
    """The first day whose events have to be known in order to score a period: that of the longest cap's period."""
    caps = [Period.of(rule.cap_period, period.first).first for rule in rules.rules if rule.cap_period]
    return min([period.first, *caps])


def score(facts: Iterable[Fact], rules: Rules, period: Period, days: WorkingDays) -> Scored:
    """One person's entries of a period, whatever the order in which ``facts`` come, and however often.

    They are all that happened since ``since``, with all absences of the person and the corrections of the period.
    """
    known = sorted({one.event: one for one in facts}.values(), key=lambda one: (one.at, one.event))
    zone = ZoneInfo(rules.zone)
    judge = _Judge(rules=rules, zone=zone, days=days, leaves=_leaves(known))
    judged = [outcome for fact in _that_count(known, period, zone) if (outcome := judge.of(fact))]
    of_period = [one for one in _capped(judged, rules, zone) if period.holds(one.at, zone)]
    corrections = [correction(one) for one in known if isinstance(one, Corrected) and one.period == period.label]
    entries = [one for one in of_period if isinstance(one, Entry)]
    return Scored(
        entries=tuple(sorted([*entries, *corrections], key=lambda one: (one.at, one.event))),
        uncounted=tuple(one for one in of_period if isinstance(one, Uncounted)),
    )


def _leaves(facts: Iterable[Fact]) -> tuple[tuple[date, date], ...]:
    """The first and last days of the absences that are granted; what was said last of each holds."""
    said = (one for one in facts if isinstance(one, Absent))
    last = {one.absence: one for one in sorted(said, key=lambda one: one.event)}
    return tuple((one.first, one.last) for one in last.values() if one.what is AbsenceEvent.GRANTED)


def _that_count(facts: Collection[Fact], period: Period, zone: ZoneInfo) -> list[Fact]:
    """What is judged: of each notice and period one thing, and of the rest what was done for the first time."""
    best: dict[tuple[Period, int], _AboutNotice] = {}
    kept: list[Fact] = []
    for fact in facts:
        if isinstance(fact, Acknowledged | Missed):
            key = Period.of(period.kind, fact.at.astimezone(zone).date()), fact.notice
            best[key] = _better(best.get(key), fact)
        elif isinstance(fact, Charged) or (isinstance(fact, Answered | Entered) and fact.first):
            kept.append(fact)
    answered = [one for one in best.values() if not isinstance(one, Acknowledged) or one.first]
    return sorted([*kept, *answered], key=lambda one: (one.at, one.event))


def _better(known: _AboutNotice | None, fact: _AboutNotice) -> _AboutNotice:
    """Which of two things about one notice counts; of two that are alike the earlier one."""
    return fact if known is None or _place(fact) < _place(known) else known


def _place(fact: _AboutNotice) -> int:
    """The first acknowledgement, before what was missed, before what has no consequences, before one more press.

    Without consequences is what was handed over, and a provisional day: the official one may be missed after it.
    """
    if isinstance(fact, Acknowledged):
        return 0 if fact.first else 3
    return 2 if fact.provisional or fact.why == HANDED_OVER else 1


def correction(fact: Corrected) -> Entry:
    """The entry of a correction: as it was said, whatever the rules are."""
    kind = ScoreKind.CORRECTED
    return Entry(at=fact.at, kind=kind, points=fact.points, code=kind.value, event=fact.event, text=fact.why)


@dataclass(frozen=True, kw_only=True)
class _Judge:
    """Says what one thing comes to, apart from all caps."""

    rules: Rules
    zone: ZoneInfo
    days: WorkingDays
    leaves: tuple[tuple[date, date], ...]

    def of(self, fact: Fact) -> _Outcome | None:
        """An entry, the reason why there is none, or None where no rule is about it."""
        judge = _JUDGED.get(type(fact))
        return judge(self, fact) if judge else None

    def acknowledged(self, fact: Acknowledged) -> _Outcome | None:
        if fact.due is None:
            return None
        kind, about = ScoreKind.ACKNOWLEDGED, About(notice=fact.notice)
        when = When.IN_TIME if fact.at <= fact.due else When.LATE
        rule = self.rules.of(kind, when)
        if rule is None:
            return None
        if reason := self._held(fact) or (self._on_leave(fact) if when is When.LATE else None):
            return _without(fact, kind, reason, about)
        return self._entry(fact, rule, rule.points[None], about)

    def missed(self, fact: Missed) -> _Outcome | None:
        kind, about = ScoreKind.MISSED, About(notice=fact.notice)
        rule = self.rules.of(kind, When.MISSED)
        if fact.due is None or rule is None:
            return None
        handed = Reason.HANDED_OVER if fact.why == HANDED_OVER else None
        if reason := _unreached(fact) or handed or self._held(fact) or self._on_leave(fact):
            return _without(fact, kind, reason, about)
        return self._entry(fact, rule, rule.points[None], about)

    def charged(self, fact: Charged) -> _Outcome | None:
        """A warning's grade, less what was charged for a lower one; on leave at its issue nobody is charged."""
        kind, about = ScoreKind.CHARGED, About(warning=fact.warning)
        rule = self.rules.of(kind, When.ISSUED)
        if rule is None:
            return None
        points = rule.points[fact.grade] - (rule.points[fact.before] if fact.before else NOTHING)
        day = fact.issued.astimezone(self.zone).date()
        away = points < NOTHING and any(first <= day <= last for first, last in self.leaves)
        holder = Reason.NOT_HOLDER if fact.since > fact.issued else None
        if reason := _unreached(fact) or holder or (Reason.ON_LEAVE if away else None):
            return _without(fact, kind, reason, about)
        return replace(self._entry(fact, rule, points, about), grade=fact.grade, before=fact.before)

    def answered(self, fact: Answered) -> _Outcome | None:
        return self._timed(fact, ScoreKind.ANSWERED, About(warning=fact.warning))

    def entered(self, fact: Entered) -> _Outcome | None:
        return self._timed(fact, ScoreKind.ENTERED, About(item=fact.item))

    def _timed(self, fact: Answered | Entered, kind: ScoreKind, about: About) -> _Outcome | None:
        """What has a day, in time or late; on leave on that day nobody is late."""
        if fact.due is None or (fact.timely is None and not fact.provisional):
            return None
        rule = self.rules.of(kind, When.IN_TIME if fact.timely else When.LATE)
        if fact.provisional:
            return _without(fact, kind, Reason.PROVISIONAL, about)
        if rule is None:
            return None
        if not fact.timely and self._away(fact.due, fact.due):
            return _without(fact, kind, Reason.ON_LEAVE, about)
        return self._entry(fact, rule, rule.points[None], about)

    def _held(self, fact: Asked) -> Reason | None:
        if fact.provisional:
            return Reason.PROVISIONAL
        return Reason.NOT_HOLDER if fact.since > fact.sent else None

    def _on_leave(self, fact: Asked) -> Reason | None:
        due = fact.due or fact.at
        return Reason.ON_LEAVE if self._away(fact.delivered or fact.sent, due) else None

    def _away(self, begins: datetime, ends: datetime) -> bool:
        """Whether the person was on leave on a working day of the days from one instant to another."""
        one, other = sorted((begins.astimezone(self.zone).date(), ends.astimezone(self.zone).date()))
        return any(self.days.any_within(max(first, one), min(last, other)) for first, last in self.leaves)

    def _entry(self, fact: Any, rule: Rule, points: Decimal, about: About) -> Entry:  # noqa: ANN401 -- any fact
        rounded = points.quantize(Decimal(1).scaleb(-self.rules.decimals), ROUND_HALF_UP)
        return Entry(at=fact.at, kind=rule.kind, points=rounded, code=rule.code, event=fact.event, about=about)


_JUDGED: Final[Mapping[type[Any], Callable[[_Judge, Any], _Outcome | None]]] = MappingProxyType(
    {
        Acknowledged: _Judge.acknowledged,
        Missed: _Judge.missed,
        Charged: _Judge.charged,
        Answered: _Judge.answered,
        Entered: _Judge.entered,
    }
)


def _unreached(fact: Missed | Charged) -> Reason | None:
    if fact.delivered is not None:
        return None
    return Reason.UNREACHABLE if fact.unreachable else Reason.UNDELIVERED


def _without(fact: Any, kind: ScoreKind, reason: Reason, about: About) -> Uncounted:  # noqa: ANN401 -- any fact
    return Uncounted(at=fact.at, kind=kind, reason=reason, event=fact.event, about=about)


def _capped(outcomes: Iterable[_Outcome], rules: Rules, zone: ZoneInfo) -> list[_Outcome]:
    """In order of time, what a rule with a cap gives more in one of the cap's periods, or takes, is cut off."""
    caps = {rule.code: (rule.cap, rule.cap_period) for rule in rules.rules if rule.cap and rule.cap_period}
    sums: dict[tuple[str, Period], Decimal] = defaultdict(lambda: NOTHING)
    found: list[_Outcome] = []
    for one in outcomes:
        if isinstance(one, Uncounted) or one.code not in caps or not one.points:
            found.append(one)
            continue
        cap, kind = caps[one.code]
        key = one.code, Period.of(kind, one.at.astimezone(zone).date())
        given = max(-cap, min(cap, sums[key] + one.points)) - sums[key]
        sums[key] += given
        found.append(_cut(one, given))
    return found


def _cut(entry: Entry, given: Decimal) -> _Outcome:
    if not given:
        return Uncounted(at=entry.at, kind=entry.kind, reason=Reason.CAPPED, event=entry.event, about=entry.about)
    return entry if given == entry.points else replace(entry, points=given, capped=True)
