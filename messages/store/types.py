"""Column types of our own."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from messages.canonical import canonical


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; a naive one is refused.

    SQLite keeps it as text that sorts in the order of time, PostgreSQL as ``timestamptz``.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; without its offset where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive instant refused: {value.isoformat()}"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to an aware instant in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Body(dict[str, Any]):
    """What is to be written canonically."""


def written(value: object) -> str:
    """JSON as the databases keep it: canonically where the column says so."""
    return canonical(value) if isinstance(value, _Body) else json.dumps(value)


class CanonicalJson(TypeDecorator[Mapping[str, Any]]):
    """An object kept as canonical JSON (RFC 8785), so that what stands in the database can be hashed as it is.

    PostgreSQL's ``json`` keeps the text as it was given.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = JSON
    cache_ok: bool | None = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> Mapping[str, Any] | None:
        """Marked for ``written``, which the engine calls."""
        del dialect
        return None if value is None else _Body(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ANN401 -- as SQLAlchemy has it
        """Parts of it are compared as parts of JSON are."""
        return self.impl_instance.coerce_compared_value(op, value)
