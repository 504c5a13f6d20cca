"""When people are to be told of a limit: what is planned of it. Pure: nothing is looked up, the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from messages.tenders.records import Limit, PromptKind
from schedules.policy import Policy
from schedules.policy.tenders import Rule
from schedules.workdays import WorkCalendar

NOTHING_TOLD: Final[Mapping[PromptKind, datetime]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A prompt that is to be told at an instant; ``tells`` are the dates that it tells: ``at`` and ``due``, in ISO.

    ``at`` is an instant in UTC, ``due`` a day; None where there is none.
    """

    kind: PromptKind
    at: datetime
    tells: Mapping[str, str | None]


def planned(
    rule: Rule,
    limit: Limit,
    policy: Policy,
    calendar: WorkCalendar,
    zone: tzinfo,
    *,
    known_at: datetime,
    now: datetime,
    told: Mapping[PromptKind, datetime] = NOTHING_TOLD,
) -> tuple[Planned, ...]:
    """What people are still to be told of a limit as it stands at ``now``: CURRENT, SOON, DAY, BROKEN and OVERDUE.

    ``known_at``: when the matter came to be known; nobody hears of what was over long before. ``told``: when which
    kinds were told of these same dates; they are not planned again. None is planned for before ``now``: what is late
    and still of use is planned for now, or for after the quiet hours.
    """
    raise NotImplementedError
