"""Answers (回执) to warnings: what is given of each thing that a ladder asks for, and the draft that gathers it.

A person has one draft for all warnings that wait for an answer. It keeps the parts of each, and which part of which is
asked for now; a message that comes twice is taken once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias

from messages.drafting import Change, Drafted, Drafts, digest_of, fields_of
from messages.drafts import Kind
from messages.errors import CHANGED, Fault, Outdated, Refused
from messages.files import MOST_FILES, Attachment, attachments_json, attachments_of
from messages.store import drafts
from messages.store.database import Connection
from messages.text.marked import length16
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import Asked

LONGEST_ANSWER: Final = 2500
"""UTF-16 units of an answer, all parts together: with its frame it fits into one message to who judges it."""


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
class Gathered:
    """What is given so far in answer to warnings: the parts of each, by the warnings' ids."""

    parts: Mapping[int, Parts] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {str(one): parts_json(parts) for one, parts in self.parts.items()}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` made."""
        return cls(parts={int(one): parts_of(parts) for one, parts in kept.items()})


@dataclass(frozen=True, kw_only=True)
class AnswerDraft(Drafted):
    """Answers that a person is giving.

    The person's next words or files are this ``part`` of the answer to ``warning``; None while nothing is asked for.
    """

    content: Gathered = Gathered()
    warning: int | None = None
    part: Asked | None = None

    def of(self, warning_id: int) -> Parts:
        """What is given so far in answer to a warning."""
        return self.content.parts.get(warning_id, NOTHING)

    def seen(self, warning_id: int) -> str:
        """Names this very answer to a warning."""
        return digest_of(parts_json(self.of(warning_id)))

    def asking(self, warning_id: int, part: Asked | None) -> Self:
        """The draft that asks for this part next; None: for none, while this warning is looked at."""
        return replace(self, warning=warning_id, part=part)

    def adding(self, message_id: int, *, text: str = "", files: Sequence[Attachment] = ()) -> Self:
        """The draft with a message added to the part that is asked for; one that was taken before changes nothing."""
        if self.has_taken(message_id) or self.warning is None or self.part is None:
            return self
        before = self.of(self.warning).get(self.part, Given())
        said = "\n".join(one for one in (before.text, text.strip()) if one)
        given = Given(text=said, files=(*before.files, *files))
        return self.taking(message_id, parts=self._with(self.warning, self.part, given))

    def clearing(self, warning_id: int, part: Asked) -> Self:
        """The draft with one part begun anew."""
        return self.with_content(parts=self._with(warning_id, part, Given())).asking(warning_id, part)

    def filled(self, warning_id: int, parts: Parts) -> Self:
        """The draft with what was given before, where nothing is given yet."""
        return self.with_content(parts={**self.content.parts, warning_id: {**parts, **self.of(warning_id)}})

    def fitting(self, warning_id: int, checklist: Sequence[Asked]) -> Self:
        """The draft with what is not asked for any more, after a raise, moved to the first part that is."""
        given = self.of(warning_id)
        first, left = checklist[0], [one for asked, one in given.items() if asked not in checklist and one]
        if not left:
            return self
        moved = [given.get(first, Given()), *left]
        text = "\n".join(one.text for one in moved if one.text)
        whole = Given(text=text, files=tuple(file for one in moved for file in one.files))
        return self.with_content(
            parts={**self.content.parts, warning_id: {**asked_for(checklist, given), first: whole}}
        )

    def without(self, warning_id: int) -> Self:
        """The draft without the answer to this warning."""
        kept = self.with_content(parts={one: it for one, it in self.content.parts.items() if one != warning_id})
        return replace(kept, warning=None, part=None) if self.warning == warning_id else kept

    def _with(self, warning_id: int, part: Asked, given: Given) -> Mapping[int, Parts]:
        return {**self.content.parts, warning_id: {**self.of(warning_id), part: given}}

    def as_json(self) -> dict[str, Any]:
        """Its fields, as the table keeps them."""
        return super().as_json() | {"warning": self.warning, "part": self.part}


def _draft(row: drafts.Kept) -> AnswerDraft:
    kept = fields_of(row)
    content, part = Gathered.of(kept.pop("content")), kept.pop("part")
    return AnswerDraft(content=content, part=Asked(part) if part else None, **kept)


ANSWERS: Final = Drafts(Kind.ANSWER, _draft)
"""The answers that are being given."""


async def begin(conn: Connection, person_id: int, how: Change[AnswerDraft], now: datetime) -> AnswerDraft:
    """Change the draft of a person, which is opened where none is; gives what it has become."""
    opened = await ANSWERS.begin(conn, AnswerDraft(id=0, person_id=person_id), now)
    return await ANSWERS.change_in(conn, opened.id, how, now)


async def put_away(
    conn: Connection, person_id: int, warning_id: int, now: datetime, *, seen: str | None = None
) -> None:
    """Take the answer to one warning out of a person's draft, which is closed where nothing else is in it.

    Raises ``Outdated`` where that answer is not the one that was ``seen``.
    """

    def left(draft: AnswerDraft) -> AnswerDraft:
        if seen is not None and draft.seen(warning_id) != seen:
            raise Outdated(CHANGED)
        return draft.without(warning_id)

    draft = await ANSWERS.find(conn, person_id)
    if draft is None:
        return
    rest = await ANSWERS.change_in(conn, draft.id, left, now)
    if not any(map(bool, rest.content.parts.values())):
        await drafts.close(conn, rest.id, now)
