"""Notices, and what becomes of them: waves, obligations, deliveries, acknowledgements."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from messages.notices import LONGEST_TITLE
from messages.store.columns import Id, identity, link, partial, serving_bot, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

notices = Table(
    "notices",
    metadata,
    identity(),
    Column("key", String(200), nullable=False, unique=True),
    Column("category", String(20), nullable=False),  # Category
    Column("grade", String(10)),  # Grade
    Column("lane", Integer, nullable=False),  # Lane
    Column("template", String(100), nullable=False),
    Column("params", JSON, nullable=False),
    Column("title", String(LONGEST_TITLE)),  # given by a person; a template's own title otherwise
    Column("audience", Text, nullable=False),
    Column("acknowledge", Boolean, nullable=False),
    Column("acknowledge_by", Instant),
    Column("send_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("provisional", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    link("created_by", "people.id", nullable=True),
    link("approved_by", "people.id", nullable=True),
    Column("cancelled_at", Instant),
    Column("paused_at", Instant),
    Column("recalled_at", Instant),
    # Since when its deliveries are to follow one of these, or its resumption; empty once all of them have.
    Column("steered_at", Instant),
    # It goes out in quiet hours and on days off too.
    Column("anytime", Boolean, nullable=False, server_default=text("false")),
    Column("attachments", JSON(none_as_null=True)),  # a list of {"file": the id of a row of files, "kind": its kind}
    Column("desk", String(60)),  # what its reader is to decide or to do: schedules.desks
    # Since when its day counts, where that is not since its sending: it was made later, or its days were moved.
    Column("counted_from", Instant),
    # When it is next to be looked who has not acknowledged in time; none: nobody has to, or all is written down.
    Column("assess_at", Instant),
    Index("ix_notices_send_at", "send_at"),
    partial("ix_notices_steered", "id", where="steered_at IS NOT NULL"),
    partial("ix_notices_paused", "id", where="paused_at IS NOT NULL"),
    partial("ix_notices_assessed", "assess_at", where="assess_at IS NOT NULL"),
    Index("ix_notices_acknowledge_by", "acknowledge_by"),
)

waves = Table(
    "waves",
    metadata,
    identity(),
    link("notice_id", "notices.id"),
    Column("number", Integer, nullable=False),  # 0 the first, n the n-th reminder
    Column("at", Instant, nullable=False),
    Column("planned_at", Instant),
    UniqueConstraint("notice_id", "number"),
    partial("ix_waves_open", "at", where="planned_at IS NULL"),
)

obligations = Table(
    "obligations",
    metadata,
    identity(),
    unchecked("notice_id"),
    unchecked("post_id"),
    # Who must acknowledge now; moves with the post on handover.
    unchecked("assignment_id"),
    unchecked("person_id"),
    Column("created_at", Instant, nullable=False),
    # Passed on: when, by whom, and to which obligation; this one is then answered by that one.
    Column("passed_at", Instant),
    unchecked("passed_by", nullable=True),
    unchecked("passed_to_id", nullable=True),
    UniqueConstraint("notice_id", "post_id"),
    Index("ix_obligations_person_id_notice_id", "person_id", "notice_id"),
    partial("ix_obligations_passed_to_id", "passed_to_id", where="passed_to_id IS NOT NULL"),
)

deliveries = Table(
    "deliveries",
    metadata,
    identity(),
    unchecked("notice_id"),
    unchecked("person_id"),
    Column("wave", Integer, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # DeliveryState
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    serving_bot(),  # that serves the person
    Column("term", BigInteger),  # of the sender that claimed it last
    unchecked("account_id", nullable=True),  # the account it went to
    Column("claimed_at", Instant),
    Column("settled_at", Instant),  # when the present final state was reached
    Column("message_id", BigInteger),
    Column("reason", String(40)),  # why it is not delivered
    Column("waited", Boolean, nullable=False, server_default=text("false")),  # for the end of quiet hours
    Column("gathered", Boolean, nullable=False, server_default=text("false")),  # its message is a digest of several
    Column("parts", JSON(none_as_null=True)),  # the messages of its attachments, sent before the message itself
    Column("recall", String(12)),  # Recall: whether its message is to be deleted, was, or cannot be
    Column("recall_reason", String(40)),
    UniqueConstraint("notice_id", "person_id", "wave"),
    partial("ix_deliveries_due", "bot_id", "lane", "due_at", "id", where="state = 'planned'"),
    partial("ix_deliveries_sending", "bot_id", where="state = 'sending'"),
    partial("ix_deliveries_expiring", "expires_at", where="state = 'planned' AND expires_at IS NOT NULL"),
    Index("ix_deliveries_person_id", "person_id"),
    partial("ix_deliveries_paused", "notice_id", where="state = 'paused'"),
    partial("ix_deliveries_waited", "person_id", where="state = 'planned' AND waited"),
    partial("ix_deliveries_recalling", "bot_id", "id", where="recall = 'wanted'"),
    # What has changed since it was counted last.
    partial("ix_deliveries_settled_at", "settled_at", where="settled_at IS NOT NULL"),
)

earlier_messages = Table(
    "earlier_messages",
    metadata,
    # What a delivery had put into a chat before it was planned anew; with the columns of the delivery as it was then.
    identity(),
    unchecked("delivery_id"),
    unchecked("notice_id"),
    unchecked("person_id"),
    unchecked("account_id"),
    unchecked("bot_id"),  # that sent it
    Column("message_id", BigInteger),
    Column("parts", JSON(none_as_null=True)),
    Column("gathered", Boolean, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("recall", String(12)),  # Recall
    Column("recall_reason", String(40)),
    Index("ix_earlier_messages_delivery_id", "delivery_id"),
    Index("ix_earlier_messages_notice_id_person_id", "notice_id", "person_id"),
    Index("ix_earlier_messages_account_id", "account_id"),
    partial("ix_earlier_messages_recalling", "bot_id", "id", where="recall = 'wanted'"),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    identity(),
    link("notice_id", "notices.id"),
    link("assignment_id", "assignments.id"),
    link("post_id", "posts.id"),
    link("person_id", "people.id"),
    unchecked("delivery_id"),  # old deliveries are archived
    link("account_id", "accounts.id"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("notice_id", "assignment_id"),
    Index("ix_acknowledgements_person_id", "person_id"),
    Index("ix_acknowledgements_at", "at"),
)

archived = Table(
    "archived",
    metadata,
    # How many deliveries have left for the archive, so that a notice's figures stay true; of wave -1: how many people,
    # each by the best state of all waves.
    Column("notice_id", Id, primary_key=True),
    Column("wave", Integer, primary_key=True),
    Column("state", String(12), primary_key=True),
    Column("count", Integer, nullable=False),
)
