"""The ledger (台账): what happened, in the order it was recorded. Rows are added, never changed."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of events."""

    JOINED = "joined"
    MOVED_ACCOUNT = "moved_account"
    ACKNOWLEDGED = "acknowledged"
    PRESS_REFUSED = "press_refused"
    CODES_SILENCED = "codes_silenced"
    ROSTER_IMPORTED = "roster_imported"
    INVITES_EXPORTED = "invites_exported"
    CALENDAR_IMPORTED = "calendar_imported"
    NOTICE_BROADCAST = "notice_broadcast"
    NOTICE_CANCELLED = "notice_cancelled"
    NOTICE_REMINDED = "notice_reminded"
    BOT_ADDED = "bot_added"
    BOT_RETIRED = "bot_retired"
    BOT_TOKEN_CHANGED = "bot_token_changed"  # noqa: S105 -- an event's name
    BOT_TOKENS_REKEYED = "bot_tokens_rekeyed"
