"""What stands in the database, byte by byte: as nothing reads or mends it before it is compared."""

import re
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Text, case, cast, func, text

from messages.store.database import Connection

_OF_SQLITE: Final = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_OF_POSTGRESQL: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_WRITTEN: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def in_bytes(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The bytes of a text."""
    if conn.dialect.name == "sqlite":
        return cast(column, LargeBinary)
    return func.convert_to(cast(column, Text), "UTF8", type_=LargeBinary)


def instant_in_bytes(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The bytes of an instant; see ``instant``. One before our era must not look like one of it."""
    if conn.dialect.name == "sqlite":
        return cast(column, LargeBinary)
    era = case((column < text("'0001-01-01 00:00:00Z'::timestamptz"), " BC"), else_="")
    return in_bytes(conn, func.to_char(func.timezone("UTC", column), _WRITTEN, type_=Text).concat(era))


def instant(conn: Connection, raw: bytes | None) -> bytes | None:
    """The bytes of an instant as an entry of the ledger has them; None where they are not written as we write them."""
    if raw is None:
        return None
    if conn.dialect.name == "sqlite":
        return raw[:10] + b"T" + raw[11:] + b"Z" if _OF_SQLITE.fullmatch(raw) else None
    return raw if _OF_POSTGRESQL.fullmatch(raw) else None
