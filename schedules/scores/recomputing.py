"""Computing a closed period anew: by other rules, or by what the ledger says by now; the difference is published."""

from datetime import datetime

from messages import reasons
from messages.errors import refused
from messages.rights import Act, entitle
from messages.scores.periods import Period
from messages.scores.records import Closing, Difference, Recomputed, Rules
from messages.store import score_events, statements
from messages.text.phrase import phrase
from schedules.scores import adopting
from schedules.scores.closing import Beginning, Finishing, begin
from schedules.scores.computing import differs, everybody, scored_of, shares, told_before, working_days
from schedules.scores.linking import link
from schedules.tools import Tools


async def recompute(tools: Tools, label: str, person_id: int, why: str, now: datetime, *, dry: bool) -> Recomputed:
    """See ``Scores.recompute``."""
    await entitle(tools.db, person_id, Act.CLOSE_SCORES, now, period=label)
    period = adopting.read(label)
    async with tools.db.reading() as conn:
        held = adopting.last_of(await score_events.adopted(conn), period)
        last = await statements.latest(conn, period)
    if held is None or last is None or last.ended_at is None:
        raise refused(phrase("A period that is closed is accepted."), column="period", value=label)
    rules = adopting.by_policy(tools, period) or held.rules
    if dry:
        await link(tools, now)
        found = await _differences(tools, period, rules, last)
        return Recomputed(period=period, rules=rules, differences=found, closing=None)
    new = Beginning(
        period=period,
        rules=rules,
        revision=last.revision + 1,
        by=person_id,
        why=reasons.reason_of(why),
        supersedes=None if rules == held.rules else held.event,
    )
    done = await Finishing(tools, await begin(tools, new, now), rules, now).run()
    return Recomputed(period=period, rules=rules, differences=tuple(done.differences), closing=done.closing)


async def _differences(tools: Tools, period: Period, rules: Rules, last: Closing) -> tuple[Difference, ...]:
    """What a revision would tell, and nothing is written."""
    days, found = working_days(await tools.calendars.current(), period), list[Difference]()
    async with tools.db.reading() as conn:
        upto = await score_events.linked(conn)
        people = await everybody(conn, rules, period, upto)
    for some in shares(people):
        async with tools.db.reading() as conn:
            scored = await scored_of(conn, some, rules, period, days, upto)
            before = await statements.of_revision(conn, period, last.revision, some)
            known = {one.id: one for one in await statements.persons(conn, some)}
        found += [
            Difference(
                person=known[person],
                before=told_before(before[person], one) if person in before else None,
                after=one.total,
            )
            for person, one in scored.items()
            if differs(before.get(person), one)
        ]
    return tuple(found)
