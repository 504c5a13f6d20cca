"""An office with rows in every table; what the service's own queries do not make in a few steps is put in straight."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import Role
from messages.store import ledger, marks, tables
from messages.store.database import Connection, Database
from tests.district import MORNING, District, saying

NAME = '王"芳\\ 😀\n'
"""A name with what escaping might spoil."""


async def fill(db: Database) -> District:
    """Rows in every table. Fails where a table of the metadata was forgotten here."""
    district = District(db)
    await district.bureau("A", "B", "C")
    await district.unit("教育局")
    await district.person("D", ("P9", "教育局", 1), roles=[(Role.COLLECTOR, "财政局")], joined=False)
    await district.issue(saying(acknowledge=True, reminders=(MORNING + timedelta(days=1),)))
    await district.claim()
    async with db.writing() as conn:
        await _look_ahead(conn)
        await _acknowledge(conn)
        await _put_the_rest(conn)
        await _append(conn, 5)
        await _link(conn, 2)
        await marks.put(conn, marks.PLANNING_SINCE, MORNING)
        await marks.put(conn, marks.DIGESTED, MORNING)
    empty = [name for name, rows in (await counts(db)).items() if not rows]
    assert not empty, f"make rows for {empty} here"
    return district


async def counts(db: Database) -> dict[str, int]:
    """How many rows each table has."""
    async with db.reading() as conn:
        return {table.name: await _count(conn, table) for table in tables.metadata.sorted_tables}


async def _count(conn: Connection, table: Table) -> int:
    return int(await conn.scalar(select(func.count()).select_from(table)) or 0)


async def _look_ahead(conn: Connection) -> None:
    """Rows that refer to later ones of their own table."""
    units, posts = tables.units, tables.posts
    await conn.execute(update(units).where(units.c.id == 1).values(parent_id=2))
    await conn.execute(update(posts).where(posts.c.id == 1).values(reports_to_id=4))
    await conn.execute(update(tables.people).where(tables.people.c.id == 1).values(name=NAME, language_chosen=True))


async def _acknowledge(conn: Connection) -> None:
    row = {"notice_id": 1, "assignment_id": 1, "post_id": 1, "person_id": 1, "delivery_id": 1, "account_id": 1}
    await conn.execute(insert(tables.acknowledgements).values(row | {"at": _micro(MORNING)}))


async def _put_the_rest(conn: Connection) -> None:
    await _put(conn, tables.bots, name="second", unit_id=1, telegram_id=2**40, token="sealed", added_at=MORNING)
    await conn.execute(update(tables.bots).where(tables.bots.c.id == 1).values(username="main_bot"))
    await _put(conn, tables.places, bot_id=1, chat_id=-(2**45))
    await _put(
        conn, tables.invites, person_id=1, code_hash="h", created_at=MORNING, expires_at=MORNING, used_by_account_id=1
    )
    await _put(conn, tables.wrong_codes, chat_id=5, at=MORNING)
    told = {"delivery_id": 1, "notice_id": 1, "person_id": 1, "account_id": 1, "bot_id": 1, "message_id": 2**40}
    await _put(conn, tables.earlier_messages, **told, parts=[1, 2], gathered=False, sent_at=_micro(MORNING))
    for state in ("delivered", "Unreachable", "expired"):
        await _put(conn, tables.archived, notice_id=1, wave=0, state=state, count=3)
    await _put(conn, tables.days, date="2026-10-01", name="国庆节", off=True, imported_at=MORNING)
    await _put_the_desks(conn)
    await _put_items(conn)
    await _put_warnings(conn)
    await _put_register(conn)
    await _put_matters(conn)
    await _put_evaluation(conn)


async def _put_the_desks(conn: Connection) -> None:
    """What the office's desk keeps."""
    mine: dict[str, Any] = {"person_id": 1, "kind": "broadcast", "fields": {"text": NAME}}
    await _put(conn, tables.nodes, name="开标", workflow="tender", created_at=MORNING)
    await _put(conn, tables.post_nodes, post_id=1, node_id=1)
    await _put(conn, tables.drafts, **mine, created_at=MORNING, updated_at=MORNING)
    await _put(conn, tables.proposals, **mine, at=MORNING, notice_id=1)
    kept = {"kind": "photo", "name": NAME, "mime": "image/png", "created_by": 1, "created_at": MORNING}
    await _put(conn, tables.files, **kept, sha256="0" * 64, size=3, content=b"\x00\xff\n")
    await _put(conn, tables.files, **kept, sha256=None, size=2**40, content=None)
    await _put(conn, tables.telegram_files, file_id=1, bot_id=1, telegram_id="AgAD")
    where = {"bot_id": 1, "chat_id": -(2**45), "message_id": 2**40}
    await _put(conn, tables.boards, notice_id=1, person_id=1, **where, opened_at=MORNING)
    counted = {"at": _micro(MORNING), "seconds": 0.1, "counts": {"delivered": 1}, "body": {"名": [NAME, None]}}
    await _put(conn, tables.figures, notice_id=1, **counted)
    term = {"person_id": 1, "account_id": 1, "token_hash": "h", "created_at": MORNING, "expires_at": MORNING}
    await _put(conn, tables.web_links, **term)
    await _put(conn, tables.web_sessions, **term)
    await _put(conn, tables.web_uploads, person_id=1, name=NAME, content=b"\x00\xff\n", created_at=MORNING)


async def _put_items(conn: Connection) -> None:
    said: dict[str, Any] = {"category": "reminder", "kind": "complaints", "state": "issued", "version": 3, "text": NAME}
    when = {"decisive_on": "2026-09-18", "due_on": "2026-09-21", "due_at": MORNING, "provisional": False}
    told = {"created_at": _micro(MORNING), "submitted_at": _micro(MORNING), "timely": True, "notice_id": 1}
    who = {"person_id": 1, "approved_by": 2, "confirmed_by": 3, "returned_by": 2}
    filed = {"attachments": [{"file": 1, "kind": "photo"}], "ref": "2026-7", "title": NAME, "grade": "red"}
    filed["digest"] = "0" * 64
    await _put(
        conn,
        tables.items,
        unit_id=1,
        **who,
        **said,
        **when,
        **told,
        **filed,
    )
    await _put(conn, tables.item_posts, item_id=1, post_id=1)
    token = {"token_hash": "h", "scopes": ["items:submit"], "created_at": MORNING, "expires_at": MORNING}
    await _put(conn, tables.api_tokens, person_id=1, name=NAME, created_by=2, **token)
    asked = {"key": NAME, "digest": "0" * 64, "status": 201, "answer": {"名": [NAME, None]}, "at": MORNING}
    await _put(conn, tables.api_requests, token_id=1, **asked)


async def _put_warnings(conn: Connection) -> None:
    stands: dict[str, Any] = {"grade": "red", "state": "answered", "turn": 2, "provisional": False, "since": MORNING}
    of_it: dict[str, Any] = {"warning_id": 1, "turn": 2}
    who = {"issued_by": 2, "confirmed_by": 3, "assignment_id": 1, "notice_id": 1}
    ladder = {"ladder": {"steps": [{"name": NAME}]}, "issued_at": _micro(MORNING), "answer_by": MORNING}
    ladder |= {"answer_within": 5}
    await _put(conn, tables.warnings, item_id=1, post_id=1, **stands, **who, **ladder)
    await _put(
        conn, tables.warning_events, **of_it, at=MORNING, kind="raised", person_id=2, why=NAME, body={"名": NAME}
    )
    await _put(conn, tables.warning_steps, **of_it, name="unanswered", at=MORNING, settled_at=MORNING, outcome="done")
    await _put(
        conn,
        tables.tellings,
        **of_it,
        step="issued",
        person_id=2,
        part="superior",
        urgent=True,
        at=MORNING,
        notice_id=1,
    )
    await _put(conn, tables.answers, **of_it, person_id=1, parts={"statement": {"text": NAME}}, at=MORNING, judged_by=2)
    await _put(conn, tables.rises, **of_it, grade="red", cause="unanswered", at=MORNING, decided_by=2, why=NAME)
    await _put(conn, tables.releases, **of_it, person_id=1, at=MORNING, decided_by=2)


async def _put_register(conn: Connection) -> None:
    content = {"name": NAME, "level": "high", "bases": ["ZWCF2020:34"]}
    texts = {"description": NAME, "controls": NAME, "indicators": NAME}
    brief = {"name": NAME, "level": "high", "category": "政府采购", "section": NAME, "responsible": NAME, "leading": ""}
    at = {"created_at": _micro(MORNING), "changed_at": MORNING}
    of_post: dict[str, Any] = {"unit_id": 1, "post_id": 1}
    await _put(conn, tables.duties, **of_post, text=NAME, created_at=MORNING)
    stands: dict[str, Any] = {"ref": "R-1", "progress": "submitted", "version": 2, "standing": 1}
    ids: dict[str, Any] = {"node_id": 1, "duty_id": 1, "template_id": 1}
    await _put(conn, tables.risk_points, **of_post, **stands, **brief, **texts, **ids, **at)
    who: dict[str, Any] = {"person_id": 1, "decided_by": 2, "review_id": 1}
    await _put(
        conn,
        tables.risk_versions,
        point_id=1,
        number=1,
        progress="accepted",
        content=content,
        created_at=MORNING,
        **who,
    )
    await _put(conn, tables.point_bases, point_id=1, law="ZWCF2020", article=34)
    published = {"published_at": MORNING, "published_by": 2, "ended_by": 2}
    await _put(conn, tables.risk_templates, content=content, category=NAME, node_id=1, point_id=1, **published)
    await _put_campaign(conn)


async def _put_matters(conn: Connection) -> None:
    buys: dict[str, Any] = {"title": NAME, "unit_id": 1, "buyer": NAME, "amount": "1200000.50", "currency": "CNY"}
    stands: dict[str, Any] = {"state": "active", "version": 2, "source": "ocds", "method": "open", "method_said": NAME}
    when: dict[str, Any] = {"created_at": _micro(MORNING), "changed_at": MORNING, "released_at": MORNING}
    named = {"ref": "ocds-213czf-1", "kind": "tender"}
    told: dict[str, Any] = {"created_by": 1, "followed": 1, "told": {"title": NAME}}
    await _put(conn, tables.matters, **named, **buys, **stands, **when, **told)
    of_step: dict[str, Any] = {"matter_id": 1, "milestone": "opening"}
    opens = {"at": _micro(MORNING), "whole_day": False}
    await _put(
        conn, tables.matter_dates, **of_step, part="", **opens, changed_at=MORNING, told={"ocds": NAME}, person_id=1
    )
    await _put(conn, tables.matter_posts, **of_step, post_id=1)
    due: dict[str, Any] = {"due_on": "2026-09-30", "due_at": MORNING, "earliest": False, "provisional": False}
    limit: dict[str, Any] = {"rule": "opening", "part": "", "node": "开标", "required": True, "state": "open"}
    await _put(conn, tables.matter_limits, **of_step, **limit, **opens, **due, article="B34", from_at=MORNING)
    prompt: dict[str, Any] = {"matter_id": 1, "rule": "opening", "part": "", "kind": "day", "turn": 0}
    await _put(conn, tables.matter_prompts, **prompt, at=MORNING, tells={"at": NAME}, notice_id=1, unit_id=1)
    await _put(conn, tables.matter_prompt_notices, prompt_id=1, notice_id=1)
    await _put(conn, tables.matter_events, matter_id=1, at=MORNING, kind="moved", person_id=1, body={"名": NAME})
    await _put(conn, tables.matter_releases, ref="r", release=NAME, at=MORNING, compiled=False, body={"名": NAME})
    says: dict[str, Any] = {"interest": True, "who": NAME, "what": NAME, "at": MORNING, "notice_id": 1}
    await _put(conn, tables.declarations, **of_step, post_id=1, person_id=1, **says)
    await _put(conn, tables.buyers, name=NAME, unit_id=1, at=MORNING, person_id=1)
    await _put(conn, tables.calendar_links, person_id=1, feed="own", token_hash="0" * 64, created_at=MORNING)
    await _put(conn, tables.feeds, name="平台", file=NAME, etag='"1"', looked_at=MORNING, failures=0)


async def _put_evaluation(conn: Connection) -> None:
    await _put(conn, tables.seals, date="2026-09-21", rows=1, head="0" * 64, at=MORNING)
    leave = {"first": "2026-09-21", "last": "2026-09-22", "state": "granted", "version": 2, "note": NAME, "why": NAME}
    await _put(conn, tables.absences, person_id=1, **leave, asked_at=MORNING, asked_by=1, decided_by=2)
    await _put(conn, tables.missed, notice_id=1, person_id=1, at=MORNING)
    closed = {"period": "2026-08", "revision": 1, "rules": "2026-1", "upto": 1, "why": NAME}
    closed |= {"object_by": "2026-09-14", "ended_at": MORNING}
    await _put(conn, tables.closings, **closed, at=_micro(MORNING), closed_by=2)
    came_to = {"total": -150, "addressed": 3, "asked": 3, "acknowledged": 2, "in_time": 1}
    await _put(conn, tables.statements, closing_id=1, person_id=1, **came_to, body={"名": NAME})
    await _put(conn, tables.statement_units, statement_id=1, unit_id=1)
    said: dict[str, Any] = {"text": NAME, "state": "corrected", "version": 2, "points": 200, "why": NAME}
    who = {"person_id": 1, "decided_by": 2, "event_id": 1}
    await _put(conn, tables.objections, statement_id=1, **who, **said, at=MORNING, due_at=MORNING)
    sums = dict.fromkeys(("people", "delivered", "missed", "obligations", "in_time", "late", "overdue"), 1)
    counted: dict[str, Any] = {"day": "2026-09-21", "category": "prompt", **sums, "excused": 0}
    await _put(conn, tables.counted_notices, notice_id=1, unit_id=1, **counted, times=[[3, 1]])
    await _put(conn, tables.uncounted, notice_id=1, person_id=9)
    await _put(conn, tables.counted_days, unit_id=1, notices=1, **counted)
    await _put(conn, tables.counted_times, month="2026-09", unit_id=1, category="prompt", took=3, count=1)


async def _put_campaign(conn: Connection) -> None:
    said: dict[str, Any] = {"title": NAME, "text": NAME, "attachments": [{"file": 1}], "audience": "node:开标"}
    due: dict[str, Any] = {"due_on": "2026-09-30", "due_at": MORNING, "provisional": False}
    who = {"created_by": 1, "decided_by": 2, "closed_by": 2}
    stands: dict[str, Any] = {"state": "running", "version": 2, "notice_id": 1, "created_at": _micro(MORNING)}
    await _put(conn, tables.campaigns, **said, **due, **who, **stands)
    done: dict[str, Any] = {"state": "inspector", "complete": True, "submitted_at": MORNING, "timely": True}
    await _put(conn, tables.campaign_tasks, campaign_id=1, post_id=1, **done, reminded_on="2026-09-28")
    when: dict[str, Any] = {"submitted_at": MORNING, "handed_at": _micro(MORNING), "unit_at": MORNING}
    when |= {"asked_at": MORNING, "asked_path": "/1/"}
    by: dict[str, Any] = {"person_id": 1, "unit_by": 2, "inspector_by": 3, "note": NAME, "why": NAME}
    await _put(conn, tables.reviews, post_id=1, task_id=1, complete=True, state="inspector", version=2, **when, **by)


async def _put(conn: Connection, table: Table, **values: Any) -> None:  # noqa: ANN401 -- any column's value
    await conn.execute(insert(table).values(values))


async def _append(conn: Connection, events: int) -> None:
    for number in range(events):
        body: dict[str, Json] = {"z": [number, None, True], "a": {"名": NAME}}
        await ledger.append(conn, at=_micro(MORNING), kind=Kind.JOINED, person_id=number % 4 + 1, body=body)


async def _link(conn: Connection, events: int) -> None:
    """The first events are linked, the rest wait."""
    for number in range(1, events + 1):
        await _put(conn, tables.ledger_links, seq=number, event_id=number, hash=f"{number}" * 64)
    await conn.execute(delete(tables.ledger_pending).where(tables.ledger_pending.c.event_id <= events))


def _micro(at: datetime) -> datetime:
    return at + timedelta(microseconds=123_456)
