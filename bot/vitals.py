"""How a running service is: whether it can do its work, and the figures that its metrics show."""

from dataclasses import dataclass

from bot.supervision import Supervisor
from bot.web.metrics import Figures
from messages.store import marks
from messages.store.database import Database
from schedules.apart import Apart
from schedules.jobs import Jobs
from schedules.senders import Senders


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """What is asked for how the service is."""

    db: Database
    senders: Senders
    supervisor: Supervisor
    jobs: Jobs
    apart: Apart

    async def healthy(self) -> bool:
        """Whether the database answers, and the Bot API takes the token of a bot that this process sends for."""
        async with self.db.reading() as conn:
            await marks.find(conn, marks.PLANNING_SINCE)
        bots = {bot_id for bot_id, _ in self.senders.wires()}
        return not bots or bool(bots - self.senders.tally.refused)

    def figures(self) -> Figures:
        """As they are at this moment."""
        tally, paces = self.senders.tally, [pacer for _, pacer in self.senders.wires()]
        return Figures(
            sent=tally.sent,
            failed=tally.failed,
            floods=tally.floods,
            faults=tally.faults,
            bots=len(paces),
            refused=len(tally.refused),
            rate=sum(pacer.rate for pacer in paces),
            restarts=self.supervisor.restarts.total(),
            job_failures=self.jobs.failures + self.apart.failures,
        )
