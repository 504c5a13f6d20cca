"""Having the ledger's chain go on now, where something is to be computed by it."""

from datetime import datetime

from messages.store.database import DatabaseFailure, is_away
from schedules.sealing import Sealing
from schedules.tools import Tools


async def link(tools: Tools, now: datetime) -> None:
    """Link what waits, as the service's own sealer does; where both do so at the same time, one of them is enough."""
    sealing = Sealing(db=tools.db, seal_time=tools.policy.ledger.seal_time, zone=tools.zone)
    try:
        while await sealing.sweep(now):
            pass
    except DatabaseFailure as error:
        if is_away(error):
            raise
