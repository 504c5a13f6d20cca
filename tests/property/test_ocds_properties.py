"""Whatever stands in a file of releases, it is read or refused; and releases come to the same in any order."""

import json
import random
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages.tenders.ocds.gathering import Gathered, gather
from messages.tenders.ocds.mapping import mapped
from messages.tenders.ocds.merging import merged, newest, standing, statement_of
from messages.tenders.ocds.reading import Found
from messages.tenders.ocds.spool import Spool
from messages.tenders.records import LONGEST_PART, LONGEST_REF, Told

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEYS = [
    *("ocid", "id", "date", "tag", "releases", "records", "compiledRelease", "data", "url", "buyer", "name", "parties"),
    *("roles", "tender", "tenderPeriod", "startDate", "endDate", "awards", "contracts", "milestones", "value"),
    *("amount", "status", "dateSigned", "period", "implementation", "documents", "documentType", "datePublished"),
    *("dueDate", "dateMet", "title", "code", "items", "classification", "awardID", "mainProcurementCategory"),
]
DATES = [
    "2026-05-01",
    "2026-05-01T24:00:00Z",
    "",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999+14:00",
    "\ud800",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([*DATES, "x" * 500, "\0", "ocds-a-1", "1e999999", "-5", "award", "compiled", "buyer", "opening"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=30,
)
QUICK = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def taken(content: bytes, folder: Path) -> list[Told]:
    file = folder / "file.json"
    file.write_bytes(content)
    with Spool() as spool:
        gather(file, spool, SHANGHAI, Gathered())
        return [mapped(merged(standing(some)), ref, SHANGHAI, newest(some)).told for ref, some in spool.matters()]


def can_be_kept(told: Told) -> bool:
    texts = [told.ref, told.title or "", told.buyer or "", told.method_said or "", *(fact.part for fact in told.facts)]
    parts = [(fact.milestone, fact.part) for fact in told.facts]
    return (
        all(text.isprintable() for text in texts)
        and len(told.ref) <= LONGEST_REF
        and all(len(fact.part) <= LONGEST_PART and fact.at.tzinfo is not None for fact in told.facts)
        and len(set(parts)) == len(parts)
    )


@QUICK
@given(value=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8), wrapped=st.booleans())
def test_whatever_a_release_holds_it_is_told_so_that_it_can_be_kept(
    value: dict[str, Any], tmp_path: Path, *, wrapped: bool
) -> None:
    release = {"ocid": "ocds-a-1", **value} if wrapped else value
    found = taken(json.dumps({"releases": [release]} if wrapped else release).encode(), tmp_path)
    assert all(can_be_kept(one) for one in found)


@QUICK
@given(value=VALUES, at=st.integers(0, 400), put=st.binary(max_size=6), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_whatever_bytes_a_file_has_it_is_read_or_refused(
    value: object, at: int, put: bytes, encoding: str, tmp_path: Path
) -> None:
    content = json.dumps([{"ocid": "ocds-a-1", "tender": value}, value]).encode(encoding)
    assert all(can_be_kept(one) for one in taken(content[:at] + put + content[at + len(put) :] + b" ", tmp_path))


RELEASES = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "date": st.sampled_from(["2026-01-01", "2026-01-01T10:00:00Z", "2026-01-01T10:00:00-05:00", "2026-02-01"]),
            "tag": st.sampled_from([["planning"], ["tender"], ["award"], ["compiled"], "contract", []]),
        },
        optional={
            "tender": st.fixed_dictionaries(
                {}, optional={"title": st.sampled_from(["a", "b", None]), "tenderPeriod": st.sampled_from(
                    [{"endDate": "2026-03-01"}, {"endDate": None}, {"startDate": "2026-02-01"}, None])}
            ),
            "awards": st.lists(
                st.fixed_dictionaries({"id": st.sampled_from(["1", "2"]), "date": st.sampled_from(DATES[:3])}),
                max_size=2,
            ),
        },
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: str(one["id"]),
)  # fmt: skip


@settings(max_examples=100)
@given(releases=RELEASES, seed=st.integers(0, 1000))
def test_releases_come_to_the_same_in_any_order(releases: list[dict[str, Any]], seed: int) -> None:
    def told(some: list[dict[str, Any]]) -> Told:
        compiled = [one["tag"] == ["compiled"] for one in some]
        found = (Found(ocid="o", body=one, compiled=whole) for one, whole in zip(some, compiled, strict=True))
        statements = [statement_of(one, SHANGHAI)[0] for one in found]
        return mapped(merged(standing(statements)), "o", SHANGHAI, newest(statements)).told

    shuffled = [*releases]
    random.Random(seed).shuffle(shuffled)
    assert told(shuffled) == told(releases)


@pytest.mark.parametrize("copies", [2, 3])
def test_a_matter_scattered_over_a_file_is_one(tmp_path: Path, copies: int) -> None:
    some = [{"ocid": f"ocds-{n % 7}", "id": str(n), "date": "2026-01-01"} for n in range(100)]
    assert len(taken(json.dumps(some * copies).encode(), tmp_path)) == 7
