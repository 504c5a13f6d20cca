"""What people are told of campaigns: holders of their tasks, who approves one, who looks after units, its author."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from messages.audience import quoted
from messages.audience_words import audience_said
from messages.notices import Category, Json, Lane, NewNotice
from messages.register.campaigns import ALL_POSTS, Campaign, CampaignState, Figures, Found, UnitProgress
from messages.store.campaign_sweeps import Taken, proposed_key
from messages.text.lengths import cut
from messages.text.phrase import kept
from schedules.acknowledging import days_from
from schedules.desks import DeskKind, DeskOf
from schedules.laying import one_key
from schedules.reporting import report
from schedules.tools import Tools

_USEFUL: Final = timedelta(days=30)
"""What is told of a campaign is of no use after this; the task itself, this long after its last day."""
_TITLE_NAMED: Final = 60
_LISTED: Final = 15
_NAME_LISTED: Final = 40
"""So that the longest digest fits into one message."""


def key_of(campaign_id: int, *parts: str) -> str:
    """The key of a notice about a campaign: what it is about, such as ``soon`` and the day."""
    return ":".join(("campaign", str(campaign_id), *parts))


def keys_of_day(campaign: Campaign, reminded: Iterable[date], codes: Iterable[str]) -> list[str]:
    """The keys of all that is told of a last day: to who has to submit, and to those of these ``codes``."""
    day = campaign.due.on.isoformat()
    said = [key_of(campaign.id, what, day) for what in ("overdue", "extended", "redated")]
    soon = [key_of(campaign.id, "soon", one.isoformat()) for one in reminded]
    return [*said, *soon, *(key_of(campaign.id, "behind", day, code) for code in codes)]


def task_notice(tools: Tools, campaign: Campaign, approved_by: int | None, now: datetime) -> NewNotice:
    """What the holders of all posts are told when it starts; they acknowledge it, and are reminded of that."""
    days = days_from(tools, now, tools.policy.campaigns.acknowledge_within)
    return NewNotice(
        key=key_of(campaign.id),
        category=Category.PROMPT,
        lane=Lane.PROMPT,
        template="campaign",
        params=_task(campaign),
        title=campaign.given.title,
        audience=f"campaign:{campaign.id}",
        send_at=now,
        created_at=now,
        acknowledge=True,
        acknowledge_by=days.by,
        expires_at=max(campaign.due.at, days.by) + _USEFUL,
        reminders=days.reminders,
        provisional=days.provisional,
        attachments=campaign.given.attachments,
        desk=_task_desk(campaign),
        created_by=campaign.created_by,
        approved_by=approved_by,
    )


def redated_values(campaign: Campaign) -> dict[str, Json]:
    """What a campaign's notice says of a changed last day, where it is sent once more."""
    return {"params": _task(campaign)}


def _task(campaign: Campaign) -> dict[str, Json]:
    due = campaign.due
    return {
        "text": campaign.given.text,
        "due_on": due.on.isoformat(),
        "awaits_official": due.provisional,
        "taken": None,
    }


def _task_desk(campaign: Campaign) -> str:
    return str(DeskOf(kind=DeskKind.TASK, id=campaign.id))


def taken_notice(campaign: Campaign, taken: Taken, now: datetime) -> NewNotice:
    """The task, for who has taken the post; who held it before has acknowledged it."""
    return NewNotice(
        key=taken.key,
        category=Category.PROMPT,
        lane=Lane.PROMPT,
        template="campaign",
        params=_task(campaign) | {"taken": cut(taken.post, _NAME_LISTED)},
        title=campaign.given.title,
        audience=f"post:{quoted(taken.post_code)} person:{quoted(taken.person_code)}",
        send_at=now,
        created_at=now,
        expires_at=now + _USEFUL,
        attachments=campaign.given.attachments,
        desk=_task_desk(campaign),
    )


def _to_open(campaign: Campaign, what: str, day: date, now: datetime, **params: Json) -> NewNotice:
    """What all are told who have still to submit, by a template of that name."""
    return NewNotice(
        key=key_of(campaign.id, what, day.isoformat()),
        category=Category.REPORT,
        lane=Lane.PROMPT,
        template=f"campaign_{what}",
        params={**named(campaign), **params},
        audience=f"campaign:{campaign.id}:open",
        send_at=now,
        created_at=now,
        expires_at=now + _USEFUL,
        provisional=campaign.due.provisional,
        desk=_task_desk(campaign),
    )


def named(campaign: Campaign) -> dict[str, Json]:
    """What templates call a campaign, and its last day."""
    return {"campaign_title": cut(campaign.given.title, _TITLE_NAMED), "due_on": campaign.due.on.isoformat()}


def soon_notice(campaign: Campaign, day: date, now: datetime) -> NewNotice:
    """That the last day is near, as of a ``day``."""
    return _to_open(campaign, "soon", day, now)


def overdue_notice(campaign: Campaign, now: datetime) -> NewNotice:
    """That the last day has passed."""
    return _to_open(campaign, "overdue", campaign.due.on, now)


def late_notice(campaign: Campaign, code: str, now: datetime) -> NewNotice:
    """That the last day has passed, for one person who has come to be late since all others were told."""
    told = overdue_notice(campaign, now)
    return replace(told, key=f"{told.key}:{code}", audience=f"person:{quoted(code)}")


def asked_notice(campaign: Campaign, audience: str, code: str, today: date, now: datetime) -> NewNotice:
    """That it is still to be submitted, by hand of the person with this ``code``, once on a day."""
    passed = campaign.due.at <= now and not campaign.due.provisional
    told = overdue_notice(campaign, now) if passed else soon_notice(campaign, today, now)
    return replace(told, key=f"{asked_keys(campaign.id)}{today.isoformat()}:{code}", audience=audience)


def late_keys(campaign: Campaign) -> str:
    """What the keys of all that tell one person of a last day that has passed begin with."""
    return key_of(campaign.id, "overdue", campaign.due.on.isoformat(), "")


def asked_keys(campaign_id: int) -> str:
    """What the keys of all reminders by hand begin with."""
    return key_of(campaign_id, "asked", "")


def extended_notice(campaign: Campaign, why: str, now: datetime) -> NewNotice:
    """That there is more time."""
    return _to_open(campaign, "extended", campaign.due.on, now, why=why)


def redated_notice(campaign: Campaign, now: datetime) -> NewNotice:
    """That the last day is another one, as the official days are known."""
    return _to_open(campaign, "redated", campaign.due.on, now)


def behind_notice(
    campaign: Campaign, units: Sequence[UnitProgress], total: Figures, code: str, now: datetime
) -> NewNotice:
    """How the units that somebody looks after stand after the last day; those that are most behind first."""
    late = sorted((one for one in units if one.figures.to_submit), key=lambda one: -one.figures.to_submit)
    listed: list[Json] = [
        {
            "unit": cut(one.unit, _NAME_LISTED),
            "to_submit": one.figures.to_submit,
            "tasks": one.figures.tasks,
        }
        for one in late[:_LISTED]
    ]
    params: dict[str, Json] = {
        **named(campaign),
        "tasks": total.tasks,
        "to_submit": total.to_submit,
        "accepted": total.accepted,
        "units": listed,
        "more": len(late) - len(listed),
    }
    desk = str(DeskOf(kind=DeskKind.PROGRESS, id=campaign.id))
    key = key_of(campaign.id, "behind", campaign.due.on.isoformat(), code)
    return report(key, "campaign_behind", params, code, now, expires_at=now + _USEFUL, desk=desk)


def done_notice(campaign: Campaign, figures: Figures, now: datetime) -> NewNotice:
    """That every task is accepted, for the author."""
    params: dict[str, Json] = {**named(campaign), "tasks": figures.tasks, "complete": figures.complete}
    return _to_author(campaign, "done", "campaign_done", params, now)


def outcome_notice(campaign: Campaign, now: datetime) -> NewNotice:
    """What was decided of a proposed campaign, for its author."""
    approved = campaign.state is CampaignState.RUNNING
    params: dict[str, Json] = {**named(campaign), "approved": approved, "by": campaign.decider, "why": campaign.why}
    return _to_author(campaign, campaign.state.value, "campaign_outcome", params, now)


def _to_author(campaign: Campaign, what: str, template: str, params: dict[str, Json], now: datetime) -> NewNotice:
    desk = str(DeskOf(kind=DeskKind.PROGRESS, id=campaign.id))
    key = key_of(campaign.id, what)
    return report(key, template, params, campaign.author_code, now, expires_at=now + _USEFUL, desk=desk)


def card(campaign: Campaign, found: Found) -> dict[str, Json]:
    """All that who approves a campaign has to know: the values of ``campaign_card``."""
    return {
        "deputy": False,
        "by": cut(campaign.author, _NAME_LISTED),
        "campaign_title": campaign.given.title,
        "text": campaign.given.text,
        "due_on": campaign.due.on.isoformat(),
        "awaits_official": campaign.due.provisional,
        "audience": kept(audience_said(campaign.given.audience, ALL_POSTS)),
        "posts": found.posts,
        "vacant": found.vacant,
        "people": found.people,
        "units": found.units,
        "files": len(campaign.given.attachments),
    }


def card_notice(campaign: Campaign, params: dict[str, Json], code: str, now: datetime, *, deputy: bool) -> NewNotice:
    """The card that lays a proposed campaign before one person who may approve it."""
    desk = str(DeskOf(kind=DeskKind.CAMPAIGN, id=campaign.id, version=campaign.version))
    key = f"{one_key(proposed_key(campaign.id), deputy=deputy)}:{code}"
    notice = report(key, "campaign_card", params | {"deputy": deputy}, code, now, expires_at=now + _USEFUL, desk=desk)
    return replace(notice, attachments=campaign.given.attachments)
