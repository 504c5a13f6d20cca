"""The secret links of calendars: a person's own limits of matters, or those of the office, for a calendar program.

Who has a link needs nothing else, so it is known to its person alone: 256 random bits, of which only the hash is kept.
There is one at a time for a person and feed; a new one ends the old, and it leads nowhere once its person has no
account. What it shows is asked anew each time.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.ledger import Kind
from messages.rights import Act, acts_of, entitle
from messages.sessions import digest
from messages.store import accounts, calendar_links, ledger
from messages.store.calendar_links import Linked, Opened
from messages.store.database import Database

_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_STEP: Final = timedelta(minutes=10)
"""That a feed was read is written at most so often."""


class Feed(StrEnum):
    """What a link leads to."""

    OWN = "own"  # steps that the person's posts answer for
    OFFICE = "office"  # all matters that the person may see


async def feeds_of(db: Database, person_id: int) -> Mapping[Feed, Opened | None]:
    """The feeds that a person may have, each with its open link; one that is open still can be ended."""
    async with db.reading() as conn:
        acts = await acts_of(conn, person_id)
        holds = await accounts.held_posts(conn, person_id)
        found = {one.feed: one for one in await calendar_links.opened(conn, person_id)}
    allowed = {Feed.OWN: bool(holds), Feed.OFFICE: Act.SEE_MATTERS in acts}
    return {feed: found.get(feed) for feed in Feed if allowed[feed] or feed in found}


async def make(db: Database, person_id: int, feed: Feed, now: datetime) -> str:
    """A new link's token, known only now; the one before it ends. Raises ``NotEntitled``, which is recorded."""
    if feed is Feed.OFFICE:
        await entitle(db, person_id, Act.SEE_MATTERS, now, calendar=feed.value)
    token = secrets.token_urlsafe(_BYTES)
    async with db.writing() as conn:
        await accounts.hold_person(conn, person_id)
        replaced = await calendar_links.revoke(conn, person_id, feed, now)
        await calendar_links.add(conn, person_id=person_id, feed=feed, token_hash=digest(token), at=now)
        body = {"feed": feed.value, "what": "replaced" if replaced else "made"}
        await ledger.append(conn, at=now, kind=Kind.CALENDAR_LINK, person_id=person_id, body=body)
    return token


async def end(db: Database, person_id: int, feed: Feed, now: datetime) -> bool:
    """End a person's link at once; whether there was one."""
    async with db.writing() as conn:
        ended = await calendar_links.revoke(conn, person_id, feed, now)
        if ended:
            body = {"feed": feed.value, "what": "revoked"}
            await ledger.append(conn, at=now, kind=Kind.CALENDAR_LINK, person_id=person_id, body=body)
    return ended


async def opened_by(db: Database, token: str, now: datetime) -> Linked | None:
    """Whose feed a token opens; None where it opens none, whatever the reason. That it was read is noted."""
    if not _TOKEN.fullmatch(token):
        return None
    async with db.reading() as conn:
        linked = await calendar_links.find(conn, digest(token))
    if linked is not None and (linked.read_at is None or now - linked.read_at >= _STEP):
        async with db.writing() as conn:
            await calendar_links.note_read(conn, linked.id, now)
    return linked
