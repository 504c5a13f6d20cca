"""What entries of scores came from, so that each point can be traced to a message that the person was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.scores.records import Entry, Uncounted
from messages.store import score_sources
from messages.store.database import Connection, Database
from messages.store.score_sources import Sent


@dataclass(frozen=True, kw_only=True)
class Named:
    """What something came from is called: the notice, whose template says it, or a plain name."""

    notice: Sent | None = None
    name: str | None = None


async def names(db: Database, some: Sequence[Entry | Uncounted]) -> Mapping[int, Named]:
    """What each came from, by its row of the ledger; not those of which nothing is kept."""
    abouts = [one.about for one in some]
    async with db.reading() as conn:
        notices = await score_sources.of_notices(conn, [one.notice for one in abouts if one.notice is not None])
        ids = [one.warning for one in abouts if one.warning is not None]
        warnings = await score_sources.warnings_named(conn, ids)
        items = await score_sources.items_named(conn, [one.item for one in abouts if one.item is not None])
    found: dict[int, Named] = {}
    for one in some:
        about = one.about
        if about.notice in notices:
            found[one.event] = Named(notice=notices[about.notice])
        elif name := warnings.get(about.warning or 0) or items.get(about.item or 0):
            found[one.event] = Named(name=name)
    return found


async def message(db: Database, person_id: int, entry: Entry) -> Sent | None:
    """The message that an entry of a person's came from; None where it came from none, or it is not kept any more."""
    async with db.reading() as conn:
        return await _message(conn, person_id, entry)


async def _message(conn: Connection, person_id: int, entry: Entry) -> Sent | None:
    if entry.about.notice is not None:
        return await score_sources.to_person(conn, entry.about.notice, person_id)
    if entry.about.warning is not None:
        return await score_sources.of_warning(conn, entry.about.warning, person_id, entry.at)
    return None
