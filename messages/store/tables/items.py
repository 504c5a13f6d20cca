"""What collectors submit (信息), and through which doors other systems do."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from messages.notices import LONGEST_TITLE
from messages.organisation.records import LONGEST_WHY
from messages.store.columns import Id, identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

items = Table(
    "items",
    metadata,
    identity(),
    link("person_id", "people.id"),  # the collector
    link("unit_id", "units.id"),  # for which the collector has the role that it is submitted by
    Column("ref", String(80)),  # what the collector, or a file's row, calls it: the same one twice is one item
    Column("digest", String(64)),  # of what was last given under that name, hexadecimal
    Column("category", String(20), nullable=False),  # Category
    Column("kind", String(30), nullable=False),  # messages.items.kinds
    Column("state", String(12), nullable=False),  # ItemState
    Column("version", Integer, nullable=False),  # one more with every change: a button names what its reader has seen
    Column("title", String(LONGEST_TITLE), nullable=False),
    Column("text", Text, nullable=False),  # the Bot API's HTML; empty while it is only announced
    Column("attachments", JSON(none_as_null=True)),  # as of notices
    Column("audience", Text),  # of what becomes a notice
    Column("grade", String(10)),  # of reminders
    Column("decisive_on", String(10)),  # ISO date that the entry's days count from
    Column("due_on", String(10)),  # ISO date, the last day to enter it; none where there is no such day
    Column("due_at", Instant),  # the end of that day
    Column("provisional", Boolean, nullable=False),  # that day is, so nothing follows from it
    Column("created_at", Instant, nullable=False),
    Column("submitted_at", Instant),  # the first time stands
    Column("timely", Boolean),  # none: not submitted, no such day, or it is provisional
    Column("handed_at", Instant),  # when it was last laid before its approver
    Column("reminded_at", Instant),  # those who are to enter it were told that the day comes near
    Column("overdue_at", Instant),  # and that it has passed
    Column("asked_at", Instant),  # the approver was told
    Column("deputy_at", Instant),  # and the deputy
    Column("approved_at", Instant),
    link("approved_by", "people.id", nullable=True),
    Column("confirmed_at", Instant),  # a red one, by the office
    link("confirmed_by", "people.id", nullable=True),
    link("returned_by", "people.id", nullable=True),  # who returned it last
    Column("why", String(LONGEST_WHY)),  # and why
    unchecked("notice_id", nullable=True),  # what became of it; of a reminder warnings do
    partial("uq_items_ref", "person_id", "ref", where="ref IS NOT NULL", unique=True),
    Index("ix_items_person_id", "person_id"),
    partial("ix_items_waiting", "handed_at", where="state = 'submitted' OR state = 'confirming'"),
    partial("ix_items_announced", "due_at", where="state = 'announced'"),
    partial("ix_items_provisional", "id", where="provisional"),
)

item_posts = Table(
    "item_posts",
    metadata,
    # Which posts a reminder is about.
    Column("item_id", Id, ForeignKey("items.id"), primary_key=True),
    Column("post_id", Id, ForeignKey("posts.id"), primary_key=True),
    Index("ix_item_posts_post_id", "post_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    identity(),
    link("person_id", "people.id"),  # as whom its bearer acts
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),  # messages.api_tokens.ApiScope
    Column("created_at", Instant, nullable=False),
    link("created_by", "people.id", nullable=True),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_api_tokens_person_id", "person_id"),
)

api_requests = Table(
    "api_requests",
    metadata,
    # What was answered to a request that has a key of its own: one that comes again is answered the same.
    identity(),
    link("token_id", "api_tokens.id"),
    Column("key", String(200), nullable=False),
    Column("digest", String(64), nullable=False),  # of the request's body
    Column("status", Integer, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("token_id", "key"),
)
