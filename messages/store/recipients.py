"""Who waves are for, as SQL: of any number of waves by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ScalarSelect, Select, and_, case, func, or_, select, true

from messages import audience
from messages.deliveries import DeliveryState
from messages.store.audience import reached
from messages.store.database import Connection
from messages.store.obligations import is_acknowledged, is_held
from messages.store.sets import among
from messages.store.tables import assignments, deliveries, notices, obligations, people, posts, waves


class Named(StrEnum):
    """An audience that is one name: what stands before the name."""

    POST = "post:"
    PERSON = "person:"


@dataclass(frozen=True)
class Silent:
    """Who was told of a notice and has not acknowledged it: whom reminders go to."""


@dataclass(frozen=True)
class Meant:
    """Who is meant by an audience expression."""

    expression: str


Recipients: TypeAlias = Named | Silent | Meant


def recipients_of(expression: str) -> Named | Meant:
    """How the first wave of a notice finds its people: waves of one answer are planned by one statement."""
    match audience.parse(expression):
        case audience.Post(code):
            named, name = Named.POST, code
        case audience.Person(code):
            named, name = Named.PERSON, code
        case _:
            return Meant(expression)
    # Written plainly: the database can read the name by itself.
    return named if expression in {f"{named}{name}", f'{named}"{name}"'} else Meant(expression)


def meant(conn: Connection, wave_ids: Sequence[int], to: Named | Meant) -> Select[Any]:
    """Whom first waves mean, as (wave_id, assignment_id, post_id, person_id)."""
    mine = among(conn, waves.c.id, wave_ids)
    if isinstance(to, Named):
        return _named(to).where(mine)
    found = reached(to.expression).subquery("found")
    return select(waves.c.id.label("wave_id"), *found.c).join_from(waves, found, true()).where(mine)


def _named(to: Named) -> Select[Any]:
    name = func.trim(func.substr(notices.c.audience, len(to) + 1), '"')
    whose = select(
        waves.c.id.label("wave_id"),
        assignments.c.id.label("assignment_id"),
        assignments.c.post_id,
        assignments.c.person_id,
    ).join_from(waves, notices, notices.c.id == waves.c.notice_id)
    if to is Named.POST:
        whose = whose.join(posts, posts.c.code == name).join(assignments, assignments.c.post_id == posts.c.id)
    else:
        whose = whose.join(people, people.c.code == name).join(assignments, assignments.c.person_id == people.c.id)
    return whose.where(assignments.c.ended_at.is_(None))


def obliged_by(meant: Select[Any]) -> Select[Any]:
    """Of those whom first waves mean, whose notices ask for it: (notice_id, post_id, assignment_id, person_id)."""
    one = meant.subquery("one")
    return (
        select(waves.c.notice_id, one.c.post_id, one.c.assignment_id, one.c.person_id)
        .join_from(one, waves, waves.c.id == one.c.wave_id)
        .join(notices, notices.c.id == waves.c.notice_id)
        .where(notices.c.acknowledge)
    )


def told_by(people: Select[Any]) -> Select[Any]:
    """Each person once for each wave, with what their deliveries have in common: as ``planning.plan`` takes them.

    ``people`` has the columns wave_id, person_id, and may have more.
    """
    found = people.subquery("found")
    whom = select(found.c.wave_id, found.c.person_id).distinct().subquery("whom")
    return (
        select(
            waves.c.notice_id,
            whom.c.person_id,
            waves.c.number.label("wave"),
            notices.c.lane,
            waves.c.at.label("due_at"),
            notices.c.expires_at,
        )
        .join_from(whom, waves, waves.c.id == whom.c.wave_id)
        .join(notices, notices.c.id == waves.c.notice_id)
    )


def silent(conn: Connection, reminders: Mapping[int, int], told_before: datetime) -> Select[Any]:
    """Whom reminders mean, as (wave_id, person_id): holders who have not acknowledged for every post that they hold.

    ``reminders`` are waves' ids by their notices' ids. Only who was told of the notice, and not after ``told_before``.
    Whoever is still to be sent an earlier wave is left out: after days off, overdue reminders go out as one.
    """
    return (
        select(waves.c.id.label("wave_id"), obligations.c.person_id)
        .join_from(waves, obligations, obligations.c.notice_id == waves.c.notice_id)
        .where(
            among(conn, waves.c.id, list(reminders.values())),
            # Said once more, so that PostgreSQL sees how few obligations these are.
            among(conn, obligations.c.notice_id, list(reminders)),
            is_held(),
            ~is_acknowledged(),
            _standing(told_before) == _TOLD,
        )
    )


_NOT_TOLD, _TOLD, _BEING_TOLD = 0, 1, 2


def _standing(told_before: datetime) -> ScalarSelect[int]:
    """How a person stands with a wave's notice: one look at the few deliveries that it has for the person."""
    state, settled_at = deliveries.c.state, deliveries.c.settled_at
    on_its_way = state.in_((DeliveryState.PLANNED.value, DeliveryState.SENDING.value))
    just_told = and_(state == DeliveryState.DELIVERED.value, settled_at > told_before)
    told = state.in_((DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value))
    standing = case((or_(on_its_way, just_told), _BEING_TOLD), (told, _TOLD), else_=_NOT_TOLD)
    # The notice is the wave's: an obligation of no due wave is not looked at.
    mine = deliveries.c.notice_id == waves.c.notice_id, deliveries.c.person_id == obligations.c.person_id
    return select(func.max(standing)).where(*mine).scalar_subquery()
