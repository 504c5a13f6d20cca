"""What the statistics' charts show, and the same in words for who does not see them."""

from collections.abc import Callable, Sequence

from bot.graphs import line_of
from bot.tables import Graph
from messages.statistics import Summary
from messages.text.periods import period_said, period_shortly
from messages.text.phrase import Phrase, phrase

Say = Callable[[Phrase], str]


def rates(summaries: Sequence[Summary], say: Say, language: str) -> Graph:
    """The rates of delivery and acknowledgement over periods."""
    tallies = [one.tally for one in summaries]
    return Graph(
        lines=(
            line_of(say(phrase("Delivery rate")), [one.delivery_rate for one in tallies]),
            line_of(say(phrase("Acknowledgement rate")), [one.acknowledgement_rate for one in tallies]),
        ),
        labels=tuple(period_shortly(one.period, language) for one in summaries),
    )


def rates_said(summaries: Sequence[Summary], written: Callable[[float], str], language: str) -> Phrase:
    """The same in words: each period that has any."""
    known = [one for one in summaries if one.tally.people]
    if not known:
        return phrase("No notice was sent in these periods.")
    first, last = (period_said(one.period, language) for one in (known[0], known[-1]))
    return phrase(
        "From {first} to {last}: delivered {delivered}, acknowledged {acknowledged}. The values are in the table.",
        first=first,
        last=last,
        delivered=_course([one.tally.delivery_rate for one in known], written),
        acknowledged=_course([one.tally.acknowledgement_rate for one in known], written),
    )


def _course(values: Sequence[float | None], written: Callable[[float], str]) -> str:
    return " / ".join("–" if value is None else written(value) for value in values)
