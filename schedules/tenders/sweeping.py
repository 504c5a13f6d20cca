"""What follows of matters by itself. All is found by state, and each thing done once, whenever a pass comes.

Each matter is held while it is looked at: what changes of it meanwhile is seen by the next pass. What is told of it and
what became of the prompt are written together, so that a pass that breaks off has told nothing, or noted it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from messages.audience import sayable
from messages.store import marks, matter_sweeps, matters, notices, rights
from messages.store.database import Connection
from schedules.apart import Apart, Share
from schedules.deadlines import local_instant
from schedules.tenders import anew
from schedules.tenders.announcing import unplaced_notice
from schedules.tenders.held import Held
from schedules.tenders.newcomers import Lookout
from schedules.tenders.pursuing import pursue
from schedules.tools import Tools

_SHARE: Final = 50
"""So many matters are looked at in one pass: what is urgent otherwise waits no longer than that takes."""
_FOUND: Final = 1_000
"""So many are found for it: what fails again and again keeps no other from its turn."""


class Sweep:
    """One pass over the matters, each apart from the others and in a transaction of its own."""

    def __init__(self, tools: Tools, apart: Apart, lookout: Lookout, now: datetime) -> None:
        """What is due at ``now``; ``lookout`` goes on from pass to pass."""
        self._tools = tools
        self._apart = apart
        self._lookout = lookout
        self._now = now
        self._stale: frozenset[int] = frozenset()

    async def run(self) -> bool:
        """Limits are reckoned anew, changes followed, and what is due told; gives whether there is more to do."""
        share = Share(self._apart, _SHARE)
        await share.each("what follows of a matter", await self._found(), self._pursue)
        with self._apart.doing("matters without a unit"):
            await self._tell_of_unplaced()
        return share.used_up

    async def _found(self) -> Iterable[int]:
        """The matters to look at: those first of which something is due, an opening of today does not wait for others.

        Then those that are to be reckoned, of which something has changed, and for whose steps somebody answers anew.
        """
        self._stale = frozenset(await anew.stale(self._tools, self._now, _FOUND))
        async with self._tools.db.reading() as conn:
            changed = await matter_sweeps.changed(conn, _FOUND)
            due = await matter_sweeps.due(conn, self._now, _FOUND)
            answered_anew = await self._lookout.found(conn, self._tools, self._now)
        return dict.fromkeys([*due, *sorted(self._stale), *changed, *answered_anew])

    async def _pursue(self, matter_id: int) -> None:
        if matter_id in self._stale:
            await anew.reckon_anew(self._tools, matter_id, self._now)
        again, newcomers = False, self._lookout.wants(matter_id)
        async with self._tools.db.writing() as conn:
            if (followed := await matter_sweeps.hold(conn, matter_id)) is not None:
                matter = (await matters.found(conn, [matter_id]))[matter_id]
                held = Held(conn=conn, tools=self._tools, matter=matter, now=self._now)
                again = await pursue(held, followed, newcomers=newcomers)
        self._lookout.looked(matter_id, again=again)

    # Matters of no unit

    async def _tell_of_unplaced(self) -> None:
        """Tell who may place them, once on a working day."""
        tools, today = self._tools, self._tools.today(self._now)
        at = local_instant(today, tools.policy.tenders.prompt_time, tools.zone)
        if self._now < at or not tools.calendars.latest.is_workday(today):
            return
        async with tools.db.reading() as conn:
            told = await marks.find(conn, marks.UNPLACED_TOLD)
        if told is not None and at <= told <= self._now:
            return
        async with tools.db.writing() as conn:
            await self._write_of_unplaced(conn)
            await marks.put(conn, marks.UNPLACED_TOLD, self._now)

    async def _write_of_unplaced(self, conn: Connection) -> None:
        if total := await matter_sweeps.unplaced(conn):
            for one in await rights.administrators(conn):
                if sayable(one.code):
                    await notices.add(conn, unplaced_notice(self._tools, one.code, total, self._now))
