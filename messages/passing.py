"""Passing on (转交): who has a notice in charge gives it to another post of the same unit.

1. The other post is obliged, its present holder is told, and the first obligation is marked as passed, with both.
2. Who passed it on is neither reminded nor counted as silent any more; a later press is told to whom it went.
3. A post that answers for the notice already, or did, cannot take it over: so there are chains and no circles.

What is refused because it is not the person's right (another's notice, another unit's post) is recorded; what merely
came too late or was done before is told and no more.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages.errors import LianxunError, NotFound, refused
from messages.ledger import Kind
from messages.notices import Json, Notice
from messages.pages import place_of
from messages.rights import person_of, record_refused
from messages.store import assessing, ledger, notices, passing
from messages.store.accounts import Member
from messages.store.database import Connection, Database
from messages.store.passing import Charge, Successor
from messages.text.phrase import phrase

PAGE: Final = 8
"""How many posts one page offers: as many buttons as a thumb can tell apart."""

_ACT: Final = "pass_on"
"""What a refused passing on is called in the ledger."""

_OBLIGED: Final = phrase("That post has this notice to acknowledge already, or has passed it on itself.")
_SAME_UNIT: Final = phrase("Only a post of the same unit that somebody else holds can take it over.")


class NotInCharge(LianxunError):
    """The obligation is another person's."""


class PassingRefused(LianxunError):
    """It cannot be passed on any more, or not to this post."""


class NotOfUnit(PassingRefused):
    """The post belongs to another unit: it was never offered."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which notice the ``person`` passes on from the ``post`` to the post ``to``, by their codes."""

    notice_id: int
    person: str
    post: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A page of the posts that may take ``charge`` over: ``number`` of ``pages``, both from 1."""

    charge: Charge
    items: tuple[Successor, ...]
    number: int
    pages: int


async def charges(db: Database, member: Member, delivery_id: int) -> tuple[Charge, ...] | None:
    """What a member has in charge by a delivery, by post; None where it did not go to this account."""
    async with db.reading() as conn:
        notice_id = await passing.notice_of(conn, delivery_id=delivery_id, account_id=member.account_id)
        if notice_id is None:
            return None
        return await passing.charges(conn, person_id=member.person_id, notice_id=notice_id)


async def offer(db: Database, member: Member, obligation_id: int, number: int, now: datetime) -> Offer:
    """A page of who may take a charge over; the nearest one there is where ``number`` is not.

    Raises ``NotInCharge`` and ``PassingRefused``, as all that follow do.
    """
    async with _recording(db, member.person_id, now, obligation=obligation_id), db.reading() as conn:
        charge = await _charge(conn, member.person_id, obligation_id)
        place = place_of(number, await passing.count_successors(conn, charge), PAGE)
        items = await passing.successors(conn, charge, skip=place.skipped, limit=PAGE)
    return Offer(charge=charge, items=items, number=place.number, pages=place.pages)


async def chosen(
    db: Database, member: Member, obligation_id: int, post_id: int, now: datetime
) -> tuple[Charge, Successor]:
    """A charge and the post that is to take it over, as they stand now."""
    recording = _recording(db, member.person_id, now, obligation=obligation_id, to=post_id)
    async with recording, db.reading() as conn:
        charge = await _charge(conn, member.person_id, obligation_id)
        return charge, await _successor(conn, charge, post_id)


async def pass_on(db: Database, member: Member, obligation_id: int, post_id: int, now: datetime) -> Successor:
    """A member passes a charge on to the holder of another post."""
    recording = _recording(db, member.person_id, now, obligation=obligation_id, to=post_id)
    async with recording, db.writing() as conn:
        return await _pass(conn, await _charge(conn, member.person_id, obligation_id), post_id, now)


async def pass_by_code(db: Database, asked: Asked, now: datetime) -> Successor:
    """The same by codes. Raises ``NotFound`` and ``Refused``: a fault's column is ``as``, ``from`` or ``to``."""
    async with db.reading() as conn:
        if await notices.find(conn, asked.notice_id) is None:
            raise NotFound(phrase("There is no notice {id}.", id=asked.notice_id))
        person = await _named(conn, asked.person)
    recording = _recording(db, person, now, notice=asked.notice_id, post=asked.post, to=asked.to)
    try:
        async with recording, db.writing() as conn:
            charge = await _charge_of_post(conn, person, asked)
            await passing.hold(conn, charge.obligation_id)
            return await _pass(conn, charge, await passing.post_of(conn, asked.to), now)
    except NotInCharge as error:
        raise refused(error.phrase, column="from", value=asked.post) from error
    except PassingRefused as error:
        raise refused(error.phrase, column="to", value=asked.to) from error


@asynccontextmanager
async def _recording(db: Database, person_id: int, now: datetime, **about: Json) -> AsyncIterator[None]:
    """Record what is refused because it is not the person's right, once the transaction is undone."""
    try:
        yield
    except (NotInCharge, NotOfUnit):
        await record_refused(db, person_id, _ACT, now, **about)
        raise


async def _named(conn: Connection, code: str) -> int:
    try:
        return await person_of(conn, code)
    except NotFound as error:
        raise refused(error.phrase, column="as", value=code) from error


async def _charge_of_post(conn: Connection, person_id: int, asked: Asked) -> Charge:
    mine = await passing.charges(conn, person_id=person_id, notice_id=asked.notice_id)
    charge = next((one for one in mine if one.post_code == asked.post), None)
    if charge is not None:
        return charge
    own = phrase("A post for which «{code}» has this notice to acknowledge is accepted.", code=asked.person)
    if await passing.is_anothers(conn, asked.notice_id, asked.post, person_id):
        raise NotInCharge(own)
    raise refused(own, column="from", value=asked.post)


async def _charge(conn: Connection, person_id: int, obligation_id: int) -> Charge:
    if await passing.hold(conn, obligation_id) != person_id:
        raise NotInCharge(phrase("This notice is not yours to pass on."))
    charge = await passing.charge(conn, person_id=person_id, obligation_id=obligation_id)
    if charge is None:
        raise PassingRefused(phrase("This notice does not wait for you any more: there is nothing to pass on."))
    return charge


async def _successor(conn: Connection, charge: Charge, post_id: int | None) -> Successor:
    found = None if post_id is None else await passing.successor(conn, charge, post_id)
    if found is not None:
        return found
    if post_id is not None and await passing.is_elsewhere(conn, charge, post_id):
        raise NotOfUnit(_SAME_UNIT)
    if post_id is not None and await passing.is_obliged(conn, charge.notice_id, post_id):
        raise PassingRefused(_OBLIGED)
    raise PassingRefused(_SAME_UNIT)


async def _pass(conn: Connection, charge: Charge, post_id: int | None, now: datetime) -> Successor:
    notice = await notices.find(conn, charge.notice_id)
    if notice is None or not _is_live(notice, now):
        raise PassingRefused(phrase("This notice is over; nothing of it is passed on."))
    to = await _successor(conn, charge, post_id)
    if not await passing.pass_on(conn, charge, to, now):
        raise PassingRefused(_OBLIGED)
    await passing.stop_telling(conn, charge, now)
    await assessing.look_again(conn, [charge.notice_id], now)
    body: dict[str, Json] = {
        "notice": notice.key,
        "from": {"post": charge.post_code, "person": charge.person_code, "name": charge.name},
        "to": {"post": to.post_code, "person": to.person_code, "name": to.name},
        "sent_again": await passing.tell(conn, charge.notice_id, to.person_id, now),
    }
    await ledger.append(conn, at=now, kind=Kind.NOTICE_PASSED, person_id=charge.person_id, body=body)
    return to


def _is_live(notice: Notice, now: datetime) -> bool:
    current = notice.expires_at is None or notice.expires_at > now
    return notice.acknowledge and notice.cancelled_at is None and current
