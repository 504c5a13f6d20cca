"""What people are told of a matter: of a step, of a date that has changed, of a limit that was not kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from messages.notices import Category, Json, Lane, NewNotice
from messages.store.matter_answering import Answering
from messages.tenders.milestones import Milestone, milestone_said
from messages.tenders.records import Matter, PromptKind
from messages.text.articles import article_of
from messages.text.lengths import cut
from messages.text.phrase import kept
from schedules.acknowledging import days_from
from schedules.desks import DeskKind, DeskOf
from schedules.policy.tenders import Bound
from schedules.tenders.audiences import Audience
from schedules.tenders.bounding import Bounds, bounds_of, useful_until
from schedules.tenders.keys import hashed, key_of
from schedules.tenders.steps import Place, Step
from schedules.tools import Tools

_TITLE: Final = 60
_UNIT: Final = 40
_ABOVE: Final = "above"
_LEADING: Final = "leading"
_AGAIN: Final = "again"
_LISTED: Final = 8
"""Dates that one message tells of, and posts that it names."""


# --- what is said -----------------------------------------------------------------------------------------------------


def named(matter: Matter) -> dict[str, Json]:
    """What templates call a matter."""
    return {
        "matter_title": cut(matter.title, _TITLE),
        "kind": matter.kind.value,
        "unit": cut(matter.unit or matter.buyer, _UNIT),
    }


def _said(tools: Tools, step: Step) -> dict[str, Json]:
    """What templates say of a step: its dates, and where they come from."""
    limit = step.limit
    return {
        "milestone": kept(milestone_said(limit.milestone)),
        "due": step.tells["due"],
        "earliest": limit.earliest,
        "at": step.tells["at"],
        "whole_day": limit.whole_day and limit.at is not None,
        "awaits_official": limit.provisional,
        "article": article_of(limit.article, tools.policy.tenders.laws),
        "same": step.rule.bound is Bound.SAME,
        "counts_from": _phrase(step.rule.counts_from),
        "from_at": _iso(limit.from_at),
    }


def _phrase(milestone: Milestone | None) -> Json:
    return kept(milestone_said(milestone)) if milestone else None


def _iso(at: datetime | None) -> Json:
    return at.astimezone(UTC).isoformat() if at else None


def each_of(notice: NewNotice, expressions: Sequence[str]) -> list[NewNotice]:
    """The notice for each of several audiences; the first one's has its key."""
    keys = [notice.key, *(f"{notice.key}-{hashed(said)}" for said in expressions[1:])]
    return [replace(notice, key=key, audience=said) for key, said in zip(keys, expressions, strict=True)]


def _whom(step: Step, audience: Audience) -> dict[str, Json]:
    return {"why": audience.why.value, "node": cut(step.rule.node, _UNIT)}


def _desk(kind: DeskKind, matter: Matter, version: int = 0) -> str:
    return str(DeskOf(kind=kind, id=matter.id, version=version))


# --- notices ----------------------------------------------------------------------------------------------------------


def day_key(step: Step) -> str:
    """The key of the first notice that a step is today."""
    return key_of(step.matter.ref, step.limit.milestone.value, PromptKind.DAY, part=step.limit.part)


def prompt_notice(
    tools: Tools,
    step: Step,
    kind: PromptKind,
    turn: int,
    row_id: int,
    audience: Audience,
    now: datetime,
    *,
    plain: bool = False,
) -> NewNotice:
    """That a step is theirs now, its last day near, or that it is today; ``row_id`` is the prompt's.

    ``plain``: that it is today has not been told of this milestone yet, and is called by that alone.
    """
    to = _AGAIN if kind is PromptKind.DAY and not turn else ""
    numbered = key_of(step.matter.ref, step.rule.name, kind, part=step.limit.part, turn=turn, to=to)
    params = {
        **named(step.matter),
        **_said(tools, step),
        **_whom(step, audience),
        "prompt": kind.value,
        "step": step.rule.template,
        "required": step.rule.required,
        "posts": [],
    }
    on_the_day = step.over_at(tools) if kind is PromptKind.DAY else None
    last = step.limit.due_at or step.happens_at
    bounds = bounds_of(tools, [step], now)
    return NewNotice(
        key=day_key(step) if plain else numbered,
        template="tender_prompt",
        params=params,
        audience="",
        desk=_desk(DeskKind.PROMPT, step.matter, row_id),
        **_asked(tools, last, now, bounds, provisional=step.limit.provisional, until=on_the_day),
    )


def prompt_above(
    prompt: NewNotice, step: Step, kind: PromptKind, turn: int, audience: Audience, untold: Sequence[Answering]
) -> NewNotice:
    """The same as a ``prompt``, for ``each_of`` those who look after the unit: its posts cannot be reached."""
    return replace(
        prompt,
        key=key_of(step.matter.ref, step.rule.name, kind, part=step.limit.part, turn=turn, to=_LEADING),
        params={**prompt.params, **_whom(step, audience), "posts": _posts(untold)},
    )


def _posts(untold: Sequence[Answering]) -> list[Json]:
    return [{"post": cut(one.title, _UNIT), "holder": one.holder} for one in untold[:_LISTED]]


def _asked(
    tools: Tools,
    last: datetime | None,
    now: datetime,
    bounds: Bounds,
    *,
    provisional: bool,
    until: datetime | None = None,
) -> dict[str, Any]:
    """How a prompt is acknowledged, and how long it is of use: ``until`` an instant, or a while after its ``last``.

    What comes on the day is of no use after it, and is not called to mind again.
    """
    terms = tools.policy.tenders
    days = days_from(tools, now, 0 if until else terms.acknowledge_within)
    expires = until or useful_until(tools, max(last or now, days.by))
    return {
        "category": Category.PROMPT,
        "lane": Lane.PROMPT,
        "send_at": now,
        "created_at": now,
        "acknowledge": True,
        "acknowledge_by": min(days.by, bounds.acknowledge) if bounds.acknowledge else days.by,
        "reminders": () if until else tuple(at for at in days.reminders if at < (bounds.remind or expires)),
        "provisional": provisional or days.provisional,
        "expires_at": expires,
    }


@dataclass(frozen=True, kw_only=True)
class Change:
    """A step of which people were told other dates; ``was`` are those. ``right``: they were told of a breach there.

    Where they are the same as now, the message that told them is called off for another step, and they are said again.
    ``since``: when they were told last.
    """

    step: Step
    was: Mapping[str, Json]
    since: datetime | None = None
    right: bool = False

    @property
    def place(self) -> Place:
        """Of which limit it is."""
        return self.step.place


def moved_notice(
    tools: Tools, changes: Sequence[Change], causes: Sequence[Json], turn: int, row_id: int, now: datetime
) -> NewNotice:
    """That dates of a matter are others than people were told, for these ``causes``; the first names it."""
    first = changes[0].step
    listed: list[Json] = [{**_said(tools, one.step), **_was(one)} for one in changes[:_LISTED]]
    ahead = [at for one in changes for at in (one.step.limit.due_at, one.step.happens_at) if at is not None]
    provisional = any(one.step.limit.provisional for one in changes)
    notice = NewNotice(
        key=key_of(first.matter.ref, first.rule.name, PromptKind.MOVED, part=first.limit.part, turn=turn),
        template="tender_moved",
        params={**named(first.matter), "causes": list(causes), "changes": listed, "more": len(changes) - len(listed)},
        audience="",
        desk=_desk(DeskKind.PROMPT, first.matter, row_id),
        **_asked(
            tools,
            max(ahead, default=None),
            now,
            bounds_of(tools, [one.step for one in changes], now),
            provisional=provisional,
        ),
    )
    all_done = all(one.step.is_done(now) for one in changes)
    return replace(notice, reminders=()) if all_done else notice


def _was(change: Change) -> dict[str, Json]:
    stays = change.was == change.step.tells and not change.right
    return {"was_due": change.was.get("due"), "was_at": change.was.get("at"), "right": change.right, "stays": stays}


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A limit that is broken or has passed; ``was`` are the dates that people were told before.

    ``late``: they were told before that it has passed, and it is done now.
    """

    step: Step
    kind: PromptKind
    turn: int
    was: Mapping[str, Json] = field(default_factory=dict)
    late: bool = False

    def key(self, to: str = "") -> str:
        """What is told of it ``to`` somebody is called."""
        step = self.step
        return key_of(step.matter.ref, step.rule.name, self.kind, part=step.limit.part, turn=self.turn, to=to)

    def said(self, tools: Tools, now: datetime) -> dict[str, Json]:
        """What templates say of it."""
        step, at = self.step, self.step.limit.at
        about: dict[str, Json] = {"was_at": self.was.get("at"), "done": at is not None and at <= now, "late": self.late}
        return {**named(step.matter), **_said(tools, step), **about}


def breach_notice(tools: Tools, breach: Breach, row_id: int, audience: Audience, now: datetime) -> NewNotice:
    """That a date breaks a limit, or that a limit has passed, for ``each_of`` those who answer for the step."""
    step = breach.step
    mine: dict[str, Json] = {"posts": [], "above": False, "proposes": False}
    return NewNotice(
        key=breach.key(),
        template=f"tender_{breach.kind.value}",
        params={**breach.said(tools, now), **_whom(step, audience), **mine},
        audience="",
        desk=_desk(DeskKind.PROMPT, step.matter, row_id),
        **_asked(tools, now, now, bounds_of(tools, [step], now), provisional=False),
    )


def breach_above(
    tools: Tools, breach: Breach, untold: Sequence[Answering], now: datetime, *, proposes: bool
) -> NewNotice:
    """The same, for ``each_of`` those who look after the unit: with the posts for which nobody could be told.

    Who ``proposes`` may have a reminder submitted about what is overdue.
    """
    step = breach.step
    overdue = breach.kind is PromptKind.OVERDUE and proposes
    above: dict[str, Json] = {"why": None, "node": None, "posts": _posts(untold), "above": True, "proposes": proposes}
    return NewNotice(
        key=breach.key(_ABOVE if proposes else _LEADING),
        category=Category.REPORT,
        lane=Lane.PROMPT,
        template=f"tender_{breach.kind.value}",
        params={**breach.said(tools, now), **above},
        audience="",
        send_at=now,
        created_at=now,
        expires_at=now + timedelta(days=tools.policy.tenders.told_back_days),
        desk=_desk(DeskKind.LATE, step.matter, step.id) if overdue else _desk(DeskKind.MATTER, step.matter),
    )
