"""All that is recorded about a person is given to that person: everything, and nothing about another."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, update

from messages.deliveries import DeliveryState
from messages.errors import NotFound, Refused
from messages.ledger import Kind, instant_json
from messages.mine.collecting import MOST, OTHER, WITHIN, Document, collect, give
from messages.mine.readable import readable
from messages.mine.values import DEEDS, KINDS, value_said
from messages.mine.words import FIELDS, PARTS
from messages.notices import Json
from messages.store import ledger, mine, mine_parts, tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase, english
from messages.text.rendering import Renderer
from tests.district import MORNING, District, saying
from tests.every_table import NAME, fill


async def collected(db: Database, person_id: int, renderer: Renderer, say: Any = english) -> Document:  # noqa: ANN401
    return await collect(db, person_id, MORNING, renderer, say, "zh_CN")


def everything(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 -- any JSON
    """Every field of a document, however deep, with its name."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, one
            yield from everything(one)
    elif isinstance(value, list):
        for one in value:
            yield from everything(one)


def test_every_column_that_leads_to_a_person_is_found_in_some_part() -> None:
    """A table that is new and has a person in it is to be told of in ``/mydata``: see messages/store/mine_parts.py."""
    leading = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is tables.people for key in column.foreign_keys)
        or column.name in {"person_id", "passed_by", "granted_by"}
    }
    assert leading - {"warnings.assignment_id"} - set(mine.COVERED) == set()


async def test_who_has_something_in_every_table_gets_a_part_of_each(db: Database, renderer: Renderer) -> None:
    await fill(db)
    async with db.writing() as conn:
        await conn.execute(update(tables.rises).values(proposed_by=1))
        await conn.execute(update(tables.notices).values(created_by=1))
        await conn.execute(update(tables.tellings).values(person_id=1, told_at=MORNING))
        await conn.execute(update(tables.roles).values(person_id=1))
        await conn.execute(insert(tables.wrong_codes).values(chat_id=1001, at=MORNING))
        seen: dict[str, Json] = {"by": "B", "name": "姓名B", "roles": [], "what": "warnings", "post": "P1"}
        await ledger.append(conn, at=MORNING, kind=Kind.RECORD_SEEN, person_id=1, body=seen)
        await ledger.append(conn, at=MORNING, kind=Kind.RECORD_SEEN, person_id=2, body={"by": "A", "what": "warnings"})
    document = await collected(db, 1, renderer)
    parts = {part.name for part in mine_parts.PARTS} | {"person", "ledger", "looks", "deeds", "ledger_by_me"}
    assert {name for name in parts if not document[name]} == set()
    assert set(document) == parts | {"format", "version", "at"}
    assert document["person"]["name"] == NAME
    assert document["deliveries"][0]["title"] == "通知"
    assert document["looks"][0]["by"] == "姓名B"
    assert [(one["kind"], one["event"]) for one in document["ledger_by_me"]] == [("record_seen", None)]
    assert document["absences"][0] == {
        "id": 1,
        "first": "2026-09-21",
        "last": "2026-09-22",
        "state": "granted",
        "note": NAME,
        "asked_at": MORNING.isoformat(),
        "decided_at": None,
        "why": NAME,
    }
    json.dumps(document)


async def test_no_secret_is_in_it_not_even_hashed(db: Database, renderer: Renderer) -> None:
    await fill(db)
    document = await collected(db, 1, renderer)
    assert [name for name, _ in everything(document) if "hash" in name or name in {"token", "content_sha256"}] == []
    values = [value for _, value in everything(document) if isinstance(value, str)]
    assert not {"h", "0" * 64, "sealed"} & set(values)


async def test_nothing_of_one_stands_in_what_another_gets(db: Database, renderer: Renderer) -> None:
    await fill(db)
    for person_id in (2, 3, 4):
        document = await collected(db, person_id, renderer)
        assert NAME not in [value for _, value in everything(document)]
        assert {one["what"] for one in document["deeds"]} <= set(DEEDS)
    own = await collected(db, 4, renderer)
    assert [one["post"] for one in own["posts"]] == ["P9"]
    assert own["items"] == own["drafts"] == own["absences"] == own["statements"] == own["deeds"] == []


async def test_what_was_called_off_before_it_arrived_is_not_told_here_either(db: Database, renderer: Renderer) -> None:
    district = District(db)
    await district.bureau("A")
    called_off = await district.issue(saying("broadcast:1"))
    async with db.writing() as conn:
        mine_ = tables.deliveries.c.notice_id == called_off
        await conn.execute(update(tables.deliveries).where(mine_).values(state="cancelled", settled_at=MORNING))
    await district.issue(saying("broadcast:2"))
    await district.settle(await district.claim(), DeliveryState.DELIVERED)
    told = (await collected(db, district.people["A"], renderer))["deliveries"]
    assert [(one["notice"], one["state"], one["title"]) for one in told] == [
        ("broadcast:1", "cancelled", None),
        ("broadcast:2", "delivered", "通知"),
    ]


async def test_where_an_event_names_others_they_stand_behind_an_asterisk(db: Database, renderer: Renderer) -> None:
    district = District(db)
    await district.bureau("R1", "R2", "R3")
    body: dict[str, Json] = {
        "by": "R2",
        "to": {"person": "R3", "name": "姓名R3", "post": "P3"},
        "people": ["R2", "R3"],
        "posts": ["P1", "P2"],
        "mine": "R1",
    }
    async with db.writing() as conn:
        await ledger.append(conn, at=MORNING, kind=Kind.WARNING, person_id=district.people["R1"], body=body)
    document = await collected(db, district.people["R1"], renderer)
    (event,) = document["ledger"]
    assert event["body"] == {
        "by": OTHER,
        "to": {"person": OTHER, "name": OTHER, "post": "P3"},
        "people": 2,
        "posts": ["P1", "P2"],
        "mine": "R1",
    }


async def test_it_is_given_often_enough_and_each_time_is_recorded(db: Database, renderer: Renderer) -> None:
    await District(db).bureau("A")
    for number in range(MOST):
        await give(db, 1, "chat", MORNING + timedelta(minutes=number))
    late = MORNING + timedelta(minutes=30)
    with pytest.raises(Refused) as caught:
        await give(db, 1, "chat", late)
    assert "10:10" in str(caught.value)
    await give(db, 1, "operator", late)
    await give(db, 1, "chat", MORNING + WITHIN + timedelta(minutes=2))
    document = await collected(db, 1, renderer)
    assert [one["body"]["by"] for one in document["ledger"]] == [*["chat"] * MOST, "operator", "chat"]
    with pytest.raises(NotFound):
        await collected(db, 99, renderer)


async def test_the_text_reads_in_both_languages_with_every_part_and_field_in_words(
    db: Database, renderer: Renderer, catalog: Catalog
) -> None:
    await fill(db)
    chinese: Any = partial(_say, catalog, "zh_CN")
    document = await collected(db, 1, renderer, chinese)
    text = readable(document, chinese, MORNING.tzinfo)
    for line in (
        "   合计分值：-1.50",
        "   岗位：岗位P1",
        "   种类：加入服务",
        "请假（1）",
        "   状态：已批准",
        "发给我的通知（1）",
        "   单位：财政局",
    ):
        assert line in text.splitlines(), line
    assert "2026-09-21 09:10" in text
    said = readable(document, english, MORNING.tzinfo)
    assert "Leave (1)" in said.splitlines()
    assert "   state: granted" in said.splitlines()
    fields = {name for part in PARTS for record in _records(document[part]) for name in record}
    assert fields - set(FIELDS) == set()


async def test_an_event_of_the_ledger_reads_in_the_zone_of_the_office_and_in_words(
    db: Database, renderer: Renderer, catalog: Catalog
) -> None:
    """Rows of the ledger hold instants in UTC: read as they stand, a day that ended at 17:30 had ended at 09:30."""
    await fill(db)
    due = MORNING + timedelta(hours=8)
    entry: Json = {"at": instant_json(MORNING), "kind": "acknowledged", "points": "2", "why": "acknowledged:in_time"}
    body: dict[str, Json] = {"due": instant_json(due), "first": True, "entries": [entry]}
    async with db.writing() as conn:
        await ledger.append(conn, at=MORNING, kind=Kind.ACKNOWLEDGED, person_id=1, body=body)
    chinese: Any = partial(_say, catalog, "zh_CN")
    text = readable(await collected(db, 1, renderer, chinese), chinese, MORNING.tzinfo)
    for line in (f"应办时限：{due:%Y-%m-%d %H:%M}", "首次：是", f"- 时间：{MORNING:%Y-%m-%d %H:%M}", "理由：按时签收"):
        assert line in [one.strip() for one in text.splitlines()], line


def _records(part: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- a part of a document
    return [part] if isinstance(part, dict) else part


def _say(catalog: Catalog, language: str, what: Phrase) -> str:
    return catalog.say(what, language)


def test_every_part_and_kind_of_event_has_its_word_and_what_is_unknown_stays_as_it_is() -> None:
    assert {part.name for part in mine_parts.PARTS} <= set(PARTS)
    assert set(KINDS) == set(Kind)
    assert value_said("absences", "state", "granted") is not None
    assert value_said("absences", "state", "of another version") is None
    assert value_said("deeds", "what", "of another version") is None
