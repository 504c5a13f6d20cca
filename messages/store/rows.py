"""A table's rows as values that are equal in both databases, in the order of the key; see ``messages.store.moving``."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Dialect,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    cast,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from messages.store import marks, tables
from messages.store.database import Connection
from messages.store.types import CanonicalJson, Instant

Key = tuple[Any, ...]
"""The values of a row's key, in the order of the key's columns."""
Rows = Sequence[Row[Any]]
"""Some rows, each with the values of all columns in the table's order: instants aware, JSON as its text."""

BATCH: Final = 10_000
"""Rows that are held at once: some ten megabytes."""
_BATCH_OF_CONTENTS: Final = 4
"""Of rows that hold whole files: up to twenty megabytes each."""


class _QuickInstant(TypeDecorator[datetime]):
    """Reads an ``Instant`` several times as quickly, for there are millions of them."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 -- as the driver gives it
        """From SQLite's text; PostgreSQL's driver gives an aware instant by itself."""
        del dialect
        return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value


async def count(conn: Connection, table: Table) -> int:
    """How many rows there are."""
    return int(await conn.scalar(select(func.count()).select_from(_selected(table).subquery())) or 0)


async def last_key(conn: Connection, table: Table) -> Key | None:
    """The greatest key, None where there is no row."""
    keys = _order(conn, table)
    query = _selected(table).with_only_columns(*table.primary_key.columns).order_by(*(key.desc() for key in keys))
    found = (await conn.execute(query.limit(1))).one_or_none()
    return None if found is None else tuple(found)


async def in_batches(
    conn: Connection, table: Table, *, after: Key | None = None, upto: Key | None = None, batch: int = BATCH
) -> AsyncGenerator[Rows, None]:
    """The rows with keys beyond ``after`` up to ``upto``, in the order of their keys, never more than a batch held."""
    order = _order(conn, table)
    query, key = _selected(table).order_by(*order), tuple_(*order)
    if after is not None:
        query = query.where(key > tuple_(*after))
    if upto is not None:
        query = query.where(key <= tuple_(*upto))
    if any(isinstance(column.type, LargeBinary) for column in table.columns):
        batch = min(batch, _BATCH_OF_CONTENTS)
    found = await conn.stream(query, execution_options={"yield_per": batch})
    async for rows in found.partitions():
        yield rows


async def compare(
    one: Connection, other: Connection, table: Table, *, upto: Key | None = None, seen: Callable[[Rows, int], None]
) -> Key | None:
    """Compare the rows of two databases, those of ``one`` up to the key ``upto`` only.

    Gives the key of the first row that differs or that one side has not; None where all are equal. ``seen`` hears each
    batch of equal rows, and how many were equal so far.
    """
    equal = 0
    async with (
        aclosing(in_batches(one, table, upto=upto)) as ours,
        aclosing(in_batches(other, table)) as theirs,
    ):
        while True:
            here: Rows = await anext(ours, [])
            there: Rows = await anext(theirs, [])
            if here != there:
                return _first_difference(table, here, there)
            if not here:
                return None
            equal += len(here)
            seen(here, equal)


def key_of(table: Table, row: Row[Any]) -> Key:
    """The key of a row."""
    return tuple(row[at] for at, column in enumerate(table.columns) if column.primary_key)


def canonical(table: Table, row: Row[Any]) -> str:
    """The row as one line of JSON that does not depend on the database: objects' keys sorted, instants in UTC."""
    values = [
        json.loads(value) if isinstance(column.type, JSON | CanonicalJson) and value is not None else value
        for column, value in zip(table.columns, row, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso) + "\n"


def _iso(value: datetime) -> str:
    return value.isoformat()


def _selected(table: Table) -> Select[Any]:
    query = select(*map(_comparable, table.columns))
    # The mark of the move itself is nobody's row.
    return query.where(tables.marks.c.name != marks.MOVING) if table is tables.marks else query


def _comparable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON | CanonicalJson):
        return cast(column, Text)  # as it was written
    return type_coerce(column, _QuickInstant()) if isinstance(column.type, Instant) else column


def _order(conn: Connection, table: Table) -> list[ColumnElement[Any]]:
    """The key; texts in the order of their bytes, as SQLite has it, not of PostgreSQL's language."""
    own_order = conn.dialect.name == "postgresql"
    return [
        key.collate("C") if own_order and isinstance(key.type, String) else key for key in table.primary_key.columns
    ]


def _first_difference(table: Table, here: Rows, there: Rows) -> Key:
    for pair in zip_longest(here, there):
        if pair[0] != pair[1]:
            return min(key_of(table, row) for row in pair if row is not None)
    message = "equal rows have no difference"
    raise AssertionError(message)
