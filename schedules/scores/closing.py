"""Closing a period: a named person says that it is closed, and everybody gets a statement.

1. The ledger is linked up to date; where it ends then is the last row that counts. Together with the working days this
   is written down: from then on nothing can change what the period came to, and anybody can compute it anew.
2. Statements are made for some people at a time, each some in a transaction of its own with their rows of the ledger
   and their notices. Ended midway it goes on where it was, whoever runs it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.audience import sayable
from messages.errors import Refused, refused
from messages.ledger import Kind
from messages.notices import Json, NewNotice
from messages.rights import Act, entitle
from messages.scores.periods import Period
from messages.scores.records import Closed, Closing, Difference, Rules, Scored
from messages.scores.working_days import days_json
from messages.store import ledger, missed, notices, rights, score_events, statements
from messages.store.database import Connection
from messages.store.ledger import Event
from messages.store.statements import NewClosing
from messages.text.phrase import phrase
from schedules.scores import adopting
from schedules.scores.computing import differs, everybody, scored_of, shares, told_before, working_days
from schedules.scores.linking import link
from schedules.scores.stating import statement_body, statement_notice
from schedules.tools import Tools
from schedules.workdays import WorkCalendar


async def close(tools: Tools, label: str, person_id: int, now: datetime) -> Closed:
    """Close a period, or finish what was ended midway; see ``Scores.close``."""
    await entitle(tools.db, person_id, Act.CLOSE_SCORES, now, period=label)
    async with tools.db.reading() as conn:
        period, rules = await adopting.which(conn, tools, adopting.read(label).label, now)
        last = await statements.latest(conn, period)
    if last and last.ended_at:
        raise refused(phrase("This period is closed: it can be computed anew."), column="period", value=label)
    if last is None:
        if now < period.ends(ZoneInfo(rules.zone)):
            raise refused(phrase("A period that is over is accepted."), column="period", value=label)
        last = await begin(tools, Beginning(period=period, rules=rules, revision=1, by=person_id, why=None), now)
    done = await Finishing(tools, last, rules, now).run()
    return Closed(closing=done.closing, made=done.made, statements=done.statements)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A closing that is to begin; ``supersedes`` is the event of other rules in whose place ``rules`` hold from now."""

    period: Period
    rules: Rules
    revision: int
    by: int
    why: str | None
    supersedes: int | None = None


async def begin(tools: Tools, new: Beginning, now: datetime) -> Closing:
    """Write down that a period is closed.

    Raises ``Refused`` while something of it is not written down, or is not in the ledger's chain.
    """
    await link(tools, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        if new.revision == 1:
            await _check_written(conn, new.period.ends(ZoneInfo(new.rules.zone)), now)
        if await score_events.waits_before(conn, new.period.ends(ZoneInfo(new.rules.zone))):
            raise Refused(phrase("The ledger is not linked up to the period's end yet: please try again in a minute."))
        upto = await score_events.linked(conn)
        closing = NewClosing(
            period=new.period,
            revision=new.revision,
            at=now,
            closed_by=new.by,
            rules=new.rules.version,
            upto=upto,
            why=new.why,
            object_by=calendar.add_workdays(tools.today(now), tools.policy.scores.object_within),
        )
        if await statements.begin(conn, closing):
            await _note(conn, new, upto, calendar, now)
        found = await statements.latest(conn, new.period)
    if found is None:
        raise LookupError(new.period.label)
    return found


async def _check_written(conn: Connection, ends: datetime, now: datetime) -> None:
    """Who has not acknowledged is written down by the service, not here: only that knows what waits to be taken."""
    number, first = await missed.waits_before(conn, ends, now)
    if number:
        told = phrase(
            "It is not written down yet who has not acknowledged in this period. Notices still to be looked through: "
            "{number}, the first is {notice}. The service does so within minutes: please close the period then.",
            number=number,
            notice=first or 0,
        )
        raise Refused(told)


async def _note(conn: Connection, new: Beginning, upto: int, calendar: WorkCalendar, now: datetime) -> None:
    if new.supersedes is not None:
        await adopting.note(conn, new.period, new.rules, now, new.supersedes)
    body: dict[str, Json] = {
        "period": new.period.label,
        "revision": new.revision,
        "rules": new.rules.version,
        "upto": upto,
        "by": await rights.person_code(conn, new.by),
        "why": new.why,
        "days": days_json(working_days(calendar, new.period)),
    }
    await ledger.append(conn, at=now, kind=Kind.SCORES_CLOSED, person_id=None, body=body)


@dataclass
class Done:
    """How far a closing has come."""

    closing: Closing
    made: int = 0
    statements: int = 0
    differences: list[Difference] = field(default_factory=list)


class Finishing:
    """Makes the statements of a closing that has begun."""

    def __init__(self, tools: Tools, closing: Closing, rules: Rules, now: datetime) -> None:
        """By the ``rules`` of its period."""
        self._tools = tools
        self._closing = closing
        self._rules = rules
        self._now = now

    async def run(self) -> Done:
        """Make what is to be made, some people at a time; then it has ended."""
        done, closing = Done(self._closing), self._closing
        async with self._tools.db.reading() as conn:
            days = await score_events.days_of_closing(conn, closing)
            people = await everybody(conn, self._rules, closing.period, closing.upto)
        for some in shares(people):
            async with self._tools.db.reading() as conn:
                scored = await scored_of(conn, some, self._rules, closing.period, days, closing.upto)
                before = await statements.of_revision(conn, closing.period, closing.revision - 1, some)
            await self._make(scored, before, done)
        async with self._tools.db.writing() as conn:
            await statements.end(conn, closing.id, self._now)
            found = await statements.latest(conn, closing.period)
            done.closing, done.statements = found or closing, await statements.number(conn, closing.id)
        await link(self._tools, self._now)
        return done

    async def _make(self, scored: Mapping[int, Scored], before: Mapping[int, Scored], done: Done) -> None:
        """The statements of those who have none yet: whoever runs this at the same time waits, and finds them made."""
        closing, zone = self._closing, ZoneInfo(self._rules.zone)
        async with self._tools.db.writing() as conn:
            await statements.hold(conn, closing.id)
            stated = await statements.stated(conn, closing.id, [*scored])
            new = {person: one for person, one in scored.items() if person not in stated}
            if not new:
                return
            made = await statements.put(conn, closing.id, new)
            begins, ends = closing.period.begins(zone), closing.period.ends(zone)
            await statements.put_units(conn, made, await statements.units_of(conn, [*new], begins, ends))
            kind = Kind.STATEMENT
            await ledger.append_all(
                conn,
                [
                    Event(at=self._now, kind=kind, person_id=person, body=statement_body(closing, one))
                    for person, one in new.items()
                ],
            )
            await self._tell(conn, made, new, before, done)
            done.made += len(made)

    async def _tell(
        self,
        conn: Connection,
        made: Mapping[int, int],
        new: Mapping[int, Scored],
        before: Mapping[int, Scored],
        done: Done,
    ) -> None:
        """Tell everybody; of a revision only those of whom something has changed."""
        told: dict[str, int] = {}
        to_make: list[NewNotice] = []
        for person in await statements.persons(conn, [*new]):
            scored, earlier = new[person.id], before.get(person.id)
            if self._closing.revision > 1 and not differs(earlier, scored):
                continue
            known = told_before(earlier, scored) if earlier else None
            done.differences.append(Difference(person=person, before=known, after=scored.total))
            if sayable(person.code):
                notice = statement_notice(self._closing, person, made[person.id], scored, known, self._now)
                told[notice.key] = made[person.id]
                to_make.append(notice)
        ids = await notices.add_all(conn, to_make)
        await statements.told_by(conn, {told[key]: notice_id for key, notice_id in ids.items()})
