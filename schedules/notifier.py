"""The port through which a notice leaves: implemented by a face, used by the dispatcher."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from messages.deliveries import Outcome
from messages.files import Attachment
from schedules.desks import DeskOf
from schedules.pacer import Pacer

PREVIEW: Final = 0
"""The number of no delivery: of what is only shown."""


class ChoiceKind(StrEnum):
    """What a button under a digest does about one of its notices."""

    ACKNOWLEDGE = "acknowledge"
    READ = "read"  # show the whole of it


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button under a digest, with its label in the reader's language."""

    kind: ChoiceKind
    delivery_id: int
    label: str


@dataclass(frozen=True, kw_only=True)
class DeskButton:
    """A button that leads to a desk: ``what`` its press does there, with its label in the reader's language."""

    desk: DeskOf
    what: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message ready for the wire.

    ``text`` is the Bot API's HTML. ``acknowledge`` is the acknowledgement button's label in the reader's language,
    None for a message without one. ``protect`` forbids forwarding and saving. ``attachments`` are all of its files, of
    which ``parts`` have arrived before in messages of their own. A preview is of no delivery: ``PREVIEW``. A digest has
    ``choices`` instead of the one button, in rows. ``desk`` are rows of buttons below the one that acknowledges.
    """

    delivery_id: int
    chat_id: int
    text: str
    acknowledge: str | None
    protect: bool
    attachments: tuple[Attachment, ...] = ()
    parts: int = 0
    choices: tuple[tuple[Choice, ...], ...] = ()
    desk: tuple[tuple[DeskButton, ...], ...] = ()


class Notifier(Protocol):
    """Sends one message and tells what came of it; it never raises for what the wire or the other side does."""

    async def send(self, message: Outgoing) -> Outcome:
        """Send once, without retrying: all of the message, or the next part of it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Wire:
    """One bot's way out: by ``notifier``, at the pace of its token. ``name`` is for the log."""

    bot_id: int
    name: str
    notifier: Notifier
    pacer: Pacer
