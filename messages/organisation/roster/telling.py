"""What an import changes, in words: for the command line and the dashboard alike."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from messages.organisation.records import kind_said, role_said
from messages.organisation.roster.change import Grant, Holding, Person, Post, Tie, Unit
from messages.text.phrase import Phrase, phrase

Changed: TypeAlias = Unit | Post | Person | Holding | Grant | Tie

KINDS: Final[Mapping[str, Phrase]] = {
    "units": phrase("Units"),
    "posts": phrase("Posts"),
    "people": phrase("Persons"),
    "assignments": phrase("Assignments"),
    "roles": phrase("Roles"),
    "nodes": phrase("Risk nodes of posts"),
}
"""What an import changes, by the kinds of a plan."""


def person_in(value: Changed) -> str | None:
    """The code of the person whom a change is about, if it is about one."""
    match value:
        case Person():
            return value.code
        case Holding() | Grant():
            return value.person
    return None


def line_of(value: Changed, say: Callable[[Phrase], str]) -> str:
    """One thing that is changed, in a line."""
    match value:
        case Unit():
            return " · ".join(part for part in (value.parent, value.name, say(kind_said(value.kind))) if part)
        case Post():
            return f"{value.code} · {value.unit} · {value.title} · {value.level}"
        case Person():
            return f"{value.code} · {value.name} · {value.language}"
        case Holding():
            return f"{value.post} ← {value.person}"
        case Grant():
            return f"{value.person} · {say(role_said(value.role))} · {value.unit}"
        case Tie():
            return f"{value.post} · {value.node}"
