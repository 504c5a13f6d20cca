"""Dates that are others than people were told: each audience hears them once, by one message."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from messages.notices import Json
from messages.store import matter_answering, matter_sweeps
from messages.store.matter_sweeps import Settled, Turn
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt
from schedules.quiet_hours import opening
from schedules.tenders import audiences, steps
from schedules.tenders.causes import causes_of
from schedules.tenders.following import STEPS, done, moved, no_more, told_of
from schedules.tenders.held import notices_of
from schedules.tenders.known import Known
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import Change, moved_notice

_SAY_WHEN: Final = frozenset({PromptKind.CURRENT, PromptKind.SOON})
"""What says by when a step is to be done, as a change of that does; on the day of an opening its own prompt comes."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Of which ``places`` another date was told, and what people were told ``before`` where its breach tells it."""

    places: frozenset[Place]
    before: Mapping[Place, Mapping[str, Json]]


async def tell_moved(known: Known) -> Moved:
    """Tell each audience once; what is due of these steps besides is told by that."""
    held = known.held
    changes = moved(held.tools, _all_steps(known), known.prompts, held.now)
    broken = {one.place for one in known.due if one.kind is PromptKind.BROKEN} & changes.keys()
    again = await _call_off(known, changes)
    to_tell = {place: change for place, change in changes.items() if place not in broken} | again
    waiting = {one.place: one for one in known.prompts if one.kind is PromptKind.MOVED and one.settled_at is None}
    needless = [one.id for place, one in waiting.items() if place not in to_tell]
    await held.settle(needless, Settled.NEEDLESS)
    told: set[Place] = set()
    for whom, some in (await _by_audience(known, to_tell)).items():
        if await _tell(known, [to_tell[place] for place in some], whom, waiting):
            told.update(some)
    return Moved(places=frozenset(told), before={place: changes[place].was for place in broken})


def _all_steps(known: Known) -> dict[Place, Step]:
    """The steps, and those of which people were told and of which there are no limits any more."""
    left = {place: some[-1] for place, some in told_of(known.prompts).items() if place not in known.steps}
    gone = {place: steps.gone(known.held.tools, known.held.matter, one) for place, one in left.items()}
    return {**known.steps, **{place: step for place, step in gone.items() if step is not None}}


async def _call_off(known: Known, changes: Mapping[Place, Change]) -> dict[Place, Change]:
    """Nobody is reminded of dates that have changed; gives what such a message told besides and is told again.

    What told a step before its parts were known goes on for those of them that stay as they are.
    """
    away = [one for one in known.prompts if one.place in changes]
    off = set(notices_of(away))
    told = told_of(known.prompts)
    stay = [
        one for place, some in told.items() if place not in changes for one in some if off.intersection(one.notices)
    ]
    await known.held.call_off(away, but=[one for one in stay if one.kind is not PromptKind.MOVED])
    again = {one.place for one in stay if one.kind is PromptKind.MOVED and one is told[one.place][-1]}
    return {
        place: Change(step=step, was=step.tells)
        for place in again
        if (step := known.steps.get(place)) is not None
        and not no_more(step)
        and not done(known.held.tools, told[place][-1], step, known.prompts, known.held.now)
    }


async def _by_audience(known: Known, changes: Mapping[Place, Change]) -> dict[tuple[str, ...], list[Place]]:
    """The steps of the same people together, whichever of their posts answer for each."""
    together: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    of_people: dict[frozenset[int], tuple[str, ...]] = {}
    for place in sorted(changes):
        audience = await known.audience(changes[place].step)
        whom = audience.expressions if audience else ()
        if audience and audience.holders:
            whom = of_people.setdefault(frozenset(one.person_id for one in audience.holders), whom)
        together[whom].append(place)
    return together


async def _tell(
    known: Known, changes: Sequence[Change], whom: Sequence[str], waiting: Mapping[Place, KnownPrompt]
) -> bool:
    """Tell who answers for the steps, and whoever else was told of the dates that were; whether anybody is there."""
    held, conn, tools = known.held, known.held.conn, known.held.tools
    places = [one.place for one in changes]
    told = [one for one in known.prompts if one.place in places and one.outcome == Settled.TOLD]
    others = await _others(known, whom, notices_of(told))
    rows = [await _note(known, one, waiting.get(one.place)) for one in changes]
    ids = [row.id for row in rows]
    if not whom and not others:
        await held.wait(ids)
        return False
    causes = await causes_of(conn, held.matter, changes, tools.zone)
    notice = moved_notice(tools, changes, causes, rows[0].turn, rows[0].id, held.now)
    told_by = await held.add(notice, [*whom, *others])
    await held.settle([*ids, *_told_by_that(known, places)], Settled.TOLD, told_by)
    return True


def _told_by_that(known: Known, places: Collection[Place]) -> list[int]:
    """What is due of these steps, and what would say the same dates later on the day on which the change is heard."""
    held, tools = known.held, known.held.tools
    heard = tools.today(opening(held.now, tools.calendars.latest, tools.policy.quiet_hours, tools.zone))
    due = {one.id for one in known.due if one.kind in STEPS}
    return [
        one.id
        for one in known.prompts
        if one.place in places
        and (one.id in due or (one.settled_at is None and one.kind in _SAY_WHEN and tools.today(one.at) <= heard))
    ]


async def _others(known: Known, whom: Collection[str], old: Sequence[int]) -> list[str]:
    """Who was told of the dates that were, is still there, and is not told for the own posts."""
    conn = known.held.conn
    knew = await matter_sweeps.told_people(conn, old)
    hear = [code for said in whom for code in await matter_answering.among(conn, said, knew)]
    others = await audiences.of_people(conn, [code for code in knew if code not in hear])
    return [said for said in others if said not in whom]  # one who holds no post


async def _note(known: Known, change: Change, waiting: KnownPrompt | None) -> Turn:
    conn, step = known.held.conn, change.step
    if waiting is not None:
        await matter_sweeps.retell(conn, waiting.id, step.tells)
        return Turn(id=waiting.id, turn=waiting.turn)
    return await matter_sweeps.tell(
        conn, known.held.matter.id, *change.place, PromptKind.MOVED, step.tells, known.held.now
    )
