"""Databases as earlier versions left them: rows in every table of each earlier revision, as that version wrote them.

Rows have no ids: the database numbers them, each table from 1.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import text

from messages.store.database import Database

Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Mapping[str, Sequence[Row]]

MORNING: Final = datetime(2026, 9, 21, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
"""When the notice was due that is half sent in these databases."""
_FOUNDED: Final = MORNING - timedelta(days=20)
_HOLIDAY: Final = MORNING + timedelta(days=10)
_PEOPLE: Final = "ABCDEFGH"
_WAITING: Final = {
    "account_id": None, "claimed_at": None, "settled_at": None, "message_id": None, "reason": None, "attempts": 0
}  # fmt: skip

WAITS, SENT, ACKNOWLEDGED = 1, 3, 10
"""Deliveries of these databases: A's is due, C's arrived, and C's of another notice was acknowledged."""
REACHES: Final = {"A": 5_000_000_001, "C": 5_000_000_003}
"""Chats; such a number does not fit into 32 bits."""


def _delivery(person: int, state: str, **more: object) -> Row:
    row = {"notice_id": 1, "person_id": person, "wave": 0, "lane": 4, "state": state, "due_at": MORNING}
    return {**row, "expires_at": _HOLIDAY, **_WAITING, **more}


def _sent(account: int, message: int | None = None, reason: str | None = None) -> Row:
    at = {"claimed_at": MORNING, "settled_at": MORNING + timedelta(seconds=1)}
    return {"attempts": 1, "account_id": account, "message_id": message, "reason": reason, **at}


def _account(person: int, **more: object) -> Row:
    row = {"person_id": person, "chat_id": 5_000_000_000 + person, "joined_at": _FOUNDED, "left_at": None}
    return {**row, "unreachable_since": None, "unreachable_reason": None, **more}


def _notice(key: str, **more: object) -> Row:
    return {
        "key": key,
        "category": "prompt",
        "grade": None,
        "lane": 4,
        "template": "text",
        "params": {"text": "请<b>廉洁</b>过节。", "days": 7},
        "title": "国庆节",
        "audience": "all",
        "acknowledge": True,
        "acknowledge_by": MORNING + timedelta(days=3),
        "send_at": MORNING,
        "expires_at": _HOLIDAY,
        "provisional": False,
        "created_at": _FOUNDED,
        "created_by": None,
        "approved_by": None,
        "cancelled_at": None,
        **more,
    }


_REVISION_0001: Final[Rows] = {
    "days": [{"date": "2026-10-01", "name": "国庆节", "off": True, "imported_at": _FOUNDED}],
    "marks": [{"name": "planning_since", "at": _FOUNDED}],
    "people": [
        {"code": f"R{code}", "name": f"姓名{code}", "language": "zh_CN", "language_chosen": code == "C",
         "created_at": _FOUNDED}
        for code in _PEOPLE
    ],
    "units": [
        {"name": "推进办", "parent_id": None, "kind": "office", "path": "/1/", "created_at": _FOUNDED,
         "ended_at": None},
        {"name": "财政局", "parent_id": 1, "kind": "department", "path": "/1/2/", "created_at": _FOUNDED,
         "ended_at": None},
        {"name": "旧局", "parent_id": 1, "kind": "department", "path": "/1/3/", "created_at": _FOUNDED,
         "ended_at": MORNING},
    ],
    "wrong_codes": [{"chat_id": 5_000_000_077, "at": MORNING}],
    "accounts": [
        _account(1),
        _account(2, chat_id=5_000_000_022, left_at=_FOUNDED + timedelta(days=1)),
        _account(2),
        _account(3),
        _account(4, unreachable_since=MORNING, unreachable_reason="blocked"),
        _account(5),
    ],
    "ledger": [
        {"at": _FOUNDED, "kind": "roster_imported", "person_id": None, "body": {"created": 8}},
        {"at": _FOUNDED, "kind": "joined", "person_id": 3, "body": {"chat_id": 5_000_000_003, "姓名": "姓名C"}},
    ],
    "notices": [
        _notice("holiday:2026:national-day:formal"),
        _notice("broadcast:1", category="broadcast", lane=5, created_by=1, approved_by=2),
        _notice("broadcast:2", category="broadcast", lane=5, cancelled_at=MORNING),
    ],
    "posts": [
        {"code": f"P{code}", "unit_id": 2, "title": "科长", "level": 3, "risk": code == "A",
         "reports_to_id": None if code == "A" else 1, "created_at": _FOUNDED, "ended_at": None}
        for code in _PEOPLE
    ],
    "roles": [{"person_id": 1, "role": "office", "unit_id": 1, "granted_at": _FOUNDED, "ended_at": None}],
    "assignments": [
        *({"post_id": n, "person_id": n, "started_at": _FOUNDED, "ended_at": None} for n in range(1, 9)),
        {"post_id": 1, "person_id": 8, "started_at": _FOUNDED - timedelta(days=90), "ended_at": _FOUNDED},
    ],
    "deliveries": [
        _delivery(1, "planned"),
        _delivery(2, "sending", attempts=1, account_id=3, claimed_at=MORNING),
        _delivery(3, "delivered", **_sent(4, message=103)),
        _delivery(4, "unreachable", **_sent(5, reason="blocked")),
        _delivery(5, "unconfirmed", **_sent(6, reason="no_answer")),
        _delivery(6, "expired", settled_at=MORNING, reason="too_late"),
        _delivery(7, "unreachable", settled_at=MORNING, reason="never_joined", attempts=1, claimed_at=MORNING),
        _delivery(8, "cancelled", settled_at=MORNING),
        _delivery(1, "planned", wave=1, due_at=MORNING + timedelta(days=1)),
        _delivery(3, "delivered", notice_id=2, lane=5, **_sent(4, message=104)),
    ],
    "invites": [
        {"person_id": 3, "code_hash": "c" * 64, "created_at": _FOUNDED, "expires_at": MORNING, "used_at": _FOUNDED,
         "used_by_account_id": 4, "replaced_at": None},
        {"person_id": 7, "code_hash": "7" * 64, "created_at": _FOUNDED, "expires_at": _HOLIDAY, "used_at": None,
         "used_by_account_id": None, "replaced_at": None},
    ],
    "waves": [
        {"notice_id": 1, "number": 0, "at": MORNING, "planned_at": MORNING},
        {"notice_id": 1, "number": 1, "at": MORNING + timedelta(days=1), "planned_at": MORNING},
        {"notice_id": 1, "number": 2, "at": MORNING + timedelta(days=2), "planned_at": None},
        {"notice_id": 2, "number": 0, "at": MORNING, "planned_at": MORNING},
    ],
    "acknowledgements": [
        {"notice_id": 2, "assignment_id": 3, "post_id": 3, "person_id": 3, "delivery_id": ACKNOWLEDGED, "account_id": 4,
         "at": MORNING + timedelta(minutes=1)},
    ],
    "obligations": [
        *({"notice_id": 1, "post_id": n, "assignment_id": n, "person_id": n, "created_at": MORNING}
          for n in range(1, 9)),
        {"notice_id": 2, "post_id": 3, "assignment_id": 3, "person_id": 3, "created_at": MORNING},
    ],
}  # fmt: skip

_REVISION_0002: Final[Rows] = {
    **_REVISION_0001,
    "bots": [],  # the main one is made by the migration
    "places": [{"bot_id": 1, "chat_id": -(2**45)}],
    "archived": [{"notice_id": 2, "wave": 0, "state": "delivered", "count": 3}],
}

_TERM: Final[Row] = {
    "person_id": 1, "account_id": 1, "token_hash": "t" * 64, "created_at": _FOUNDED, "expires_at": MORNING
}  # fmt: skip

_REVISION_0003: Final[Rows] = {
    **_REVISION_0002,
    "nodes": [{"name": "开标", "created_at": _FOUNDED}],
    "post_nodes": [{"post_id": 1, "node_id": 1}],
    "drafts": [
        {"person_id": 1, "kind": "broadcast", "fields": {"card": 7, "content": {"text": "请<b>廉洁</b>过节。"}},
         "created_at": _FOUNDED, "updated_at": MORNING, "closed_at": None},
        {"person_id": 2, "kind": "return", "fields": {"proposal": 1, "reason": 9}, "created_at": _FOUNDED,
         "updated_at": MORNING, "closed_at": MORNING},
    ],
    "proposals": [
        {"person_id": 1, "kind": "broadcast", "fields": {"text": "请<b>廉洁</b>过节。"}, "at": _FOUNDED,
         "decided_at": MORNING, "decision": "approved", "decided_by": 2, "why": None, "notice_id": 2},
    ],
    "files": [
        {"sha256": "0" * 64, "kind": "document", "name": "通知.pdf", "mime": "application/pdf", "size": 3,
         "content": b"\x00\xff\n", "created_by": 1, "created_at": _FOUNDED},
    ],
    "telegram_files": [{"file_id": 1, "bot_id": 1, "telegram_id": "AgAD"}],
    "boards": [
        {"notice_id": 2, "person_id": 1, "bot_id": 1, "chat_id": 5_000_000_001, "message_id": 2**40,
         "opened_at": _FOUNDED, "closed_at": None},
    ],
    "figures": [
        {"notice_id": 2, "at": MORNING, "seconds": 0.25, "counts": {"delivered": 1}, "body": {"单位": "财政局"}},
    ],
    "web_links": [{**_TERM, "used_at": None}],
    "web_sessions": [{**_TERM, "ended_at": MORNING}],
    "web_uploads": [{"person_id": 1, "name": "名册.csv", "content": b"\x00\xff\n", "created_at": MORNING}],
    "earlier_messages": [
        {"delivery_id": 3, "notice_id": 1, "person_id": 3, "account_id": 4, "bot_id": 1, "message_id": 102,
         "gathered": False, "sent_at": _FOUNDED, "recall": None, "recall_reason": None},
    ],
}  # fmt: skip

_TURN: Final[Row] = {"warning_id": 1, "turn": 1}
_LADDER: Final[Row] = {"steps": [{"name": "issued", "told": ["holder"]}], "answer": 5}

_REVISION_0004: Final[Rows] = {
    **_REVISION_0003,
    "items": [
        {"person_id": 1, "unit_id": 2, "ref": "2026-7", "digest": "d" * 64, "category": "reminder",
         "kind": "complaints", "state": "issued", "version": 3, "title": "投诉集中", "text": "请<b>整改</b>。",
         "attachments": None, "audience": None, "grade": "orange", "decisive_on": "2026-09-18", "due_on": "2026-09-21",
         "due_at": MORNING, "provisional": False, "created_at": _FOUNDED, "submitted_at": _FOUNDED, "timely": True,
         "handed_at": _FOUNDED, "reminded_at": None, "overdue_at": None, "asked_at": _FOUNDED, "deputy_at": None,
         "approved_at": MORNING, "approved_by": 2, "confirmed_at": None, "confirmed_by": None, "returned_by": None,
         "why": None, "notice_id": None},
    ],
    "item_posts": [{"item_id": 1, "post_id": 3}],
    "api_tokens": [
        {"person_id": 1, "name": "督查系统", "token_hash": "h" * 64, "scopes": ["items:submit"],
         "created_at": _FOUNDED, "created_by": 2, "expires_at": _HOLIDAY, "revoked_at": None},
    ],
    "api_requests": [
        {"token_id": 1, "key": "k-1", "digest": "d" * 64, "status": 201, "answer": {"id": 1, "标题": "投诉集中"},
         "at": MORNING},
    ],
    "warnings": [
        {"item_id": 1, "post_id": 3, "grade": "orange", "state": "acknowledged", "turn": 1, "ladder": _LADDER,
         "issued_at": MORNING, "issued_by": 2, "confirmed_by": None, "assignment_id": 3, "since": MORNING,
         "acknowledge_by": _HOLIDAY, "answer_by": _HOLIDAY, "answer_within": 5, "provisional": False, "notice_id": 1,
         "acknowledged_at": MORNING, "answered_at": None, "accepted_at": None, "released_at": None},
    ],
    "warning_events": [
        {**_TURN, "at": MORNING, "kind": "issued", "person_id": 2, "why": None, "body": {"岗位": "PC"}},
    ],
    "warning_steps": [{**_TURN, "name": "issued", "at": MORNING, "settled_at": MORNING, "outcome": "done"}],
    "tellings": [
        {**_TURN, "step": "issued", "person_id": 3, "part": "holder", "urgent": True, "at": MORNING,
         "told_at": MORNING, "notice_id": 1},
    ],
    "answers": [
        {**_TURN, "person_id": 3, "parts": {"statement": {"text": "已整改", "files": []}}, "at": MORNING,
         "timely": True, "asked_at": None, "deputy_at": None, "judged_at": None, "judged_by": None, "verdict": None,
         "why": None},
    ],
    "rises": [
        {**_TURN, "grade": "red", "cause": "unanswered", "proposed_by": None, "proposed_why": None, "at": MORNING,
         "asked_at": None, "deputy_at": None, "decided_at": None, "decided_by": None, "decision": None, "why": None},
    ],
    "releases": [
        {**_TURN, "person_id": 3, "at": MORNING, "asked_at": None, "deputy_at": None, "decided_at": None,
         "decided_by": None},
    ],
}  # fmt: skip

_CONTENT: Final[Row] = {"name": "拆分采购", "level": "high", "bases": ["ZWCF2020:34"]}

_REVISION_0005: Final[Rows] = {
    **_REVISION_0004,
    "nodes": [{"name": "开标", "created_at": _FOUNDED, "workflow": "tender"}],
    "duties": [{"unit_id": 2, "post_id": 3, "text": "组织采购", "created_at": _FOUNDED, "ended_at": None}],
    "risk_points": [
        {"unit_id": 2, "post_id": 3, "ref": "R-1", "progress": "submitted", "version": 2, "standing": 1,
         "name": "拆分采购", "level": "high", "category": "政府采购", "description": "化整为零", "controls": "集体研究",
         "indicators": "", "node_id": 1, "duty_id": 1, "section": "采购科", "responsible": "", "leading": "",
         "template_id": None, "created_at": _FOUNDED, "changed_at": MORNING, "why": None, "ended_at": None},
    ],
    "risk_versions": [
        {"point_id": 1, "number": 1, "progress": "accepted", "content": _CONTENT, "ends": False, "because": None,
         "created_at": _FOUNDED, "person_id": 3, "review_id": 1, "decided_at": MORNING, "decided_by": 2, "why": None},
    ],
    "point_bases": [{"point_id": 1, "law": "ZWCF2020", "article": 34}],
    "risk_templates": [
        {"content": _CONTENT, "category": "政府采购", "node_id": 1, "point_id": 1, "published_at": MORNING,
         "published_by": 2, "ended_at": None, "ended_by": None},
    ],
    "campaigns": [
        {"title": "采购专项", "text": "请<b>梳理</b>。", "attachments": None, "audience": "node:开标",
         "state": "running", "version": 2, "due_on": "2026-10-09", "due_at": _HOLIDAY, "provisional": False,
         "created_at": _FOUNDED, "created_by": 1, "asked_at": _FOUNDED, "deputy_at": None, "decided_at": MORNING,
         "decided_by": 2, "why": None, "started_at": MORNING, "notice_id": 1, "closed_at": None, "closed_by": None},
    ],
    "campaign_tasks": [
        {"campaign_id": 1, "post_id": 3, "state": "unit", "complete": False, "submitted_at": MORNING, "timely": True,
         "reminded_on": None, "overdue_at": None, "accepted_at": None},
    ],
    "reviews": [
        {"post_id": 3, "task_id": 1, "person_id": 3, "complete": False, "note": None, "state": "unit", "version": 1,
         "submitted_at": MORNING, "handed_at": MORNING, "asked_at": None, "asked_path": None, "deputy_at": None,
         "unit_at": None, "unit_by": None, "inspector_at": None, "inspector_by": None, "why": None},
    ],
}  # fmt: skip

_NO_ONE: Final = {"created_by": None, "why": None, "told": None}
_REVISION_0006: Final[Rows] = {
    **_REVISION_0005,
    "matters": [
        {"ref": "ocds-213czf-1", "kind": "tender", "title": "办公楼维修", "unit_id": 2, "buyer": "财政局",
         "amount": "1200000.50", "currency": "CNY", "method": "open", "method_said": None, "state": "active",
         "version": 2, "source": "ocds", "created_at": _FOUNDED, "changed_at": MORNING, "released_at": MORNING,
         "reckoned_by": None, "followed": 1, **_NO_ONE},
    ],
    "matter_dates": [
        {"matter_id": 1, "milestone": "opening", "part": "", "at": _HOLIDAY, "whole_day": False,
         "changed_at": MORNING, "person_id": None, "told": None},
    ],
    "matter_posts": [{"matter_id": 1, "milestone": "opening", "post_id": 3}],
    "matter_limits": [
        {"matter_id": 1, "rule": "opening", "milestone": "opening", "part": "", "node": "开标", "article": "B34",
         "from_at": MORNING, "begins_at": MORNING, "at": _HOLIDAY, "whole_day": False, "due_on": "2026-10-01",
         "due_at": _HOLIDAY, "earliest": False, "provisional": False, "required": True, "state": "open"},
    ],
    "matter_prompts": [
        {"matter_id": 1, "rule": "opening", "part": "", "kind": "day", "turn": 0, "at": _HOLIDAY, "tells": {},
         "settled_at": None, "outcome": None, "notice_id": 1, "matter_kind": None, "unit_id": None},
    ],
    "matter_prompt_notices": [{"prompt_id": 1, "notice_id": 1}],
    "matter_events": [{"matter_id": 1, "at": MORNING, "kind": "created", "person_id": None, "body": {}}],
    "matter_releases": [
        {"ref": "ocds-213czf-1", "release": "1", "at": MORNING, "compiled": False, "body": {"ocid": "ocds-213czf-1"}},
    ],
    "declarations": [
        {"matter_id": 1, "milestone": "opening", "post_id": 3, "person_id": 3, "interest": True, "who": "亲属",
         "what": "投标", "at": MORNING, "notice_id": 1, "told_at": MORNING},
    ],
    "buyers": [{"name": "区财政局", "unit_id": 2, "at": MORNING, "person_id": 1}],
    "calendar_links": [
        {"person_id": 3, "feed": "own", "token_hash": "0" * 64, "created_at": MORNING, "revoked_at": None,
         "read_at": None},
    ],
    "feeds": [
        {"name": "平台", "file": "a.json", "digest": None, "etag": None, "last_modified": None, "looked_at": MORNING,
         "taken_at": MORNING, "next_at": None, "failures": 0, "error": None},
    ],
}  # fmt: skip

ROWS: Final[Mapping[str, Rows]] = {
    "0001": _REVISION_0001,
    "0002": _REVISION_0002,
    "0003": _REVISION_0003,
    "0004": _REVISION_0004,
    "0005": _REVISION_0005,
    "0006": _REVISION_0006,
}
"""By revision and table, in an order in which every row finds those that it points at."""

MADE: Final[Mapping[str, Mapping[str, int]]] = {
    "0001": {},
    "0002": {"bots": 1},
    "0003": {"bots": 1},
    "0004": {"bots": 1},
    "0005": {"bots": 1},
    "0006": {"bots": 1},
}
"""How many rows of a table the migrations themselves make."""


async def fill(db: Database, revision: str) -> None:
    """Write the rows of ``revision`` into a database that stands there."""
    async with db.writing() as conn:
        for table, rows in ROWS[revision].items():
            for row in rows:
                places = ", ".join(_place(db.dialect, name, value) for name, value in row.items())
                values = {name: _written(db.dialect, value) for name, value in row.items()}
                into = ", ".join(f'"{name}"' for name in row)
                await conn.execute(text(f"INSERT INTO {table} ({into}) VALUES ({places})"), values)  # noqa: S608


def _place(dialect: str, name: str, value: object) -> str:
    return f"CAST(:{name} AS JSON)" if dialect == "postgresql" and isinstance(value, dict | list) else f":{name}"


def _written(dialect: str, value: object) -> object:
    """A value as the databases keep it: SQLite has text for instants, in UTC."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, datetime) and dialect == "sqlite":
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
