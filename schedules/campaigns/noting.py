"""What happens to a campaign, in the ledger."""

from datetime import datetime
from enum import StrEnum

from messages.ledger import Kind
from messages.notices import Json
from messages.store import ledger
from messages.store import rights as stored
from messages.store.database import Connection


class CampaignEvent(StrEnum):
    """What happens to a campaign."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    STARTED = "started"
    REMINDED = "reminded"  # by hand
    EXTENDED = "extended"
    REDATED = "redated"
    OVERDUE = "overdue"
    CLOSED = "closed"


async def note(
    conn: Connection, campaign_id: int, event: CampaignEvent, now: datetime, *, by: int | None = None, **more: Json
) -> None:
    """Record an event of a campaign; ``by`` whom, None for what follows by itself."""
    code = await stored.person_code(conn, by) if by is not None else None
    body: dict[str, Json] = {"event": event.value, "campaign": campaign_id, "by": code, **more}
    await ledger.append(conn, at=now, kind=Kind.CAMPAIGN, person_id=by, body=body)
