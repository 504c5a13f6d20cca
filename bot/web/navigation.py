"""The dashboard's sections, and which of them somebody may open: the pages themselves ask once more."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from messages.register.reach import LOOKS_AFTER
from messages.rights import Act
from messages.text.phrase import Phrase, phrase


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section, for who may do any of ``acts`` somewhere; for everybody where there are none."""

    name: str
    address: str
    label: Phrase
    acts: frozenset[Act] = frozenset()


_SECTIONS: Final = (
    Section(name="notices", address="/", label=phrase("Notices"), acts=frozenset({Act.SEE_NOTICES})),
    Section(name="warnings", address="/warnings", label=phrase("Warnings")),
    Section(name="items", address="/items", label=phrase("Items"), acts=frozenset({Act.SUBMIT, Act.SEE_WARNINGS})),
    Section(name="register", address="/register", label=phrase("Register")),
    Section(name="campaigns", address="/campaigns", label=phrase("Campaigns"), acts=frozenset(LOOKS_AFTER)),
    Section(name="tenders", address="/tenders", label=phrase("Tenders")),
    Section(name="forecast", address="/forecast", label=phrase("Forecast"), acts=frozenset({Act.SEE_NOTICES})),
    Section(name="statistics", address="/statistics", label=phrase("Statistics"), acts=frozenset({Act.SEE_STATISTICS})),
    Section(name="scores", address="/scores", label=phrase("Scores")),
    Section(name="unreachable", address="/unreachable", label=phrase("Unreachable"), acts=frozenset({Act.SEE_ROSTER})),
    Section(name="roster", address="/roster", label=phrase("Roster"), acts=frozenset({Act.SEE_ROSTER})),
    Section(name="ledger", address="/ledger", label=phrase("Ledger"), acts=frozenset({Act.SEE_LEDGER})),
    Section(name="lookup", address="/lookup", label=phrase("Lookup")),
    Section(name="looks", address="/who-saw-me", label=phrase("Who saw me")),
)


def sections_for(acts: Collection[Act]) -> tuple[Section, ...]:
    """The sections that somebody who may do these acts may open; never none."""
    return tuple(section for section in _SECTIONS if not section.acts or section.acts & set(acts))
