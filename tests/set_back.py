"""A machine's clock that somebody sets back."""

from datetime import datetime, timedelta

from schedules.clock import Clock
from tests.service import ZONE

TOLD = "the machine's clock was set back; this process runs on by its own count"


class Machine:
    """Gives to a ``Clock`` what the machine shows: the present, less what it was set ``back`` by."""

    def __init__(self) -> None:
        self.back = timedelta(0)
        self._present = Clock(ZONE)

    def __call__(self) -> datetime:
        return self._present.now() - self.back
