"""Chat, dashboard and interface show the same records to the same people: the rule, asked of each of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote

import aiohttp
import pytest

from bot.chat.lookup_cards import POST
from messages import api_tokens
from messages.api_tokens import ApiScope, Wanted
from messages.ledger import Kind
from messages.organisation.records import Role
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.district import District
from tests.pages import Served, serving_pages
from tests.talk import Talk, buttons
from tests.unit.test_visibility import BORNE, LEVELS, TARGETS, UNITS, Target, founded, looks, may

FACES = 3
POSTS = {target.code: number for number, target in enumerate(TARGETS)}
"""In the order in which they were made, which is that of their ids."""


@dataclass(frozen=True)
class Viewer:
    code: str
    level: int | None
    borne: tuple[Role, str] | None

    @property
    def looks_at(self) -> list[Target]:
        """A post of each unit, at levels that move on with each viewer: all levels meet in the end."""
        turn = int(self.code[1:])
        return [Target(unit, LEVELS[(turn + number) % len(LEVELS)]) for number, unit in enumerate(UNITS)]


VIEWERS = [Viewer(f"V{number}", *given) for number, given in enumerate(product((None, *LEVELS), BORNE))]


@dataclass(frozen=True)
class Faces:
    """One office with every face open."""

    district: District
    talk: Talk
    served: Served
    http: aiohttp.ClientSession

    async def in_chat(self, viewer: Viewer, codes: list[str]) -> list[bool]:
        """Whether each post's card shows its record: it names the holder then, and leads on to the unit."""
        chat, shown = self.district.chat(viewer.code), []
        await self.talk.write(chat, f"/lookup {codes[0]}")
        _, first, search, page = buttons(self.talk.last(chat))[0][0]["callback_data"].split(":")
        offset = int(first) - POSTS[codes[0]]
        for code in codes:
            found = self.talk.last(chat).message_id
            await self.talk.press(chat, found, f"{POST}:{offset + POSTS[code]}:{search}:{page}")
            card = self.talk.last(chat)
            assert f"岗位{code}" in card.text
            shown.append(f"姓名{code}" in card.text)
            assert shown[-1] == (len(buttons(card)[-1]) > 1)
        return shown

    async def on_page(self, viewer: Viewer, codes: list[str]) -> list[bool]:
        """Whether each post's page is shown."""
        reader = await self.served.enter(self.district.people[viewer.code])
        shown = [await reader.get(f"/posts/{quote(code)}") for code in codes]
        assert {one.status for one in shown} <= {200, 403}
        named = [
            f"姓名{code}" in one.text.replace(f"姓名{viewer.code}", "") for one, code in zip(shown, codes, strict=True)
        ]
        assert named == [one.status == 200 for one in shown]
        return named

    async def over_interface(self, viewer: Viewer, codes: list[str]) -> list[bool]:
        """Whether each post's warnings are given."""
        wanted = Wanted(person=viewer.code, scopes=ApiScope.SEE_WARNINGS, name="试点系统", days=1)
        issued = await api_tokens.issue(self.served.db, None, wanted, self.served.clock.now())
        found = []
        for code in codes:
            url = f"{self.served.url}/api/v1/posts/{quote(code)}/warnings"
            async with self.http.get(url, headers={"Authorization": f"Bearer {issued.token}"}) as answer:
                assert answer.status in {200, 403}
                assert (f"姓名{code}" in await answer.text()) == (answer.status == 200)
                found.append(answer.status == 200)
        return found


@asynccontextmanager
async def opened(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Faces]:
    """The district of the unit's matrix, with every viewer in it."""
    district = await founded(db)
    async with (
        serving_pages(db, clock) as served,
        Talk(db, clock, catalog, renderer).open() as talk,
        aiohttp.ClientSession() as http,
    ):
        for viewer in VIEWERS:
            posts = [] if viewer.level is None else [(f"{viewer.code}-post", "教育局", viewer.level)]
            await district.person(viewer.code, *posts, roles=[viewer.borne] if viewer.borne else [])
            await talk.meet(district.chat(viewer.code), "zh")
        yield Faces(district, talk, served, http)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the rule itself is tried on both
async def test_each_face_shows_just_what_the_rule_says(
    db: Database, clock: Clock, catalog: Catalog, renderer: Renderer
) -> None:
    met = {(viewer.level, target.level) for viewer in VIEWERS for target in viewer.looks_at}
    assert met == {*product((None, *LEVELS), LEVELS)}
    expected: dict[str, list[bool]] = {}
    async with opened(db, clock, catalog, renderer) as faces:
        for viewer in VIEWERS:
            codes = [target.code for target in viewer.looks_at]
            rule = expected[viewer.code] = [may(viewer.level, viewer.borne, target) for target in viewer.looks_at]
            assert await faces.in_chat(viewer, codes) == rule, viewer
            assert await faces.on_page(viewer, codes) == rule, viewer
            assert await faces.over_interface(viewer, codes) == rule, viewer
    seen, refused = await looks(db), await looks(db, Kind.ACT_REFUSED)
    assert len(seen) == FACES * sum(map(sum, expected.values()))
    assert len(refused) == FACES * sum(rule.count(False) for rule in expected.values())
    assert {body["by"] for _, body in seen} == {code for code, rule in expected.items() if any(rule)}
