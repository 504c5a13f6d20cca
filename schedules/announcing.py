"""Broadcasts from the first word to the last: what every face that announces them has in its hands."""

from dataclasses import dataclass
from datetime import datetime

from messages.drafts import BROADCASTS, Draft
from messages.store.database import Connection, Database
from messages.text.rendering import Renderer
from schedules.approvals import Approvals, Proposed
from schedules.boards import hang_board
from schedules.broadcasts import Announced, Broadcasts
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.planner import Planner
from schedules.policy import Policy
from schedules.previews import Previews, Rate


@dataclass(frozen=True, kw_only=True)
class Announcing:
    """Previews, announcements and approvals of one office."""

    broadcasts: Broadcasts
    previews: Previews
    approvals: Approvals

    @classmethod
    def of(
        cls, *, db: Database, policy: Policy, calendars: Calendars, renderer: Renderer, clock: Clock, rate: Rate
    ) -> "Announcing":
        """All of it, on one database."""
        planner = Planner(db=db, policy=policy, zone=clock.zone, calendars=calendars)
        broadcasts = Broadcasts(db=db, planner=planner, policy=policy, renderer=renderer)
        previews = Previews(db=db, broadcasts=broadcasts, policy=policy, calendars=calendars, clock=clock, rate=rate)
        approvals = Approvals(db=db, broadcasts=broadcasts, previews=previews, planner=planner)
        return cls(broadcasts=broadcasts, previews=previews, approvals=approvals)

    async def dispatch(self, draft: Draft, seen: str, now: datetime) -> Announced | Proposed:
        """Announce a draft whose preview its person has ``seen``, or propose it where it needs approval.

        Raises ``Outdated`` where that preview was not the last that was shown, or does not hold any more.
        """
        last = seen if draft.previewed == seen else ""
        preview = await self.previews.agreed(draft.content, draft.person_id, last, now)
        return await (self.approvals.propose if preview.needs_approval else self.send)(draft, now)

    async def send(self, draft: Draft, now: datetime) -> Announced:
        """Announce a draft, which is closed by that; its person gets a board that shows how it goes on.

        Raises ``DecidedBefore`` where it was sent already, and what announcing raises.
        """

        async def along(conn: Connection, notice_id: int) -> None:
            await BROADCASTS.close(conn, draft, now)
            await hang_board(conn, notice_id, draft.person_id, now)

        given = await self.previews.given(draft.content, draft.person_id, now)
        return await self.broadcasts.announce(given, now, along)
