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
    NOTICE_PAUSED = "notice_paused"
    NOTICE_RESUMED = "notice_resumed"
    NOTICE_RECALLED = "notice_recalled"
    NOTICE_PASSED = "notice_passed"
    BROADCAST_PROPOSED = "broadcast_proposed"
    BROADCAST_RETURNED = "broadcast_returned"
    BROADCAST_WITHDRAWN = "broadcast_withdrawn"
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    ACT_REFUSED = "act_refused"
    RECORDS_VIEWED = "records_viewed"
    RECORDS_EXPORTED = "records_exported"
    QUIET_HOURS_CHOSEN = "quiet_hours_chosen"
    WEB_SIGNED_IN = "web_signed_in"
    BOT_ADDED = "bot_added"
    BOT_RETIRED = "bot_retired"
    BOT_TOKEN_CHANGED = "bot_token_changed"  # noqa: S105 -- an event's name
    BOT_TOKENS_REKEYED = "bot_tokens_rekeyed"
