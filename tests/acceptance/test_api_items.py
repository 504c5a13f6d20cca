"""Another system submits items and looks at them, as far as its token and the token's person may."""

import asyncio
import json
from base64 import b64encode

import aiohttp
import pytest
import structlog
from sqlalchemy import select, update
from yarl import URL

from bot.web.api.door import MOST_BYTES
from messages import api_tokens
from messages.file_types import MOST_FILE_BYTES
from messages.files import Attachment, FileKind
from messages.items.kinds import KINDS
from messages.store import tables
from messages.store.database import Database
from schedules.policy import load
from tests.enclosures import png
from tests.interface import CAUTION, REMINDER, calling
from tests.service import Founding

PROBLEM = "application/problem+json"


def _file(name: str, kind: str, content: bytes) -> dict[str, str]:
    return {"name": name, "type": kind, "content": b64encode(content).decode()}


async def _kept(db: Database) -> list[tuple[str, str, bytes]]:
    query = select(tables.files.c.name, tables.files.c.mime, tables.files.c.content).order_by(tables.files.c.id)
    async with db.reading() as conn:
        return [(row.name, row.mime, row.content) for row in await conn.execute(query)]


async def test_an_item_is_submitted_and_shown_with_its_last_day(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        said = await caller.submit(token, {**CAUTION, "ref": "CZ-1"})
        assert (said.status, said.headers["Location"]) == (201, f"/api/v1/items/{said.body['id']}")
        assert said.body["state"] == "submitted"
        assert (said.body["due"], said.body["due_at"]) == ("2026-09-29", "2026-09-30T00:00:00+08:00")
        assert (said.body["timely"], said.body["text"], said.body["category"]) == (True, CAUTION["text"], "caution")
        assert (await caller.submit(token, {**CAUTION, "ref": "CZ-1"})).status == 200
        graded = await caller.submit(token, REMINDER)
        assert (graded.body["grade"], graded.body["posts"], graded.body["ref"]) == ("blue", ["PH"], None)

        listed = (await caller.ask("GET", "/items?size=1&page=2", token)).body
        assert (listed["page"], listed["pages"], listed["total"]) == (2, 2, 2)
        assert listed["items"] == [said.body]
        assert (await caller.ask("GET", f"/items/{said.body['id']}", token)).body == said.body


async def test_a_request_that_comes_again_is_answered_the_same_and_makes_one_item(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        both = await asyncio.gather(*(caller.submit(token, Idempotency_Key="k-1") for _ in range(8)))
        assert [(said.status, said.body) for said in both] == [(201, both[0].body)] * 8
        again = await caller.submit(token, Idempotency_Key="k-1")
        assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, both[0].body, "true")
        other = await caller.submit(token, REMINDER, Idempotency_Key="k-1")
        assert (other.status, other.type) == (409, PROBLEM)
        assert (await caller.submit(token, Idempotency_Key="k-2")).body["id"] != again.body["id"]
        assert (await caller.submit(token, Idempotency_Key="ключ")).status == 422
        assert (await caller.ask("GET", "/items", token)).body["total"] == 2


@pytest.mark.parametrize("refs", [(), ("a", "b")])
async def test_of_two_bodies_that_come_at_once_with_one_key_one_is_taken(db: Database, refs: tuple[str, ...]) -> None:
    named = [{"ref": ref} for ref in refs] or [{}, {}]
    async with calling(db) as caller:
        token = await caller.token()
        bodies = [{**given, **name} for given, name in zip((CAUTION, REMINDER), named, strict=True)]
        said = await asyncio.gather(*(caller.submit(token, body, Idempotency_Key="k") for body in bodies * 2))
        assert sorted(one.status for one in said) == [201, 201, 409, 409]
        assert {one.body["detail"] for one in said if one.status == 409} == {
            "该键此前已随其他内容使用过，请换用新的键。"
        }
        assert (await caller.ask("GET", "/items", token)).body["total"] == 1
        assert [body["by"] for _, body in await caller.office.events("item_submitted")] == ["token:1"]


async def test_a_token_opens_only_what_it_is_good_for_and_only_while_it_is(db: Database) -> None:
    async with calling(db) as caller:
        read, submit = await caller.token(scopes="items:read"), await caller.token(scopes="items:submit", days=1)
        assert (await caller.submit(read)).status == 403
        assert (await caller.ask("GET", "/items", submit)).status == 403
        assert (await caller.submit(submit)).status == 201
        for bad in (None, "", "lx_" + "A" * 43, submit[:-1]):
            said = await caller.ask("GET", "/items", bad)
            assert (said.status, said.type, said.headers["WWW-Authenticate"]) == (
                401,
                PROBLEM,
                'Bearer realm="lianxun"',
            )
        caller.later(days=1)
        assert (await caller.submit(submit)).status == 401
        kept = await api_tokens.issued(db, None, caller.clock.now())
        await api_tokens.revoke(db, None, kept[1].id, caller.clock.now())
        assert (await caller.ask("GET", "/items", read)).status == 401


async def test_whoever_lost_the_role_submits_no_more(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        mine = tables.roles.c.person_id == caller.office.id("C")
        async with db.writing() as conn:
            await conn.execute(update(tables.roles).where(mine).values(ended_at=caller.clock.now()))
        assert (await caller.submit(token)).status == 403
        assert await caller.office.events("act_refused")


async def test_an_item_of_another_bureau_is_not_told_from_one_that_is_not_there(db: Database) -> None:
    async with calling(db) as caller:
        mine = (await caller.submit(await caller.token("C"))).body["id"]
        other = await caller.token("D")
        hidden, missing = [await caller.ask("GET", f"/items/{item}", other) for item in (mine, 99)]
        assert (hidden.status, hidden.body["detail"]) == (404, missing.body["detail"])
        assert [body["item"] for _, body in await caller.office.events("act_refused")] == [mine]
        assert (await caller.ask("GET", "/items", other)).body["total"] == 0
        assert (await caller.submit(other)).faults == [("audience", "unit:财政局")]


async def test_what_is_described_are_the_kinds_of_each_category(sqlite_db: Database) -> None:
    async with calling(sqlite_db) as caller:
        described = (await caller.ask("GET", "/openapi.json")).body
    shapes = described["components"]["schemas"]
    given = {"Caution": "caution", "Reminder": "reminder", "Prompt": "prompt", "Study": "study"}
    kinds = {category: shapes[f"{name}Given"]["properties"]["kind"]["enum"] for name, category in given.items()}
    assert kinds == {category.value: [*kinds] for category, kinds in KINDS.items()}


async def test_files_come_in_with_their_item_and_are_kept_once(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        given = [_file("../照片.png", "image/png", png()), _file("纪要.txt", "text/plain", b"x")]
        for title in ("一", "二"):
            said = await caller.submit(token, {**CAUTION, "title": title, "ref": title, "attachments": given})
            assert said.status == 201
        again = await caller.submit(token, {**CAUTION, "title": "二", "ref": "二", "attachments": given})
        picture = {"name": "照片.png", "type": "image/png", "size": len(png())}
        assert (again.status, again.body["attachments"]) == (
            200,
            [picture, {"name": "纪要.txt", "type": "text/plain", "size": 1}],
        )
        assert (await caller.ask("GET", f"/items/{again.body['id']}", token)).body == again.body
        assert (await caller.ask("GET", "/items?size=1", token)).body["items"] == [again.body]
        other = {**CAUTION, "title": "二", "ref": "二", "attachments": given[:1]}
        assert (await caller.submit(token, other)).faults == [("ref", "二")]
        page = await caller.office.items.mine(caller.office.id("C"), 1, caller.clock.now())
        assert {item.given.attachments for item in page.items} == {
            (Attachment(file=1, kind=FileKind.PHOTO), Attachment(file=2, kind=FileKind.DOCUMENT))
        }
        assert await _kept(db) == [("照片.png", "image/png", png()), ("纪要.txt", "text/plain", b"x")]


@pytest.mark.parametrize(
    ("files", "status", "field"),
    [
        ([("a.exe", "application/x-msdownload", b"MZ")], 422, "attachments.0.type"),
        ([("a.png", "image/png", png()), ("b.png", "image/png", b"MZ")], 409, "attachments.1.content"),
        ([("a.txt", "text/plain", b"x")] * 11, 422, "attachments"),
        ([("a.txt", "text/plain", b"x" * (MOST_FILE_BYTES + 1))], 413, "attachments.0.content"),
        ([("a.txt", "text/plain", b"x" * MOST_FILE_BYTES)] * 2 + [("b.txt", "text/plain", b"x")], 413, "attachments"),
    ],
)
async def test_files_beyond_what_is_accepted_are_refused_with_their_item(
    sqlite_db: Database, files: list[tuple[str, str, bytes]], status: int, field: str
) -> None:
    async with calling(sqlite_db) as caller:
        given = [_file(*one) for one in files]
        said = await caller.submit(await caller.token(), {**CAUTION, "attachments": given})
        assert (said.status, said.type, [place for place, _ in said.faults]) == (status, PROBLEM, [field])
        assert await _kept(sqlite_db) == []


async def test_of_an_item_that_is_not_taken_no_file_is_kept(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        assert (await caller.submit(token, {**CAUTION, "ref": "n"})).status == 201
        given = {"attachments": [_file("a.txt", "text/plain", b"x")]}
        assert (await caller.submit(token, {**CAUTION, **given, "ref": "n"})).status == 409
        wrong = {**given, "attachments": [{**given["attachments"][0], "content": "x+"}]}
        assert (await caller.submit(token, {**CAUTION, **wrong})).faults == [("attachments.0.content", None)]
        assert await _kept(db) == []


async def test_each_fault_names_its_field_and_what_is_accepted(db: Database) -> None:
    async with calling(db) as caller:
        token = await caller.token()
        wrong = {
            **REMINDER,
            "title": "",
            "text": "\0",
            "date": "18.9.2026",
            "colour": 1,
            "posts": [2],
            "grade": "green",
        }
        said = await caller.submit(token, wrong)
        assert (said.status, said.type) == (422, PROBLEM)
        assert sorted(field for field, _ in said.faults if field) == [
            *("colour", "date", "grade", "posts.0", "text", "title"),
        ]
        assert (await caller.submit(token, {**CAUTION, "kind": "party"})).faults == [("kind", None)]
        both = await caller.submit(token, {**CAUTION, "kind": "party", "title": ""})
        assert both.faults == [("kind", None), ("title", "")]
        assert (await caller.submit(token, {**CAUTION, "category": "study"})).faults == [("category", "study")]
        assert (await caller.submit(token, {"kind": "audit", "title": "题", "text": "文"})).faults == [
            *(("date", None), ("audience", None)),
        ]
        absent = await caller.submit(token, {**REMINDER, "posts": ["PH", "NONE"]})
        assert (absent.status, absent.faults) == (409, [("posts", "NONE")])
        assert absent.body["detail"] == "输入未被接受。"


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"title": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/json; charset=gbk", 415),
        (b" " * (MOST_BYTES + 1), "application/json", 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(sqlite_db: Database, data: bytes, kind: str, status: int) -> None:
    async with calling(sqlite_db) as caller:
        said = await caller.ask("POST", "/items", await caller.token(), data=data, content_type=kind)
        assert (said.status, said.type, said.body["status"]) == (status, PROBLEM, status)


async def test_a_name_that_stands_twice_is_refused_and_not_guessed_at(sqlite_db: Database) -> None:
    """A body in which a field stood twice was read as the last one of them."""
    async with calling(sqlite_db) as caller:
        token = await caller.token()
        whole = json.dumps({**CAUTION, "attachments": [_file("a.txt", "text/plain", b"x")]})
        for given, name in [
            ('"title": "甲"', "title"),
            ('"ti\\u0074le": "甲"', "title"),
            ('"attachments": []', "attachments"),
        ]:
            twice = f"{whole[:-1]}, {given}}}".encode()
            said = await caller.ask("POST", "/items", token, data=twice, content_type="application/json")
            assert (said.status, said.faults) == (422, [(name, None)])
        within = whole.replace('"name": "a.txt"', '"name": "a.txt", "name": "b.txt"').encode()
        said = await caller.ask("POST", "/items", token, data=within, content_type="application/json")
        assert (said.status, said.faults) == (422, [("name", None)])
        assert (await caller.ask("GET", "/items", token)).body["total"] == 0
        assert caller.woken == []


async def test_what_comes_in_is_told_of_at_once(sqlite_db: Database) -> None:
    """Whoever approves an item of another system got the card at the next sweep only."""
    async with calling(sqlite_db) as caller:
        token = await caller.token()
        assert (await caller.submit(token)).status == 201
        assert len(caller.woken) == 1


async def test_what_is_not_there_is_a_problem_too(sqlite_db: Database) -> None:
    async with calling(sqlite_db) as caller:
        token = await caller.token()
        assert (await caller.submit(token, Content_Encoding="gzip")).status in {400, 415}
        for method, path, status in [
            ("DELETE", "/items", 405),
            ("HEAD", "/items", 405),
            ("GET", "/nothing", 404),
            ("GET", "/items/x", 404),
            ("GET", "/items?page=0", 422),
            ("GET", "/items?page=1&page=2", 422),
            ("GET", "/items?all=1", 422),
        ]:
            assert (await caller.ask(method, path, token)).status == status, (method, path)
        allowed = (await caller.ask("DELETE", "/items", token)).headers["Allow"]
        assert allowed.replace(" ", "").split(",") == ["GET", "POST"]


async def test_who_asks_too_often_waits(sqlite_db: Database) -> None:
    policy = load()
    few = policy.model_copy(update={"interface": policy.interface.model_copy(update={"requests_a_minute": 2})})
    async with calling(sqlite_db, few) as caller:
        first, other = await caller.token("C"), await caller.token("D")
        statuses = [(await caller.ask("GET", "/items", first)).status for _ in range(3)]
        assert statuses == [200, 200, 429]
        said = await caller.ask("GET", "/items", first)
        assert 1 <= int(said.headers["Retry-After"]) <= 60
        assert (await caller.ask("GET", "/items", other)).status == 200


async def test_no_token_and_nothing_of_an_item_is_logged(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with calling(sqlite_db) as caller:
        token = await caller.token()
        with structlog.testing.capture_logs() as logged:
            await caller.submit(token)
            monkeypatch.setattr(type(caller.office.items), "mine", None)
            assert (await caller.ask("GET", "/items", token)).status == 500
    assert [line["event"] for line in logged] == ["call_failed"]
    assert token not in json.dumps(logged, default=str)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_service_serves_it_and_logs_no_line_of_a_request(
    found: Founding, caplog: pytest.LogCaptureFixture
) -> None:
    async with found(people=1) as place, place.serving() as service:
        url = service.web.url
        async with aiohttp.ClientSession() as session:
            asked = [session.get(f"{url}/api/v1/{path}") for path in ("openapi.json", "items", "nothing")]
            assert [(await one).status for one in asked] == [200, 401, 404]
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(url).port)
        writer.write(b"GET /api/v1/items HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer lx_secret\x01\r\n\r\n")
        assert b" 400 " in await reader.readline()
        writer.close()
    assert "Error handling request" in caplog.text
    assert "lx_secret" not in caplog.text
