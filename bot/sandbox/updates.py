"""Updates on their way to the bot: kept until confirmed, fetched by long polling or posted to a webhook."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import aiohttp

from bot.sandbox.errors import conflict

_TWO_POLLERS: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_IS_ON: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_UNASKED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_HELD: Final = 100_000  # updates that nobody fetches are forgotten beyond this
_LONGEST_POLL: Final = 50.0
_ANSWER_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where updates are posted to. ``secret`` goes into the header ``X-Telegram-Bot-Api-Secret-Token``."""

    url: str
    secret: str = ""
    max_connections: int = 40


@dataclass(kw_only=True)
class WebhookRecord:
    """How the webhook has fared."""

    error_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Seconds between tries of a webhook that fails: doubling from ``first`` to ``longest``."""

    first: float = 0.25
    longest: float = 30.0

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row (1 or more)."""
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 20))


@dataclass(kw_only=True)
class Receiving:
    """What of the updates is kept over a restart."""

    pending: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_HELD))
    last_id: int = 0
    allowed: tuple[str, ...] = ()
    webhook: Webhook | None = None


class Updates:
    """The queue of updates, oldest first."""

    def __init__(self, now: Callable[[], datetime], *, backoff: Backoff | None = None) -> None:
        """Begin empty; ``now`` dates the webhook's failures; ``polled`` is set while a bot waits for an update."""
        self.kept = Receiving()
        self.record = WebhookRecord()
        self.on_change: list[Callable[[], None]] = []
        self._now = now
        self._backoff = backoff or Backoff()
        self._poller: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self.polled = asyncio.Event()
        self._courier: asyncio.Task[None] | None = None

    # Putting in

    def push(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue an update of a kind (``message`` and so on) and give its id; None if the bot wants no such kind."""
        kept = self.kept
        if kind not in kept.allowed if kept.allowed else kind in _UNASKED:
            return None
        kept.last_id += 1
        self.push_as_is({"update_id": kept.last_id, kind: body})
        return kept.last_id

    def push_as_is(self, update: dict[str, Any]) -> None:
        """Queue a whole update, as a test wants it; one that has no id gets the next."""
        if "update_id" not in update:
            update = {"update_id": self.kept.last_id + 1, **update}
        self.kept.last_id = max(self.kept.last_id, int(update["update_id"]))
        self.kept.pending.append(update)
        self._changed()
        self._arrived.set()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def forget(self) -> None:
        """Drop everything that is pending."""
        self.kept.pending.clear()
        self._changed()

    # Long polling

    async def fetch(
        self, offset: int, limit: int, seconds: float, allowed: Sequence[str] | None
    ) -> list[dict[str, Any]]:
        """Confirm what is below ``offset``; give up to ``limit`` updates, waiting up to ``seconds`` for the first."""
        if self.kept.webhook is not None:
            raise conflict(_WEBHOOK_IS_ON)
        if allowed is not None:
            self.allow(allowed)
        self._end_other_poller()
        self._confirm(offset)
        if not self.kept.pending and seconds > 0:
            await self._wait_for_one(min(seconds, _LONGEST_POLL))
        pending = self.kept.pending
        return [pending[place] for place in range(min(max(1, min(limit, 100)), len(pending)))]

    def _end_other_poller(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(_TWO_POLLERS))

    def _confirm(self, offset: int) -> None:
        pending = self.kept.pending
        before = len(pending)
        if offset < 0:
            while len(pending) > -offset:
                pending.popleft()
        while pending and int(pending[0]["update_id"]) < offset:
            pending.popleft()
        if len(pending) != before:
            self._changed()

    async def _wait_for_one(self, seconds: float) -> None:
        self._poller = poller = asyncio.get_running_loop().create_future()
        self.polled.set()
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
                self.polled.clear()

    def allow(self, kinds: Sequence[str]) -> None:
        """Remember which kinds the bot wants; none means the usual ones."""
        self.kept.allowed = tuple(kinds)
        self._changed()

    # Webhook

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Post updates there from now on, or stop posting."""
        self.kept.webhook = webhook
        self.record = WebhookRecord()
        self._changed()
        if self._courier is not None:
            self._courier.cancel()
            self._courier = None
        if webhook is not None:
            self._end_other_poller()
            self._courier = asyncio.create_task(self._deliver(webhook))

    async def _deliver(self, webhook: Webhook) -> None:
        """Post one update after the other; the next goes only when this one was taken, so that order holds."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        failures = 0
        timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            while True:
                while not self.kept.pending:
                    self._arrived.clear()
                    await self._arrived.wait()
                update = self.kept.pending[0]
                if await self._post(session, webhook.url, update):
                    failures = 0
                    self._take_off(update)
                else:
                    failures += 1
                    await asyncio.sleep(self._backoff.wait(failures))

    async def _post(self, session: aiohttp.ClientSession, url: str, update: dict[str, Any]) -> bool:
        try:
            async with session.post(url, json=update) as answer:
                if answer.ok:
                    return True
                error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            error = "Read timeout expired" if isinstance(failure, TimeoutError) else "Connection failed"
        self.record = WebhookRecord(error_at=self._now(), error=error)
        return False

    def _take_off(self, update: dict[str, Any]) -> None:
        if self.kept.pending and self.kept.pending[0] is update:
            self.kept.pending.popleft()
            self._changed()

    def resume(self) -> None:
        """Go on posting to a webhook that was kept over a restart."""
        if self.kept.webhook is not None and self._courier is None:
            self.set_webhook(self.kept.webhook)

    async def stop(self) -> None:
        """End the posting and the waiting."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        if self._courier is not None:
            self._courier.cancel()
            await asyncio.gather(self._courier, return_exceptions=True)
            self._courier = None

    def _changed(self) -> None:
        for tell in self.on_change:
            tell()
