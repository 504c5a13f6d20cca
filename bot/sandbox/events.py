"""News for the page, as Server-Sent Events: which chats changed, the panel's state; a busy second in a few lines."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import structlog
from aiohttp import web

from bot.sandbox.panel import Panel, PanelState, as_json

_log: Final = structlog.get_logger(__name__)
_PAUSE: Final = 0.2  # at most five batches a second
_QUIET: Final = 15.0  # a sign of life, so that no proxy closes a silent line
_WATCH: Final = 0.5
_JUMP: Final = 1.5  # seconds by which the service's clock must differ from running on by itself


class _Listener:
    """One open page: what it has not been told yet. Bounded by the number of chats."""

    def __init__(self) -> None:
        self.chats: set[int] = set()
        self.states: dict[str, dict[str, Any]] = {}
        self.wake = asyncio.Event()

    def take(self) -> str:
        """The text of everything that is new, each thing once."""
        chats, self.chats = self.chats, set()
        states, self.states = self.states, {}
        self.wake.clear()
        lines = [_event("chat", {"chat_id": chat_id}) for chat_id in chats]
        if chats:
            lines.append(_event("people", {}))
        return "".join(lines + [_event(kind, state) for kind, state in states.items()])


def _event(kind: str, body: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


class Events:
    """Every open page, told in batches."""

    def __init__(self, steady: Callable[[], float], panel: Panel | None) -> None:
        """``panel`` is watched only while a page is open."""
        self._steady = steady
        self.panel = panel
        self._listeners: set[_Listener] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._told: tuple[PanelState, float] | None = None
        self._stopping = False

    def chat_changed(self, chat_id: int) -> None:
        """Something changed in that chat."""
        for listener in self._listeners:
            listener.chats.add(chat_id)
            listener.wake.set()

    def panel_changed(self, state: PanelState) -> None:
        """Tell a new state of the panel where it differs from what was told."""
        told, at = self._told or (None, 0.0), self._steady()
        self._told = (state, at)
        before, before_at = told
        body = as_json(state, movable=True)
        ran_on = before is not None and abs((state.clock - before.clock).total_seconds() - (at - before_at)) < _JUMP
        if before is None or not ran_on or state.next != before.next:
            self._tell("clock", body)
        if before is None or state.progress != before.progress:
            self._tell("progress", body)

    def _tell(self, kind: str, body: dict[str, Any]) -> None:
        for listener in self._listeners:
            listener.states[kind] = body
            listener.wake.set()

    async def stream(self, request: web.BaseRequest, headers: dict[str, str]) -> web.StreamResponse:
        """Tell one page until it goes or the sandbox stops."""
        kind = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers={**headers, **kind})
        await response.prepare(request)
        listener = _Listener()
        self._listeners.add(listener)
        self._watch()
        try:
            await response.write(b": open\n\n")
            while not self._stopping:
                await self._wait(listener)
                await response.write((listener.take() or ": still here\n\n").encode())
                await asyncio.sleep(_PAUSE)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._listeners.discard(listener)
            self._watch()
        return response

    async def _wait(self, listener: _Listener) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_QUIET):
                await listener.wake.wait()

    def _watch(self) -> None:
        """Look at the panel while somebody listens."""
        wanted = bool(self._listeners) and self.panel is not None and not self._stopping
        if wanted and self._watcher is None:
            self._watcher = asyncio.create_task(self._look())
        elif not wanted and self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None

    async def _look(self) -> None:
        while self.panel is not None:
            try:
                self.panel_changed(await self.panel.state())
            except Exception:  # noqa: BLE001 -- whatever it is, the next look may succeed; the page must not freeze for it
                _log.exception("the panel could not be read")
            await asyncio.sleep(_WATCH)

    async def stop(self) -> None:
        """End every stream."""
        self._stopping = True
        watcher = self._watcher
        self._watch()
        for listener in self._listeners:
            listener.wake.set()
        if watcher is not None:
            await asyncio.gather(watcher, return_exceptions=True)
