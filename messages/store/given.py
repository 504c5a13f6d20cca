"""Rows that come from outside the database, as one parameter: however many there are, it is the same statement.

A statement that lists its values is another one for each number of them, and is built, parsed and planned anew.
"""

from typing import Any, Final

from sqlalchemy import FromClause, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

ROWS: Final = "given_rows"
"""The parameter's name: the rows as a JSON array of objects."""


def given(dialect: str, columns: dict[str, TypeEngine[Any]]) -> FromClause:
    """The rows of the parameter ``ROWS``, with these columns."""
    rows = bindparam(ROWS, type_=Text())
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value")
        values = (func.json_extract(each.c.value, f"$.{name}", type_=kind) for name, kind in columns.items())
        return select(*(value.label(name) for value, name in zip(values, columns, strict=True))).subquery("given")
    typed = (column(name, kind) for name, kind in columns.items())
    records = func.jsonb_to_recordset(cast(rows, JSONB)).table_valued(*typed, name="given")
    return records.render_derived(with_types=True)
