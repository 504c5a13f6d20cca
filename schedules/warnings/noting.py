"""Acknowledgements are noted: by the next sweep, or before that by whatever changes the warning."""

from messages.store import warnings_open
from messages.store.database import Connection
from messages.warnings import life
from messages.warnings.records import WarningEvent, WarningRecord, WarningState


async def note(conn: Connection, warning: WarningRecord) -> WarningRecord:
    """Note that its holder has acknowledged a warning, which is held, at that very instant; gives it as it stands."""
    at = None if warning.acknowledged_at else await warnings_open.acknowledged_at(conn, warning.id)
    if at is None:
        return warning
    change: dict[str, object] = {"acknowledged_at": at}
    if warning.state is WarningState.ISSUED:
        change["state"] = WarningState.ACKNOWLEDGED.value
    return await life.record(conn, warning, WarningEvent.ACKNOWLEDGED, at, by=warning.holder_id, change=change)
