"""Rows that come from outside the database: however many there are, it is the same statement.

A statement that lists its values is another one for each number of them, and is built, parsed and planned anew.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import FromClause, Text, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from messages.store.database import Connection

_ROWS: Final = "given"


def given(dialect: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """The rows that ``parameters`` makes a statement's parameters of, with these columns.

    PostgreSQL has an array for each column: of arrays it knows the length, and so looks few rows up by an index.
    """
    if dialect == "sqlite":
        each = func.json_each(bindparam(_ROWS, type_=Text())).table_valued("value")
        values = (func.json_extract(each.c.value, f"$.{name}", type_=kind) for name, kind in columns.items())
        return select(*(value.label(name) for value, name in zip(values, columns, strict=True))).subquery("given")
    arrays = (bindparam(_array(name), type_=ARRAY(kind)) for name, kind in columns.items())
    rows = func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in columns.items()))
    return rows.render_derived(name="given")


def parameters(conn: Connection, rows: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """The parameters for these rows, of which there is one at least."""
    if conn.dialect.name == "sqlite":
        return {_ROWS: json.dumps(rows, default=_written)}
    return {_array(name): [row[name] for row in rows] for name in rows[0]}


def _array(name: str) -> str:
    return f"given_{name}"


def _written(at: datetime) -> str:
    """An instant as SQLite keeps it: see ``Instant``."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
