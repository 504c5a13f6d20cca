"""What the service tells one person: a report (情况通报), which goes out now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from messages.audience import quoted
from messages.notices import Category, Json, Lane, NewNotice


def report(
    key: str,
    template: str,
    params: Mapping[str, Json],
    code: str,
    now: datetime,
    *,
    lane: Lane = Lane.PROMPT,
    **more: Any,  # noqa: ANN401 -- what else a notice may have
) -> NewNotice:
    """The notice that tells this to the person of a ``code``; ``more`` are further fields of a ``NewNotice``."""
    return NewNotice(
        key=key,
        category=Category.REPORT,
        lane=lane,
        template=template,
        params=params,
        audience=f"person:{quoted(code)}",
        send_at=now,
        created_at=now,
        **more,
    )
