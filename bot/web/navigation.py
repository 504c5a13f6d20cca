"""The dashboard's sections in their groups, and which of them somebody may open: the pages themselves ask once more.

The groups stand in one row, the sections of the one that is open in a second: no script is needed, nothing is hidden.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, kw_only=True)
class Group:
    """Sections that belong together; never none. One alone stands for its group."""

    label: Phrase
    sections: tuple[Section, ...]

    def holds(self, name: str) -> bool:
        """Whether a section of that name is among these."""
        return any(section.name == name for section in self.sections)


_GROUPS: Final = (
    Group(
        label=phrase("Notices"),
        sections=(
            Section(name="notices", address="/", label=phrase("Notices"), acts=frozenset({Act.SEE_NOTICES})),
            Section(name="forecast", address="/forecast", label=phrase("Forecast"), acts=frozenset({Act.SEE_NOTICES})),
            Section(
                name="unreachable",
                address="/unreachable",
                label=phrase("Unreachable"),
                acts=frozenset({Act.SEE_ROSTER}),
            ),
        ),
    ),
    Group(
        label=phrase("Oversight"),
        sections=(
            Section(name="warnings", address="/warnings", label=phrase("Warnings")),
            Section(
                name="items", address="/items", label=phrase("Items"), acts=frozenset({Act.SUBMIT, Act.SEE_WARNINGS})
            ),
            Section(name="tenders", address="/tenders", label=phrase("Tenders")),
        ),
    ),
    Group(
        label=phrase("Risks"),
        sections=(
            Section(name="register", address="/register", label=phrase("Register")),
            Section(name="campaigns", address="/campaigns", label=phrase("Campaigns"), acts=frozenset(LOOKS_AFTER)),
        ),
    ),
    Group(
        label=phrase("Evaluation"),
        sections=(
            Section(
                name="statistics",
                address="/statistics",
                label=phrase("Statistics"),
                acts=frozenset({Act.SEE_STATISTICS}),
            ),
            Section(name="scores", address="/scores", label=phrase("Scores")),
            Section(name="ledger", address="/ledger", label=phrase("Ledger"), acts=frozenset({Act.SEE_LEDGER})),
        ),
    ),
    Group(
        label=phrase("Directory"),
        sections=(
            Section(name="roster", address="/roster", label=phrase("Roster"), acts=frozenset({Act.SEE_ROSTER})),
            Section(name="lookup", address="/lookup", label=phrase("Lookup")),
            Section(name="looks", address="/who-saw-me", label=phrase("Who saw me")),
        ),
    ),
)


def groups_for(acts: Collection[Act]) -> tuple[Group, ...]:
    """The groups with the sections that somebody who may do these acts may open; never none."""
    found = (replace(group, sections=_open_to(acts, group)) for group in _GROUPS)
    return tuple(group for group in found if group.sections)


def _open_to(acts: Collection[Act], group: Group) -> tuple[Section, ...]:
    return tuple(section for section in group.sections if not section.acts or section.acts & set(acts))
