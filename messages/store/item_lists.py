"""Queries of items in lists: a collector's own, and what waits for somebody's decision, a page at a time."""

from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from messages.items.records import Page
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.database import Connection
from messages.store.items import IS_CONFIRMING, IS_SUBMITTED, query, read
from messages.store.paging import place_of
from messages.store.tables import assignments, item_posts, items, units

Which: TypeAlias = ColumnElement[bool]
"""Which items are meant, as a condition over them and their units."""


def of_collector(person_id: int) -> Which:
    """This person's own."""
    return items.c.person_id == person_id


def waiting_for(person_id: int, approves: Scope, confirms: Scope) -> Which:
    """What waits for a decision that this person may make: nobody about the own items, or about the own post.

    ``approves`` and ``confirms`` are how far the person's rights to do so reach.
    """
    mine = and_(IS_SUBMITTED, within(approves)), and_(IS_CONFIRMING, within(confirms), items.c.approved_by != person_id)
    waits = or_(IS_SUBMITTED, IS_CONFIRMING)  # so that SQLite, too, sees that the index of what waits holds them all
    return and_(waits, items.c.person_id != person_id, or_(*mine), items.c.id.not_in(_about_held_by(person_id)))


def _about_held_by(person_id: int) -> Select[tuple[int]]:
    """Which items are about posts that this person holds."""
    holds = assignments.c.post_id == item_posts.c.post_id, assignments.c.ended_at.is_(None)
    return select(item_posts.c.item_id).join(assignments, and_(*holds)).where(assignments.c.person_id == person_id)


async def page(conn: Connection, which: Which, number: int, size: int, *, oldest_first: bool = False) -> Page:
    """A page, the newest first or, by when they were laid before somebody, the oldest; the nearest that there is."""
    every = select(func.count()).select_from(items).join(units, units.c.id == items.c.unit_id).where(which)
    place = await place_of(conn, every, number, size)
    order = (items.c.handed_at, items.c.id) if oldest_first else (items.c.id.desc(),)
    found = query().where(which).order_by(*order).offset(place.skipped).limit(size)
    return Page(items=await read(conn, found), number=place.number, pages=place.pages, total=place.total)
