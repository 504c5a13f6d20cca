"""Answers (回执) to warnings: what is given of each thing that a ladder asks for, and the draft that gathers it.

A person has one draft for all warnings that wait for an answer. It keeps the parts of each, and which part of which is
asked for now; a message that comes twice is taken once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias

from messages.drafting import closed
from messages.drafts import Kind
from messages.errors import Fault, Refused
from messages.files import MOST_FILES, Attachment, attachments_json, attachments_of
from messages.store import drafts
from messages.store.database import Connection, Database
from messages.text.marked import length16
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import Asked

LONGEST_ANSWER: Final = 2500
"""UTF-16 units of an answer, all parts together: with its frame it fits into one message to who judges it."""
_REMEMBERED: Final = 30
"""How many messages the draft remembers to have taken."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given of one part: plain text, files, or both."""

    text: str = ""
    files: tuple[Attachment, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.text.strip() or self.files)


Parts: TypeAlias = Mapping[Asked, Given]
"""What is given, by what was asked for."""

NOTHING: Final[Parts] = MappingProxyType({})


def parts_json(parts: Parts) -> dict[str, Any]:
    """Parts as the tables keep them: ``{"statement": {"text": …, "files": [{"file": 1, "kind": "photo"}]}}``."""
    return {
        asked.value: {"text": given.text, "files": attachments_json(given.files) or []}
        for asked, given in parts.items()
        if given
    }


def parts_of(kept: Mapping[str, Any]) -> Parts:
    """Parts as the tables keep them, read back."""
    return {
        Asked(asked): Given(text=given["text"], files=attachments_of(given["files"])) for asked, given in kept.items()
    }


def missing(checklist: Sequence[Asked], parts: Parts) -> tuple[Asked, ...]:
    """What is asked for and not given yet, in the checklist's order."""
    return tuple(asked for asked in checklist if not parts.get(asked))


def asked_for(checklist: Sequence[Asked], parts: Parts) -> Parts:
    """Of what is given that which is asked for: a warning that was raised meanwhile asks for other things."""
    return {asked: given for asked, given in parts.items() if asked in checklist}


def files_of(parts: Parts) -> tuple[Attachment, ...]:
    """All files of an answer, in its parts' order."""
    return tuple(file for given in parts.values() for file in given.files)


def check_size(parts: Parts) -> None:
    """Raise ``Refused`` where an answer is longer, or has more files, than one message can carry."""
    if faults := _too_large(parts):
        raise Refused(phrase("The input was refused."), faults)


def _too_large(parts: Parts) -> list[Fault]:
    faults = []
    if sum(length16(given.text) for given in parts.values()) > LONGEST_ANSWER:
        most = phrase("An answer has at most {most} characters; send what is longer as a file.", most=LONGEST_ANSWER)
        faults.append(Fault(message=most, column="text"))
    if len(files_of(parts)) > MOST_FILES:
        faults.append(Fault(message=phrase("An answer has at most {most} files.", most=MOST_FILES), column="files"))
    return faults


def complete(checklist: Sequence[Asked], parts: Parts) -> Parts:
    """The parts in the checklist's order. Raises ``Refused`` naming every part that is missing or not asked for.

    So it does for an answer that is longer, or has more files, than one message can carry.
    """
    faults = [
        *_faults(missing(checklist, parts), phrase("This part of the answer is missing.")),
        *_faults(
            [one for one in parts if one not in checklist],
            phrase("Only what was asked for is accepted: {asked}.", asked=", ".join(checklist)),
        ),
    ]
    faults += _too_large(parts)
    if faults:
        raise Refused(phrase("The answer is not complete yet."), faults)
    return {one: Given(text=parts[one].text.strip(), files=parts[one].files) for one in checklist}


def _faults(parts: Sequence[Asked], message: Phrase) -> list[Fault]:
    return [Fault(message=message, column=one) for one in parts]


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """Answers that a person is giving: ``answers`` are their parts so far, by the warnings' ids.

    The person's next words or files are the part ``asked`` of the answer to ``warning``; None while nothing is asked.
    ``card`` is the message that shows it; ``taken`` are the messages that it has taken, the last one of ``album``.
    """

    id: int
    person_id: int
    answers: Mapping[int, Parts] = field(default_factory=dict)
    warning: int | None = None
    asked: Asked | None = None
    card: int | None = None
    taken: tuple[int, ...] = ()
    album: str | None = None

    def of(self, warning_id: int) -> Parts:
        """What is given so far in answer to a warning."""
        return self.answers.get(warning_id, NOTHING)

    def has_taken(self, message_id: int) -> bool:
        """Whether a message has been taken before."""
        return message_id in self.taken

    def asking(self, warning_id: int, asked: Asked | None) -> Self:
        """The draft that asks for this part next; None: for none, while this warning is looked at."""
        return replace(self, warning=warning_id, asked=asked)

    def taking(self, message_id: int, *, text: str = "", files: Sequence[Attachment] = ()) -> Self:
        """The draft with a message added to the part that is asked for; one that was taken before changes nothing."""
        if self.has_taken(message_id) or self.warning is None or self.asked is None:
            return self
        before = self.of(self.warning).get(self.asked, Given())
        said = "\n".join(one for one in (before.text, text.strip()) if one)
        given = Given(text=said, files=(*before.files, *files))
        taken = (*self.taken, message_id)[-_REMEMBERED:]
        return replace(self._with(self.warning, self.asked, given), taken=taken)

    def clearing(self, warning_id: int, asked: Asked) -> Self:
        """The draft with one part begun anew."""
        return self._with(warning_id, asked, Given()).asking(warning_id, asked)

    def filled(self, warning_id: int, parts: Parts) -> Self:
        """The draft with what was given before, where nothing is given yet."""
        answers = {**self.answers, warning_id: {**parts, **self.of(warning_id)}}
        return replace(self, answers=answers)

    def without(self, warning_id: int) -> Self:
        """The draft without the answer to this warning."""
        rest = {one: parts for one, parts in self.answers.items() if one != warning_id}
        kept = replace(self, answers=rest)
        return replace(kept, warning=None, asked=None) if self.warning == warning_id else kept

    def _with(self, warning_id: int, asked: Asked, given: Given) -> Self:
        parts = {**self.of(warning_id), asked: given}
        return replace(self, answers={**self.answers, warning_id: parts})

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        return {
            "answers": {str(one): parts_json(parts) for one, parts in self.answers.items()},
            "warning": self.warning,
            "asked": self.asked,
            "card": self.card,
            "taken": [*self.taken],
            "album": self.album,
        }


Change: TypeAlias = Callable[[AnswerDraft], AnswerDraft]
"""What a message or a press makes of the draft. It may be applied to one that has changed since it was read."""


def _draft(row: drafts.Kept) -> AnswerDraft:
    kept = row.fields
    return AnswerDraft(
        id=row.id,
        person_id=row.person_id,
        answers={int(one): parts_of(parts) for one, parts in kept["answers"].items()},
        warning=kept["warning"],
        asked=Asked(kept["asked"]) if kept["asked"] else None,
        card=kept["card"],
        taken=tuple(kept["taken"]),
        album=kept["album"],
    )


async def current(db: Database, person_id: int) -> AnswerDraft | None:
    """The answers that a person is giving."""
    async with db.reading() as conn:
        row = await drafts.find(conn, person_id, Kind.ANSWER.value)
    return _draft(row) if row else None


async def begin(conn: Connection, person_id: int, how: Change, now: datetime) -> AnswerDraft:
    """Change the draft of a person, which is opened where none is; gives what it has become."""
    new = AnswerDraft(id=0, person_id=person_id)
    opened = await drafts.begin(conn, person_id, Kind.ANSWER.value, new.as_json(), now)
    return await _changed(conn, opened.id, how, now)


async def change(db: Database, draft_id: int, how: Change, now: datetime) -> AnswerDraft:
    """Change a draft as it is present, which nobody else changes meanwhile; gives what it has become.

    Raises ``DecidedBefore`` where it is closed.
    """
    async with db.writing() as conn:
        return await _changed(conn, draft_id, how, now)


async def _changed(conn: Connection, draft_id: int, how: Change, now: datetime) -> AnswerDraft:
    row = await drafts.lock(conn, draft_id)
    if row is None:
        raise closed()
    changed = how(_draft(row))
    await drafts.keep(conn, draft_id, changed.as_json(), now)
    return changed


async def put_away(conn: Connection, person_id: int, warning_id: int, now: datetime) -> None:
    """Take the answer to one warning out of a person's draft, which is closed where nothing else is in it."""
    row = await drafts.find(conn, person_id, Kind.ANSWER.value)
    if row is None:
        return
    rest = await _changed(conn, row.id, lambda draft: draft.without(warning_id), now)
    if not any(map(bool, rest.answers.values())):
        await drafts.close(conn, row.id, now)


async def was_taken(db: Database, person_id: int, message_id: int) -> bool:
    """Whether a message was a part of an answer that is given by now, and comes once more."""
    async with db.reading() as conn:
        row = await drafts.last_closed(conn, person_id, Kind.ANSWER.value)
    return row is not None and _draft(row).has_taken(message_id)
