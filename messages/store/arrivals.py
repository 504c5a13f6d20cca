"""When a notice has arrived at a person, and from when its day counts: parts of queries."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from messages.deliveries import DeliveryState
from messages.store.tables import deliveries, earlier_messages, notices


def counted_from() -> ColumnElement[datetime]:
    """Of ``notices``: since when its day to acknowledge counts."""
    return func.coalesce(notices.c.counted_from, notices.c.send_at, type_=notices.c.send_at.type)


def delivered(notice_id: ColumnElement[int], person_id: ColumnElement[int]) -> ScalarSelect[datetime]:
    """When the first of a person's deliveries of a notice, of whichever wave, arrived; NULL: none has."""
    one = deliveries.alias("arrived")
    mine = one.c.notice_id == notice_id, one.c.person_id == person_id
    query = select(func.min(one.c.settled_at)).where(*mine, one.c.state == DeliveryState.DELIVERED.value)
    return query.scalar_subquery()


def earlier(notice_id: ColumnElement[int], person_id: ColumnElement[int]) -> ScalarSelect[datetime]:
    """When the first message of a notice arrived that was sent to a person once more since; NULL: there is none."""
    one = earlier_messages.alias("earlier")
    mine = one.c.notice_id == notice_id, one.c.person_id == person_id
    return select(func.min(one.c.sent_at)).where(*mine, one.c.message_id.is_not(None)).scalar_subquery()
