"""Items over the interface: submitted one at a time, and the own ones looked at."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import ValidationError

from bot.web.api.attachments import files_of
from bot.web.api.door import ROOT, Call, body_of, query_as, read_as
from bot.web.api.item_shapes import (
    ITEM_GIVEN,
    GivenAtAll,
    ItemAnswer,
    ItemGiven,
    ItemPage,
    ReminderGiven,
    StudyGiven,
)
from bot.web.api.keys import answered, key_of, shaped
from bot.web.api.problems import NotTaken, refused_by
from bot.web.api.shapes import Paging
from messages import api_tokens
from messages.api_tokens import keep_answer
from messages.errors import Fault, Refused
from messages.files import FileInfo
from messages.items import texts
from messages.items.columns import CATEGORY_OF_KIND
from messages.items.kinds import ItemKind
from messages.items.records import Given, Item, Many, token_door
from messages.notices import Grade
from messages.store import files
from messages.store.api_tokens import KeptAnswer
from messages.store.database import Connection, Database
from schedules.items.desk import Items

_DIGEST: Final = 40


class ItemCalls:
    """Answers requests about items."""

    def __init__(self, db: Database, items: Items, zone: ZoneInfo, wake: Callable[[], None]) -> None:
        """Items are judged by ``items``, whichever way they come in; instants are shown in the office's ``zone``.

        ``wake`` is called whenever one came in.
        """
        self._db = db
        self._items = items
        self._zone = zone
        self._wake = wake

    async def submit(self, call: Call) -> web.Response:
        """Submit an item; the same request again, by its key, gets the same answer."""
        body, key = await body_of(call.request), key_of(call.request)
        digest = (await asyncio.to_thread(hashlib.sha256, body)).hexdigest()
        if key is not None and (kept := await api_tokens.answered(self._db, call.who, key, digest)):
            return answered(kept, _where(kept), again=True)
        given = await asyncio.to_thread(_read, body, _ref_of(call, key))  # files take their time, others go on
        said = await self._submit(given, call, key, digest)
        self._wake()
        return answered(said, _where(said))

    async def _submit(self, given: Given, call: Call, key: str | None, digest: str) -> KeptAnswer:
        """Submit an item; what is answered is kept with it, so that two at once get the first one's."""
        answers = []

        async def answer(conn: Connection, many: Many) -> None:
            said = self._said(many, digest, await _infos(conn, many.items))
            answers.append(said if key is None else await keep_answer(conn, call.who, key, said, call.now))

        door = token_door(call.who.token_id)
        try:
            await self._items.submit_many([given], call.who.person_id, call.now, by=door, along=answer)
        except Refused as refusal:  # of the right shape it is, but the office cannot take it as things stand
            if key is not None and (kept := await api_tokens.answered(self._db, call.who, key, digest)):
                return kept
            raise NotTaken(refusal.phrase, refusal.faults) from refusal
        return answers[0]

    def _said(self, many: Many, digest: str, infos: Mapping[int, FileInfo]) -> KeptAnswer:
        status = HTTPStatus.CREATED if many.created else HTTPStatus.OK
        shown = ItemAnswer.of(many.items[0], self._zone, infos).model_dump(mode="json", by_alias=True)
        return KeptAnswer(digest=digest, status=status.value, answer=shown)

    async def mine(self, call: Call) -> web.Response:
        """The own items."""
        wanted = query_as(Paging, call.request)
        page = await self._items.mine(call.who.person_id, wanted.page, call.now, size=wanted.size)
        async with self._db.reading() as conn:
            infos = await _infos(conn, page.items)
        return shaped(ItemPage.of(page, self._zone, infos))

    async def show(self, call: Call) -> web.Response:
        """One item."""
        item = await self._items.of(int(call.request.match_info["id"]), call.who.person_id, call.now)
        async with self._db.reading() as conn:
            infos = await _infos(conn, [item])
        return shaped(ItemAnswer.of(item, self._zone, infos))


async def _infos(conn: Connection, items: Sequence[Item]) -> dict[int, FileInfo]:
    return await files.infos(conn, [one for item in items for one in item.given.attachments])


def _where(kept: KeptAnswer) -> str:
    return f"{ROOT}/items/{kept.answer['id']}"


def _ref_of(call: Call, key: str | None) -> str | None:
    """What an item without a ref of its own is called: by the request's key; no crash doubles it."""
    return f"key:{call.who.token_id}:{hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]}" if key is not None else None


def _read(body: bytes, ref: str | None) -> Given:
    try:
        return _given(read_as(ITEM_GIVEN, body, of_kind=True), ref)
    except Refused as refusal:
        if besides := _of_unknown_kind(body, refusal):
            raise Refused(refusal.phrase, [*refusal.faults, *besides]) from refusal
        raise


def _of_unknown_kind(body: bytes, refusal: Refused) -> Sequence[Fault]:
    """What is wrong besides with an item whose kind is not known: all is told at once."""
    if not any(fault.column == "kind" for fault in refusal.faults):
        return ()
    try:
        GivenAtAll.model_validate_json(body)
    except ValidationError as error:
        return refused_by(error).faults
    return ()


def _given(wanted: ItemGiven, ref: str | None) -> Given:
    reminder = wanted if isinstance(wanted, ReminderGiven) else None
    kind = ItemKind(wanted.kind)
    return Given(
        category=CATEGORY_OF_KIND[kind],
        kind=kind,
        title=wanted.title,
        text=texts.html(texts.lines(wanted.text)),
        files=files_of(wanted.attachments),
        decisive_on=None if isinstance(wanted, StudyGiven) else wanted.day,
        audience=None if isinstance(wanted, ReminderGiven) else wanted.audience,
        grade=Grade(reminder.grade) if reminder else None,
        posts=tuple(map(texts.code, reminder.posts)) if reminder else (),
        ref=texts.code(wanted.ref) if wanted.ref else ref,
    )
