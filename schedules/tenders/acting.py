"""What people do with matters: dates moved and taken away, ends and new beginnings, posts named, buyers placed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from messages import reasons, rights
from messages.errors import DecidedBefore, Refused
from messages.notices import Json
from messages.rights import Act
from messages.store import matter_places, matters
from messages.store.database import Connection
from messages.store.matter_places import UnitPlace
from messages.tenders.kept import Kept
from messages.tenders.milestones import Milestone
from messages.tenders.records import NO_BUYER, OVER, Fact, Matter, MatterState, Source
from messages.tenders.views import Outcome, Taken
from messages.text.phrase import phrase
from schedules.tenders import checking, deciding, writing
from schedules.tenders.deciding import After, MatterEvent, Places
from schedules.tenders.entitling import find, going_on, present, stands, to_enter, to_move
from schedules.tenders.writing import TOGETHER, Writer
from schedules.tools import Tools

_INPUT: Final = phrase("The input was refused.")


async def move(tools: Tools, matter_id: int, fact: Fact, person_id: int, version: int, now: datetime) -> Taken:
    """Say when a milestone is to be, or was."""
    matter = await to_move(tools, matter_id, person_id, now)
    if faults := list(checking.faults_of_fact(fact, matter.kind)):
        raise Refused(_INPUT, faults)

    def moved(kept: Kept) -> After:
        going_on(kept, MatterState.COMPLETE)
        after = deciding.moved(kept, fact, person_id, now, tools.zone)
        if faults := list(checking.faults_of_whole(len(after.facts))):
            raise Refused(_INPUT, faults)
        return after

    return await _act(tools, matter_id, person_id, version, now, moved)


async def clear(
    tools: Tools, matter_id: int, milestone: Milestone, part: str, person_id: int, version: int, now: datetime
) -> Taken:
    """Take a date away; one that is not there is no fault."""
    await to_move(tools, matter_id, person_id, now)

    def cleared(kept: Kept) -> After:
        going_on(kept, MatterState.COMPLETE)
        return deciding.cleared(kept, (milestone, part), person_id, now, tools.zone)

    return await _act(tools, matter_id, person_id, version, now, cleared)


async def stop(
    tools: Tools, matter_id: int, state: MatterState, why: str, person_id: int, version: int, now: datetime
) -> Taken:
    """End a matter; that it is complete needs no reason."""
    if state not in OVER:
        message = f"no matter ends as {state}"
        raise ValueError(message)
    reason = reasons.reason_of(why) if why.strip() or state is not MatterState.COMPLETE else None
    await to_enter(tools, matter_id, person_id, now)

    def stopped(kept: Kept) -> After:
        going_on(kept)
        return deciding.in_state(kept, state, reason, MatterEvent.STOPPED)

    return await _act(tools, matter_id, person_id, version, now, stopped)


async def reopen(tools: Tools, matter_id: int, person_id: int, version: int, now: datetime) -> Taken:
    """A matter that was ended goes on, as awarded where the award's date has passed."""
    await to_enter(tools, matter_id, person_id, now)

    def reopened(kept: Kept) -> After:
        if kept.standing.state not in OVER:
            raise DecidedBefore(stands(kept.standing.state))
        is_awarded = any(
            fact.milestone is Milestone.AWARD_NOTICE and fact.at is not None and fact.at <= now
            for fact in kept.facts.values()
        )
        state = MatterState.AWARDED if is_awarded else MatterState.ACTIVE
        return deciding.in_state(kept, state, None, MatterEvent.REOPENED)

    return await _act(tools, matter_id, person_id, version, now, reopened)


async def name_posts(
    tools: Tools, matter_id: int, milestone: Milestone | None, codes: Sequence[str], person_id: int, now: datetime
) -> Taken:
    """Name the posts that are responsible for a step, or for all; of none the risk node says again which they are."""
    await to_enter(tools, matter_id, person_id, now)
    if faults := list(checking.faults_of_codes(codes)):
        raise Refused(_INPUT, faults)
    async with tools.db.reading() as conn:
        places = Places(units={}, buyers={}, posts=await matter_places.posts_coded(conn, codes))
    if faults := list(checking.faults_of_posts(codes, places)):
        raise Refused(_INPUT, faults)

    def named(kept: Kept) -> After:
        of_step = milestone or ""
        stay = {one for one in kept.posts if one[0] != of_step}
        posts = frozenset(stay | {(of_step, places.posts[code]) for code in codes})
        standing = replace(kept.standing, source=Source.HAND)
        body: dict[str, Json] = {"milestone": milestone.value if milestone else None, "posts": [*codes]}
        return After(event=MatterEvent.NAMED, standing=standing, facts=kept.facts, posts=posts, body=body)

    return await _act(tools, matter_id, person_id, None, now, named)


async def _act(
    tools: Tools,
    matter_id: int,
    person_id: int,
    version: int | None,
    now: datetime,
    decide: Callable[[Kept], After],
) -> Taken:
    await tools.calendars.current()
    async with tools.db.writing() as conn:
        kept = await present(conn, matter_id, version)
        writer = Writer(tools=tools, person_id=person_id, now=now)
        outcomes = await writing.change(conn, writer, [(kept, decide(kept))])
        return Taken(outcome=outcomes[matter_id], matter=await _after(conn, matter_id))


async def _after(conn: Connection, matter_id: int) -> Matter:
    return (await matters.found(conn, [matter_id]))[matter_id]


# --- which unit a buyer is --------------------------------------------------------------------------------------------


async def place(tools: Tools, which: int | str, unit: str, person_id: int, now: datetime) -> int:
    """Say which unit a buyer is; gives how many matters are that unit's from now on.

    It is remembered. These are its matters that are of no unit, or of the one that was said before; the matter by which
    the buyer was named is, in any case. Of a matter of which nobody says whose it is, that one alone is placed.
    They are placed some at a time, so that others write meanwhile, and it is remembered with the last of them: where it
    was cut short, saying it once more does the rest.
    """
    await rights.entitle(tools.db, person_id, Act.PLACE_MATTERS, now, buyer=str(which))
    await tools.calendars.current()
    name, said = " ".join(unit.split()), " ".join(which.split()) if isinstance(which, str) else None
    if faults := list(checking.faults_of_buyer("-" if said is None else said, name)):
        raise Refused(_INPUT, faults)
    matter_id, count = which if isinstance(which, int) else None, 0
    while True:
        async with tools.db.writing() as conn:
            unit_meant = (await matter_places.units_named(conn, [name])).get(name)
            if unit_meant is None:
                raise Refused(_INPUT, [checking.unknown_unit(name)])
            buyer = (await find(conn, which)).buyer if said is None else said
            mine, is_all = await _to_place(conn, buyer, matter_id, unit_meant)
            if is_all and buyer != NO_BUYER:
                await matter_places.remember(conn, buyer, unit_meant.id, person_id, now)
            count += await _place(conn, Writer(tools=tools, person_id=person_id, now=now), mine, unit_meant)
        if is_all:
            return count


async def _to_place(
    conn: Connection, buyer: str, matter_id: int | None, unit: UnitPlace
) -> tuple[Sequence[Kept], bool]:
    """Some of a buyer's matters that are to become a unit's, held; and whether these are all that are left."""
    if buyer == NO_BUYER:
        one = None if matter_id is None else await matters.hold_one(conn, matter_id)
        return [one] if one else [], True
    before = (await matter_places.units_of_buyers(conn, [buyer])).get(buyer)
    mine = await matters.hold_to_place(conn, buyer, unit.id, before.id if before else None, matter_id, TOGETHER)
    return mine, len(mine) < TOGETHER


async def _place(conn: Connection, writer: Writer, mine: Sequence[Kept], unit: UnitPlace) -> int:
    outcomes = await writing.change(conn, writer, [(one, _placed(one, unit)) for one in mine])
    return sum(outcome is Outcome.CHANGED for outcome in outcomes.values())


def _placed(kept: Kept, unit: UnitPlace) -> After:
    standing = replace(kept.standing, unit_id=unit.id, source=Source.HAND)
    body: dict[str, Json] = {"unit": unit.name}
    return After(event=MatterEvent.PLACED, standing=standing, facts=kept.facts, posts=kept.posts, body=body)
