"""Several bots, senders with terms, and deliveries by the million.

What is checked on each of a million rows is no longer checked by the database: see decision 10.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

from messages.store.types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNCHECKED: Final = {
    "acknowledgements": ("delivery_id",),
    "deliveries": ("notice_id", "person_id", "account_id"),
    "obligations": ("notice_id", "post_id", "assignment_id", "person_id"),
}


def upgrade() -> None:
    """Make the tables of bots and of what was archived; tie accounts and deliveries to a bot."""
    _make_bots()
    op.create_table(
        "archived",
        sa.Column("notice_id", _ID, autoincrement=False, nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "wave", "state", name="pk_archived"),
    )
    op.add_column("accounts", _bot())
    for index in ("ix_deliveries_due", "ix_deliveries_sending"):
        op.drop_index(index, "deliveries")
    for table, columns in _UNCHECKED.items():  # acknowledgements first: they point at deliveries
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
    op.add_column("deliveries", _bot())
    op.add_column("deliveries", sa.Column("term", sa.BigInteger(), nullable=True))
    _index("ix_deliveries_due", "bot_id", "lane", "due_at", "id", where="state = 'planned'")
    _index("ix_deliveries_sending", "bot_id", where="state = 'sending'")
    _index("ix_deliveries_expiring", "expires_at", where="state = 'planned' AND expires_at IS NOT NULL")


def _bot() -> sa.Column[int]:
    return sa.Column("bot_id", _ID, server_default=sa.text("1"), nullable=False)


def _index(name: str, *columns: str, where: str, table: str = "deliveries", unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], unique=unique, sqlite_where=condition, postgresql_where=condition)


def _make_bots() -> None:
    op.create_table(
        "bots",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("term", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_bots_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bots"),
    )
    _index("uq_bots_current_telegram_id", "telegram_id", where="retired_at IS NULL", table="bots", unique=True)
    _index("uq_bots_current_name", "name", where="retired_at IS NULL", table="bots", unique=True)
    op.create_table(
        "places",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("bot_id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
    )
    op.create_index("ix_places_bot_id", "places", ["bot_id"], unique=False)
    _make_main_bot()


def _make_main_bot() -> None:
    """The bot of the settings was there before there were others; by the key's own count it is number 1."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if on_sqlite else "CURRENT_TIMESTAMP"
    op.execute(f"INSERT INTO bots (name, added_at) VALUES ('main', {now})")  # noqa: S608 -- nothing from outside
