"""Drafting: what all drafts have in common, whatever they are for.

A draft is a row, kept step by step, so that a restart or a week's pause loses nothing. It knows nothing of the chat
library. Each message and each press changes it to a stated value, never to "the other one", so that an update that
comes twice changes nothing twice. A change is applied to the draft as it is present, in one transaction: a person's
updates may be attended to by several processes at once.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Generic, Self, TypeAlias, TypeVar

from messages.errors import DecidedBefore, refused
from messages.store import drafts
from messages.store.database import Connection, Database
from messages.text.phrase import phrase

_DIGEST: Final = 16
_REMEMBERED: Final = 30
"""How many messages a draft remembers to have taken: one that comes again is not taken twice."""


class Asked(StrEnum):
    """What the person's next words are for."""

    CONTENT = "content"
    TITLE = "title"
    UNITS = "units"  # a part of a unit's name
    NODES = "nodes"
    POSTS = "posts"
    EXPRESSION = "expression"


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A draft of any kind; ``content`` is a frozen record of its kind, whose ``as_json`` is kept.

    ``card`` is the message that shows it; ``search`` narrows the list that it shows; ``taken`` are the messages that it
    has taken, the last one of ``album``.
    """

    id: int
    person_id: int
    content: Any
    asked: Asked = Asked.CONTENT
    card: int | None = None
    search: str = ""
    taken: tuple[int, ...] = ()
    album: str | None = None

    @property
    def digest(self) -> str:
        """Names this very content."""
        return digest_of(self.content.as_json())

    def has_taken(self, message_id: int) -> bool:
        """Whether a message has been taken before."""
        return message_id in self.taken

    def taking(self, message_id: int, **changes: Any) -> Self:  # noqa: ANN401 -- fields of the content
        """The draft after a message that changed its content."""
        return replace(self.with_content(**changes), taken=(*self.taken, message_id)[-_REMEMBERED:])

    def with_content(self, **changes: Any) -> Self:  # noqa: ANN401 -- fields of the content
        """The draft with its content changed."""
        return replace(self, content=replace(self.content, **changes))

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        kept = {name: getattr(self, name) for name in ("card", "search", "album")}
        return kept | {"asked": self.asked.value, "taken": [*self.taken], "content": self.content.as_json()}


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Stepped(Drafted, Generic[S]):
    """A draft whose card asks one question after the other, those of its content's ``steps``; now it asks ``step``.

    While it is ``guided`` an answer leads to the next question, and from the first look at everything (``last``) on
    back to that. The content says what it has ``answered``.
    """

    last: ClassVar[Any]

    step: S
    guided: bool = True

    def onward(self) -> Self:
        """The draft at its next question: while guided the next one without an answer, else the look at everything."""
        steps = self.content.steps
        if not self.guided or self.step not in steps:
            return self.at(self.last)
        later = steps[steps.index(self.step) + 1 :]
        return self.at(next((step for step in later if not self.content.answered(step)), self.last))

    def back(self) -> Self:
        """The draft at the question before; once everything was looked at, back at that."""
        steps = self.content.steps
        if not self.guided or self.step not in steps:
            return self.at(self.last)
        return self.at(steps[max(0, steps.index(self.step) - 1)])

    def at(self, step: S) -> Self:
        """The draft at a question; who has seen everything together is not guided any more."""
        return replace(self, step=step, guided=self.guided and step != self.last, asked=Asked.CONTENT, search="")

    @property
    def place(self) -> tuple[int, int] | None:
        """Which question of how many is asked, while one leads to the next."""
        steps = self.content.steps
        return (steps.index(self.step) + 1, len(steps)) if self.guided and self.step in steps else None

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        return super().as_json() | {"step": self.step.value, "guided": self.guided}


def fields_of(row: drafts.Kept) -> dict[str, Any]:
    """The fields that every draft has, read back; ``content`` and those of its kind are left as they are kept."""
    kept: dict[str, Any] = {"id": row.id, "person_id": row.person_id, **row.fields}
    return kept | {"asked": Asked(kept["asked"]), "taken": tuple(kept["taken"])}


T = TypeVar("T", bound=Stepped[Any])


def reading(
    draft: type[T], content: Callable[[Mapping[str, Any]], object], step: type[StrEnum]
) -> Callable[[drafts.Kept], T]:
    """How drafts of one kind are read back: ``content`` reads what is said, ``step`` names the question."""

    def read(row: drafts.Kept) -> T:
        kept = fields_of(row)
        return draft(content=content(kept.pop("content")), step=step(kept.pop("step")), **kept)

    return read


def digest_of(kept: Mapping[str, Any]) -> str:
    """Names this very content, by what is kept of it."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:_DIGEST]


D = TypeVar("D", bound=Drafted)

Change: TypeAlias = Callable[[D], D]
"""What a message or a press makes of a draft. It may be applied to one that has changed since it was read."""


def setting(**fields: Any) -> Callable[[D], D]:  # noqa: ANN401 -- fields of a draft
    """The change that only sets fields."""
    return lambda draft: replace(draft, **fields)


def closed() -> DecidedBefore:
    """What is told of a draft that is open no more."""
    return DecidedBefore(phrase("This draft is closed: it was sent, submitted or discarded."))


class Drafts(Generic[D]):
    """The drafts of one kind: each person has one open at the most."""

    def __init__(self, kind: StrEnum, read: Callable[[drafts.Kept], D]) -> None:
        """Those of ``kind``, which ``read`` makes of a row."""
        self._kind = kind.value
        self._read = read

    async def current(self, db: Database, person_id: int) -> D | None:
        """What a person is writing."""
        async with db.reading() as conn:
            return await self.find(conn, person_id)

    async def find(self, conn: Connection, person_id: int) -> D | None:
        """The same, within a transaction."""
        row = await drafts.find(conn, person_id, self._kind)
        return self._read(row) if row else None

    async def has_taken(self, db: Database, person_id: int, message_id: int) -> bool:
        """Whether a message was taken before, also by the draft that was closed last, and comes once more."""
        async with db.reading() as conn:
            rows = await drafts.find(conn, person_id, self._kind), await drafts.last_closed(conn, person_id, self._kind)
        return any(row is not None and self._read(row).has_taken(message_id) for row in rows)

    async def ever(self, db: Database, person_id: int, draft_id: int) -> D | None:
        """A draft of this person's, open or closed; its card shows it, or what became of it."""
        async with db.reading() as conn:
            row = await drafts.any_of(conn, person_id, self._kind, draft_id)
        return self._read(row) if row else None

    async def begin(self, conn: Connection, new: D, now: datetime) -> D:
        """A new draft, or the one that is open already."""
        return self._read(await drafts.begin(conn, new.person_id, self._kind, new.as_json(), now))

    async def touch(self, db: Database, draft: D, now: datetime) -> None:
        """Bring a draft to the front."""
        async with db.writing() as conn:
            await drafts.touch(conn, draft.id, now)

    async def change(self, db: Database, draft_id: int, how: Callable[[D], D], now: datetime) -> D:
        """Change a draft as it is present, which nobody else changes meanwhile; gives what it has become.

        What ``how`` raises leaves it as it was. Raises ``DecidedBefore`` where it is closed.
        """
        async with db.writing() as conn:
            return await self.change_in(conn, draft_id, how, now)

    async def change_in(self, conn: Connection, draft_id: int, how: Callable[[D], D], now: datetime) -> D:
        """The same, within a transaction."""
        changed = how(await self._present(conn, draft_id))
        await drafts.keep(conn, draft_id, changed.as_json(), now)
        return changed

    async def close(self, conn: Connection, draft: D, now: datetime) -> None:
        """Close a draft with what becomes of it.

        Raises ``DecidedBefore`` where it is closed, and ``Refused`` where its content has changed since it was read.
        """
        present = await self._present(conn, draft.id)
        if present.content != draft.content:
            raise refused(phrase("It was changed: please look at it once more."))
        await drafts.close(conn, draft.id, now)

    async def discard(self, db: Database, draft: D, now: datetime) -> None:
        """Close a draft without sending it."""
        async with db.writing() as conn:
            await drafts.close(conn, draft.id, now)

    async def make_room(self, conn: Connection, person_id: int, empty: object, now: datetime) -> bool:
        """Close what a person is writing if its content is ``empty``; gives whether none is open any more."""
        row = await drafts.find(conn, person_id, self._kind)
        if row is None:
            return True
        row = await drafts.lock(conn, row.id)
        return row is None or (self._read(row).content == empty and await drafts.close(conn, row.id, now))

    async def _present(self, conn: Connection, draft_id: int) -> D:
        row = await drafts.lock(conn, draft_id)
        if row is None:
            raise closed()
        return self._read(row)
