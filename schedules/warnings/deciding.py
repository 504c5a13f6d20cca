"""What every decision about a warning has in common: who may take it, and that it is taken once.

A refusal is recorded before anything is written; what was decided meanwhile is found under the warning's lock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages import reasons, visibility
from messages.errors import CHANGED, DecidedBefore, LianxunError, NotEntitled, NotFound, Outdated, Refused
from messages.rights import Act, reach, record_refused, refuse
from messages.store import answers, rises, warning_matters
from messages.store import warnings as stored
from messages.store.answers import Answer
from messages.store.database import Connection
from messages.store.rises import Rise
from messages.text.phrase import Phrase, phrase
from messages.warnings.matters import needed
from messages.warnings.records import RiseDecision, Verdict, WarningRecord, WarningState
from messages.warnings.views import NO_WARNING
from schedules.tools import Tools
from schedules.warnings.steps import Terms

ANSWER: Final = "answer_warning"
"""What the ledger calls the refused answer of somebody who does not hold the post."""

_OWN_POST: Final = phrase("Nobody decides about a warning of the own post.")
_OWN_ANSWER: Final = phrase("Nobody judges the own answer.")
_OWN_PROPOSAL: Final = phrase("Nobody decides about the own proposal: a second person does.")
_OVERTAKEN: Final = phrase("This proposal is overtaken: the answer has come, or somebody else holds the post.")
_OUTSIDE: Final = phrase("This is not open to you: it lies outside your units.")
_NOT_HOLDER: Final = phrase("Only who holds the post answers its warning.")


class Rules(Tools):
    """What decisions about warnings work with."""

    async def terms(self) -> Terms:
        """What days are counted by, on the newest calendar."""
        return Terms(calendar=await self.calendars.current(), policy=self.policy, zone=self.zone)

    def moment(self, at: datetime) -> str:
        """An instant as it stands within a sentence."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What whoever decides had before the eyes: the warning in this ``version``, None: however it stands.

    ``message`` is the one that gave the reason, which is not asked for any more then.
    """

    version: int | None = None
    message: int | None = None


ANYHOW: Final = Seen()


async def entitled(
    rules: Rules, warning_id: int, person_id: int, act: Act, now: datetime, hidden: Phrase = NO_WARNING
) -> WarningRecord:
    """A warning that this person may decide about.

    Raises ``NotEntitled``, which is recorded, and ``NotFound`` where there is none; so it does, saying ``hidden``, for
    who may not even see it.
    """
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        scope = await reach(conn, person_id, act)
        own = await _is_own(conn, warning, person_id)
    if own or not scope.covers(warning.path):
        what = _OWN_POST if own else _OUTSIDE if scope else None
        refused = await refuse(rules.db, person_id, act, now, what, warning=warning_id)
        raise await hiding(rules, refused, warning, person_id, hidden)
    return warning


async def hiding(
    rules: Rules, refused: NotEntitled, warning: WarningRecord, person_id: int, hidden: Phrase = NO_WARNING
) -> LianxunError:
    """The error of a refusal: whoever may not see a warning does not learn by it that there is one."""
    async with rules.db.reading() as conn:
        return refused if await visibility.sees(conn, person_id, warning.post_id) else NotFound(hidden)


async def as_holder(rules: Rules, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
    """A warning of a post that this person holds. Raises what ``entitled`` raises."""
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        mine = await warning_matters.present_holder(conn, warning.post_id) == person_id
    if not mine:
        await record_refused(rules.db, person_id, ANSWER, now, warning=warning_id)
        raise await hiding(rules, NotEntitled(_NOT_HOLDER), warning, person_id)
    return warning


async def may_judge(rules: Rules, warning_id: int, person_id: int, now: datetime) -> None:
    """Check that this person may judge a warning: also nobody the own answer, who has left the post meanwhile.

    Raises what ``entitled`` raises.
    """
    await entitled(rules, warning_id, person_id, Act.JUDGE, now)
    async with rules.db.reading() as conn:
        given = await answers.of_warning(conn, warning_id)
    if given and given[0].person_id == person_id:
        raise await refuse(rules.db, person_id, Act.JUDGE, now, _OWN_ANSWER, warning=warning_id)


async def may_decide(rules: Rules, rise_id: int, person_id: int, now: datetime) -> Rise:
    """A proposal that this person may decide about, open or not: nobody the own one, who is not to raise alone.

    Raises ``NotFound`` and ``NotEntitled``, which is recorded.
    """
    async with rules.db.reading() as conn:
        rise = await found_rise(conn, rise_id)
    act = needed(rise.grade)
    await entitled(rules, rise.warning_id, person_id, act, now, _no_rise(rise_id))
    if rise.proposed_by == person_id:
        raise await refuse(rules.db, person_id, act, now, _OWN_PROPOSAL, warning=rise.warning_id)
    return rise


async def gave_reason(conn: Connection, person_id: int, message_id: int | None, now: datetime) -> None:
    """A person is not asked for a reason any more where this message was it."""
    if message_id is not None:
        await reasons.stop(conn, person_id, now, message_id)


async def held(conn: Connection, warning_id: int, person_id: int, *, own: bool = False) -> WarningRecord:
    """A warning that nobody else changes before this transaction has ended, and of which it is still so whose it is."""
    warning = await stored.lock(conn, warning_id)
    assert warning is not None  # noqa: S101 -- it was found before, and warnings are never deleted
    if await _is_own(conn, warning, person_id) is not own:
        raise DecidedBefore(CHANGED)
    return warning


async def version_of(conn: Connection, warning: WarningRecord) -> int:
    """How a warning stands, as a number that rises with each turn, each answer and each judgement."""
    given = await answers.of_warning(conn, warning.id)
    return warning.turn + len(given) + sum(one.verdict is not None for one in given)


async def unchanged(conn: Connection, warning: WarningRecord, version: int | None) -> None:
    """Check that a warning stands as it was seen, where it is said how; raises ``Outdated``."""
    if version is not None and version != await version_of(conn, warning):
        raise Outdated(CHANGED)


async def found(conn: Connection, warning_id: int) -> WarningRecord:
    """A warning; raises ``NotFound``."""
    warning = await stored.find(conn, warning_id)
    if warning is None:
        raise NotFound(NO_WARNING)
    return warning


async def _is_own(conn: Connection, warning: WarningRecord, person_id: int) -> bool:
    return await warning_matters.present_holder(conn, warning.post_id) == person_id


async def waiting_answer(rules: Rules, conn: Connection, warning: WarningRecord, answer_id: int | None) -> Answer:
    """The answer of a warning that waits to be judged: the one that was seen, where its id is given.

    Raises ``DecidedBefore`` saying by whom and when it was judged, or that there is another one.
    """
    given = await answers.of_warning(conn, warning.id)
    seen = next((one for one in given if one.id == answer_id), None) if answer_id else next(iter(given), None)
    if seen is not None and seen.verdict is not None:
        raise DecidedBefore(_judged(rules, seen))
    if warning.state is not WarningState.ANSWERED or seen is None:
        raise DecidedBefore(_stands(rules, warning))
    return seen


def _judged(rules: Rules, answer: Answer) -> Phrase:
    who = {"name": answer.judge or "", "moment": rules.moment(answer.judged_at or answer.at)}
    if answer.verdict is Verdict.RELEASED:
        return phrase("{name} has released the warning already, without judging this answer ({moment}).", **who)
    if answer.verdict is Verdict.ACCEPTED:
        return phrase("{name} has accepted this answer already ({moment}).", **who)
    return phrase("{name} has returned this answer already ({moment}).", **who)


def _stands(rules: Rules, warning: WarningRecord) -> Phrase:
    if warning.released_at is not None:
        return phrase("This warning was released on {moment}.", moment=rules.moment(warning.released_at))
    return phrase("No answer to this warning waits to be judged.")


def released(rules: Rules, warning: WarningRecord) -> DecidedBefore:
    """What is told of a warning that is released."""
    return DecidedBefore(_stands(rules, warning))


async def found_rise(conn: Connection, rise_id: int) -> Rise:
    """A proposal; raises ``NotFound``."""
    rise = await rises.find(conn, rise_id)
    if rise is None:
        raise NotFound(_no_rise(rise_id))
    return rise


def _no_rise(rise_id: int) -> Phrase:
    return phrase("There is no proposal {id}.", id=rise_id)


async def open_rise(rules: Rules, conn: Connection, rise_id: int) -> Rise:
    """A proposal that waits; raises ``DecidedBefore`` saying by whom and when it was decided."""
    rise = await found_rise(conn, rise_id)
    if rise.decision is None:
        return rise
    if rise.decider is None:
        raise DecidedBefore(_OVERTAKEN)
    who = {"name": rise.decider, "moment": rules.moment(rise.decided_at or rise.at)}
    said = {
        RiseDecision.RAISED: phrase("{name} has raised it already ({moment}).", **who),
        RiseDecision.DECLINED: phrase("{name} has decided already not to raise it ({moment}).", **who),
        RiseDecision.DECIDED: phrase("{name} has decided already ({moment}).", **who),
    }
    raise DecidedBefore(said[rise.decision])


_MOST_DAYS: Final = 60


def working_days(workdays: int) -> int:
    """Working days that a person gives to answer; too few or too many are ``Refused``."""
    if not 1 <= workdays <= _MOST_DAYS:
        raise Refused(phrase("From 1 to {most} working days are accepted.", most=_MOST_DAYS))
    return workdays
