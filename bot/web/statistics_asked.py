"""What a reader of the statistics has chosen, from address to address, and what there is to choose."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final
from urllib.parse import urlencode

from bot.web.reception import Visit
from messages.notices import Category
from messages.scores.periods import Period, PeriodKind
from messages.statistics import Chosen
from messages.store import organisation
from messages.store.database import Database
from messages.text.phrase import Phrase, phrase
from schedules.statistics.looking import WORK

_OFFERED: Final[Mapping[PeriodKind, int]] = {PeriodKind.MONTH: 13, PeriodKind.QUARTER: 8, PeriodKind.YEAR: 4}
PERIODS: Final = 12
"""So many are shown as a course, the last is the one that is looked at."""
KINDS: Final[Mapping[PeriodKind, Phrase]] = {
    PeriodKind.MONTH: phrase("Months"),
    PeriodKind.QUARTER: phrase("Quarters"),
    PeriodKind.YEAR: phrase("Years"),
}


class Asked:
    """A period, a unit and a category; values that nobody offered are as if they had not been given."""

    def __init__(self, visit: Visit, zone: tzinfo) -> None:
        """Read them of a visit's address; the present month, as ``zone`` has it, where no period is named."""
        self.today = visit.now.astimezone(zone).date()
        self.period = Period.read(visit.word("period")) or Period.of(PeriodKind.MONTH, self.today)
        self.unit_id = visit.count("unit", 0) or None
        found = visit.choice("category", Category)
        self.category = found if found in WORK else None

    @property
    def chosen(self) -> Chosen:
        """As the statistics are asked."""
        return Chosen(unit_id=self.unit_id, category=self.category)

    def fields(self, **changed: str | None) -> list[tuple[str, str]]:
        """What was chosen by the names of a form's fields, but for what is ``changed``."""
        unit = str(self.unit_id) if self.unit_id else None
        given = {"period": self.period.label, "unit": unit, "category": self.category, **changed}
        return [(name, value) for name, value in given.items() if value]

    def query(self, **changed: str | None) -> str:
        """The same as an address's query."""
        return f"?{urlencode(self.fields(**changed))}"

    def carried(self) -> str:
        """The same as the beginning of a query, but for the unit: its page's address has it."""
        return f"{urlencode(self.fields(unit=None))}&"

    def offered(self, *more: Period) -> list[tuple[Phrase, list[Period]]]:
        """Periods to choose from, the latest first, with those that are looked at."""
        groups = []
        for kind, count in _OFFERED.items():
            periods = [Period.of(kind, self.today)]
            while len(periods) < count:
                periods.append(periods[-1].before)
            wanted = {one for one in (self.period, *more) if one.kind is kind}
            groups.append((KINDS[kind], sorted({*periods} | wanted, reverse=True)))
        return groups


def beside(visit: Visit, period: Period) -> Period:
    """The period that another is compared with: the one named, or the one before it."""
    return Period.read(visit.word("beside")) or period.before


async def unit_name(db: Database, asked: Asked) -> str | None:
    """The name of the unit that is looked at; the statistics have said before that the reader may."""
    if asked.unit_id is None:
        return None
    async with db.reading() as conn:
        unit = await organisation.unit_of(conn, asked.unit_id)
    return unit.name if unit else None
