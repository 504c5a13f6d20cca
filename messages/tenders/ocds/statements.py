"""Releases as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from messages.tenders.ocds.cutting import Json

UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of a release that has none: any that has one comes after it."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A release, cut; ``release`` is its id, or stands for it, ``at`` its date. It is known by all but its body."""

    ref: str
    release: str
    at: datetime
    compiled: bool
    body: Mapping[str, Json]

    @property
    def key(self) -> tuple[str, datetime, bool]:
        """By what it is known among those of its matter."""
        return self.release, self.at, self.compiled
