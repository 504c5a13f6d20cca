"""The two files in which a person is given all that is recorded about the person: for programs, and to read."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from messages.mine.collecting import Document, collect, give
from messages.mine.readable import readable
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer


@dataclass(frozen=True, kw_only=True)
class MyData:
    """A person's files by their names: UTF-8, the one to read with the mark by which old programs know it."""

    files: dict[str, bytes]
    document: Document


async def my_data(
    db: Database, renderer: Renderer, catalog: Catalog, person_id: int, language: str, now: datetime, *, by: str
) -> MyData:
    """All that is recorded about a person; that it is given is recorded first, and stands in it.

    Raises ``Refused`` where a person was given it often of late, and ``NotFound``.
    """
    await give(db, person_id, by, now)
    say = partial(_say, catalog, language)
    document = await collect(db, person_id, now, renderer, say, language)
    name = f"mydata-{now:%Y%m%d-%H%M}"
    program, text = await asyncio.to_thread(_written, document, say, now)
    return MyData(files={f"{name}.json": program, f"{name}.txt": text}, document=document)


def _say(catalog: Catalog, language: str, what: Any) -> str:  # noqa: ANN401 -- a phrase
    return catalog.say(what, language)


def _written(document: Document, say: Any, now: datetime) -> tuple[bytes, bytes]:  # noqa: ANN401 -- says phrases
    program = json.dumps(document, ensure_ascii=False, indent=1)
    return program.encode(), readable(document, say, now.tzinfo).encode("utf-8-sig")
