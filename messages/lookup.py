"""Looking up posts and units by a part of a name or a code, and how many warnings are open in a unit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from messages.errors import NotFound
from messages.ledger import Kind as Happened
from messages.notices import Grade, Json
from messages.pages import Page, bounded
from messages.searches import LOOKUPS
from messages.store import ledger, visibility, warning_lists
from messages.store.database import Connection, Database
from messages.store.visibility import PostFound, Sight, UnitFound
from messages.text.phrase import phrase
from messages.visibility import sight_of, why


@dataclass(frozen=True, kw_only=True)
class FoundPost:
    """A post that was found; its holder is named where the record is ``open`` to the person who looks."""

    post: PostFound
    open: bool


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found for ``words``: a page of units, then posts. ``id`` names the search."""

    id: int
    words: str
    page: Page[UnitFound | FoundPost]


@dataclass(frozen=True, kw_only=True)
class UnitCard:
    """A unit: its open warnings and those of the units below, by grade, of posts open to the viewer; its own posts."""

    unit: UnitFound
    open: Mapping[Grade, int]
    page: Page[FoundPost]


async def again(db: Database, viewer: int, search_id: int, number: int, *, size: int) -> Looked:
    """A page of an earlier search of this person's. Raises ``NotFound``."""
    words = await LOOKUPS.words(db, viewer, search_id)
    return Looked(id=search_id, words=words, page=await look_up(db, viewer, words, number, size=size))


async def look_up(db: Database, viewer: int, words: str, number: int, *, size: int) -> Page[UnitFound | FoundPost]:
    """A page of what is called so: units by their names, then posts by title, code, or the name of a holder."""
    async with db.reading() as conn:
        sight = await sight_of(conn, viewer)
        units, posts = await visibility.count_units(conn, words), await visibility.count_posts(conn, sight, words)
        number = bounded(number, units + posts, size)
        offset = (number - 1) * size
        rows: list[UnitFound | FoundPost] = [*await visibility.units_called(conn, words, limit=size, offset=offset)]
        left = {"limit": size - len(rows), "offset": max(0, offset - units)}
        rows += [_shown(sight, post) for post in await visibility.posts_called(conn, sight, words, **left)]
    return Page(rows=tuple(rows), total=units + posts, number=number, size=size)


async def own(db: Database, viewer: int) -> tuple[FoundPost, ...]:
    """The posts that a person holds, the highest first."""
    async with db.reading() as conn:
        sight = await sight_of(conn, viewer)
        return tuple(_shown(sight, post) for post in await visibility.posts_by_id(conn, sight.own))


async def unit(db: Database, viewer: int, unit_id: int, number: int, now: datetime, *, size: int) -> UnitCard:
    """A unit with its open warnings and a page of its posts. Raises ``NotFound``.

    That somebody looked is recorded with the holders whom the page names, as of every list of people.
    """
    async with db.reading() as conn:
        found = await visibility.unit(conn, unit_id)
        if found is None:
            raise NotFound(phrase("There is no such unit."))
        sight = await sight_of(conn, viewer)
        counts = await warning_lists.below(conn, sight, found.path)
        total = await visibility.count_posts_of_unit(conn, unit_id)
        number = bounded(number, total, size)
        posts = await visibility.posts_of_unit(conn, unit_id, limit=size, offset=(number - 1) * size)
    rows = tuple(_shown(sight, post) for post in posts)
    async with db.writing() as conn:
        await _record(conn, viewer, found, rows, now)
    return UnitCard(unit=found, open=counts, page=Page(rows=rows, total=total, number=number, size=size))


async def _record(conn: Connection, viewer: int, unit: UnitFound, rows: tuple[FoundPost, ...], now: datetime) -> None:
    codes: list[Json] = [*dict.fromkeys(row.post.holder_code for row in rows if row.post.holder_code)]
    if codes:
        body: dict[str, Json] = {"what": "warnings", "unit": unit.name, "people": codes}
        await ledger.append(conn, at=now, kind=Happened.RECORDS_VIEWED, person_id=viewer, body=body)


def _shown(sight: Sight, post: PostFound) -> FoundPost:
    """Who may not see a post does not learn who holds it, or whether anybody does."""
    if why(sight, post) is not None:
        return FoundPost(post=post, open=True)
    return FoundPost(post=replace(post, holder_id=None, holder_code=None, holder=None), open=False)
