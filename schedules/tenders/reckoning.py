"""Reckons the limits of matters and lays their prompts: what is kept becomes what the rules say now.

The rows of limits that stay keep their ids, so that a button under a prompt goes on to mean its limit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from messages.notices import Json
from messages.store import matter_limits, matter_prompts, matters
from messages.store.database import Connection
from messages.store.matter_limits import KeptLimit
from messages.store.matter_sweeps import Settled
from messages.tenders.milestones import MILESTONES, PLANS, MatterKind, Milestone
from messages.tenders.records import OVER, Fact, Limit, MatterState, Method, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.policy import Policy
from schedules.policy.tenders import Rule
from schedules.tenders.limits import reckon
from schedules.tenders.prompts import Planned, planned
from schedules.tenders.steps import Place
from schedules.tools import Tools
from schedules.workdays import WorkCalendar

_YEARS: Final = range(2004, 2051)
"""The years whose days count for what limits were reckoned by."""


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """A matter of which the limits are to be reckoned."""

    id: int
    kind: MatterKind
    method: Method
    state: MatterState
    facts: tuple[Fact, ...]

    def is_past(self, milestone: Milestone, now: datetime) -> bool:
        """Whether a step has begun that comes after this one."""
        order = MILESTONES[self.kind]
        later = frozenset(order[order.index(milestone) + 1 :]) - PLANS
        return any(fact.milestone in later and fact.at <= now for fact in self.facts)


def digest_of(tools: Tools) -> str:
    """What stands for the present rules, times of prompts and official days: other ones have another."""
    return sha256(f"{_terms(tools.policy)} {_days(tools.calendars.latest)} {tools.zone}".encode()).hexdigest()


@lru_cache(maxsize=4)
def _days(calendar: WorkCalendar) -> str:
    days = [(calendar.provisional(year), calendar.days_off(year), calendar.makeup_workdays(year)) for year in _YEARS]
    return sha256(f"{calendar.country} {days}".encode()).hexdigest()


def _terms(policy: Policy) -> str:
    terms = policy.tenders.model_dump_json(exclude={"laws", "sources", "acknowledge_within"})
    return f"{terms} {policy.working_hours!r} {policy.quiet_hours!r}"


async def reckon_all(conn: Connection, tools: Tools, those: Sequence[Reckoned], now: datetime) -> frozenset[int]:
    """Reckon the limits of matters that are held, and lay their prompts; gives those of which any date changed."""
    if not those:
        return frozenset()
    ids = [one.id for one in those]
    before, prompts = await matter_limits.of(conn, ids), await matter_prompts.of(conn, ids)
    put: list[KeptLimit] = []
    drop: list[int] = []
    by_kind = {kind: tools.policy.tenders.rules[kind] for kind in {one.kind for one in those}}
    laying = _Laying(tools=tools, rules=by_kind, now=now)
    changed: set[int] = set()
    for one in those:
        limits = _limits(tools, by_kind[one.kind], one, now)
        was = {(row.limit.rule, row.limit.part): row for row in before.get(one.id, ())}
        heirs = inherited(was, limits)
        kept = {heirs[place][0] if place in heirs else place: row for place, row in was.items()}
        put += _to_put(one.id, kept, limits)
        drop += [row.id for place, row in kept.items() if place not in limits and row.id is not None]
        laying.of(one, limits, prompts.get(one.id, ()), heirs)
        if any(place not in limits or _dates(row.limit) != _dates(limits[place]) for place, row in kept.items()):
            changed.add(one.id)
    await matter_limits.write(conn, put, drop)
    await matter_prompts.write(conn, laying.new, laying.changed)
    await matter_prompts.copy(conn, laying.copied)
    await matters.mark_reckoned(conn, ids, digest_of(tools))
    return frozenset(changed)


def _limits(tools: Tools, rules: Sequence[Rule], one: Reckoned, now: datetime) -> dict[Place, Limit]:
    over = one.state in OVER
    found = reckon(rules, one.facts, one.method, tools.calendars.latest, tools.zone, now, over=over)
    return {(limit.rule, limit.part): limit for limit in found}


def _to_put(matter_id: int, kept: Mapping[Place, KeptLimit], limits: Mapping[Place, Limit]) -> Iterable[KeptLimit]:
    for place, limit in limits.items():
        row = kept.get(place)
        if row is None or row.limit != limit:
            yield KeptLimit(id=None if row is None else row.id, matter_id=matter_id, limit=limit)


def _dates(limit: Limit) -> tuple[object, ...]:
    return limit.due_on, limit.at


def inherited(before: Iterable[Place], after: Iterable[Place]) -> dict[Place, tuple[Place, ...]]:
    """Which limits come in the place of one that is gone: the same step, as it was known without its parts, or is now.

    The first of them goes on with its row; what people were told of the one, they were told of each of the others.
    """
    heirs: dict[Place, tuple[Place, ...]] = {}
    gone, new = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    for rule in dict(gone):
        old, of_rule = [one for one in gone if one[0] == rule], tuple(one for one in new if one[0] == rule)
        if of_rule and "" in (old[0][1], of_rule[0][1]):
            heirs[old[0]] = of_rule
    return heirs


# --- prompts ----------------------------------------------------------------------------------------------------------


class _Laying:
    """Gathers the rows of prompts that are new, those that become otherwise, and which are another part's, too."""

    def __init__(self, *, tools: Tools, rules: Mapping[MatterKind, Sequence[Rule]], now: datetime) -> None:
        self._tools, self._now = tools, now
        self._rules = {kind: {rule.name: rule for rule in of_kind} for kind, of_kind in rules.items()}
        self.new: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self.copied: list[tuple[int, str]] = []

    def of(
        self,
        one: Reckoned,
        limits: Mapping[Place, Limit],
        prompts: Sequence[KnownPrompt],
        heirs: Mapping[Place, Sequence[Place]],
    ) -> None:
        """Those of one matter; of what is told beside its limits nothing is known here."""
        rules = self._rules[one.kind]
        by_place: dict[Place, list[KnownPrompt]] = {}
        for prompt in prompts:
            by_place.setdefault((prompt.rule, prompt.part), []).append(prompt)
        for place, those in heirs.items():
            self._inherit(by_place, place, those)
        before = {place: [prompt for prompt in some if prompt.kind in _PLANNED] for place, some in by_place.items()}
        for place in {**limits, **before}:
            limit = limits.get(place)
            self._of_limit(one, place, before.get(place, []), limit, rules.get(place[0]))

    def _inherit(self, by_place: dict[Place, list[KnownPrompt]], place: Place, heirs: Sequence[Place]) -> None:
        """Have the first heir's prompts be those of the limit that is gone; the others have what was told, too."""
        if any(by_place.get(heir) for heir in heirs):
            return  # they had prompts of their own, before
        old = by_place.pop(place, [])
        told = [prompt for prompt in old if prompt.settled_at is not None and prompt.outcome != Settled.WITHDRAWN]
        for number, heir in enumerate(heirs):
            by_place[heir] = [replace(prompt, part=heir[1]) for prompt in (told if number else old)]
            for prompt in by_place[heir]:
                if number:
                    self.copied.append((prompt.id, prompt.part))
                else:
                    self._change(prompt)

    def _of_limit(
        self,
        one: Reckoned,
        place: Place,
        before: Sequence[KnownPrompt],
        limit: Limit | None,
        rule: Rule | None,
    ) -> None:
        wanted = self._wanted(one, before, limit, rule)
        for waiting in (prompt for prompt in before if prompt.settled_at is None):
            at, tells = wanted.pop(waiting.kind, (None, None))
            if at is not None and tells == waiting.tells and waiting.kind is PromptKind.BROKEN:
                at = min(at, waiting.at)  # it waits already, and not from now on
            if at is None:
                self._change(waiting, settled_at=self._now, outcome=Settled.WITHDRAWN)
            elif (at, tells) != (waiting.at, waiting.tells):
                self._change(waiting, at=at, tells=tells)
        for kind, (at, tells) in wanted.items():
            turn = sum(prompt.kind is kind for prompt in before)
            row = {"matter_id": one.id, "rule": place[0], "part": place[1], "kind": kind.value, "turn": turn}
            self.new.append({**row, "at": at, "tells": tells, "settled_at": None, "outcome": None})

    def _wanted(
        self, one: Reckoned, before: Sequence[KnownPrompt], limit: Limit | None, rule: Rule | None
    ) -> dict[PromptKind, tuple[datetime, dict[str, Json]]]:
        if limit is None or rule is None or one.state in OVER:
            return {}
        plan = self._plan(one, limit, rule, {})
        if plan and (told := _told(before, dict(plan[0].tells))):
            plan = self._plan(one, limit, rule, told)
        return {prompt.kind: (prompt.at.astimezone(UTC), dict(prompt.tells)) for prompt in plan}

    def _plan(
        self, one: Reckoned, limit: Limit, rule: Rule, told: Mapping[PromptKind, datetime]
    ) -> tuple[Planned, ...]:
        tools, now = self._tools, self._now
        past, days = one.is_past(limit.milestone, now), tools.calendars.latest
        return planned(rule, limit, tools.policy, days, tools.zone, now=now, superseded=past, told=told)

    def _change(self, prompt: KnownPrompt, **values: object) -> None:
        self.changed.append({"the_id": prompt.id, **_row(prompt), **values})


def _row(prompt: KnownPrompt) -> dict[str, Any]:
    return {
        "rule": prompt.rule,
        "part": prompt.part,
        "kind": prompt.kind.value,
        "turn": prompt.turn,
        "at": prompt.at,
        "tells": dict(prompt.tells),
        "settled_at": prompt.settled_at,
        "outcome": prompt.outcome,
    }


_PLANNED: Final = frozenset(
    {PromptKind.CURRENT, PromptKind.SOON, PromptKind.DAY, PromptKind.BROKEN, PromptKind.OVERDUE}
)
"""The kinds that are planned of a limit; what else is told comes of what people have been told."""


def _told(before: Sequence[KnownPrompt], tells: Mapping[str, Json]) -> dict[PromptKind, datetime]:
    """When which kinds of prompts were settled that are not to be planned again."""
    return {
        prompt.kind: prompt.settled_at for prompt in before if prompt.settled_at is not None and _stays(prompt, tells)
    }


def _stays(prompt: KnownPrompt, tells: Mapping[str, Json]) -> bool:
    """Whether what became of a prompt holds for these dates.

    That a step is current is told once, whatever they are; that its last day is near once of each last day, also where
    a date within it comes to be known meanwhile.
    """
    if prompt.kind is PromptKind.CURRENT and prompt.outcome == Settled.TOLD:
        return True
    if prompt.outcome in {Settled.WITHDRAWN, Settled.REVOKED}:
        return False
    near = prompt.kind is PromptKind.SOON and prompt.outcome == Settled.TOLD
    return prompt.tells["due"] == tells["due"] if near else prompt.tells == tells
