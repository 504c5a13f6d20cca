"""Who may speak to the dashboard: browsers that opened it under one of its names, and no other site through them.

Another site can neither post here (its origin shows), nor have its own name point here (DNS rebinding: the Host header
shows), nor frame a page, nor have a script of its own run in one.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from messages.text.phrase import Phrase, phrase

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing is told to other sites. With «no-referrer» browsers would hide the origin of our own forms too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""Set on every answer."""

_SAFE: Final = frozenset({"GET", "HEAD"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})
_STRANGE_NAME: Final = phrase("The dashboard is not served under this name.")
_FROM_ELSEWHERE: Final = phrase("This was sent from another site. Please do it on the page itself.")


class Guard:
    """The names under which the dashboard may be opened."""

    def __init__(self, names: Iterable[str]) -> None:
        """``localhost`` and plain IP addresses are always good: no foreign name can be made to point at them."""
        self._names = {"localhost", *(name.lower() for name in names)}

    def objection(self, request: web.BaseRequest) -> Phrase | None:
        """Why a request is refused; None when it is fine."""
        if not self._own_name(_host(request.headers.get("Host", ""))):
            return _STRANGE_NAME
        if request.method in _SAFE:
            return None
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OWN_SITES:
            return _FROM_ELSEWHERE
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("Host", "").lower():
            return _FROM_ELSEWHERE
        return None

    def _own_name(self, name: str) -> bool:
        if name in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def _host(given: str) -> str:
    if "@" in given:
        return ""
    try:
        return (urlsplit(f"//{given}").hostname or "").lower()
    except ValueError:
        return ""
