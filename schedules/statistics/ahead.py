"""Own days that are to come of notices whose day has passed: when one passes, the notice is counted once more."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from messages.store import counted
from messages.store.database import Connection
from messages.store.own_days import Step
from messages.store.uncounted import Change

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Ahead:
    """The next of each notice, as its steps said when it was counted: whom it reaches later has it counted again."""

    def __init__(self) -> None:
        """Nothing is known yet: every notice that waits for an own day is to be counted."""
        self._next: dict[int, datetime] | None = None

    async def passed(self, conn: Connection, now: datetime) -> frozenset[Change]:
        """The notices of which one has passed."""
        if self._next is None:
            self._next = dict.fromkeys(await counted.open_past_their_day(conn, now), _LONG_AGO)
        return frozenset(Change(notice_id=one) for one, due in self._next.items() if due < now)

    def keep(self, notice_ids: Iterable[int], steps: Sequence[Step], now: datetime) -> None:
        """These notices were counted as a whole, with these steps."""
        if self._next is not None:
            for one in notice_ids:
                self._next.pop(one, None)
        self.keep_more(steps, now)

    def keep_more(self, steps: Sequence[Step], now: datetime) -> None:
        """A notice was counted in some of its units, with these steps."""
        for step in steps:
            if self._next is not None and step.due >= now:
                self._next[step.notice_id] = min(step.due, self._next.get(step.notice_id, step.due))
