"""In tests SQLite is asked directly where that cannot wait for anybody, not by way of another thread and back.

What can wait keeps its thread: connecting, the begin of a transaction that writes, and all that is outside one. Whoever
else has something to do is let do it after each statement, as it would be while the thread works. And as the PostgreSQL
of the tests does, it leaves it to the machine when what is committed reaches the disk: no test takes the power away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiosqlite.core import Connection

_DURABLE: Final = "PRAGMA synchronous=FULL"
_QUICK: Final = "PRAGMA synchronous=OFF"
_OF_A_CURSOR: Final = frozenset({"cursor", "fetchall", "fetchone", "fetchmany", "close"})
_by_its_thread: Callable[..., Awaitable[Any]] = Connection._execute  # noqa: SLF001 -- the one place where it hands everything to its thread


async def _directly(self: Connection, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
    args = (_QUICK, *args[1:]) if args[:1] == (_DURABLE,) else args
    connection = self._connection if self._running else None
    if connection is not None and act.__name__ in _OF_A_CURSOR and act != connection.close:
        return act(*args, **kwargs)
    if connection is None or not (connection.in_transaction or args[:1] == ("BEGIN",)):
        return await _by_its_thread(self, act, *args, **kwargs)
    try:
        return act(*args, **kwargs)
    finally:
        await asyncio.sleep(0)


def ask_sqlite() -> None:
    """From now on, by every connection of this process."""
    Connection._execute = _directly  # type: ignore[method-assign,assignment]  # noqa: SLF001
