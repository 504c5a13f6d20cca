"""What people decide about warnings (回执、升级、解除): everything that a face may ask for, of one office.

Each decision is taken once: it is made on how the warning stands under its lock, and whoever comes second is told by
whom and when it was decided. Whoever may not take it is refused, which is recorded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.reasons import reason_of
from messages.store import accounts, answers, notices
from messages.store.answers import Answer
from messages.store.database import Connection, Database
from messages.store.rises import Rise
from messages.warnings import life
from messages.warnings.answers import AnswerDraft, Parts
from messages.warnings.matters import MatterKind
from messages.warnings.records import Verdict, WarningEvent, WarningRecord, WarningState
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.warnings import answering, asking, looking, possible, releasing, rises
from schedules.warnings.deciding import (
    ANYHOW,
    Rules,
    Seen,
    gave_reason,
    held,
    may_judge,
    waiting_answer,
    working_days,
)
from schedules.warnings.looking import Case, Waiting
from schedules.warnings.outcomes import accepted_notices, returned_notices, tell_day
from schedules.warnings.possible import Choice
from schedules.warnings.proposing import overtaken
from schedules.warnings.turns import Turn, begin_turn


class Judging:
    """The decisions about the warnings of one office."""

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo) -> None:
        """Days are those of ``zone``, on the calendar as it is known when something is decided."""
        self._db = db
        self._rules = Rules(db=db, policy=policy, calendars=calendars, zone=zone)

    # The holder

    async def begin(self, warning_id: int, person_id: int, now: datetime) -> tuple[WarningRecord, AnswerDraft]:
        """Open a person's draft at the answer to a warning; see ``schedules.warnings.answering``."""
        return await answering.begin(self._rules, warning_id, person_id, now)

    async def to_answer(self, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
        """A warning that this person is to answer now; see ``schedules.warnings.answering``."""
        return await answering.to_answer(self._rules, warning_id, person_id, now)

    async def answer(
        self, warning_id: int, person_id: int, parts: Parts, now: datetime, *, seen: str | None = None
    ) -> WarningRecord:
        """Answer a warning; see ``schedules.warnings.answering``."""
        return await answering.answer(self._rules, warning_id, person_id, parts, now, seen=seen)

    async def refuse_release(
        self, warning_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
    ) -> WarningRecord:
        """Do not give a release yet that was asked for; see ``schedules.warnings.releasing``."""
        return await releasing.refuse(self._rules, warning_id, person_id, why, now, seen)

    async def ask_release(self, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
        """Ask for the release of a warning; see ``schedules.warnings.answering``."""
        return await answering.ask_release(self._rules, warning_id, person_id, now)

    # Whoever judges

    async def accept(
        self, warning_id: int, person_id: int, now: datetime, *, release: bool, answer_id: int | None = None
    ) -> WarningRecord:
        """Accept the answer that waits (and was seen, where its id is given), and release the warning or not yet.

        Raises ``NotFound``, ``NotEntitled`` and ``DecidedBefore``.
        """
        await may_judge(self._rules, warning_id, person_id, now)
        async with self._db.writing() as conn:
            warning, answer = await self._waiting_answer(conn, warning_id, person_id, answer_id)
            await answers.judge(conn, answer.id, Verdict.ACCEPTED, by=person_id, at=now)
            await overtaken(conn, warning, now)
            change = {"state": WarningState.ACCEPTED.value, "accepted_at": now}
            accepted = await life.record(
                conn, warning, WarningEvent.ACCEPTED, now, by=person_id, change=change, answer=answer.id
            )
            if release:
                return await releasing.end(conn, accepted, person_id, None, now)
            for notice in accepted_notices(accepted, await accounts.name_of(conn, person_id), now):
                await notices.add(conn, notice)
            return accepted

    async def give_back(
        self,
        warning_id: int,
        person_id: int,
        why: str,
        workdays: int,
        now: datetime,
        *,
        answer_id: int | None = None,
        message_id: int | None = None,
    ) -> WarningRecord:
        """Return the answer with a reason, and give so many working days to answer anew; the ladder begins anew.

        In the same transaction who judges is not asked for a reason any more; ``message_id`` is the one that was it.
        Raises ``NotFound``, ``NotEntitled``, ``Refused`` and ``DecidedBefore``.
        """
        await may_judge(self._rules, warning_id, person_id, now)
        said, within, terms = reason_of(why), working_days(workdays), await self._rules.terms()
        async with self._db.writing() as conn:
            warning, answer = await self._waiting_answer(conn, warning_id, person_id, answer_id)
            await answers.judge(conn, answer.id, Verdict.RETURNED, by=person_id, at=now, why=said)
            await overtaken(conn, warning, now)
            turn = Turn(
                event=WarningEvent.RETURNED,
                anew=False,
                answer_within=within,
                by=person_id,
                why=said,
                change={"state": WarningState.RETURNED.value, "answered_at": None},
                about={"answer": answer.id},
            )
            returned = await begin_turn(conn, warning, turn, terms, now)
            for notice in returned_notices(returned, await accounts.name_of(conn, person_id), said, now):
                await tell_day(conn, returned, notice, now)
            await gave_reason(conn, person_id, message_id, now)
            return returned

    async def release(
        self, warning_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
    ) -> WarningRecord:
        """Release a warning; see ``schedules.warnings.releasing``."""
        return await releasing.release(self._rules, warning_id, person_id, why, now, seen)

    # Rises

    async def to_propose(self, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
        """A warning that this person may propose to raise now; see ``schedules.warnings.rises``."""
        return await rises.to_propose(self._rules, warning_id, person_id, now)

    async def propose(
        self, warning_id: int, person_id: int, why: str, now: datetime, *, message_id: int | None = None
    ) -> WarningRecord:
        """Propose by hand to raise a warning; see ``schedules.warnings.rises``."""
        return await rises.propose(self._rules, warning_id, person_id, why, now, message_id)

    async def raise_(self, rise_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW) -> WarningRecord:
        """Raise a warning as proposed; see ``schedules.warnings.rises``."""
        return await rises.raise_(self._rules, rise_id, person_id, why, now, seen)

    async def decline(
        self, rise_id: int, person_id: int, why: str, now: datetime, seen: Seen = ANYHOW
    ) -> WarningRecord:
        """Do not raise it; see ``schedules.warnings.rises``."""
        return await rises.decline(self._rules, rise_id, person_id, why, now, seen)

    async def decide(
        self,
        rise_id: int,
        person_id: int,
        why: str,
        workdays: int | None,
        now: datetime,
        seen: Seen = ANYHOW,
    ) -> WarningRecord:
        """Record what was decided beyond red; see ``schedules.warnings.rises``."""
        return await rises.decide(self._rules, rise_id, person_id, why, workdays, now, seen)

    # What waits

    async def look(self, warning_id: int, person_id: int, now: datetime) -> Case:
        """All about a warning, for its holder and those who decide; see ``schedules.warnings.looking``."""
        return await looking.look(self._rules, warning_id, person_id, now)

    async def to_judge(
        self, warning_id: int, person_id: int, now: datetime, *, answer_id: int | None = None
    ) -> WarningRecord:
        """A warning whose answer this person may judge now; see ``schedules.warnings.looking``."""
        return await looking.to_judge(self._rules, warning_id, person_id, now, answer_id)

    async def to_release(self, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
        """A warning that this person may release now; see ``schedules.warnings.looking``."""
        return await looking.to_release(self._rules, warning_id, person_id, now)

    async def to_decide(self, rise_id: int, person_id: int, now: datetime, *, version: int | None = None) -> Rise:
        """A proposal that this person may decide now; see ``schedules.warnings.looking``."""
        return await looking.to_decide(self._rules, rise_id, person_id, now, version)

    async def proposal(self, warning_id: int, person_id: int, now: datetime) -> int:
        """The proposal that waits about a warning; see ``schedules.warnings.looking``."""
        return await looking.proposal(self._rules, warning_id, person_id, now)

    async def version(self, warning_id: int) -> int:
        """How a warning stands now; see ``schedules.warnings.looking``."""
        return await looking.version(self._rules, warning_id)

    async def dates(self, warning_id: int, days: Sequence[int], now: datetime) -> list[datetime]:
        """By when to answer with so many working days from now; see ``schedules.warnings.looking``."""
        return await looking.dates(self._rules, warning_id, days, now)

    async def possible(self, warning_id: int, person_id: int) -> Choice:
        """What this person may do about a warning now; see ``schedules.warnings.possible``."""
        return await possible.possible(self._rules, warning_id, person_id)

    async def counts(self, person_id: int) -> Mapping[MatterKind, int]:
        """How much of each kind waits for the decision of this person."""
        return await looking.counts(self._rules, person_id)

    async def waiting(self, person_id: int, page: int, now: datetime) -> Waiting:
        """What waits for the decision of this person, the oldest first; a page beyond the last is the last.

        It is a look at each holder that the page names. Raises ``NotEntitled`` for who decides nothing.
        """
        return await looking.waiting(self._rules, person_id, page, now)

    async def sweep(self, now: datetime) -> None:
        """Lay what waits before those who are to decide it; see ``schedules.warnings.asking``."""
        await asking.sweep(self._rules, now)

    async def _waiting_answer(
        self, conn: Connection, warning_id: int, person_id: int, answer_id: int | None
    ) -> tuple[WarningRecord, Answer]:
        warning = await held(conn, warning_id, person_id)
        return warning, await waiting_answer(self._rules, conn, warning, answer_id)
