"""The statistics as a report of tables, said in one language: what a workbook and a printed report have."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.tables import Column, Table
from messages.items.records import grade_said
from messages.notices import Grade, category_said
from messages.organisation.spreadsheets import Share, Value
from messages.statistics import CategoryLine, DayLine, Overview, PersonLine, Summary, Tally, UnitLine
from messages.text.periods import period_said, time_said
from messages.text.phrase import Phrase, phrase

_INDENT: Final = "　"
"""A unit stands so far to the right as it stands below others: one wide space each."""
_FIGURES: Final = (
    phrase("Deliveries"),
    phrase("Delivery rate"),
    phrase("Posts asked"),
    phrase("Acknowledgement rate"),
    phrase("In-time rate"),
    phrase("Acknowledged late"),
    phrase("Unacknowledged"),
)
_MEDIAN: Final = phrase("Median time taken")
_NAME: Final = 26


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Makes tables for readers of a language; ``say`` speaks it."""

    say: Callable[[Phrase], str]
    language: str

    def overview(self, found: Overview) -> Table:
        """A period beside the one before it."""
        now, before = found.now, found.before
        rows: list[tuple[Value, ...]] = [(self.say(phrase("Notices")), now.notices, before.notices)]
        pairs = zip(_FIGURES, _figures(now.tally), _figures(before.tally), strict=True)
        rows += [(self.say(name), one, other) for name, one, other in pairs]
        rows.append((self.say(_MEDIAN), self._time(now.median), self._time(before.median)))
        periods = [period_said(one.period, self.language) for one in (now, before)]
        columns = (self._wide(phrase("Figure")), *(Column(label=name, width=16) for name in periods))
        return Table(title=self.say(phrase("Overview")), columns=columns, rows=tuple(rows))

    def standing(self, found: Overview) -> Table:
        """How things stand at this moment."""
        standing = found.standing
        rows: list[tuple[Value, ...]] = [
            (self.say(phrase("Open warnings: {grade}", grade=grade_said(grade))), standing.warnings.get(grade, 0))
            for grade in Grade
        ]
        rows += [
            (self.say(phrase("Entries overdue")), standing.overdue_items),
            (self.say(phrase("People who cannot be reached")), standing.unreachable),
            (self.say(phrase("People who hold posts")), standing.members),
        ]
        columns = (self._wide(phrase("Figure")), Column(label=self.say(phrase("How many")), width=16))
        return Table(title=self.say(phrase("As things stand now")), columns=columns, rows=tuple(rows))

    def categories(self, lines: Iterable[CategoryLine]) -> Table:
        """Each category with its notices."""
        rows = [(self.say(category_said(one.category)), *self._summary(one.summary)) for one in lines]
        return self._of_summaries(phrase("Categories"), phrase("Category"), rows)

    def periods(self, summaries: Iterable[Summary]) -> Table:
        """Periods with their notices, the latest first."""
        rows = [(period_said(one.period, self.language), *self._summary(one)) for one in summaries]
        return self._of_summaries(phrase("Periods"), phrase("Period"), rows[::-1])

    def units(self, lines: Iterable[UnitLine]) -> Table:
        """Each unit together with those below it."""
        rows = tuple(
            (f"{_INDENT * one.depth}{one.name}", *_figures(one.below), self._time(one.median)) for one in lines
        )
        columns = (self._wide(phrase("Unit")), *self._columns(_FIGURES), self._column(_MEDIAN))
        return Table(title=self.say(phrase("Units")), columns=columns, rows=rows)

    def days(self, lines: Iterable[DayLine]) -> Table:
        """The days on which notices were sent."""
        rows = tuple((one.day.isoformat(), one.notices, *_figures(one.tally)) for one in lines)
        columns = (
            Column(label=self.say(phrase("Day")), width=14, number=False),
            *self._columns((phrase("Notices"), *_FIGURES)),
        )
        return Table(title=self.say(phrase("Days of the year")), columns=columns, rows=rows)

    def people(self, lines: Iterable[PersonLine]) -> Table:
        """The people of one unit."""
        rows = tuple((one.name, one.code, "\n".join(one.posts), *_figures(one.tally)) for one in lines)
        columns = (
            Column(label=self.say(phrase("Full name")), width=14, number=False),
            Column(label=self.say(phrase("Person's code")), width=14, number=False),
            Column(label=self.say(phrase("Posts")), width=24, number=False),
            *self._columns(_FIGURES),
        )
        return Table(title=self.say(phrase("People of the unit")), columns=columns, rows=rows)

    def _of_summaries(self, title: Phrase, first: Phrase, rows: Sequence[tuple[Value, ...]]) -> Table:
        columns = (self._wide(first), *self._columns((phrase("Notices"), *_FIGURES, _MEDIAN)))
        return Table(title=self.say(title), columns=columns, rows=tuple(rows))

    def _summary(self, summary: Summary) -> tuple[Value, ...]:
        return (summary.notices, *_figures(summary.tally), self._time(summary.median))

    def _time(self, time: timedelta | None) -> str | None:
        return None if time is None else time_said(time, self.language)

    def _wide(self, name: Phrase) -> Column:
        return Column(label=self.say(name), width=_NAME, number=False)

    def _columns(self, names: Iterable[Phrase]) -> tuple[Column, ...]:
        return tuple(self._column(name) for name in names)

    def _column(self, name: Phrase) -> Column:
        return Column(label=self.say(name), width=12)


def _figures(tally: Tally) -> tuple[Value, ...]:
    """A tally in the order of ``_FIGURES``."""
    rates = [tally.delivery_rate, tally.acknowledgement_rate, tally.timely_rate]
    delivery, acknowledgement, timely = (None if rate is None else Share(rate) for rate in rates)
    return (tally.people, delivery, tally.reached, acknowledgement, timely, tally.late, tally.overdue)
