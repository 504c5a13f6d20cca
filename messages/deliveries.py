"""A delivery (送达): one notice, one person, one wave; and what can come of sending it.

planned → sending → delivered
sending → planned (temporary failure, with a time; or its files are there and its text is to follow)
sending → unreachable | unconfirmed
planned → expired | cancelled
planned → paused → planned | cancelled (with its notice)
unreachable → planned (the person joined again)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from messages.files import Attachment
from messages.notices import Json, Lane
from messages.quiet_hours import OwnHours
from messages.text.phrase import Phrase, phrase


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PLANNED = "planned"
    PAUSED = "paused"  # planned, but its notice is paused
    SENDING = "sending"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    UNCONFIRMED = "unconfirmed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Recall(StrEnum):
    """What becomes of the messages of a delivery whose notice is recalled."""

    WANTED = "wanted"
    DONE = "done"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a delivery was not made, or not yet; or why its message could not be deleted."""

    NEVER_JOINED = "never_joined"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    CHAT_NOT_FOUND = "chat_not_found"
    REJECTED = "rejected"  # the Bot API refuses the message itself: a fault of ours
    NO_ANSWER = "no_answer"
    GAVE_UP = "gave_up"  # temporary failures without end
    SERVER = "server"
    NETWORK = "network"
    TOO_LATE = "too_late"
    FILE_UNKNOWN = "file_unknown"  # its file is too large to be passed on by a bot that did not receive it
    UNDELETABLE = "undeletable"  # sent more than 48 hours ago, or the Bot API will not for another reason
    BOT_RETIRED = "bot_retired"  # only the bot that sent a message can delete it


_SAID: Final[Mapping[Reason, Phrase]] = MappingProxyType(
    {
        Reason.NEVER_JOINED: phrase("has not joined yet"),
        Reason.BLOCKED: phrase("has blocked the bot"),
        Reason.DEACTIVATED: phrase("account deleted"),
        Reason.CHAT_NOT_FOUND: phrase("chat not found"),
        Reason.REJECTED: phrase("the Bot API refused the message"),
        Reason.NO_ANSWER: phrase("no answer came back: it may have arrived"),
        Reason.TOO_LATE: phrase("expired"),
        Reason.FILE_UNKNOWN: phrase("this person's bot cannot pass on so large a file"),
        Reason.UNDELETABLE: phrase("the message can no longer be deleted (48 hours)"),
        Reason.BOT_RETIRED: phrase("the bot that sent it is no longer in use"),
    }
)
_FAILED: Final = phrase("sending failed again and again")


def reason_said(reason: Reason) -> Phrase:
    """The reason, to be said to people."""
    return _SAID.get(reason, _FAILED)


LONGEST_PASSER: Final = 60
"""Characters by which a message says who passed it on: what is as long as a message may be has room for them."""

_STATES: Final[Mapping[DeliveryState | None, Phrase]] = MappingProxyType(
    {
        None: phrase("not sent"),
        DeliveryState.PLANNED: phrase("waiting to be sent"),
        DeliveryState.PAUSED: phrase("waiting to be sent"),
        DeliveryState.SENDING: phrase("being sent"),
        DeliveryState.DELIVERED: phrase("delivered"),
        DeliveryState.UNREACHABLE: phrase("not reached"),
        DeliveryState.UNCONFIRMED: phrase("not known whether it arrived"),
        DeliveryState.EXPIRED: phrase("expired"),
        DeliveryState.CANCELLED: phrase("not sent"),
    }
)


def state_said(state: DeliveryState | None) -> Phrase:
    """Where a delivery stands, to be said to people; None: nothing was planned."""
    return _STATES[state]


@dataclass(frozen=True, kw_only=True)
class ClaimedDelivery:
    """A delivery taken for sending: its intent is recorded, its outcome is not yet known.

    ``term`` is that of its bot's sender. ``chat_id`` is None where the person has no account any more. ``reminder``
    says which reminder this is (0: none); ``repeat`` that the same message may have arrived before without our knowing.
    ``parts`` are the messages of its ``attachments`` that arrived already, each with its own file. ``passed_by`` is who
    passed it on to the person, with that one's post. ``desk`` is what its reader is to decide or to do. One that goes
    out ``anytime`` does not wait for the end of quiet hours; ``own_hours`` are the person's own. Whatever ``gathers``
    may go together; ``gathered`` go with this one, as one message.
    """

    id: int
    notice_id: int
    person_id: int
    bot_id: int
    term: int
    chat_id: int | None
    language: str
    reminder: int
    repeat: bool
    lane: Lane
    attempts: int
    template: str
    params: Mapping[str, Json]
    title: str | None
    acknowledge: bool
    acknowledge_by: datetime | None
    provisional: bool
    protect: bool
    attachments: tuple[Attachment, ...] = ()
    desk: str | None = None
    parts: tuple[int, ...] = ()
    passed_by: str | None = None
    anytime: bool = False
    own_hours: OwnHours | None = None
    gathers: bool = False
    expires_at: datetime | None = None
    gathered: "tuple[ClaimedDelivery, ...]" = ()

    @property
    def together(self) -> "tuple[ClaimedDelivery, ...]":
        """All that its message is about."""
        return (self, *self.gathered)

    @property
    def notices(self) -> frozenset[int]:
        """The notices that its message is about."""
        return frozenset(one.notice_id for one in self.together)

    @property
    def waits(self) -> bool:
        """Whether it waits for the end of quiet hours: what is there in part is made whole first."""
        return self.lane is not Lane.RED and not self.anytime and not self.parts


# What came of one send. A notifier returns one of these; `schedules/retry.py` decides what follows.


@dataclass(frozen=True)
class Delivered:
    """The Bot API said so and gave the message's id."""

    message_id: int


@dataclass(frozen=True)
class PartSent:
    """The files arrived that are sent before the message itself, or some more of them, as these messages."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True)
class NotYet:
    """Nothing was sent: what it needs is on its way already, so it is worth waiting a moment."""


@dataclass(frozen=True)
class TemporaryFailure:
    """Nothing arrived; trying again can help."""

    reason: Reason


@dataclass(frozen=True)
class Flooded:
    """The Bot API asks the whole bot to be silent for ``retry_after``."""

    retry_after: timedelta


@dataclass(frozen=True)
class Migrated:
    """The group became a supergroup with another id."""

    chat_id: int


@dataclass(frozen=True)
class PermanentFailure:
    """This person, or this message, cannot be delivered as things stand."""

    reason: Reason


@dataclass(frozen=True)
class Unconfirmed:
    """The request was written and no answer came back: it may have arrived.

    ``part`` says that it was only of files; the message itself has certainly not left.
    """

    part: bool = False


@dataclass(frozen=True)
class TokenRefused:
    """The bot's token is no longer good: nothing can be sent until the office mends it."""


Outcome: TypeAlias = (
    Delivered
    | PartSent
    | NotYet
    | TemporaryFailure
    | Flooded
    | Migrated
    | PermanentFailure
    | Unconfirmed
    | TokenRefused
)


@dataclass(frozen=True)
class Erased:
    """Messages that were to be deleted are gone, by that or before it."""


Erasure: TypeAlias = Erased | Outcome
"""What came of a deletion; it can fail in every way in which a send can."""
