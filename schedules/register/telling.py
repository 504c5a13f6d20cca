"""What people are told about reviews: who decides, and who holds the post of what came of it.

The values of the templates ``review_card``, ``reviews_waiting``, ``reviews_forlorn`` and ``review_outcome``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from messages.audience import quoted, sayable
from messages.notices import Json, NewNotice
from messages.register.records import LEVEL_MARKS, Progress, level_said
from messages.register.reviews import Review, ReviewedPoint
from messages.text.lengths import cut
from messages.text.phrase import kept
from schedules.desks import DeskKind, DeskOf
from schedules.laying import many_key, one_key
from schedules.reporting import report

WAITING: Final = "reviews"
"""What keys of notices about several reviews that wait begin with."""
_USEFUL: Final = timedelta(days=30)
"""What is told about a review is of no use after this."""
_LISTED: Final = 6
_NAME_SHOWN: Final = 60
_SHORT: Final = 40
"""So that the longest card fits into one message."""


class Outcome(StrEnum):
    """What is told of a review."""

    UNIT = "unit"  # accepted by the unit: it goes on to the inspector
    ACCEPTED = "accepted"
    PARTLY = "partly"  # some points were returned, the others stand
    RETURNED = "returned"


def card(review: Review, points: Sequence[ReviewedPoint], *, deputy: bool) -> dict[str, Json]:
    """What who decides about a review has to know before looking at it."""
    listed = [one for one in points if one.progress is Progress.SUBMITTED]
    return {
        **_about(review),
        "inspecting": review.inspecting,
        "deputy": deputy,
        "by": cut(review.person, _SHORT),
        "unit_by": cut(review.unit_name or "", _SHORT) if review.inspecting else None,
        "note": review.note,
        "new": review.new,
        "changed": review.changed,
        "ended": review.ended,
        "returned": review.returned,
        "named": [_point(one) for one in listed[:_LISTED]],
        "more": max(0, len(listed) - _LISTED),
    }


def _about(review: Review) -> dict[str, Json]:
    return {
        "post": cut(review.post, _SHORT),
        "unit": cut(review.unit, _SHORT),
        "complete": review.complete,
        "points": review.points,
        "campaign": review.campaign,
        "due_on": review.due_on.isoformat() if review.due_on else None,
        "due_provisional": review.provisional,
    }


def _point(one: ReviewedPoint) -> dict[str, Json]:
    changed = "changed" if one.before is not None else "new"
    return {
        "name": cut(one.content.name, _NAME_SHOWN),
        "level": kept(level_said(one.content.level)),
        "mark": LEVEL_MARKS[one.content.level],
        "kind": "ended" if one.ends else changed,
        "why": one.why and cut(one.why, 2 * _NAME_SHOWN),
    }


def card_notice(
    review: Review, points: Sequence[ReviewedPoint], code: str, now: datetime, *, deputy: bool
) -> NewNotice:
    """The card that lays a review before one person who decides about it."""
    key, desk = one_key(review.key, deputy=deputy), DeskOf(kind=DeskKind.REVIEW, id=review.id, version=review.version)
    return _told(code, key, "review_card", card(review, points, deputy=deputy), now, desk)


def many_notice(count: int, code: str, now: datetime, *, deputy: bool) -> NewNotice:
    """That so many reviews wait, told together; their list is at the desk."""
    params: dict[str, Json] = {"count": count, "deputy": deputy}
    key = many_key(WAITING, now, deputy=deputy)
    return _told(code, key, "reviews_waiting", params, now, DeskOf(kind=DeskKind.REVIEWS))


def forlorn_notice(some: Sequence[Review], code: str, now: datetime) -> NewNotice:
    """That nobody may decide about these, told to one who could have somebody named."""
    named: list[Json] = [{"unit": cut(one.unit, _SHORT), "post": cut(one.post, _SHORT)} for one in some[:_LISTED]]
    params: dict[str, Json] = {"count": len(some), "named": named, "more": max(0, len(some) - _LISTED)}
    return _told(code, f"{WAITING}:forlorn:{now.astimezone(UTC).isoformat()}", "reviews_forlorn", params, now, None)


def outcome_notices(
    review: Review, points: Sequence[ReviewedPoint], outcome: Outcome, now: datetime
) -> Iterator[NewNotice]:
    """What came of a review: to who holds the post, and who submitted it for that post before.

    Of what the inspector returns, who has accepted it for the unit is told as well.
    """
    back = [one for one in points if one.progress is Progress.RETURNED]
    ended = sum(1 for one in points if one.progress is Progress.ACCEPTED and one.ends)
    params: dict[str, Json] = {
        **_about(review),
        "stand": sum(1 for one in points if one.progress is Progress.ACCEPTED) - ended,
        "ended": ended,
        "outcome": outcome.value,
        "by": review.inspector_name or review.unit_name,
        "why": review.why,
        "returned": [_point(one) for one in back[:_LISTED]] if review.why is None else [],
        "more": max(0, len(back) - _LISTED) if review.why is None else 0,
    }
    key = f"review:{review.id}:{review.version}:{outcome.value}"
    if sayable(review.post_code):
        desk = DeskOf(kind=DeskKind.RISKS, id=review.post_id)
        own = _told("", key, "review_outcome", params | {"own": True}, now, desk)
        yield replace(own, key=f"{key}:post:{review.post_code}", audience=f"post:{quoted(review.post_code)}")
    others: dict[str | None, int | None] = {review.person_code: review.person_id}
    if outcome in {Outcome.RETURNED, Outcome.PARTLY} and review.inspector_by is not None:
        others |= {review.unit_code: review.unit_by}
    for code, person_id in others.items():
        if person_id != review.holder_id and code is not None and sayable(code):
            yield _told(code, key, "review_outcome", params | {"own": False}, now, None)


def _told(
    code: str, key: str, template: str, params: Mapping[str, Json], now: datetime, desk: DeskOf | None
) -> NewNotice:
    wanted = str(desk) if desk else None
    return report(f"{key}:{code}", template, params, code, now, expires_at=now + _USEFUL, desk=wanted)
