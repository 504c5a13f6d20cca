"""Objections (异议): what a person says against a statement of scores, and what the office answers.

An entry is never edited. An objection ends in a correction, which is an entry of its own, or in a reasoned refusal.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from messages.errors import Fault, Refused
from messages.scores.rules import plain
from messages.text.phrase import Phrase, phrase

LONGEST_TEXT: Final = 1000
"""Characters of what a person writes against a statement."""
MOST_POINTS: Final = 100
"""A correction gives or takes no more points than this."""
_HUNDREDTHS: Final = 100
_NUMBER: Final = re.compile(r"(?P<sign>[+-]?)(?P<number>[0-9]{1,3}(?:\.[0-9]{1,2})?)")
_SIGNS: Final = str.maketrans({"−": "-", "－": "-", "–": "-", "＋": "+", "。": ".", "．": "."})  # noqa: RUF001 -- as people write them


class ObjectionState(StrEnum):
    """What has become of an objection."""

    MADE = "made"
    CORRECTED = "corrected"
    REFUSED = "refused"


_STATES: Final = {
    ObjectionState.MADE: phrase("waits for the office's answer"),
    ObjectionState.CORRECTED: phrase("corrected"),
    ObjectionState.REFUSED: phrase("not accepted"),
}


def objection_state_said(state: ObjectionState) -> Phrase:
    """A state in words."""
    return _STATES[state]


class ObjectionEvent(StrEnum):
    """What happens to an objection, as the ledger calls it."""

    MADE = "made"
    CORRECTED = "corrected"
    REFUSED = "refused"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class Objection:
    """An objection of a person (``person_id``, ``code``, ``name``) to a statement of a ``period``, as it stands.

    ``entry`` is the ledger's row whose entry is meant, None for the whole statement. ``points`` are those of the
    correction. Each decision makes another ``version`` of it.
    """

    id: int
    version: int
    statement_id: int
    period: str
    person_id: int
    code: str
    name: str
    entry: int | None
    text: str
    state: ObjectionState
    at: datetime
    due_at: datetime
    asked_at: datetime | None
    overdue_at: datetime | None
    decided_at: datetime | None
    decider: str | None
    points: Decimal | None
    why: str | None

    @property
    def waits(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.state is ObjectionState.MADE

    def is_overdue(self, now: datetime) -> bool:
        """Whether it was not answered in time, be it answered since."""
        return self.overdue_at is not None or (self.waits and self.due_at <= now)

    @property
    def key(self) -> str:
        """Names it, as it is laid before those who answer."""
        return f"objection:{self.id}"

    @property
    def deputy_at(self) -> datetime | None:
        """There are no deputies: all of the office is asked."""
        return None


def text_of(given: str) -> str:
    """What is said against a statement, as it is kept. Raises ``Refused`` for nothing, and for what is too long."""
    plain = given.encode("utf-8", "replace").decode().replace("\0", "")  # no database keeps such
    lines = (" ".join(line.split()) for line in plain.splitlines())
    text = "\n".join(line for line in lines if line)
    if not 0 < len(text) <= LONGEST_TEXT:
        raise Refused(phrase("An objection of 1 to {most} characters is accepted.", most=LONGEST_TEXT))
    return text


def points_of(given: str) -> Decimal:
    """The points of a correction as a person writes them, such as +2 or -0.5. Raises ``Refused`` for anything else."""
    found = _NUMBER.fullmatch("".join(given.translate(_SIGNS).split()))
    if found is None:
        raise _no_points(given)
    number = Decimal(found["number"])
    return checked_points(-number if found["sign"] == "-" else number)


def checked_points(points: Decimal) -> Decimal:
    """The same points. Raises ``Refused`` for none, for too many, and for parts of a hundredth."""
    if not 0 < abs(points) <= MOST_POINTS or points * _HUNDREDTHS % 1:
        raise _no_points(str(points))
    return points


def _no_points(given: str) -> Refused:
    accepted = phrase(
        "Points from −{most} to {most} are accepted, with two decimals at most, such as 2 or -0.5; not 0.",
        most=MOST_POINTS,
    )
    return Refused(accepted, [Fault(message=accepted, column="points", value=given)])


def hundredths(points: Decimal) -> int:
    """Points as the tables keep them."""
    return int(points * _HUNDREDTHS)


def of_hundredths(kept: int) -> Decimal:
    """Points as the tables keep them, read back."""
    return Decimal(kept) / _HUNDREDTHS


def points_said(points: Decimal) -> str:
    """Points as a person reads them, with their sign: +2, −0.5, 0."""
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{plain(abs(points))}"
