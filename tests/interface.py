"""The interface as another system meets it: over real HTTP, in a district whose collectors submit items."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import web

from bot.office import Office
from bot.settings import Settings
from bot.web.api.interface import Interface
from messages import api_tokens
from messages.api_tokens import ApiScope, Wanted
from messages.store.database import Database
from schedules.clock import Clock
from schedules.policy import Policy, load
from schedules.statistics.desk import Statistics
from tests.collectors import Collectors
from tests.district import MORNING, ZONE

EVERY_SCOPE = ",".join(ApiScope)
CAUTION: Mapping[str, Any] = {
    "kind": "audit",
    "title": "审计结论",
    "text": "请引以为戒 <b>",
    "date": "2026-09-18",
    "audience": "unit:财政局",
}
REMINDER: Mapping[str, Any] = {
    "kind": "complaints",
    "title": "投诉集中",
    "text": "请自查。",
    "date": "2026-09-18",
    "grade": "blue",
    "posts": ["PH"],
}


@dataclass(frozen=True)
class Said:
    """What was answered."""

    status: int
    type: str
    headers: Mapping[str, str]
    body: Any

    @property
    def faults(self) -> list[tuple[str | None, str | None]]:
        """Field and value of each fault."""
        return [(fault["field"], fault["value"]) for fault in self.body["faults"]]


@dataclass(kw_only=True)
class Caller:
    """A system that bears a token of one of the district's people; ``woken`` is when the planner was."""

    office: Collectors
    clock: Clock
    url: str
    session: aiohttp.ClientSession
    statistics: Statistics
    woken: list[datetime] = field(default_factory=list)

    async def token(self, person: str = "C", scopes: str = EVERY_SCOPE, days: int = 30) -> str:
        wanted = Wanted(person=person, scopes=scopes, name="试点系统", days=days)
        return (await api_tokens.issue(self.office.db, None, wanted, self.clock.now())).token

    async def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        data: Mapping[str, Any] | bytes | None = None,
        **headers: str,
    ) -> Said:
        """A request; a mapping is sent as JSON, bytes as they are (of the type that is given as ``content_type``)."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        if isinstance(data, Mapping):
            data = json.dumps({**data}, ensure_ascii=False).encode()
            given.setdefault("content-type", "application/json")
        sent = None if data is None else BytesIO(data)  # however large it is
        async with self.session.request(method, self.url + path, data=sent, headers=given) as answer:
            text = await answer.text()
            body = json.loads(text) if text and answer.content_type.endswith("json") else text
            return Said(status=answer.status, type=answer.content_type, headers=answer.headers, body=body)

    async def submit(self, token: str, data: Mapping[str, Any] = CAUTION, **headers: str) -> Said:
        return await self.ask("POST", "/items", token, data=data, **headers)

    def later(self, **by: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**by))


@asynccontextmanager
async def calling(db: Database, policy: Policy | None = None) -> AsyncIterator[Caller]:
    """The district with its interface open, on a morning."""
    policy, clock = policy or load(), Clock(ZONE, MORNING)
    office = await Collectors(db, policy).found()
    app = web.Application()
    woken: list[datetime] = []
    settings = Settings.model_validate({"telegram_token": "1:test"})
    composed = replace(Office.of(settings, db, clock), policy=policy, items=office.items)
    Interface(composed, lambda: woken.append(clock.now())).hang(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1"
            counted = composed.statistics
            yield Caller(office=office, clock=clock, url=url, session=session, statistics=counted, woken=woken)
    finally:
        await runner.cleanup()
