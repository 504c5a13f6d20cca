"""A person's own quiet hours (免打扰时段): in place of the office's, chosen by the person and kept in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class OwnHours:
    """From when until when, in the office's time, to the minute; the same twice for none at all."""

    start: time
    end: time

    @classmethod
    def of(cls, minutes_from: int | None, minutes_until: int | None) -> "OwnHours | None":
        """As the store keeps them, in minutes of the day; None for who has chosen none."""
        if minutes_from is None or minutes_until is None:
            return None
        return cls(start=_time(minutes_from), end=_time(minutes_until))

    @property
    def minutes(self) -> tuple[int, int]:
        """As the store keeps them."""
        return minutes_of(self.start), minutes_of(self.end)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What is not urgent waits ``until`` the end of quiet hours and days off.

    What would be of no use by then waits ``at_least`` for the end of the night; if even that is too late, not at all.
    """

    until: datetime
    at_least: datetime

    def before(self, expires_at: datetime | None) -> datetime:
        """Until when something waits that is of no use from an instant on (None: that it always is)."""
        if expires_at is None or self.until < expires_at:
            return self.until
        return self.at_least if self.at_least < expires_at else datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Openings:
    """Until when those wait who are not to be disturbed ``now``.

    ``office`` is for who goes by the office's hours, ``own`` for who has others; None, or not there: no waiting.
    """

    now: datetime | None = None
    office: Wait | None = None
    own: Mapping[OwnHours, Wait] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return self.office is not None or bool(self.own)


def minutes_of(at: time) -> int:
    """The minute of the day."""
    return at.hour * _HOUR + at.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes, _HOUR))
