"""Template points of a file, published together: all or none, whatever is wrong told in one pass."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from messages import rights
from messages.errors import Fault, Refused
from messages.register.importing import Terms, Wish, read_register
from messages.register.records import Content
from messages.register.rows import RegisterFile, RegisterRow
from messages.rights import Act
from messages.sheets.faults import in_order
from messages.store import register_bulk, register_import, risk_templates
from messages.store.database import Database
from messages.text.phrase import phrase
from schedules.register.offering import add_templates

MOST_TEMPLATES: Final = 5_000
"""Templates of one file; one with more is a register."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What was published, or would be; ``unchanged`` counts those of the file that were published before."""

    templates: int
    created: int
    file: RegisterFile
    dry_run: bool

    @property
    def unchanged(self) -> int:
        """Those that were published before, or stand in the file twice."""
        return self.templates - self.created


async def publish_file(
    db: Database, path: Path, terms: Terms, wish: Wish, person_id: int, now: datetime, *, dry_run: bool = False
) -> Published:
    """Publish the points of a register as templates, without whose they are; the same ones again are not.

    Its units and posts are not looked at. Raises ``NotEntitled``, and ``Refused`` with every fault.
    """
    await rights.entitle(db, person_id, Act.PUBLISH_TEMPLATES, now)
    async with db.reading() as conn:
        directory = await register_import.directory(conn)
    file, faults = await asyncio.to_thread(read_register, path, terms, directory)
    if len(file.rows) > MOST_TEMPLATES:
        faults = [Fault(message=phrase("A file of at most {most} templates is accepted.", most=MOST_TEMPLATES))]
    if faults:
        raise Refused(
            phrase("The file was refused; nothing of it was published."),
            in_order(faults, (row.origin.sheet for row in file.rows)),
        )
    contents = [_content(row, wish) for row in file.rows]
    async with db.writing() as conn:
        published = await risk_templates.contents(conn)
        new = [content for content in dict.fromkeys(contents) if content not in published]
        if new and not dry_run:
            nodes = {row.node: row.workflow for row in reversed(file.rows) if row.node}
            await register_bulk.add_nodes(conn, nodes, now)
            await add_templates(conn, new, person_id, now)
    return Published(templates=len(contents), created=len(new), file=file, dry_run=dry_run)


def _content(row: RegisterRow, wish: Wish) -> Content:
    return Content(
        name=row.name,
        level=row.level or wish.level,
        category=row.category,
        description=row.description,
        controls=row.controls,
        indicators=row.indicators,
        node=row.node,
        bases=row.bases,
    )
