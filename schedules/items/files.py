"""Items of a file, submitted together: all or none, whatever is wrong told in one pass."""

import asyncio
from datetime import datetime
from pathlib import Path

from messages.errors import Refused
from messages.items.reading import ItemFile, read_items
from messages.items.records import COMMAND, Foreseen, Many
from schedules.items.desk import Items


async def submit_file(items: Items, path: Path, person_id: int, now: datetime) -> Many:
    """Submit the items of a file. Raises ``NotEntitled``, and ``Refused`` with every fault and its place in it."""
    file = await _whole(items, path, person_id, now)
    try:
        return await items.submit_many(file.given, person_id, now, by=COMMAND)
    except Refused as refusal:
        raise file.refused(refusal) from refusal


async def foresee_file(items: Items, path: Path, person_id: int, now: datetime) -> Foreseen:
    """What ``submit_file`` would do; raises the same."""
    file = await _whole(items, path, person_id, now)
    try:
        return await items.foresee(file.given, person_id, now)
    except Refused as refusal:
        raise file.refused(refusal) from refusal


async def _whole(items: Items, path: Path, person_id: int, now: datetime) -> ItemFile:
    """A file that can be read to its end, every row of it; others go on meanwhile.

    Where some rows cannot be read, what the office refuses of the others is told with them.
    """
    file = await asyncio.to_thread(read_items, path)
    if not file.faults:
        return file
    try:
        await items.foresee(file.given, person_id, now)
    except Refused as refusal:
        raise file.refused(refusal) from refusal
    raise file.refused()
