"""The sample's matters can be taken, and show something of everything."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from messages.organisation.sample import sample_roster
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.tenders.records import MatterState
from messages.tenders.sample import sample_matters
from schedules.tenders.checking import faults_of

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("month", range(1, 13))
def test_they_can_be_taken_on_any_day_of_the_year(month: int) -> None:
    for day in range(1, 8):
        now = datetime(2026, month, day, 22, 15, tzinfo=ZONE)
        matters = sample_matters(now, ZONE)
        assert not [fault for one in matters for fault in faults_of(one)]
        for one in matters:
            assert one.kind is not None
            assert {fact.milestone for fact in one.facts} <= set(MILESTONES[one.kind])
            days = [fact.at.date() for fact in one.facts]
            assert days == sorted(days), one
        soon = [
            one.ref
            for one in matters
            for fact in one.facts
            if fact.milestone is Milestone.OPENING and now < fact.at < now + timedelta(days=5)
        ]
        assert soon


def test_they_are_of_units_of_the_sample_and_of_every_kind_and_state() -> None:
    units = {row.unit for row in sample_roster()}
    matters = sample_matters(datetime(2026, 9, 7, 9, tzinfo=ZONE), ZONE)
    assert {one.buyer for one in matters} <= units
    assert {one.kind for one in matters} == set(MatterKind)
    assert {one.state for one in matters} == set(MatterState)
    assert len({one.ref for one in matters}) == len(matters) == 40
