"""The office's desk: dialogues in steps, files, approvals, what is shown live, and the browser's sessions."""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, LargeBinary, String, Table

from messages.organisation.records import LONGEST_WHY
from messages.store.columns import Id, identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

drafts = Table(
    "drafts",
    metadata,
    identity(),
    link("person_id", "people.id"),
    Column("kind", String(20), nullable=False),  # messages.drafts.Kind
    Column("fields", JSON, nullable=False),  # what has been given so far
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("closed_at", Instant),  # sent, proposed or discarded
    partial("uq_drafts_open", "person_id", "kind", where="closed_at IS NULL", unique=True),
)

proposals = Table(
    "proposals",
    metadata,
    identity(),
    link("person_id", "people.id"),  # who proposes
    Column("kind", String(20), nullable=False),  # messages.drafts.Kind
    Column("fields", JSON, nullable=False),  # the draft as it was proposed
    Column("at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decision", String(12)),  # messages.proposals.Decision
    link("decided_by", "people.id", nullable=True),
    Column("why", String(LONGEST_WHY)),
    link("notice_id", "notices.id", nullable=True),  # what became of it
    partial("ix_proposals_open", "kind", "id", where="decided_at IS NULL"),
)

files = Table(
    "files",
    metadata,
    identity(),
    Column("sha256", String(64)),
    Column("kind", String(12), nullable=False),  # messages.files.FileKind
    Column("name", String(200), nullable=False),
    Column("mime", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("content", LargeBinary),  # none where the Bot API does not hand out so large a file
    link("created_by", "people.id", nullable=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_files_sha256", "sha256"),
)

telegram_files = Table(
    "telegram_files",
    metadata,
    # By which name a bot knows a file that it has received or sent; each bot has its own.
    Column("file_id", Id, ForeignKey("files.id"), primary_key=True),
    Column("bot_id", Id, primary_key=True),
    Column("telegram_id", String(200), nullable=False),
)

boards = Table(
    "boards",
    metadata,
    identity(),  # a message in a chat that shows how a notice goes on
    link("notice_id", "notices.id"),
    link("person_id", "people.id"),
    Column("bot_id", Id, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),  # it shows the end
    partial("ix_boards_open", "bot_id", "id", where="closed_at IS NULL"),
)

figures = Table(
    "figures",
    metadata,
    # How a notice stood when it was counted last: a page that shows a million must not count them.
    Column("notice_id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("seconds", Float, nullable=False),  # what counting took
    Column("counts", JSON, nullable=False),  # of the whole notice: a list of notices shows no more
    Column("body", JSON, nullable=False),  # messages.figures
)

web_links = Table(
    "web_links",
    metadata,
    identity(),
    link("person_id", "people.id"),
    unchecked("account_id"),  # the chat account that it was given to
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    identity(),
    link("person_id", "people.id"),
    unchecked("account_id"),  # the chat account that asked: a person who moves is signed out
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

web_uploads = Table(
    "web_uploads",
    metadata,
    identity(),  # a roster that a person has looked at and not yet confirmed; gone with the decision
    link("person_id", "people.id"),
    Column("name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)
