"""The office's desk: drafts, files, approvals, pauses and recalls, quiet hours, passing on, and the browser."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from messages.store.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LONGEST_WHY = 500


def upgrade() -> None:
    """Make the tables of the desk, and add to the others what it needs of them."""
    _add_columns()
    _index("ix_notices_steered", "notices", "id", where="steered_at IS NOT NULL")
    _index("ix_notices_paused", "notices", "id", where="paused_at IS NOT NULL")
    op.create_index("ix_assignments_post_id", "assignments", ["post_id"])
    _index("ix_people_quiet_from", "people", "quiet_from", "quiet_until", where="quiet_from IS NOT NULL")
    _index("ix_obligations_passed_to_id", "obligations", "passed_to_id", where="passed_to_id IS NOT NULL")
    _index("ix_deliveries_paused", "deliveries", "notice_id", where="state = 'paused'")
    _index("ix_deliveries_waited", "deliveries", "person_id", where="state = 'planned' AND waited")
    _index("ix_deliveries_recalling", "deliveries", "bot_id", "id", where="recall = 'wanted'")
    _make_earlier_messages()
    _make_nodes()
    _make_dialogues()
    _make_files()
    _make_shown()
    _make_sessions()


def _add_columns() -> None:
    no = sa.text("false")
    added: dict[str, list[sa.Column[Any]]] = {
        "people": [sa.Column("quiet_from", sa.Integer()), sa.Column("quiet_until", sa.Integer())],
        "roles": [
            sa.Column("granted", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("granted_by", _ID),
            sa.Column("why", sa.String(length=_LONGEST_WHY)),
        ],
        "notices": [
            sa.Column("paused_at", Instant()),
            sa.Column("recalled_at", Instant()),
            sa.Column("steered_at", Instant()),
            sa.Column("anytime", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("attachments", sa.JSON()),
        ],
        "obligations": [
            sa.Column("passed_at", Instant()),
            sa.Column("passed_by", _ID),
            sa.Column("passed_to_id", _ID),
        ],
        "deliveries": [
            sa.Column("waited", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("gathered", sa.Boolean(), server_default=no, nullable=False),
            sa.Column("parts", sa.JSON()),
            sa.Column("recall", sa.String(length=12)),
            sa.Column("recall_reason", sa.String(length=40)),
        ],
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)


def _index(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], unique=unique, sqlite_where=condition, postgresql_where=condition)


def _id() -> sa.Column[int]:
    return sa.Column("id", _ID, autoincrement=True, nullable=False)


def _person(table: str, name: str = "person_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["people.id"], name=f"fk_{table}_{name}")


def _make_earlier_messages() -> None:
    op.create_table(
        "earlier_messages",
        _id(),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("bot_id", _ID, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=True),
        sa.Column("gathered", sa.Boolean(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("recall", sa.String(length=12), nullable=True),
        sa.Column("recall_reason", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_messages"),
    )
    op.create_index("ix_earlier_messages_delivery_id", "earlier_messages", ["delivery_id"])
    op.create_index("ix_earlier_messages_notice_id_person_id", "earlier_messages", ["notice_id", "person_id"])
    op.create_index("ix_earlier_messages_account_id", "earlier_messages", ["account_id"])
    _index("ix_earlier_messages_recalling", "earlier_messages", "bot_id", "id", where="recall = 'wanted'")


def _make_nodes() -> None:
    op.create_table(
        "nodes",
        _id(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
        sa.UniqueConstraint("name", name="uq_nodes_name"),
    )
    op.create_table(
        "post_nodes",
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("node_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post_nodes_post_id"),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_post_nodes_node_id"),
        sa.PrimaryKeyConstraint("post_id", "node_id", name="pk_post_nodes"),
    )
    op.create_index("ix_post_nodes_node_id", "post_nodes", ["node_id"], unique=False)


def _make_dialogues() -> None:
    op.create_table(
        "drafts",
        _id(),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        _person("drafts"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    _index("uq_drafts_open", "drafts", "person_id", "kind", where="closed_at IS NULL", unique=True)
    op.create_table(
        "proposals",
        _id(),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("why", sa.String(length=_LONGEST_WHY), nullable=True),
        sa.Column("notice_id", _ID, nullable=True),
        _person("proposals"),
        _person("proposals", "decided_by"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_proposals_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    _index("ix_proposals_open", "proposals", "kind", "id", where="decided_at IS NULL")


def _make_files() -> None:
    op.create_table(
        "files",
        _id(),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", _ID, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        _person("files", "created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_sha256", "files", ["sha256"], unique=False)
    op.create_table(
        "telegram_files",
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("bot_id", _ID, nullable=False),
        sa.Column("telegram_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_telegram_files_file_id"),
        sa.PrimaryKeyConstraint("file_id", "bot_id", name="pk_telegram_files"),
    )


def _make_shown() -> None:
    op.create_table(
        "boards",
        _id(),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("bot_id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_boards_notice_id"),
        _person("boards"),
        sa.PrimaryKeyConstraint("id", name="pk_boards"),
    )
    _index("ix_boards_open", "boards", "bot_id", "id", where="closed_at IS NULL")
    op.create_table(
        "figures",
        sa.Column("notice_id", _ID, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name="pk_figures"),
    )


def _make_sessions() -> None:
    for table, column in (("web_links", "used_at"), ("web_sessions", "ended_at")):
        op.create_table(
            table,
            _id(),
            sa.Column("person_id", _ID, nullable=False),
            sa.Column("account_id", _ID, nullable=False),
            sa.Column("token_hash", sa.String(length=64), nullable=False),
            sa.Column("created_at", Instant(), nullable=False),
            sa.Column("expires_at", Instant(), nullable=False),
            sa.Column(column, Instant(), nullable=True),
            _person(table),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("token_hash", name=f"uq_{table}_token_hash"),
        )
    op.create_table(
        "web_uploads",
        _id(),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        _person("web_uploads"),
        sa.PrimaryKeyConstraint("id", name="pk_web_uploads"),
    )
