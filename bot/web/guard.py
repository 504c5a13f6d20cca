"""Who may speak to the dashboard: browsers that opened it under one of its names, and no other site through them.

Another site can neither post here (its origin shows), nor have its own name point here (DNS rebinding: the Host header
shows), nor frame a page, nor have a script of its own run in one.
"""

from collections.abc import Iterable
from typing import Final

from aiohttp import web

from bot.web.hosts import Hosts, is_foreign
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
_STRANGE_NAME: Final = phrase("The dashboard is not served under this name.")
_FROM_ELSEWHERE: Final = phrase("This was sent from another site. Please do it on the page itself.")


class Guard:
    """Looks at where each request comes from."""

    def __init__(self, names: Iterable[str]) -> None:
        """``names`` are those under which the dashboard may be opened, beside the plain addresses."""
        self._hosts = Hosts(names)

    def objection(self, request: web.BaseRequest) -> Phrase | None:
        """Why a request is refused; None when it is fine."""
        if not self._hosts.knows(request):
            return _STRANGE_NAME
        if request.method in _SAFE:
            return None
        return _FROM_ELSEWHERE if is_foreign(request) else None
