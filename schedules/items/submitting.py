"""Announcing, submitting and withdrawing items. The first submission decides for good whether one was timely."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from messages.errors import Refused
from messages.items.records import OPEN, Door, Foreseen, Given, Item, ItemState, Many
from messages.ledger import Kind, instant_json
from messages.notices import Category, Json
from messages.store import items, ledger
from messages.store.database import Connection
from messages.store.ledger import Event
from messages.text.phrase import phrase
from schedules.items import becoming, earlier, enclosed
from schedules.items.asking import call_off
from schedules.items.checking import Checked, check_all
from schedules.items.earlier import to_enter
from schedules.items.entitling import own
from schedules.items.standing import found, present
from schedules.tools import Along, Tools
from schedules.workdays import WorkCalendar

_ENTERED_FROM: Final = (ItemState.ANNOUNCED, ItemState.RETURNED)


AlongMany: TypeAlias = Callable[[Connection, Many], Awaitable[None]]
"""What is done along with many, knowing what becomes of them."""


async def announce(
    tools: Tools, given: Given, person_id: int, now: datetime, *, by: Door, along: Along | None = None
) -> Item:
    """Say that an item is to be entered by its day."""
    (checked,) = await check_all(tools, [given], person_id, now, announced=True)
    async with tools.db.writing() as conn:
        await items.hold_collector(conn, person_id)
        (checked,) = await enclosed.keep(conn, [checked], person_id, now)
        if checked.given.ref and (before := await items.by_refs(conn, person_id, [checked.given.ref])):
            return earlier.same(before[checked.given.ref], checked)
        row = _entered(checked, person_id, now) | {"state": ItemState.ANNOUNCED.value}
        (item_id,) = await items.add_all(conn, [row])
        await items.put_posts(conn, {item_id: [post.id for post in checked.posts]}, new=True)
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_ANNOUNCED, item, now, by=by)
        if along is not None:
            await along(conn)
    return item


async def submit(
    tools: Tools,
    given: Given,
    person_id: int,
    now: datetime,
    *,
    by: Door,
    item_id: int | None,
    version: int | None,
    along: Along | None = None,
) -> Item:
    """Submit a new item, or one that was announced or came back."""
    if item_id is None:
        many = await submit_many(tools, [given], person_id, now, by=by, along=along and (lambda conn, _: along(conn)))
        return many.items[0]
    await own(tools, item_id, person_id, now)
    (checked,) = await check_all(tools, [given], person_id, now)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        await items.hold_collector(conn, person_id)
        before = await present(conn, item_id, version, _ENTERED_FROM)
        (checked,) = await enclosed.keep(conn, [checked], person_id, now)
        if (ref := checked.given.ref) and ref != before.given.ref and await items.by_refs(conn, person_id, [ref]):
            raise Refused(phrase("The input was refused."), [earlier.taken(checked.given)])
        if along is not None:
            await along(conn)
        return await _enter(conn, tools, calendar, before, checked, now, by)


async def submit_many(
    tools: Tools,
    rows: Sequence[Given],
    person_id: int,
    now: datetime,
    *,
    by: Door,
    along: AlongMany | None = None,
) -> Many:
    """Submit items in one transaction: all or none. What was submitted before under its name is left as it is."""
    checked = await check_all(tools, rows, person_id, now)
    earlier.refuse_doubled(checked)
    calendar = await tools.calendars.current()
    async with tools.db.writing() as conn:
        await items.hold_collector(conn, person_id)
        checked = await enclosed.keep(conn, checked, person_id, now)
        refs = [one.given.ref for one in checked if one.given.ref]
        before = await items.by_refs(conn, person_id, refs)
        earlier.refuse_changed(checked, before)
        new = [one for one in checked if one.given.ref not in before]
        ids = iter(await _add(conn, new, person_id, now))
        order = [before[one.given.ref].id if one.given.ref in before else next(ids) for one in checked]
        entered = [(old, one) for one in checked if (old := before.get(one.given.ref or "")) and to_enter(old, one)]
        for old, one in entered:
            still = await present(conn, old.id, old.version, _ENTERED_FROM)
            await _enter(conn, tools, calendar, still, one, now, by)
        known = await items.by_ids(conn, order)
        added = [known[item_id] for item_id in order if known[item_id].given.ref not in before]
        await ledger.append_all(conn, [_submitted(item, now, by, first=True) for item in added])
        for item in added:
            if not needs_approval(tools, item.given):
                known[item.id] = await becoming.issue(conn, tools, calendar, item, now)
        created = len(new) + len(entered)
        many = Many(created=created, unchanged=len(rows) - created, items=tuple(known[one] for one in order))
        if along is not None:
            await along(conn, many)
    return many


async def foresee(tools: Tools, rows: Sequence[Given], person_id: int, now: datetime) -> Foreseen:
    """What ``submit_many`` would do; it raises the same."""
    checked = await check_all(tools, rows, person_id, now)
    earlier.refuse_doubled(checked)
    async with tools.db.reading() as conn:
        checked = await enclosed.look_up(conn, checked)
        before = await items.by_refs(conn, person_id, [one.given.ref for one in checked if one.given.ref])
    earlier.refuse_changed(checked, before)
    unchanged = sum(1 for one in checked if (old := before.get(one.given.ref or "")) and not to_enter(old, one))
    due_on = tuple(one.due.on if one.due else None for one in checked)
    return Foreseen(created=len(rows) - unchanged, unchanged=unchanged, due_on=due_on)


async def withdraw(tools: Tools, item_id: int, person_id: int, now: datetime, version: int) -> Item:
    """Take the own item back before it is approved."""
    await own(tools, item_id, person_id, now)
    async with tools.db.writing() as conn:
        await call_off(conn, await present(conn, item_id, version, OPEN), now)
        await items.change(conn, item_id, state=ItemState.WITHDRAWN.value)
        item = await found(conn, item_id)
        await _record(conn, Kind.ITEM_WITHDRAWN, item, now)
    return item


def needs_approval(tools: Tools, given: Given) -> bool:
    """Whether a leader has to approve an item: always a reminder, any other where the policy says so."""
    return given.category is Category.REMINDER or tools.policy.items.terms(given.category).approval


# Taking


def _entered(checked: Checked, person_id: int, now: datetime) -> dict[str, Any]:
    """The columns of what was given, with its last day."""
    due = checked.due
    return items.values_of(checked.given) | {
        "digest": checked.digest,
        "person_id": person_id,
        "unit_id": checked.unit_id,
        "due_on": due.on.isoformat() if due else None,
        "due_at": due.at if due else None,
        "provisional": due is not None and due.provisional,
        "created_at": now,
    }


def _laid_before(checked: Checked, first: datetime, now: datetime) -> dict[str, Any]:
    """The columns of an item that was first submitted at an instant, and is laid before its approver now."""
    return {
        "state": ItemState.SUBMITTED.value,
        "submitted_at": first,
        "timely": checked.due.timely(first) if checked.due else None,
        "handed_at": now,
    }


async def _add(conn: Connection, new: Sequence[Checked], person_id: int, now: datetime) -> list[int]:
    rows = [_entered(one, person_id, now) | _laid_before(one, now, now) for one in new]
    ids = await items.add_all(conn, rows)
    about = {item_id: [post.id for post in one.posts] for item_id, one in zip(ids, new, strict=True)}
    await items.put_posts(conn, about, new=True)
    return ids


async def _enter(
    conn: Connection, tools: Tools, calendar: WorkCalendar, before: Item, checked: Checked, now: datetime, by: Door
) -> Item:
    """Enter what was announced, or came back."""
    entered = _entered(checked, before.person_id, before.created_at)
    if checked.given.ref is None:
        del entered["ref"], entered["digest"]
    again = {"asked_at": None, "deputy_at": None, "why": None, "returned_by": None}
    laid = _laid_before(checked, before.submitted_at or now, now)
    await items.change(conn, before.id, **entered, **laid, **again)
    await items.put_posts(conn, {before.id: [post.id for post in checked.posts]})
    item = await found(conn, before.id)
    await ledger.append_all(conn, [_submitted(item, now, by, first=before.submitted_at is None)])
    return item if needs_approval(tools, item.given) else await becoming.issue(conn, tools, calendar, item, now)


# The ledger


def _submitted(item: Item, now: datetime, by: Door, *, first: bool) -> Event:
    """With all that says whether it was entered in time; what came back and is submitted again is not the ``first``."""
    days: dict[str, Json] = {"due": instant_json(item.due_at), "provisional": item.provisional, "first": first}
    return _event(Kind.ITEM_SUBMITTED, item, now, by=by, **days)


def _event(kind: Kind, item: Item, now: datetime, **more: Json) -> Event:
    return Event(at=now, kind=kind, person_id=item.person_id, body=ledger_body(item, **more))


async def _record(conn: Connection, kind: Kind, item: Item, now: datetime, **more: Json) -> None:
    await ledger.append_all(conn, [_event(kind, item, now, **more)])


def ledger_body(item: Item, **more: Json) -> dict[str, Json]:
    """What the ledger keeps of an item: what it is and how its days stand, not what it says."""
    given = item.given
    return {
        "item": item.id,
        "version": item.version,
        "category": given.category.value,
        "kind": given.kind.value,
        "grade": given.grade.value if given.grade else None,
        "decisive_on": given.decisive_on.isoformat() if given.decisive_on else None,
        "due_on": item.due_on.isoformat() if item.due_on else None,
        "timely": item.timely,
        **more,
    }
