"""Who waves are for, as SQL: of any number of waves by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, false, func, literal, or_, select, true

from messages import audience
from messages.deliveries import DeliveryState
from messages.errors import Refused
from messages.notices import FIRST_WAVE
from messages.scopes import EVERYWHERE, Scope
from messages.store.audience import reached, within
from messages.store.database import Connection
from messages.store.obligations import is_acknowledged, is_held, is_kept
from messages.store.register_terms import IS_TO_SUBMIT
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
    roles,
    units,
    waves,
)


class Named(StrEnum):
    """An audience that is one name: what stands before the name."""

    POST = "post:"
    PERSON = "person:"


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """Whom one more reminder by hand leaves out: who had one after ``since``, or ``most`` of those by hand.

    ``waves`` are the numbers of the waves by hand that there were.
    """

    since: datetime
    waves: tuple[int, ...]
    most: int


@dataclass(frozen=True)
class Silent:
    """Who was told of a notice and has not acknowledged it for a post ``within`` a scope: whom reminders go to."""

    within: Scope = EVERYWHERE
    by_hand: ByHand | None = None


@dataclass(frozen=True)
class Meant:
    """Who is meant by an audience expression."""

    expression: str


Recipients: TypeAlias = Named | Silent | Meant


def recipients_of(expression: str) -> Named | Meant:
    """How the first wave of a notice finds its people: waves of one answer are planned by one statement.

    An expression that cannot be read is told by whoever plans for it, so that it holds up no other.
    """
    try:
        found = audience.parse(expression)
    except Refused:
        return Meant(expression)
    match found:
        case audience.Post(code):
            named, name = Named.POST, code
        case audience.Person(code):
            named, name = Named.PERSON, code
        case _:
            return Meant(expression)
    # Written plainly: the database can read the name by itself.
    return named if expression in {f"{named}{name}", f'{named}"{name}"'} else Meant(expression)


def told(conn: Connection, wave_ids: Sequence[int], to: Named | Meant) -> Select[Any]:
    """Whom first waves tell, as ``planning.plan`` takes them: each person once for each wave."""
    mine = among(conn, waves.c.id, wave_ids)
    if to is Named.PERSON:
        return _delivery(people.c.id.label("person_id")).join(people, people.c.code == _name(to)).where(mine, belongs())
    if to is Named.POST:
        return _named(to, _delivery(assignments.c.person_id)).where(mine).distinct()
    # People once, then all the waves for each: in this order a province's million is never sorted.
    found = select(reached(to.expression).subquery().c.person_id).distinct().subquery("found")
    return _delivery(found.c.person_id).join(found, true()).where(mine)


def obliged(conn: Connection, wave_ids: Sequence[int], to: Named | Meant) -> Select[Any]:
    """Who holds the posts that first waves mean: (notice_id, post_id, assignment_id, person_id)."""
    mine = among(conn, waves.c.id, wave_ids)
    if isinstance(to, Named):
        post = assignments.c.post_id, assignments.c.id.label("assignment_id"), assignments.c.person_id
        return _named(to, _of_waves(waves.c.notice_id, *post)).where(mine)
    found = reached(to.expression).subquery("found")
    return _of_waves(waves.c.notice_id, *found.c).join(found, true()).where(mine)


def _of_waves(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(waves).join(notices, notices.c.id == waves.c.notice_id)


def _delivery(person_id: ColumnElement[int]) -> Select[Any]:
    """What a person's delivery of a wave is to be."""
    wave = waves.c.number.label("wave"), notices.c.lane, waves.c.at.label("due_at"), notices.c.expires_at
    return _of_waves(waves.c.notice_id, person_id, *wave)


def _named(to: Named, whose: Select[Any]) -> Select[Any]:
    """Each wave with the present assignments that its notice's audience names."""
    name = _name(to)
    if to is Named.POST:
        whose = whose.join(posts, posts.c.code == name).join(assignments, assignments.c.post_id == posts.c.id)
    else:
        whose = whose.join(people, people.c.code == name).join(assignments, assignments.c.person_id == people.c.id)
    return whose.where(assignments.c.ended_at.is_(None))


def _name(to: Named) -> ColumnElement[str]:
    """The name in a notice's audience."""
    return func.trim(func.substr(notices.c.audience, len(to) + 1), '"')


def belongs() -> ColumnElement[bool]:
    """Of ``people``: who holds a post or bears a role now. Who administers or leads need not hold a post."""
    holds = exists().where(assignments.c.person_id == people.c.id, assignments.c.ended_at.is_(None))
    bears = exists().where(roles.c.person_id == people.c.id, roles.c.ended_at.is_(None))
    return or_(holds, bears)


def reminded(conn: Connection, reminders: Mapping[int, int], to: Silent, told_before: datetime) -> Select[Any]:
    """Whom reminders tell, as ``planning.plan`` takes them: who has not acknowledged for every post that they hold.

    ``reminders`` are waves' ids by their notices' ids. Only who was told of the notice, and not after ``told_before``.
    Whoever is still to be sent an earlier wave is left out: after days off, overdue reminders go out as one. So is,
    unless somebody reminds by hand, who has submitted what a campaign asks: nobody need be told to read it.
    """
    reminded_before = to.by_hand.since if to.by_hand else told_before
    query = _silent(conn, reminders, to).where(_standing(told_before, reminded_before) == _TOLD)
    return query.where(~_had_enough(conn, to.by_hand) if to.by_hand else ~_has_submitted()).distinct()


def lately(conn: Connection, reminders: Mapping[int, int], to: Silent, by_hand: ByHand) -> Select[Any]:
    """Who is silent and was reminded lately, or is about to be."""
    delivered = and_(deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.settled_at > by_hand.since)
    one = exists().where(*_theirs(), deliveries.c.wave > FIRST_WAVE, or_(_on_its_way(), delivered))
    return _silent(conn, reminders, to).where(one)


def exhausted(conn: Connection, reminders: Mapping[int, int], to: Silent, by_hand: ByHand) -> Select[Any]:
    """Who is silent and was reminded by hand as often as may be."""
    return _silent(conn, reminders, to).where(_had_enough(conn, by_hand))


def _silent(conn: Connection, reminders: Mapping[int, int], to: Silent) -> Select[Any]:
    return (
        _delivery(obligations.c.person_id)
        .join(obligations, obligations.c.notice_id == waves.c.notice_id)
        .where(_lies_within(to.within))
        .where(
            among(conn, waves.c.id, list(reminders.values())),
            # Said once more, so that PostgreSQL sees how few obligations these are.
            among(conn, obligations.c.notice_id, list(reminders)),
            is_kept(),
            is_held(),
            ~is_acknowledged(),
        )
    )


def _had_enough(conn: Connection, by_hand: ByHand) -> ColumnElement[bool]:
    if len(by_hand.waves) < by_hand.most:
        return false()
    reminders = *_theirs(), deliveries.c.state.in_(_ARRIVED), among(conn, deliveries.c.wave, by_hand.waves)
    return select(func.count()).select_from(deliveries).where(*reminders).scalar_subquery() >= by_hand.most


def _has_submitted() -> ColumnElement[bool]:
    """Correlated to ``obligations``: the notice is a campaign's, and the post's task is submitted or accepted."""
    asked = campaigns.c.notice_id == obligations.c.notice_id, campaign_tasks.c.campaign_id == campaigns.c.id
    return exists().where(*asked, campaign_tasks.c.post_id == obligations.c.post_id, ~IS_TO_SUBMIT)


def _lies_within(scope: Scope) -> ColumnElement[bool]:
    """Of ``obligations``: whether the post lies within a scope."""
    if scope.everything:
        return true()
    return obligations.c.post_id.in_(select(posts.c.id).join(units, units.c.id == posts.c.unit_id).where(within(scope)))


_NOT_TOLD, _TOLD, _BEING_TOLD = 0, 1, 2
_ARRIVED: Final = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value)


def _standing(told_before: datetime, reminded_before: datetime) -> ScalarSelect[int]:
    """How a person stands with a wave's notice: one look at the few deliveries that it has for the person."""
    state, instant = deliveries.c.state, deliveries.c.settled_at.type
    before = case(
        (deliveries.c.wave > FIRST_WAVE, literal(reminded_before, instant)), else_=literal(told_before, instant)
    )
    just_told = and_(state == DeliveryState.DELIVERED.value, deliveries.c.settled_at > before)
    standing = case((or_(_on_its_way(), just_told), _BEING_TOLD), (state.in_(_ARRIVED), _TOLD), else_=_NOT_TOLD)
    return select(func.max(standing)).where(*_theirs()).scalar_subquery()


def _on_its_way() -> ColumnElement[bool]:
    on_its_way = DeliveryState.PLANNED.value, DeliveryState.PAUSED.value, DeliveryState.SENDING.value
    return deliveries.c.state.in_(on_its_way)


def _theirs() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Correlated to ``waves`` and ``obligations``; the notice is the wave's: one of no due wave is not looked at."""
    return deliveries.c.notice_id == waves.c.notice_id, deliveries.c.person_id == obligations.c.person_id
