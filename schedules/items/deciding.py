"""Decisions about items: a leader approves, regrades or returns one, the office confirms a red one; nobody the own."""

from datetime import datetime

from messages import reasons, rights
from messages.errors import Fault, NotEntitled, Refused
from messages.items.records import Item, ItemState
from messages.ledger import Kind
from messages.notices import Category, Grade, Json
from messages.organisation.records import LONGEST_WHY
from messages.rights import Act
from messages.store import items, ledger, notices
from messages.store import rights as stored
from messages.store.database import Connection
from messages.text.phrase import Phrase, phrase
from schedules.items import becoming
from schedules.items.submitting import decided_before, found, ledger_body, present
from schedules.items.telling import Outcome, outcome_notice
from schedules.items.tools import Tools

_WAITING = (ItemState.SUBMITTED, ItemState.CONFIRMING)


async def approve(tools: Tools, item_id: int, person_id: int, version: int, now: datetime) -> Item:
    """Approve an item: it is issued, or goes on to the office where it is red."""
    await _entitle(tools, item_id, person_id, Act.APPROVE_ITEMS, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        before = await present(conn, item_id, version, [ItemState.SUBMITTED])
        red = before.given.grade is Grade.RED
        onward = {"state": ItemState.CONFIRMING.value, "handed_at": now, "asked_at": None, "deputy_at": None}
        await items.change(conn, item_id, approved_at=now, approved_by=person_id, **(onward if red else {}))
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_APPROVED, item, person_id, now)
        if not red:
            item = await becoming.issue(conn, tools, calendar, item, now)
        outcome = Outcome.APPROVED if red else Outcome.ISSUED
        await notices.add(conn, outcome_notice(item, outcome, now, by=item.approver))
    return item


async def confirm(tools: Tools, item_id: int, person_id: int, version: int, now: datetime) -> Item:
    """Confirm a red item, as a second named person of the office: it is issued."""
    await _entitle(tools, item_id, person_id, Act.CONFIRM_RED, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        await present(conn, item_id, version, [ItemState.CONFIRMING])
        await items.change(conn, item_id, confirmed_at=now, confirmed_by=person_id)
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_APPROVED, item, person_id, now, confirmed=True)
        item = await becoming.issue(conn, tools, calendar, item, now)
        await notices.add(conn, outcome_notice(item, Outcome.ISSUED, now, by=item.confirmer))
    return item


async def give_back(
    tools: Tools, item_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None
) -> Item:
    """Return an item to its collector; who returns it is not asked for a reason any more."""
    why = _reason(why)
    item = await for_decision(tools, item_id, person_id, now)
    async with tools.db.writing() as conn:
        await present(conn, item_id, version, [item.state])
        back = {"state": ItemState.RETURNED.value, "why": why, "approved_at": None, "approved_by": None}
        await items.change(conn, item_id, **back, returned_by=person_id)
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_RETURNED, item, person_id, now, why=why)
        name = await stored.person_name(conn, person_id)
        await notices.add(conn, outcome_notice(item, Outcome.RETURNED, now, by=name, why=why))
        await reasons.stop(conn, person_id, now, message_id)
    return item


async def regrade(tools: Tools, item_id: int, person_id: int, version: int, grade: Grade, now: datetime) -> Item:
    """Give a reminder another grade before it is approved."""
    item = await _entitle(tools, item_id, person_id, Act.APPROVE_ITEMS, now)
    if item.given.category is not Category.REMINDER:
        raise Refused(phrase("Only a reminder has a grade."))
    async with tools.db.writing() as conn:
        before = await present(conn, item_id, version, [ItemState.SUBMITTED])
        if before.given.grade is grade:
            return before
        await items.change(conn, item_id, grade=grade.value)
        item = await found(conn, item_id)
        was = before.given.grade.value if before.given.grade else None
        await _record(conn, Kind.ITEM_GRADED, item, person_id, now, was=was)
        name = await stored.person_name(conn, person_id)
        await notices.add(conn, outcome_notice(item, Outcome.REGRADED, now, by=name))
    return item


async def for_decision(tools: Tools, item_id: int, person_id: int, now: datetime) -> Item:
    """An item that waits for a decision, which this person may make."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
    act = Act.CONFIRM_RED if item.state is ItemState.CONFIRMING else Act.APPROVE_ITEMS
    item = await _entitle(tools, item_id, person_id, act, now)
    if item.state not in _WAITING:
        raise decided_before(item)
    return item


async def _entitle(tools: Tools, item_id: int, person_id: int, act: Act, now: datetime) -> Item:
    """The item, where this person may decide about it. What is refused is recorded."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
        allowed = await may_decide(conn, item, person_id, act)
    if item.person_id == person_id:
        raise await _refused(tools, item, person_id, act, now, phrase("Nobody approves the own item."))
    if act is Act.CONFIRM_RED and item.approved_by == person_id:
        another = phrase("You have approved this yourself: a second person of the office confirms it.")
        raise await _refused(tools, item, person_id, act, now, another)
    if not allowed:
        raise await _refused(tools, item, person_id, act, now, None)
    return item


async def may_decide(conn: Connection, item: Item, person_id: int, act: Act) -> bool:
    """Whether a person's right reaches an item."""
    return (await rights.reach(conn, person_id, act)).covers(item.path)


async def _refused(
    tools: Tools, item: Item, person_id: int, act: Act, now: datetime, what: Phrase | None
) -> NotEntitled:
    return await rights.refuse(tools.db, person_id, act, now, what, item=item.id)


def _reason(why: str) -> str:
    why = " ".join(why.split())
    if 0 < len(why) <= LONGEST_WHY:
        return why
    what = phrase("A reason of 1 to {most} characters is accepted.", most=LONGEST_WHY)
    raise Refused(phrase("The input was refused."), [Fault(column="why", message=what)])


async def _record(conn: Connection, kind: Kind, item: Item, by: int, now: datetime, **more: Json) -> None:
    """What somebody decided about an item: about its collector, with who did it."""
    body = ledger_body(item, by=await stored.person_code(conn, by), **more)
    await ledger.append(conn, at=now, kind=kind, person_id=item.person_id, body=body)
