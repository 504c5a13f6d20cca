"""From what the Bot API (or the way to it) answers to what came of a send: one table.

Types and statuses decide; words decide only where the Bot API has nothing else, and all those words stand here.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final, TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.telegram.transport import NotSent, StatusFault
from messages.deliveries import (
    Erased,
    Erasure,
    Flooded,
    Migrated,
    Outcome,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    TokenRefused,
    Unconfirmed,
)

E = TypeVar("E", bound=TelegramError)

FORBIDDEN_WORDS: Final = {
    "deactivated": Reason.DEACTIVATED,
    "blocked": Reason.BLOCKED,
    "kicked": Reason.BLOCKED,
    "not a member": Reason.BLOCKED,
    "can't initiate conversation": Reason.CHAT_NOT_FOUND,
    "can't send messages to bots": Reason.CHAT_NOT_FOUND,
    "deleted": Reason.CHAT_NOT_FOUND,
}
"""403: the chat cannot be written to. The first words found decide; others are read as blocked."""

BAD_REQUEST_WORDS: Final = {
    "chat not found": Reason.CHAT_NOT_FOUND,
    "user not found": Reason.CHAT_NOT_FOUND,
    "peer_id_invalid": Reason.CHAT_NOT_FOUND,
    "chat_id_invalid": Reason.CHAT_NOT_FOUND,
    "chat_id is empty": Reason.CHAT_NOT_FOUND,
    "user_deactivated": Reason.DEACTIVATED,
    "user_is_blocked": Reason.BLOCKED,
    "chat_write_forbidden": Reason.BLOCKED,
    "rights to send": Reason.BLOCKED,
    "chat_restricted": Reason.BLOCKED,
}
"""400: mostly a fault of the message (``REJECTED``); these are about the chat."""

UNKNOWN_FILE_WORDS: Final = (
    "wrong file identifier",
    "wrong file_id",
    "wrong remote file",
    "invalid file_id",
    "file reference",
    "file_reference",
    "can't use file of type",
)
"""400: a file is not known, or no longer, by the name that was given."""
TOO_BIG_WORDS: Final = "file is too big"
"""400: more than the Bot API hands out."""

NO_TEXT_WORDS: Final = "there is no text in the message"
"""400: the message has a caption, or nothing at all, to be edited."""


GONE_WORDS: Final = ("message to delete not found", "message to edit not found", "message is not modified")
"""400: whoever deleted it, it is not there any more; or what was to go from it has gone."""
UNDELETABLE_WORDS: Final = ("can't be deleted", "can't be edited")
"""400: it is older than the Bot API allows, or will not go for another reason."""


def has_no_text(error: BadRequest) -> bool:
    """Whether a message that was to be edited has no text of its own."""
    return NO_TEXT_WORDS in error.message.lower()


def is_unknown_file(error: BadRequest) -> bool:
    """Whether the bot does not know a file by the name that it was given."""
    said = error.message.lower()
    return any(words in said for words in UNKNOWN_FILE_WORDS)


def is_too_big(error: BadRequest) -> bool:
    """Whether a file is larger than the Bot API hands out."""
    return TOO_BIG_WORDS in error.message.lower()


def outcome_of(error: TelegramError) -> Outcome:
    """What came of a send that raised ``error``.

    What is not known to be unsent is unconfirmed: that may repeat a message, where the other reading would lose it.
    """
    for kind, decide in _TABLE:
        if isinstance(error, kind):
            return decide(error)
    return Unconfirmed()


def erasure_of(error: TelegramError) -> Erasure:
    """What came of a deletion that raised ``error``."""
    said = error.message.lower() if isinstance(error, BadRequest) else ""
    if any(words in said for words in GONE_WORDS):
        return Erased()
    kept = any(words in said for words in UNDELETABLE_WORDS)
    return PermanentFailure(Reason.UNDELETABLE) if kept else outcome_of(error)


def retry_after(error: RetryAfter) -> timedelta:
    """The silence asked for; the library's own error has seconds or a timedelta, by a variable of the environment."""
    asked = error.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


def _of_status(fault: StatusFault) -> Outcome:
    if fault.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return PermanentFailure(Reason.REJECTED)
    if fault.status == HTTPStatus.UNAUTHORIZED:
        return TokenRefused()
    return TemporaryFailure(Reason.SERVER)


def _by_words(words: dict[str, Reason], otherwise: Reason) -> Callable[[TelegramError], Outcome]:
    def decide(error: TelegramError) -> Outcome:
        said = error.message.lower()
        return PermanentFailure(next((reason for part, reason in words.items() if part in said), otherwise))

    return decide


def _row(kind: type[E], decide: Callable[[E], Outcome]) -> tuple[type[TelegramError], Callable[..., Outcome]]:
    return kind, decide


_TABLE: Final = (
    # The order matters twice: `BadRequest` is a `NetworkError` to the library, and ours are its subclasses.
    _row(StatusFault, _of_status),
    _row(NotSent, lambda _: TemporaryFailure(Reason.NETWORK)),
    _row(RetryAfter, lambda error: Flooded(retry_after(error))),
    _row(ChatMigrated, lambda error: Migrated(error.new_chat_id)),
    _row(InvalidToken, lambda _: TokenRefused()),  # 401, and 404: the library's methods all exist
    _row(Conflict, lambda _: TemporaryFailure(Reason.SERVER)),
    _row(Forbidden, _by_words(FORBIDDEN_WORDS, Reason.BLOCKED)),
    _row(BadRequest, _by_words(BAD_REQUEST_WORDS, Reason.REJECTED)),
)
