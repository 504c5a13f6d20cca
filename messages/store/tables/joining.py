"""Bots and the accounts of people at them."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from messages.store.columns import Id, identity, link, partial, serving_bot
from messages.store.tables.naming import metadata
from messages.store.types import Instant

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
    partial("ix_accounts_unreachable", "person_id", where="unreachable_since IS NOT NULL AND left_at IS NULL"),
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
