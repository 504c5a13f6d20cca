"""Where a request to a page of ours comes from: what every guard of pages looks at.

Another site can have its own name point to our address (DNS rebinding): the Host header shows it. It can have a browser
send a form here: the browser says from where.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.settings import Settings

_OWN_SITES: Final = frozenset({"same-origin", "none"})


class Hosts:
    """The names under which pages may be opened."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """``localhost`` and plain IP addresses are always good: no foreign name can be made to point at them."""
        self._names = frozenset({"localhost", *(name.lower() for name in names)})

    def knows(self, request: web.BaseRequest) -> bool:
        """Whether the request names one of them."""
        name = _host(request.headers.get("Host", ""))
        if name in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def names_of(settings: Settings) -> list[str]:
    """The names that the settings give the service."""
    public = urlsplit(str(settings.public_url or ""))
    return [name for name in (public.hostname, settings.http_host) if name]


def is_foreign(request: web.BaseRequest) -> bool:
    """Whether a page of another site has the browser send this."""
    if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES:
        return True
    origin, host = request.headers.get("Origin"), request.headers.get("Host", "").lower()
    return origin is not None and origin.lower().partition("://")[2] != host


def _host(given: str) -> str:
    if "@" in given:
        return ""
    try:
        return (urlsplit(f"//{given}").hostname or "").lower()
    except ValueError:
        return ""
