"""The tables. Every row that people are judged by is kept; ends are marked, not deleted."""

from messages.store.tables.desk import (
    boards,
    drafts,
    figures,
    files,
    proposals,
    telegram_files,
    web_links,
    web_sessions,
    web_uploads,
)
from messages.store.tables.evidence import days, ledger, marks
from messages.store.tables.items import api_requests, api_tokens, item_posts, items
from messages.store.tables.joining import accounts, bots, invites, places, wrong_codes
from messages.store.tables.naming import metadata
from messages.store.tables.notices import (
    acknowledgements,
    archived,
    deliveries,
    earlier_messages,
    notices,
    obligations,
    waves,
)
from messages.store.tables.organisation import (
    assignments,
    nodes,
    people,
    post_nodes,
    posts,
    roles,
    units,
)
from messages.store.tables.warnings import answers, rises, tellings, warning_events, warning_steps, warnings

__all__ = [
    "accounts",
    "acknowledgements",
    "answers",
    "api_requests",
    "api_tokens",
    "archived",
    "assignments",
    "boards",
    "bots",
    "days",
    "deliveries",
    "drafts",
    "earlier_messages",
    "figures",
    "files",
    "invites",
    "item_posts",
    "items",
    "ledger",
    "marks",
    "metadata",
    "nodes",
    "notices",
    "obligations",
    "people",
    "places",
    "post_nodes",
    "posts",
    "proposals",
    "rises",
    "roles",
    "telegram_files",
    "tellings",
    "units",
    "warning_events",
    "warning_steps",
    "warnings",
    "waves",
    "web_links",
    "web_sessions",
    "web_uploads",
    "wrong_codes",
]
