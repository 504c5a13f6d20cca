"""The dashboard as a browser without scripts sees it: over real HTTP, with cookies, forms filled in as they stand."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from types import MappingProxyType

import aiohttp
from yarl import URL

from bot.service import Service
from tests.service import Town, chat, until

_LINK = re.compile(r"https?://[^\"'\s<>]+/web/enter/[A-Za-z0-9_-]+")


class _Forms(HTMLParser):
    """The forms of a page: each one's address and the fields and buttons with a name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag in {"input", "button", "select"} and "name" in given and self.found:
            self.found[-1][1][given["name"]] = given.get("value", "")


@dataclass(frozen=True)
class Shown:
    """What a request brought: ``url`` is where it ended."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def text(self) -> str:
        """What a reader sees."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def form(self, action: str) -> dict[str, str]:
        """The fields of the first form that goes to an address ending so."""
        return self.address_and_form(action)[1]

    def address_and_form(self, action: str) -> tuple[str, dict[str, str]]:
        return next(found for found in _Forms(self.html).found if found[0].endswith(action))


@dataclass
class Reader:
    """Somebody's browser at the dashboard of a service."""

    base: str
    http: aiohttp.ClientSession

    async def get(self, path: str, *, follow: bool = True, headers: Mapping[str, str] = MappingProxyType({})) -> Shown:
        return await self._ask("GET", path, follow=follow, headers=headers)

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] | aiohttp.FormData,
        *,
        follow: bool = True,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Shown:
        data = fields if isinstance(fields, aiohttp.FormData) else dict(fields)
        return await self._ask("POST", path, follow=follow, headers=headers, data=data)

    async def submit(self, shown: Shown, action: str, **changed: str) -> Shown:
        """Send a form of a page as it stands, but for what is ``changed``."""
        address, fields = shown.address_and_form(action)
        return await self.post(str(URL(shown.url).join(URL(address))), fields | changed)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        follow: bool,
        headers: Mapping[str, str],
        data: dict[str, str] | aiohttp.FormData | None = None,
    ) -> Shown:
        url = path if path.startswith("http") else f"{self.base}{path}"
        async with self.http.request(method, url, data=data, headers=headers, allow_redirects=follow) as answer:
            body = await answer.read()
            return Shown(status=answer.status, url=str(answer.url), headers=answer.headers, body=body)

    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.http.cookie_jar}


@asynccontextmanager
async def browsing(service: Service) -> AsyncIterator[Reader]:
    """A browser that nobody has signed in with yet."""
    jar = aiohttp.CookieJar(unsafe=True)  # of plain addresses too, as browsers keep them
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Reader(base=f"{service.web.url}/web", http=http)


async def link_for(place: Town, number: int) -> str:
    """The link that a person gets in the chat."""
    before = len(place.heard(number))
    await place.sandbox.send_text(chat(number), "/web")
    await until(lambda: len(place.heard(number)) > before)
    entities = place.heard(number)[-1].entities
    return next(url for entity in entities if _LINK.fullmatch(url := str(entity.get("url", ""))))


@asynccontextmanager
async def signed_in(place: Town, service: Service, number: int = 1) -> AsyncIterator[Reader]:
    """A browser in which a person has signed in by the link from the chat."""
    async with browsing(service) as reader:
        link = await link_for(place, number)
        assert (await reader.get(link)).status == 200
        entered = await reader.post(link, {})
        assert entered.status == 200, entered.text
        yield reader
