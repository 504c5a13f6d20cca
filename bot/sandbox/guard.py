"""Who may speak to the page's API: the page itself, opened under a name of this machine.

Other sites' pages in the same browser may not: neither by posting here (their origin shows) nor by having their own
name point here (DNS rebinding: the Host header shows).
"""

from collections.abc import Iterable
from typing import Final

from aiohttp import web

from bot.web.hosts import Hosts, is_foreign

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


class PageRefusal(Exception):
    """A request that cannot be done: ``refused`` is for the page's maker, ``error`` (if any) for the person."""

    def __init__(self, status: int, refused: str, error: str | None = None) -> None:
        """Keep the parts of the answer."""
        super().__init__(refused)
        self.status = status
        self.body = {"refused": refused} | ({"error": error} if error else {})


class Guard:
    """Looks at where each request comes from."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """``names`` are those under which the page may be opened, beside the plain addresses."""
        self._hosts = Hosts(names)

    def objection(self, request: web.BaseRequest, *, form: bool = False) -> str | None:
        """Why a request is refused, in a few words; None when it is fine. ``form``: files are sent to here."""
        if not self._hosts.knows(request):
            return "the page is not served under this name"
        if request.method in {"GET", "HEAD"}:
            return None
        if is_foreign(request):
            return "another site may not post here"
        if request.content_type != (_FORM if form else _JSON):
            return f"a body of the type {_FORM if form else _JSON} is accepted"
        return None
