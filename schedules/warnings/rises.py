"""Rises: a warning is proposed to a named person to be raised, or beyond red to be decided; never done by itself."""

from dataclasses import dataclass
from datetime import datetime

from messages.errors import DecidedBefore, Refused
from messages.notices import Grade, Json
from messages.reasons import reason_of
from messages.rights import Act
from messages.store import answers, notices, releases, warning_matters
from messages.store import rises as stored
from messages.store.database import Connection
from messages.store.rises import Rise
from messages.text.phrase import phrase
from messages.warnings import life
from messages.warnings.matters import MatterKind
from messages.warnings.records import (
    GRADES,
    RiseCause,
    RiseDecision,
    Verdict,
    WarningEvent,
    WarningRecord,
)
from schedules.warnings.deciding import (
    ANYHOW,
    Rules,
    Seen,
    entitled,
    found_rise,
    gave_reason,
    held,
    may_decide,
    open_rise,
    released,
    unchanged,
    working_days,
)
from schedules.warnings.outcomes import decided_notices, tell_day
from schedules.warnings.steps import Terms
from schedules.warnings.turns import Turn, begin_turn


@dataclass(frozen=True, kw_only=True)
class _Decided:
    """What was decided beyond red; it is to be answered anew ``within`` so many working days (None: no new day)."""

    rise_id: int
    by: int
    why: str
    within: int | None


async def to_propose(rules: Rules, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
    """A warning that this person may propose to raise now. Raises what ``propose`` raises, but for a reason."""
    warning = await entitled(rules, warning_id, person_id, Act.SEE_WARNINGS, now)
    if not warning.open:
        raise released(rules, warning)
    async with rules.db.reading() as conn:
        if await stored.open_of(conn, warning_id):
            raise _proposed_before()
    return warning


def _proposed_before() -> DecidedBefore:
    return DecidedBefore(phrase("A proposal about this warning waits already to be decided."))


async def propose(
    rules: Rules, warning_id: int, person_id: int, why: str, now: datetime, message_id: int | None = None
) -> WarningRecord:
    """Propose by hand to raise a warning by a grade; of a red one, to decide what becomes of it.

    Raises ``NotEntitled``, ``Refused`` without a reason, and ``DecidedBefore`` where a proposal waits already.
    """
    await entitled(rules, warning_id, person_id, Act.SEE_WARNINGS, now)
    said = reason_of(why)
    async with rules.db.writing() as conn:
        warning = await held(conn, warning_id, person_id)
        if not warning.open:
            raise released(rules, warning)
        to = next_grade(warning.grade)
        rise_id = await stored.add(
            conn, warning_id, warning.turn, to, RiseCause.BY_HAND, at=now, by=person_id, why=said
        )
        if rise_id is None:
            raise _proposed_before()
        await gave_reason(conn, person_id, message_id, now)
        event, cause, grade = WarningEvent.RISE_PROPOSED, RiseCause.BY_HAND.value, to.value if to else None
        return await life.record(conn, warning, event, now, by=person_id, why=said, rise=rise_id, to=grade, cause=cause)


def next_grade(grade: Grade) -> Grade | None:
    """The grade above; None above red."""
    return next(iter(GRADES[GRADES.index(grade) + 1 :]), None)


async def raise_(
    rules: Rules, rise_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
) -> WarningRecord:
    """Raise a warning as proposed: its new grade's ladder as the policy is now, and all days anew.

    An answer that waits is returned by it. Raises ``NotEntitled``, ``Refused`` where beyond red a decision is wanted,
    ``DecidedBefore``, and ``Outdated`` where the warning stands otherwise than it was seen.
    """
    rise = await may_decide(rules, rise_id, person_id, now)
    if rise.grade is None:
        raise Refused(phrase("Beyond red there is no grade: please record what was decided."))
    terms, said = await rules.terms(), why.strip() and reason_of(why)
    async with rules.db.writing() as conn:
        warning, rise = await _open(rules, conn, rise, person_id, seen)
        await stored.decide(conn, rise_id, RiseDecision.RAISED, by=person_id, at=now, why=said or None)
        await _settle(conn, warning, person_id, said or None, now)
        begun = await begin_turn(conn, warning, _raised(rules, rise, person_id, said or None), terms, now)
        await gave_reason(conn, person_id, seen.message, now)
        await _tell(conn, warning, begun, rise, person_id, now)
        return begun


def _raised(rules: Rules, rise: Rise, person_id: int, why: str | None) -> Turn:
    assert rise.grade is not None  # noqa: S101 -- refused before
    return Turn(
        event=WarningEvent.RAISED,
        anew=True,
        grade=rise.grade,
        ladder=rules.policy.warnings.of(rise.grade).ladder(rules.policy.version),
        by=person_id,
        why=why,
        change={"confirmed_by": person_id} if rise.grade is Grade.RED else {},
        about={"rise": rise.id, "to": rise.grade.value},
    )


async def _settle(conn: Connection, warning: WarningRecord, person_id: int, why: str | None, now: datetime) -> None:
    """What waited of the lower grade waits no more: a higher one asks for another answer."""
    for matter in await warning_matters.open_of(conn, warning.id):
        if matter.kind is MatterKind.ANSWER:
            await answers.judge(conn, matter.id, Verdict.RETURNED, by=person_id, at=now, why=why)
        elif matter.kind is MatterKind.RELEASE:
            await releases.settle(conn, warning.id, by=person_id, at=now)


async def decline(
    rules: Rules, rise_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
) -> WarningRecord:
    """Do not raise a warning; nothing else changes. Beyond red: nothing more is to be done.

    Raises ``NotEntitled``, ``Refused`` without a reason, ``DecidedBefore`` and ``Outdated``.
    """
    rise, said = await may_decide(rules, rise_id, person_id, now), reason_of(why)
    async with rules.db.writing() as conn:
        warning, rise = await _open(rules, conn, rise, person_id, seen)
        await stored.decide(conn, rise_id, RiseDecision.DECLINED, by=person_id, at=now, why=said)
        declined = WarningEvent.RISE_DECLINED
        stands = await life.record(conn, warning, declined, now, by=person_id, why=said, rise=rise_id)
        await gave_reason(conn, person_id, seen.message, now)
        await _tell(conn, warning, stands, rise, person_id, now)
        return stands


async def decide(
    rules: Rules,
    rise_id: int,
    person_id: int,
    why: str,
    workdays: int | None,
    now: datetime,
    seen: Seen = ANYHOW,
) -> WarningRecord:
    """Record what was decided beyond red (``why`` says it), and give so many working days anew to answer, or none.

    Raises ``NotEntitled``, ``Refused`` for what is not beyond red, without saying what, or with days that it does not
    take, ``DecidedBefore`` and ``Outdated``.
    """
    rise, said = await may_decide(rules, rise_id, person_id, now), reason_of(why)
    if rise.grade is not None:
        raise Refused(phrase("Only beyond red a decision is recorded: raise it, or do not."))
    within, terms = None if workdays is None else working_days(workdays), await rules.terms()
    what = _Decided(rise_id=rise_id, by=person_id, why=said, within=within)
    async with rules.db.writing() as conn:
        warning, rise = await _open(rules, conn, rise, person_id, seen)
        await stored.decide(conn, rise_id, RiseDecision.DECIDED, by=person_id, at=now, why=said)
        stands = await _decided(conn, warning, what, terms, now)
        await gave_reason(conn, person_id, seen.message, now)
        await _tell(conn, warning, stands, rise, person_id, now)
        return stands


async def _decided(
    conn: Connection, warning: WarningRecord, decided: _Decided, terms: Terms, now: datetime
) -> WarningRecord:
    event, by, why = WarningEvent.DECIDED, decided.by, decided.why
    if decided.within is None:
        return await life.record(conn, warning, event, now, by=by, why=why, rise=decided.rise_id)
    if warning.answered_at is not None:
        raise Refused(phrase("It is answered by now: please judge the answer instead of giving a new date."))
    about: dict[str, Json] = {"rise": decided.rise_id}
    turn = Turn(event=event, anew=False, answer_within=decided.within, by=by, why=why, about=about)
    return await begin_turn(conn, warning, turn, terms, now)


async def _open(rules: Rules, conn: Connection, rise: Rise, person_id: int, seen: Seen) -> tuple[WarningRecord, Rise]:
    warning = await held(conn, rise.warning_id, person_id)
    rise = await open_rise(rules, conn, rise.id)
    await unchanged(conn, warning, seen.version)
    return warning, rise


async def _tell(
    conn: Connection, before: WarningRecord, warning: WarningRecord, rise: Rise, person_id: int, now: datetime
) -> None:
    decided = await found_rise(conn, rise.id)
    for notice in await decided_notices(conn, before, warning, decided, person_id, now):
        if notice.desk is not None and warning.turn != before.turn:  # the holder's, who answers by it
            await tell_day(conn, warning, notice, now)
        else:
            await notices.add(conn, notice)
