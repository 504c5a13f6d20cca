"""What must hold when everything is over: nothing is lost, and each state has its reason."""

import sqlite3
from typing import Final

from messages.deliveries import Unconfirmed
from tests.faults.wire import BotApi, promise

_STANDING: Final = """
SELECT d.id, d.notice_id, d.person_id, d.wave, d.state, d.reason, d.lane, d.expires_at, d.settled_at,
    n.cancelled_at IS NOT NULL, n.acknowledge,
    EXISTS (SELECT 1 FROM obligations o
        WHERE o.notice_id = d.notice_id AND o.person_id = d.person_id AND o.passed_at IS NULL),
    EXISTS (SELECT 1 FROM acknowledgements k WHERE k.notice_id = d.notice_id AND k.person_id = d.person_id)
FROM deliveries d JOIN notices n ON n.id = d.notice_id ORDER BY d.id
"""
_LOST: Final = """
SELECT d.notice_id, d.person_id, group_concat(d.state || coalesce(':' || d.reason, '')) FROM deliveries d
JOIN notices n ON n.id = d.notice_id AND n.cancelled_at IS NULL AND n.expires_at IS NULL
JOIN accounts a ON a.person_id = d.person_id AND a.left_at IS NULL
WHERE NOT EXISTS (SELECT 1 FROM obligations o
    WHERE o.notice_id = d.notice_id AND o.person_id = d.person_id AND o.passed_at IS NOT NULL)
GROUP BY d.notice_id, d.person_id
HAVING sum(d.state IN ('delivered', 'unconfirmed', 'cancelled')) = 0
"""
_UNTOLD: Final = """
SELECT o.notice_id, o.person_id FROM obligations o
JOIN notices n ON n.id = o.notice_id AND n.cancelled_at IS NULL AND n.expires_at IS NULL
JOIN assignments s ON s.id = o.assignment_id AND s.ended_at IS NULL
JOIN accounts a ON a.person_id = o.person_id AND a.left_at IS NULL
WHERE o.passed_at IS NULL AND NOT EXISTS (SELECT 1 FROM acknowledgements k
    WHERE k.notice_id = o.notice_id AND k.assignment_id = o.assignment_id)
AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.notice_id = o.notice_id AND d.person_id = o.person_id
    AND d.state IN ('delivered', 'unconfirmed'))
"""
_UNPLANNED: Final = """
SELECT n.id, s.person_id FROM notices n JOIN waves w ON w.notice_id = n.id AND w.number = 0
JOIN assignments s ON s.ended_at IS NULL AND s.started_at < n.send_at
WHERE n.cancelled_at IS NULL AND n.audience = 'all'
AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.notice_id = n.id AND d.person_id = s.person_id)
"""


def check(truth: sqlite3.Connection, api: BotApi, firsts: dict[tuple[int, int], str]) -> None:
    """Check it all."""
    for row in truth.execute(_STANDING):
        _has_its_reason(api, *row)
    lost = truth.execute(_LOST).fetchall()
    promise(not lost, f"every reachable person has it: (notice, person, states) {lost}")
    untold = truth.execute(_UNTOLD).fetchall()
    promise(not untold, f"who has to acknowledge was told: (notice, person) {untold}")
    unplanned = truth.execute(_UNPLANNED).fetchall()
    promise(not unplanned, f"everyone of the audience is planned for: (notice, person) {unplanned}")
    gone = truth.execute(
        "SELECT person_id, unreachable_reason FROM accounts WHERE unreachable_since IS NOT NULL AND left_at IS NULL"
    ).fetchall()
    promise(not gone, f"no account is lost for good: {gone}")
    known = {
        (notice, assignment): at
        for notice, assignment, at in truth.execute("SELECT notice_id, assignment_id, at FROM acknowledgements")
    }
    promise(all(known.get(key) == at for key, at in firsts.items()), "the first time stands")


def _has_its_reason(  # noqa: PLR0917 -- a row
    api: BotApi,
    delivery_id: int,
    notice_id: int,
    person_id: int,
    wave: int,
    state: str,
    reason: str | None,
    lane: int,
    expires_at: str | None,
    settled_at: str | None,
    cancelled: int,
    acknowledge: int,
    obliged: int,
    acknowledged: int,
) -> None:
    what = f"delivery {delivery_id} (notice {notice_id}, person {person_id}, wave {wave}) is {state}, {reason}"
    mine = [flight for flight in api.flights if flight.delivery_id == delivery_id]
    match state:
        case "delivered":
            promise(any(flight.arrived for flight in mine), f"what is told as delivered arrived: {what}")
        case "unconfirmed":
            told = any(isinstance(flight.outcome, Unconfirmed) or flight.excused for flight in mine)
            promise(told and reason == "no_answer", f"unconfirmed is what had no answer: {what}")
        case "unreachable":
            promise(reason in {"blocked", "never_joined"}, f"nothing permanent from a temporary failure: {what}")
        case "expired":
            promise(expires_at and settled_at and expires_at <= settled_at, f"only what is too late expires: {what}")
        case "cancelled":
            called_off = cancelled or acknowledged or (acknowledge and not obliged)
            promise(called_off, f"only what nobody wants any more is cancelled: {what}")
        case _:
            promise(kept=False, what=f"every delivery comes to an end: {what} {lane}")
