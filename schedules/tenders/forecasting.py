"""What would come of many matters that are told, by the same decisions as they are taken by. Nothing is written."""

from collections.abc import AsyncIterable
from dataclasses import replace
from datetime import datetime

from messages.errors import LianxunError
from messages.tenders.kept import Kept
from messages.tenders.records import Source, Told
from messages.tenders.views import TakenAll
from schedules.tenders.deciding import After, Places
from schedules.tenders.taking import batches, decide
from schedules.tenders.writing import Writer
from schedules.tools import Tools


async def forecast(tools: Tools, tolds: AsyncIterable[Told], person_id: int | None, now: datetime) -> TakenAll:
    """What would come of taking these; lines of sheets are remembered, as a matter may be told of once more."""
    writer = Writer(tools=tools, person_id=person_id, now=now)
    created, changed, unchanged, unplaced = 0, 0, 0, 0
    refused: list[tuple[str, LianxunError]] = []
    foreseen: dict[str, Kept] = {}
    async for some in batches(tolds):
        async with tools.db.reading() as conn:
            batch = await decide(conn, writer, some, None, foreseen)
        changing = [after.changes(kept) for kept, after in batch.known]
        created += len(batch.new)
        changed += sum(changing)
        unchanged += len(changing) - sum(changing)
        refused += batch.refused.items()
        became: list[tuple[Kept | None, After]] = [*((None, after) for after in batch.new), *batch.known]
        unplaced += sum(after.standing.unit_id is None for _, after in became)
        of_sheets = {told.ref for told in some if told.source is Source.SHEET}
        foreseen |= {
            after.standing.ref: _kept(before, after, batch.places, now)
            for before, after in became
            if after.standing.ref in of_sheets
        }
    return TakenAll(created=created, changed=changed, unchanged=unchanged, unplaced=unplaced, refused=tuple(refused))


def _kept(before: Kept | None, after: After, places: Places, now: datetime) -> Kept:
    """A matter as it would be kept."""
    if before is not None and before.standing.unit_id == after.standing.unit_id:
        return replace(before, standing=after.standing, facts=after.facts, posts=after.posts)
    unit = places.unit(after.standing.unit_id)
    return Kept(
        id=0 if before is None else before.id,
        version=1 if before is None else before.version,
        unit=None if unit is None else unit.name,
        unit_path=None if unit is None else unit.path,
        created_at=now if before is None else before.created_at,
        standing=after.standing,
        facts=after.facts,
        posts=after.posts,
    )
