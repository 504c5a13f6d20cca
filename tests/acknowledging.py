"""Acknowledging in tests, and counting it, by the shipped policy on the official calendar."""

from messages.acknowledgements import Acknowledger
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.policy import load
from schedules.scores.days import OwnDays
from schedules.statistics.own_days import Stepping
from tests.district import ZONE


def acknowledger(db: Database) -> Acknowledger:
    """Records presses in ``db``."""
    return Acknowledger(db, OwnDays(Calendars(db, "CN"), load(), ZONE))


def stepping(db: Database) -> Stepping:
    """Finds own days for statistics."""
    return Stepping(Calendars(db, "CN"), load(), ZONE)
