"""Queries of what follows of campaigns by itself: who is to approve, remind, tell of a task or of what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, literal, or_, select, update

from messages.notices import FIRST_WAVE
from messages.organisation.records import Role
from messages.register.campaigns import CampaignState, TaskState
from messages.store import uncounted
from messages.store.campaigns import OF_A_POST, tasks_placed
from messages.store.database import Connection
from messages.store.obligations import is_live
from messages.store.register_terms import IS_RUNNING, IS_TO_SUBMIT, holds
from messages.store.rights import ABOVE_ALL, Borne
from messages.store.sets import among
from messages.store.tables import (
    assignments,
    campaign_tasks,
    campaigns,
    deliveries,
    notices,
    obligations,
    people,
    posts,
    reviews,
    roles,
    units,
    waves,
)
from messages.store.uncounted import Change
from messages.store.upsert import insert_new

_task = campaign_tasks.c


# What waits for approval


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A campaign that waits for the approval of a second person."""

    id: int
    person_id: int
    audience: str
    asked_at: datetime | None
    deputy_at: datetime | None

    @property
    def key(self) -> str:
        """Names it, as it is laid before those who decide."""
        return proposed_key(self.id)


def proposed_key(campaign_id: int) -> str:
    """Names a campaign that waits for approval."""
    return f"campaign:{campaign_id}"


async def unasked(conn: Connection, *, held: bool) -> list[Proposed]:
    """What was laid before nobody yet; it is ``held``: nobody decides about it before this transaction has ended."""
    return await _proposed(conn, campaigns.c.asked_at.is_(None), held=held)


async def shaken(conn: Connection, *, held: bool) -> list[Proposed]:
    """What was laid before somebody who has ceased to administer since; ``held`` likewise."""
    begins = literal("campaign:") + cast(campaigns.c.id, String)
    laid = notices.c.key.in_([begins + of + people.c.code for of in (":asked:", ":deputy:")])
    ended = roles.c.role == Role.OFFICE.value, roles.c.ended_at >= campaigns.c.asked_at
    forsaken = exists().where(*ended, people.c.id == roles.c.person_id, laid)
    return await _proposed(conn, forsaken, held=held)


async def asked_before(conn: Connection, at: datetime, *, held: bool) -> list[Proposed]:
    """What was laid before somebody until an instant, and before no deputy yet; ``held`` likewise."""
    return await _proposed(conn, campaigns.c.asked_at <= at, campaigns.c.deputy_at.is_(None), held=held)


async def _proposed(conn: Connection, *which: ColumnElement[bool], held: bool) -> list[Proposed]:
    names = campaigns.c.id, campaigns.c.audience, campaigns.c.asked_at, campaigns.c.deputy_at
    waits = campaigns.c.state == CampaignState.PROPOSED.value
    query = select(*names, campaigns.c.created_by.label("person_id")).where(waits, *which).order_by(campaigns.c.id)
    rows = await conn.execute(query.with_for_update(skip_locked=True) if held else query)
    return [Proposed(**row) for row in rows.mappings()]


async def mark(conn: Connection, ids: Sequence[int], column: str, at: datetime) -> None:
    """Note when somebody was asked to approve: ``asked_at`` or ``deputy_at``."""
    values = {column: at} | ({"deputy_at": None} if column == "asked_at" else {})
    await conn.execute(update(campaigns).where(among(conn, campaigns.c.id, ids)).values(values))


# Who has taken a post


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A task that somebody has taken over with its post, and was not told of; ``key`` is of the notice that tells it.

    ``asks``: the campaign's notice tells it, and waits for the acknowledgement; that of who held the post before
    stands.
    """

    campaign_id: int
    notice_id: int
    post_id: int
    post_code: str
    post: str
    assignment_id: int
    person_id: int
    person_code: str
    key: str
    asks: bool


_KEY: Final = literal("campaign:") + cast(campaigns.c.id, String) + ":taken:" + cast(assignments.c.id, String)
"""The key of the notice that tells who has taken a post of its task."""


async def taken(conn: Connection, now: datetime, campaign_id: int | None = None) -> list[Taken]:
    """Tasks to be submitted of campaigns that run whose holder came after all were told, and was not told yet."""
    query = _taken(now)
    if campaign_id is not None:
        query = query.where(campaigns.c.id == campaign_id)
    rows = await conn.execute(query.order_by(_task.id))
    return [Taken(**{**row, "asks": bool(row["asks"])}) for row in rows.mappings()]


def _taken(now: datetime) -> Select[Any]:
    of_post = obligations.c.notice_id == campaigns.c.notice_id, obligations.c.post_id == _task.post_id
    known = exists().where(*of_post, obligations.c.assignment_id == assignments.c.id)
    other = notices.alias("other")
    told = exists().where(other.c.key == _KEY)
    query = tasks_placed(select(*_OF_TAKEN, and_(is_live(now), ~exists().where(*of_post)).label("asks")))
    query = query.join(campaigns, campaigns.c.id == _task.campaign_id)
    query = query.join(notices, notices.c.id == campaigns.c.notice_id)
    query = query.join(waves, and_(waves.c.notice_id == notices.c.id, waves.c.number == FIRST_WAVE))
    query = query.join(assignments, holds(_task.post_id))
    query = query.join(people, people.c.id == assignments.c.person_id)
    return query.where(IS_RUNNING, IS_TO_SUBMIT, _came_later(), ~known, ~told)


_OF_TAKEN: Final = (
    campaigns.c.id.label("campaign_id"),
    campaigns.c.notice_id,
    _task.post_id,
    posts.c.code.label("post_code"),
    posts.c.title.label("post"),
    assignments.c.id.label("assignment_id"),
    people.c.id.label("person_id"),
    people.c.code.label("person_code"),
    _KEY.label("key"),
)


def _came_later() -> ColumnElement[bool]:
    """Whether somebody holds a post since after all were told; of those at that very instant, who was not told."""
    told = exists().where(deliveries.c.notice_id == campaigns.c.notice_id, deliveries.c.person_id == people.c.id)
    together = and_(assignments.c.started_at == waves.c.planned_at, ~told)
    return or_(assignments.c.started_at > waves.c.planned_at, together)


async def taken_keys(conn: Connection, campaign_id: int) -> list[str]:
    """The keys of what was told to those who have taken posts of a campaign, and hold them."""
    mine = _task.post_id == assignments.c.post_id, assignments.c.ended_at.is_(None), _task.campaign_id == campaign_id
    held = select(assignments.c.id).select_from(campaign_tasks).join(assignments, and_(*mine))
    return [f"campaign:{campaign_id}:taken:{one}" for one in await conn.scalars(held)]


async def keys_beginning(conn: Connection, beginning: str) -> list[str]:
    """The keys of notices that begin so."""
    return [*await conn.scalars(select(notices.c.key).where(notices.c.key.startswith(beginning, autoescape=True)))]


async def oblige(conn: Connection, one: Taken, now: datetime) -> None:
    """The campaign's notice waits for the acknowledgement of who has taken a post."""
    names = ("notice_id", "post_id", "assignment_id", "person_id")
    values = {name: getattr(one, name) for name in names} | {"created_at": now}
    await conn.execute(insert_new(conn, obligations).values(values).on_conflict_do_nothing())
    await uncounted.want(conn, [Change(notice_id=one.notice_id, person_id=one.person_id)])


# What is due


async def unreminded(conn: Connection, campaign_id: int, day: str) -> bool:
    """Whether somebody is still to submit who was told the last day neither on a day (ISO) nor after it."""
    before = or_(_task.reminded_on.is_(None), _task.reminded_on < day)
    query = tasks_placed(select(_task.id)).where(_task.campaign_id == campaign_id, IS_TO_SUBMIT, before)
    return await conn.scalar(query.limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class Late:
    """A task that is still to be submitted after its last day, with its post's present holder."""

    task_id: int
    post_code: str
    holder_id: int | None
    holder_code: str | None


async def newly_overdue(conn: Connection, campaign_id: int, due_at: datetime, most: int) -> list[Late]:
    """What is overdue and was not told yet, so much of it at ``most``.

    What was returned after the last day had been submitted by then: its holder is told that it was returned.
    """
    late = or_(reviews.c.unit_at >= due_at, reviews.c.inspector_at >= due_at)
    returned_late = exists().where(reviews.c.post_id == _task.post_id, reviews.c.task_id == _task.id, late)
    waits = or_(_task.state == TaskState.OPEN.value, ~returned_late)
    holder = people.c.id.label("holder_id"), people.c.code.label("holder_code")
    query = (
        tasks_placed(select(_task.id.label("task_id"), posts.c.code.label("post_code"), *holder))
        .outerjoin(assignments, holds(_task.post_id))
        .outerjoin(people, people.c.id == assignments.c.person_id)
        .where(_task.campaign_id == campaign_id, IS_TO_SUBMIT, _task.overdue_at.is_(None), waits)
        .order_by(_task.id)
    )
    return [Late(**row) for row in (await conn.execute(query.limit(most))).mappings()]


async def mark_overdue(conn: Connection, ids: Sequence[int], today: date, now: datetime) -> None:
    """Note of tasks that it was told ``today`` that their last day has passed."""
    values = {"overdue_at": now, "reminded_on": today.isoformat()}
    await conn.execute(update(campaign_tasks).where(among(conn, _task.id, ids)).values(values))


async def finished(conn: Connection) -> list[int]:
    """Campaigns that run of which every task that counts is accepted, and whose author was not told of it."""
    left = _task.campaign_id == campaigns.c.id, _task.state != TaskState.ACCEPTED.value
    rest = exists().where(OF_A_POST, *left)
    any_ = exists().where(OF_A_POST, _task.campaign_id == campaigns.c.id)  # else all its posts have ended
    done = notices.alias("done")
    told = exists().where(done.c.key == literal("campaign:") + cast(campaigns.c.id, String) + ":done")
    return list(
        await conn.scalars(select(campaigns.c.id).where(IS_RUNNING, any_, ~rest, ~told).order_by(campaigns.c.id))
    )


async def supervisors(conn: Connection) -> dict[str, list[Borne]]:
    """Who leads, inspects or administers, by the person's code: the roles that each bears for that."""
    wanted = [role.value for role in (Role.LEADER, Role.INSPECTOR, Role.OFFICE)]
    query = (
        select(people.c.code, roles.c.role, units.c.path, ABOVE_ALL.label("above_all"))
        .join_from(roles, people, people.c.id == roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(roles.c.role.in_(wanted), roles.c.ended_at.is_(None))
        .order_by(people.c.code)
    )
    found: dict[str, list[Borne]] = {}
    for row in await conn.execute(query):
        borne = Borne(role=Role(row.role), path=row.path, above_all=bool(row.above_all))
        found.setdefault(row.code, []).append(borne)
    return found


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """A campaign that runs whose notice is acknowledged until a provisional day."""

    campaign_id: int
    notice_id: int
    send_at: datetime
    acknowledge_by: datetime


async def awaiting_days(conn: Connection, campaign_id: int | None = None) -> list[Awaiting]:
    """The campaigns that await official days to be acknowledged by; no notice that is stopped."""
    which = [IS_RUNNING, notices.c.provisional, notices.c.paused_at.is_(None), notices.c.cancelled_at.is_(None)]
    if campaign_id is not None:
        which.append(campaigns.c.id == campaign_id)
    of_notice = notices.c.id.label("notice_id"), notices.c.send_at, notices.c.acknowledge_by
    query = select(campaigns.c.id.label("campaign_id"), *of_notice).join(notices, notices.c.id == campaigns.c.notice_id)
    return [Awaiting(**row) for row in (await conn.execute(query.where(*which).order_by(campaigns.c.id))).mappings()]


async def date_reminders(conn: Connection, notice_id: int, instants: Sequence[datetime]) -> None:
    """Have the reminders of a notice go out at these instants, as far as nobody has planned them yet."""
    for number, at in enumerate(instants, FIRST_WAVE + 1):
        mine = waves.c.notice_id == notice_id, waves.c.number == number, waves.c.planned_at.is_(None)
        await conn.execute(update(waves).where(*mine).values(at=at))


async def date_notice(conn: Connection, notice_id: int, values: dict[str, Any]) -> None:
    """What a campaign's notice says from now on, where it is sent once more."""
    await conn.execute(update(notices).where(notices.c.id == notice_id).values(values))
    await uncounted.want_whole(conn, [notice_id])
