"""A scope: how far a right reaches over the tree of units."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Scope:
    """How far a right reaches: the subtrees of these units (their paths), or everything."""

    paths: tuple[str, ...] = ()
    everything: bool = False

    def __bool__(self) -> bool:
        """Whether it reaches anything at all."""
        return self.everything or bool(self.paths)

    def covers(self, path: str) -> bool:
        """Whether a unit, by its path, lies within."""
        return self.everything or path.startswith(self.paths)


NOWHERE: Final = Scope()
EVERYWHERE: Final = Scope(everything=True)
