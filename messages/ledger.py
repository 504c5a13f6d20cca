"""The ledger (台账): what happened, in the order it was recorded. Rows are added, never changed."""

from datetime import UTC, datetime
from enum import StrEnum


def instant_json(at: datetime | None) -> str | None:
    """An instant as the bodies of events have it: ISO 8601, in UTC."""
    return at.astimezone(UTC).isoformat() if at else None


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
    RECORD_SEEN = "record_seen"  # about whom was looked at; the body says by whom
    ITEM_ANNOUNCED = "item_announced"
    ITEM_SUBMITTED = "item_submitted"
    ITEM_RETURNED = "item_returned"
    ITEM_WITHDRAWN = "item_withdrawn"
    ITEM_GRADED = "item_graded"
    ITEM_APPROVED = "item_approved"
    ITEM_ISSUED = "item_issued"
    ITEM_REDATED = "item_redated"  # a provisional last day became an official one
    WARNING = "warning"  # about whom it is with; the body says what happened
    REGISTER_IMPORTED = "register_imported"
    RISK_POINT = "risk_point"  # about who holds its post; the body says what happened
    RISK_REVIEW = "risk_review"  # about who submitted; likewise
    RISK_TEMPLATE = "risk_template"
    CAMPAIGN = "campaign"
    CAMPAIGN_TASK = "campaign_task"  # about who holds the post
    MATTERS_IMPORTED = "matters_imported"
    MATTER = "matter"  # a tender or the like; the body says what happened
    DECLARATION = "declaration"  # of an interest, by the person
    CALENDAR_LINK = "calendar_link"  # of the person: made or revoked
    ACKNOWLEDGEMENT_MISSED = "acknowledgement_missed"  # its day has passed
    WARNING_CHARGED = "warning_charged"  # its grade is the holder's, or why it is not
    ABSENCE = "absence"  # of the person: asked for, granted, refused, withdrawn
    SCORE_RULES = "score_rules"  # hold for a period; the body is the rules
    SCORES_CLOSED = "scores_closed"
    STATEMENT = "statement"  # what a period came to for the person
    OBJECTION = "objection"  # to a statement: made, corrected, refused
    SCORE_CORRECTED = "score_corrected"
    RANKING = "ranking"  # of units: turned on or off
    LEDGER_SEALED = "ledger_sealed"
    DATA_GIVEN = "data_given"  # all that is recorded about the person, to the person
    TOKEN_ISSUED = "token_issued"  # noqa: S105 -- an event's name
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 -- an event's name
    QUIET_HOURS_CHOSEN = "quiet_hours_chosen"
    WEB_SIGNED_IN = "web_signed_in"
    BOT_ADDED = "bot_added"
    BOT_RETIRED = "bot_retired"
    BOT_TOKEN_CHANGED = "bot_token_changed"  # noqa: S105 -- an event's name
    BOT_TOKENS_REKEYED = "bot_tokens_rekeyed"
