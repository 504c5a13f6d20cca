"""Which rules hold for which period: what the policy says when a period begins, written into the ledger once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from messages.errors import NotFound, refused
from messages.ledger import Kind
from messages.notices import Json
from messages.scores.periods import Period, PeriodKind
from messages.scores.records import Rules
from messages.scores.rules import rules_json
from messages.store import ledger, score_events
from messages.store.database import Connection
from messages.store.score_events import Adopted
from messages.text.phrase import phrase
from schedules.tools import Tools

_MOST: Final = 120
"""So many periods are caught up with at once, after a service that stood still."""


def read(label: str) -> Period:
    """The period of a label. Raises ``Refused``."""
    period = Period.read(label)
    if period is None:
        accepted = phrase("a period is accepted, such as 2026-10, 2026-Q4 or 2026")
        raise refused(accepted, column="period", value=label)
    return period


def to_begin(known: Sequence[Period], kind: PeriodKind, today: date) -> list[Period]:
    """The periods that have begun by a day and have no rules yet, in order.

    Periods never overlap: of another ``kind`` than the last one the first is that which begins where one of the old
    kind has ended.
    """
    if not known:
        return [Period.of(kind, today)]
    last, found = max(known), list[Period]()
    while last.after <= today and len(found) < _MOST:
        following = Period.of(kind, last.after)
        last = following if following.first == last.after else last.next
        found.append(last)
    return found


async def adopt(tools: Tools, now: datetime) -> Period | None:
    """Have the policy's rules hold for each period that has begun; gives the present period, None: there are no rules.

    What the policy says later changes nothing of these.
    """
    today = tools.today(now)
    async with tools.db.reading() as conn:
        known = [one.period for one in await score_events.adopted(conn)]
    begun = to_begin(known, tools.policy.scores.period, today)
    for period in begun:
        rules = by_policy(tools, period)
        if rules is None:
            return None
        async with tools.db.writing() as conn:
            if last_of(await score_events.adopted(conn), period) is None:
                await note(conn, period, rules, now)
    return max([*known, *begun])


def by_policy(tools: Tools, period: Period) -> Rules | None:
    """The rules that the policy has for a period now."""
    return tools.policy.scores.rules_for(period, tools.zone.key)


async def note(conn: Connection, period: Period, rules: Rules, now: datetime, supersedes: int | None = None) -> None:
    """Write down that these rules hold for a period, in place of those of an earlier event."""
    body: dict[str, Json] = {
        "period": period.label,
        "version": rules.version,
        "rules": rules_json(rules),
        "supersedes": supersedes,
    }
    await ledger.append(conn, at=now, kind=Kind.SCORE_RULES, person_id=None, body=body)


def last_of(known: Sequence[Adopted], period: Period) -> Adopted | None:
    """The rules that hold for a period, of all that were written down."""
    return next((one for one in reversed(known) if one.period == period), None)


def present(tools: Tools, known: Sequence[Adopted], now: datetime) -> Period:
    """The period in which an instant lies, whether its rules are written down yet or not."""
    today = tools.today(now)
    held = next((one.period for one in reversed(known) if one.period.first <= today < one.period.after), None)
    return held or [*to_begin([one.period for one in known], tools.policy.scores.period, today), _of(tools, today)][-1]


def _of(tools: Tools, today: date) -> Period:
    return Period.of(tools.policy.scores.period, today)


async def which(conn: Connection, tools: Tools, label: str | None, now: datetime) -> tuple[Period, Rules]:
    """A period (None: the present one) and its rules. Raises ``Refused`` for no label, ``NotFound`` without rules."""
    known = await score_events.adopted(conn)
    now_held = present(tools, known, now)
    period = now_held if label is None else read(label)
    found = last_of(known, period)
    rules = found.rules if found else by_policy(tools, period) if period == now_held else None
    if rules is None:
        raise NotFound(phrase("There are no scores of {period}.", period=period.label))
    return period, rules
