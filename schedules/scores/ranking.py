"""Units: their rates per person who was addressed; and the ranking, which is off until somebody answers for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from messages.errors import NotFound, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.rights import Act, entitle
from messages.scopes import EVERYWHERE, Scope
from messages.scores.records import NOTHING, Closing
from messages.scores.units import RankingSwitch, UnitScore, UnitScores
from messages.store import ledger, rights, score_events, statements
from messages.store.statements import UnitSums
from messages.text.phrase import phrase
from schedules.scores import adopting
from schedules.tools import Tools

RANKING_NOTICE: Final = phrase(
    "Before you turn the ranking on: the circular 国办函〔2026〕12号 (25 January 2026) forbids sign-in, points ranking "
    "and online-time features as assessment in government mobile apps. Whether a chat service is one is unclear. "
    "So nothing is scored for presence, a person's score is private to the person and to those who supervise, and the "
    "ranking of units is off unless an administrator of the whole office turns it on. Who does so, and when, is "
    "recorded. Units in which few people were addressed are not named even then."
)
"""What who turns the ranking on has read."""
_POINTS: Final = Decimal("0.01")
_RATE: Final = Decimal("0.0001")


async def units(tools: Tools, label: str | None, viewer_id: int | None, now: datetime) -> UnitScores:
    """The units in the viewer's scope, by name; see ``Scores.units``."""
    scope = await _scope(tools, viewer_id, now)
    return await _units(tools, label, scope)


async def ranked(tools: Tools, label: str | None, viewer_id: int | None, now: datetime) -> UnitScores:
    """The same, the highest first; see ``Scores.ranking``."""
    scope = await _scope(tools, viewer_id, now)
    async with tools.db.reading() as conn:
        switch = await score_events.ranking(conn)
    if not switch.on:
        raise Refused(phrase("The ranking of units is off."))
    every, seen = await _units(tools, label, EVERYWHERE), await _units(tools, label, scope)
    return replace(seen, units=placed(seen.units, among=every.units))


def placed(units: Sequence[UnitScore], *, among: Sequence[UnitScore]) -> tuple[UnitScore, ...]:
    """Units with their places among all that are named, the highest first; smaller ones together stand at the end."""
    points = [one.points_per_person or NOTHING for one in among if one.unit is not None]

    def with_place(one: UnitScore) -> UnitScore:
        mine = one.points_per_person or NOTHING
        return one if one.unit is None else replace(one, place=1 + sum(other > mine for other in points))

    return tuple(sorted(map(with_place, units), key=lambda one: (one.place is None, one.place or 0, one.unit or "")))


async def switch(tools: Tools, person_id: int, now: datetime, *, on: bool) -> RankingSwitch:
    """Turn the ranking on or off; see ``Scores.switch_ranking``."""
    await entitle(tools.db, person_id, Act.CLOSE_SCORES, now)
    async with tools.db.writing() as conn:
        before = await score_events.ranking(conn)
        if before.on == on:
            return before
        code = await rights.person_code(conn, person_id)
        body: dict[str, Json] = {"on": on, "by": code}
        await ledger.append(conn, at=now, kind=Kind.RANKING, person_id=person_id, body=body)
        return await score_events.ranking(conn)


async def _scope(tools: Tools, viewer_id: int | None, now: datetime) -> Scope:
    return EVERYWHERE if viewer_id is None else await entitle(tools.db, viewer_id, Act.SEE_SCORES, now)


async def _units(tools: Tools, label: str | None, scope: Scope) -> UnitScores:
    async with tools.db.reading() as conn:
        closing = _closing(await statements.every(conn), label)
        sums = await statements.by_unit(conn, closing.id, scope)
    smallest = tools.policy.scores.smallest_unit
    named = [_score(one.unit_id, one.unit, [one]) for one in sums if one.people >= smallest]
    small = [one for one in sums if one.people < smallest]
    return UnitScores(closing=closing, units=(*named, *([_together(small, smallest)] if small else [])))


def _closing(known: Sequence[Closing], label: str | None) -> Closing:
    """The last revision that has ended of a period, or of the latest one."""
    ended = [one for one in known if one.ended_at]
    period = adopting.read(label) if label is not None else max((one.period for one in ended), default=None)
    found = next((one for one in ended if one.period == period), None)
    if found is None:
        raise NotFound(phrase("No closed period: the figures of units are those of a period that is closed."))
    return found


def _together(small: Sequence[UnitSums], smallest: int) -> UnitScore:
    """Units that are not named; even together they say nothing where they are as few people as one of them."""
    found = _score(None, None, small)
    if found.people >= smallest:
        return found
    return replace(found, points_per_person=None, acknowledged_rate=None, in_time_rate=None)


def _score(unit_id: int | None, unit: str | None, sums: Sequence[UnitSums]) -> UnitScore:
    people, asked = sum(one.people for one in sums), sum(one.asked for one in sums)
    return UnitScore(
        unit_id=unit_id,
        unit=unit,
        people=people,
        points_per_person=_rate(sum((one.total for one in sums), NOTHING), people, _POINTS),
        acknowledged_rate=_rate(Decimal(sum(one.acknowledged for one in sums)), asked, _RATE),
        in_time_rate=_rate(Decimal(sum(one.in_time for one in sums)), asked, _RATE),
    )


def _rate(of: Decimal, by: int, to: Decimal) -> Decimal | None:
    return (of / by).quantize(to, ROUND_HALF_UP) if by else None
