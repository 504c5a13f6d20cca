"""Values of what is recorded about a person that are words of ours, in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from messages.absences import AbsenceState, absence_state_said
from messages.deliveries import DeliveryState, Reason, reason_said, state_said
from messages.items.kinds import ItemKind
from messages.items.kinds import kind_said as item_kind_said
from messages.items.records import ItemState, grade_said, item_state_said
from messages.ledger import Kind
from messages.notices import Category, Grade, category_said
from messages.organisation.records import Role, role_said
from messages.register.campaigns import CampaignState, campaign_state_said
from messages.register.records import Progress, ReviewState, RiskLevel, level_said, progress_said
from messages.register.reviews import review_state_said
from messages.scores.objections import ObjectionState, objection_state_said
from messages.scores.records import Reason as Uncounted
from messages.scores.records import ScoreKind
from messages.scores.words import code_said, kind_said
from messages.scores.words import reason_said as uncounted_said
from messages.tenders.milestones import Milestone, milestone_said
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import RiseCause, WarningState, cause_said, warning_state_said

KINDS: Final[Mapping[Kind, Phrase]] = {
    Kind.JOINED: phrase("joined the service"),
    Kind.MOVED_ACCOUNT: phrase("moved to another chat account"),
    Kind.ACKNOWLEDGED: phrase("acknowledged"),
    Kind.PRESS_REFUSED: phrase("a press was refused"),
    Kind.CODES_SILENCED: phrase("codes were not taken for a while"),
    Kind.ROSTER_IMPORTED: phrase("roster imported"),
    Kind.INVITES_EXPORTED: phrase("invitations exported"),
    Kind.CALENDAR_IMPORTED: phrase("official days imported"),
    Kind.NOTICE_BROADCAST: phrase("notice sent"),
    Kind.NOTICE_CANCELLED: phrase("notice cancelled"),
    Kind.NOTICE_REMINDED: phrase("people reminded of a notice"),
    Kind.NOTICE_PAUSED: phrase("notice paused"),
    Kind.NOTICE_RESUMED: phrase("notice resumed"),
    Kind.NOTICE_RECALLED: phrase("notice recalled"),
    Kind.NOTICE_PASSED: phrase("notice passed on"),
    Kind.BROADCAST_PROPOSED: phrase("broadcast proposed"),
    Kind.BROADCAST_RETURNED: phrase("broadcast returned"),
    Kind.BROADCAST_WITHDRAWN: phrase("broadcast withdrawn"),
    Kind.ROLE_GRANTED: phrase("role granted"),
    Kind.ROLE_REVOKED: phrase("role revoked"),
    Kind.ACT_REFUSED: phrase("an act was refused"),
    Kind.RECORDS_VIEWED: phrase("a list of people was looked at"),
    Kind.RECORDS_EXPORTED: phrase("records exported"),
    Kind.RECORD_SEEN: phrase("a record was looked at"),
    Kind.ITEM_ANNOUNCED: phrase("item announced"),
    Kind.ITEM_SUBMITTED: phrase("item submitted"),
    Kind.ITEM_RETURNED: phrase("item returned"),
    Kind.ITEM_WITHDRAWN: phrase("item withdrawn"),
    Kind.ITEM_GRADED: phrase("item's grade changed"),
    Kind.ITEM_APPROVED: phrase("item approved"),
    Kind.ITEM_ISSUED: phrase("item issued"),
    Kind.ITEM_REDATED: phrase("item's last day changed"),
    Kind.WARNING: phrase("warning"),
    Kind.REGISTER_IMPORTED: phrase("register imported"),
    Kind.RISK_POINT: phrase("risk point"),
    Kind.RISK_REVIEW: phrase("submission to the register"),
    Kind.RISK_TEMPLATE: phrase("template point"),
    Kind.CAMPAIGN: phrase("campaign"),
    Kind.CAMPAIGN_TASK: phrase("task of a campaign"),
    Kind.MATTERS_IMPORTED: phrase("matters imported"),
    Kind.MATTER: phrase("matter"),
    Kind.DECLARATION: phrase("declaration of interest"),
    Kind.CALENDAR_LINK: phrase("calendar link"),
    Kind.ACKNOWLEDGEMENT_MISSED: phrase("not acknowledged in time"),
    Kind.WARNING_CHARGED: phrase("warning charged"),
    Kind.ABSENCE: phrase("leave"),
    Kind.SCORE_RULES: phrase("score rules"),
    Kind.SCORES_CLOSED: phrase("scores closed"),
    Kind.STATEMENT: phrase("statement of scores"),
    Kind.OBJECTION: phrase("objection to a statement"),
    Kind.SCORE_CORRECTED: phrase("score corrected"),
    Kind.RANKING: phrase("ranking of units"),
    Kind.LEDGER_SEALED: phrase("ledger sealed"),
    Kind.DATA_GIVEN: phrase("own data given"),
    Kind.TOKEN_ISSUED: phrase("access given to another system"),
    Kind.TOKEN_REVOKED: phrase("access of another system revoked"),
    Kind.QUIET_HOURS_CHOSEN: phrase("quiet hours chosen"),
    Kind.WEB_SIGNED_IN: phrase("dashboard opened"),
    Kind.BOT_ADDED: phrase("bot added"),
    Kind.BOT_RETIRED: phrase("bot retired"),
    Kind.BOT_TOKEN_CHANGED: phrase("bot's token changed"),
    Kind.BOT_TOKENS_REKEYED: phrase("bots' tokens encrypted anew"),
}
"""What happened, in a word."""

DEEDS: Final[Mapping[str, Phrase]] = {
    "notice_approved": phrase("broadcast approved"),
    "notice_passed": phrase("notice passed on"),
    "broadcast_decided": phrase("broadcast decided"),
    "item_approved": phrase("item approved"),
    "item_confirmed": phrase("red warning confirmed"),
    "item_returned": phrase("item returned"),
    "warning_issued": phrase("warning issued"),
    "warning_confirmed": phrase("red warning confirmed"),
    "warning_act": phrase("act about a warning"),
    "answer_judged": phrase("answer judged"),
    "release_decided": phrase("release decided"),
    "rise_decided": phrase("rise decided"),
    "review_decided": phrase("submission decided for the unit"),
    "review_inspected": phrase("submission decided as the inspector"),
    "risk_point_decided": phrase("risk point decided"),
    "template_published": phrase("template point published"),
    "template_ended": phrase("template point ended"),
    "campaign_decided": phrase("campaign decided"),
    "campaign_closed": phrase("campaign closed"),
    "matter_entered": phrase("matter entered"),
    "matter_date_set": phrase("date of a matter set"),
    "matter_act": phrase("act about a matter"),
    "buyer_placed": phrase("buyer placed"),
    "role_granted": phrase("role granted"),
    "token_issued": phrase("access given to another system"),
    "leave_entered": phrase("leave asked for or entered"),
    "leave_decided": phrase("leave decided"),
    "objection_decided": phrase("objection decided"),
    "scores_closed": phrase("scores closed"),
}
"""What the person did, in a word."""

_LANGUAGES: Final = {"zh_CN": phrase("Chinese"), "en": phrase("English")}
_DECIDED: Final[Mapping[str, Phrase]] = {
    "accepted": phrase("it was accepted"),
    "approved": phrase("it was approved"),
    "returned": phrase("it was returned"),
    "withdrawn": phrase("it was withdrawn"),
    "released": phrase("it was released"),
    "raised": phrase("it was raised"),
    "declined": phrase("it was declined"),
    "decided": phrase("it was decided"),
}
_HAPPENED: Final[Mapping[str, Phrase]] = {
    "asked": phrase("it was asked for"),
    "made": phrase("it was made"),
    "granted": phrase("it was granted"),
    "refused": phrase("it was refused"),
    "corrected": phrase("it was corrected"),
    "withdrawn": phrase("it was taken back"),
}
_STATES: Final[Mapping[str, Callable[[str], Phrase]]] = {
    "deliveries": lambda word: state_said(DeliveryState(word)),
    "warnings": lambda word: warning_state_said(WarningState(word)),
    "items": lambda word: item_state_said(ItemState(word)),
    "reviews": lambda word: review_state_said(ReviewState(word)),
    "campaigns_written": lambda word: campaign_state_said(CampaignState(word)),
    "objections": lambda word: objection_state_said(ObjectionState(word)),
    "absences": lambda word: absence_state_said(AbsenceState(word)),
}
_VALUES: Final[Mapping[str, Callable[[str], Phrase]]] = {
    "category": lambda word: category_said(Category(word)),
    "grade": lambda word: grade_said(Grade(word)),
    "cause": lambda word: cause_said(RiseCause(word)),
    "language": lambda word: _LANGUAGES[word],
    "verdict": lambda word: _DECIDED[word],
    "decision": lambda word: _DECIDED[word],
    "role": lambda word: role_said(Role(word)),
    "event": lambda word: _HAPPENED[word],
    "milestone": lambda word: milestone_said(Milestone(word)),
    "progress": lambda word: progress_said(Progress(word)),
}
_OF_PART: Final[Mapping[tuple[str, str], Callable[[str], Phrase]]] = {
    ("deliveries", "reason"): lambda word: reason_said(Reason(word)),
    ("accounts", "unreachable_reason"): lambda word: reason_said(Reason(word)),
    ("items", "kind"): lambda word: item_kind_said(ItemKind(word)),
    ("risk_points", "level"): lambda word: level_said(RiskLevel(word)),
    ("ledger", "kind"): lambda word: KINDS[Kind(word)],
    ("ledger", "why"): code_said,
    ("ledger", "reason"): lambda word: uncounted_said(Uncounted(word)),
    ("statements", "kind"): lambda word: kind_said(ScoreKind(word)),
    ("statements", "why"): code_said,
    ("statements", "reason"): lambda word: uncounted_said(Uncounted(word)),
    ("ledger_by_me", "kind"): lambda word: KINDS[Kind(word)],
    ("deeds", "what"): DEEDS.__getitem__,
}


def value_said(part: str, field: str, value: Any) -> Phrase | None:  # noqa: ANN401 -- any value of a record
    """A value that is a word of ours, in words; None of any other, and of one that is not known (any more)."""
    if not isinstance(value, str):
        return None
    of_part = _STATES.get(part) if field == "state" else None
    say = _OF_PART.get((part, field)) or of_part or _VALUES.get(field)
    try:
        return say(value) if say else None
    except (ValueError, KeyError):
        return None
