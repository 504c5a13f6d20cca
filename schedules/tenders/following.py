"""What becomes of what is due to be told of a matter, and of which dates people have to hear anew. Pure decisions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from messages.notices import Json
from messages.store.matter_sweeps import Settled
from messages.tenders.records import LimitState, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.deadlines import end_of_day
from schedules.policy.tenders import Bound
from schedules.tenders.bounding import useful_until
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import Change
from schedules.tools import Tools

STEPS: Final = (PromptKind.CURRENT, PromptKind.SOON, PromptKind.DAY)
"""What is told of a step before its date, the one that tells most at last."""
BREACHES: Final[Mapping[PromptKind, LimitState]] = MappingProxyType(
    {PromptKind.BROKEN: LimitState.BROKEN, PromptKind.OVERDUE: LimitState.OVERDUE}
)
"""What is told of a limit that is not kept, and how it stands as long as that holds."""
_HARMLESS: Final = frozenset({LimitState.OPEN, LimitState.PASSED, LimitState.KEPT})
_JUST_GONE: Final = timedelta(days=2)
_MINUTE: Final = timedelta(minutes=1)
_ENDS: Final = time(23, 59, 59)


def outcome_of(tools: Tools, prompt: KnownPrompt, step: Step | None, now: datetime) -> Settled:
    """Whether a prompt that is due is told, or why not."""
    if step is None or needless(prompt.kind, step, now):
        return Settled.NEEDLESS
    return Settled.STALE if _stale(tools, prompt, step, now) else Settled.TOLD


def needless(kind: PromptKind, step: Step, now: datetime) -> bool:
    """Whether what it would tell holds no more: its step is done, or its limit is kept."""
    limit = step.limit
    match kind:
        case PromptKind.BROKEN:
            return limit.state is not LimitState.BROKEN
        case PromptKind.OVERDUE:
            return limit.provisional or limit.at is not None or limit.state is LimitState.KEPT
        case PromptKind.DAY:
            return False
    return limit.at is not None and limit.at <= now


def _stale(tools: Tools, prompt: KnownPrompt, step: Step, now: datetime) -> bool:
    """Whether its use was over before anybody could be told."""
    terms, limit = tools.policy.tenders, step.limit
    if prompt.kind in BREACHES:
        return now - prompt.at > timedelta(days=terms.told_back_days)
    if prompt.kind is PromptKind.DAY:
        over = step.over_at(tools)
        return over is None or over <= now
    last = None if limit.earliest else limit.due_at
    if last is not None:
        return last <= now
    return now >= useful_until(tools, prompt.at)


def moved(
    tools: Tools, steps: Mapping[Place, Step], prompts: Iterable[KnownPrompt], now: datetime
) -> dict[Place, Change]:
    """The steps of which people were told other dates than hold now, and have to hear these."""
    changes = {place: _change(steps[place], some) for place, some in told_of(prompts).items() if place in steps}
    return {place: change for place, change in changes.items() if change.right or _matters(tools, change, now)}


def _change(step: Step, told: Sequence[KnownPrompt]) -> Change:
    return Change(step=step, was=told[-1].tells, since=told[-1].settled_at, right=_right(step, told))


def told_of(prompts: Iterable[KnownPrompt]) -> dict[Place, list[KnownPrompt]]:
    """What was told of each step and holds still, in the order in which it was."""
    told: dict[Place, list[KnownPrompt]] = defaultdict(list)
    for prompt in sorted(prompts, key=lambda one: one.id):
        if prompt.outcome == Settled.TOLD and prompt.rule:
            told[prompt.rule, prompt.part].append(prompt)
    return told


def _right(step: Step, told: Sequence[KnownPrompt]) -> bool:
    """Whether people were told of a breach that is none any more, and have not heard that yet."""
    return step.limit.state in _HARMLESS and any(one.kind in BREACHES for one in told)


def no_more(step: Step) -> bool:
    """Whether nothing holds of it any more: what it was counted from was taken away."""
    return step.limit.state is LimitState.WAITING and step.happens_at is None


def no_longer(prompt: KnownPrompt, step: Step | None) -> bool:
    """Whether what was told holds no more; that it does not, is told by a change to no dates."""
    if step is None or no_more(step):
        return prompt.kind is not PromptKind.MOVED or any(prompt.tells.values())
    return prompt.kind in BREACHES and step.limit.state is not BREACHES[prompt.kind]


def done(tools: Tools, prompt: KnownPrompt, step: Step, prompts: Iterable[KnownPrompt], now: datetime) -> bool:
    """Whether people are reminded of a prompt in vain: its step is done, or what it told of was told again since."""
    if prompt.kind in BREACHES or prompt.kind is PromptKind.DAY:
        return False
    at, over, told = step.happens_at, step.over_at(tools), _instant(prompt.tells.get("at"))
    if at is not None and over is not None and at <= now:
        if told is None:  # of a day alone, too: it is not looked at again once that is over
            return True
        if over <= now:  # who is told of what was done may not have heard it yet, and is not reminded anyhow
            return prompt.at < over or not _same(told, at)
    return prompt.kind is PromptKind.MOVED and any(
        one.kind is PromptKind.DAY and one.outcome == Settled.TOLD and one.id > prompt.id and _at(one) == _at(prompt)
        for one in prompts
    )


def _at(prompt: KnownPrompt) -> tuple[str, str, Json]:
    return prompt.rule, prompt.part, prompt.tells.get("at")


def told_before(prompt: KnownPrompt, prompts: Iterable[KnownPrompt]) -> bool:
    """Whether the same was told of the same dates already, but for seconds."""
    return any(
        (one.rule, one.part, one.kind, one.outcome) == (prompt.rule, prompt.part, prompt.kind, Settled.TOLD)
        and one.tells.get("due") == prompt.tells.get("due")
        and _same(_instant(one.tells.get("at")), _instant(prompt.tells.get("at")))
        for one in prompts
    )


def _same(one: datetime | None, other: datetime | None) -> bool:
    """Whether two instants are the same, but for less than a minute."""
    if one is None or other is None:
        return one is other
    return abs(one - other) < _MINUTE


def _matters(tools: Tools, change: Change, now: datetime) -> bool:
    """Whether another date is still ahead, or just gone while people think that it is ahead."""
    was, at = _instant(change.was.get("at")), change.step.happens_at
    if was is not None and not _same(was, at) and not _only_nearer(tools, was, at):
        if at is None or at > now:
            return at is not None or was > now
        return was > now and now - at <= _JUST_GONE
    return _due_matters(tools, change, now)


def _due_matters(tools: Tools, change: Change, now: datetime) -> bool:
    step, limit, was, due = change.step, change.step.limit, change.was.get("due"), change.step.tells["due"]
    if step.rule.bound is Bound.SAME:  # no last day is told of it
        return False
    if not isinstance(was, str) or was == due:
        return False
    if limit.due_at is None:  # it is not counted any more
        return limit.state is LimitState.WAITING and end_of_day(date.fromisoformat(was), tools.zone) > now
    if limit.at is not None and limit.at <= now:
        return False
    if limit.due_at <= now and end_of_day(date.fromisoformat(was), tools.zone) <= now:
        return False  # people know that it is over, and over it is
    return now - limit.due_at <= _JUST_GONE and limit.state is not LimitState.KEPT


def holds(tools: Tools, step: Step, told: Mapping[str, Json]) -> bool:
    """Whether no date that was told has become another; that one came to be known besides is no matter."""
    due, was, at = told.get("due"), _instant(told.get("at")), step.happens_at
    if due is not None and due != step.tells["due"]:
        return False
    return was is None or _same(was, at) or _only_nearer(tools, was, at)


def _only_nearer(tools: Tools, was: datetime, at: datetime | None) -> bool:
    """Whether of a day that was told only the hour is known now."""
    if at is None:
        return False
    local, then = was.astimezone(tools.zone), at.astimezone(tools.zone)
    return local.date() == then.date() and local.time() in {time(0), _ENDS}


def _instant(told: Json) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None
