"""Who hears of a limit that is broken or has passed: who answers for the step, and who looks after the unit."""

from datetime import datetime

from messages.notices import NewNotice
from messages.store.database import Connection
from schedules.tenders import audiences
from schedules.tenders.audiences import Audience, Why
from schedules.tenders.telling import Breach, breach_above, breach_notice, each_of
from schedules.tools import Tools


async def notices_of(
    conn: Connection, tools: Tools, breach: Breach, row_id: int, audience: Audience, now: datetime
) -> list[NewNotice]:
    """What is told of a breach, nobody by two; of what is done late only those hear who look after the unit."""
    matter = breach.step.matter
    above = await audiences.overseers(conn, matter)
    found: list[NewNotice] = []
    if not breach.late and audience.why not in {Why.LEADER, Why.OFFICE}:
        mine = await audiences.without(conn, audience, [*above.leading, *above.proposing])
        found += _each(breach_notice(tools, breach, row_id, audience, now), mine.expressions if mine else ())
    untold = await audiences.untold(conn, audience)
    for proposes, codes in ((False, above.leading), (True, above.proposing)):
        over = breach_above(tools, breach, untold, now, proposes=proposes)
        found += _each(over, await audiences.of_people(conn, codes))
    return found


def _each(notice: NewNotice, expressions: tuple[str, ...]) -> list[NewNotice]:
    return each_of(notice, expressions) if expressions else []
