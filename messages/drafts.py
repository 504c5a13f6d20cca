"""Drafts: what a person is about to say, and the broadcast that is being written."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from messages.chosen import NOBODY, Chosen, chosen_of
from messages.drafting import Drafted, Drafts, digest_of, fields_of
from messages.files import Attachment, attachments_json, attachments_of
from messages.notices import Lane
from messages.store import drafts
from messages.store.database import Connection, Database


class Kind(StrEnum):
    """What a draft is for; a person has one open draft of each, and the one touched last is in front."""

    BROADCAST = "broadcast"
    REASON = "reason"  # why something is returned or decided so
    ITEM = "item"  # what a collector is about to submit
    ANSWER = "answer"  # to warnings
    LOOKUP = "lookup"  # which post or unit a person looks for
    REGISTER = "register"  # which units' progress a person looks for
    RISK = "risk"  # a point of the own post
    CAMPAIGN = "campaign"
    MATTER = "matter"  # a tender or the like, or a date of one
    MATTERS = "matters"  # which matters a person looks for
    DECLARATION = "declaration"  # of an interest
    ABSENCE = "absence"  # days of leave


class Sending(StrEnum):
    """When it is to be sent."""

    NOW = "now"
    MORNING = "morning"  # the next working morning
    AT = "at"


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
        return digest_of(self.as_json())


EMPTY: Final = Content()


@dataclass(frozen=True, kw_only=True)
class Draft(Drafted):
    """A broadcast that is being written.

    ``previewed`` names the preview that its person was shown last; ``returned`` says why an approver sent it back.
    """

    content: Content
    previewed: str | None = None
    returned: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        return super().as_json() | {"previewed": self.previewed, "returned": self.returned}


def _draft(row: drafts.Kept) -> Draft:
    kept = fields_of(row)
    return Draft(content=Content.of(kept.pop("content")), **kept)


BROADCASTS: Final = Drafts(Kind.BROADCAST, _draft)
"""The broadcasts that are being written."""


async def in_front(db: Database, person_id: int) -> Kind | None:
    """What a person's next words are for: the open draft that was touched last, of those that ask for anything."""
    async with db.reading() as conn:
        mine = await drafts.all_open(conn, person_id)
    asking = (Kind(kind) for kind, kept in mine.items() if kind != Kind.ANSWER or kept.fields["part"])
    return next(asking, None)


async def begin(
    conn: Connection, person_id: int, now: datetime, content: Content = EMPTY, returned: str | None = None
) -> Draft:
    """A new broadcast, or the one that is open already."""
    new = Draft(id=0, person_id=person_id, content=content, returned=returned)
    return await BROADCASTS.begin(conn, new, now)
