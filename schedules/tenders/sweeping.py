"""What follows of matters by itself. All is found by state, and each thing done once, whenever a pass comes."""

from datetime import datetime

from schedules.apart import Apart
from schedules.tools import Tools


class Sweep:
    """One pass over the matters that run, each apart from the others."""

    def __init__(self, tools: Tools, apart: Apart, now: datetime) -> None:
        """What is due at ``now``."""
        self._tools = tools
        self._apart = apart
        self._now = now

    async def run(self) -> None:
        """Do what is due."""
