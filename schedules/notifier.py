"""The port through which a notice leaves: implemented by a face, used by the dispatcher."""

from dataclasses import dataclass
from typing import Protocol

from messages.deliveries import Outcome
from schedules.pacer import Pacer


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message ready for the wire.

    ``text`` is the Bot API's HTML. ``acknowledge`` is the acknowledgement button's label in the reader's language,
    None for a message without one. ``protect`` forbids forwarding and saving.
    """

    delivery_id: int
    chat_id: int
    text: str
    acknowledge: str | None
    protect: bool


class Notifier(Protocol):
    """Sends one message and tells what came of it; it never raises for what the wire or the other side does."""

    async def send(self, message: Outgoing) -> Outcome:
        """Send once, without retrying."""
        ...


@dataclass(frozen=True, kw_only=True)
class Wire:
    """One bot's way out: by ``notifier``, at the pace of its token. ``name`` is for the log."""

    bot_id: int
    name: str
    notifier: Notifier
    pacer: Pacer
