"""Conditions about who must still acknowledge what: written once, asked by every query that sends or shows."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from messages.store.tables import acknowledgements, assignments, deliveries, notices, obligations


def is_live(now: datetime) -> ColumnElement[bool]:
    """Of ``notices``: neither cancelled nor past its use."""
    return and_(notices.c.cancelled_at.is_(None), or_(notices.c.expires_at.is_(None), notices.c.expires_at > now))


def is_stopped(now: datetime) -> ColumnElement[bool]:
    """Of ``notices``: cancelled or paused. A pause ends when the notice is past its use: it expires by name."""
    in_use = or_(notices.c.expires_at.is_(None), notices.c.expires_at > now)
    return or_(notices.c.cancelled_at.is_not(None), and_(notices.c.paused_at.is_not(None), in_use))


def is_held() -> ColumnElement[bool]:
    """Correlated to ``obligations``: who must answer still holds the post."""
    return exists().where(assignments.c.id == obligations.c.assignment_id, assignments.c.ended_at.is_(None))


def is_kept() -> ColumnElement[bool]:
    """Of ``obligations``: not passed on to another post, which answers instead."""
    return obligations.c.passed_at.is_(None)


def is_acknowledged() -> ColumnElement[bool]:
    """Correlated to ``obligations``: its holder has acknowledged."""
    return exists().where(
        acknowledgements.c.notice_id == obligations.c.notice_id,
        acknowledgements.c.assignment_id == obligations.c.assignment_id,
    )


def is_unanswered() -> ColumnElement[bool]:
    """Correlated to ``deliveries``: the person still has a post to acknowledge the notice for."""
    return exists().where(
        obligations.c.notice_id == deliveries.c.notice_id,
        obligations.c.person_id == deliveries.c.person_id,
        is_kept(),
        is_held(),
        ~is_acknowledged(),
    )
