"""What becomes of each message of a new demo's history: whether and when it is acknowledged. Always the same.

Most people acknowledge within the hour, some after the day, some not at all; who is on leave does so afterwards. A few
have blocked the bot for some weeks, and some of those still do.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from bot.office import Office
from messages.absences import Days
from messages.deliveries import Reason
from messages.store.demo_history import Arrived, Pressed, Sent, Told
from schedules.deadlines import local_instant
from schedules.workdays import WorkCalendar

_SILENT: Final = 0.03
_SILENT_DAYS: Final = (4, 45)
"""So many of the people have blocked the bot once, for so many days."""
_LEAST_DILIGENT, _MOST_DILIGENT = 0.80, 0.98
_CARELESS_EVERY, _CARELESS = 23, 0.45
"""One of so many people acknowledges in time no more often than this."""
_LATE: Final = 0.55
"""So many of those who were not in time acknowledge after the day."""
_USUALLY, _SPREAD = 3.6, 1.2
"""Of the logarithm of the minutes that it takes to acknowledge."""
_MINUTES_OF_A_DAY: Final = 480.0
_A_SECOND: Final = 25
"""So many messages are sent in a second."""


class Fates:
    """What becomes of the messages between two instants, of an office whose calendar is known."""

    def __init__(
        self,
        office: Office,
        calendar: WorkCalendar,
        *,
        between: tuple[datetime, datetime],
        people: Sequence[int],
        leaves: Mapping[int, Days],
    ) -> None:
        """``people`` are those who may block the bot; ``leaves`` is who was on leave when."""
        self._office = office
        self._calendar = calendar
        self._leaves = leaves
        self._silent = dict(_silences(people, *between))
        self._until = between[1]

    @property
    def lost(self) -> dict[int, datetime]:
        """Who cannot be reached at the end, and since when."""
        return {person: since for person, (since, until) in self._silent.items() if until >= self._until}

    def of(self, sent: Sent, told: Sequence[Told]) -> Iterator[tuple[Arrived, Pressed | None]]:
        """What becomes of a notice for each of these people."""
        chance = random.Random(sent.key)  # noqa: S311 -- no secret
        for place, one in enumerate(told):
            at = sent.send_at + timedelta(seconds=1 + place / _A_SECOND)
            why = Reason.BLOCKED if self._is_silent(one.person_id, at) else None
            arrived = Arrived(delivery_id=one.delivery_id, account_id=one.account_id, at=at, why=why)
            yield arrived, None if why else self._pressed(chance, sent, one, at)

    def _is_silent(self, person_id: int, at: datetime) -> bool:
        since, until = self._silent.get(person_id, (self._until, self._until))
        return since <= at < until

    def _pressed(self, chance: random.Random, sent: Sent, one: Told, delivered: datetime) -> Pressed | None:
        at = self._pressed_at(chance, sent, one, delivered)
        if at is None or self._is_silent(one.person_id, at):
            return None
        return Pressed(sent=sent, told=one, delivered=delivered, at=at)

    def _pressed_at(self, chance: random.Random, sent: Sent, one: Told, delivered: datetime) -> datetime | None:
        """When somebody acknowledges: mostly within the hour, some after the day, some not at all."""
        if sent.acknowledge_by is None or not one.posts:
            return None
        luck, minutes = chance.random(), chance.lognormvariate(_USUALLY, _SPREAD)
        diligence = _CARELESS if one.person_id % _CARELESS_EVERY == 0 else _diligence(one.unit_id)
        if luck < diligence:
            at = self._in_working_time(delivered + timedelta(minutes=minutes))
            leave = self._leaves.get(one.person_id)
            back = leave is not None and leave.first <= at.date() <= leave.last
            return self._morning_after(leave.last, minutes) if leave and back else at
        if luck < diligence + (1 - diligence) * _LATE:
            day = sent.acknowledge_by.astimezone(self._office.clock.zone).date()
            return self._morning_after(day, minutes)
        return None

    def _in_working_time(self, at: datetime) -> datetime:
        """Then, or after the beginning of the next working day."""
        if at.time() < self._office.policy.working_hours.end:
            return at
        return self._morning_after(at.date(), at.minute)

    def _morning_after(self, day: date, minutes: float) -> datetime:
        """So many minutes after the beginning of the working day after a day."""
        start = self._office.policy.working_hours.start
        morning = local_instant(self._calendar.add_workdays(day, 1), start, self._office.clock.zone)
        return morning + timedelta(minutes=min(minutes, _MINUTES_OF_A_DAY))


@cache
def _diligence(unit_id: int | None) -> float:
    """How likely a person acknowledges in time: units differ."""
    of_unit = random.Random(unit_id).random()  # noqa: S311 -- no secret
    return _LEAST_DILIGENT + (_MOST_DILIGENT - _LEAST_DILIGENT) * of_unit


def _silences(
    people: Sequence[int], begins: datetime, ends: datetime
) -> Iterator[tuple[int, tuple[datetime, datetime]]]:
    chance = random.Random(len(people))  # noqa: S311 -- no secret
    for person in people:
        if chance.random() < _SILENT:
            since = begins + (ends - begins) * chance.random()
            yield person, (since, since + timedelta(days=chance.uniform(*_SILENT_DAYS)))
