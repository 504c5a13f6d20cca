"""When a source of matters is looked at again, and what is made of what its server says."""

import codecs
from datetime import UTC, datetime, timedelta

import pytest

from schedules.tenders.polling import Failed, Trouble, asked_for, ending_of, kept_date, kept_etag, next_look

NOW = datetime(2026, 9, 21, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def test_a_source_that_answers_is_looked_at_as_often_as_the_policy_says() -> None:
    assert next_look(QUARTER, NOW, 0) == NOW + QUARTER


def test_one_that_fails_is_asked_soon_and_then_ever_later_up_to_a_limit() -> None:
    waits = [next_look(QUARTER, NOW, failures) - NOW for failures in (1, 2, 3, 9, 50)]
    assert waits == [*(timedelta(minutes=minutes) for minutes in (1, 2, 4, 256)), timedelta(hours=6)]


def test_one_that_is_looked_at_seldom_is_not_asked_more_often_because_it_fails() -> None:
    assert next_look(timedelta(days=2), NOW, 50) <= NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("header", "at"),
    [
        ("120", NOW + timedelta(minutes=2)),
        ("Mon, 21 Sep 2026 11:00:00 GMT", NOW + timedelta(hours=2)),
        ("Mon, 21 Sep 2026 11:00:00", NOW + timedelta(hours=2)),
        ("99999999999999999999999", NOW + timedelta(days=1)),
        ("soon", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Mon, 21 Sep 99999 11:00:00 GMT", None),
        ("Mon, 21 Sep 2026 11:00:00 +99999999999999999999", None),
        ("-5", None),
        ("²", None),
        (None, None),
    ],
)
def test_a_server_may_say_when_it_wants_to_be_asked(header: str | None, at: datetime | None) -> None:
    assert asked_for(header, NOW) == at


@pytest.mark.parametrize("mark", ["ü", "\udcff", "a\x00", "a\nb", "x" * 301, "", None])
def test_marks_that_can_be_neither_kept_nor_sent_are_let_go(mark: str | None) -> None:
    assert (kept_etag(mark), kept_date(mark)) == (None, None)
    assert kept_etag('W/"a b"') == 'W/"a b"'


def test_what_a_server_asks_for_is_kept_but_no_longer_than_a_day() -> None:
    assert next_look(QUARTER, NOW, 1, NOW + timedelta(hours=2)) == NOW + timedelta(hours=2)
    assert next_look(QUARTER, NOW, 1, NOW + timedelta(days=400)) == NOW + timedelta(days=1)
    assert next_look(QUARTER, NOW, 1, NOW - timedelta(days=1)) == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (b'\xef\xbb\xbf {"releases"', ".json"),
        (b"\n[", ".json"),
        (b"PK\x03\x04", ".xlsx"),
        (b"\x1f\x8b\x08", ".json.gz"),
        ("项目编号,".encode("gb18030"), ".csv"),
        ('{"releases"'.encode("utf-16"), ".json"),
        (codecs.BOM_UTF16_BE + "实施单位\t".encode("utf-16-be"), ".csv"),  # its first character begins with a "["
        (b" <!DOCTYPE html>", None),
        (b"", None),
    ],
)
def test_what_comes_is_known_by_how_it_begins(head: bytes, ending: str | None) -> None:
    assert ending_of(head) == ending


@pytest.mark.parametrize(("status", "passes"), [(503, True), (429, True), (500, True), (404, False), (401, False)])
def test_what_may_pass_is_told_from_what_somebody_has_to_mend(status: int, passes: bool) -> None:  # noqa: FBT001
    assert Failed(trouble=Trouble.STATUS, status=status).passes is passes
