"""Releases of several countries' shapes, and what they tell of a matter."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.ocds.instants import dated
from messages.tenders.ocds.mapping import Mapped, mapped
from messages.tenders.ocds.merging import merged, newest, standing, statement_of
from messages.tenders.ocds.reading import Found
from messages.tenders.ocds.words import milestone_called
from messages.tenders.records import MatterState, Method

SHANGHAI = ZoneInfo("Asia/Shanghai")


def told(*releases: dict[str, Any], compiled: bool = False, kind: MatterKind | None = None) -> Mapped:
    read = [
        statement_of(Found(ocid="ocds-x-1", body={"ocid": "ocds-x-1", **one}, compiled=compiled), SHANGHAI)
        for one in releases
    ]
    statements = [statement for statement, _ in read]
    found = mapped(merged(standing(statements)), "ocds-x-1", SHANGHAI, newest(statements), kind)
    return replace(found, remarks=(*(one for _, remarks in read for one in remarks), *found.remarks))


def dates(found: Mapped) -> dict[tuple[str, str], str]:
    return {
        (fact.milestone.value, fact.part): fact.at.date().isoformat() if fact.whole_day else fact.at.isoformat()
        for fact in found.told.facts
    }


UKRAINE = {
    "id": "r-1",
    "date": "2024-03-01T12:00:00.123456+02:00",
    "tag": ["compiled"],
    "buyer": {"id": "UA-EDR-1", "name": ""},
    "parties": [{"id": "UA-EDR-1", "name": "Міська рада", "roles": ["buyer", "procuringEntity"]}],
    "tender": {
        "id": "t",
        "title": "Капітальний ремонт",
        "status": "complete",
        "procurementMethod": "open",
        "procurementMethodDetails": "aboveThresholdUA",
        "mainProcurementCategory": "works",
        "value": {"amount": "1234567.10", "currency": "UAH"},
        "tenderPeriod": {"startDate": "2024-01-10T14:05:11.5+02:00", "endDate": "2024-02-01T10:00:00+02:00"},
        "enquiryPeriod": {"endDate": "2024-01-25T00:00:00+02:00"},
        "awardPeriod": {"startDate": "2024-02-02T11:30:00.000000001+0200", "endDate": None},
    },
    "awards": [
        {"id": "a1", "status": "unsuccessful", "date": "2024-02-05T10:00:00+02:00"},
        {"id": "a2", "status": "active", "date": "2024-02-08T10:00:00+02:00"},
    ],
    "contracts": [
        {
            "id": "c2",
            "awardID": "a2",
            "status": "active",
            "dateSigned": "2024-02-20T00:00:00+02:00",
            "period": {"startDate": "2024-02-20", "endDate": "2024-12-31"},
        }
    ],
}


def test_a_compiled_release_of_a_works_tender() -> None:
    found = told(UKRAINE, compiled=True)
    assert dates(found) == {
        ("documents_from", ""): "2024-01-10T20:05:11.500000+08:00",
        ("bid_deadline", ""): "2024-02-01T16:00:00+08:00",
        ("enquiries_until", ""): "2024-01-25T06:00:00+08:00",
        ("evaluation", ""): "2024-02-02T17:30:00+08:00",
        ("award_notice", "a2"): "2024-02-08T16:00:00+08:00",
        ("contract_signed", "a2"): "2024-02-20T06:00:00+08:00",
        ("acceptance", "a2"): "2024-12-31",
        ("planned_performance_from", "a2"): "2024-02-20",
    }
    said = found.told
    assert (said.kind, said.state, said.method) == (MatterKind.TENDER, MatterState.AWARDED, Method.OPEN)
    assert (said.title, said.buyer) == ("Капітальний ремонт", "Міська рада")
    assert (said.amount, said.currency, said.whole) == ("1234567.10", "UAH", True)
    assert said.released_at == datetime(2024, 3, 1, 10, 0, 0, 123456, UTC)
    assert not found.remarks


def test_a_release_of_the_first_version_of_the_standard() -> None:
    found = told(
        {
            "id": "1",
            "date": "2016-05-01",
            "tag": "tender",
            "buyer": [{"identifier": {"id": "9"}, "name": "Ministry of Works"}],
            "tender": {
                "description": "Laptops",
                "procurementMethod": "selective",
                "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "30213100"}}],
                "procuringEntity": {"name": "Procurement unit"},
                "tenderPeriod": {"startDate": "", "endDate": "2016-05-31T23:59:59Z"},
                "milestones": [
                    {"title": "Bid opening", "dueDate": "2016-06-01T02:00:00Z"},
                    {"title": "Clarification meeting", "dueDate": "2016-05-10", "dateMet": "2016-05-12"},
                ],
            },
            "awards": {"id": "7", "date": "2016-06-20", "value": {"amount": "5"}, "suppliers": {"name": "s"}},
        }
    )
    assert dates(found) == {
        ("bid_deadline", ""): "2016-06-01T07:59:59+08:00",
        ("opening", ""): "2016-06-01T10:00:00+08:00",
        ("clarified", ""): "2016-05-12",
        ("award_notice", "7"): "2016-06-20",
    }
    said = found.told
    assert (said.title, said.buyer, said.kind) == ("Laptops", "Ministry of Works", MatterKind.PROCUREMENT)
    assert (said.method, said.state) == (Method.INVITED, MatterState.AWARDED)


def test_what_was_opened_met_and_published() -> None:
    found = told(
        {
            "tender": {
                "datePublished": "2026-01-05",
                "bidOpening": {"date": "2026-02-01T09:00:00-03:00"},
                "documents": [{"id": "d", "documentType": "tenderNotice", "datePublished": "2026-01-04"}],
                "milestones": [{"id": "m", "code": "bidOpening", "dateMet": "2026-02-02T09:30:00-03:00"}],
            },
            "awards": [
                {
                    "id": "a",
                    "documents": [{"documentType": "awardNotice", "datePublished": "2026-03-01"}],
                    "contractPeriod": {"endDate": "2026-10-01"},
                },
                {"id": "b", "contractPeriod": {"endDate": "2026-10-02"}},
            ],
            "contracts": [
                {
                    "id": "c1",
                    "awardID": "a",
                    "dateSigned": "2026-03-10",
                    "period": {"endDate": "2026-12-01"},
                    "documents": [{"documentType": "contractSigned", "datePublished": "2026-03-12"}],
                    "implementation": {
                        "milestones": [
                            {"id": "1", "title": "Delivery", "type": "delivery", "dateMet": "2026-06-01"},
                            {"id": "2", "title": "Final acceptance", "dueDate": "2026-11-01"},
                            {"id": "3", "title": "Payment", "type": "financing", "dueDate": "2027-01-01"},
                        ]
                    },
                },
                {"id": "c2", "awardID": "a", "dateSigned": "2026-04-01"},
                {"id": "c3", "awardID": "a", "dateSigned": "2026-04-01", "status": "cancelled"},
            ],
        }
    )
    assert dates(found) == {
        ("announced", ""): "2026-01-05",
        ("opening", ""): "2026-02-02T20:30:00+08:00",
        ("award_published", "a"): "2026-03-01",
        ("contract_signed", "a"): "2026-03-10",
        ("contract_signed", "a/c2"): "2026-04-01",
        ("contract_published", "a"): "2026-03-12",
        ("acceptance", "a"): "2026-11-01",
        ("acceptance", "b"): "2026-10-02",
    }


def test_dates_that_cannot_be_read_are_remarked_on_and_not_known() -> None:
    found = told(
        {
            "date": "2026-01-01",
            "tender": {
                "tenderPeriod": {"startDate": "0001-01-01T00:00:00Z", "endDate": "soon"},
                "awardPeriod": {"startDate": "2026-05-02", "endDate": "2026-05-01"},
                "value": {"amount": "a lot"},
            },
        }
    )
    assert dates(found) == {("evaluation", ""): "2026-05-02", ("planned_award_until", ""): "2026-05-01"}
    assert [(one.ref, one.field, one.value) for one in found.remarks] == [
        ("ocds-x-1", "tender.tenderPeriod.startDate", "0001-01-01T00:00:00Z"),
        ("ocds-x-1", "tender.tenderPeriod.endDate", "soon"),
        ("ocds-x-1", "tender.value.amount", "a lot"),
        ("ocds-x-1", "tender.awardPeriod", "2026-05-02 – 2026-05-01"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01T09:30:00Z", "2026-05-01T09:30:00+00:00"),
        ("2026-05-01T09:30:00+0300", "2026-05-01T09:30:00+03:00"),
        ("2026-05-01T09:30:00-03", "2026-05-01T09:30:00-03:00"),
        ("2026-05-01 09:30", "2026-05-01T09:30:00+08:00"),
        ("2026-05-01t09:30:00.123456789+05:45", "2026-05-01T09:30:00.123456+05:45"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00+00:00"),
        ("2026-05-01T23:59:60Z", "2026-05-01T23:59:59+00:00"),
        ("20260501T093000Z", "2026-05-01T09:30:00+00:00"),
        (" 2026-5-1 ", "2026-05-01"),
        ("2026/05/01", "2026-05-01"),
        ("20260501", "2026-05-01"),
        ("2026-111", None),
        ("202631", None),
        ("2026-05/01", None),
        ("2026-02-30", None),
        ("2026-05-01T25:00:00Z", None),
        ("2026-05-01T10:00:00+25:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("9999-12-31T24:00:00Z", None),
        ("01/05/2026", None),
        ("2026-05", None),
        ("٢٠٢٦-05-01", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_shapes_that_publishers_write(text: str, expected: str | None) -> None:
    found = dated(text, SHANGHAI)
    assert (found and (found.at or found.day).isoformat()) == expected


@pytest.mark.parametrize(
    ("release", "state"),
    [
        ({"tender": {"status": "active"}}, MatterState.ACTIVE),
        ({"tender": {"status": "planned"}}, MatterState.PLANNED),
        ({"planning": {"project": "p"}, "tag": ["planning"]}, MatterState.PLANNED),
        ({"tender": {"status": "cancelled"}, "awards": [{"status": "active"}]}, MatterState.CANCELLED),
        ({"tender": {}, "tag": ["tenderCancellation"]}, MatterState.CANCELLED),
        ({"tender": {"status": "withdrawn"}}, MatterState.CANCELLED),
        ({"tender": {"status": "unsuccessful"}}, MatterState.UNSUCCESSFUL),
        ({"awards": [{"status": "unsuccessful"}, {"status": "unsuccessful"}]}, MatterState.UNSUCCESSFUL),
        ({"awards": [{"status": "pending"}]}, MatterState.ACTIVE),
        ({"awards": [{"status": "unsuccessful"}, {"status": "active"}]}, MatterState.AWARDED),
        ({"contracts": [{"status": "terminated"}, {"status": "cancelled"}]}, MatterState.COMPLETE),
        ({"contracts": [{"status": "terminated"}, {"status": "active"}]}, MatterState.AWARDED),
        ({"tender": {"status": "complete"}}, MatterState.AWARDED),
        ({}, MatterState.ACTIVE),
        ({"tender": {"status": "active", "lots": [{"status": "cancelled"}] * 2}}, MatterState.CANCELLED),
        ({"tender": {"lots": [{"status": "cancelled"}, {"status": "unsuccessful"}]}}, MatterState.UNSUCCESSFUL),
        ({"tender": {"lots": [{"status": "cancelled"}, {"status": "active"}]}}, MatterState.ACTIVE),
        ({"tender": {"lots": [{"status": "cancelled"}]}, "awards": [{"status": "active"}]}, MatterState.AWARDED),
    ],
)
def test_its_state_is_that_of_the_tender_else_of_awards_and_contracts(
    release: dict[str, Any], state: MatterState
) -> None:
    assert told(release).told.state is state


@pytest.mark.parametrize(
    ("code", "details", "method"),
    [
        ("open", "", Method.OPEN),
        ("limited", "Contratación directa", Method.SINGLE_SOURCE),
        ("direct", "", Method.SINGLE_SOURCE),
        ("selective", "竞争性磋商", Method.CONSULTATION),
        ("limited", "Request for Quotation", Method.INQUIRY),
        ("open", "Framework agreement", Method.FRAMEWORK),
        ("limited", "", Method.OTHER),
        ("Cerere a ofertelor de preţuri", "", Method.INQUIRY),
        ("", "", None),
    ],
)
def test_methods_are_told_by_codes_and_words(code: str, details: str, method: Method | None) -> None:
    assert told({"tender": {"procurementMethod": code, "procurementMethodDetails": details}}).told.method is method


def test_what_the_importer_says_it_is_goes_before_what_the_release_says() -> None:
    works = {"tender": {"mainProcurementCategory": "works"}, "awards": [{"id": "a", "datePublished": "2026-01-01"}]}
    assert (told(works).told.kind, told(works).told.kind_said) == (MatterKind.TENDER, False)
    bought = told(works, kind=MatterKind.PROCUREMENT)
    assert (bought.told.kind, bought.told.kind_said) == (MatterKind.PROCUREMENT, True)
    assert told({"tender": {}}).told.kind is None


def test_a_release_whose_fields_are_there_and_empty() -> None:
    nothing = {"id": "", "title": "", "url": "", "datePublished": "", "documentType": ""}
    found = told(
        {
            "date": "2017-01-03T00:00:00.000Z",
            "buyer": {"id": "5c", "name": "DETS  RÎŞCANI"},
            "tender": {
                "title": "Bulletin 1",
                "status": "Executarea contractului",
                "value": {"amount": "", "currency": ""},
                "tenderPeriod": {"startDate": "2017-01-03T00:00:00.000Z", "endDate": "2017-01-17T10:00:00.000Z"},
                "documents": [nothing, nothing],
                "milestones": [{"documents": {}}],
            },
            "awards": [
                {
                    "id": "award-1",
                    "status": "",
                    "date": "",
                    "value": {"amount": "203179.71", "currency": "mdl"},
                    "items": [{"id": "5", "classification": {"scheme": "CPV", "id": "45310000-3"}}],
                    "contractPeriod": {"startDate": "2017-02-14", "endDate": "2017-12-30"},
                }
            ],
            "contracts": [
                {
                    "id": "1",
                    "awardID": "award-1",
                    "status": "înregistrat(ă)",
                    "dateSigned": "2017-02-14T00:00:00.000Z",
                    "period": {"startDate": "2017-02-14", "endDate": "2017-12-31"},
                }
            ],
        }
    )
    assert dates(found) == {
        ("documents_from", ""): "2017-01-03T08:00:00+08:00",
        ("bid_deadline", ""): "2017-01-17T18:00:00+08:00",
        ("contract_signed", "award-1"): "2017-02-14T08:00:00+08:00",
        ("acceptance", "award-1"): "2017-12-31",
        ("planned_performance_from", "award-1"): "2017-02-14",
    }
    said = found.told
    assert (said.kind, said.state, said.buyer) == (MatterKind.TENDER, MatterState.AWARDED, "DETS RÎŞCANI")
    assert (said.amount, said.currency, found.remarks) == ("203179.71", "MDL", ())


def test_releases_come_to_the_same_in_whatever_order_they_are_known() -> None:
    first: dict[str, Any] = {
        "id": "1",
        "date": "2026-01-01T10:00:00+08:00",
        "tender": {"title": "a", "tenderPeriod": {"endDate": "2026-02-01", "startDate": "2026-01-01"}},
        "awards": [{"id": "x", "date": "2026-03-01"}],
    }
    moved = {  # later, though its text sorts before
        "id": "2",
        "date": "2026-01-01T03:00:00Z",
        "tender": {"tenderPeriod": {"endDate": "2026-02-10", "startDate": None}},
        "awards": [{"id": "y", "date": "2026-03-02"}],
    }
    award = {"id": "3", "date": "2026-03-01", "tag": ["award"], "awards": [{"id": "x", "status": "cancelled"}]}
    every: list[dict[str, Any]] = [first, moved, award]
    for order in itertools.permutations(every):
        found = told(*order)
        assert dates(found) == {("bid_deadline", ""): "2026-02-10", ("award_notice", "y"): "2026-03-02"}
        assert found.told.title == "a"


def test_what_was_compiled_takes_the_place_of_all_before_it() -> None:
    old = Found(ocid="o", body={"id": "1", "date": "2026-01-01", "tender": {"title": "old"}})
    whole = Found(ocid="o", body={"id": "c", "date": "2026-02-01", "awards": [{"id": "a"}]}, compiled=True)
    later = Found(ocid="o", body={"id": "2", "date": "2026-03-01", "language": "en", "buyer": {"name": "b"}})
    statements = [statement_of(one, SHANGHAI)[0] for one in (later, whole, old)]
    found = merged(standing(statements))
    assert ("tender" in found, found["awards"][0]["id"], found["buyer"]["name"]) == (False, "a", "b")


def test_only_null_takes_a_date_away() -> None:
    period = {"startDate": "2026-01-01", "endDate": "2026-02-01"}
    first = {"id": "1", "date": "2026-01-01", "tender": {"title": "a", "tenderPeriod": period}}

    def after(end: object) -> Mapped:
        tender = {"title": "", "tenderPeriod": {"startDate": "", "endDate": end}}
        return told(first, {"id": "2", "date": "2026-01-02", "tender": tender})

    for nothing in ("", " ", "soon", "0001-01-01", ["2026-03-01"], {"date": "2026-03-01"}, True):
        assert dates(after(nothing)) == {("documents_from", ""): "2026-01-01", ("bid_deadline", ""): "2026-02-01"}
        assert after(nothing).told.title == "a"
    assert dates(after(None)) == {("documents_from", ""): "2026-01-01"}
    for odd, shown in (("soon", "soon"), (["2026-03-01"], "[…]"), ({}, "{…}"), (True, "true")):
        assert [(one.field, one.value) for one in after(odd).remarks] == [("tender.tenderPeriod.endDate", shown)]


def test_one_id_in_one_list_is_one_object_and_the_same_without_one_as_well() -> None:
    award = {"id": "7", "status": "active", "date": "2026-03-01", "value": {"amount": "100", "currency": "COP"}}
    notice = {"documentType": "awardNotice", "datePublished": "2026-03-02"}
    nameless = {"status": "active", "dateSigned": "2026-03-09"}
    found = told(
        {
            "awards": [{**award, "status": "MARTHA", "documents": [notice]}, *[award] * 3],
            "contracts": [nameless, nameless],
        }
    )
    assert dates(found) == {
        ("award_notice", "7"): "2026-03-01",
        ("award_published", "7"): "2026-03-02",
        ("contract_signed", "7"): "2026-03-09",
    }
    assert (found.told.amount, found.told.state) == ("100", MatterState.AWARDED)


def test_a_contract_that_names_no_award_counts_for_those_that_no_contract_names() -> None:
    awards = [{"id": name, "date": "2026-03-01", "status": "active"} for name in ("a", "b", "c")]
    contracts = [
        {"id": "1", "awardID": "a", "dateSigned": "2026-03-05"},
        {"id": "2", "dateSigned": "2026-03-07"},
        {"id": "3", "awardID": "unheard of", "dateSigned": "2026-03-06"},
    ]
    signed = {
        part: day
        for (step, part), day in dates(told({"awards": awards, "contracts": contracts})).items()
        if step == "contract_signed"
    }
    assert signed == {"a": "2026-03-05", "b": "2026-03-06", "c": "2026-03-06", "2": "2026-03-07"}


def test_of_several_contracts_the_first_signed_is_that_by_the_clock() -> None:
    signed = {"late": "2026-03-03T23:00:00-11:00", "first": "2026-03-04T00:30:00+14:00", "next": "2026-03-03T12:00:00Z"}
    contracts = [{"id": name, "awardID": "a", "dateSigned": at} for name, at in signed.items()]
    found = told({"awards": [{"id": "a"}], "contracts": contracts})
    assert {part for _, part in dates(found)} == {"a", "a/next", "a/late"}
    assert dates(found)["contract_signed", "a"] == "2026-03-03T18:30:00+08:00"


def test_lots_have_the_period_of_a_tender_that_has_none() -> None:
    lots = [
        {"id": "1", "tenderPeriod": {"startDate": "2026-01-02T00:00:00Z", "endDate": "2026-02-01T12:00:00+08:00"}},
        {"id": "2", "tenderPeriod": {"startDate": "2026-01-01T23:00:00Z", "endDate": "2026-02-01T05:00:00Z"}},
        {"id": "3", "status": "cancelled", "tenderPeriod": {"endDate": "2026-09-01"}},
    ]
    assert dates(told({"tender": {"lots": lots}})) == {
        ("documents_from", ""): "2026-01-02T07:00:00+08:00",
        ("bid_deadline", ""): "2026-02-01T13:00:00+08:00",
    }
    own = {"tenderPeriod": {"endDate": "2026-03-01"}, "lots": lots}
    assert dates(told({"tender": own}))["bid_deadline", ""] == "2026-03-01"


def test_the_end_of_enquiries_is_a_step_of_its_own_and_clarifies_nothing() -> None:
    tender = {"enquiryPeriod": {"startDate": "2026-01-02", "endDate": "2026-01-20T17:00:00+08:00"}}
    assert dates(told({"tender": tender})) == {("enquiries_until", ""): "2026-01-20T17:00:00+08:00"}
    lots = [{"id": str(day), "enquiryPeriod": {"endDate": f"2026-01-{day}"}} for day in (20, 22, 21)]
    assert dates(told({"tender": {"lots": lots}})) == {("enquiries_until", ""): "2026-01-22"}
    milestones = [{"title": "Deadline for clarification requests", "dueDate": "2026-01-23"}]
    assert dates(told({"tender": {"milestones": milestones}})) == {("enquiries_until", ""): "2026-01-23"}


def test_until_when_objections_may_be_submitted_is_no_deadline_of_bids() -> None:
    titles = ("Deadline for the submission of objections", "Deadline for submission of tenders")
    for title, read in zip(titles, ({}, {("bid_deadline", ""): "2026-01-23"}), strict=True):
        assert dates(told({"tender": {"milestones": [{"title": title, "dueDate": "2026-01-23"}]}})) == read


def test_plans_are_told_as_plans_until_anything_better_is_known() -> None:
    tender = {
        "awardPeriod": {"startDate": "2026-02-01", "endDate": "2026-02-20"},
        "contractPeriod": {"startDate": "2026-03-01", "endDate": "2026-12-31"},
    }
    planned = {("planned_performance_from", ""): "2026-03-01", ("planned_performance_until", ""): "2026-12-31"}
    evaluated = {("evaluation", ""): "2026-02-01"}
    assert dates(told({"tender": tender})) == {**evaluated, ("planned_award_until", ""): "2026-02-20", **planned}
    awarded = {"tender": tender, "awards": [{"id": "a", "date": "2026-02-18"}]}
    assert dates(told(awarded)) == {**evaluated, ("award_notice", "a"): "2026-02-18", **planned}
    lost = {"tender": tender, "awards": [{"id": "a", "date": "2026-02-18", "status": "unsuccessful"}]}
    assert ("planned_award_until", "") in dates(told(lost))
    contract = {"id": "c", "awardID": "a", "period": {"startDate": "2026-03-04", "endDate": "2027-01-05"}}
    assert dates(told({"tender": {**tender, "awardPeriod": None}, "contracts": [contract]})) == {
        ("acceptance", "a"): "2027-01-05",
        ("planned_performance_from", "a"): "2026-03-04",
    }


def test_names_in_some_language_only_and_kinds_of_documents_in_any_spelling() -> None:
    notice = {"documentType": "Tender_Notice", "datePublished": "2026-01-04"}
    parties = [{"id": "B", "name_fr": "Agriculture et", "name_en": "Agriculture", "roles": ["buyer"]}]
    found = told(
        {
            "buyer": {"id": "B"},
            "parties": parties,
            "tender": {"title": "", "title_es": "Obra", "title_extended": "x", "documents": [notice]},
        }
    )
    assert (found.told.title, found.told.buyer) == ("Obra", "Agriculture")
    assert dates(found) == {("announced", ""): "2026-01-04"}
    legal = {"buyer": {"identifier": {"legalName": "Ministry"}}}
    assert told(legal).told.buyer == "Ministry"


@pytest.mark.parametrize(
    ("title", "step"),
    [
        ("Aceptación de servicio", Milestone.ACCEPTANCE),
        ("Abertura das propostas", Milestone.OPENING),
        ("Date of opening", Milestone.OPENING),
        ("Ouverture", Milestone.OPENING),
        ("Ouverture des plis", Milestone.OPENING),
        ("RECEPCION DE OFERTAS", Milestone.BID_DEADLINE),
        ("Роз’яснення", Milestone.CLARIFIED),
        ("Answers to enquiries", Milestone.CLARIFIED),
        ("资格预审文件异议答复", Milestone.PREQUALIFICATION_ANSWERED),
        ("Deadline for replies to objections to the pre-qualification", Milestone.PREQUALIFICATION_ANSWERED),
        ("资格预审文件异议截止", None),
        ("资格预审申请截止", Milestone.PREQUALIFICATION_DEADLINE),
        ("Pre-qualification deadline", Milestone.PREQUALIFICATION_DEADLINE),
        ("Closing date for enquiries", Milestone.ENQUIRIES_UNTIL),
        ("Fecha límite de consultas", Milestone.ENQUIRIES_UNTIL),
        ("Last date for acceptance of bids", Milestone.BID_DEADLINE),
        ("Приймання робіт", Milestone.ACCEPTANCE),
        ("Opening ceremony of the school", None),
        ("Reopening", None),
    ],
)
def test_steps_are_known_by_what_publishers_call_them(title: str, step: Milestone | None) -> None:
    assert milestone_called(title) is step
