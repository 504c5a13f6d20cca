"""What a person who looks after units sees of notices: which there are, and who stands how; every look is recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages import pages, rights
from messages.deliveries import reason_said, state_said
from messages.errors import NotFound
from messages.ledger import Kind
from messages.notices import Counts, Json, Notice
from messages.rights import Act
from messages.scopes import EVERYWHERE, Scope
from messages.store import ledger, notice_lists, notices, organisation, people_lists, quiet_hours
from messages.store.database import Connection, Database
from messages.store.organisation import StandingUnit
from messages.store.people_lists import Listed, Which
from messages.text.phrase import Phrase, phrase

__all__ = [
    "Listed",
    "NoticesPage",
    "PeoplePage",
    "Seen",
    "Which",
    "notice_of",
    "notices_of",
    "people_of",
    "standing_said",
    "waits",
]

NOTICES_A_PAGE: Final = 8
PEOPLE_A_PAGE: Final = 10
_LAST_PAGE: Final = 1_000

_OUTSIDE: Final = phrase("This is not open to you: it lies outside your units.")


@dataclass(frozen=True, kw_only=True)
class NoticesPage:
    """Some notices, newest first: page ``number``, from 1; ``further`` says whether older ones follow."""

    items: tuple[Notice, ...]
    number: int
    further: bool
    scope: Scope


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A notice that a person may see, within ``scope``."""

    notice: Notice
    scope: Scope


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """People of one unit: page ``number`` of ``pages``, both from 1; ``total`` counts them on all pages."""

    notice: Notice
    unit: StandingUnit
    which: Which
    items: tuple[Listed, ...]
    number: int
    pages: int
    total: int


async def notices_of(db: Database, viewer: int, page: int, now: datetime, *, size: int = NOTICES_A_PAGE) -> NoticesPage:
    """The newest notices that reach the viewer's scope. Raises ``NotEntitled`` for who sees none; that is recorded."""
    scope = await rights.entitle(db, viewer, Act.SEE_NOTICES, now)
    number = min(max(1, page), _LAST_PAGE)
    async with db.reading() as conn:
        found = await notice_lists.newest(conn, scope, limit=size + 1, offset=(number - 1) * size)
    return NoticesPage(items=tuple(found[:size]), number=number, further=len(found) > size, scope=scope)


async def waits(db: Database, counts: Mapping[int, Counts], now: datetime) -> dict[int, datetime]:
    """Which of these notices wait for the end of quiet hours, and until when."""
    left = [notice_id for notice_id, one in counts.items() if one.planned and not one.sending]
    async with db.reading() as conn:
        found = {notice_id: await quiet_hours.waits_until(conn, notice_id, now) for notice_id in left}
    return {notice_id: until for notice_id, until in found.items() if until is not None}


async def notice_of(
    db: Database, viewer: int | None, notice_id: int, now: datetime, act: Act = Act.SEE_NOTICES
) -> Seen:
    """A notice that reaches the viewer's scope for an act; None is the operator, who sees everything.

    Raises ``NotFound``, and ``NotEntitled`` for one outside the scope; that is recorded.
    """
    async with db.reading() as conn:
        notice = await notices.find(conn, notice_id)
    about: dict[str, Json] = {"notice": notice.key if notice else notice_id}
    scope = EVERYWHERE if viewer is None else await rights.entitle(db, viewer, act, now, **about)
    if notice is None:
        raise NotFound(phrase("There is no notice {id}.", id=notice_id))
    async with db.reading() as conn:
        reached = await notice_lists.reaches(conn, notice_id, scope)
    if viewer is not None and not reached:
        raise await rights.refuse(db, viewer, act, now, _OUTSIDE, **about)
    return Seen(notice=notice, scope=scope)


async def people_of(
    db: Database,
    viewer: int | None,
    notice_id: int,
    unit_id: int,
    which: Which,
    page: int,
    now: datetime,
    *,
    size: int = PEOPLE_A_PAGE,
) -> PeoplePage:
    """Who stands how with a notice in one unit, a page at a time; that somebody looked is recorded.

    None is the operator at the command line. Raises ``NotFound``, and ``NotEntitled`` where the notice does not reach
    the viewer's scope or the unit lies outside it.
    """
    seen = await notice_of(db, viewer, notice_id, now)
    async with db.reading() as conn:
        unit = await organisation.unit_of(conn, unit_id)
    if unit is None:
        raise NotFound(phrase("There is no such unit."))
    if viewer is not None and not seen.scope.covers(unit.path):
        raise await rights.refuse(db, viewer, Act.SEE_NOTICES, now, _OUTSIDE, notice=seen.notice.key, unit=unit.name)
    async with db.reading() as conn:
        found = await _page(conn, seen.notice, unit, which, page, size)
    await _record(db, viewer, found, now)
    return found


async def _page(conn: Connection, notice: Notice, unit: StandingUnit, which: Which, page: int, size: int) -> PeoplePage:
    """The page, or the first where there are not so many."""
    number = min(max(1, page), _LAST_PAGE)
    offset = (number - 1) * size
    items, total = await people_lists.of_unit(conn, notice, unit.id, which, limit=size, offset=offset)
    if not items and number > 1:
        return await _page(conn, notice, unit, which, 1, size)
    return PeoplePage(
        notice=notice,
        unit=unit,
        which=which,
        items=tuple(items),
        number=number,
        pages=pages.count(total, size),
        total=total,
    )


async def _record(db: Database, viewer: int | None, seen: PeoplePage, now: datetime) -> None:
    about: dict[str, Json] = {
        "notice": seen.notice.key,
        "unit": seen.unit.name,
        "which": seen.which.value,
        "people": [one.person_code for one in seen.items],
    }
    async with db.writing() as conn:
        await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=viewer, body=about)


def standing_said(one: Listed, moment: Callable[[datetime], str]) -> Phrase:
    """How a person stands, in a few words; ``moment`` says an instant."""
    if one.passed_to:
        return phrase("passed on to {whom}", whom=one.passed_to)
    if one.acknowledged_at and one.late:
        return phrase("acknowledged {moment}, late", moment=moment(one.acknowledged_at))
    if one.acknowledged_at:
        return phrase("acknowledged {moment}", moment=moment(one.acknowledged_at))
    if one.delivered_at:
        return phrase("delivered {moment}", moment=moment(one.delivered_at))
    return reason_said(one.reason) if one.reason else state_said(one.state)
