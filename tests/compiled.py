"""Each statement is compiled once for a test process, as once for the service, not anew for each test's engine."""

from collections.abc import Hashable
from typing import Final, TypeAlias

from sqlalchemy import Compiled, Connection, Engine, event
from sqlalchemy.util import LRUCache

_Key: TypeAlias = tuple[Hashable, ...]


class _Statements(LRUCache[_Key, Compiled]):
    """What SQLAlchemy has compiled. Its keys begin with the engine's dialect; all of one kind compile alike."""

    def __getitem__(self, key: _Key) -> Compiled:
        return super().__getitem__(_by_kind(key))

    def get(self, key: _Key, default: Compiled | None = None) -> Compiled | None:  # type: ignore[override]
        return super().get(_by_kind(key), default)

    def __setitem__(self, key: _Key, value: Compiled) -> None:
        super().__setitem__(_by_kind(key), value)


def _by_kind(key: _Key) -> _Key:
    dialect, *statement = key
    return (type(dialect), *statement)


_STATEMENTS: Final = _Statements(2000)


def share() -> None:
    """From now on, among all engines of this process."""
    event.listen(Engine, "engine_connect", _remember)


def _remember(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_STATEMENTS)
