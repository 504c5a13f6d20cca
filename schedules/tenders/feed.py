"""What a calendar shows of matters: the days by which something is due, and the dates of steps; never details.

For a person these are of the steps that the person's posts answer for now, for who looks after units those of all
matters within reach: what is ahead, and what was lately. An entry is the same one for good: its number rises when its
matter changes, and one of a matter that was called off says so.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from messages.calendar_links import Feed
from messages.rights import Act, reach
from messages.store import matter_calendar, matter_sights
from messages.store.database import Connection
from messages.store.matter_calendar import Dated
from messages.tenders.milestones import Milestone, matter_kind_said, milestone_said
from messages.tenders.records import OVER, Fact, Limit, LimitState, Matter, MatterState, is_passed_by
from messages.text.phrase import Phrase, phrase
from schedules.tools import Tools

BACK: Final = timedelta(days=60)
"""What is longer ago is not shown any more."""
MOST: Final = 2_000
"""So many limits and so many dates are shown, the earliest first: calendar programs choke on more."""

_STOPPED: Final = (MatterState.CANCELLED, MatterState.UNSUCCESSFUL)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry of a calendar: on a whole ``day``, or at an instant ``at`` (the other one is None).

    ``uid`` is the same as long as the matter is known; ``sequence`` rises with each change of it. ``article`` is the
    source of the limit, such as ``B24``.
    """

    uid: str
    sequence: int
    changed_at: datetime
    matter_id: int
    day: date | None
    at: datetime | None
    summary: Phrase
    lines: tuple[Phrase, ...]
    article: str | None
    category: Phrase
    cancelled: bool


async def entries_of(tools: Tools, person_id: int, feed: Feed, now: datetime) -> tuple[Entry, ...] | None:
    """The entries of a person's feed at ``now``; None where it is no longer open to the person."""
    async with tools.db.reading() as conn:
        found = await _found(conn, person_id, feed, now, tools.zone)
    return None if found is None else tuple(_entries(found, tools, now))


async def _found(conn: Connection, person_id: int, feed: Feed, now: datetime, zone: tzinfo) -> list[Dated] | None:
    scope = await reach(conn, person_id, Act.SEE_MATTERS)
    if feed is Feed.OFFICE and not scope:
        return None
    sight = await matter_sights.sight_of(conn, person_id, scope)
    if feed is Feed.OFFICE:
        return await matter_calendar.of_matters(conn, matter_sights.in_scope(scope), now - BACK, zone, MOST)
    return await matter_calendar.of_steps(conn, sight, now - BACK, zone, MOST)


def _entries(found: Iterable[Dated], tools: Tools, now: datetime) -> Iterator[Entry]:
    zone, together = tools.zone, tools.policy.tenders.together
    for one in found:
        if one.fact is not None:
            yield _of_fact(one.matter, one.fact, zone)
        elif one.limit is not None and not is_passed_by(one.limit, now) and _is_shown(one.limit, zone):
            yield _of_limit(one.matter, one.limit, now, together(one.limit.milestone).get(one.limit.rule))


def _is_shown(limit: Limit, zone: tzinfo) -> bool:
    """A first day is of use until the date is set; of what is to be with another thing, the date is shown as such."""
    if limit.at is None:
        return True
    same = limit.from_at is not None and limit.from_at.astimezone(zone).date() == limit.due_on
    return not limit.earliest and not same


def _of_limit(matter: Matter, limit: Limit, now: datetime, with_it: Milestone | None) -> Entry:
    step = milestone_said(limit.milestone)
    cancelled = matter.state in OVER and limit.state is not LimitState.KEPT and limit.at is None
    done = limit.at is not None and limit.at <= now
    lines = [phrase("The day is provisional: the official days off are not known yet.")] if limit.provisional else []
    return _entry(
        matter,
        uid_of(matter.ref, limit.rule, limit.part),
        day=limit.due_on,
        at=None,
        summary=_said(limit, step, matter.title, with_it, done=done, cancelled=cancelled),
        lines=lines,
        article=limit.article,
        cancelled=cancelled,
    )


def _said(limit: Limit, step: Phrase, title: str, with_it: Milestone | None, *, done: bool, cancelled: bool) -> Phrase:
    if limit.state is LimitState.KEPT:
        return phrase("Done: {step} · {title}", step=step, title=title)
    if limit.state is LimitState.BROKEN and done and with_it is None:
        return phrase("Done late: {step} · {title}", step=step, title=title)
    if limit.state is LimitState.OVERDUE and not cancelled:
        return phrase("Overdue: {step} · {title}", step=step, title=title)
    if with_it is not None:
        return phrase(
            "Together with “{other}”: {step} · {title}", other=milestone_said(with_it), step=step, title=title
        )
    if limit.earliest:
        return phrase("Not before today: {step} · {title}", step=step, title=title)
    return phrase("Last day: {step} · {title}", step=step, title=title)


def _of_fact(matter: Matter, fact: Fact, zone: tzinfo) -> Entry:
    return _entry(
        matter,
        uid_of(matter.ref, f"date {fact.milestone}", fact.part),
        day=fact.at.astimezone(zone).date() if fact.whole_day else None,
        at=None if fact.whole_day else fact.at,
        summary=phrase("{step} · {title}", step=milestone_said(fact.milestone), title=matter.title),
        lines=[],
        article=None,
        cancelled=matter.state in _STOPPED and fact.at >= matter.changed_at,
    )


def _entry(
    matter: Matter,
    uid: str,
    *,
    day: date | None,
    at: datetime | None,
    summary: Phrase,
    lines: list[Phrase],
    article: str | None,
    cancelled: bool,
) -> Entry:
    return Entry(
        uid=uid,
        sequence=matter.version,
        changed_at=matter.changed_at,
        matter_id=matter.id,
        day=day,
        at=at,
        summary=summary,
        lines=(
            *lines,
            phrase("Unit: {unit}", unit=matter.unit or matter.buyer),
            phrase("Number: {ref}", ref=matter.ref),
        ),
        article=article,
        category=matter_kind_said(matter.kind),
        cancelled=cancelled,
    )


def uid_of(ref: str, what: str, part: str) -> str:
    """The name of an entry, of a matter's number, a rule or a milestone, and a part: no two entries share one."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"lianxun\n{ref}\n{what}\n{part}"))
