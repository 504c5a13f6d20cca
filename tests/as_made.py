"""A PostgreSQL database that a test has written to is made as new again: far quicker than copying another one."""

from dataclasses import dataclass
from typing import Any, Final, Self

import asyncpg

_PARTS: Final = ("pg_class", "pg_constraint", "pg_trigger", "pg_proc", "pg_attribute")
_TOUCHED: Final = "SELECT count(*), max(xmin::text::bigint) FROM {} WHERE {} >= 16384"  # the lower ones are its own
_SCHEMA: Final = " UNION ALL ".join(
    _TOUCHED.format(part, "attrelid" if part == "pg_attribute" else "oid") for part in _PARTS
)
_WRITTEN: Final = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"""
_COUNTED: Final = "FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL"
_END_OTHERS: Final = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@dataclass(frozen=True, kw_only=True)
class AsMade:
    """How a database was when it was made.

    ``schema`` is how many parts of each kind there are, and which transaction touched one last. Few tables have rows
    from the start, and few sequences have counted.
    """

    schema: list[Any]
    rows: dict[str, list[tuple[Any, ...]]]
    counted: list[tuple[Any, ...]]

    @classmethod
    async def seen(cls, connection: asyncpg.Connection) -> Self:
        """A new database, as it is."""
        tables = [name for (name,) in await connection.fetch(_WRITTEN)]
        return cls(
            schema=await connection.fetch(_SCHEMA),
            rows={name: _tuples(await connection.fetch(f'SELECT * FROM "{name}"')) for name in tables},  # noqa: S608
            counted=_tuples(await connection.fetch(f"SELECT seqrelid, pg_sequence_last_value(seqrelid) {_COUNTED}")),
        )

    async def restore(self, connection: asyncpg.Connection) -> bool:
        """Whether it is so again: nobody connected, its rows, its numbers, and no page in a file that was not there.

        One whose schema was touched is not made good.
        """
        await connection.execute(_END_OTHERS)
        if await connection.fetch(_SCHEMA) != self.schema:
            return False
        written = [f'"{name}"' for (name,) in await connection.fetch(_WRITTEN)]
        without = " ".join(f"DELETE FROM {name};" for name in written)  # noqa: S608
        from_one = f"SELECT setval(seqrelid, seqstart, false) {_COUNTED}"
        # A replica leaves foreign keys to where the rows came from: the tables are emptied in any order.
        await connection.execute(f"SET session_replication_role = replica; {without} {from_one}")
        await connection.execute(f"VACUUM {', '.join(written)}")
        for name, rows in self.rows.items():
            await connection.copy_records_to_table(name, records=rows)
        await connection.executemany("SELECT setval($1::oid::regclass, $2)", self.counted)
        return True


def _tuples(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in rows]
