"""Queries of items (信息): added, changed with a new version, and read back with their posts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, literal_column, select, update

from messages.files import attachments_json, attachments_of
from messages.items.kinds import ItemKind
from messages.items.records import AboutPost, Given, Item, ItemState
from messages.notices import Category, Grade
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import assignments, item_posts, items, people, posts, units

AT_ONCE: Final = 5_000
"""So many rows are named in one statement: SQLite takes no more than 32,766 values."""

IS_ANNOUNCED: Final = items.c.state == literal_column(f"'{ItemState.ANNOUNCED}'")
IS_SUBMITTED: Final = items.c.state == literal_column(f"'{ItemState.SUBMITTED}'")
IS_CONFIRMING: Final = items.c.state == literal_column(f"'{ItemState.CONFIRMING}'")
IS_PROVISIONAL: Final[ColumnElement[bool]] = literal_column("items.provisional")
"""Conditions as the indexes write them: of a state that is a parameter no index is looked up."""

_approver = people.alias("approver")
_confirmer = people.alias("confirmer")
_returner = people.alias("returner")


def values_of(given: Given) -> dict[str, Any]:
    """What was given, as the table keeps it."""
    return {
        "ref": given.ref,
        "category": given.category.value,
        "kind": given.kind.value,
        "title": given.title,
        "text": given.text,
        "attachments": attachments_json(given.attachments),
        "audience": given.audience,
        "grade": given.grade.value if given.grade else None,
        "decisive_on": given.decisive_on.isoformat() if given.decisive_on else None,
    }


async def add_all(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add items of these columns, in the first version; gives their ids in the same order."""
    if not rows:
        return []
    made = insert(items).returning(items.c.id, sort_by_parameter_order=True)
    return list(await conn.scalars(made, [{**row, "version": 1} for row in rows]))


async def put_posts(conn: Connection, about: Mapping[int, Iterable[int]], *, new: bool = False) -> None:
    """Say which posts items are about, by their ids, in place of those before; ``new`` ones have none."""
    if not new:
        await conn.execute(delete(item_posts).where(item_posts.c.item_id.in_([*about])))
    rows = [{"item_id": item_id, "post_id": post_id} for item_id, ids in about.items() for post_id in ids]
    if rows:
        await conn.execute(insert(item_posts), rows)


async def change(conn: Connection, item_id: int, **values: Any) -> None:  # noqa: ANN401 -- columns of the table
    """Change an item, which has a new version by that."""
    await conn.execute(update(items).where(items.c.id == item_id).values(version=items.c.version + 1, **values))


async def find(conn: Connection, item_id: int) -> Item | None:
    """One item."""
    return next(iter(await read(conn, query().where(items.c.id == item_id))), None)


async def lock(conn: Connection, item_id: int) -> Item | None:
    """One item, which nobody else decides before this transaction has ended."""
    await conn.execute(select(items.c.id).where(items.c.id == item_id).with_for_update())
    return await find(conn, item_id)


async def hold_collector(conn: Connection, person_id: int) -> None:
    """Nobody submits anything for this person before this transaction has ended: what is given twice is one."""
    mine = select(people.c.id).where(people.c.id == person_id)
    await conn.execute(mine.with_for_update(key_share=True))  # rows that name the person are still added meanwhile


async def by_ids(conn: Connection, ids: Sequence[int]) -> dict[int, Item]:
    """Items by their ids."""
    found: dict[int, Item] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = query().where(among(conn, items.c.id, ids[start : start + AT_ONCE]))
        found |= {one.id: one for one in await read(conn, some)}
    return found


async def by_refs(conn: Connection, person_id: int, refs: Sequence[str]) -> dict[str, Item]:
    """A collector's items by what the collector calls them."""
    found: dict[str, Item] = {}
    for start in range(0, len(refs), AT_ONCE):
        mine = items.c.person_id == person_id, items.c.ref.in_(refs[start : start + AT_ONCE])
        found |= {one.given.ref: one for one in await read(conn, query().where(*mine)) if one.given.ref}
    return found


# Reading


def query() -> Select[Any]:
    """Items with what is told of them."""
    return (
        select(
            items,
            people.c.code.label("person_code"),
            people.c.name.label("person"),
            units.c.name.label("unit"),
            units.c.path,
            _approver.c.name.label("approver"),
            _confirmer.c.name.label("confirmer"),
            _returner.c.name.label("returner"),
        )
        .join_from(items, people, people.c.id == items.c.person_id)
        .join(units, units.c.id == items.c.unit_id)
        .outerjoin(_approver, _approver.c.id == items.c.approved_by)
        .outerjoin(_confirmer, _confirmer.c.id == items.c.confirmed_by)
        .outerjoin(_returner, _returner.c.id == items.c.returned_by)
    )


async def read(conn: Connection, some: Select[Any]) -> tuple[Item, ...]:
    """The items of the query above, with their posts."""
    rows = (await conn.execute(some)).all()
    about = await _posts(conn, [row.id for row in rows if row.category == Category.REMINDER.value])
    return tuple(_item(row, about.get(row.id, ())) for row in rows)


async def _posts(conn: Connection, ids: Sequence[int]) -> dict[int, tuple[AboutPost, ...]]:
    """Which posts items are about, with who holds them now."""
    if not ids:
        return {}
    tied = about_posts(item_posts.c.item_id).join(item_posts, item_posts.c.post_id == posts.c.id)
    found: dict[int, list[AboutPost]] = defaultdict(list)
    for row in await conn.execute(tied.where(among(conn, item_posts.c.item_id, ids)).order_by(posts.c.code)):
        found[row.item_id].append(about_post(row))
    return {item_id: tuple(some) for item_id, some in found.items()}


def about_posts(*more: ColumnElement[Any]) -> Select[Any]:
    """Posts as an item is about them, with more columns."""
    current = and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None))
    return (
        select(posts.c.id, posts.c.code, posts.c.title, units.c.name.label("unit"))
        .add_columns(people.c.name.label("holder"), people.c.id.label("holder_id"), *more)
        .join_from(posts, units, units.c.id == posts.c.unit_id)
        .outerjoin(assignments, current)
        .outerjoin(people, people.c.id == assignments.c.person_id)
    )


def about_post(row: Row[Any]) -> AboutPost:
    """A post of a row of the query above."""
    return AboutPost(
        id=row.id, code=row.code, title=row.title, unit=row.unit, holder=row.holder, holder_id=row.holder_id
    )


def _item(row: Row[Any], about: tuple[AboutPost, ...]) -> Item:
    own = ("id", "version", "person_id", "person_code", "person", "unit", "path", "provisional")
    told = ("due_at", "created_at", "submitted_at", "timely", "handed_at", "approved_at")
    decided = ("approved_by", "approver", "confirmed_by", "confirmer", "returner", "why", "notice_id", "digest")
    return Item(
        **{name: getattr(row, name) for name in (*own, *told, *decided)},
        state=ItemState(row.state),
        given=_given(row, about),
        posts=about,
        due_on=_day(row.due_on),
    )


def _given(row: Row[Any], about: tuple[AboutPost, ...]) -> Given:
    return Given(
        category=Category(row.category),
        kind=ItemKind(row.kind),
        title=row.title,
        text=row.text,
        attachments=attachments_of(row.attachments),
        decisive_on=_day(row.decisive_on),
        audience=row.audience,
        grade=Grade(row.grade) if row.grade else None,
        posts=tuple(post.code for post in about),
        ref=row.ref,
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
