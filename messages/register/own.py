"""What a holder sees of the own post in the register: duties, nodes, points with their drafts, tasks, open reviews."""

from collections.abc import Mapping
from dataclasses import dataclass

from messages.register.campaigns import PostTask
from messages.register.records import Content, Point, PointState, Progress
from messages.register.reviews import Review


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A duty of a post."""

    id: int
    text: str


@dataclass(frozen=True, kw_only=True)
class OwnPoint:
    """A point as its holder sees it: ``point`` has what stands, ``latest`` is what the latest version says.

    ``ends``: the latest version is to end it, for the reason in ``because``. ``review_id`` is with which review the
    latest version was submitted last.
    """

    point: Point
    latest: Content
    ends: bool
    because: str | None
    review_id: int | None

    @property
    def open(self) -> bool:
        """Whether its holder may still write on it: a draft, or one to be corrected."""
        return self.point.progress in {Progress.DRAFT, Progress.RETURNED}


@dataclass(frozen=True, kw_only=True)
class Mine:
    """The own post in the register. ``points`` have not ended; ``tasks`` are not accepted yet; ``reviews`` are open.

    ``refused`` are those that said that nothing is to be added and came back, where nothing was submitted since.

    ``nodes`` are the risk nodes that the post answers for: by the roster, or by its points.
    """

    post_id: int
    post_code: str
    post: str
    unit_id: int
    unit: str
    duties: tuple[Duty, ...]
    nodes: tuple[str, ...]
    points: tuple[OwnPoint, ...]
    tasks: tuple[PostTask, ...]
    reviews: tuple[Review, ...]
    refused: tuple[Review, ...]
    counts: Mapping[PointState, int]

    @property
    def drafts(self) -> int:
        """How many points would be submitted now."""
        return sum(1 for one in self.points if one.point.progress is Progress.DRAFT)

    @property
    def contradicts(self) -> bool:
        """Whether it waits that nothing is to be added, while something was written down since."""
        said = any(one.complete for one in self.reviews)
        return said and (self.drafts > 0 or any(not one.complete for one in self.reviews))

    @property
    def to_correct(self) -> int:
        """How many points came back and were not corrected yet."""
        return sum(1 for one in self.points if one.point.progress is Progress.RETURNED)
