"""Who may speak to the page's API: the page itself, opened under a name of this machine.

Other sites' pages in the same browser may not: neither by posting here (their origin shows) nor by having their own
name point here (DNS rebinding: the Host header shows).
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Set on every answer of the page."""

_JSON: Final = "application/json"
_FORM: Final = "multipart/form-data"
_OWN_NAMES: Final = frozenset({"localhost"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})


class PageRefusal(Exception):
    """A request that cannot be done: ``refused`` is for the page's maker, ``error`` (if any) for the person."""

    def __init__(self, status: int, refused: str, error: str | None = None) -> None:
        """Keep the parts of the answer."""
        super().__init__(refused)
        self.status = status
        self.body = {"refused": refused} | ({"error": error} if error else {})


class Guard:
    """The names under which the page may be opened."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """``localhost`` and plain IP addresses are always good: no foreign name can be made to point at them."""
        self._names = _OWN_NAMES | {name.lower() for name in names}

    def objection(self, request: web.BaseRequest, *, form: bool = False) -> str | None:
        """Why a request is refused, in a few words; None when it is fine. ``form``: files are sent to here."""
        if not self._own_name(_host(request)):
            return "the page is not served under this name"
        if request.method in {"GET", "HEAD"}:
            return None
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES:
            return "another site may not post here"
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("Host", "").lower():
            return "another site may not post here"
        if request.content_type != (_FORM if form else _JSON):
            return f"a body of the type {_FORM if form else _JSON} is accepted"
        return None

    def _own_name(self, name: str) -> bool:
        if name in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def _host(request: web.BaseRequest) -> str:
    try:
        return (urlsplit(f"//{request.headers.get('Host', '')}").hostname or "").lower()
    except ValueError:
        return ""
