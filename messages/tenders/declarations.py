"""Declarations of interest (利害关系申报): what a person says of the own interests in a matter, once asked to.

One that was made stays as it is: who has something else to say declares anew, and the latest counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from messages.errors import Fault, Refused
from messages.tenders.milestones import Milestone
from messages.tenders.records import LONGEST_DECLARED
from messages.text.phrase import phrase

LONGEST_WHO: Final = 200
"""Characters of with whom an interest is."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A matter that asks a person for a declaration: by a prompt of this step, told ``at``; by none: None of each."""

    matter_id: int
    ref: str
    title: str
    milestone: Milestone | None = None
    notice_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is declared: with ``who`` there is an interest, and ``what`` it is; None of both where there is none."""

    interest: bool
    who: str | None = None
    what: str | None = None


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A declaration as it was made, ``at`` an instant, for a post; ``told_at``: when leaders were told of it.

    ``path`` is of the unit whose leaders read it: the matter's or, where that has none, the post's. ``withheld``:
    there is an interest, and its reader has not opened it.
    """

    id: int
    matter_id: int
    ref: str
    title: str
    milestone: Milestone | None
    path: str
    person_id: int
    person_code: str
    name: str
    post_code: str
    post: str
    unit: str
    given: Given
    at: datetime
    told_at: datetime | None
    withheld: bool = False

    def without_details(self) -> Self:
        """The same without what only those read who look after the unit, and who open it."""
        return replace(self, given=Given(interest=self.given.interest), withheld=self.given.interest)


def who_of(words: str) -> str:
    """With whom an interest is, on one line. Raises ``Refused`` for nothing and for what is too long."""
    return _whole(Given(interest=True, who=words, what="-")).who or ""


def what_of(words: str) -> str:
    """What the interest is. Raises ``Refused`` for nothing and for what is too long."""
    return _whole(Given(interest=True, who="-", what=words)).what or ""


def checked(given: Given) -> Given:
    """What is declared, as it is kept. Raises ``Refused``, whose faults' columns are ``who`` and ``what``."""
    return _whole(given) if given.interest else Given(interest=False)


def _whole(given: Given) -> Given:
    who = " ".join((given.who or "").replace("\0", "").split())
    what = (given.what or "").replace("\0", "").strip()
    faults = [
        *_faults("who", who, LONGEST_WHO),
        *_faults("what", what, LONGEST_DECLARED),
    ]
    if faults:
        raise Refused(phrase("The input was refused."), faults)
    return Given(interest=True, who=who, what=what)


def _faults(column: str, text: str, most: int) -> list[Fault]:
    if not text:
        return [Fault(message=phrase("Please write it in words."), column=column)]
    if len(text) > most:
        return [Fault(message=phrase("At most {most} characters are accepted here.", most=most), column=column)]
    return []
