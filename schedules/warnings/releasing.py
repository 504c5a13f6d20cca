"""Release (解除): a warning ends, everything that was to follow is called off, and everyone told before is told."""

from datetime import datetime

from messages.errors import DecidedBefore
from messages.reasons import reason_of
from messages.store import accounts, answers, notices, releases, rises, warning_matters, warning_steps
from messages.store.database import Connection
from messages.text.phrase import phrase
from messages.warnings import life
from messages.warnings.matters import MatterKind
from messages.warnings.records import RiseDecision, Verdict, WarningEvent, WarningRecord, WarningState
from schedules.warnings.deciding import ANYHOW, Rules, Seen, gave_reason, held, may_judge, released, unchanged
from schedules.warnings.outcomes import refused_notices, tell_released


async def release(
    rules: Rules, warning_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
) -> WarningRecord:
    """Release a warning: by who may judge it, without a reason once its answer was accepted, before with one.

    Raises ``NotEntitled``, ``Refused`` without a reason, ``DecidedBefore`` where it was released already, and
    ``Outdated`` where it stands otherwise than it was seen.
    """
    await may_judge(rules, warning_id, person_id, now)
    async with rules.db.writing() as conn:
        warning = await _unreleased(rules, conn, warning_id, person_id, seen)
        said = why if warning.state is WarningState.ACCEPTED and not why.strip() else reason_of(why)
        await gave_reason(conn, person_id, seen.message, now)
        return await end(conn, warning, person_id, said or None, now)


async def refuse(
    rules: Rules, warning_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
) -> WarningRecord:
    """The release that a holder has asked for is not given yet, and why; the holder may ask again.

    Raises what ``release`` raises, and ``DecidedBefore`` where it is not asked for any more.
    """
    await may_judge(rules, warning_id, person_id, now)
    async with rules.db.writing() as conn:
        warning = await _unreleased(rules, conn, warning_id, person_id, seen)
        if (asked := await releases.asked(conn, warning_id)) is None:
            raise DecidedBefore(phrase("The release of this warning is not asked for any more."))
        said = reason_of(why)
        await gave_reason(conn, person_id, seen.message, now)
        await releases.settle(conn, warning_id, by=person_id, at=now)
        kept = await life.record(conn, warning, WarningEvent.RELEASE_REFUSED, now, by=person_id, why=said)
        for notice in refused_notices(asked, kept, await accounts.name_of(conn, person_id), said, now):
            await notices.add(conn, notice)
    return kept


async def _unreleased(rules: Rules, conn: Connection, warning_id: int, person_id: int, seen: Seen) -> WarningRecord:
    """The warning, held while it is decided about, as it was seen and not released yet."""
    warning = await held(conn, warning_id, person_id)
    if not warning.open:
        raise released(rules, warning)
    await unchanged(conn, warning, seen.version)
    return warning


async def end(
    conn: Connection, warning: WarningRecord, person_id: int, why: str | None, now: datetime
) -> WarningRecord:
    """Release a warning that is held, in the transaction of what brings it about."""
    await _settle(conn, warning, person_id, why, now)
    change = {"state": WarningState.RELEASED.value, "released_at": now}
    ended = await life.record(conn, warning, WarningEvent.RELEASED, now, by=person_id, why=why, change=change)
    await warning_steps.call_off(conn, warning.id, now)
    await warning_steps.withdraw(conn, warning.id, now)
    await releases.tell_no_more(conn, warning.id, now)
    await tell_released(conn, ended, why, await accounts.name_of(conn, person_id), now)
    return ended


async def _settle(conn: Connection, warning: WarningRecord, person_id: int, why: str | None, now: datetime) -> None:
    """Nothing about it waits for a decision any more; what was proposed is declined by that."""
    for matter in await warning_matters.open_of(conn, warning.id):
        match matter.kind:
            case MatterKind.ANSWER:
                await answers.judge(conn, matter.id, Verdict.RELEASED, by=person_id, at=now, why=why)
            case MatterKind.RELEASE:
                await releases.settle(conn, warning.id, by=person_id, at=now)
            case MatterKind.RISE:
                await rises.decide(conn, matter.id, RiseDecision.DECLINED, by=person_id, at=now, why=why)
                await life.record(conn, warning, WarningEvent.RISE_DECLINED, now, by=person_id, why=why, rise=matter.id)
