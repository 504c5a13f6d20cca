"""The service's own HTTP: health, readiness, metrics, Telegram's webhook, the dashboard, and other systems."""

import errno
import logging
import os
import socket
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.telegram.updates import WEBHOOK_PATH
from bot.web.api.interface import Interface
from bot.web.calendar_feed import CalendarFeed
from bot.web.dashboard import Dashboard
from bot.web.metrics import Metrics
from messages.errors import Refused
from messages.text.phrase import phrase

_NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 -- names of every address, and one that can be opened

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def port_refused(host: str, port: int, error: OSError) -> Refused:
    """What is said where a port is taken, or is not ours to open."""
    if error.errno == errno.EADDRINUSE:
        return Refused(phrase("Port {port} is in use.", port=str(port)))
    if error.errno == errno.EACCES:
        return Refused(phrase("Port {port} is reserved by this computer: another one is accepted.", port=str(port)))
    why = os.strerror(error.errno) if error.errno else str(error)
    return Refused(phrase("{host}:{port} cannot be opened: {why}.", host=host, port=str(port), why=why))


def refuse_taken(host: str, port: int) -> None:
    """Refuse a port that another program holds, before anything is made or erased for it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise port_refused(host, port, error) from None


def free_port(host: str, wanted: int) -> int:
    """A port that nobody holds: the ``wanted`` one, else any (0: any)."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    return 0


class WebServer:
    """Serves on one host and port (0: any free one)."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        metrics: Metrics,
        healthy: Callable[[], Awaitable[bool]],
        webhook: Handler | None = None,
        dashboard: Dashboard | None = None,
        interface: Interface | None = None,
        calendars: CalendarFeed | None = None,
    ) -> None:
        """``healthy`` looks at what readiness needs.

        ``webhook`` takes updates where that mode is chosen. ``dashboard`` is what people see in a browser,
        ``interface`` what other systems ask, and ``calendars`` what calendar programs read, where this process serves
        them.
        """
        self._host, self._port = host, port
        self._metrics = metrics
        self._healthy = healthy
        self.ready = False
        """Whether the service has started and is not stopping."""
        app = web.Application()
        app.on_response_prepare.append(_say_less)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._readiness)
        app.router.add_get("/metrics", self._show_metrics)
        if webhook is not None:
            app.router.add_post(WEBHOOK_PATH, webhook)
            app.router.add_post(WEBHOOK_PATH + r"/{bot:\d{1,9}}", webhook)
        if dashboard is not None:
            dashboard.hang(app)
        if interface is not None:
            interface.hang(app)
        if calendars is not None:
            calendars.hang(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    @property
    def url(self) -> str:
        """Where it serves; known once it has started."""
        port = self._runner.addresses[0][1] if self._runner.addresses else self._port
        host = _NEAR.get(self._host, self._host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Open the port; ``Refused`` where it cannot be had."""
        logging.getLogger("aiohttp.server").addFilter(_without_what_was_sent)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise port_refused(self._host, self._port, error) from None

    async def stop(self) -> None:
        """Close the port."""
        await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _readiness(self, _request: web.Request) -> web.Response:
        ready = self.ready and await self._healthy()
        return web.json_response({"ok": ready}, status=200 if ready else 503)

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        """By whatever name: a collector finds us by that of a service. Counts are no secret."""
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})


async def _say_less(_request: web.Request, response: web.StreamResponse) -> None:
    """What we are built with is nobody's business."""
    response.headers.pop("Server", None)


def _without_what_was_sent(record: logging.LogRecord) -> bool:
    """A request that cannot be read is logged without its lines: a token may stand in them."""
    if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
        record.exc_info = None
    return True
