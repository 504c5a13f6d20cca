"""The chart of a notice: to how many it was delivered and how many posts have acknowledged, over time, as a PNG.

The font's forms for simplified Chinese are asked for by the text's language. Who needs this module imports it then: the
plotting library takes most of a second.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any, Final

from babel.dates import format_datetime
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import MaxNLocator

from bot.font import drawable, font_file
from messages.exports import Charted
from messages.figures import Course
from messages.text.phrase import Phrase, phrase

_INCHES: Final = (10, 5.6)
_DOTS: Final = 150
_MARGIN: Final = 0.2
_TICKS: Final = {"zh_CN": "M月d日\nHH:mm", "en": "d MMM\nHH:mm"}
_SECONDS: Final = ":ss"
_SHORT: Final = timedelta(minutes=10)
"""Up to here the seconds are said: the marks of the axis stand closer than a minute."""
_SHORTEST: Final = timedelta(seconds=10)
"""An axis is no shorter: it would be marked by parts of a second."""
_TAGS: Final = {"zh_CN": "zh-Hans"}
_DELIVERED, _ACKNOWLEDGED, _DEADLINE, _GRID, _INK = "#2f6db5", "#1a8f5a", "#c0392b", "#d9dee5", "#2b3440"
_LONGEST_TITLE: Final = 40
_SECONDS_OF_A_DAY: Final = 86_400


def png(shown: Charted, title: str, *, say: Callable[[Phrase], str], zone: tzinfo, language: str) -> bytes:
    """Draw it for a reader of ``language``, by the office's clock. Takes a second: call it in a thread."""
    figure = Figure(figsize=_INCHES, dpi=_DOTS)
    figure.set_layout_engine("constrained", w_pad=_MARGIN, h_pad=_MARGIN)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    written: dict[str, Any] = {
        "fontproperties": _font(),
        "language": _TAGS.get(language, language),
        "color": _INK,
        "parse_math": False,
    }
    axes.set_title(_short(title), pad=36, loc="left", **written).set_fontsize(15)
    if shown.delivered or shown.acknowledged:
        _fill(axes, shown, say)
        _dress(axes, shown, zone, language, written)
    else:
        axes.set_axis_off()
        nothing = say(phrase("Nothing has been delivered yet."))
        axes.text(0.5, 0.5, nothing, ha="center", transform=axes.transAxes, **written)
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()


def _fill(axes: Axes, shown: Charted, say: Callable[[Phrase], str]) -> None:
    span = _span(shown)
    _draw(
        axes,
        shown.delivered,
        span,
        _DELIVERED,
        f"{say(phrase('Delivered (people)'))} {_of(shown.delivered, shown.people)}",
    )
    if shown.posts:
        label = f"{say(phrase('Acknowledged (posts)'))} {_of(shown.acknowledged, shown.posts)}"
        _draw(axes, shown.acknowledged, span, _ACKNOWLEDGED, label)
    _mark_deadline(axes, shown, say)


def _span(shown: Charted) -> tuple[datetime, datetime]:
    """From the first to a little after the last that is known of either course, so that the last step shows."""
    instants = [at for course in (shown.delivered, shown.acknowledged) for at, _ in course]
    begin, last = min(instants), max(instants)
    return begin, max(last + (last - begin) / 30, begin + _SHORTEST)


def _of(course: Course, total: int) -> str:
    return f"{course[-1][1] if course else 0}/{total}"


def _draw(axes: Axes, course: Course, span: tuple[datetime, datetime], colour: str, label: str) -> None:
    """In steps from the first to the last instant of the chart: between two points it stays as it was."""
    begin, end = span
    whole = ((begin, 0), *course, (end, course[-1][1] if course else 0))
    times, numbers = [_days(at) for at, _ in whole], [number for _, number in whole]
    axes.plot(times, numbers, color=colour, linewidth=2.2, label=label, drawstyle="steps-post")
    axes.fill_between(times, numbers, color=colour, alpha=0.08, step="post")


def _mark_deadline(axes: Axes, shown: Charted, say: Callable[[Phrase], str]) -> None:
    """A line where the deadline lies, as far as the chart comes to it."""
    by = shown.notice.acknowledge_by
    if by is not None and by <= _span(shown)[1]:
        axes.axvline(_days(by), color=_DEADLINE, linewidth=1.2, linestyle="--", label=say(phrase("To acknowledge by")))


def _dress(axes: Axes, shown: Charted, zone: tzinfo, language: str, written: dict[str, Any]) -> None:
    begin, end = _span(shown)
    pattern = _TICKS.get(language, _TICKS["en"]) + (_SECONDS if end - begin <= _SHORT else "")

    def said(number: float, _place: float) -> str:
        at = datetime.fromtimestamp(round(number * _SECONDS_OF_A_DAY), zone)
        return format_datetime(at, pattern, locale=language)

    axes.set_ylim(0, max(1, shown.people, shown.posts) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_locator(AutoDateLocator(tz=zone, maxticks=8))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(said)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(b=True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    # Above the grid and the lines, so that none of them strikes a word through.
    legend = axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, prop=_font(), borderaxespad=0.3
    )
    for text in (*legend.get_texts(), *axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set(**written)


def _days(at: datetime) -> float:
    """An instant as the axis counts it: days since 1970."""
    return at.timestamp() / _SECONDS_OF_A_DAY


def _font() -> FontProperties:

    return FontProperties(fname=font_file(), size=11)


@cache
def _glyphs() -> frozenset[int]:

    return frozenset(FT2Font(font_file()).get_charmap())


def _short(title: str) -> str:
    """A title as far as the font can write it, not too long for a line."""
    clean = drawable(title, _glyphs())
    return clean if len(clean) <= _LONGEST_TITLE else f"{clean[: _LONGEST_TITLE - 1]}…"
