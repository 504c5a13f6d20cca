"""What stands in the database, byte by byte: as nothing reads or mends it before it is compared."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Text, case, cast, func, text

from messages.store.database import Connection

_DIGITS: Final = bytes.maketrans(b"0123456789", b"0" * 10)
_OF_SQLITE: Final = b"0000-00-00 00:00:00.000000"
_OF_POSTGRESQL: Final = b"0000-00-00T00:00:00.000000Z"
"""How each gives an instant, with all digits zero: several times as quick as a pattern, and there are millions."""
_WRITTEN: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def in_bytes(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The bytes of a text."""
    if conn.dialect.name == "sqlite":
        return cast(column, LargeBinary)
    return func.convert_to(cast(column, Text), "UTF8", type_=LargeBinary)


def as_id(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """An id; None for anything else, which SQLite would take as well."""
    if conn.dialect.name == "sqlite":
        return case((func.typeof(column) == "integer", column), else_=None)
    return column


def instant_in_bytes(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The bytes of an instant; see ``instant``. One before our era must not look like one of it."""
    if conn.dialect.name == "sqlite":
        return cast(column, LargeBinary)
    era = case((column < text("'0001-01-01 00:00:00Z'::timestamptz"), " BC"), else_="")
    return in_bytes(conn, func.to_char(func.timezone("UTC", column), _WRITTEN, type_=Text).concat(era))


def instant(conn: Connection) -> Callable[[bytes | None], bytes | None]:
    """What reads the bytes of an instant as an entry of the ledger has them.

    It gives None where they are not written as we write them.
    """
    return _of_sqlite if conn.dialect.name == "sqlite" else _of_postgresql


def _of_sqlite(raw: bytes | None) -> bytes | None:
    return b"%bT%bZ" % (raw[:10], raw[11:]) if raw is not None and raw.translate(_DIGITS) == _OF_SQLITE else None


def _of_postgresql(raw: bytes | None) -> bytes | None:
    return raw if raw is not None and raw.translate(_DIGITS) == _OF_POSTGRESQL else None
