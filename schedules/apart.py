"""Much that is to be done at one pass, each thing apart from the others.

One that fails keeps none of the others from being done: it is logged and counted, and the next pass tries it again.
Only where the database is away nothing else would succeed either, and the pass ends.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from messages.store.database import is_away

_LONGEST_ERROR: Final = 200

log = structlog.get_logger(__name__)


class Apart:
    """Knows how much has failed since the process began."""

    def __init__(self) -> None:
        """Nothing has failed yet."""
        self.failures = 0

    @contextmanager
    def doing(self, what: str, **about: object) -> Iterator[None]:
        """Do one thing; whether it fails is nothing to what comes after it, unless the database is away."""
        try:
            yield
        except Exception as error:
            if is_away(error):
                raise
            self.failures += 1
            first, *_ = str(error).partition("\n")
            said = f"{type(error).__name__}: {first[:_LONGEST_ERROR]}"
            log.error("one thing failed; the next pass tries it again", what=what, error=said, **about)  # noqa: TRY400 -- a trace would show what people wrote


class Share:
    """What one pass may do of it: so much, so that others have their turn soon, however much is due at once."""

    def __init__(self, apart: Apart, most: int) -> None:
        """At ``most`` so many things; what fails does not count."""
        self._apart = apart
        self._left = most

    @property
    def used_up(self) -> bool:
        """Whether there may be more to do than this pass does."""
        return self._left <= 0

    async def each(self, what: str, ids: Iterable[int], act: Callable[[int], Awaitable[object]]) -> None:
        """Do something about each, as far as the share goes."""
        for one in ids:
            if self.used_up:
                return
            with self._apart.doing(what, id=one):
                await act(one)
                self._left -= 1
