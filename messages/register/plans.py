"""What an import of the register changes: a decision, nothing is done here."""

from collections.abc import Mapping
from dataclasses import dataclass

from messages.register.records import Content, Workflow
from messages.register.standing import KeptPoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A point that stands, and what it says from now on, where."""

    kept: KeptPoint
    unit_id: int
    post_id: int | None
    ref: str | None
    content: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """A new point."""

    unit_id: int
    post_id: int | None
    ref: str | None
    content: Content


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import changes, and what it leaves as it is.

    ``in_chat`` counts points of the file that are not accepted yet, ``revising`` those that stand while their holders
    write them anew, ``left`` those that the file lacks and that stay. ``nodes`` are nodes that are new, or of which a
    workflow is said for the first time.
    """

    created: tuple[Created, ...]
    updated: tuple[Changed, ...]
    ended: tuple[KeptPoint, ...]
    unchanged: int
    in_chat: int
    revising: int
    left: int
    nodes: Mapping[str, Workflow | None]

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.created or self.updated or self.ended or self.nodes)

    @property
    def put(self) -> tuple[Created | Changed, ...]:
        """What stands from now on, as the file says it."""
        return *self.created, *self.updated

    @property
    def versions(self) -> Mapping[int, int]:
        """The latest versions that it was decided on, of the points that it changes or ends."""
        return {kept.id: kept.version for kept in (*self.ended, *(one.kept for one in self.updated))}
