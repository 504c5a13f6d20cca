"""The holder's side of a warning: the answer, and the release that is asked for once it was accepted."""

from datetime import datetime

from messages.errors import DecidedBefore, Refused
from messages.ledger import instant_json
from messages.store import answers as stored_answers
from messages.store import releases, warning_steps
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.text.phrase import phrase
from messages.warnings import answers, life
from messages.warnings.answers import NOTHING, AnswerDraft, Parts
from messages.warnings.awaited import UNANSWERED
from messages.warnings.records import WarningEvent, WarningRecord, WarningState
from schedules.warnings.deciding import Rules, as_holder, held, released
from schedules.warnings.handover import hand_over
from schedules.warnings.redating import begin_late
from schedules.warnings.steps import Terms


async def to_answer(rules: Rules, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
    """A warning that this person is to answer now. Raises what ``answer`` raises, but for what is missing."""
    warning = await as_holder(rules, warning_id, person_id, now)
    _check(rules, warning)
    return warning


async def begin(rules: Rules, warning_id: int, person_id: int, now: datetime) -> tuple[WarningRecord, AnswerDraft]:
    """Open a person's draft at the answer to a warning; asked for next is the first part that is missing.

    Where nothing is, it is the first one, so that what is written is taken. Of one that was returned the draft has what
    the holder gave before. Raises what ``answer`` raises.
    """
    warning = await to_answer(rules, warning_id, person_id, now)
    checklist = warning.ladder.checklist
    async with rules.db.writing() as conn:
        before = await _before(conn, warning, person_id)

        def opened(draft: AnswerDraft) -> AnswerDraft:
            filled = draft.filled(warning_id, before).fitting(warning_id, checklist)
            lacking = answers.missing(checklist, filled.of(warning_id))
            return filled.asking(warning_id, next(iter(lacking), checklist[0]))

        return warning, await answers.begin(conn, person_id, opened, now)


async def _before(conn: Connection, warning: WarningRecord, person_id: int) -> Parts:
    if warning.state is not WarningState.RETURNED:
        return NOTHING
    given = await stored_answers.of_warning(conn, warning.id)
    return next((one.parts for one in given if one.person_id == person_id), NOTHING)


async def answer(
    rules: Rules, warning_id: int, person_id: int, parts: Parts, now: datetime, *, seen: str | None = None
) -> WarningRecord:
    """Answer a warning of the own post, in time or late; it waits to be judged from now on.

    ``seen`` names what the person's draft was seen to give; raises ``Outdated`` where that is something else by now,
    ``NotEntitled``, ``Refused`` for what is missing of the ladder's checklist, and ``DecidedBefore`` where it
    waits already, or needs no answer any more.
    """
    warning = await as_holder(rules, warning_id, person_id, now)
    given, terms = answers.complete(warning.ladder.checklist, parts), await rules.terms()
    async with rules.db.writing() as conn:
        await held(conn, warning_id, person_id, own=True)
        warning = await _up_to_date(conn, warning_id, terms, now)
        _check(rules, warning)
        timely = await _timely(conn, warning, now)
        first = await _is_first(conn, warning, person_id)
        answer_id = await stored_answers.add(conn, warning_id, warning.turn, person_id, given, at=now, timely=timely)
        await answers.put_away(conn, person_id, warning_id, now, seen=seen)
        change = {"state": WarningState.ANSWERED.value, "answered_at": now}
        event = WarningEvent.ANSWERED
        return await life.record(
            conn,
            warning,
            event,
            now,
            by=person_id,
            change=change,
            answer=answer_id,
            timely=timely,
            due=instant_json(warning.answer_by),
            provisional=warning.provisional,
            first=first,
        )


async def _is_first(conn: Connection, warning: WarningRecord, person_id: int) -> bool:
    """Whether the person has not answered a warning before."""
    given = await stored_answers.of_warning(conn, warning.id)
    return all(one.person_id != person_id for one in given)


async def _up_to_date(conn: Connection, warning_id: int, terms: Terms, now: datetime) -> WarningRecord:
    """A warning with the days of who holds its post now, also where no sweep has come by since."""
    await hand_over(conn, warning_id, terms, now)
    await begin_late(conn, warning_id, terms, now)
    return await stored.get(conn, warning_id)


async def _timely(conn: Connection, warning: WarningRecord, now: datetime) -> bool | None:
    """Whether an answer that is given now is in time; None where no day holds that the holder was told in time."""
    if warning.answer_by is None or warning.provisional:
        return None
    if await warning_steps.missed(conn, warning.id, warning.turn):
        return None
    return now <= warning.answer_by


def _check(rules: Rules, warning: WarningRecord) -> None:
    if warning.state in UNANSWERED:
        return
    if not warning.open:
        raise released(rules, warning)
    if warning.state is WarningState.ACCEPTED:
        raise DecidedBefore(phrase("The answer to this warning was accepted already."))
    at = rules.moment(warning.answered_at) if warning.answered_at else ""
    raise DecidedBefore(phrase("This warning was answered on {moment}; the answer waits to be judged.", moment=at))


async def ask_release(rules: Rules, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
    """Ask for the release of a warning whose answer was accepted.

    Raises ``NotEntitled``, ``Refused`` before it was accepted, and ``DecidedBefore`` where it was asked for already.
    """
    await as_holder(rules, warning_id, person_id, now)
    async with rules.db.writing() as conn:
        warning = await held(conn, warning_id, person_id, own=True)
        if not warning.open:
            raise released(rules, warning)
        if warning.state is not WarningState.ACCEPTED:
            raise Refused(phrase("The release can be asked for once the answer is accepted."))
        if not await releases.ask(conn, warning_id, warning.turn, person_id, now):
            raise DecidedBefore(phrase("The release is asked for already; it waits to be decided."))
        return await life.record(conn, warning, WarningEvent.RELEASE_ASKED, now, by=person_id)
