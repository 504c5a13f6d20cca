"""What becomes of what is due to be told of a matter, and of which dates people have to hear anew. Pure decisions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from messages.notices import Json
from messages.store.matter_sweeps import Settled
from messages.tenders.records import LimitState, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import Change
from schedules.tools import Tools

STEPS: Final = (PromptKind.CURRENT, PromptKind.SOON, PromptKind.DAY)
"""What is told of a step before its date, the one that tells most at last."""
BREACHES: Final = frozenset({PromptKind.BROKEN, PromptKind.OVERDUE})
_JUST_GONE: Final = timedelta(days=2)
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
    return now - prompt.at > timedelta(days=terms.useful_days)


def moved(
    tools: Tools, steps: Mapping[Place, Step], prompts: Iterable[KnownPrompt], now: datetime
) -> dict[Place, Change]:
    """The steps of which people were told other dates than hold now, and have to hear these."""
    told: dict[Place, list[KnownPrompt]] = defaultdict(list)
    for prompt in sorted(prompts, key=lambda one: one.id):
        if prompt.outcome in {Settled.TOLD, Settled.NOBODY} and (prompt.rule, prompt.part) in steps:
            told[prompt.rule, prompt.part].append(prompt)
    changes = {
        place: Change(step=steps[place], was=some[-1].tells, right=_right(steps[place], some))
        for place, some in told.items()
    }
    return {place: change for place, change in changes.items() if change.right or _matters(tools, change, now)}


def _right(step: Step, told: Sequence[KnownPrompt]) -> bool:
    """Whether people were told of a breach that is none any more, and have not heard that yet."""
    return step.limit.state in {LimitState.OPEN, LimitState.KEPT} and any(one.kind in BREACHES for one in told)


def _matters(tools: Tools, change: Change, now: datetime) -> bool:
    """Whether another date is still ahead, or just gone while people think that it is ahead."""
    step, limit = change.step, change.step.limit
    was, at = _instant(change.was.get("at")), step.happens_at
    done = limit.at is not None and limit.at <= now
    if was is not None and was != at and not _only_nearer(tools, was, at):
        if at is None or at > now:
            return at is not None or was > now
        return was > now and now - at <= _JUST_GONE
    was_due, due = change.was.get("due"), step.tells["due"]
    if was_due is None or due is None or was_due == due or limit.due_at is None or done:
        return False
    return now - limit.due_at <= _JUST_GONE and limit.state is not LimitState.KEPT


def _only_nearer(tools: Tools, was: datetime, at: datetime | None) -> bool:
    """Whether of a day that was told only the hour is known now."""
    if at is None:
        return False
    local, then = was.astimezone(tools.zone), at.astimezone(tools.zone)
    return local.date() == then.date() and local.time() in {time(0), _ENDS}


def _instant(told: Json) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None
