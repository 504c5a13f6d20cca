"""Matters over the interface: told one at a time, and looked at, as far as the token's person may."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.api.door import ROOT, Call, body_of, query_as, read_as
from bot.web.api.keys import answered, key_of, shaped
from bot.web.api.matter_given import MATTER_GIVEN, DateGiven, MatterGiven
from bot.web.api.matter_shapes import ANY, EVERY_STEP, MatterAnswer, MatterPage, MattersWanted
from bot.web.api.problems import NotTaken
from messages import api_tokens
from messages.api_tokens import claim_answer, complete_answer
from messages.errors import Fault, NotFound, Refused
from messages.items import texts
from messages.store import matters
from messages.store.api_tokens import KeptAnswer
from messages.store.database import Connection, Database
from messages.tenders.dating import day_fact
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone
from messages.tenders.records import DEFAULT_CURRENCY, LONGEST_REF, Fact, MatterState, Method, Source, Told
from messages.tenders.views import Filter, Outcome
from messages.text.articles import cited
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from schedules.policy import Policy
from schedules.tenders.desk import Tenders

MOST_BYTES: Final = 256 * 1024
"""The largest body that is read."""


_CENT: Final = Decimal("0.01")
_REFUSED: Final = phrase("The input was refused.")


class MatterCalls:
    """Answers requests about matters."""

    def __init__(
        self,
        *,
        db: Database,
        tenders: Tenders,
        policy: Policy,
        catalog: Catalog,
        zone: ZoneInfo,
        wake: Callable[[], None],
    ) -> None:
        """Articles are cited by the laws of ``policy``; instants are meant and shown in the office's ``zone``.

        ``wake`` is called whenever something came in.
        """
        self._db = db
        self._tenders = tenders
        self._cite = partial(cited, laws=policy.tenders.laws, catalog=catalog)
        self._zone = zone
        self._wake = wake

    async def submit(self, call: Call) -> web.Response:
        """Tell of a matter; the same request again, by its key, gets the same answer."""
        body, key = await body_of(call.request, MOST_BYTES), key_of(call.request)
        digest = hashlib.sha256(body).hexdigest()
        if key is not None and (kept := await api_tokens.answered(self._db, call.who, key, digest)) and kept.answer:
            return answered(kept, _where(kept), again=True)
        said = await self._take(read_as(MATTER_GIVEN, body), call, key, digest)
        self._wake()
        return answered(said, _where(said))

    async def _take(self, given: MatterGiven, call: Call, key: str | None, digest: str) -> KeptAnswer:
        """Take what is told. That it was is kept with the key in the same transaction, what is answered after it."""
        told = _told(given, self._zone)

        async def along(conn: Connection) -> None:
            if key is not None:
                status = HTTPStatus.CREATED if await _is_new(conn, told.ref, call.now) else HTTPStatus.OK
                await claim_answer(conn, call.who, key, KeptAnswer(digest=digest, status=status, answer={}), call.now)

        try:
            taken = await self._tenders.take(told, call.who.person_id, call.now, along=along)
        except Refused as refusal:  # of the right shape it is, but the office cannot take it as things stand
            raise NotTaken(refusal.phrase, [_placed(fault, given) for fault in refusal.faults]) from refusal
        status = HTTPStatus.CREATED if taken.outcome is Outcome.CREATED else HTTPStatus.OK
        answer = (await self._answer(taken.matter.ref, call)).model_dump(mode="json")
        said = KeptAnswer(digest=digest, status=status, answer=answer)
        return said if key is None else await complete_answer(self._db, call.who, key, said)

    async def show(self, call: Call) -> web.Response:
        """One matter."""
        ref = call.request.match_info["ref"]
        if len(ref) > LONGEST_REF or not ref.isprintable():
            raise NotFound(phrase("There is no such matter."))
        return shaped(await self._answer(ref, call))

    async def list(self, call: Call) -> web.Response:
        """The matters that are open to the token's person."""
        wanted = query_as(MattersWanted, call.request)
        which = Filter(
            states=() if wanted.state == ANY else (MatterState(wanted.state),),
            kinds=() if wanted.kind == ANY else (MatterKind(wanted.kind),),
        )
        page = await self._tenders.list(call.who.person_id, which, wanted.page, call.now, size=wanted.size)
        return shaped(MatterPage.of(page, self._zone))

    async def _answer(self, ref: str, call: Call) -> MatterAnswer:
        whole = await self._tenders.of(ref, call.who.person_id, call.now)
        return MatterAnswer.of(whole, self._zone, partial(self._cite, language=call.who.language))


def _where(kept: KeptAnswer) -> str:
    return f"{ROOT}/tenders/{quote(kept.answer['ocid'], safe='')}"


async def _is_new(conn: Connection, ref: str, now: datetime) -> bool:
    matter = await matters.find(conn, ref)
    return matter is not None and matter.version == 1 and matter.created_at == now


def _told(given: MatterGiven, zone: ZoneInfo) -> Told:
    """What is told. Raises ``NotTaken`` for dates that do not fit the matter, or each other."""
    kind = MatterKind(given.kind)
    if faults := [*_faults(given.milestones, kind)]:
        raise NotTaken(_REFUSED, faults)
    amount = None if given.amount is None else _amount(given.amount)
    return Told(
        ref=texts.code(given.ref).strip(),
        kind=kind,
        title=given.title,
        buyer=given.buyer,
        source=Source.INTERFACE,
        unit=given.unit,
        amount=amount,
        currency=None if amount is None else given.currency or DEFAULT_CURRENCY,
        method=Method(given.method) if given.method else None,
        state=MatterState(given.state) if given.state else None,
        facts=tuple(_fact(one, zone) for one in given.milestones),
        whole=given.whole,
        posts=_posts(given),
    )


def _faults(dates: Sequence[DateGiven], kind: MatterKind) -> Iterator[Fault]:
    seen: set[tuple[Milestone, str]] = set()
    for number, one in enumerate(dates):
        place = f"milestones.{number}.kind"
        if one.kind not in MILESTONES[kind]:
            message = phrase("A matter of this kind has no such step.")
            yield Fault(column=place, value=one.kind.value, message=message)
        if (one.kind, one.part) in seen:
            yield Fault(column=place, value=one.kind.value, message=phrase("Once is accepted."))
        seen.add((one.kind, one.part))


def _fact(given: DateGiven, zone: ZoneInfo) -> Fact:
    at: date | datetime = given.at
    if not isinstance(at, datetime):
        return day_fact(given.kind, at, zone, given.part)
    return Fact(milestone=given.kind, at=at if at.tzinfo else at.replace(tzinfo=zone), part=given.part)


def _amount(given: float) -> str:
    value = Decimal(repr(given))
    return format(value.quantize(_CENT if value % 1 else Decimal(1)), "f")


def _posts(given: MatterGiven) -> dict[Milestone | None, Sequence[str]] | None:
    if given.posts is None:
        return None
    return {
        None if step == EVERY_STEP else Milestone(step): tuple(map(texts.code, codes))
        for step, codes in given.posts.items()
    }


def _placed(fault: Fault, given: MatterGiven) -> Fault:
    """A fault of what was told, by the field of the request, and with the date as it was sent."""
    for number, one in enumerate(given.milestones):
        if fault.column == one.kind.value:
            return replace(fault, column=f"milestones.{number}.at", value=one.at.isoformat())
    return replace(fault, column="milestones") if fault.column == "facts" else fault
