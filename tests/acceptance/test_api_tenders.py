"""Another system tells of tenders and looks at them, as far as its token and the token's person may."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.web.api.matters import MOST_BYTES
from messages.errors import Refused
from messages.store.database import Database
from tests.interface import Caller, Said, calling

TENDER: Mapping[str, Any] = {
    "ref": "ZB/2026-018",
    "kind": "tender",
    "title": "滨河路改造工程",
    "buyer": "财政局",
    "method": "open",
    "amount": 1200000.5,
    "state": "active",
    "milestones": [
        {"kind": "documents_from", "at": "2026-09-22"},
        {"kind": "bid_deadline", "at": "2026-10-04T09:30:00"},
        {"kind": "opening", "at": "2026-10-04T01:30:00Z"},
        {"kind": "contract_signed", "at": "2026-11-20", "part": "A"},
    ],
    "posts": {"opening": ["PH"], "all": ["PC"]},
}


async def _tell(caller: Caller, token: str, data: Mapping[str, Any] = TENDER, **headers: str) -> Said:
    return await caller.ask("POST", "/tenders", token, data=data, **headers)


def _one(said: Said, kind: str) -> Any:  # noqa: ANN401 -- as JSON has it
    return next(one for one in said.body["milestones"] if one["kind"] == kind)


async def test_a_matter_is_told_and_shown_with_its_limits_and_what_breaks_them(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        said = await _tell(caller, token)
        assert (said.status, said.headers["Location"]) == (201, "/api/v1/tenders/ZB%2F2026-018")
        assert {name: said.body[name] for name in ("ocid", "unit", "kind", "state", "amount", "currency")} == {
            "ocid": "ZB/2026-018",
            "unit": "财政局",
            "kind": "tender",
            "state": "active",
            "amount": "1200000.50",
            "currency": "CNY",
        }
        assert said.body["posts"] == {"opening": ["PH"], "all": ["PC"]}
        (broken,) = [one for one in said.body["breaches"] if one["kind"] == "bid_deadline"]
        assert (broken["at"], broken["due"], broken["article"]) == ("2026-10-04T09:30:00+08:00", "2026-10-12", "B24")
        assert broken["basis"] == "《招标投标法》第二十四条"
        assert (broken["state"], broken["earliest"], broken["whole_day"]) == ("broken", True, False)
        issued = _one(said, "documents_from")
        assert (issued["at"], issued["whole_day"]) == ("2026-09-22T00:00:00+08:00", True)
        assert _one(said, "contract_signed")["part"] == "A"
        shown = await caller.ask("GET", said.headers["Location"].removeprefix("/api/v1"), token)
        assert (shown.status, shown.body) == (200, said.body)
        assert caller.woken


async def test_the_same_again_changes_nothing_and_what_is_not_named_stays(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        first = await _tell(caller, token)
        again = await _tell(caller, token)
        assert (again.status, again.body) == (200, first.body)
        moved = {**TENDER, "milestones": [{"kind": "opening", "at": "2026-10-20T09:30:00"}]}
        changed = await _tell(caller, token, moved)
        assert (changed.status, changed.body["version"]) == (200, first.body["version"] + 1)
        assert _one(changed, "opening")["at"] == "2026-10-20T09:30:00+08:00"
        assert _one(changed, "bid_deadline")["at"] == "2026-10-04T09:30:00+08:00"
        whole = await _tell(caller, token, {**moved, "whole": True})
        assert [one["kind"] for one in whole.body["milestones"] if one["at"]] == ["opening"]
        by_ocid = {"ocid" if name == "ref" else name: value for name, value in moved.items()}
        assert (await _tell(caller, token, by_ocid)).body["ocid"] == TENDER["ref"]


async def test_a_request_that_comes_again_is_answered_the_same_and_makes_one_matter(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        both = await asyncio.gather(*(_tell(caller, token, Idempotency_Key="k-1") for _ in range(4)))
        assert [(said.status, said.body) for said in both] == [(201, both[0].body)] * 4
        assert (await _tell(caller, token, {**TENDER, "title": "另一个"})).status == 200
        again = await _tell(caller, token, Idempotency_Key="k-1")
        assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, both[0].body, "true")
        other = await _tell(caller, token, {**TENDER, "title": "第三个"}, Idempotency_Key="k-1")
        assert other.status == 409
        listed = await caller.ask("GET", "/tenders", token)
        assert [(one["ocid"], one["title"]) for one in listed.body["matters"]] == [(TENDER["ref"], "另一个")]


async def test_a_system_tells_and_sees_only_what_its_person_may(db: Database) -> None:
    async with calling(db) as caller:
        mine, other = await caller.token("C"), await caller.token("D")
        assert (await _tell(caller, mine)).status == 201
        assert (await _tell(caller, other)).status == 403
        assert (await _tell(caller, other, {**TENDER, "buyer": "教育局"})).status == 403
        hidden, missing = [await caller.ask("GET", f"/tenders/{ref}", other) for ref in ("ZB%2F2026-018", "nothing")]
        assert (hidden.status, hidden.body) == (404, missing.body)
        assert (await caller.ask("GET", "/tenders", other)).body["total"] == 0
        assert await caller.office.events("act_refused")
        read, write = await caller.token(scopes="tenders:read"), await caller.token(scopes="tenders:write")
        assert (await _tell(caller, read)).status == 403
        assert (await caller.ask("GET", "/tenders", write)).status == 403
        with pytest.raises(Refused):
            await caller.token("H", scopes="tenders:write")


async def test_matters_are_listed_by_state_and_kind(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        for ref, kind, state in (("1", "tender", "active"), ("2", "procurement", "active"), ("3", "tender", "planned")):
            plain = {"ref": ref, "kind": kind, "title": "题", "buyer": "财政局", "state": state}
            assert (await _tell(caller, token, plain)).status == 201
        for query, refs in (
            *(("", {"1", "2", "3"}), ("?state=active", {"1", "2"}), ("?kind=tender&state=active", {"1"})),
        ):
            listed = await caller.ask("GET", f"/tenders{query}", token)
            assert {one["ocid"] for one in listed.body["matters"]} == refs
        assert (await caller.ask("GET", "/tenders?state=gone", token)).faults == [("state", "gone")]


@pytest.mark.parametrize(
    ("given", "status", "faults"),
    [
        ({"title": "", "colour": 1}, 422, [("title", ""), ("colour", "1")]),
        ({"milestones": [{"kind": "opening", "at": "10.12"}]}, 422, [("milestones.0.at", "10.12")]),
        ({"milestones": [{"kind": "opening", "at": "2026-02-30"}]}, 422, [("milestones.0.at", "2026-02-30")]),
        ({"milestones": [{"kind": "party", "at": "2026-10-12"}]}, 422, [("milestones.0.kind", "party")]),
        ({"posts": {"party": ["PH"]}}, 422, [("posts", None)]),
        ({"amount": -1}, 422, [("amount", "-1")]),
        ({"amount": "much"}, 422, [("amount", "much")]),
        ({"amount": 0.1234567}, 422, [("amount", "0.1234567")]),
        ({"milestones": [{"kind": "examination", "at": "2026-10-12"}]}, 409, [("milestones.0.kind", "examination")]),
        ({"milestones": [{"kind": "opening", "at": "2026-10-12"}] * 2}, 409, [("milestones.1.kind", "opening")]),
        ({"posts": {"opening": ["nobody"]}}, 409, [("posts", "nobody")]),
        ({"unit": "无此单位"}, 409, [("unit", "无此单位")]),
        ({"title": " "}, 409, [("title", None)]),
    ],
)
async def test_each_fault_names_its_field_and_nothing_is_taken(
    sqlite_db: Database, given: dict[str, Any], status: int, faults: list[tuple[str, str | None]]
) -> None:
    async with calling(sqlite_db) as caller:
        token = await caller.token()
        said = await _tell(caller, token, {**TENDER, **given})
        assert (said.status, said.faults) == (status, faults)
        assert (await caller.ask("GET", "/tenders", token)).body["total"] == 0


async def test_a_date_before_our_time_and_one_too_large_body_are_refused(sqlite_db: Database) -> None:
    async with calling(sqlite_db) as caller:
        token = await caller.token()
        early = await _tell(caller, token, {**TENDER, "milestones": [{"kind": "opening", "at": "0001-01-01"}]})
        assert (early.status, early.faults) == (409, [("milestones.0.at", "0001-01-01")])
        assert (await _tell(caller, token, {**TENDER, "title": "长" * MOST_BYTES})).status == 413
        for ref in ("%00", "x" * 121):
            assert (await caller.ask("GET", f"/tenders/{ref}", token)).status == 404
