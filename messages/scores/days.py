"""The own day of each person by which a notice is to be acknowledged: who was told later has as long as the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from messages.store.database import Connection


@dataclass(frozen=True, kw_only=True)
class Told:
    """That a person was told of a notice, at ``delivered`` for the first time.

    ``acknowledge_by`` is the notice's day, None where it has none; it counts from ``counted_from``.
    """

    acknowledge_by: datetime | None
    counted_from: datetime
    delivered: datetime
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class OwnDay:
    """A person's own day; ``provisional`` where it was not counted by official days alone."""

    due: datetime | None
    provisional: bool


class Dating(Protocol):
    """Counts the own days of people, on the official calendar as a transaction sees it."""

    async def __call__(self, conn: Connection, told: Sequence[Told]) -> list[OwnDay]:
        """The own day of each, in their order."""
        ...
