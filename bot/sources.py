"""The sources of matters that the policy names, put together."""

from datetime import datetime
from pathlib import Path

from bot.fetching import Fetching
from bot.office import Office
from schedules.tenders.importing import ImportReport, Wish, import_matters
from schedules.tenders.watching import Watching


def watching_of(office: Office) -> Watching:
    """What looks at them; nothing is looked at before it is asked to."""

    async def take(path: Path, now: datetime, wish: Wish) -> ImportReport:
        return await import_matters(office.tenders, path, now, wish=wish)

    return Watching(
        db=office.db,
        take=take,
        sources=office.policy.tenders.sources,
        fetch=Fetching(),
        folder=office.settings.data_dir / "sources",
        apart=office.apart,
    )
