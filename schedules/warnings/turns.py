"""Turns: each new start of a warning's days, at its issue, a raise, a handover, a return, or with official days."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from messages.notices import Grade, Json
from messages.store import warning_steps
from messages.store.database import Connection
from messages.warnings import life
from messages.warnings.records import Counted, Ladder, Part, WarningEvent, WarningRecord, WarningState
from schedules.warnings.noting import note
from schedules.warnings.parts import whom
from schedules.warnings.proposing import propose_second
from schedules.warnings.steps import Dates, Terms, dates_of, instants

_ANEW: Mapping[str, Any] = MappingProxyType(
    {
        "state": WarningState.ISSUED.value,
        "notice_id": None,
        "acknowledged_at": None,
        "answered_at": None,
        "accepted_at": None,
    }
)
"""Of a warning that its holder is told as if it had just been issued."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A new start of a warning's days: why (``event``), by whom, and what else changes with it (columns).

    ``grade`` and ``ladder`` are those of a raise. With ``anew`` the warning is issued to its holder once more, to
    acknowledge and to answer in full; without, only the day by which to answer is another one, ``answer_within``
    working days from now, and of one that is not ``dated`` there is none. ``told`` are the parts that are told that the
    warning is there; None: those of the ladder's first step where it is issued anew, nobody else.
    """

    event: WarningEvent
    anew: bool
    dated: bool = True
    grade: Grade | None = None
    ladder: Ladder | None = None
    answer_within: int | None = None
    told: Sequence[Part] | None = None
    by: int | None = None
    why: str | None = None
    change: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Json] = field(default_factory=dict)


async def begin_turn(
    conn: Connection, warning: WarningRecord, turn: Turn, terms: Terms, now: datetime
) -> WarningRecord:
    """Begin a turn of a warning that is held (``warnings.lock``): its days count from now; gives it as it stands then.

    What was planned before is called off, and what was said of it to the holder before is withdrawn where it is issued
    anew; what was acknowledged until now is noted first. Of a vacant post nothing is planned before somebody holds it.
    """
    warning = await note(conn, warning)
    await warning_steps.call_off(conn, warning.id, now)
    grade, ladder = turn.grade or warning.grade, turn.ladder or warning.ladder
    within = turn.answer_within or (ladder.answer if turn.anew else warning.answer_within)
    change = {"turn": warning.turn + 1, "grade": grade.value, "ladder": ladder, "answer_within": within}
    vacant = turn.change.get("assignment_id", warning.assignment_id) is None
    dates = None if vacant or not turn.dated else dates_of(terms, ladder, terms.begins(grade, now), within)
    change |= {**days(dates), **(_ANEW if turn.anew else {}), **turn.change}
    if dates and not turn.anew:
        del change["acknowledge_by"]  # that day, and whether it was kept, stands
    if turn.anew:
        await warning_steps.withdraw(conn, warning.id, now)
    begun = await life.record(conn, warning, turn.event, now, by=turn.by, why=turn.why, change=change, **turn.about)
    if dates:
        await plan_steps(conn, begun, dates, terms, answer_only=not turn.anew)
    if turn.anew or turn.told:
        await tell_first(conn, begun, turn.told, now)
    if turn.event is WarningEvent.RAISED:
        await propose_second(conn, begun, terms, now)
    return begun


def days(dates: Dates | None) -> dict[str, Any]:
    """The days of a turn as a warning's columns; None: there are none."""
    if dates is None:
        return {"since": None, "acknowledge_by": None, "answer_by": None, "provisional": False}
    return asdict(dates)


async def plan_steps(
    conn: Connection,
    warning: WarningRecord,
    dates: Dates,
    terms: Terms,
    *,
    answer_only: bool = False,
    without: frozenset[str] = frozenset(),
) -> None:
    """Plan the steps of a warning's turn after the first one; those that its days have overtaken are left out.

    Such a one reminds of a day that is nearer than the step's distance from it.
    """
    counted = {step.name: step.counts_from for step in warning.ladder.steps}
    planned = {
        name: at
        for name, at in instants(terms, warning.ladder, dates).items()
        if at > dates.since and name not in without and not (answer_only and counted[name] is not Counted.ANSWER)
    }
    await warning_steps.plan(conn, warning.id, warning.turn, planned)


async def tell_first(
    conn: Connection,
    warning: WarningRecord,
    parts: Sequence[Part] | None,
    now: datetime,
    *,
    knows: int | None = None,
) -> None:
    """Run the first step: who stands on it is told that the warning is there.

    Who ``knows``, having decided it, counts as told from then on, without a message.
    """
    first = warning.ladder.steps[0]
    await warning_steps.run(conn, warning.id, warning.turn, first.name, now)
    told = await whom(conn, warning, first.told if parts is None else parts)
    urgent = warning.grade is Grade.RED
    await warning_steps.tell(conn, warning.id, warning.turn, first.name, told, urgent=urgent, at=now)
    if knows is not None:
        await warning_steps.spare(conn, warning.id, warning.turn, knows, now)
