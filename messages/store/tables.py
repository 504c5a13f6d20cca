"""The tables. Every row that people are judged by is kept; ends are marked, not deleted."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from messages.notices import LONGEST_TITLE
from messages.store.columns import Id, identity, link, partial, serving_bot, unchecked
from messages.store.types import Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# --- organisation -----------------------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    identity(),
    Column("name", String(200), nullable=False, unique=True),
    link("parent_id", "units.id", nullable=True),
    Column("kind", String(20), nullable=False),  # UnitKind
    # The ids from the root to this unit, "/1/5/": a subtree is one prefix.
    Column("path", String(400), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

posts = Table(
    "posts",
    metadata,
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    link("unit_id", "units.id"),
    Column("title", String(200), nullable=False),
    Column("level", Integer, nullable=False),
    Column("risk", Boolean, nullable=False),
    link("reports_to_id", "posts.id", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Index("ix_posts_unit_id", "unit_id"),
)

people = Table(
    "people",
    metadata,
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("language", String(10), nullable=False),
    # Set once the person chose in chat: from then on a roster does not change it.
    Column("language_chosen", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    identity(),
    link("post_id", "posts.id"),
    link("person_id", "people.id"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    partial("uq_assignments_current_post", "post_id", where="ended_at IS NULL", unique=True),
    partial("ix_assignments_current_person", "person_id", where="ended_at IS NULL"),
)

roles = Table(
    "roles",
    metadata,
    identity(),
    link("person_id", "people.id"),
    Column("role", String(20), nullable=False),  # Role
    link("unit_id", "units.id"),  # the scope: this unit and all below it
    Column("granted_at", Instant, nullable=False),
    Column("ended_at", Instant),
    partial("uq_roles_current", "person_id", "role", "unit_id", where="ended_at IS NULL", unique=True),
)

# --- bots -------------------------------------------------------------------------------------------------------------

bots = Table(
    "bots",
    metadata,
    identity(),  # 1 is the bot whose token stands in the settings
    Column("name", String(64), nullable=False),
    link("unit_id", "units.id", nullable=True),  # it serves this unit and all below it; none: whoever no other serves
    Column("telegram_id", BigInteger),  # the token's public part
    Column("username", String(64)),
    Column("token", Text),  # encrypted
    Column("term", BigInteger, nullable=False, server_default=text("0")),  # counts the senders that it has had
    Column("added_at", Instant, nullable=False),
    Column("retired_at", Instant),
    partial("uq_bots_current_telegram_id", "telegram_id", where="retired_at IS NULL", unique=True),
    partial("uq_bots_current_name", "name", where="retired_at IS NULL", unique=True),
)

places = Table(
    "places",
    metadata,
    identity(),  # a process that does not send for a bot asks its sender for a place on the wire; gone when granted
    Column("bot_id", Id, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Index("ix_places_bot_id", "bot_id"),
)

# --- joining ----------------------------------------------------------------------------------------------------------

accounts = Table(
    "accounts",
    metadata,
    identity(),
    link("person_id", "people.id"),
    Column("chat_id", BigInteger, nullable=False),
    serving_bot(),  # through which the person joined, and is served
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),  # moved to another account
    Column("unreachable_since", Instant),
    Column("unreachable_reason", String(40)),
    partial("uq_accounts_current_person", "person_id", where="left_at IS NULL", unique=True),
    partial("uq_accounts_current_chat", "chat_id", where="left_at IS NULL", unique=True),
)

invites = Table(
    "invites",
    metadata,
    identity(),
    link("person_id", "people.id"),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    link("used_by_account_id", "accounts.id", nullable=True),
    Column("replaced_at", Instant),
    partial("uq_invites_open_person", "person_id", where="used_at IS NULL AND replaced_at IS NULL", unique=True),
)

wrong_codes = Table(
    "wrong_codes",
    metadata,
    identity(),
    Column("chat_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_wrong_codes_chat_id_at", "chat_id", "at"),
)

# --- notices ----------------------------------------------------------------------------------------------------------

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
    Index("ix_notices_send_at", "send_at"),
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
    UniqueConstraint("notice_id", "post_id"),
    Index("ix_obligations_person_id_notice_id", "person_id", "notice_id"),
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
    UniqueConstraint("notice_id", "person_id", "wave"),
    partial("ix_deliveries_due", "bot_id", "lane", "due_at", "id", where="state = 'planned'"),
    partial("ix_deliveries_sending", "bot_id", where="state = 'sending'"),
    partial("ix_deliveries_expiring", "expires_at", where="state = 'planned' AND expires_at IS NOT NULL"),
    Index("ix_deliveries_person_id", "person_id"),
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

# --- evidence and state -----------------------------------------------------------------------------------------------

ledger = Table(
    "ledger",
    metadata,
    identity(),
    Column("at", Instant, nullable=False),
    Column("kind", String(40), nullable=False),  # messages.ledger.Kind
    link("person_id", "people.id", nullable=True),  # whom it is about
    Column("body", JSON, nullable=False),
    Index("ix_ledger_person_id", "person_id"),
    Index("ix_ledger_kind_at", "kind", "at"),
)

days = Table(
    "days",
    metadata,
    identity(),
    Column("date", String(10), nullable=False, unique=True),  # ISO date, an imported official day
    Column("name", String(100), nullable=False),
    Column("off", Boolean, nullable=False),
    Column("imported_at", Instant, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),  # messages.store.marks
    Column("at", Instant, nullable=False),
)
