"""The sample organisation: who looks after whom in it."""

from messages.organisation.records import UnitKind
from messages.organisation.sample import sample_liaisons, sample_roster


def test_each_department_and_street_is_looked_after_by_an_inspector_of_a_dispatched_body() -> None:
    """Inspectors bore their role for their own groups only, so that none was ever told of a warning."""
    roster = sample_roster()
    liaisons = sample_liaisons(roster)
    watched = {row.unit for row in roster if row.unit_kind in {UnitKind.DEPARTMENT, UnitKind.STREET}}
    assert sorted(one.unit for one in liaisons) == sorted(watched)
    of_bodies = {row.person_code for row in roster if row.unit_kind is UnitKind.DISPATCHED}
    assert len({one.person for one in liaisons} & of_bodies) == 12
    assert not sample_liaisons(sample_roster(units=1, posts=10, people=10))
