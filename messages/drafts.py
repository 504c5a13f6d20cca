"""Drafts: what a person is about to say, kept step by step, so that a restart or a week's pause loses nothing.

A draft knows nothing of the chat library. Each message and each press changes it to a stated value, never to "the other
one", so that an update that comes twice changes nothing twice. A change is applied to the draft as it is present, in
one transaction: a person's updates may be attended to by several processes at once.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self, TypeAlias

from messages.chosen import NOBODY, Chosen, chosen_of
from messages.errors import DecidedBefore, refused
from messages.files import Attachment, attachments_json, attachments_of
from messages.notices import Lane
from messages.store import drafts
from messages.store.database import Connection, Database
from messages.text.phrase import phrase

_REMEMBERED: Final = 30
"""How many messages a draft remembers to have taken: one that comes again is not taken twice."""
_DIGEST: Final = 16


class Kind(StrEnum):
    """What a draft is for; a person has one open draft of each, and the one touched last is in front."""

    BROADCAST = "broadcast"
    REASON = "reason"  # why something is returned or decided so
    ITEM = "item"  # what a collector is about to submit
    ANSWER = "answer"  # to warnings


class Sending(StrEnum):
    """When it is to be sent."""

    NOW = "now"
    MORNING = "morning"  # the next working morning
    AT = "at"


class Asked(StrEnum):
    """What the person's next words are for."""

    CONTENT = "content"
    TITLE = "title"
    UNITS = "units"  # a part of a unit's name
    NODES = "nodes"
    EXPRESSION = "expression"


@dataclass(frozen=True, kw_only=True)
class Content:
    """All that decides what is sent to whom and when: what is previewed, and perhaps approved.

    ``text`` is the Bot API's HTML. ``within`` is working days to acknowledge, None for the policy's. ``at`` goes with
    ``Sending.AT``.
    """

    text: str = ""
    title: str | None = None
    attachments: tuple[Attachment, ...] = ()
    audience: Chosen = NOBODY
    acknowledge: bool = True
    within: int | None = None
    sending: Sending = Sending.NOW
    at: datetime | None = None
    lane: Lane = Lane.BROADCAST

    @property
    def said(self) -> bool:
        """Whether there is anything to be said."""
        return bool(self.text or self.attachments)

    def as_json(self) -> dict[str, Any]:
        """As a draft or a proposal keeps it."""
        return asdict(self) | {
            "attachments": attachments_json(self.attachments) or [],
            "audience": {name: value for name, value in asdict(self.audience).items() if value},
            "at": self.at.isoformat() if self.at else None,
            "lane": int(self.lane),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made."""
        return cls(
            text=kept["text"],
            title=kept["title"],
            attachments=attachments_of(kept["attachments"]),
            audience=chosen_of(kept["audience"]),
            acknowledge=kept["acknowledge"],
            within=kept["within"],
            sending=Sending(kept["sending"]),
            at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
            lane=Lane(kept["lane"]),
        )

    @property
    def digest(self) -> str:
        """Names this very content."""
        written = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()[:_DIGEST]


EMPTY: Final = Content()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A broadcast that is being written.

    ``card`` is the message that shows it; ``search`` narrows the list of units or nodes; ``taken`` are the messages
    that it has taken, the last one of ``album``; ``previewed`` names the preview that its person was shown last;
    ``returned`` says why an approver sent it back.
    """

    id: int
    person_id: int
    content: Content
    asked: Asked = Asked.CONTENT
    card: int | None = None
    search: str = ""
    taken: tuple[int, ...] = ()
    album: str | None = None
    previewed: str | None = None
    returned: str | None = None

    def has_taken(self, message_id: int) -> bool:
        """Whether a message has been taken before."""
        return message_id in self.taken

    def taking(self, message_id: int, **changes: Any) -> Self:  # noqa: ANN401 -- fields of the content
        """The draft after a message that changed its content."""
        return replace(self, content=replace(self.content, **changes), taken=(*self.taken, message_id)[-_REMEMBERED:])

    def with_content(self, **changes: Any) -> Self:  # noqa: ANN401 -- fields of the content
        """The draft with its content changed."""
        return replace(self, content=replace(self.content, **changes))

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        kept = {name: getattr(self, name) for name in ("card", "search", "album", "previewed", "returned")}
        return kept | {"asked": self.asked.value, "taken": [*self.taken], "content": self.content.as_json()}


Change: TypeAlias = Callable[[Draft], Draft]
"""What a message or a press makes of a draft. It may be applied to one that has changed since it was read."""


def setting(**fields: Any) -> Change:  # noqa: ANN401 -- fields of a draft
    """The change that only sets fields."""
    return lambda draft: replace(draft, **fields)


def _draft(row: drafts.Kept) -> Draft:
    kept = dict(row.fields)
    return Draft(
        id=row.id,
        person_id=row.person_id,
        content=Content.of(kept.pop("content")),
        asked=Asked(kept.pop("asked")),
        taken=tuple(kept.pop("taken")),
        **kept,
    )


async def current(db: Database, person_id: int) -> Draft | None:
    """The broadcast that a person is writing."""
    async with db.reading() as conn:
        row = await drafts.find(conn, person_id, Kind.BROADCAST.value)
    return _draft(row) if row else None


async def in_front(db: Database, person_id: int) -> Kind | None:
    """What a person's next words are for: the open draft that was touched last."""
    async with db.reading() as conn:
        kind = await drafts.front(conn, person_id)
    return Kind(kind) if kind else None


async def touch(db: Database, draft: Draft, now: datetime) -> None:
    """Bring a draft to the front."""
    async with db.writing() as conn:
        await drafts.touch(conn, draft.id, now)


async def begin(
    conn: Connection, person_id: int, now: datetime, content: Content = EMPTY, returned: str | None = None
) -> Draft:
    """A new draft, or the one that is open already."""
    new = Draft(id=0, person_id=person_id, content=content, returned=returned)
    return _draft(await drafts.begin(conn, person_id, Kind.BROADCAST.value, new.as_json(), now))


async def change(db: Database, draft_id: int, how: Change, now: datetime) -> Draft:
    """Change a draft as it is present, which nobody else changes meanwhile; gives what it has become.

    What ``how`` raises leaves it as it was. Raises ``DecidedBefore`` where it is closed.
    """
    async with db.writing() as conn:
        changed = how(await _present(conn, draft_id))
        await drafts.keep(conn, draft_id, changed.as_json(), now)
    return changed


async def close(conn: Connection, draft: Draft, now: datetime) -> None:
    """Close a draft with what becomes of it.

    Raises ``DecidedBefore`` where it is closed, and ``Refused`` where its content has changed since it was read.
    """
    present = await _present(conn, draft.id)
    if present.content != draft.content:
        raise refused(phrase("It was changed: please look at it once more."))
    await drafts.close(conn, draft.id, now)


async def _present(conn: Connection, draft_id: int) -> Draft:
    row = await drafts.lock(conn, draft_id)
    if row is None:
        raise closed()
    return _draft(row)


def closed() -> DecidedBefore:
    """What is told of a draft that is open no more."""
    return DecidedBefore(phrase("This draft is closed: it was sent, submitted or discarded."))


async def make_room(conn: Connection, person_id: int, now: datetime) -> bool:
    """Close the broadcast that a person is writing if nothing is in it; gives whether none is open any more."""
    row = await drafts.find(conn, person_id, Kind.BROADCAST.value)
    if row is None:
        return True
    row = await drafts.lock(conn, row.id)
    return row is None or (_draft(row).content == EMPTY and await drafts.close(conn, row.id, now))


async def discard(db: Database, draft: Draft, now: datetime) -> None:
    """Close a draft without sending it."""
    async with db.writing() as conn:
        await drafts.close(conn, draft.id, now)
