"""Decisions about items: a leader approves, regrades or returns one, the office confirms a red one; nobody the own."""

from datetime import datetime

from messages import reasons
from messages.audience import sayable
from messages.errors import CHANGED, Outdated, Refused
from messages.items.records import Item, ItemState
from messages.ledger import Kind
from messages.notices import Category, Grade, Json
from messages.rights import Act
from messages.store import items, ledger, notices
from messages.store import rights as stored
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.items import becoming
from schedules.items.asking import call_off
from schedules.items.entitling import concerned, entitle
from schedules.items.standing import decided_before, found, present
from schedules.items.submitting import ledger_body
from schedules.items.telling import Outcome, outcome_notice
from schedules.tools import Tools


async def approve(tools: Tools, item_id: int, person_id: int, version: int, now: datetime) -> Item:
    """Approve an item: it is issued, or goes on to the office where it is red."""
    await entitle(tools, item_id, person_id, Act.APPROVE_ITEMS, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        before = await _held(conn, item_id, version, ItemState.SUBMITTED, person_id, Act.APPROVE_ITEMS)
        await call_off(conn, before, now)
        red = before.given.grade is Grade.RED
        onward = {"state": ItemState.CONFIRMING.value, "handed_at": now, "asked_at": None, "deputy_at": None}
        await items.change(conn, item_id, approved_at=now, approved_by=person_id, **(onward if red else {}))
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_APPROVED, item, person_id, now)
        if not red:
            item = await becoming.issue(conn, tools, calendar, item, now)
        outcome = Outcome.APPROVED if red else Outcome.ISSUED
        await _tell(conn, item, outcome, now, by=item.approver)
    return item


async def confirm(tools: Tools, item_id: int, person_id: int, version: int, now: datetime) -> Item:
    """Confirm a red item, as a second named person of the office: it is issued."""
    await entitle(tools, item_id, person_id, Act.CONFIRM_RED, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        before = await _held(conn, item_id, version, ItemState.CONFIRMING, person_id, Act.CONFIRM_RED)
        await call_off(conn, before, now)
        await items.change(conn, item_id, confirmed_at=now, confirmed_by=person_id)
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_APPROVED, item, person_id, now, confirmed=True)
        item = await becoming.issue(conn, tools, calendar, item, now)
        await _tell(conn, item, Outcome.ISSUED, now, by=item.confirmer)
    return item


async def give_back(
    tools: Tools, item_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None
) -> Item:
    """Return an item to its collector; who returns it is not asked for a reason any more."""
    why = reasons.reason_of(why)
    item = await for_decision(tools, item_id, person_id, now)
    async with tools.db.writing() as conn:
        act = Act.CONFIRM_RED if item.state is ItemState.CONFIRMING else Act.APPROVE_ITEMS
        await call_off(conn, await _held(conn, item_id, version, item.state, person_id, act), now)
        back = {"state": ItemState.RETURNED.value, "why": why, "approved_at": None, "approved_by": None}
        await items.change(conn, item_id, **back, returned_by=person_id)
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_RETURNED, item, person_id, now, why=why)
        name = await stored.person_name(conn, person_id)
        await _tell(conn, item, Outcome.RETURNED, now, by=name, why=why)
        await reasons.stop(conn, person_id, now, message_id)
    return item


async def regrade(tools: Tools, item_id: int, person_id: int, version: int, grade: Grade, now: datetime) -> Item:
    """Give a reminder another grade before it is approved."""
    item = await entitle(tools, item_id, person_id, Act.APPROVE_ITEMS, now)
    if item.given.category is not Category.REMINDER:
        raise Refused(phrase("Only a reminder has a grade."))
    async with tools.db.writing() as conn:
        before = await _held(conn, item_id, version, ItemState.SUBMITTED, person_id, Act.APPROVE_ITEMS)
        if before.given.grade is grade:
            return before
        await items.change(conn, item_id, grade=grade.value)
        item = await found(conn, item_id)
        was = before.given.grade.value if before.given.grade else None
        await _record(conn, Kind.ITEM_GRADED, item, person_id, now, was=was)
        name = await stored.person_name(conn, person_id)
        await _tell(conn, item, Outcome.REGRADED, now, by=name, was=before.given.grade)
    return item


async def for_decision(tools: Tools, item_id: int, person_id: int, now: datetime, *, leader: bool = False) -> Item:
    """An item that waits for a decision, which this person may make; as a ``leader``, what the office has not yet."""
    async with tools.db.reading() as conn:
        item = await found(conn, item_id)
    confirms = item.state is ItemState.CONFIRMING and not leader
    item = await entitle(tools, item_id, person_id, Act.CONFIRM_RED if confirms else Act.APPROVE_ITEMS, now)
    if item.state is not (ItemState.CONFIRMING if confirms else ItemState.SUBMITTED):
        raise decided_before(item, person_id)
    return item


async def _held(conn: Connection, item_id: int, version: int, state: ItemState, person_id: int, act: Act) -> Item:
    """An item that waits in a state, which nobody else decides meanwhile, and which still does not concern this person.

    Raises what ``present`` raises.
    """
    item = await present(conn, item_id, version, [state])
    if concerned(item, person_id, act) is not None:  # who decides has taken the post that it is about
        raise Outdated(CHANGED)
    return item


async def _record(conn: Connection, kind: Kind, item: Item, by: int, now: datetime, **more: Json) -> None:
    """What somebody decided about an item: about its collector, with who did it."""
    body = ledger_body(item, by=await stored.person_code(conn, by), **more)
    await ledger.append(conn, at=now, kind=kind, person_id=item.person_id, body=body)


async def _tell(
    conn: Connection,
    item: Item,
    outcome: Outcome,
    now: datetime,
    *,
    by: str | None,
    why: str | None = None,
    was: Grade | None = None,
) -> None:
    """Tell its collector; nobody where no audience can name the code."""
    if sayable(item.person_code):
        await notices.add(conn, outcome_notice(item, outcome, now, by=by, why=why, was=was))
