"""The register as it stands, as an import and an export see it."""

from dataclasses import dataclass

from messages.register.directory import Directory
from messages.register.records import Content, PointState


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPoint:
    """A point that has not ended: what stands of it, else its latest version.

    ``version`` is the number of the latest one.
    """

    id: int
    ref: str | None
    unit_id: int
    post_id: int | None
    content: Content
    state: PointState
    version: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The organisation and the register as they stand. ``unsaid`` are the nodes of which nobody has said a workflow."""

    directory: Directory
    points: tuple[KeptPoint, ...]
    nodes: frozenset[str]
    unsaid: frozenset[str]
