"""What the service reports by itself, as pure decisions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from messages.notices import Category, NewNotice
from messages.official_days import OfficialDay
from messages.store.unreached import Admin, UnreachedHolder
from messages.text.rendering import Frame, Renderer
from schedules.policy import load
from schedules.reports import LISTED, calendar_requests, digest_instant, digests
from schedules.workdays import WorkCalendar
from tests.district import ZONE

POLICY = load()
CHINA = WorkCalendar("CN")
AT = datetime(2026, 9, 21, 9, 20, tzinfo=ZONE)


def holder(code: str, path: str, *posts: str) -> UnreachedHolder:
    return UnreachedHolder(
        person_code=code, name=f"姓名{code}", unit=f"单位{path}", path=path, posts=posts or ("岗位",), reason="blocked"
    )


def told(notices: list[NewNotice]) -> dict[str, list[str]]:
    """Whom each digest names, by the admin that it goes to."""
    found: dict[str, list[str]] = {}
    for notice in notices:
        people = notice.params["people"]
        assert isinstance(people, list)
        found[notice.audience] = [str(one["name"]) for one in people if isinstance(one, dict)]
    return found


# --- digests ----------------------------------------------------------------------------------------------------------


def test_a_digest_is_due_at_its_time_on_working_days_only() -> None:
    assert digest_instant(CHINA, POLICY, ZONE, AT) == AT
    assert digest_instant(CHINA, POLICY, ZONE, AT + timedelta(hours=5)) == AT
    assert digest_instant(CHINA, POLICY, ZONE, AT - timedelta(seconds=1)) is None
    assert digest_instant(CHINA, POLICY, ZONE, datetime(2026, 9, 26, 12, 0, tzinfo=ZONE)) is None  # 中秋节
    assert digest_instant(CHINA, POLICY, ZONE, datetime(2026, 9, 20, 12, 0, tzinfo=ZONE)) is not None  # 调休上班


def test_the_day_is_the_offices_not_that_of_the_machine() -> None:
    evening = datetime(2026, 9, 20, 23, 0, tzinfo=UTC)  # already Monday morning in the office, before the time
    assert digest_instant(CHINA, POLICY, ZONE, evening) is None


def test_each_admin_is_told_of_the_units_that_the_admin_looks_after() -> None:
    admins = [Admin(person_code="X", path="/1/2/"), Admin(person_code="Y", path="/1/3/")]
    found = digests([holder("a", "/1/2/"), holder("b", "/1/3/"), holder("c", "/1/2/9/")], admins, AT, ZONE)
    assert told(found) == {'person:"X"': ["姓名a", "姓名c"], 'person:"Y"': ["姓名b"]}


def test_a_unit_without_admins_is_told_to_the_nearest_above() -> None:
    admins = [Admin(person_code="TOP", path="/1/"), Admin(person_code="X", path="/1/2/")]
    found = digests([holder("a", "/1/3/4/"), holder("b", "/1/2/5/6/")], admins, AT, ZONE)
    assert told(found) == {'person:"TOP"': ["姓名a"], 'person:"X"': ["姓名b"]}


def test_a_unit_whose_number_only_begins_alike_is_not_below() -> None:
    admins = [Admin(person_code="TOP", path="/1/"), Admin(person_code="X", path="/1/2/")]
    assert told(digests([holder("a", "/1/21/")], admins, AT, ZONE)) == {'person:"TOP"': ["姓名a"]}


def test_several_admins_of_one_unit_are_all_told() -> None:
    admins = [Admin(person_code=code, path="/1/") for code in "XY"]
    assert list(told(digests([holder("a", "/1/")], admins, AT, ZONE))) == ['person:"X"', 'person:"Y"']


def test_where_there_is_nobody_to_tell_or_nothing_to_say_there_is_no_digest() -> None:
    assert digests([holder("a", "/1/")], [], AT, ZONE) == []
    assert digests([], [Admin(person_code="X", path="/1/")], AT, ZONE) == []


def test_a_long_digest_names_some_and_counts_all_people_once(renderer: Renderer) -> None:
    holders = [holder(f"{n}", "/1/2/") for n in range(LISTED + 5)] + [holder("0", "/1/3/")]
    (digest,) = digests(holders, [Admin(person_code="X", path="/1/")], AT, ZONE)
    assert len(told([digest])['person:"X"']) == LISTED
    assert digest.params["total"] == LISTED + 5
    text = renderer.notice(digest.template, "zh_CN", digest.params, Frame(title=None))
    assert "姓名0" in text
    assert len(text) < 4096


def test_a_digest_is_one_of_its_day_for_its_admin_and_of_no_use_after_it() -> None:
    (digest,) = digests([holder("a", "/1/", "甲岗", "乙岗")], [Admin(person_code="X Y", path="/1/")], AT, ZONE)
    assert digest.key == "digest:unreachable:2026-09-21:X Y"
    assert (digest.category, digest.audience) == (Category.REPORT, 'person:"X Y"')
    assert digest.expires_at == datetime(2026, 9, 22, 0, 0, tzinfo=ZONE)
    assert not digest.acknowledge


# --- requests for official days ---------------------------------------------------------------------------------------


def asked(since: datetime, until: datetime, calendar: WorkCalendar = CHINA) -> list[tuple[str, datetime]]:
    requests = calendar_requests(calendar, POLICY, ZONE, since=since, until=until)
    return [(request.key, request.send_at) for request in requests]


def test_next_years_days_are_asked_for_on_the_first_working_day_of_each_week_from_november_on() -> None:
    found = asked(datetime(2026, 10, 20, tzinfo=ZONE), datetime(2026, 11, 17, tzinfo=ZONE))
    assert [at.date() for _, at in found] == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert [key for key, _ in found] == [f"calendar:2027:missing:2026-W{week}" for week in (45, 46, 47)]


def test_a_week_that_begins_with_days_off_is_asked_in_on_its_first_working_day() -> None:
    found = asked(datetime(2027, 1, 31, tzinfo=ZONE), datetime(2027, 2, 28, tzinfo=ZONE))
    assert all(CHINA.is_workday(at.date()) for _, at in found)
    assert len({key for key, _ in found}) == len(found) >= 3


def test_the_present_year_is_asked_for_as_long_as_it_is_not_known() -> None:
    found = asked(datetime(2027, 3, 1, tzinfo=ZONE), datetime(2027, 3, 9, tzinfo=ZONE))
    assert [key.partition(":missing")[0] for key, _ in found] == ["calendar:2027"] * 2


def test_once_the_year_is_known_nobody_is_asked() -> None:
    day = OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True)
    known = WorkCalendar("CN", {day.date: day})
    assert asked(datetime(2026, 10, 20, tzinfo=ZONE), datetime(2026, 12, 20, tzinfo=ZONE), known) == []


@pytest.mark.parametrize("country", ["DE", "US"])
def test_other_countries_need_no_official_notice(country: str) -> None:
    start = datetime(2026, 10, 20, tzinfo=ZONE)
    assert asked(start, start + timedelta(days=60), WorkCalendar(country)) == []


def test_a_pass_takes_up_where_the_last_one_ended() -> None:
    at = datetime(2026, 11, 2, 9, 20, tzinfo=ZONE)
    assert asked(at - timedelta(days=1), at - timedelta(seconds=1)) == []
    assert len(asked(at - timedelta(seconds=1), at)) == 1
    assert asked(at, at + timedelta(hours=1)) == []
