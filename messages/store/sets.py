"""Conditions over a set of values that came from elsewhere."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY

from messages.store.database import Connection


def among(conn: Connection, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether the column is one of ``ids``.

    PostgreSQL takes them as one array, so that any number of them is the same statement, prepared once.
    """
    if conn.dialect.name == "sqlite":
        return column.in_(ids)
    given = bindparam(None, list(ids), type_=ARRAY(BigInteger), unique=True)
    return column == func.any(given)
